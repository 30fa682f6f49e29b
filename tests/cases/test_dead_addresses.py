"""Addresses that take no letters: found by those that refused one, however many letters have left."""

import re

from cases.clock.dead_addresses import DEAD, DeadAddress, dead_addresses
from cases.database import Transaction
from cases.record import Record
from tests.notifications.clockwork import minutes
from tests.record import MORNING

PETRA, HERS = "petra.lonnroth", "petra.lonnroth@vgr.example.invalid"
OSKAR, HIS = "oskar.nyberg", "oskar.nyberg@vgr.example.invalid"
KEPT = """INSERT INTO letter (message_id, account, address, subject, body, written_at, outcome, answer)
 VALUES (:key, :account, :address, '', '', :at, :outcome, :answer)"""


def had(tx: Transaction, minute: int, account: str, address: str, outcome: str) -> None:
    """A letter of that minute with what became of it."""
    tx.run(KEPT, key=f"{account}{minute}", account=account, address=address, at=MORNING + minutes(minute),
           outcome=outcome, answer=f"answer {minute}")  # fmt: skip


def test_an_address_is_dead_from_a_refusal_until_a_letter_is_taken(record: Record) -> None:
    """Else an operator corrects addresses that work, or one of two addresses in a function is dead and nobody sees."""
    with record.database.write() as tx:
        for minute, outcome in enumerate(("delivered", "refused", "deferred", "refused")):
            had(tx, minute, PETRA, HERS, outcome)
        for minute, outcome in enumerate(("refused", "delivered")):
            had(tx, minute, OSKAR, HIS, outcome)
        had(tx, 2, OSKAR, "oskar@elsewhere.example.invalid", "refused")
    with record.database.read() as tx:
        assert dead_addresses(tx) == (DeadAddress(PETRA, HERS, MORNING + minutes(3), "answer 3"),)


def test_the_letters_that_were_taken_are_not_read(record: Record) -> None:
    """Else the administrator's first page reads every letter of ten years to show two addresses."""
    with record.database.read() as tx:
        if tx.postgres:
            # A few rows are read faster than an index; the question is whether there is one for a million.
            tx.run("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN " if tx.postgres else "EXPLAIN QUERY PLAN "
        plan = "\n".join(str(row) for row in tx.all(explain + DEAD))
    assert "ix_letter_refused" in plan, plan
    assert re.search(r"(Index Only Scan|Index Scan) using ix_letter_taken|SEARCH m USING .*ix_letter_taken", plan), plan
    assert not re.search(r"Seq Scan on letter|SCAN l\b(?! USING INDEX ix_letter_refused)|SCAN m\b", plan), plan
