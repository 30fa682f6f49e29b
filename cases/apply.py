"""From a decision to rows: everything that follows, in the caller's one transaction.

Nothing is decided here. The cover's line keeps the whole outcome, so that folding the history needs no definition
and must equal what stands in the tables (fold.py, verify.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from cases.chain import START, Entry, canonical, commit, link, new_salt
from cases.database import Transaction
from cases.gather import Head
from cases.lists.fresh_words import add_words, changed, freshen_opened
from cases.lists.standing import Standing, list_case, tab_of
from cases.record import Record
from cases.sight import guest_point
from workflows.nouns import Contribution, Cover, Deadline, Decision, Grant
from workflows.office_hours import local_date
from workflows.organisation import Side

NEW_CASE = """INSERT INTO cases (number, kind, definition, definition_hash, status, stage, rung, forums, lead_forum,
 ball, next_task, next_date, urgent, raising_unit, raising_operation, receiving_unit, receiving_operation,
 concerned, opened, event_date, before, tally, facts, version, moved_at) VALUES (:number, :kind, :definition,
 :definition_hash, :status, :stage, :rung, :forums, :lead_forum, :ball, :next_task, :next_date, :urgent,
 :raising_unit, :raising_operation, :receiving_unit, :receiving_operation, :concerned, :opened, :event_date,
 :before, :tally, :facts, :version, :moved_at) RETURNING id"""

_HERE = "WHERE id = :id AND version = :version - 1"
_MOVES = """stage = :stage, rung = :rung, forums = :forums, lead_forum = :lead_forum, ball = :ball,
 next_task = :next_task, next_date = :next_date, urgent = :urgent, event_date = :event_date, before = :before,
 tally = :tally, facts = :facts, version = :version, moved_at = :moved_at"""
_STAYS = """kind = :kind, definition = :definition, definition_hash = :definition_hash, status = :status,
 raising_unit = :raising_unit, raising_operation = :raising_operation, receiving_unit = :receiving_unit,
 receiving_operation = :receiving_operation, concerned = :concerned"""
# A column that is set to what it was costs its index a page all the same: most moves leave these alone.
MOVE_CASE, MOVE_CASE_WHOLE = (f"UPDATE cases SET {columns} {_HERE}" for columns in (_MOVES, f"{_STAYS}, {_MOVES}"))
STAYS = frozenset(("kind", "definition", "status", "raising", "receiving", "concerned"))
"""Fields of a cover that most moves leave as they were."""

NEW_EVENT = """INSERT INTO event (case_id, compartment, seq, at, actor, code, outcome, commitment, head)
 VALUES (:case_id, :compartment, :seq, :at, :actor, :code, :outcome, :commitment, :head)"""
NEW_TEXT = """INSERT INTO event_text (case_id, compartment, seq, salt, body)
 VALUES (:case_id, :compartment, :seq, :salt, :body)"""
SET_HEAD = """INSERT INTO compartment (case_id, name, version, head) VALUES (:case_id, :compartment, :seq, :head)
 ON CONFLICT (case_id, name) DO UPDATE SET version = excluded.version, head = excluded.head"""

SET_DEADLINE = """INSERT INTO deadline (case_id, key, code, clock, started_by, start, due, status, revision, pauses,
 named, extended_to, extended_on, party, forum, hasty) VALUES (:case_id, :key, :code, :clock, :started_by, :start,
 :due, :status, :revision, :pauses, :named, :extended_to, :extended_on, :party, :forum, :hasty)
 ON CONFLICT (case_id, key) DO UPDATE SET due = excluded.due, status = excluded.status, revision = excluded.revision,
 pauses = excluded.pauses, extended_to = excluded.extended_to, extended_on = excluded.extended_on"""

SET_CONTRIBUTION = """INSERT INTO contribution (case_id, key, code, asked, due, status, forum, revision)
 VALUES (:case_id, :key, :code, :asked, :due, :status, :forum, :revision)
 ON CONFLICT (case_id, key) DO UPDATE SET asked = excluded.asked, due = excluded.due, status = excluded.status,
 revision = excluded.revision"""

# A ball that comes back on the same date arms its reminder anew; a row that was sent stays as it is.
NEW_DOCKET = """INSERT INTO docket (key, case_id, kind, post, due_at, status, reason, deadline, revision, notch, move,
 token, attempts) VALUES (:key, :case_id, :kind, :post, :due_at, 'waiting', '', :deadline, :revision, :notch, :move,
 '', 0) ON CONFLICT (key) DO UPDATE SET status = 'waiting', reason = '', due_at = excluded.due_at,
 settled_at = NULL, not_before = NULL WHERE docket.status = 'overtaken'"""
OVERTAKE = """UPDATE docket SET status = 'overtaken', reason = :reason, settled_at = :at
 WHERE key = :key AND status = 'waiting'"""

OPEN_GRANT = """INSERT INTO sight (case_id, number, holder, compartment, ground, opened_at, tab, next_date)
 VALUES (:case_id, :number, :holder, :compartment, :ground, :at, '', NULL) ON CONFLICT DO NOTHING"""
END_ACTS = """UPDATE sight SET ended_at = :at WHERE case_id = :case_id AND holder IN (:holder, :guests)
 AND ground = 'act' AND ended_at IS NULL"""
END_GRANT = """UPDATE sight SET ended_at = :at WHERE case_id = :case_id AND holder = :holder
 AND compartment = :compartment AND ended_at IS NULL"""
MARK = """INSERT INTO inner_mark (case_id, authority, mark, at) VALUES (:case_id, :authority, :mark, :at)
 ON CONFLICT DO NOTHING"""


class CaseMovedOn(Exception):
    """Somebody was faster. Nothing was written; what you typed is kept."""


def apply_new(tx: Transaction, record: Record, decision: Decision, account: str, now: datetime) -> int:
    """Write a case that begins with this decision; its row's key."""
    values = _columns(decision.cover, record, now) | {"version": 1}
    case_id = int(tx.value(NEW_CASE, **values))
    _follow(tx, record, decision, case_id, {}, account, now)
    return case_id


