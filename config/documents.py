"""What the parties have agreed: governing documents with their versions and sections, and the categories of cases."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

DocumentKind = Literal["agreement", "overenskommelse", "guideline", "routine"]


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered heading, such as ("4.3", "Avvikelser")."""

    number: str
    title: str


@dataclass(frozen=True, slots=True)
class DocumentVersion:
    """A version in force from a day to a day, both included."""

    document: str
    version: str
    valid_from: date
    valid_to: date | None
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class DisputeClause:
    """A document's own order for disputes; `route` lists the rungs in that order and replaces the county's ladder."""

    text: str
    route: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoverningDocument:
    """An agreement, överenskommelse, guideline or routine. `owner` is the forum that can change it."""

    code: str
    name: str
    kind: DocumentKind
    owner: str
    dispute_clause: DisputeClause | None
    versions: tuple[DocumentVersion, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """What a case is about, as the quarterly report counts it."""

    code: str
    sv: str
    en: str
