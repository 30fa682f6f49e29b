"""Fresh words: what was written or opened since the search index was last brought up to date.

An intention that writes words, or changes who may read them, puts one short row for each compartment here, in its own
transaction. A search reads these rows beside the index and asks the grants as they stand, so that everybody finds her
own words at once; the clock takes them up into the index, where one word costs a row for each holder that may find it
(search_index.py). Like the index they are a derived copy of texts, and go with them when they are disposed of.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from cases.database import Transaction
from cases.lists.search_words import terms_of
from workflows.nouns import Grant

ADD = """INSERT INTO search_fresh (case_id, compartment, words) VALUES (:case_id, :compartment, :words)
 ON CONFLICT (case_id, compartment) DO UPDATE SET words = search_fresh.words || excluded.words"""
TEXTS = """SELECT t.case_id, t.compartment, t.body FROM event_text t JOIN event e ON e.case_id = t.case_id
 AND e.compartment = t.compartment AND e.seq = t.seq WHERE e.code <> 'disposed'"""
TEXTS_OF_ONE = f"{TEXTS} AND t.case_id = :case_id AND t.compartment = :compartment"
BEGUN = "SELECT name FROM compartment WHERE case_id = :case_id"
FORGET_ONE = "DELETE FROM search_fresh WHERE case_id = :case_id AND compartment = :compartment"

PROOF = "disposed"
"""Lines whose words say that others were erased. They outlive the index of their compartment, and are not in it."""
CHANGED = ""
"""Stands for a compartment where a case has nothing new to find, and yet its index is to be looked at."""


log = logging.getLogger(__name__)


def add_words(tx: Transaction, case_id: int, lines: Iterable[tuple[str, str, Mapping[str, Any]]]) -> None:
    """The stems of (compartment, code, texts) lines are found from now on by whoever may read the compartment."""
    found: dict[str, set[str]] = {}
    for name, code, texts in lines:
        if code != PROOF:
            found.setdefault(name, set()).update(terms_of(texts))
    tx.many(ADD, [_row(case_id, name, words) for name, words in sorted(found.items()) if words])


def freshen(tx: Transaction, case_id: int, compartments: Iterable[str]) -> None:
    """All words of these compartments are fresh again: they were opened to somebody, or some were erased."""
    for name in sorted(set(compartments)):
        tx.run(FORGET_ONE, case_id=case_id, compartment=name)
        bodies = [body for _, _, body in tx.all(TEXTS_OF_ONE, case_id=case_id, compartment=name)]
        words = {term for body in bodies for term in stems_in(body)}
        tx.many(ADD, [_row(case_id, name, words)] if words else [])


def freshen_opened(tx: Transaction, case_id: int, grants: Iterable[Grant]) -> None:
    """What stands in newly opened compartments is found by their holders from now on. A cover has no words of its own
    (workflows/texts.py), but is listed; most others were begun by the move that opens them."""
    names = {grant.compartment for grant in grants}
    if others := names - {"cover"}:
        freshen(tx, case_id, others.intersection(name for (name,) in tx.all(BEGUN, case_id=case_id)))
    if "cover" in names:
        changed(tx, case_id)


def changed(tx: Transaction, case_id: int) -> None:
    """The index of a case is to be looked at: somebody lists it from now on, or may no longer read in it."""
    tx.run(ADD, **_row(case_id, CHANGED, ()))


def stems_in(body: str) -> frozenset[str]:
    """The stems of one line's words. Of a damaged one none, and the log says so: it is not to keep the words of all
    other cases from being found."""
    try:
        return frozenset(terms_of(json.loads(body)["texts"]))
    except (ValueError, LookupError, TypeError, AttributeError):
        log.exception("A line of a case cannot be read; a search goes without its words. `stegen verify` names it.")
        return frozenset()


def _row(case_id: int, compartment: str, words: Iterable[str]) -> dict[str, Any]:
    """A word has a blank on either side of it, so that no other one is found by a part of it."""
    return {"case_id": case_id, "compartment": compartment, "words": "".join(f" {w} " for w in sorted(words))}


def words_in(row: str) -> list[str]:
    """The words of a row."""
    return row.split()
