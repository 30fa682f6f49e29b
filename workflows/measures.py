"""Planned measures: what an answer has promised, by whom and until when (S D-05).

A case that would end waits while one of them is not done (`until_done` of its last stage): its owner and its date keep
the case, whichever way it has gone since the answer. What is to be done stays in the shared text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

MEASURES, NEXT = "measures", "next_measure"
"""The facts: rows of `{"owner": post, "date": ISO day, "done": bool}` by date, and the day of the first not done."""

Facts = Mapping[str, Any]


def left(facts: Facts) -> tuple[Mapping[str, Any], ...]:
    """Those that are not done yet, the next one first."""
    return tuple(row for row in facts.get(MEASURES, ()) if not row["done"])


def planned(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The facts after an answer with these rows of what, owner and date."""
    kept = [{"owner": r["owner"], "date": r["date"].isoformat(), "done": False} for r in rows]
    return _facts(sorted(kept, key=lambda row: str(row["date"])))


def done(facts: Facts) -> dict[str, Any]:
    """The facts after the next one has been carried out."""
    return _facts(_with_next(facts, {"done": True}))


def moved(facts: Facts, day: date | None) -> dict[str, Any]:
    """The facts after the next one has another day; the old one stays in the history."""
    return _facts(_with_next(facts, {"date": day.isoformat()} if day is not None else {}))


def _with_next(facts: Facts, change: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rows = list(facts.get(MEASURES, ()))
    first = next((number for number, row in enumerate(rows) if not row["done"]), None)
    if first is not None:
        rows[first] = {**rows[first], **change}
    return rows


def _facts(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {MEASURES: list(rows), NEXT: next((row["date"] for row in rows if not row["done"]), None)}
