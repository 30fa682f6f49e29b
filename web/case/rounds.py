"""What others owe a case, as its page tells it: what many are asked alike stands once, with how many have answered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from web.case.case_dates import Owing
from web.case.many import MANY
from web.case.opened import Opened


@dataclass(frozen=True, slots=True)
class Asked:
    """One who was asked, and for what: her function, until when, how it stands, what silence means or has meant, and
    the sum behind the day."""

    text: str
    post: str
    who: str
    due: date
    status: str
    silence: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """The same thing asked of all in `asked` until one day. `counted` says how many there are and how it stands, and
    what silence means; empty for a few, who are told one by one."""

    text: str
    asked: tuple[Asked, ...]
    counted: tuple[str, ...] = ()

    @property
    def why(self) -> tuple[str, ...]:
        """The sum behind the day, which is the same for all."""
        return self.asked[0].why


def rounds(case: Opened, owing: Iterable[Owing]) -> Iterator[Round]:
    """In the order in which the first of each was asked."""
    found: dict[tuple[str, date], list[Asked]] = defaultdict(list)
    for one in owing:
        post, due = one.part.asked, one.part.due
        found[one.text, due].append(Asked(one.text, post, case.w.post(post), due, one.status, one.silence, one.why))
    for (text, due), asked in found.items():
        yield Round(text, tuple(asked), tuple(_counted(case, due, asked)) if len(asked) >= MANY else ())


def _counted(case: Opened, due: date, asked: Iterable[Asked]) -> Iterator[str]:
    statuses = Counter(one.status for one in asked)
    standing = ", ".join(f"{status}: {count}" for status, count in sorted(statuses.items()))
    yield case.w.t("case.asked_many", count=statuses.total(), day=case.w.day(due), standing=standing)
    yield from dict.fromkeys(one.silence for one in asked if one.silence)
