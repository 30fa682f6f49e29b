"""The search index: which stems stand in which compartment of which case, and for whom it is open.

A derived copy of texts and grants. What an intention adds waits among the fresh words (fresh_words.py) until the clock
takes it up here, case by case; it can be built anew from the texts at any time. The holder is a part of each posting,
so that the cost of a search, and what can be told from it, depends on nobody else's words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from cases.clock.rounds import note_round
from cases.database import DatabaseUnreadable, Transaction
from cases.lists.fresh_words import TEXTS, changed, freshen, stems_in, words_in
from cases.record import Record

DUTY = "search"

PUT = """INSERT INTO search_term (holder, term, case_id, compartment) VALUES (:holder, :term, :case_id, :compartment)
 ON CONFLICT DO NOTHING"""
TAKE_OUT = """DELETE FROM search_term WHERE holder = :holder AND term = :term AND case_id = :case_id
 AND compartment = :compartment"""
_BETWEEN = "case_id > :after AND case_id <= :until"
WRITTEN = f"{TEXTS} AND t.case_id > :after AND t.case_id <= :until"
KEPT = f"SELECT holder, case_id, compartment, term FROM search_term WHERE {_BETWEEN}"
OPEN = f"SELECT case_id, compartment, holder FROM sight WHERE ended_at IS NULL AND {_BETWEEN}"
FRESH = f"SELECT case_id, compartment, words FROM search_fresh WHERE {_BETWEEN}"
# Only what was seen: whoever adds words meanwhile has a row with more of them, and it stays.
TAKEN_UP = "DELETE FROM search_fresh WHERE case_id = :case_id AND compartment = :compartment AND words = :words"
ERASE = "DELETE FROM search_term WHERE case_id = :case_id AND compartment = :compartment"
LAST = "SELECT COALESCE(MAX(id), 0) FROM cases"
THERE = "SELECT id FROM cases WHERE id > :after AND id <= :until ORDER BY id"
WAITING = "SELECT DISTINCT case_id FROM search_fresh WHERE case_id > :after ORDER BY case_id LIMIT :most"
OWN = "SELECT id FROM cases WHERE id = :id"
WAITED_FOR, FREE = " FOR UPDATE", " FOR UPDATE SKIP LOCKED"

BATCH = 500
"""Cases that one transaction of a rebuild takes."""
AT_ONCE = 50
"""Cases whose fresh words one transaction of the clock takes up; on SQLite all others wait for it."""

LISTED = ""
"""Stands among the stems of each case that a unit lists: for whoever looks for words among a unit's cases alone."""

Posting = tuple[str, int, str, str]
"""(holder, case, compartment, stem)."""


def take_up(record: Record, now: datetime) -> int:
    """Bring the index up to date with all fresh words, some cases at a time; how many cases that were. What somebody
    else is writing in is left to the next time. Raises DatabaseUnreadable for a case that the database cannot give
    out, once all others are done."""
    after, done = 0, 0
    unreadable: DatabaseUnreadable | None = None
    while waiting := _waiting(record, after):
        try:
            done += _take_up(record, waiting)
        except DatabaseUnreadable:
            for case in waiting:
                try:
                    done += _take_up(record, [case])
                except DatabaseUnreadable as error:
                    unreadable = error
        after = waiting[-1]
    if done:
        note_round(record, DUTY, {"cases": done}, now)
    if unreadable is not None:
        raise unreadable
    return done


def _waiting(record: Record, after: int) -> list[int]:
    with record.database.read() as tx:
        return [case for (case,) in tx.all(WAITING, after=after, most=AT_ONCE)]


def _take_up(record: Record, cases: list[int]) -> int:
    with record.database.write() as tx:
        return sum(_own(tx, case) and _bring_up(tx, case - 1, case, {case}) >= 0 for case in cases)


def _own(tx: Transaction, case_id: int) -> bool:
    return tx.one(OWN + (FREE if tx.postgres else ""), id=case_id) is not None


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
        mine = {case for (case,) in tx.all(THERE + (lock if tx.postgres else ""), after=after, until=until)}
        taken = [case for (case,) in tx.all(THERE, after=after, until=until) if case not in mine]
        written = _bring_up(tx, after, until, mine)
    return written, taken


def _bring_up(tx: Transaction, after: int, until: int, mine: set[int]) -> int:
    """Of the cases in (after, until] that are `mine`: put what the index lacks, take out what it has too much, and
    forget their fresh words. How many postings they have."""
    fresh = [row for row in tx.all(FRESH, after=after, until=until) if row[0] in mine]
    wanted = {row for row in wanted_between(tx, after, until) if row[1] in mine}
    kept = {row for row in tx.all(KEPT, after=after, until=until) if row[1] in mine}
    # Always in one order, so that two writers wait for each other and never in a circle.
    tx.many(TAKE_OUT, [_columns(row) for row in sorted(kept - wanted)])
    tx.many(PUT, [_columns(row) for row in sorted(wanted - kept)])
    tx.many(TAKEN_UP, [{"case_id": case, "compartment": name, "words": words} for case, name, words in fresh])
    return len(wanted)


def _columns(posting: Posting) -> dict[str, str | int]:
    holder, case, name, term = posting
    return {"holder": holder, "case_id": case, "compartment": name, "term": term}


def keep_again(tx: Transaction, case_id: int, compartment: str) -> None:
    """The index of one compartment after some of its words were erased: gone at once, what is left is fresh again."""
    tx.run(ERASE, case_id=case_id, compartment=compartment)
    freshen(tx, case_id, [compartment])
    changed(tx, case_id)


def wanted_between(tx: Transaction, after: int, until: int) -> list[Posting]:
    """What the index ought to hold of the cases with keys in (after, until]."""
    open_to: dict[tuple[int, str], list[str]] = {}
    for case, name, holder in tx.all(OPEN, after=after, until=until):
        open_to.setdefault((case, name), []).append(holder)
    found = {
        (holder, case, name, term)
        for case, name, body in tx.all(WRITTEN, after=after, until=until)
        for holders in (open_to.get((case, name), ()),) if holders
        for term in stems_in(body)
        for holder in holders
    }  # fmt: skip
    found |= {(holder, case, name, LISTED) for (case, name), holders in open_to.items() if name == "cover"
              for holder in holders if holder.startswith("unit:")}  # fmt: skip
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
    """(missing, too many) of those cases: both empty in a whole record. What a search reads counts: the index with the
    fresh words, both as the grants stand. A case that waits to be taken up may have postings that no grant opens."""
    wanted, kept = set(wanted_between(tx, after, until)), set(tx.all(KEPT, after=after, until=until))
    grants, waiting = set(tx.all(OPEN, after=after, until=until)), set()
    found = set()
    for case, name, words in tx.all(FRESH, after=after, until=until):
        waiting.add(case)
        holders = [holder for one, other, holder in grants if (one, other) == (case, name)]
        found |= {(holder, case, name, term) for term in words_in(words) for holder in holders}
        found |= {row for row in wanted if row[1] == case and row[3] == LISTED}
    closed = {row for row in kept if row[1] in waiting and (row[1], row[2], row[0]) not in grants}
    found |= kept - closed
    return sorted(wanted - found), sorted(found - wanted)
