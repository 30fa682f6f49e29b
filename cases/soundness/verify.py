"""Is the record whole? Every invariant of design.md section 2 and reliability's skeleton, counted row by row.

`stegen verify` runs it, the crash tests run it after every kill, and the clock runs it at night. The first fault of
each check is named with its place; a clean record answers with none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from traceback import extract_tb
from typing import Any

from cases.chain import Entry, Point, Row, root
from cases.chain import verify as verify_chain
from cases.database import Transaction
from cases.fold import difference
from cases.gather import Gathered, gather
from cases.links import of_links
from cases.lists.search_index import of_search
from cases.organisation.heirs import of_ended_units
from cases.record import Record
from cases.soundness.beside_history import (
    disposed_of,
    of_files,
    of_findings,
    of_grants,
    of_inner,
    of_lists,
    of_papers,
    of_protected,
    of_report,
    of_words,
)
from cases.soundness.docket_keys import of_docket_keys
from cases.soundness.orphans import of_orphans
from cases.soundness.places import of_places
from cases.soundness.questions import Questions
from cases.soundness.sealed_logs import log_heads, of_logs
from workflows.attempt import World
from workflows.docket_plan import plan
from workflows.reach import wanted

CHAINS = """SELECT c.number, e.compartment, e.seq, e.at, e.actor, e.code, e.outcome, e.commitment, e.head, t.salt,
 t.body, e.case_id FROM event e JOIN cases c ON c.id = e.case_id LEFT JOIN event_text t ON t.case_id = e.case_id
 AND t.compartment = e.compartment AND t.seq = e.seq WHERE e.case_id > :after AND e.case_id <= :until
 ORDER BY e.case_id, e.compartment, e.seq"""

HEADS = """SELECT c.number, p.name, p.version, p.head FROM compartment p JOIN cases c ON c.id = p.case_id
 WHERE p.case_id > :after AND p.case_id <= :until"""

ENDS = "SELECT c.number, p.name, p.head FROM compartment p JOIN cases c ON c.id = p.case_id"

IDS = "SELECT id FROM cases WHERE id > :after AND id <= :until ORDER BY id"
NUMBER = "SELECT number FROM cases WHERE id = :id"

BATCH = 200
Progress = Callable[[int], None]
"""Told how many cases have been checked so far."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One breach: which check, where, and what is wrong in words."""

    check: str
    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.check}: {self.place}: {self.text}"


def verify(record: Record, now: datetime, *, progress: Progress | None = None) -> tuple[Fault, ...]:
    """All faults, in the order of the checks. Reads only; each batch of cases is one moment's view."""
    asked = Questions[Fault]()
    for question in (_of_database, _of_rows, _of_logs):
        asked.on(question(record))
    with asked.going_on():
        _ask_of_cases(asked, record, now, progress)
    asked.on(_papers(record))
    if asked.stopped is not None:
        asked.answers += _unreadable(record) or [_stopped(asked.stopped)]
    return tuple(asked.answers)


def _unreadable(record: Record) -> list[Fault]:
    from cases.soundness.unreadable import of_unreadable

    return [Fault("text", place, text) for place, text in of_unreadable(record)]


def _stopped(error: Exception) -> Fault:
    """Where a question broke off, without the error's own words: they may be somebody's text."""
    last = extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    return Fault("text", place, f"what stands there could not be read ({type(error).__name__}); some was not looked at")


def _ask_of_cases(asked: Questions[Fault], record: Record, now: datetime, progress: Progress | None) -> None:
    after, done = 0, 0
    while (until := _next(record, after)) is not None:
        with record.database.read() as tx:
            world = record.world(tx, now)
            cases = [id_ for (id_,) in tx.all(IDS, after=after, until=until)]
            if not asked.on(_chains(tx, after, until)):
                for case_id in cases:
                    asked.on(_chains(tx, case_id - 1, case_id))
            for case_id in cases:
                asked.on(_of_case(tx, record, case_id, world, now))
        after, done = until, done + len(cases)
        if progress is not None:
            progress(done)


def chain_root(record: Record) -> tuple[str, int]:
    """One hash over all heads, and how many there are: what is published outside every night."""
    with record.database.read() as tx:
        heads = all_heads(tx)
    return root(heads).hex(), len(heads)


def all_heads(tx: Transaction, *, logs: bool = True) -> list[tuple[str, bytes]]:
    """(chain, head) of every compartment of every case, and of each sealed log; a record from before migration 0017 has
    none of those."""
    found = [(f"{number}/{name}", bytes(head)) for number, name, head in tx.all(ENDS)]
    return found + ([(f"log/{log}", head) for log, head in log_heads(tx).items()] if logs else [])


