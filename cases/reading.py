"""What a seer sees of one case: only compartments that the doorway opened, in plain values ready to show.

Pages, the command line, exports and the API are all built from this one view.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.clock.answer_letters import NOTCH as ANSWER_SENT
from cases.cover_seen import Reader, decided_on, reader_of
from cases.database import Transaction
from cases.functions import NotYourFunction, actor_for, posts_of
from cases.gather import Gathered, gather
from cases.record import Record
from cases.sight import REPORT_CODES, CaseUnknown, Seer, Sight, function_name, glimpse, house_of, look
from workflows.attempt import World
from workflows.nouns import Contribution, Cover, Deadline, ForumFile, Offer
from workflows.office_hours import local_date
from workflows.organisation import holder_of
from workflows.texts import authority_of, marked_by

EVENTS = """SELECT e.compartment, e.seq, e.at, e.actor, e.code, e.outcome, t.body
 FROM event e LEFT JOIN event_text t ON t.case_id = e.case_id AND t.compartment = e.compartment AND t.seq = e.seq
 WHERE e.case_id = :id
 ORDER BY MAX(e.at) OVER (PARTITION BY e.compartment ORDER BY e.seq), e.compartment, e.seq"""
"""Within a compartment as its chain goes, also when a clock was set back between two lines; across them by instant. So
a line stands where everything that its own chain puts before it has happened."""

DOCKET = """SELECT kind, post, due_at, status, reason, deadline, notch, move FROM docket
 WHERE case_id = :id ORDER BY due_at, id"""

PAPERS = """SELECT handle, compartment, event_seq, size, media_type, added_at FROM document
 WHERE case_id = :id ORDER BY id"""

LINKED = """SELECT c.number, l.kind FROM case_link l
 JOIN cases c ON c.id = CASE WHEN l.case_id = :id THEN l.other_id ELSE l.case_id END
 WHERE l.case_id = :id OR l.other_id = :id ORDER BY c.number"""


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
    """What a line of the cover changed (`cover`, `deadlines`, `rule`), as far as the seer may know it; a revision's
    number for a forum file's lines."""
    asks: tuple[str, ...] = ()
    """Keys of what others owe that a line of the cover asks for: for the first time, or of somebody else by a new
    date."""


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
    """Everything one function may know of one case, at one moment.

    Without `cover` among the compartments (a guest; an authority that the case has left) the cover says only which
    case it is. `docket` has the automatic steps and the reader's own reminders, never the other party's.
    """

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
    leaving: ForumFile | None
    """The revision that a lift takes along now; None while none may leave, and for whoever reads only what has left."""
    findings: int
    offers: tuple[Offer, ...]
    registry_number: str
    posts: frozenset[str]
    """The functions that the reader acts in here: her own, and those that fall to it because nobody holds them."""


def view(record: Record, seer: Seer, number: str, now: datetime) -> CaseView:
    """Raises CaseUnknown for what the seer may not know of, and NotYourFunction for a function she does not hold."""
    with record.database.read() as tx:
        today = local_date(now)
        if seer.post not in posts_of(tx, seer.account, today):
            raise NotYourFunction(NotYourFunction.__doc__)
        world = record.world(tx, now)
        sight = glimpse(tx, number, seer, world.org)
        own = marked_by(seer.post, world.org)
        # A hidden mark bears on what may be done, and is known to those who read their authority's inner record.
        marks = own if f"inner:{own}" in sight.compartments else ""
        found = gather(tx, sight.case_id, world.org, marks, lock=False)
        return _view(tx, record, seer, sight, found, world, now)


def view_of(tx: Transaction, record: Record, seer: Seer, sight: Sight, now: datetime) -> CaseView:
    """The same for one whom another door has let in: the reporter who follows her case by its link."""
    world = record.world(tx, now)
    return _view(tx, record, seer, sight, gather(tx, sight.case_id, world.org, lock=False), world, now)


