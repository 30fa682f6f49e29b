"""What places are called, and which can be chosen today: names for pages, letters and lists, never who reads what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cases.database import Transaction
from cases.functions import Held
from cases.record import Record
from workflows.attempt import World
from workflows.office_hours import local_date

NAMED = """SELECT 'unit:' || code, name FROM unit UNION ALL SELECT 'operation:' || code, name FROM operation
 UNION ALL SELECT 'authority:' || code, name FROM authority UNION ALL SELECT 'arena:' || code, name FROM arena
 UNION ALL SELECT 'forum:' || code, name FROM forum UNION ALL SELECT 'party:' || code, name FROM party"""

OPERATIONS = """SELECT code, on_call FROM operation WHERE (valid_from IS NULL OR valid_from <= :today)
 AND (valid_to IS NULL OR valid_to >= :today) ORDER BY name"""

UNITS = "SELECT code, operation FROM unit ORDER BY name"

RUNGS = "SELECT code, name_sv, name_en FROM rung ORDER BY position"

DOCUMENTS = "SELECT code, name FROM governing_document ORDER BY name"

SECTIONS = "SELECT document, version, number, title FROM document_section"

STAFF = """SELECT h.account, h.function, h.holder, h.side FROM holding h JOIN person p ON p.account = h.account
 WHERE h.valid_from <= :today AND (h.valid_to IS NULL OR h.valid_to >= :today) AND NOT p.disabled ORDER BY h.id"""


@dataclass(frozen=True, slots=True)
class Directory:
    """Names by holder key (`unit:x`, `party:y`), and today's choices by code, in the order of their names."""

    world: World
    names: Mapping[str, str]
    people: Mapping[str, str]
    rungs: tuple[tuple[str, str, str], ...]
    """(code, Swedish, English) from the bottom."""
    on_call: Mapping[str, str]
    """Operation -> what to telephone when something must happen now. Its keys are the operations open today."""
    units: Mapping[str, tuple[str, ...]]
    """Operation -> its open units."""
    own_check: frozenset[str]
    """Parties whose manager sees a report before it leaves."""
    documents: Mapping[str, str]
    sections: Mapping[tuple[str, str], Mapping[str, str]]
    """(document, version) -> section number -> title."""

    def name(self, holder: str) -> str:
        """A place's name; the key itself for a place that the county has never had."""
        return self.names.get(holder, holder)

    def authority_of(self, operation: str) -> str:
        return self.world.org.sides[f"operation:{operation}"].authority

    def party_of(self, operation: str) -> str:
        return self.world.org.sides[f"operation:{operation}"].party


class Directories:
    """One record's directory, read anew when the organisation has changed or a day has gone."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._kept: Directory | None = None

    def today(self, now: datetime) -> Directory:
        with self._record.database.read() as tx:
            world = self._record.world(tx, now)
            kept = self._kept
            if kept is None or kept.world is not world:
                self._kept = kept = _read(tx, world, local_date(now))
        return kept


def _read(tx: Transaction, world: World, today: date) -> Directory:
    units: dict[str, list[str]] = {}
    for code, operation in tx.all(UNITS):
        if code in world.org.open_units:
            units.setdefault(operation, []).append(code)
    sections: dict[tuple[str, str], dict[str, str]] = {}
    for document, version, number, title in tx.all(SECTIONS):
        sections.setdefault((document, version), {})[number] = title
    return Directory(
        world=world,
        names=dict(tx.all(NAMED)),
        people=dict(tx.all("SELECT account, name FROM person")),
        rungs=tuple((code, sv, en) for code, sv, en in tx.all(RUNGS)),
        on_call=dict(tx.all(OPERATIONS, today=today)),
        units={operation: tuple(codes) for operation, codes in units.items()},
        own_check=frozenset(code for code, checks in tx.all("SELECT code, own_check FROM party") if checks),
        documents=dict(tx.all(DOCUMENTS)),
        sections=sections,
    )


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person in one function, as the demo's ready sign-ins show her."""

    account: str
    post: str


def staff(record: Record, now: datetime) -> tuple[Colleague, ...]:
    """Everybody with a function today, in the county's own order."""
    with record.database.read() as tx:
        rows = tx.all(STAFF, today=local_date(now))
    return tuple(Colleague(account, Held(function, holder, side).post) for account, function, holder, side in rows)