def _next(record: Record, after: int) -> int | None:
    with record.database.read() as tx:
        row = tx.one("SELECT MAX(id) FROM (SELECT id FROM cases WHERE id > :a ORDER BY id LIMIT :n) AS batch",
                     a=after, n=BATCH)  # fmt: skip
    return int(row[0]) if row is not None and row[0] is not None else None


def _of_database(record: Record) -> Iterator[Fault]:
    if record.database.postgres:
        return
    with record.database.read() as tx:
        for (text,) in tx.all("PRAGMA integrity_check(5)"):
            if text != "ok":
                yield Fault("database", "file", str(text))
        for (table, parent), rows in groupby(tx.all("PRAGMA foreign_key_check"), key=lambda row: (row[0], row[2])):
            yield Fault(
                "references", str(table), f"{len(list(rows))} row(s) name a row of {parent} that does not exist"
            )


_COUNTS = (
    ("silence", """SELECT number FROM cases WHERE status <> 'ended'
      AND (ball = '' OR next_task = '' OR next_date IS NULL)""",
     "an open case without ball-holder, next task or date (law 1)"),
    ("numbers", "SELECT number FROM cases GROUP BY number HAVING COUNT(*) > 1", "two cases have this number"),
    ("docket", "SELECT key FROM docket GROUP BY key HAVING COUNT(*) > 1", "two docket rows have this key"),
    ("docket", "SELECT key FROM docket WHERE status IN ('overtaken', 'withheld', 'parked') AND reason = ''",
     "was set aside without a reason (law 8)"),
    ("docket", """SELECT k.key FROM docket k JOIN cases c ON c.id = k.case_id WHERE k.status = 'waiting'
      AND k.deadline <> '' AND c.status = 'ended' AND NOT EXISTS (SELECT 1 FROM contribution b WHERE
      b.case_id = k.case_id AND b.key = k.deadline AND b.status = 'owed')""", "waits although its case has ended"),
    ("docket", """SELECT k.key FROM docket k JOIN deadline d ON d.case_id = k.case_id AND d.key = k.deadline
      WHERE k.status = 'waiting' AND (d.status <> 'open' OR d.revision <> k.revision)""",
     "waits for a date that no longer holds"),
    ("docket", """SELECT k.key FROM docket k JOIN contribution b ON b.case_id = k.case_id AND b.key = k.deadline
      WHERE k.status = 'waiting' AND (b.status <> 'owed' OR b.revision <> k.revision)""",
     "waits for what is no longer owed"),
    ("sight", """SELECT c.number FROM sight s JOIN cases c ON c.id = s.case_id
      WHERE s.ended_at IS NOT NULL AND s.ended_at < s.opened_at""", "a grant ended before it began"),
    ("compartments", """SELECT c.number FROM compartment p JOIN cases c ON c.id = p.case_id WHERE p.version <>
      (SELECT COUNT(*) FROM event e WHERE e.case_id = p.case_id AND e.compartment = p.name)""",
     "a compartment's version is not the number of its lines"),
)  # fmt: skip


def _of_rows(record: Record) -> Iterator[Fault]:
    with record.database.read() as tx:
        for check, statement, text in _COUNTS:
            row = tx.one(f"{statement} LIMIT 1")
            if row is not None:
                yield Fault(check, str(row[0]), text)


def _of_logs(record: Record) -> Iterator[Fault]:
    with record.database.read() as tx:
        yield from [Fault("logs", log, text) for log, text in of_logs(tx)]


def _chains(tx: Transaction, after: int, until: int) -> Iterator[Fault]:
    heads = {(n, name): Point(v, bytes(h)) for n, name, v, h in tx.all(HEADS, after=after, until=until)}
    rows = tx.all(CHAINS, after=after, until=until)
    for (number, name), lines in groupby(rows, key=lambda r: (r[0], r[1])):
        end = heads.pop((number, name), None)
        fault = verify_chain((_line(r) for r in lines), end)
        if fault is not None:
            yield Fault("history", f"{number} {name}", str(fault))
        if end is None:
            yield Fault("history", f"{number} {name}", "has lines but no head")
    for number, name in heads:
        yield Fault("history", f"{number} {name}", "has a head but no lines")


def _line(row: tuple[Any, ...]) -> Row:
    number, name, seq, at, actor, code, outcome, commitment, head, salt, body, _ = row
    entry = Entry(number, name, seq, at, actor, code, outcome, bytes(commitment))
    kept = bytes(salt) if salt is not None else None
    return Row(entry, bytes(head), kept, body.encode() if body is not None else None)


