"""The forum file: what may leave the local step. Written anew, reviewed, read by both sides, then sent (law 6).

A revision is words of the parties' shared compartment until a lift sends it; one that is ready while the case already
lies before a forum follows it there. Places in it that may point out a person are listed as findings and block the way
until each is cleared with a reason or a new revision has none.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from cases.apply import apply_move, write_history
from cases.contents.identifiers import NUMBERS, find
from cases.contents.kept_in_clear import BadText, NumberInText, checked
from cases.contents.matter import NEW_PAPER, NotAllowed, Room, entered, sealed_paper
from cases.contents.side_views import FIELDS, authorities, views_that_stand, with_their_view
from cases.database import Transaction
from cases.functions import actor_for
from cases.gather import Gathered, Head, gather
from cases.record import Record
from cases.revisions import revisions_of
from cases.sight import Seer
from workflows.attempt import World
from workflows.file_acts import READ, WRITTEN, file_moved
from workflows.file_reading import REVIEWED
from workflows.nouns import Decision, ForumFile, Snapshot
from workflows.office_hours import local_date
from workflows.organisation import holder_of
from workflows.texts import authority_of


class NoSuchRevision(LookupError):
    """There is no such revision, or a newer one stands in its place. Look at the newest."""


class MayPointOut(ValueError):
    """A place in the file may point out a person. Say of each place why it does not, or write a new revision without
    it; then review the file."""


def write_revision(record: Record, seer: Seer, number: str, texts: dict[str, str], now: datetime,
                   *, attachments: tuple[str, ...] = ()) -> tuple[int, int]:  # fmt: skip
    """A new revision with these texts (`statement` and `question` at least) and chosen attachments (paper handles).

    Each side writes its own view; the other side's is taken over as it wrote it (law 7). Answers (revision, open
    findings). The writer's side has read what it wrote. Raises NotAllowed for the other side's view in other words, and
    NumberInText where somebody's number stands in the words.
    """
    unknown = set(texts) - set(FIELDS)
    if unknown or not {"statement", "question"} <= set(texts):
        raise BadText(f"A forum file has a statement and a question; known texts: {', '.join(FIELDS)}")
    with entered(record, seer, number, now) as room:
        side = _own_side(room)
        words: dict[str, Any] = {name: checked(text) for name, text in with_their_view(room, side, texts).items()}
        found = _rows_of(words)
        if attachments:
            words["attachments"] = list(_known_papers(room, attachments))
        revision = _revision(room) + 1
        seq = room.write("shared", WRITTEN, words, {"revision": revision, "findings": [list(row) for row in found]})
        room.tx.run(
            "INSERT INTO forum_file_revision (case_id, revision, event_seq, written_at, sent_to)"
            " VALUES (:id, :revision, :seq, :at, '')",
            id=room.sight.case_id, revision=revision, seq=seq, at=now,
        )  # fmt: skip
        _mark_read(room, revision, side)
        _keep_findings(room, revision, found)
        _tell_readers(room, WRITTEN)
        return revision, len(found)


def send_file(
    tx: Transaction, record: Record, case_id: int, snapshot: Snapshot, decision: Decision, account: str, world: World,
    now: datetime,
) -> None:  # fmt: skip
    """A lift takes the newest revision along that may leave: its words and papers are copied into each new forum's
    file.

    What nobody has reviewed, or a side has not had the time to read, stays where it is, also when the clock or a forum
    lifts the case: then the forum has an older revision, or the cover only. An earlier forum that the case is returned
    to gets the revision that the returning forum has.
    """
    ready = _ready(tx, case_id, snapshot, decision, world)
    _give_back(tx, record, case_id, snapshot, decision, ready, account, world, now)
    forums = [f for f in decision.cover.forums if f not in snapshot.cover.forums]
    late = _left_unread(record, snapshot, decision, local_date(now))
    if not forums and not late:
        return
    known = [f for f in ready if _known_to(decision.actor, f, snapshot)] if forums else ready
    file = next((f for f in known if f.may_leave(decision.cover, local_date(now))), None)
    if file is None:
        return
    forums += [forum for forum in late if forum not in file.sent_to and forum not in forums]
    texts = views_that_stand(tx, case_id, _words(tx, case_id, file.revision), decision.cover, world.org)
    for forum in forums:
        _copy(tx, record, case_id, forum, file.revision, texts, decision.cover.number, decision.actor, account, now)
    tx.run(_SENT, forums=",".join(forums), id=case_id, revision=file.revision)


def _known_to(actor: str, file: ForumFile, snapshot: Snapshot) -> bool:
    """Whether a forum's function reads that revision already; a party reads them all, and the clock waits for none."""
    return not holder_of(actor).startswith("forum:") or not file.sent_to.isdisjoint(snapshot.cover.forums)