def apply_move(
    tx: Transaction, record: Record, decision: Decision, case_id: int, heads: Mapping[str, Head], account: str,
    now: datetime,
) -> None:  # fmt: skip
    """Write a move of a living case. CaseMovedOn when its cover has another version than the decision was made on."""
    if any(entry.compartment == "cover" for entry in decision.entries):
        values = _columns(decision.cover, record, now)
        del values["number"], values["opened"]
        values |= {"version": decision.cover.version + 1, "id": case_id}
        if tx.run(MOVE_CASE if STAYS.isdisjoint(decision.changes) else MOVE_CASE_WHOLE, **values) != 1:
            raise CaseMovedOn(CaseMovedOn.__doc__)
    _follow(tx, record, decision, case_id, heads, account, now)


def _follow(
    tx: Transaction, record: Record, decision: Decision, case_id: int, heads: Mapping[str, Head], account: str,
    now: datetime,
) -> None:  # fmt: skip
    number, cover = decision.cover.number, decision.cover
    outcome = outcome_of(decision, record)
    write_history(
        tx, record, case_id, number, heads, decision.actor, account, now,
        ((e.compartment, e.code, outcome if e.compartment == "cover" else {}, e.texts) for e in decision.entries),
    )  # fmt: skip
    tx.many(SET_DEADLINE, [d | {"case_id": case_id} for d in outcome["deadlines"]])
    tx.many(SET_CONTRIBUTION, [c | {"case_id": case_id} for c in outcome["contributions"]])
    tx.many(OVERTAKE, [{"key": k, "reason": reason, "at": now} for k, reason in decision.docket_overtaken])
    tx.many(NEW_DOCKET, [row._asdict() | {"case_id": case_id} for row in decision.docket_new])
    end_grants(tx, case_id, decision.grants_ended, now)
    open_grants(tx, case_id, number, decision.grants_opened, "state", now)
    tx.many(MARK, [{"case_id": case_id, "authority": a, "mark": m, "at": now} for a, m in decision.marks])
    tab = tab_of(record, cover.definition, cover.status, cover.stage)
    list_case(tx, Standing(case_id, cover.ball, cover.next_date, tab), local_date(now))


def write_history(
    tx: Transaction, record: Record, case_id: int, number: str, heads: Mapping[str, Head], actor: str, account: str,
    now: datetime, lines: Iterable[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]],
) -> dict[str, int]:  # fmt: skip
    """Add (compartment, code, outcome, texts) lines, each to its own chain; the new version of each compartment.

    The words, and who it was, go to the erasable table with their salt; the line seals a commitment to them.
    """
    events: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    words_of: list[tuple[str, str, Mapping[str, Any]]] = []
    for compartment, code, outcome, words in lines:
        before = heads.get(compartment) or Head(0, START)
        body = canonical({"by": account, "texts": dict(words)})
        salt = new_salt(record.random_bytes)
        entry = Entry(number, compartment, before.version + 1, now, actor, code, canonical(dict(outcome)),
                      commit(salt, body.encode()))  # fmt: skip
        place = {"case_id": case_id, "compartment": compartment, "seq": entry.seq}
        events.append(place | {"at": now, "actor": actor, "code": code, "outcome": entry.outcome,
                               "commitment": entry.commitment, "head": link(before.head, entry)})  # fmt: skip
        texts.append(place | {"salt": salt, "body": body})
        words_of.append((compartment, code, words))
    tx.many(NEW_EVENT, events)
    tx.many(NEW_TEXT, texts)
    add_words(tx, case_id, words_of)
    tx.many(SET_HEAD, [{k: e[k] for k in ("case_id", "compartment", "seq", "head")} for e in events])
    return {e["compartment"]: e["seq"] for e in events}


