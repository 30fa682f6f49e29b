"""A report that another party sent on paper, by telephone or by mail: entered by whoever received it, with its own day.

The sixty days began when it reached the receiving party, not when somebody had time to enter it (domain.md section 4);
so the case is decided as of that day, and written down as of now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from cases.acting import Refused, numbers_in
from cases.answers import Acted, once
from cases.apply import apply_new, write_history
from cases.contents.enclosures import enclose
from cases.contents.matter import NotAllowed
from cases.contents.patient import seal_patient
from cases.database import Transaction
from cases.functions import NotYourFunction, posts_of
from cases.gather import HEADS, Head
from cases.number import new_number
from cases.record import Record
from cases.reports.reporting import BEFORE_CALENDAR, NO_SUCH_DAY, NewCase, all_against, asked_for
from cases.sight import Seer, function_name
from workflows.about_when import until_of
from workflows.definition import Definition
from workflows.fuzzy import before_calendar, no_such_day, parse_fuzzy
from workflows.nouns import Actor, Reason, Refusal
from workflows.office_hours import STOCKHOLM, local_date
from workflows.opening import Opening, open_case
from workflows.organisation import Organisation, Side, holder_of

WAYS = ("paper", "telephone", "mail")
ENTERERS = frozenset(("receiver", "handler", "unit_manager"))
"""Who enters what came to their operation another way."""

LONGEST_AGO = timedelta(days=366)
"""An older one is told afterwards, with its past as it was (`stegen case report --stage`; ours)."""

NOON = time(12)


@dataclass(frozen=True, slots=True)
class Received:
    """The operation that sent it, the way it came by, and the day on which it reached us."""

    sender: str
    way: str
    came_on: date | None


def may_enter(post: str, org: Organisation) -> bool:
    """Whether a function enters reports that came another way."""
    return function_name(post) in ENTERERS and receiving_side(post, org) is not None


def receiving_side(post: str, org: Organisation) -> Side | None:
    """The operation, as a whole, that a function receives reports for."""
    kind, _, code = holder_of(post).partition(":")
    found = org.sides.get(code if kind == "unit" else f"operation:{code}") if kind in ("unit", "operation") else None
    return org.sides.get(f"operation:{found.operation}") if found is not None else None


def enter_received(
    record: Record, seer: Seer, new: NewCase, received: Received, now: datetime, *, key: str = ""
) -> Acted:
    """Open a case that another party has raised, at the stage where it has arrived, counted from its own day.

    Raises NotYourFunction, NotAllowed, Refused (all reasons), KeyReused or a DatabaseError; then nothing was written.
    """
    request = [seer.post, *asked_for(new), received.sender, received.way, str(received.came_on)]
    return once(record, seer.account, key, request, now, lambda tx: _enter(tx, record, seer, new, received, now))


def _enter(tx: Transaction, record: Record, seer: Seer, new: NewCase, received: Received, now: datetime) -> Acted:
    today = local_date(now)
    if seer.post not in posts_of(tx, seer.account, today):
        raise NotYourFunction(NotYourFunction.__doc__)
    world = record.world(tx, now)
    own = receiving_side(seer.post, world.org)
    if own is None or not may_enter(seer.post, world.org):
        raise NotAllowed(NotAllowed.__doc__)
    definition = record.library.in_force("deviation")
    sender = world.org.sides.get(f"operation:{received.sender}")
    said = parse_fuzzy(new.happened, today)
    event_day = said.earliest
    faults = (
        *_faults(received, sender, own, today), *_day_faults(received.came_on, event_day, today),
        *((NO_SUCH_DAY,) if no_such_day(new.happened) else ()),
        *((BEFORE_CALENDAR,) if before_calendar(new.happened, today) else ()),
        *numbers_in({**new.texts, "happened": new.happened}),
    )  # fmt: skip
    if sender is None or sender.party == own.party:
        raise Refused(Refusal("open", faults))
    opening = Opening(
        number=new_number(today.year, record.random_bytes), raising=sender, receiving=own, urgent=new.urgent,
        event_date=event_day, stage=_arrival(definition), facts={**until_of(said), "own_check": False},
        texts=new.texts,
    )  # fmt: skip
    day = received.came_on
    as_of = now if faults or day is None or day == today else datetime.combine(day, NOON, STOCKHOLM).astimezone(UTC)
    first = open_case(definition, opening, Actor(seer.account, seer.post, frozenset((seer.post,))), world, as_of)
    if faults or isinstance(first, Refusal):
        raise Refused(Refusal("open", all_against(faults, first.reasons if isinstance(first, Refusal) else ())))
    case_id = apply_new(tx, record, first, seer.account, now)
    _beside(tx, record, seer, case_id, first.cover.number, new, received, now)
    return Acted(first.cover.number, 1, first.cover.stage, first)


def _beside(
    tx: Transaction, record: Record, seer: Seer, case_id: int, number: str, new: NewCase, received: Received,
    now: datetime,
) -> None:  # fmt: skip
    """How it came, for both parties; whom it concerns; and its papers."""
    lines: list[tuple[str, str, dict[str, str], dict[str, str]]] = [
        ("shared", "came_by", {}, {"came_by": received.way, "came_on": str(received.came_on)})
    ]
    if new.patient.strip():
        seal_patient(tx, record, case_id, number, new.patient)
        lines.append(("shared", "patient_set", {}, {}))
    for line in lines:
        heads = {name: Head(version, bytes(head)) for name, version, head in tx.all(HEADS, id=case_id)}
        write_history(tx, record, case_id, number, heads, seer.post, seer.account, now, [line])
    enclose(tx, record, seer, case_id, number, new.papers, now)


def _arrival(definition: Definition) -> str:
    """The stage in which the clock of the answer starts: where a report has reached the other party."""
    return next(rule.starts for rule in definition.deadlines.values() if "answer" in rule.met_by)


def _faults(received: Received, sender: Side | None, own: Side, today: date) -> Iterator[Reason]:
    if sender is None:
        yield Reason("input_no_operation", "Säg vilken verksamhet rapporten kom från.",
                     "Say which operation the report came from.", "sender")  # fmt: skip
    elif sender.party == own.party:
        yield Reason("own_party", "Det är er egen part. Rapportera som vanligt, så skickas det vidare.",
                     "That is your own party. Report as usual, and it is sent on.", "sender")  # fmt: skip
    if received.way not in WAYS:
        yield Reason("input_missing", "Säg hur rapporten kom.", "Say how the report came.", "came_by")


def _day_faults(day: date | None, event_day: date | None, today: date) -> Iterator[Reason]:
    """`day`: when the report came; `event_day`: the earliest that its event can have been, None when nobody can
    tell."""
    if day is None or day > today or today - day > LONGEST_AGO:
        yield Reason("came_when", "Säg vilken dag rapporten kom till er: i dag eller under det senaste året.",
                     "Say on which day the report reached you: today or in the last year.", "came_on")  # fmt: skip
    elif event_day is not None and event_day > day:
        yield Reason("event_after", "Händelsen ligger efter dagen då rapporten kom till er. Rätta en av dagarna.",
                     "The event lies after the day on which the report reached you. Correct one of the days.",
                     "happened")  # fmt: skip
