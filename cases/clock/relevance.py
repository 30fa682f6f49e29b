"""Does a docket row still hold, may it be carried out now, and which notch follows it?

A row was written with the state that asked for it, and that state may be gone when its time comes. What is asked is
what is due and unsent *now*: of several due notches of one date and one function only the newest is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cases.clock.situations import Situation
from workflows.attempt import World
from workflows.calendar import Days
from workflows.definition import Definition
from workflows.docket_plan import QUIET_FROM, QUIET_UNTIL, Moment, moments, reminder
from workflows.file_reading import FILE_READ, REVIEWED
from workflows.nouns import Deadline, DocketRow
from workflows.office_hours import local_date, next_open, send_time
from workflows.organisation import holder_of
from workflows.roles import resolve
from workflows.texts import authority_of

INSTEAD = "~"
"""In a key: what follows says that the row goes to the next receiver of the chain, and which attempt at that it is."""

OWN, LISTED = "own:", "list:"
"""How the notches begin that no routine knows: a reminder of one's own, and the monthly list."""

TAKEN_OVER, GIVEN_BACK = "told:taken_over", "told:given_back"
"""What waits for a function whose holder goes on a long leave, or comes back from one (`long_absences.py`)."""

PUT_FORWARD = f"told:{REVIEWED}"
"""Word that a forum file waits to be read."""

TOLD_OF_GLASS = "told:glass_broken"
"""The letter that tells a party of an administrator's emergency opening. No administrator's act takes it away: it is
about one of them (domain.md section 3, "both parties told")."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`claimed`: carry it out. `overtaken`: it no longer holds. `waiting`: not before that instant. Each but the first
    with its reason; `newer` are the notches of the same date and function that are due as well, oldest first."""

    status: str = "claimed"
    reason: str = ""
    not_before: datetime | None = None
    newer: tuple[DocketRow, ...] = ()
    following: DocketRow | None = None
    """Of a row that holds: the next notch of the same date and function."""


HOLDS = Verdict()


def judge(row: DocketRow, case: Situation, definition: Definition, world: World, now: datetime) -> Verdict:
    """What is to become of a due row."""
    if row.kind == "step":
        return _step(row, case, definition, world, now)
    gone = _gone(row, case) if row.deadline else _not_asked(row, case)
    if gone:
        return Verdict("overtaken", gone)
    if row.notch.startswith(LISTED) and row.notch != month_of(local_date(now)):
        return Verdict("overtaken", "newer:list")
    verdict = HOLDS
    if row.deadline and not row.notch.startswith((OWN, LISTED)):
        verdict = _newest(row, case, definition, world, now)
    if verdict.status != "claimed":
        return verdict
    opens = next_open(now, days_of(row.post, world))
    return Verdict("waiting", "office_closed", opens) if opens > now else verdict


def origin(key: str) -> str:
    """The key of the row that a stand-in's row goes back to; its own for any other."""
    return key.partition(INSTEAD)[0]


def month_of(day: date) -> str:
    """The notch of that month's list."""
    return f"{LISTED}{day:%Y-%m}"


def following(row: DocketRow, case: Situation, definition: Definition, world: World) -> DocketRow | None:
    """The next notch of the same date and function, when that still holds."""
    if row.kind == "step" or not row.deadline or _gone(row, case):
        return None
    notches = _ladder(row, case, definition, world)
    place = _place(row, notches)
    return _after(row, case, notches, place) if place is not None else None


def _gone(row: DocketRow, case: Situation) -> str:
    """Why the date that a row is about no longer holds; "" while it does."""
    owed = case.contributions.get(row.deadline)
    if owed is not None:
        moved = "" if owed.revision == row.revision else "moved"
        return moved if owed.status == "owed" else owed.status
    deadline = case.deadlines.get(row.deadline)
    if deadline is None or case.cover.status == "ended":
        return "ended" if deadline is not None else "no_date"
    if deadline.status != "open":
        return deadline.status
    return "" if deadline.revision == row.revision else "moved"


