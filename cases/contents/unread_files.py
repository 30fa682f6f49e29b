"""A forum file that a side has not read in time goes to the forum that has the case, by the clock (laws 1 and 6).

The routine says until when it is to be read and what silence means (`[contributions.file_read]`). At the local step it
stays where it is: there the lift takes it along.
"""

from __future__ import annotations

import logging
from datetime import datetime

from cases.apply import apply_move
from cases.contents.forum_files import send_file
from cases.database import Transaction
from cases.gather import gather
from cases.record import Record
from workflows.file_acts import LATE, file_moved
from workflows.nouns import CLOCK, Actor
from workflows.office_hours import local_date

log = logging.getLogger(__name__)

UNREAD = """SELECT k.case_id FROM contribution k JOIN cases c ON c.id = k.case_id
 WHERE k.status = 'owed' AND k.due < :today AND k.code = 'file_read' AND c.status = 'open' AND c.forums <> ''
 ORDER BY k.case_id"""


def hand_over_unread(record: Record, now: datetime) -> int:
    """Hand over every file whose reading is late before a forum; in how many cases. Each in a transaction of its own;
    one that cannot go is logged, stays owed and is tried the next night."""
    gone = 0
    with record.database.read() as tx:
        late = [case_id for (case_id,) in tx.all(UNREAD, today=local_date(now))]
    for case_id in late:
        try:
            with record.database.write() as tx:
                gone += _hand_over(tx, record, case_id, now)
        except Exception:
            log.exception("A forum file that was not read in time could not go to its forum; it is tried again.")
    return gone


def _hand_over(tx: Transaction, record: Record, case_id: int, now: datetime) -> bool:
    world = record.world(tx, now)
    found = gather(tx, case_id, world.org)
    definition = record.library.routine(found.definition).definition
    actor = Actor("", CLOCK, frozenset((CLOCK,)))
    decision = file_moved(definition, found.snapshot, LATE, actor, world, now)
    if decision is None:
        return False
    apply_move(tx, record, decision, case_id, found.heads, "", now)
    send_file(tx, record, case_id, found.snapshot, decision, "", world, now)
    return True
