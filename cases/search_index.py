"""The search index: which stems stand in which compartment of which case, and for whom it is open.

A derived copy of texts and grants, written in their transaction. It can be built anew from them at any time, and goes
with the texts when they are disposed of. The holder is a part of each posting, so that the cost of a search, and what
can be told from it, depends on nobody else's words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from cases.database import Transaction
from cases.record import Record
from cases.search_words import terms_of
from workflows.nouns import Grant

# Grants that are opened in the same transaction are not there yet, and are spread to afterwards.
PUT = """INSERT INTO search_term (holder, term, case_id, compartment) VALUES (:holder, :term, :case_id, :compartment)
 ON CONFLICT DO NOTHING"""
KEEP = """INSERT INTO search_term (holder, term, case_id, compartment) SELECT holder, CAST(:term AS VARCHAR), case_id,
 compartment FROM sight WHERE case_id = :case_id AND compartment = :compartment AND ended_at IS NULL
 ON CONFLICT DO NOTHING"""
SPREAD = """INSERT INTO search_term (holder, term, case_id, compartment) SELECT CAST(:holder AS VARCHAR), term, case_id,
 compartment FROM search_term WHERE case_id = :case_id AND compartment = :compartment AND holder = ''
 ON CONFLICT DO NOTHING"""
CLOSE = """DELETE FROM search_term WHERE case_id = :case_id AND holder IN (:holder, :guests) AND NOT EXISTS (SELECT 1
 FROM sight g WHERE g.case_id = search_term.case_id AND g.compartment = search_term.compartment
 AND g.holder = search_term.holder AND g.ended_at IS NULL)"""
TEXTS = """SELECT t.case_id, t.compartment, t.body FROM event_text t JOIN event e ON e.case_id = t.case_id
 AND e.compartment = t.compartment AND e.seq = t.seq WHERE e.code <> 'disposed'
 AND t.case_id > :after AND t.case_id <= :until"""
KEPT = "SELECT holder, case_id, compartment, term FROM search_term WHERE case_id > :after AND case_id <= :until"
OPEN = """SELECT case_id, compartment, holder FROM sight WHERE ended_at IS NULL
 AND case_id > :after AND case_id <= :until"""
FORGET = "DELETE FROM search_term WHERE case_id = :case_id"
FORGET_ONE = "DELETE FROM search_term WHERE case_id = :case_id AND compartment = :compartment"
LAST = "SELECT COALESCE(MAX(id), 0) FROM cases"
THERE = "SELECT id FROM cases WHERE id > :after AND id <= :until ORDER BY id"
WAITED_FOR, FREE = " FOR UPDATE", " FOR UPDATE SKIP LOCKED"

BATCH = 500
"""Cases that one transaction of a rebuild takes."""

PROOF = "disposed"
"""Lines whose words say that others were erased. They outlive the index of their compartment, and are not in it."""

Posting = tuple[str, int, str, str]
"""(holder, case, compartment, stem); the holder is "" for the one that all others are copies of."""


def keep_terms(tx: Transaction, case_id: int, lines: Iterable[tuple[str, str, Mapping[str, Any]]]) -> None:
    """Add the stems of (compartment, code, texts) lines, in the transaction that writes them."""
    found = {(name, term) for name, code, texts in lines if code != PROOF for term in terms_of(texts)}
    # Always in one order, so that two writers wait for each other and never in a circle.
    rows = [{"holder": "", "term": term, "case_id": case_id, "compartment": name} for name, term in sorted(found)]
    tx.many(PUT, rows)
    tx.many(KEEP, rows)


def spread_terms(tx: Transaction, case_id: int, grants: Iterable[Grant]) -> None:
    """What stands in newly opened compartments is found by their holders from now on."""
    tx.many(SPREAD, [{"case_id": case_id, "holder": g.holder, "compartment": g.compartment} for g in grants])


def close_terms(tx: Transaction, case_id: int, holders: Iterable[tuple[str, str]]) -> None:
    """(holder, its guest point): what has been closed to them is found by them no longer."""
    tx.many(CLOSE, [{"case_id": case_id, "holder": holder, "guests": guests} for holder, guests in holders])


def keep_again(tx: Transaction, case_id: int, compartment: str) -> None:
    """The index of one compartment after some of its words were erased."""
    tx.run(FORGET_ONE, case_id=case_id, compartment=compartment)
    wanted = (row for row in wanted_between(tx, case_id - 1, case_id) if row[2] == compartment)
    tx.many(PUT, [{"holder": holder, "case_id": case, "compartment": name, "term": term}
                  for holder, case, name, term in wanted])  # fmt: skip


def rebuild(record: Record, progress: Callable[[int], None] = lambda _: None) -> int:
    """Build the whole index anew from the texts, some cases at a time; how many postings it has. Searches go on
    meanwhile; a case that is being built anew is found before or after, never in part.

    Raises DatabaseBusy for a case that somebody keeps to herself for long; what came before it is done.
    """
    with record.database.read() as tx:
        last = int(tx.value(LAST))
    written = 0
    for after in range(0, last, BATCH):
        until = min(after + BATCH, last)
        count, taken = _build(record, after, until, FREE)
        # One by one: whoever waits for one case and holds none cannot stand in a circle with others who wait.
        written += count + sum(_build(record, case - 1, case, WAITED_FOR)[0] for case in taken)
        progress(until)
    return written


def _build(record: Record, after: int, until: int, lock: str) -> tuple[int, list[int]]:
    """(postings of the cases in (after, until] that one could have to oneself, the others). Between reading a case's
    words and putting them nobody writes in it: what she wrote would be forgotten, or come back when it was erased. A
    case that is not there yet when the others are taken keeps the words that come with it."""
    with record.database.write() as tx:
        own = [case for (case,) in tx.all(THERE + (lock if tx.postgres else ""), after=after, until=until)]
        mine = set(own)
        taken = [case for (case,) in tx.all(THERE, after=after, until=until) if case not in mine]
        wanted = [row for row in wanted_between(tx, after, until) if row[1] in mine]
        tx.many(FORGET, [{"case_id": case} for case in own])
        tx.many(PUT, [{"holder": holder, "case_id": case, "compartment": name, "term": term}
                      for holder, case, name, term in wanted])  # fmt: skip
    return len(wanted), taken


def wanted_between(tx: Transaction, after: int, until: int) -> list[Posting]:
    """What the index ought to hold of the cases with keys in (after, until]."""
    open_to: dict[tuple[int, str], list[str]] = {}
    for case, name, holder in tx.all(OPEN, after=after, until=until):
        open_to.setdefault((case, name), []).append(holder)
    found = {
        (holder, case, name, term)
        for case, name, body in tx.all(TEXTS, after=after, until=until)
        for term in terms_of(json.loads(body)["texts"])
        for holder in ("", *open_to.get((case, name), ()))
    }
    return sorted(found)


def of_search(tx: Transaction, case_id: int) -> Iterator[str]:
    """Words of a case that a search does not find, or finds for somebody who may not read them."""
    missing, extra = differences(tx, case_id - 1, case_id)
    if missing or extra:
        yield f"the search lacks {len(missing)} posting(s) and has {len(extra)} too many; run `stegen search rebuild`"


def how_many(record: Record) -> int:
    """The newest case's key: as far as a rebuild counts."""
    with record.database.read() as tx:
        return int(tx.value(LAST))


def differences(tx: Transaction, after: int, until: int) -> tuple[list[Posting], list[Posting]]:
    """(missing, too many) of those cases: both empty in a whole record."""
    wanted, kept = set(wanted_between(tx, after, until)), set(tx.all(KEPT, after=after, until=until))
    return sorted(wanted - kept), sorted(kept - wanted)