def _ready(tx: Transaction, case_id: int, snapshot: Snapshot, decision: Decision, world: World) -> list[ForumFile]:
    """The revisions that are reviewed and have nothing left to clear, newest first: as they were gathered, but where
    the move gives the case another side, which has read nothing of it."""
    before, after = snapshot.cover, decision.cover
    if (before.raising, before.receiving) != (after.raising, after.receiving):
        return [one.file for one in revisions_of(tx, case_id, after, world.org) if one.ready]
    newest = [snapshot.file] if snapshot.file.reviewed and not snapshot.findings else []
    return [*newest, *snapshot.earlier]


def _left_unread(record: Record, snapshot: Snapshot, decision: Decision, today: date) -> list[str]:
    """The forums that the case lies before already, where the newest revision was not read in time and has not come
    yet."""
    file, cover = snapshot.file, decision.cover
    before_forum = record.library.routine(cover.definition).definition.stages[cover.stage].before_forum
    if not before_forum or not file.may_leave(cover, today):
        return []
    return [forum for forum in cover.forums if forum in snapshot.cover.forums and forum not in file.sent_to]


def _give_back(
    tx: Transaction, record: Record, case_id: int, snapshot: Snapshot, decision: Decision, ready: list[ForumFile],
    account: str, world: World, now: datetime,
) -> None:  # fmt: skip
    """So that both forums speak of the same question, and neither reads the other's file."""
    lower, lead = decision.cover.lower_forum, decision.cover.forum
    if not lower or lower == snapshot.cover.lower_forum:
        return
    file = next((file for file in ready if lead in file.sent_to), None)
    if file is None or lower in file.sent_to:
        return
    texts = views_that_stand(tx, case_id, _words(tx, case_id, file.revision), decision.cover, world.org)
    _copy(tx, record, case_id, lower, file.revision, texts, decision.cover.number, decision.actor, account, now)
    tx.run(_SENT, forums=lower, id=case_id, revision=file.revision)


_SENT = """UPDATE forum_file_revision
 SET sent_to = CASE WHEN sent_to = '' THEN :forums ELSE sent_to || ',' || :forums END
 WHERE case_id = :id AND revision = :revision"""


def _send_on(room: Room, found: Gathered) -> None:
    """A case that lies before its forums already: a revision that may leave goes there at once, to each of them once,
    and to an earlier forum that has it for a task."""
    cover, file = found.snapshot.cover, found.snapshot.file
    stage = room.record.library.routine(cover.definition).definition.stages[cover.stage]
    leaves = file.may_leave(cover, local_date(room.now)) and not found.snapshot.findings
    if not leaves or not stage.before_forum:
        return
    there = (*cover.forums, *filter(None, (cover.lower_forum,)))
    left = [forum for forum in there if forum not in file.sent_to]
    texts = views_that_stand(room.tx, found.case_id, _words(room.tx, found.case_id, file.revision), cover,
                             room.world.org)  # fmt: skip
    for forum in left:
        _copy(room.tx, room.record, found.case_id, forum, file.revision, texts, room.number, room.seer.post,
              room.seer.account, room.now)  # fmt: skip
    if left:
        room.tx.run(_SENT, forums=",".join(left), id=found.case_id, revision=file.revision)


def _tell_readers(room: Room, act: str) -> Gathered:
    """The side that has not read it is asked to, or is asked no more; the case with its newest revision."""
    found = gather(room.tx, room.sight.case_id, room.world.org)
    cover, today = found.snapshot.cover, local_date(room.now)
    definition = room.record.library.routine(found.definition).definition
    actor = actor_for(room.tx, room.seer.account, room.seer.post, cover, room.world.org, today)
    decision = file_moved(definition, found.snapshot, act, actor, room.world, room.now)
    if decision is not None:
        apply_move(room.tx, room.record, decision, found.case_id, found.heads, room.seer.account, room.now)
    return found


