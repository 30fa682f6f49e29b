"""The clock that an installation goes by: the machine's own, or one that a demo or a test has started elsewhere."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Clock:
    """Called, it answers the present instant in UTC. `ahead` is how far it runs before the machine's clock."""

    ahead: timedelta = timedelta()

    @classmethod
    def starting_at(cls, start: datetime | None) -> "Clock":
        """A clock that shows `start` (aware) now and runs on from there; the machine's own for None."""
        return cls() if start is None else cls(start - datetime.now(UTC))

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead
