"""Why each case of a list stands under its date: the sum behind the deadline, or behind what the reader owes.

Three statements for a whole page of a list, however many cases it shows (law 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.database import Transaction
from cases.dates import explained
from cases.explaining import event_of
from cases.gather import deadline_of
from cases.lists.worklist import PAGE, Item
from cases.names import names_of
from cases.owed_dates import asking_event, owed_date
from cases.record import Record
from cases.wording import Wording
from workflows.attempt import World
from workflows.calendar import Language
from workflows.definition import Text
from workflows.nouns import Contribution, Deadline
from workflows.office_hours import local_date

_Asked = tuple[Contribution, datetime, str]
"""What is owed, when it was asked for, and by which step."""

_NUMBERS = ", ".join(f":n{place}" for place in range(PAGE))
DATES = f"""SELECT d.key, d.code, d.clock, d.started_by, d.start, d.due, d.status, d.revision, d.pauses, d.named,
 d.extended_to, d.extended_on, d.party, d.forum, d.hasty, c.number FROM cases c
 JOIN deadline d ON d.case_id = c.id AND d.status = 'open' WHERE c.number IN ({_NUMBERS}) ORDER BY d.due, d.key"""

# Each line that touched something owed; the first that names its key is the one that asked for it, and where it was
# asked for anew the first that names who was asked, too. Their places in the line are looked for as the record writes
# them (chain.canonical), so that no line is taken apart for nothing.
ASKED = f"""SELECT c.number, k.key, k.code, k.asked, k.due, k.status, k.forum, k.revision, e.at, e.code
 FROM cases c
 JOIN contribution k ON k.case_id = c.id AND k.status = 'owed'
 JOIN event e ON e.case_id = c.id AND e.compartment = 'cover' AND e.outcome LIKE '%"key":"' || k.key || '"%'
 AND (k.revision = 1 OR e.outcome LIKE '%"asked":"' || k.asked || '"%')
 WHERE c.number IN ({_NUMBERS}) ORDER BY e.seq DESC"""


@dataclass(frozen=True, slots=True)
class Reason:
    """What the date is called, the sum behind it line by line, and what happens when it passes or nothing comes."""

    name: Text
    lines: tuple[str, ...]
    default: Text
    owed: bool = False


def reasons_of(record: Record, items: Sequence[Item], now: datetime, language: Language) -> Mapping[str, Reason]:
    """Number -> the reason for `next_date`, of up to fifty listed cases; a case without one is left out."""
    wanted = {item.number: item for item in items if item.next_date is not None}
    if not wanted:
        return {}
    with record.database.read() as tx:
        world, dates = record.world(tx, now), _dates(tx, record, wanted)
        owed = dict(_asked(tx, {number: item for number, item in wanted.items() if item.owed}))
        words = _words(tx, record, wanted, (*dates.values(), *(part for part, _, _ in owed.values())), world)
    return {
        number: reason for number, item in wanted.items()
        for reason in _reason(item, dates.get(number), owed.get(number), words[item.definition], language)
    }  # fmt: skip


def _dates(tx: Transaction, record: Record, wanted: Mapping[str, Item]) -> dict[str, Deadline]:
    """The open date that each case is listed under; of several on that day the one that is its stage's own."""
    numbers = {f"n{place}": number for place, number in enumerate(wanted)}
    padded = numbers | {f"n{place}": "" for place in range(len(wanted), PAGE)}
    found: dict[str, Deadline] = {}
    for row in tx.all(DATES, **padded):
        item, deadline = wanted[row[15]], deadline_of(row)
        if deadline.due == item.next_date and (item.number not in found or deadline.code == _own_date(record, item)):
            found[item.number] = deadline
    return found


def _asked(tx: Transaction, owing: Mapping[str, Item]) -> Iterator[tuple[str, _Asked]]:
    """Number -> what its reader owes, when it was asked for and by which step. The earliest line comes last."""
    numbers = {f"n{place}": number for place, number in enumerate(owing)}
    padded = numbers | {f"n{place}": "" for place in range(len(owing), PAGE)}
    for number, *columns, at, move in tx.all(ASKED, **padded):
        part, item = Contribution(*columns), owing[number]
        if (part.code, part.due) == (item.owed, item.next_date):
            yield number, (part, at, move)


def _own_date(record: Record, item: Item) -> str:
    stage = record.library.routine(item.definition).definition.stages.get(item.stage)
    return stage.date if stage is not None else ""


def _words(
    tx: Transaction, record: Record, wanted: Mapping[str, Item], dates: Iterable[Deadline | Contribution], world: World
) -> dict[str, Wording]:
    """By routine. All of them name places alike, so the names are looked up once."""
    keys = {item.definition for item in wanted.values()}
    routines = {key: record.library.routine(key).definition for key in sorted(keys)}
    functions = {name: text for routine in routines.values() for name, text in routine.functions.items()}
    names = names_of(tx, (f"forum:{d.forum}" for d in dates if d.forum), functions)
    return {key: Wording(routine, (routine,), names, world, "", (), {}) for key, routine in routines.items()}


def _reason(
    item: Item, deadline: Deadline | None, asked: _Asked | None, words: Wording, language: Language
) -> Iterator[Reason]:
    definition = words.definition
    if item.owed in definition.contributions:
        rule = definition.contributions[item.owed]
        yield Reason(rule.text, tuple(_sum(asked, words, language)), rule.silence, owed=True)
    elif deadline is not None and deadline.code in definition.deadlines:
        event = event_of(deadline, definition) or words.done(deadline.started_by)
        told = explained(deadline, definition, words, event)
        yield Reason(told.rule.text, tuple(told.lines(language)), told.rule.default_text)


def _sum(asked: _Asked | None, words: Wording, language: Language) -> list[str]:
    if asked is None:
        return []
    part, at, move = asked
    event = asking_event(move, part, words.definition, words)
    return owed_date(part, words.definition, words, local_date(at), event).lines(language)