def _not_asked(row: DocketRow, case: Situation) -> str:
    """A case that has gone on meanwhile is nobody's to take over, and a file that is read is nobody's to read."""
    if row.notch == PUT_FORWARD:
        waited = (one for one in case.contributions.values() if one.code == FILE_READ and one.status == "owed")
        return "" if row.post in {one.asked for one in waited} else "not_asked"
    if row.notch not in (TAKEN_OVER, GIVEN_BACK):
        return ""
    asked = {owed.asked for owed in case.contributions.values() if owed.status == "owed"}
    return "" if row.post in asked | {case.cover.ball} else "not_asked"


def _newest(row: DocketRow, case: Situation, definition: Definition, world: World, now: datetime) -> Verdict:
    """Overtaken by a newer notch that is due too, or by the function no longer being asked; put off when the
    receiver's days changed and its time is yet to come."""
    notches = _ladder(row, case, definition, world)
    place = _place(row, notches)
    if place is None:
        return Verdict("overtaken", "not_asked")
    if notches[place].at > now:
        return Verdict("waiting", "date_moved", notches[place].at)
    newer = tuple(_row_at(row, case, moment) for moment in notches[place + 1 :] if moment.at <= now)
    if newer:
        return Verdict("overtaken", f"newer:{newer[-1].notch}", newer=newer)
    return Verdict(following=_after(row, case, notches, place))


def _step(row: DocketRow, case: Situation, definition: Definition, world: World, now: datetime) -> Verdict:
    gone = _gone(row, case)
    if gone:
        return Verdict("overtaken", gone)
    deadline, today = case.deadlines[row.deadline], local_date(now)
    rule = definition.deadlines[deadline.code]
    quiet = any(default.move == row.move and default.quiet for default in rule.defaults)
    if quiet and QUIET_FROM <= (today.month, today.day) <= QUIET_UNTIL:
        # A clock that stood still in June must not end a case in July because it woke then (domain.md section 5).
        over = date(today.year, *QUIET_UNTIL) + timedelta(days=1)
        return Verdict("waiting", "quiet", send_time(over, world.calendar.days_of(deadline.party or None)))
    return HOLDS


def _place(row: DocketRow, notches: tuple[Moment, ...]) -> int | None:
    return next((place for place, moment in enumerate(notches) if moment.notch == row.notch), None)


def _after(row: DocketRow, case: Situation, notches: tuple[Moment, ...], place: int) -> DocketRow | None:
    return _row_at(row, case, notches[place + 1]) if place + 1 < len(notches) else None


def _row_at(row: DocketRow, case: Situation, moment: Moment) -> DocketRow:
    """The row of another notch of the same date and function. Only a row whose date still holds has any."""
    return reminder(case.cover.number, row.deadline, row.revision, row.post, moment)


def _ladder(row: DocketRow, case: Situation, definition: Definition, world: World) -> tuple[Moment, ...]:
    """Every notch of the row's date for the row's function, in order; empty when the function is not asked."""
    owed, deadline = case.contributions.get(row.deadline), case.deadlines.get(row.deadline)
    if owed is not None:
        places = {n.at for n in definition.contributions[owed.code].notches if owed.asked == row.post}
        due, set_on = owed.due, date.min
    elif deadline is not None:
        places = _places(row.post, deadline, case, definition, world)
        due, set_on = deadline.due, deadline.start
    else:
        return ()
    return moments(due, set_on, tuple(sorted(places)), days_of(row.post, world))


def _places(post: str, deadline: Deadline, case: Situation, definition: Definition, world: World) -> set[int]:
    owed = tuple(case.contributions.values())
    notches = definition.deadlines[deadline.code].notches
    roles = {role for notch in notches for role in notch.to}
    asked = {role for role in roles if post in resolve(role, case.cover, world.org, owed)}
    return {notch.at for notch in notches if not asked.isdisjoint(notch.to)}


def days_of(post: str, world: World) -> Days:
    """The working days of the party that a post belongs to; the county's for forums."""
    authority = authority_of(holder_of(post), world.org)
    return world.calendar.days_of(world.org.parties.get(authority))
