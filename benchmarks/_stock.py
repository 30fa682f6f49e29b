"""Cases in stock: brought where they are wanted by the real intentions, and beside them as many copies as it takes.

A copy is equal to its origin in every table that knows of a case, but for keys and numbers; a million take minutes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from random import Random

from cases.acting import act
from cases.clock import monthly_lists, own_reminders
from cases.clock.rounds import note_round
from cases.contents.forum_files import read_file, review, write_revision
from cases.database import Transaction
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from cases.tables.base import metadata
from tests.record import MORNING
from workflows.nouns import Command

NURSE = Seer("anna.lind", "reporter@unit:hsv-molndal")
HANDLER = Seer("maja.ekdahl", "handler@unit:hsv-molndal")
MANAGER = Seer("helena.brodin", "unit_manager@unit:hsv-molndal")
RECEIVER = Seer("petra.lonnroth", "receiver@operation:su")
WARD = Seer("oskar.nyberg", "handler@unit:su-molndal-ortopedi")
THEIR_MANAGER = Seer("katarina.selin", "unit_manager@unit:su-molndal-ortopedi")

LIFT = Command(
    "escalate",
    {
        "reason": "Vi har talats vid två gånger och läser rutinen olika.",
        "subject": "agreement",
        "pattern": "single",
    },
)
"""The lift that is measured: a deviation that the two units did not agree on goes to their first common forum."""

LIFTED_AT = MORNING + timedelta(days=11)
"""Monday 27 April 2026."""


def report_one(record: Record, now: datetime) -> str:
    """The number of a new case: a patient came home without a list of medicines."""
    told = {"what": "Patienten kom hem utan läkemedelslista.", "when": "16 april 2026", "harm": "risk"}
    return report(record, NURSE, NewCase("deviation", operation="su", happened="16 april 2026", texts=told), now).number


def _assign(record: Record, number: str, now: datetime) -> None:
    act(record, RECEIVER, number, Command("assign", {"unit": "su-molndal-ortopedi"}), now)


def _answer(record: Record, number: str, now: datetime) -> None:
    measure = {"what": "Ny checklista vid hemgång", "owner": WARD.post, "date": date(2026, 6, 1)}
    words = {"cause": "Listan skrevs ut men följde inte med.", "measures": [measure]}
    act(record, WARD, number, Command("answer", words), now)


def _contest(record: Record, number: str, now: datetime) -> None:
    words = {"contest_ground": "measures", "reason": "Åtgärden når inte helgerna."}
    act(record, HANDLER, number, Command("contest", words), now)


def _talk(record: Record, number: str, now: datetime) -> None:
    words = {"talk_note": "Vi talades vid och läser rutinen olika."}
    act(record, MANAGER, number, Command("talk", words), now)


def _sign(record: Record, number: str, now: datetime) -> None:
    act(record, THEIR_MANAGER, number, Command("sign"), now)


def _write_file(record: Record, number: str, now: datetime) -> None:
    words = {
        "statement": "Läkemedelslistan saknas vid hemgång på helger.",
        "question": "Vem ser till att den följer med?",
    }
    revision, _ = write_revision(record, HANDLER, number, words, now)
    review(record, HANDLER, number, revision, now)


def _read_file(record: Record, number: str, now: datetime) -> None:
    read_file(record, WARD, number, 1, now)


TOWARDS_A_LIFT = (_assign, _answer, _contest, _talk, _sign, _write_file, _read_file)
"""From a report to a case that was answered, contested and talked over, with a forum file that both sides have read."""


def ready_to_lift(record: Record, now: datetime = MORNING) -> str:
    """The number of one case that may be lifted."""
    number = report_one(record, now)
    for step in TOWARDS_A_LIFT:
        step(record, number, now)
    return number


def live(record: Record, ready: int, beside: int = 0) -> None:
    """A record that has lived: `ready` cases that may be lifted, brought there step by step in a mixed order on the
    ten days before `LIFTED_AT`, so that their rows lie as they lie in use; and `beside` copies of one just reported.
    """
    dice = Random(1)
    if beside:
        number = report_one(record, MORNING)
        with record.database.write() as tx:
            multiply(tx, number, beside)
    under_way = [[report_one(record, MORNING), *TOWARDS_A_LIFT] for _ in range(ready)]
    moments = sorted(LIFTED_AT - timedelta(minutes=dice.randint(1, 14_000)) for _ in range(ready * len(TOWARDS_A_LIFT)))
    for now in moments:
        chosen = dice.choice(under_way)
        number, step = chosen[0], chosen.pop(1)
        step(record, number, now)
        if len(chosen) == 1:
            under_way.remove(chosen)


def lifts_ahead(record: Record) -> list[str]:
    """The numbers of all cases that may be lifted, in an order that has nothing to do with where their rows lie."""
    with record.database.read() as tx:
        numbers = [str(n) for (n,) in tx.all("SELECT number FROM cases WHERE stage = 'talk' ORDER BY number")]
    Random(2).shuffle(numbers)
    return numbers


def due_reminders(record: Record, cases: int, due: int, now: datetime) -> None:
    """Copies of one reported case with its dates and those who may know of it; the reminder that its receipt is near
    is due in `due` of them, spread evenly. The month's lists and the day's own reminders have been seen to."""
    number = report_one(record, MORNING)
    with record.database.write() as tx:
        since = "TIMESTAMPTZ '2026-04-20 06:00Z'" if tx.postgres else "'2026-04-20 06:00:00.000000'"
        tx.run("DELETE FROM docket WHERE notch <> '-1'")
        tx.run("DELETE FROM sight WHERE compartment <> 'cover'")
        tx.run("UPDATE docket SET due_at = :later", later=now + timedelta(days=30))
        multiply(
            tx, number, cases, tables=("cases", "deadline", "docket", "sight"),
            instead={"docket.due_at": f"CASE WHEN n % {cases // due} = 0 THEN {since} ELSE due_at END"},
        )  # fmt: skip
    for duty in (monthly_lists.DUTY, own_reminders.DUTY):
        note_round(record, duty, {}, now)


def multiply(
    tx: Transaction, number: str, copies: int, *, tables: Collection[str] = (), instead: Mapping[str, str] | None = None
) -> None:
    """Copy the case with that number. `tables` limits which of its rows come along (all, when empty); `instead` gives
    columns another value, as SQL over `n`, the copy's number from 1 up: {"docket.due_at": "…"}."""
    origin = tx.one("SELECT id, (SELECT MAX(id) FROM cases) FROM cases WHERE number = :number", number=number)
    assert origin is not None
    if tx.postgres:
        # A copy names what its origin names: to ask of millions of rows whether it exists takes half the time.
        tx.run("SET LOCAL session_replication_role = replica")
    for table in metadata.sorted_tables:
        names = [column.name for column in table.columns]
        if table.name == "cases" or ("case_id" in names and (not tables or table.name in tables)):
            _multiply_rows(tx, table.name, names, origin, number, copies, instead or {})
    if tx.postgres:
        tx.run("SELECT setval(pg_get_serial_sequence('cases', 'id'), (SELECT MAX(id) FROM cases))")
        tx.run("ANALYZE")


def _multiply_rows(
    tx: Transaction, table: str, names: list[str], origin: tuple[int, int], number: str, copies: int,
    instead: Mapping[str, str],
) -> None:  # fmt: skip
    """One statement for one table. Keys that the database gives are left to it, but for the cases' own."""
    fresh = "'2026-' || substr(CAST(10000000 + n AS text), 2)"
    values = {name: name for name in names if name != "id" or table == "cases"}
    values |= {"id": "CAST(:last AS integer) + n"} if table == "cases" else {"case_id": "CAST(:last AS integer) + n"}
    values |= {name: f"replace({name}, :number, {fresh})" for name in ("number", "key") if name in values}
    values |= {"handle": "handle || '-' || CAST(n AS text)"} if "handle" in values else {}
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