def open_grants(
    tx: Transaction, case_id: int, number: str, grants: Iterable[Grant], ground: str, now: datetime
) -> None:
    new = sorted_grants(grants)
    tx.many(OPEN_GRANT, [{"case_id": case_id, "number": number, "holder": g.holder, "compartment": g.compartment,
                          "ground": ground, "at": now} for g in new])  # fmt: skip
    if new:
        freshen_opened(tx, case_id, new)


def end_grants(tx: Transaction, case_id: int, grants: Iterable[Grant], now: datetime) -> None:
    """What somebody opened by hand to a holder, or to a forum's guests, ends with the cover it stood beside."""
    ended = sorted_grants(grants)
    tx.many(END_GRANT, [{"case_id": case_id, "holder": g.holder, "compartment": g.compartment, "at": now}
                        for g in ended])  # fmt: skip
    tx.many(END_ACTS, [{"case_id": case_id, "holder": g.holder, "guests": guest_point(g.holder), "at": now}
                       for g in ended if g.compartment == "cover"])  # fmt: skip
    if ended:
        changed(tx, case_id)


def sorted_grants(grants: Iterable[Grant]) -> list[Grant]:
    """Always in one order, so that two writers of one case lock rows alike."""
    return sorted(grants)


def outcome_of(decision: Decision, record: Record) -> dict[str, Any]:
    """What the cover's line keeps of a decision: every change, in plain values. The salt keeps whoever may not know it
    all from guessing the rest by its hash."""
    return {
        "salt": new_salt(record.random_bytes).hex(),
        "cover": {name: plain(value) for name, value in decision.changes.items()},
        "deadlines": [deadline_values(d) for d in decision.deadlines],
        "contributions": [contribution_values(c) for c in decision.contributions],
        "rule": decision.rule,
        "calendar": record.calendar_revision,
    }


def plain(value: Any) -> Any:
    if isinstance(value, Side):
        return {"unit": value.unit, "operation": value.operation}
    return list(value) if isinstance(value, tuple) else value


def deadline_values(deadline: Deadline) -> dict[str, Any]:
    """A deadline's columns. Pauses are kept as they were set, so that a corrected holiday never forgets them."""
    return {
        "key": deadline.key, "code": deadline.code, "clock": deadline.clock, "started_by": deadline.started_by,
        "start": deadline.start, "due": deadline.due, "status": deadline.status, "revision": deadline.revision,
        "pauses": canonical([list(p) for p in deadline.pauses]), "named": deadline.named,
        "extended_to": deadline.extended_to, "extended_on": deadline.extended_on, "party": deadline.party,
        "forum": deadline.forum, "hasty": deadline.hasty,
    }  # fmt: skip


def contribution_values(owed: Contribution) -> dict[str, Any]:
    return {"key": owed.key, "code": owed.code, "asked": owed.asked, "due": owed.due, "status": owed.status,
            "forum": owed.forum, "revision": owed.revision}  # fmt: skip


def _columns(cover: Cover, record: Record, now: datetime) -> dict[str, Any]:
    receiving = cover.receiving
    return {
        "number": cover.number, "kind": cover.kind, "definition": cover.definition,
        "definition_hash": record.library.routine(cover.definition).definition.hash, "status": cover.status,
        "stage": cover.stage, "rung": cover.rung, "forums": ",".join(cover.forums), "lead_forum": cover.forum,
        "ball": cover.ball, "next_task": cover.next_task, "next_date": cover.next_date, "urgent": cover.urgent,
        "raising_unit": cover.raising.unit, "raising_operation": cover.raising.operation,
        "receiving_unit": receiving.unit if receiving else "",
        "receiving_operation": receiving.operation if receiving else "", "concerned": ",".join(cover.concerned),
        "opened": cover.opened, "event_date": cover.event_date, "before": cover.before,
        "tally": canonical(dict(cover.tally)), "facts": canonical(dict(cover.facts)), "moved_at": now,
    }  # fmt: skip