def _view(
    tx: Transaction, record: Record, seer: Seer, sight: Sight, found: Gathered, world: World, now: datetime
) -> CaseView:
    cover, seen = found.snapshot.cover, sight.compartments
    snapshot = decided_on(found.snapshot, seen)
    own = authority_of(holder_of(seer.post), world.org)
    reader = reader_of(seen, own, cover, record.library.definitions.values())
    covered = "cover" in seen
    actor = actor_for(tx, seer.account, seer.post, found.snapshot.cover, world.org, local_date(now))
    offers = record.library.routine(found.definition).offers
    return CaseView(
        cover=reader.cover(cover),
        compartments=seen,
        versions={name: found.heads[name].version for name in sorted(found.heads) if name in seen},
        deadlines=tuple(sorted(snapshot.deadlines, key=lambda d: (d.due, d.key))) if covered else (),
        contributions=tuple(_owed(snapshot.contributions, seer)) if covered else (),
        lines=tuple(_lines(tx, sight, seer, reader, world)),
        docket=tuple(_docket(tx, sight, seer, world)) if covered else (),
        papers=tuple(_papers(tx, sight)),
        links=tuple(_links(tx, sight, seer, world)) if covered else (),
        file=snapshot.file if "shared" in seen else None,
        leaving=leaving if "shared" in seen and (leaving := snapshot.leaving(local_date(now))).revision else None,
        findings=snapshot.findings,
        offers=offers(snapshot, actor, world, now) if covered else (),
        registry_number=str(tx.value(
            "SELECT number FROM registry_number WHERE case_id = :id AND authority = :a", id=sight.case_id, a=own
        ) or "") if f"inner:{own}" in seen else "",
        posts=actor.posts,
    )  # fmt: skip


def _owed(contributions: tuple[Contribution, ...], seer: Seer) -> Iterator[Contribution]:
    """What each owes; a reporter is told only what she herself is asked."""
    for owed in sorted(contributions, key=lambda c: (c.due, c.key)):
        if function_name(seer.post) != "reporter" or owed.asked == seer.post:
            yield owed


def _docket(tx: Transaction, sight: Sight, seer: Seer, world: World) -> Iterator[Pending]:
    """Automatic steps concern everybody; whom the other party reminds, and when, is its own (domain.md section 6). A
    forum is told when its answer did not arrive, for nobody may sit at the pages of the party that it was sent to."""
    reports, house = function_name(seer.post) == "reporter", house_of(seer.post, world.org)
    for row in tx.all(DOCKET, id=sight.case_id):
        pending = Pending(*row)
        failed = pending.status == "parked" and pending.notch == ANSWER_SENT and house.startswith("forum:")
        mine = pending.kind == "step" or failed or house_of(pending.post, world.org) == house
        if (pending.post == seer.post) if reports else mine:
            yield pending


def _links(tx: Transaction, sight: Sight, seer: Seer, world: World) -> Iterator[tuple[str, str]]:
    """Linked cases that this function may know of by itself: a link opens nothing."""
    for number, kind in tx.all(LINKED, id=sight.case_id):
        if _knows(tx, number, seer, world):
            yield number, kind


def _knows(tx: Transaction, number: str, seer: Seer, world: World) -> bool:
    try:
        look(tx, number, seer, world.org)
    except CaseUnknown:
        return False
    return True


def _lines(tx: Transaction, sight: Sight, seer: Seer, reader: Reader, world: World) -> Iterator[Line]:
    house, reported, asked = house_of(seer.post, world.org), 0, dict[str, tuple[str, int]]()
    for compartment, seq, at, actor, code, outcome, body in tx.all(EVENTS, id=sight.case_id):
        if not sight.sees(compartment):
            if not _reported(sight, compartment, code):
                continue
            # Counted among what she sees: a gap would tell her how much the parties have written to each other.
            reported += 1
            seq = reported
        words: dict[str, Any] = json.loads(body) if body else {"by": "", "texts": {}}
        mine = not house.startswith("forum:") and house_of(actor, world.org) == house
        changed = json.loads(outcome)
        yield Line(
            compartment, seq, at, actor, code, words["texts"], words["by"] if mine else "", code == "told",
            reader.outcome(changed, code), tuple(_asks(changed.get("contributions", ()), asked)),
        )  # fmt: skip


def _asks(owed: Iterable[Mapping[str, Any]], asked: dict[str, tuple[str, int]]) -> Iterator[str]:
    """The keys that a line asks for; `asked` says of whom and by which date (revision) each was last asked for. What is
    moved to another unit keeps its date, and a date that follows a meeting stays with whoever was asked."""
    for one in owed:
        before, now = asked.get(one["key"]), (one["asked"], one.get("revision", 1))
        asked[one["key"]] = now
        if before is None or (before[0] != now[0] and before[1] != now[1]):
            yield one["key"]


def _reported(sight: Sight, compartment: str, code: str) -> bool:
    """A reporter sees her own report and the answer, nothing else of what the parties share."""
    return compartment == "shared" and sight.sees("report") and code in REPORT_CODES


def _papers(tx: Transaction, sight: Sight) -> list[Mapping[str, Any]]:
    return [
        {"handle": handle, "compartment": compartment, "seq": seq, "size": size, "type": kind, "added_at": at}
        for handle, compartment, seq, size, kind, at in tx.all(PAPERS, id=sight.case_id)
        if sight.sees(compartment)
    ]