def _of_case(tx: Transaction, record: Record, case_id: int, world: World, now: datetime) -> Iterator[Fault]:
    """What a case's state asks for is looked at once the state itself is sound: else it would be compared with what
    nobody has decided, or could not be read at all."""
    number = tx.value(NUMBER, id=case_id)
    try:
        told = difference(tx, case_id)
        found = gather(tx, case_id, world.org, lock=False)
    except (KeyError, ValueError) as error:
        yield Fault("state", number, f"cannot be read ({type(error).__name__}: {error})")
        return
    if told is not None:
        yield Fault("state", number, told)
        return
    known = record.library.definitions.get(found.definition)
    if known is None or known.hash != found.definition_hash:
        yield Fault("routine", number, f"follows {found.definition}, which is not known as it was")
        return
    yield from _missing_rows(tx, record, found, world, now)
    yield from _beside(tx, record, found)
    yield from (Fault("place", number, text) for text in of_places(found.snapshot.cover, world.org))
    yield from (Fault("orphan", number, text) for text in of_orphans(tx, record, found, world, now))
    yield from (Fault("unit", number, text) for text in of_ended_units(found, world.org))
    yield from _wrong_grants(record, found, world)


def _beside(tx: Transaction, record: Record, found: Gathered) -> Iterator[Fault]:
    """What stands beside the history is as it tells, and as the state asks for."""
    cover, case_id = found.snapshot.cover, found.case_id
    tab = "closed" if cover.status == "ended" else record.library.routine(found.definition).tab_of(cover.stage)
    told = (
        ("disposal", of_words(tx, case_id)),
        ("file", of_files(tx, case_id)),
        ("findings", of_findings(tx, case_id) if "shared" not in disposed_of(tx, case_id) else ()),
        ("papers", of_papers(tx, case_id)),
        ("links", of_links(tx, case_id)),
        ("report", of_report(tx, case_id)),
        ("sight", of_grants(tx, case_id)),
        ("lists", of_lists(tx, case_id, cover, found.snapshot.contributions, tab)),
        ("docket", of_docket_keys(tx, case_id, cover.number)),
        ("inner", of_inner(tx, case_id, _marks(record, cover.kind))),
        ("search", of_search(tx, case_id)),
        ("protected", of_protected(tx, record, case_id, cover.number)),
    )
    for check, texts in told:
        for text in texts:
            yield Fault(check, cover.number, text)


def _marks(record: Record, kind: str) -> dict[str, frozenset[str]]:
    """Move -> the marks that it sets in the actor's own record, under any version of the routine."""
    routines = [definition for definition in record.library.definitions.values() if definition.kind == kind]
    moves = [move for definition in routines for move in definition.moves if move.hidden]
    return {move.code: frozenset(m.hidden for m in moves if m.code == move.code) for move in moves}


def _missing_rows(tx: Transaction, record: Record, found: Gathered, world: World, now: datetime) -> Iterator[Fault]:
    """Reminders that ought to wait exist, or one before them has not been settled yet."""
    definition = record.library.routine(found.definition).definition
    snapshot = found.snapshot
    ought = plan(definition, snapshot.cover, snapshot.deadlines, snapshot.contributions, world, now)
    rows = tx.all("SELECT key, deadline, revision, post, status FROM docket WHERE case_id = :id", id=found.case_id)
    keys = {key for key, *_ in rows}
    ahead = {(d, r, p) for _, d, r, p, status in rows if status in ("waiting", "claimed", "handed_over", "parked")}
    for row in snapshot.docket:
        if row.key in ought and row != ought[row.key]:
            yield Fault("docket", row.key, "waits for another moment, function or step than it ought to")
    for key, row in ought.items():
        if key not in keys and (row.deadline, row.revision, row.post) not in ahead:
            yield Fault("docket", key, "ought to wait and does not exist")


def _wrong_grants(record: Record, found: Gathered, world: World) -> Iterator[Fault]:
    """Open grants that follow from the state are those that the state asks for, but for inner ones, which stay."""
    definition = record.library.routine(found.definition).definition
    snapshot = found.snapshot
    ought = wanted(definition, snapshot.cover, snapshot.contributions, world.org)
    for grant in sorted(snapshot.grants - ought, key=str):
        if not grant.compartment.startswith("inner:"):
            yield Fault("sight", snapshot.cover.number, f"{grant.holder} reads {grant.compartment} without a ground")
    for grant in sorted(ought - snapshot.grants, key=str):
        yield Fault("sight", snapshot.cover.number, f"{grant.holder} ought to read {grant.compartment} and does not")


def _papers(record: Record) -> Iterator[Fault]:
    with record.database.read() as tx:
        rows = tx.all("SELECT DISTINCT d.sha256, c.number FROM document d JOIN cases c ON c.id = d.case_id")
    for sha256, number in rows:
        if not record.papers.verify(sha256):
            yield Fault("papers", number, f"the paper {sha256[:12]}… is missing or damaged")
