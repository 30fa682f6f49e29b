"""Which operations sit in which forum: the lines of seats.csv, and the seats they stand for."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from config.forums import Seat
from config.organisation import SIDE_OF_PARTY, Authority, Operation, Party, Side
from config.rows import Placed

WHOLE_COUNTY = "county"
WHOLE_ARENA = "arena:"


@dataclass(frozen=True, slots=True)
class SeatLine:
    """`who` is an operation's code, `arena:CODE` for every operation of an arena, or `county` for every operation."""

    forum: str
    who: str
    valid_from: date | None
    valid_to: date | None

    def seats(self, operation: Operation) -> bool:
        return self.who in (WHOLE_COUNTY, WHOLE_ARENA + operation.arena, operation.code)


def spell_out(
    lines: Iterable[Placed[SeatLine]], operations: Iterable[Placed[Operation]], sides: Mapping[str, Side]
) -> Iterator[Placed[Seat]]:
    """One seat per operation and line. `sides`: the side of each authority; an operation without one gets no seat."""
    known = {entry.value.code: entry.value for entry in operations if entry.value.authority in sides}
    for line in lines:
        for operation in known.values():
            if line.value.seats(operation):
                side = sides[operation.authority]
                seat = Seat(line.value.forum, operation.code, side, line.value.valid_from, line.value.valid_to)
                yield Placed(seat, line.file, line.place)


def sides_of(authorities: Iterable[Placed[Authority]], parties: Iterable[Placed[Party]]) -> Mapping[str, Side]:
    """The side of each authority whose party is known."""
    kinds = {entry.value.code: entry.value.kind for entry in parties}
    owners = ((entry.value.code, kinds.get(entry.value.party, "")) for entry in authorities)
    return {authority: SIDE_OF_PARTY[kind] for authority, kind in owners if kind in SIDE_OF_PARTY}