def _words(tx: Transaction, case_id: int, revision: int) -> dict[str, Any]:
    """What a revision says; nothing once its words have been disposed of."""
    body = tx.value(_BODY, id=case_id, revision=revision)
    texts: dict[str, Any] = json.loads(body)["texts"] if body else {}
    return texts


_BODY = """SELECT t.body FROM forum_file_revision f JOIN event_text t
 ON t.case_id = f.case_id AND t.compartment = 'shared' AND t.seq = f.event_seq
 WHERE f.case_id = :id AND f.revision = :revision"""

_HEAD = "SELECT version, head FROM compartment WHERE case_id = :id AND name = :name"

_PAPER = """SELECT d.sha256, d.size, d.media_type, t.body FROM document d LEFT JOIN event_text t
 ON t.case_id = d.case_id AND t.compartment = d.compartment AND t.seq = d.event_seq
 WHERE d.case_id = :id AND d.handle = :handle"""


def _copy(
    tx: Transaction, record: Record, case_id: int, forum: str, revision: int, texts: dict[str, Any], number: str,
    actor: str, account: str, now: datetime,
) -> None:  # fmt: skip
    """The revision's words, then each attachment as a paper of the forum's own, with a handle of its own."""
    place = f"file:{forum}"

    def add(code: str, outcome: dict[str, Any], said: dict[str, Any]) -> int:
        head = tx.one(_HEAD, id=case_id, name=place)
        heads = {place: Head(head[0], bytes(head[1]))} if head is not None else {}
        line = (place, code, outcome, said)
        return write_history(tx, record, case_id, number, heads, actor, account, now, [line])[place]

    papers = [(record.random_bytes(16).hex(), paper) for handle in texts.get("attachments", ())
              if (paper := tx.one(_PAPER, id=case_id, handle=handle)) is not None and paper[3]]  # fmt: skip
    add("file", {"revision": revision}, texts | ({"attachments": [handle for handle, _ in papers]} if papers else {}))
    for handle, (sha, size, kind, body) in papers:
        seq = add("paper", sealed_paper(handle, size, kind), json.loads(body)["texts"])
        tx.run(NEW_PAPER, id=case_id, handle=handle, compartment=place, seq=seq, sha=sha, size=size, type=kind,
               at=now)  # fmt: skip


def _rows_of(texts: dict[str, str]) -> list[tuple[str, str, int, int, bool]]:
    """Places that may point out a person: field, kind, start, end, certain. What was found is not among it."""
    return [
        (name, str(hit.kind), hit.start, hit.end, hit.certain) for name, text in texts.items() for hit in find(text)
    ]


def _keep_findings(room: Room, revision: int, found: list[tuple[str, str, int, int, bool]]) -> None:
    room.tx.many(
        "INSERT INTO finding (case_id, revision, field, kind, starts, ends, certain, status, cleared_by)"
        " VALUES (:id, :revision, :field, :kind, :starts, :ends, :certain, 'open', '')",
        [{"id": room.sight.case_id, "revision": revision, "field": name, "kind": kind, "starts": start, "ends": end,
          "certain": certain} for name, kind, start, end, certain in found],
    )  # fmt: skip


def findings(record: Record, seer: Seer, number: str, now: datetime) -> list[tuple[int, str, str, int, int, bool]]:
    """Open findings of the newest revision: (its place among that revision's, field, kind, start, end, certain)."""
    with entered(record, seer, number, now, writes=False) as room:
        _own_side(room)
        rows = room.tx.all(_FINDINGS, id=room.sight.case_id)
    return [
        (place, field, kind, start, end, bool(certain))
        for place, (_, status, field, kind, start, end, certain) in enumerate(rows, 1) if status == "open"
    ]  # fmt: skip


_FINDINGS = """SELECT id, status, field, kind, starts, ends, certain FROM finding WHERE case_id = :id
 AND revision = (SELECT MAX(revision) FROM forum_file_revision WHERE case_id = :id) ORDER BY id"""


