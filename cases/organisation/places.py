"""The organisation as the rules read it, out of the tables, at one revision.

Read whole and kept by revision: it changes a few times a week and is small, while every decision needs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from cases.database import Transaction
from workflows.organisation import Agreement, Forum, Organisation, Side

STAFF = frozenset(("chair", "vice_chair", "process_leader", "member", "secretary", "preparer"))
PRESIDIUM = frozenset(("chair", "vice_chair"))

NAMES = " UNION ALL ".join(
    f"SELECT '{place}:' || code, name FROM {place}" for place in ("unit", "operation", "authority", "arena", "forum")
)


UNCONNECTED = "SELECT code FROM party WHERE NOT connected"


def revision(tx: Transaction) -> int:
    return int(tx.value("SELECT organisation_revision FROM installation") or 0)


def load_organisation(tx: Transaction, today: date) -> Organisation:
    """All places valid or not: an old case may name a unit that has closed since; `open_units` are those alive."""
    sides = _sides(tx)
    ladder = tx.all("SELECT code, scope FROM rung ORDER BY position")
    owners = _owners(tx, today)
    forums = _forums(tx, today, _owned(owners))
    arena_rung = next((code for code, scope in ladder if scope == "arena"), "")
    return Organisation(
        revision=revision(tx),
        ladder=tuple(code for code, _ in ladder),
        sides=sides,
        forums=forums,
        open_units=frozenset(
            code
            for (code,) in tx.all(
                "SELECT code FROM unit WHERE (valid_from IS NULL OR valid_from <= :today)"
                " AND (valid_to IS NULL OR valid_to >= :today)",
                today=today,
            )
        ),
        parties=dict(tx.all("SELECT code, party FROM authority ORDER BY position, code")),
        unconnected=frozenset(code for (code,) in tx.all(UNCONNECTED)),
        arena_rung=arena_rung,
        agreements=_agreements(tx, owners),
        names=dict(tx.all(NAMES)),
        arena_forum={f.arena: f.code for f in forums.values() if f.rung == arena_rung and f.arena},
    )


def _sides(tx: Transaction) -> dict[str, Side]:
    rows = tx.all(
        "SELECT o.code, a.code, p.code, o.arena, p.kind FROM operation o"
        " JOIN authority a ON a.code = o.authority JOIN party p ON p.code = a.party"
    )
    found: dict[str, Side] = {}
    for operation, authority, party, arena, kind in rows:
        side = "municipal" if kind == "municipality" else "regional"
        found[f"operation:{operation}"] = Side("", operation, authority, party, arena, side)
    for unit, operation, provider in tx.all("SELECT code, operation, provider FROM unit"):
        o = found[f"operation:{operation}"]
        found[unit] = Side(unit, operation, o.authority, o.party, o.arena, o.kind, bool(provider))
    return found


def _forums(tx: Transaction, today: date, owned: Mapping[str, frozenset[str]]) -> dict[str, Forum]:
    seats: dict[str, set[str]] = {}
    for forum, operation in tx.all(
        "SELECT forum, operation FROM seat WHERE (valid_from IS NULL OR valid_from <= :today)"
        " AND (valid_to IS NULL OR valid_to >= :today)",
        today=today,
    ):
        seats.setdefault(forum, set()).add(operation)
    meetings: dict[str, list[date]] = {}
    for forum, day in tx.all("SELECT forum, day FROM meeting WHERE status <> 'cancelled' ORDER BY forum, day"):
        meetings.setdefault(forum, []).append(day)
    functions: dict[str, set[str]] = {}
    for holder, function in tx.all(
        "SELECT holder, function FROM holding WHERE holder LIKE 'forum:%' AND valid_from <= :today"
        " AND (valid_to IS NULL OR valid_to >= :today)",
        today=today,
    ):
        functions.setdefault(holder.partition(":")[2], set()).add(function)
    staffed = {code for code, held in functions.items() if held & STAFF}
    presidia = {code for code, held in functions.items() if held & PRESIDIUM}
    rows = tx.all("SELECT code, name, rung, arena, state, valid_from, valid_to, stand_in FROM forum")
    pauses = _pauses(tx, today)
    return {
        code: Forum(
            code, name, rung, arena or "", state, since, until,
            _meanwhile(pauses.get(code, ()), today) or stand_in or "", frozenset(seats.get(code, ())),
            code in staffed, tuple(meetings.get(code, ())), owned.get(code, frozenset()), code in presidia,
            tuple((first, last) for first, last, _ in pauses.get(code, ())),
        )
        for code, name, rung, arena, state, since, until, stand_in in rows
    }  # fmt: skip


def _pauses(tx: Transaction, today: date) -> dict[str, list[tuple[date, date | None, str]]]:
    """Forum -> its pauses that are or are to come: first day, last day, who stands in ("" for nobody named)."""
    found: dict[str, list[tuple[date, date | None, str]]] = {}
    rows = tx.all("SELECT forum, first, last, stand_in FROM forum_pause WHERE last IS NULL OR last >= :today"
                  " ORDER BY forum, first", today=today)  # fmt: skip
    for forum, first, last, stand_in in rows:
        found.setdefault(forum, []).append((first, last, stand_in or ""))
    return found


def _meanwhile(pauses: Iterable[tuple[date, date | None, str]], today: date) -> str:
    return next((stand_in for first, _, stand_in in pauses if first <= today), "")


def _agreements(tx: Transaction, owners: Mapping[str, str]) -> dict[str, Agreement]:
    versions: dict[str, list[tuple[str, date, date | None]]] = {}
    for document, version, since, until in tx.all(
        "SELECT document, version, valid_from, valid_to FROM document_version ORDER BY document, valid_from"
    ):
        versions.setdefault(document, []).append((version, since, until))
    sections: dict[str, set[tuple[str, str]]] = {}
    for document, version, number in tx.all("SELECT document, version, number FROM document_section"):
        sections.setdefault(document, set()).add((version, number))
    rows = tx.all("SELECT code, dispute_route FROM governing_document")
    return {
        code: Agreement(
            code, owners[code], tuple(route.split(",")) if route else (), tuple(versions.get(code, ())),
            frozenset(sections.get(code, ())),
        )
        for code, route in rows
    }  # fmt: skip


def _owners(tx: Transaction, today: date) -> dict[str, str]:
    """Document -> the forum that owns it today."""
    given = tx.all("SELECT document, owner FROM document_owner WHERE first <= :today ORDER BY first", today=today)
    return dict(tx.all("SELECT code, owner FROM governing_document")) | dict(given)


def _owned(owners: Mapping[str, str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for code, owner in owners.items():
        found.setdefault(owner, set()).add(code)
    return {owner: frozenset(codes) for owner, codes in found.items()}
