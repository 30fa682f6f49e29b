"""Cases in stock: one is brought where it is wanted by the real intentions, then copied in the database, row by row.

Copies are equal to the first in every table that knows of a case, but for keys and numbers; so a lift of the ten
thousandth does the same work as a lift of the first, and a million cases take minutes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from cases.acting import act
from cases.database import Transaction
from cases.forum_files import read_file, review, write_revision
from cases.record import Record
from cases.reporting import NewCase, report
from cases.sight import Seer
from cases.tables.base import metadata
from tests.record import MORNING
from workflows.nouns import Command

NURSE = Seer("anna.lind", "reporter@unit:hsv-molndal")
HANDLER = Seer("maja.ekdahl", "handler@unit:hsv-molndal")
MANAGER = Seer("helena.brodin", "unit_manager@unit:hsv-molndal")
RECEIVER = Seer("petra.lonnroth", "receiver@operation:su")
WARD = Seer("oskar.nyberg", "handler@unit:su-molndal-ortopedi")

LIFT = Command(
    "escalate",
    {
        "reason": "Vi har talats vid två gånger och läser rutinen olika.",
        "subject": "agreement",
        "pattern": "single",
    },
)
"""The lift that is measured: a deviation that the two units did not agree on goes to their first common forum."""


def reported(record: Record, now: datetime = MORNING) -> str:
    """The number of a new case: a patient came home without a list of medicines."""
    told = {"what": "Patienten kom hem utan läkemedelslista.", "when": "16 april 2026", "harm": "risk"}
    return report(record, NURSE, NewCase("deviation", operation="su", happened="16 april 2026", texts=told), now).number


def ready_to_lift(record: Record, now: datetime = MORNING) -> str:
    """The number of a case that was answered and contested, with a forum file that both sides have read."""
    number = reported(record, now)
    measure = {"what": "Ny checklista vid hemgång", "owner": WARD.post, "date": date(2026, 6, 1)}
    for seer, move, inputs in (
        (RECEIVER, "assign", {"unit": "su-molndal-ortopedi"}),
        (WARD, "answer", {"cause": "Listan skrevs ut men följde inte med.", "measures": [measure]}),
        (HANDLER, "contest", {"contest_ground": "measures", "reason": "Åtgärden når inte helgerna."}),
    ):
        act(record, seer, number, Command(move, inputs), now)
    words = {"statement": "Läkemedelslistan saknas vid hemgång på helger.", "question": "Vem ser till att den följer med?"}
    revision, _ = write_revision(record, HANDLER, number, words, now)
    review(record, HANDLER, number, revision, now)
    read_file(record, WARD, number, revision, now)
    return number


def multiply(
    tx: Transaction, number: str, copies: int, *, tables: Collection[str] = (), instead: Mapping[str, str] | None = None
) -> None:
    """Copy the case with that number. `tables` limits which of its rows come along (all, when empty); `instead` gives
    columns another value, as SQL over `n`, the copy's number from 1 up: {"docket.due_at": "…"}."""
    origin = tx.one("SELECT id, (SELECT MAX(id) FROM cases) FROM cases WHERE number = :number", number=number)
    assert origin is not None
    for table in metadata.sorted_tables:
        names = [column.name for column in table.columns]
        if table.name == "cases" or ("case_id" in names and (not tables or table.name in tables)):
            _multiply_rows(tx, table.name, names, origin, number, copies, instead or {})
    if tx.postgres:
        tx.run("SELECT setval(pg_get_serial_sequence('cases', 'id'), (SELECT MAX(id) FROM cases))")


def _multiply_rows(
    tx: Transaction, table: str, names: list[str], origin: tuple[int, int], number: str, copies: int,
    instead: Mapping[str, str],
) -> None:  # fmt: skip
    """One statement for one table. Keys that the database gives are left to it, but for the cases' own."""
    fresh = "'2026-' || substr(CAST(10000000 + n AS text), 2)"
    values = {name: name for name in names if name != "id" or table == "cases"}
    values |= {"id": "CAST(:last AS integer) + n"} if table == "cases" else {"case_id": "CAST(:last AS integer) + n"}
    values |= {name: f"replace({name}, :number, {fresh})" for name in ("number", "key") if name in values}
    values |= {"handle": f"handle || '-' || CAST(n AS text)"} if "handle" in values else {}
    values |= {name: instead[f"{table}.{name}"] for name in values if f"{table}.{name}" in instead}
    key = "id" if table == "cases" else "case_id"
    tx.run(
        f"INSERT INTO {table} ({', '.join(values)})"
        f" WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < :copies)"
        f" SELECT {', '.join(values.values())} FROM {table}, counted WHERE {key} = :origin",
        origin=origin[0], last=origin[1], number=number, copies=copies,
    )  # fmt: skip


def number_of(copy: int) -> str:
    """The number of the n-th copy."""
    return f"2026-{copy:07d}"