def clear_finding(record: Record, seer: Seer, number: str, finding: int, reason: str, now: datetime) -> None:
    """Somebody has looked: the place points out nobody, and says why. It stays in the record.

    Raises NumberInText for a certain number, which a revision of an earlier time may hold: only a new one mends that.
    """
    with entered(record, seer, number, now) as room:
        _own_side(room)
        rows = room.tx.all(_FINDINGS, id=room.sight.case_id)
        if not 1 <= finding <= len(rows) or rows[finding - 1][1] != "open":
            raise NoSuchRevision("There is no such open finding in this case.")
        if rows[finding - 1][6] and rows[finding - 1][3] in NUMBERS:
            raise NumberInText(NumberInText.__doc__)
        room.tx.run("UPDATE finding SET status = 'cleared', cleared_by = :post WHERE id = :row",
                    row=rows[finding - 1][0], post=seer.post)  # fmt: skip
        revision = _revision(room)
        room.write("shared", "finding_cleared", {"finding": finding, "reason": checked(reason)},
                   {"revision": revision, "finding": finding})  # fmt: skip
        _send_on(room, gather(room.tx, room.sight.case_id, room.world.org))


def review(record: Record, seer: Seer, number: str, revision: int, now: datetime) -> None:
    """The reviewer has held the file beside the original: it says what is needed and points out nobody (law 6).

    Raises MayPointOut while a place that was found in it is not cleared.
    """
    with entered(record, seer, number, now) as room:
        _own_side(room)
        _newest(room, revision)
        if any(status == "open" for _, status, *_ in room.tx.all(_FINDINGS, id=room.sight.case_id)):
            raise MayPointOut(MayPointOut.__doc__)
        room.tx.run(
            "UPDATE forum_file_revision SET reviewed_at = :at WHERE case_id = :id AND revision = :revision"
            " AND reviewed_at IS NULL",
            at=now, id=room.sight.case_id, revision=revision,
        )  # fmt: skip
        room.write("shared", REVIEWED, {}, {"revision": revision})
        _send_on(room, _tell_readers(room, REVIEWED))


def read_file(record: Record, seer: Seer, number: str, revision: int, now: datetime) -> None:
    """This side has read the revision as it will leave."""
    with entered(record, seer, number, now) as room:
        side = _own_side(room)
        _newest(room, revision)
        _mark_read(room, revision, side)
        room.write("shared", READ, {}, {"revision": revision, "side": side})
        _send_on(room, _tell_readers(room, READ))


def _mark_read(room: Room, revision: int, side: str) -> None:
    column = {"raising": "read_raising_at", "receiving": "read_receiving_at"}[side]
    room.tx.run(
        f"UPDATE forum_file_revision SET {column} = COALESCE({column}, :at)"
        " WHERE case_id = :id AND revision = :revision",
        at=room.now, id=room.sight.case_id, revision=revision,
    )  # fmt: skip


def _newest(room: Room, revision: int) -> None:
    if _revision(room) != revision:
        raise NoSuchRevision(NoSuchRevision.__doc__)


def _revision(room: Room) -> int:
    """The newest revision's number; 0 while there is none."""
    return int(room.tx.value(
        "SELECT COALESCE(MAX(revision), 0) FROM forum_file_revision WHERE case_id = :id", id=room.sight.case_id
    ))  # fmt: skip


def _own_side(room: Room) -> str:
    """`raising` or `receiving`: only the two parties write, review and read a file before it leaves."""
    if not room.sight.sees("shared"):
        raise NotAllowed(NotAllowed.__doc__)
    own = authority_of(holder_of(room.seer.post), room.world.org)
    side = next((side for side, authority in authorities(room).items() if own and authority == own), "")
    if not side:
        raise NotAllowed(NotAllowed.__doc__)
    return side


def _known_papers(room: Room, handles: tuple[str, ...]) -> list[str]:
    known = {
        h for h, compartment in room.tx.all(
            "SELECT handle, compartment FROM document WHERE case_id = :id", id=room.sight.case_id
        ) if compartment == "shared"
    }  # fmt: skip
    missing = [h for h in handles if h not in known]
    if missing:
        raise NotAllowed("An attachment of a forum file must be a paper that both parties share.")
    return list(handles)
