"""A case begins: reported, raised, or told afterwards. One transaction; the number says nothing about anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from cases.acting import Refused, carry_out, decide, numbers_in
from cases.answers import Acted, once
from cases.apply import apply_new, write_history
from cases.contents.enclosures import Enclosed, enclose
from cases.contents.patient import seal_patient
from cases.database import Transaction
from cases.functions import NotYourFunction, posts_of
from cases.gather import HEADS, Head, gather
from cases.number import new_number
from cases.organisation.heirs import hand_over, heir_of, side_today
from cases.record import Record
from cases.reports.follow_links import keep_token
from cases.reports.unit_links import hash_of
from cases.sight import Seer, house_of
from workflows.about_when import until_of
from workflows.attempt import World
from workflows.fuzzy import before_calendar, no_such_day, parse_fuzzy
from workflows.nouns import Actor, Command, Decision, Reason, Refusal, Snapshot
from workflows.office_hours import local_date
from workflows.opening import Opening, open_case
from workflows.organisation import Organisation, Side, holder_of

REPORTED = """INSERT INTO report (case_id, account, follow_hash, address, language)
 VALUES (:id, :account, :hash, :address, :language)"""
RAISED = "SELECT id, raising_unit FROM cases WHERE number = :number"
SENT_DRAFT = "DELETE FROM report_draft WHERE account = :account AND key = :key"


@dataclass(frozen=True, slots=True)
class NewCase:
    """What somebody reports. `operation` "" is "don't know"; `texts` are the routine's inputs by code.

    `stage` takes up a told case where its handler says it stands; `happened` may be fuzzy ("hösten 2018").
    """

    kind: str
    unit: str = ""
    operation: str = ""
    receiving_unit: str = ""
    happened: str = ""
    urgent: bool = False
    stage: str = ""
    rung: str = ""
    forums: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What a case that is told afterwards already remembers; never taken from a form."""
    texts: Mapping[str, Any] = field(default_factory=dict)
    patient: str = ""
    """Whom it concerns: kept encrypted, read at the local step only (law 6)."""
    papers: tuple[Enclosed, ...] = ()


@dataclass(frozen=True, slots=True)
class Follower:
    """A reporter without an account: the token of the link that she follows the case by, and where its letter goes."""

    token: str
    address: str
    language: str


def report(record: Record, seer: Seer, new: NewCase, now: datetime, *, key: str = "") -> Acted:
    """Open a case as `seer`, for her own unit unless `unit` names another of her party's. A private provider reports
    for itself, and nobody else for it.

    Raises NotYourFunction, Refused (all reasons), KeyReused or a DatabaseError; then nothing was written.
    """
    request = [seer.post, *asked_for(new)]
    return once(record, seer.account, key, request, now, lambda tx: _report(tx, record, seer, new, now, key))


def asked_for(new: NewCase) -> list[Any]:
    """All that makes one report another: with any of it changed, the same key is refused."""
    return [
        new.kind, new.unit, new.operation, new.receiving_unit, new.happened, new.urgent, new.stage, new.rung,
        new.forums, new.facts, new.texts, new.patient, [[paper.sha256, paper.name] for paper in new.papers],
    ]  # fmt: skip


def _report(tx: Transaction, record: Record, seer: Seer, new: NewCase, now: datetime, key: str) -> Acted:
    if seer.post not in posts_of(tx, seer.account, local_date(now)):
        raise NotYourFunction(NotYourFunction.__doc__)
    acted = begin(tx, record, seer, new, record.world(tx, now), now)
    tx.run(SENT_DRAFT, account=seer.account, key=key)
    return acted


def begin(
    tx: Transaction, record: Record, seer: Seer, new: NewCase, world: World, now: datetime, *,
    follower: Follower | None = None,
) -> Acted:  # fmt: skip
    """Open a case in the caller's transaction, for one whose right has been checked. With a `follower` it came by the
    unit's link: whoever wrote it has no account, and the unit checks it before it leaves, whatever its party's rule.
    What comes from a unit that has ended, by somebody who still has her function there, goes to its heir at once.

    Raises Refused.
    """
    acted = _begun(tx, record, seer, new, world, now, follower)
    case_id, unit = tx.one(RAISED, number=acted.number) or (0, "")
    heir = heir_of(tx, unit, local_date(now)) if unit else unit
    if heir == unit:
        return acted
    hand_over(tx, record, case_id, unit, heir, now)
    return replace(acted, version=acted.version + 1)


def _begun(
    tx: Transaction, record: Record, seer: Seer, new: NewCase, world: World, now: datetime,
    follower: Follower | None,
) -> Acted:  # fmt: skip
    unread = tuple(_unreadable(record, new))
    if unread:
        raise Refused(Refusal("open", unread))
    raising, receiving, faults = _sides_today(tx, seer, new, world, now)
    when, about, late = _event_day(new.happened, local_date(now))
    faults += [*late, *numbers_in({**new.texts, "happened": new.happened})]
    if raising is None:
        raise Refused(Refusal("open", tuple(faults)))
    facts = about | _facts_of(tx, raising, new, follower)
    opening = Opening(
        number=new_number(local_date(now).year, record.random_bytes), raising=raising, receiving=receiving,
        urgent=new.urgent, event_date=when, stage=new.stage, rung=new.rung, forums=tuple(new.forums),
        facts=facts, texts=new.texts,
    )  # fmt: skip
    actor = Actor(seer.account, seer.post, frozenset((seer.post,)))
    definition = record.library.in_force(new.kind)
    sends = not new.stage and any(m.code == "submit" for m in definition.from_stage[definition.initial])
    opening = replace(opening, texts={}, receiving=None) if sends else opening
    first = open_case(definition, opening, actor, world, now)
    inputs = dict(new.texts) | ({"operation": new.operation} if new.operation else {})
    if faults or isinstance(first, Refusal):
        against = all_against(faults, first.reasons if isinstance(first, Refusal) else ())
        if sends and new.texts:
            blank = open_case(definition, replace(opening, rung="", forums=()), actor, world, now)
            against = all_against(against, _sent_with(record, blank, inputs, actor, world, now))
        raise Refused(Refusal("open", against))
    case_id = apply_new(tx, record, first, seer.account, now)
    _note_reporter(tx, record, case_id, first.cover.number, seer.account, follower)
    if new.patient.strip():
        _hand_in_patient(tx, record, seer, case_id, first.cover.number, new.patient, now)
    enclose(tx, record, seer, case_id, first.cover.number, new.papers, now)
    if not sends or not new.texts:
        return Acted(first.cover.number, 1, first.cover.stage, first)
    found = gather(tx, case_id, world.org)
    decision = decide(record, found, Command("submit", inputs), actor, world, now)
    return carry_out(tx, record, found, decision, seer.account, world, now)


def _sent_with(
    record: Record, first: Decision | Refusal, inputs: Mapping[str, Any], actor: Actor, world: World, now: datetime
) -> tuple[Reason, ...]:
    """What speaks against the answers themselves once the report is sent; who may send it is another question."""
    if isinstance(first, Refusal):
        return ()
    snapshot = Snapshot(first.cover, first.deadlines, first.contributions)
    routine = record.library.routine(first.cover.definition)
    answer = routine.decide(snapshot, Command("submit", inputs), actor, world, now)
    return tuple(reason for reason in answer.reasons if reason.field) if isinstance(answer, Refusal) else ()


def all_against(faults: Sequence[Reason], more: Sequence[Reason]) -> tuple[Reason, ...]:
    """Every reason at once, but not what only follows of a place that is refused already."""
    named = {fault.field for fault in faults}
    return (*faults, *(reason for reason in more if reason.field not in named))


def _sides_today(
    tx: Transaction, seer: Seer, new: NewCase, world: World, now: datetime
) -> tuple[Side | None, Side | None, list[Reason]]:
    """Both sides, the receiving one's heir where its unit has ended, and what is wrong with them."""
    raising, receiving, faults = _sides(seer, new, world)
    today = local_date(now)
    # She acts for the unit that she writes from, ended or not; that it has an heir is all that is asked.
    ended = raising is not None and side_today(tx, raising, world.org, today) is None
    if receiving is not None and (receiving := side_today(tx, receiving, world.org, today)) is None:
        ended = True
    return raising, receiving, [*faults, *([_ENDED] if ended else [])]


_ENDED = Reason("unit_ended", "Enheten har upphört. Välj en enhet som finns.",
                "The unit has ended. Choose one that is there.", "unit")  # fmt: skip


def _note_reporter(
    tx: Transaction, record: Record, case_id: int, number: str, account: str, follower: Follower | None
) -> None:
    """Who follows the case: an account, or whoever has the link."""
    hashed, address, language = (
        (hash_of(follower.token), follower.address, follower.language) if follower else ("",) * 3
    )
    tx.run(REPORTED, id=case_id, account=account, hash=hashed, address=address, language=language)
    if follower is not None and address:
        keep_token(tx, record, case_id, number, follower.token)


def _facts_of(tx: Transaction, raising: Side, new: NewCase, follower: Follower | None) -> dict[str, Any]:
    checks = bool(tx.value("SELECT own_check FROM party WHERE code = :p", p=raising.party))
    if follower is None:
        return {**new.facts, "own_check": checks}
    return {**new.facts, "own_check": True, "by_link": True}


