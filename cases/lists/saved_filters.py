"""Filtered work lists that somebody keeps under a name: the question part of a list's address, hers alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote_plus

from cases.contents.kept_in_clear import refuse_numbers
from cases.record import Record
from workflows.inputs import has_control

MOST = 30
LONGEST_NAME, LONGEST_QUERY = 60, 500

ALL = "SELECT name, query FROM saved_filter WHERE account = :account ORDER BY name"
COUNT = "SELECT COUNT(*) FROM saved_filter WHERE account = :account AND name <> :name"
SAVE = """INSERT INTO saved_filter (account, name, query, saved_at) VALUES (:account, :name, :query, :at)
 ON CONFLICT (account, name) DO UPDATE SET query = excluded.query, saved_at = excluded.saved_at"""
FORGET = "DELETE FROM saved_filter WHERE account = :account AND name = :name"


class FilterRefused(ValueError):
    """The filter cannot be kept: give it a name of at most 60 characters, or remove one of the thirty you have."""


@dataclass(frozen=True, slots=True)
class SavedFilter:
    name: str
    query: str


def saved_filters(record: Record, account: str) -> tuple[SavedFilter, ...]:
    """Those of one account, by name."""
    with record.database.read() as tx:
        return tuple(SavedFilter(name, query) for name, query in tx.all(ALL, account=account))


def save_filter(record: Record, account: str, name: str, query: str, now: datetime) -> None:
    """Keep a filter; one of the same name is replaced. Raises FilterRefused, and NumberInText for somebody's
    number in its name or in what it searches for: a filter belongs to no case, and no disposal reaches it."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or len(query) > LONGEST_QUERY or has_control(name) or has_control(query):
        raise FilterRefused(FilterRefused.__doc__)
    refuse_numbers((name, unquote_plus(query)))
    with record.database.write() as tx:
        if int(tx.value(COUNT, account=account, name=name)) >= MOST:
            raise FilterRefused(FilterRefused.__doc__)
        tx.run(SAVE, account=account, name=name, query=query, at=now)


def forget_filter(record: Record, account: str, name: str) -> None:
    """Remove a filter; nothing happens when there is none of that name."""
    with record.database.write() as tx:
        tx.run(FORGET, account=account, name=name if name.isprintable() else "")
