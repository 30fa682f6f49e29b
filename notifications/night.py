"""What the clock does at night: hands over what ended units still hold, seals the logs, checks the whole record, and
publishes one root over all heads outside of it, with the list of all disposals.

Whoever keeps a copy of the published roots can show later that no line of any history or log was changed since; and of
the list, what has to be erased again after a restore.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

from cases.clock.rounds import last_round, note_failure, note_round
from cases.contents.disposals_told import carried_on
from cases.contents.enclosures import sweep_unsent
from cases.contents.unread_files import hand_over_unread
from cases.lists.standing import list_whose_turn_it_is
from cases.organisation.calendar_changes import needs_recount, recount_all
from cases.organisation.heirs import hand_over_left
from cases.record import Record
from cases.signing_in.guesses import forget_old
from cases.soundness.published import of_published, published_in
from cases.soundness.sealed_logs import seal_logs
from cases.soundness.verify import Fault, chain_root, verify
from workflows.office_hours import STOCKHOLM, local_date

log = logging.getLogger(__name__)

DUTY = "night"
FROM = time(2, 0)
"""Local time; nobody is at work, and the summer's clock change is over at three."""

FILE = "{day}.txt"
DISPOSED = "disposed.txt"
"""The list of all disposals, written anew each night."""


@dataclass(frozen=True, slots=True)
class Night:
    """What was found and where the root stands."""

    faults: tuple[Fault, ...]
    root: str
    heads: int
    file: Path


def is_due(record: Record, now: datetime) -> bool:
    """Once a night, or on the first occasion after a night without a clock."""
    with record.database.read() as tx:
        last = last_round(tx, DUTY, now)
    local = now.astimezone(STOCKHOLM)
    return local.time() >= FROM and (last is None or local_date(last.at) < local.date())


def watch(record: Record, now: datetime, folder: Path) -> Night:
    """Sweep what nobody needs any more, hand over what lies with units that have ended, list anew what awaits functions
    that have begun or ended, hand on files that were not read in time, count dates anew where the county's days have
    changed, seal the logs, check everything, and publish the root as a file in `folder`, named by the day and never
    written over, with the heads of the logs below it, and the disposals beside it.

    The root is published before the check: it is what shows when the record was still whole, and a check may break
    off. Faults are logged one by one and noted as a failure of this duty.
    """
    swept = sweep_unsent(record, now)
    if swept:
        log.info("%d papers that no case names were removed.", len(swept))
    forget_old(record, now)
    gone = hand_over_left(record, now)
    if gone:
        log.info("%d cases of units that have ended went to their heirs.", gone)
    list_whose_turn_it_is(record, now)
    unread = hand_over_unread(record, now)
    if unread:
        log.info("%d forum files that were not read in time went to their forums.", unread)
    if needs_recount(record):
        log.info("%d cases got another date: the county's days have changed.", recount_all(record, now))
    sealed = seal_logs(record, now)
    root, heads = chain_root(record)
    file = _published(
        folder, now, [f"{heads} {root}", *(f"log {name} {sealed[name].hex()}" for name in sorted(sealed))]
    )
    faults = verify(record, now) + _of_roots(record, folder)
    for fault in faults:
        log.error("The record is not whole: %s", fault)
    told = folder / DISPOSED
    _put(told, carried_on(record, told.read_text(encoding="ascii") if told.exists() else ""))
    note_round(record, DUTY, {"faults": len(faults), "heads": heads}, now)
    if faults:
        note_failure(record, DUTY, f"{len(faults)} fault(s), the first: {faults[0]}; run `stegen verify`", now)
    return Night(faults, root, heads, file)


def _of_roots(record: Record, folder: Path) -> tuple[Fault, ...]:
    """The newest seal can be removed together with its lines: by itself the record is whole then."""
    told = tuple(published_in(folder))
    with record.database.read() as tx:
        return tuple(Fault("logs", name, text) for name, text in of_published(tx, told))


def _published(folder: Path, now: datetime, said: list[str]) -> Path:
    """A second root of the same day stands below the first; one that says the same again, after a check that broke off
    and is tried each minute, does not."""
    file = folder / FILE.format(day=local_date(now).isoformat())
    before = file.read_text(encoding="ascii") if file.exists() else ""
    if [line.partition(" ")[2] for line in before.splitlines()[-len(said) :]] == said:
        return file
    at = f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return _put(file, before + "".join(f"{at} {words}\n" for words in said))


def _put(file: Path, text: str) -> Path:
    """Whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".part")
    with draft.open("w", encoding="ascii") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
    return file
