"""What a forum needs so that a case brought to it is answered: both sides, a presidium, a living stand-in, dates."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product

from config.calendar import HolidayTable
from config.draft import Draft
from config.faults import Fault
from config.forums import Forum, Seat
from config.organisation import Holding
from config.rows import Placed
from config.validity import outlasts, overlap, overlapping_pairs, valid_on

NEEDED_FUNCTIONS = ("process_leader", "chair", "vice_chair")
SIDES = frozenset({"municipal", "regional"})


def forum_faults(draft: Draft) -> Iterator[Fault]:
    staff = _staff(draft)
    for forum in draft.forums:
        yield from _seat_faults(forum, draft)
        yield from _staff_faults(forum, staff)
        yield from _presidium_faults(forum, staff)
    yield from _doubled_seats(draft)
    yield from _stand_in_faults(draft)
    yield from _meeting_faults(draft)


def forum_warnings(draft: Draft, holidays: HolidayTable) -> Iterator[Fault]:
    """What may be meant, but is worth a look: meetings on days when nobody works, pauses without a stand-in."""
    for meeting in draft.meetings:
        day = meeting.value.date
        if not holidays.is_working_day(day):
            name = holidays.names.get(day, "a weekend")
            yield meeting.fault("date", f"'{meeting.value.forum}' meets on {day}, {name}")
    for forum in draft.forums:
        if forum.value.state == "paused" and not forum.value.stand_in:
            yield forum.fault("stand_in", f"'{forum.value.code}' is paused and nobody answers for it; name a stand-in")


def _staff(draft: Draft) -> dict[tuple[str, str], list[Placed[Holding]]]:
    """The holdings of each (forum, function)."""
    staff: dict[tuple[str, str], list[Placed[Holding]]] = defaultdict(list)
    for holding in draft.holdings:
        if holding.value.holder.kind == "forum":
            staff[holding.value.holder.code, holding.value.function].append(holding)
    return staff


def _seat_faults(forum: Placed[Forum], draft: Draft) -> Iterator[Fault]:
    missing = SIDES - {seat.value.side for seat in draft.seats if seat.value.forum == forum.value.code}
    if missing:
        sides = " or the ".join(sorted(missing))
        yield forum.fault("code", f"'{forum.value.code}' has no seat of the {sides} side; add it to seats.csv")


def _doubled_seats(draft: Draft) -> Iterator[Fault]:
    places: dict[tuple[str, str], list[Placed[Seat]]] = defaultdict(list)
    for seat in draft.seats:
        places[seat.value.forum, seat.value.operation].append(seat)
    for (forum, operation), seats in places.items():
        for earlier, later in overlapping_pairs(seats):
            text = f"'{operation}' already sits in '{forum}' by {earlier.place}; keep one, or give them dates"
            yield later.fault("who", text)


def _staff_faults(forum: Placed[Forum], staff: dict[tuple[str, str], list[Placed[Holding]]]) -> Iterator[Fault]:
    """Whoever ends before the forum itself counts for nobody: from then on it would be without."""
    if forum.value.state != "active":
        return
    held = {function: staff.get((forum.value.code, function), []) for function in NEEDED_FUNCTIONS}
    missing = [function for function, holdings in held.items() if not holdings]
    if missing:
        yield forum.fault("code", f"'{forum.value.code}' has no {', no '.join(missing)}; add it to holdings.csv")
    for function, holdings in held.items():
        if holdings and not any(outlasts(holding.value, forum.value) for holding in holdings):
            last = max(holding.value.valid_to for holding in holdings if holding.value.valid_to is not None)
            yield forum.fault("code", f"'{forum.value.code}' has no {function} after {last}; add one to holdings.csv")


def _presidium_faults(forum: Placed[Forum], staff: dict[tuple[str, str], list[Placed[Holding]]]) -> Iterator[Fault]:
    chairs = staff.get((forum.value.code, "chair"), [])
    for chair in chairs:
        # An acting chair or one of an earlier term may come from the other side.
        lasting = chair.value.valid_to is None and not chair.value.acting
        if lasting and chair.value.side in SIDES and chair.value.side != forum.value.chair_side:
            text = f"chairs '{forum.value.code}' for the {chair.value.side} side, but forums.csv gives the chair to the"
            yield chair.fault("side", f"{text} {forum.value.chair_side} side")
    for chair, vice in product(chairs, staff.get((forum.value.code, "vice_chair"), [])):
        if chair.value.side in SIDES and chair.value.side == vice.value.side and overlap(chair.value, vice.value):
            text = f"the vice chair of '{forum.value.code}' is of the {vice.value.side} side, as is the chair"
            yield vice.fault("side", f"{text} ({chair.place}); they must come from opposite sides")


def _stand_in_faults(draft: Draft) -> Iterator[Fault]:
    states = {forum.value.code: forum.value.state for forum in draft.forums}
    for forum in draft.forums:
        state = states.get(forum.value.stand_in or "", "active")
        if state in ("paused", "ended"):
            yield forum.fault("stand_in", f"'{forum.value.stand_in}' is itself {state}; name a forum that is active")


def _meeting_faults(draft: Draft) -> Iterator[Fault]:
    forums = {forum.value.code: forum.value for forum in draft.forums}
    for entry in draft.meetings:
        meeting = entry.value
        forum = forums.get(meeting.forum)
        if forum and not valid_on(forum, meeting.date):
            yield entry.fault("date", f"'{forum.code}' does not exist on {meeting.date}; see its dates in forums.csv")
        if meeting.end and (meeting.start is None or meeting.end <= meeting.start):
            yield entry.fault("end", f"the meeting of {meeting.date} ends at {meeting.end:%H:%M} but starts no earlier")
