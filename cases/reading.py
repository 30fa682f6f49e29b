"""What a seer sees of one case: only compartments that the doorway opened, in plain values ready to show.

Pages, the command line, exports and the API are all built from this one view.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cases.database import Transaction
from cases.functions import NotYourFunction, actor_for, posts_of
from cases.gather import Gathered, gather
from cases.record import Record
from cases.sight import REPORT_CODES, Seer, Sight, function_name, look
from workflows.attempt import World
from workflows.nouns import Contribution, Cover, Deadline, ForumFile, Offer
from workflows.office_hours import local_date
from workflows.organisation import holder_of
from workflows.texts import authority_of

EVENTS = """SELECT e.compartment, e.seq, e.at, e.actor, e.code, e.outcome, t.body
 FROM event e LEFT JOIN event_text t ON t.case_id = e.case_id AND t.compartment = e.compartment AND t.seq = e.seq
 WHERE e.case_id = :id ORDER BY e.at, e.compartment, e.seq"""

DOCKET = """SELECT kind, post, due_at, status, reason, deadline, notch, move FROM docket
 WHERE case_id = :id ORDER BY due_at, id"""

PAPERS = """SELECT handle, compartment, event_seq, size, media_type, added_at FROM document
 WHERE case_id = :id ORDER BY id"""

LINKED = """SELECT c.number, l.kind, s.compartment FROM case_link l
 JOIN cases c ON c.id = CASE WHEN l.case_id = :id THEN l.other_id ELSE l.case_id END
 JOIN sight s ON s.case_id = c.id AND s.ended_at IS NULL AND s.compartment = 'cover' AND s.holder = :holder
 WHERE l.case_id = :id OR l.other_id = :id"""


@dataclass(frozen=True, slots=True)
class Line:
    """One history line as this seer may read it. `texts` is empty where disposal has erased it; `by` (an account) is
    given inside one's own authority only: the other side sees function and unit, not the name."""

    compartment: str
    seq: int
    at: datetime
    actor: str
    code: str
    texts: Mapping[str, Any]
    by: str
    told: bool
    outcome: Mapping[str, Any]
    """What a line of the cover changed (`cover`, `deadlines`, `rule`); a revision's number for a forum file's lines."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A row of the docket that concerns this case."""

    kind: str
    post: str
    due_at: datetime
    status: str
    reason: str
    deadline: str
    notch: str
    move: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything one function may know of one case, at one moment."""

    cover: Cover
    compartments: frozenset[str]
    versions: Mapping[str, int]
    deadlines: tuple[Deadline, ...]
    contributions: tuple[Contribution, ...]
    lines: tuple[Line, ...]
    docket: tuple[Pending, ...]
    papers: tuple[Mapping[str, Any], ...]
    links: tuple[tuple[str, str], ...]
    file: ForumFile | None
    findings: int
    offers: tuple[Offer, ...]
    registry_number: str


def view(record: Record, seer: Seer, number: str, now: datetime) -> CaseView:
    """Raises CaseUnknown for what the seer may not know of, and NotYourFunction for a function she does not hold."""
    with record.database.read() as tx:
        today = local_date(now)
        if seer.post not in posts_of(tx, seer.account, today):
            raise NotYourFunction(NotYourFunction.__doc__)
        world = record.world(tx, now)
        sight = look(tx, number, seer, world.org)
        found = gather(tx, sight.case_id, world.org, lock=False)
        return _view(tx, record, seer, sight, found, world, now)


def _view(
    tx: Transaction, record: Record, seer: Seer, sight: Sight, found: Gathered, world: World, now: datetime
) -> CaseView:
    today: date = local_date(now)
    cover, snapshot = found.snapshot.cover, found.snapshot
    actor = actor_for(tx, seer.account, seer.post, cover, world.org, today)
    seen = sight.compartments
    own = authority_of(holder_of(seer.post), world.org)
    full = function_name(seer.post) != "reporter"
    return CaseView(
        cover=cover,
        compartments=seen,
        versions={name: head.version for name, head in found.heads.items() if name in seen},
        deadlines=snapshot.deadlines,
        contributions=snapshot.contributions if full else (),
        lines=tuple(_lines(tx, sight, own, world)),
        docket=tuple(Pending(*row) for row in tx.all(DOCKET, id=sight.case_id)) if full else (),
        papers=tuple(_papers(tx, sight)),
        links=tuple((n, kind) for n, kind, _ in tx.all(LINKED, id=sight.case_id, holder=holder_of(seer.post))),
        file=snapshot.file if "shared" in seen else None,
        findings=snapshot.findings if "shared" in seen else 0,
        offers=record.library.routine(found.definition).offers(snapshot, actor, world, now),
        registry_number=str(tx.value(
            "SELECT number FROM registry_number WHERE case_id = :id AND authority = :a", id=sight.case_id, a=own
        ) or "") if own else "",
    )  # fmt: skip


def _lines(tx: Transaction, sight: Sight, own: str, world: World) -> list[Line]:
    found = []
    for compartment, seq, at, actor, code, outcome, body in tx.all(EVENTS, id=sight.case_id):
        if not sight.sees(compartment) and not _reported(sight, compartment, code):
            continue
        words: dict[str, Any] = json.loads(body) if body else {"by": "", "texts": {}}
        mine = own != "" and authority_of(holder_of(actor), world.org) == own
        found.append(
            Line(
                compartment, seq, at, actor, code, words["texts"], words["by"] if mine else "", code == "told",
                json.loads(outcome),
            )
        )  # fmt: skip
    return found


def _reported(sight: Sight, compartment: str, code: str) -> bool:
    """A reporter sees her own report and the answer, nothing else of what the parties share."""
    return compartment == "shared" and sight.sees("report") and code in REPORT_CODES


def _papers(tx: Transaction, sight: Sight) -> list[Mapping[str, Any]]:
    return [
        {"handle": handle, "compartment": compartment, "seq": seq, "size": size, "type": kind, "added_at": at}
        for handle, compartment, seq, size, kind, at in tx.all(PAPERS, id=sight.case_id)
        if sight.sees(compartment)
    ]
