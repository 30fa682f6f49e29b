"""How cases are found again: the words of their texts, and lists that somebody has kept under a name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlmodel import Field

from cases.tables.base import Table

BYTE_BY_BYTE: Any = String().with_variant(String(collation="C"), "postgresql")
"""Text that sorts by its bytes on both databases, so that all words with one beginning stand together."""


class SearchTerm(Table, table=True):
    """A stem that stands in a compartment of a case: a derived copy of its texts, once for each holder that the
    compartment is open to, so that a search reads nobody else's words. The empty stem stands for the case itself."""

    __tablename__ = "search_term"
    __table_args__ = (
        # Of one case and one holder, every word that begins like one is found at once.
        Index("ix_search_term_case", "case_id", "holder", "term"),
        # The row is its key: a table and an index of it would be the same words twice.
        {"sqlite_with_rowid": False},
    )
    holder: str = Field(primary_key=True)
    term: str = Field(primary_key=True, sa_type=BYTE_BY_BYTE)
    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    compartment: str = Field(primary_key=True)


class FreshWords(Table, table=True):
    """Stems of a compartment that the index has not taken up yet, each between two blanks; the empty compartment stands
    for a case whose grants have changed."""

    __tablename__ = "search_fresh"
    __table_args__ = ({"sqlite_with_rowid": False},)
    case_id: int = Field(primary_key=True, foreign_key="cases.id", sa_column_kwargs={"autoincrement": False})
    compartment: str = Field(primary_key=True)
    words: str


class SavedFilter(Table, table=True):
    """A filtered work list that somebody keeps: the question part of its address."""

    __tablename__ = "saved_filter"
    account: str = Field(primary_key=True, foreign_key="person.account")
    name: str = Field(primary_key=True)
    query: str
    saved_at: datetime
