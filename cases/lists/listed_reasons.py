"""Why each case of a list stands under its date: the sum behind the deadline, or what silence of an answer means.

Two statements for a whole page of a list, however many cases it shows (law 2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.database import Transaction
from cases.dates import explained
from cases.explaining import event_of
from cases.gather import deadline_of
from cases.lists.worklist import PAGE, Item
from cases.names import names_of
from cases.record import Record
from cases.wording import Wording
from workflows.attempt import World
from workflows.calendar import Language
from workflows.definition import Text
from workflows.nouns import Deadline

_NUMBERS = ", ".join(f":n{place}" for place in range(PAGE))
DATES = f"""SELECT d.key, d.code, d.clock, d.started_by, d.start, d.due, d.status, d.revision, d.pauses, d.named,
 d.extended_to, d.extended_on, d.party, d.forum, d.hasty, c.number FROM cases c
 JOIN deadline d ON d.case_id = c.id AND d.status = 'open' WHERE c.number IN ({_NUMBERS}) ORDER BY d.due, d.key"""


@dataclass(frozen=True, slots=True)
class Reason:
    """What the date is called, the sum behind it line by line, and what happens when it passes."""

    name: Text
    lines: tuple[str, ...]
    default: Text


def reasons_of(record: Record, items: Sequence[Item], now: datetime, language: Language) -> Mapping[str, Reason]:
    """Number -> the reason for `next_date`, of up to fifty listed cases; a case without one is left out."""
    wanted = {item.number: item for item in items if item.next_date is not None}
    if not wanted:
        return {}
    with record.database.read() as tx:
        world, dates = record.world(tx, now), _dates(tx, record, wanted)
        words = _words(tx, record, wanted, dates, world)
    return {number: reason for number, item in wanted.items()
            for reason in _reason(item, dates.get(number), words[item.definition], language)}  # fmt: skip


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


def _own_date(record: Record, item: Item) -> str:
    stage = record.library.routine(item.definition).definition.stages.get(item.stage)
    return stage.date if stage is not None else ""


def _words(
    tx: Transaction, record: Record, wanted: Mapping[str, Item], dates: Mapping[str, Deadline], world: World
) -> dict[str, Wording]:
    """By routine. All of them name places alike, so the names are looked up once."""
    keys = {item.definition for item in wanted.values()}
    routines = {key: record.library.routine(key).definition for key in sorted(keys)}
    functions = {name: text for routine in routines.values() for name, text in routine.functions.items()}
    names = names_of(tx, (f"forum:{d.forum}" for d in dates.values() if d.forum), functions)
    return {key: Wording(routine, (routine,), names, world, "", (), {}) for key, routine in routines.items()}


def _reason(item: Item, deadline: Deadline | None, words: Wording, language: Language) -> Iterator[Reason]:
    owed = words.definition.contributions.get(item.owed)
    if owed is not None:
        yield Reason(owed.text, (), owed.silence)
    elif deadline is not None and deadline.code in words.definition.deadlines:
        event = event_of(deadline, words.definition) or words.done(deadline.started_by)
        told = explained(deadline, words.definition, words, event)
        yield Reason(told.rule.text, tuple(told.lines(language)), told.rule.default_text)
