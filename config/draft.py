"""The county as it stands in its files: every value with the place it was read from, before anything is checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import cast

from config.calendar import Correction
from config.county_rules import CALENDAR_KEYS, COUNTY_KEYS, read_corrections
from config.documents import Category, DisputeClause, DocumentVersion, GoverningDocument, Section
from config.folder import Folder
from config.forums import Forum, Meeting, Rung, Seat
from config.organisation import (
    Absence,
    Arena,
    Authority,
    FunctionMailbox,
    Holder,
    HolderKind,
    Holding,
    Operation,
    Party,
    Person,
    Unit,
    Words,
)
from config.rows import Placed, Row, columns_of
from config.seating import SeatLine, sides_of, spell_out

NO_WORDS = Words("", "")


@dataclass(frozen=True, slots=True)
class PartyClosedDay:
    """A line of closed_days.csv."""

    party: str
    date: date
    name: str


@dataclass(frozen=True, slots=True)
class Draft:
    """All that the files of a county say, in their order.

    `seats` are the seat lines spelled out, one per operation; a line that names something unknown gives none.
    """

    code: str
    name: str
    parties: tuple[Placed[Party], ...]
    closed_days: tuple[Placed[PartyClosedDay], ...]
    authorities: tuple[Placed[Authority], ...]
    arenas: tuple[Placed[Arena], ...]
    operations: tuple[Placed[Operation], ...]
    units: tuple[Placed[Unit], ...]
    rungs: tuple[Placed[Rung], ...]
    forums: tuple[Placed[Forum], ...]
    seat_lines: tuple[Placed[SeatLine], ...]
    seats: tuple[Placed[Seat], ...]
    meetings: tuple[Placed[Meeting], ...]
    documents: tuple[Placed[GoverningDocument], ...]
    versions: tuple[Placed[DocumentVersion], ...]
    categories: tuple[Placed[Category], ...]
    people: tuple[Placed[Person], ...]
    holdings: tuple[Placed[Holding], ...]
    absences: tuple[Placed[Absence], ...]
    mailboxes: tuple[Placed[FunctionMailbox], ...]
    corrections: tuple[Placed[Correction], ...]


FILES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "county.toml": COUNTY_KEYS,
        "calendar.toml": CALENDAR_KEYS,
        "categories.toml": ("category",),
        "documents.toml": ("document",),
        "parties.csv": columns_of(Party, "closed_days"),
        "closed_days.csv": columns_of(PartyClosedDay),
        "authorities.csv": columns_of(Authority),
        "operations.csv": columns_of(Operation),
        "units.csv": columns_of(Unit),
        "forums.csv": columns_of(Forum),
        "seats.csv": columns_of(SeatLine),
        "meetings.csv": columns_of(Meeting),
        "people.csv": columns_of(Person),
        "holdings.csv": columns_of(Holding),
        "absences.csv": columns_of(Absence),
        "mailboxes.csv": columns_of(FunctionMailbox),
    }
)
"""Each file of a county folder and its columns or top-level keys."""

DOCUMENT_KEYS = (*columns_of(GoverningDocument, "versions"), "version")
OPTIONAL_FILES = frozenset({"calendar.toml", "closed_days.csv", "absences.csv", "mailboxes.csv"})


def read_draft(folder: Folder) -> Draft:
    """Everything in the folder but its workflows; what cannot be read is noted in `folder.faults`."""
    county = _toml(folder, "county.toml")
    mandates = _mandates(county)
    parties = tuple(row.fill(Party, closed_days=()) for row in _csv(folder, "parties.csv"))
    authorities = tuple(row.fill(Authority) for row in _csv(folder, "authorities.csv"))
    operations = tuple(row.fill(Operation) for row in _csv(folder, "operations.csv"))
    categories = _toml(folder, "categories.toml").tables("category", columns_of(Category))
    seat_lines = tuple(row.fill(SeatLine) for row in _csv(folder, "seats.csv"))
    documents = [_document(row) for row in _toml(folder, "documents.toml").tables("document", DOCUMENT_KEYS)]
    return Draft(
        code=county.code("code"),
        name=county.text("name"),
        parties=parties,
        closed_days=tuple(row.fill(PartyClosedDay) for row in _csv(folder, "closed_days.csv")),
        authorities=authorities,
        arenas=tuple(row.fill(Arena) for row in county.tables("arena", columns_of(Arena))),
        operations=operations,
        units=tuple(row.fill(Unit) for row in _csv(folder, "units.csv")),
        rungs=tuple(_rung(row) for row in county.tables("rung", ("code", "sv", "en", "scope", "arena_name"))),
        forums=tuple(_forum(row, mandates) for row in _csv(folder, "forums.csv")),
        seat_lines=seat_lines,
        seats=tuple(spell_out(seat_lines, operations, sides_of(authorities, parties))),
        meetings=tuple(row.fill(Meeting) for row in _csv(folder, "meetings.csv")),
        documents=tuple(document for document, _ in documents),
        versions=tuple(version for _, versions in documents for version in versions),
        categories=tuple(row.fill(Category) for row in categories),
        people=tuple(row.fill(Person) for row in _csv(folder, "people.csv")),
        holdings=tuple(row.fill(Holding, holder=_holder(row)) for row in _csv(folder, "holdings.csv")),
        absences=tuple(row.fill(Absence) for row in _csv(folder, "absences.csv")),
        mailboxes=tuple(row.fill(FunctionMailbox, holder=_holder(row)) for row in _csv(folder, "mailboxes.csv")),
        corrections=tuple(read_corrections(folder)),
    )


def _csv(folder: Folder, name: str) -> list[Row]:
    return folder.lines(name, FILES[name], required=name not in OPTIONAL_FILES)


def _toml(folder: Folder, name: str) -> Row:
    return folder.table(name, FILES[name], required=name not in OPTIONAL_FILES)


def _words(row: Row) -> Words:
    return Words(row.text("sv"), row.text("en"))


def _mandates(county: Row) -> Mapping[str, Words]:
    mandates: dict[str, Words] = {}
    for row in county.tables("mandate", ("code", "sv", "en")):
        code = row.code("code")
        if code in mandates:
            row.note("code", f"'{code}' is already a mandate; give each its own code")
        mandates[code] = _words(row)
    return mandates


def _rung(row: Row) -> Placed[Rung]:
    names = tuple((name.text("arena"), _words(name)) for name in row.tables("arena_name", ("arena", "sv", "en")))
    return row.fill(Rung, name=_words(row), arena_names=names)


def _forum(row: Row, mandates: Mapping[str, Words]) -> Placed[Forum]:
    mandate = row.choice("mandate", mandates)
    return row.fill(Forum, mandate=mandates.get(mandate, NO_WORDS))


def _holder(row: Row) -> Holder:
    kind, _, code = row.text("holder").partition(":")
    return Holder(cast(HolderKind, kind), code)


def _document(row: Row) -> tuple[Placed[GoverningDocument], tuple[Placed[DocumentVersion], ...]]:
    code = row.code("code")
    rows = row.tables("version", ("version", "valid_from", "valid_to", "sections"))
    versions = tuple(version.fill(DocumentVersion, document=code, sections=_sections(version)) for version in rows)
    clauses = [_dispute_clause(clause) for clause in row.table("dispute_clause", columns_of(DisputeClause))]
    own = tuple(version.value for version in versions)
    clause = clauses[0] if clauses else None
    return row.fill(GoverningDocument, code=code, versions=own, dispute_clause=clause), versions


def _dispute_clause(row: Row) -> DisputeClause:
    return DisputeClause(row.text("text"), row.texts("route"))


def _sections(row: Row) -> tuple[Section, ...]:
    numbered = [text.partition(" ") for text in row.texts("sections")]
    for number, _, title in numbered:
        if not number[0].isdigit() or not title.strip():
            row.note("sections", f"'{number} {title}' must be a number, a space and a title, such as '4.3 Avvikelser'")
    return tuple(Section(number, title.strip()) for number, _, title in numbered)