def _unreadable(record: Record, new: NewCase) -> Iterator[Reason]:
    """What a program may have filled in with something else than its sort; and a kind that the county does not have."""
    words = ("kind", "unit", "operation", "receiving_unit", "happened", "stage", "rung", "patient")
    for name in words:
        if not isinstance(getattr(new, name), str):
            yield Reason("input_not_text", "Det ska vara text.", "That must be text.", name)
    if not isinstance(new.urgent, bool):
        yield Reason("input_not_yes_no", "Svara ja eller nej.", "Answer yes or no.", "urgent")
    if not isinstance(new.forums, (list, tuple)) or not all(isinstance(forum, str) for forum in new.forums):
        yield Reason("input_not_text", "Det ska vara en lista med samverkansorgan.", "That must be a list of forums.",
                     "forums")  # fmt: skip
    if not isinstance(new.texts, Mapping) or not all(isinstance(code, str) for code in new.texts):
        yield Reason("input_not_text", "Det ska vara uppgifter med namn.", "Those must be inputs by name.", "texts")
    if new.kind not in [definition.kind for definition in record.library.definitions.values()]:
        yield Reason("no_kind", "Länet har ingen rutin för den sortens ärende. Välj en sort som det har.",
                     "The county has no routine for that kind of case. Choose one that it has.", "kind")  # fmt: skip


def _hand_in_patient(
    tx: Transaction, record: Record, seer: Seer, case_id: int, number: str, reference: str, now: datetime
) -> None:
    """A reporter may say whom it concerns and can never read it again."""
    seal_patient(tx, record, case_id, number, reference)
    heads = {name: Head(version, bytes(head)) for name, version, head in tx.all(HEADS, id=case_id)}
    write_history(tx, record, case_id, number, heads, seer.post, seer.account, now, [("shared", "patient_set", {}, {})])


def _sides(seer: Seer, new: NewCase, world: World) -> tuple[Side | None, Side | None, list[Reason]]:
    """The raising side from the reporter's own place, the receiving one from what is reported about."""
    org = world.org
    kind, _, own = holder_of(seer.post).partition(":")
    raising = org.sides.get(own if kind == "unit" else f"operation:{own}")
    faults: list[Reason] = []
    if new.unit:
        chosen = org.sides.get(new.unit)
        house = house_of(seer.post, org)
        if chosen is None or (new.unit != own and house_of(f"handler@unit:{new.unit}", org) != house):
            faults.append(
                Reason("input_no_unit", "Enheten hör inte till din part.", "The unit is not of your party.", "unit")
            )
        raising = chosen or raising  # what else is wrong can be told all the same
    if raising is None and not faults:
        faults.append(Reason("unit_missing", "Säg vilken enhet det gäller.", "Say which unit it is about.", "unit"))
    receiving, wrong = _receiving(new, org)
    faults += wrong
    return raising, receiving, faults


def _receiving(new: NewCase, org: Organisation) -> tuple[Side | None, list[Reason]]:
    """What is reported about. Where a unit and its operation are both named, the two agree."""
    faults: list[Reason] = []
    if new.operation and f"operation:{new.operation}" not in org.sides:
        faults.append(NO_OPERATION)
    if not new.receiving_unit:
        return org.sides.get(f"operation:{new.operation}"), faults
    receiving = org.sides.get(new.receiving_unit)
    if receiving is None:
        faults.append(NO_RECEIVING_UNIT)
    elif new.operation not in ("", receiving.operation) and not faults:
        faults.append(ANOTHER_OPERATIONS)
    return receiving, faults


NO_OPERATION = Reason("input_no_operation", "Verksamheten finns inte. Välj ur listan.",
                      "There is no such operation. Choose from the list.", "operation")  # fmt: skip
NO_RECEIVING_UNIT = Reason("no_receiving_unit", "Enheten som det rapporteras om finns inte. Välj ur listan.",
                           "There is no such unit to report about. Choose from the list.",
                           "receiving_unit")  # fmt: skip
ANOTHER_OPERATIONS = Reason("unit_of_another_operation", "Enheten hör till en annan verksamhet. Rätta den ena.",
                            "The unit is of another operation. Correct one of the two.",
                            "receiving_unit")  # fmt: skip
NO_SUCH_DAY = Reason("no_such_day", "Den dagen finns inte. Rätta den, eller skriv ungefär när det var.",
                     "There is no such day. Correct it, or write about when it was.", "happened")  # fmt: skip

BEFORE_CALENDAR = Reason("before_calendar",
                         "Händelsen ligger före år 2000, längre tillbaka än kalendern går. Rätta året.",
                         "The event lies before the year 2000, further back than the calendar goes. Correct the year.",
                         "happened")  # fmt: skip


def _event_day(happened: str, today: date) -> tuple[date | None, dict[str, str], list[Reason]]:
    """The earliest day that the words may mean, and the fact of how far they reach; refused when all of it lies ahead
    or before the calendar, or no year has it."""
    if not happened:
        return None, {}, []
    if no_such_day(happened):
        return None, {}, [NO_SUCH_DAY]
    if before_calendar(happened, today):
        return None, {}, [BEFORE_CALENDAR]
    fuzzy = parse_fuzzy(happened, today)
    if fuzzy.earliest is not None and fuzzy.earliest > today:
        return None, {}, [Reason("event_ahead", "Händelsen ligger i framtiden. Rätta dagen.",
                             "The event lies in the future. Correct the day.", "happened")]  # fmt: skip
    return fuzzy.earliest, until_of(fuzzy), []
