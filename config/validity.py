"""From a day to a day: both included, without end where none is given."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Protocol, TypeVar

from config.draft import Draft
from config.faults import Fault
from config.rows import Placed


class Dated(Protocol):
    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_to(self) -> date | None: ...


D = TypeVar("D", bound=Dated)


def overlap(one: Dated, other: Dated) -> bool:
    """Whether there is a day on which both are valid."""
    return _first(one) <= _last(other) and _first(other) <= _last(one)


def valid_on(thing: Dated, day: date) -> bool:
    return _first(thing) <= day <= _last(thing)


def outlasts(thing: Dated, other: Dated) -> bool:
    """Whether it is valid on the last day of the other, too; both without end counts as that."""
    return _last(thing) >= _last(other)


def overlapping_pairs(entries: Iterable[Placed[D]]) -> Iterator[tuple[Placed[D], Placed[D]]]:
    """Each entry that is valid together with an earlier one of the same list, with that one: (earlier, later)."""
    seen: list[Placed[D]] = []
    for later in entries:
        earlier = next((entry for entry in seen if overlap(entry.value, later.value)), None)
        if earlier:
            yield earlier, later
        seen.append(later)


def validity_faults(draft: Draft) -> Iterator[Fault]:
    """Everything that ends before it begins."""
    dated: tuple[Placed[Dated], ...] = (
        *draft.operations,
        *draft.units,
        *draft.forums,
        *draft.seat_lines,
        *draft.versions,
        *draft.holdings,
        *draft.absences,
    )
    for entry in dated:
        if _last(entry.value) < _first(entry.value):
            yield entry.fault("valid_to", f"{entry.value.valid_to} is before valid_from {entry.value.valid_from}")


def _first(thing: Dated) -> date:
    return thing.valid_from or date.min


def _last(thing: Dated) -> date:
    return thing.valid_to or date.max
