"""What stands beside the history, held against the lines that tell of it: files, papers, protected fields, lists.

The chain seals the lines. These tables are read by the rules and by people too, so that a revision marked as reviewed
by hand, a paper moved to another compartment or a patient reference that no key opens must be found as well. What has
been disposed of has no row left, and its line says so.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from cases.contents.secrecy import Sealed, SecretUnreadable
from cases.database import Transaction
from cases.lists.standing import tab_here
from cases.record import Record
from workflows.nouns import Contribution, Cover
from workflows.organisation import function_of, holder_of

FILE_LINES = """SELECT seq, at, code, outcome, actor FROM event WHERE case_id = :id AND compartment = 'shared'
 AND code IN ('file', 'file_reviewed', 'file_read') ORDER BY seq"""
SENT_LINES = """SELECT compartment, outcome FROM event WHERE case_id = :id AND compartment LIKE 'file:%'
 AND code = 'file' ORDER BY at, compartment, seq"""
REVISIONS = """SELECT revision, event_seq, written_at, reviewed_at, read_raising_at, read_receiving_at, sent_to
 FROM forum_file_revision WHERE case_id = :id"""

PAPER_LINES = """SELECT e.compartment, e.seq, e.at, e.outcome, t.body FROM event e JOIN event_text t
 ON t.case_id = e.case_id AND t.compartment = e.compartment
 AND t.seq = e.seq WHERE e.case_id = :id AND e.code = 'paper'"""
PAPERS = """SELECT compartment, event_seq, added_at, size, media_type, handle, sha256 FROM document
 WHERE case_id = :id"""

FINDING_LINES = """SELECT code, outcome, actor FROM event WHERE case_id = :id AND compartment = 'shared'
 AND code IN ('file', 'finding_cleared') ORDER BY seq"""
FINDINGS = """SELECT revision, field, kind, starts, ends, certain, status, cleared_by FROM finding
 WHERE case_id = :id ORDER BY revision, id"""

FIRST_LINE = """SELECT e.outcome, t.body FROM event e LEFT JOIN event_text t ON t.case_id = e.case_id
 AND t.compartment = e.compartment AND t.seq = e.seq WHERE e.case_id = :id AND e.compartment = 'cover' AND e.seq = 1"""
CAME_BY = "SELECT COUNT(*) FROM event WHERE case_id = :id AND compartment = 'shared' AND code = 'came_by'"
FOLLOWED = "SELECT account, follow_hash, address FROM report WHERE case_id = :id"

MOMENTS = "SELECT DISTINCT at FROM event WHERE case_id = :id"
_GRANTS = """(SELECT * FROM sight WHERE case_id = :id AND ended_at IS NULL
 UNION ALL SELECT * FROM sight WHERE case_id = :id AND ended_at IS NOT NULL) AS every_grant"""
"""Open and ended grants of a case, each by an index of their own."""
GRANTED = f"SELECT holder, compartment, opened_at, ended_at FROM {_GRANTS} ORDER BY id"
ENDS_TOLD = "SELECT outcome FROM event WHERE case_id = :id AND compartment = 'shared' AND code = 'glass_broken'"

LISTED = """SELECT holder, number, tab, next_date FROM sight WHERE case_id = :id AND compartment = 'cover'
 AND ended_at IS NULL ORDER BY holder"""
NUMBERED = f"SELECT holder FROM {_GRANTS} WHERE number <> :number ORDER BY holder LIMIT 1"

SEALED = "SELECT name, wrapped_key, nonce, ciphertext, key_id FROM protected WHERE case_id = :id ORDER BY name"

NUMBER_LINES = """SELECT e.compartment, t.body FROM event e JOIN event_text t ON t.case_id = e.case_id
 AND t.compartment = e.compartment AND t.seq = e.seq WHERE e.case_id = :id AND e.compartment LIKE 'inner:%'
 AND e.code = 'registry_number' ORDER BY e.compartment, e.seq"""
NUMBERS = "SELECT authority, number FROM registry_number WHERE case_id = :id"
INNER_LINES = """SELECT compartment, code, at FROM event WHERE case_id = :id AND compartment LIKE 'inner:%'
 ORDER BY compartment, seq"""
MARKED = "SELECT authority, mark, at FROM inner_mark WHERE case_id = :id"

WORDLESS = """SELECT e.compartment, e.seq FROM event e LEFT JOIN event_text t ON t.case_id = e.case_id
 AND t.compartment = e.compartment AND t.seq = e.seq WHERE e.case_id = :id AND t.seq IS NULL
 ORDER BY e.compartment, e.seq"""
CLEARED_NOTES = "SELECT compartment, outcome FROM event WHERE case_id = :id AND code = 'notes_cleared'"
DECISIONS = "SELECT outcome FROM event WHERE case_id = :id AND compartment = 'shared' AND code = 'disposed'"
NAMED = """SELECT COUNT(*) FROM event e JOIN event_text t ON t.case_id = e.case_id AND t.compartment = e.compartment
 AND t.seq = e.seq WHERE e.case_id = :id AND e.compartment = 'shared' AND e.code = 'patient_set'"""

Told = tuple[int, datetime, datetime | None, dict[str, datetime], frozenset[str]]
"""One revision as the history tells it: line, written, first reviewed, first read by side, the forums that have it."""


def of_files(tx: Transaction, case_id: int) -> Iterator[str]:
    """Revisions of the forum file that are not as the history tells."""
    told, writers = _told(tx, case_id)
    stored = {row[0]: row[1:] for row in tx.all(REVISIONS, id=case_id)}
    if told.keys() != stored.keys():
        yield f"the history tells of the revisions {sorted(told)}, {sorted(stored)} are stored"
        return
    for revision, (seq, written, reviewed, raising, receiving, sent) in sorted(stored.items()):
        line, at, looked, read, forums = told[revision]
        if (line, at, looked) != (seq, written, reviewed):
            yield f"revision {revision} was not written or reviewed when its row says"
        for side, when in (("raising", raising), ("receiving", receiving)):
            first = read.get(side)
            if when != first and (when, first) != (at, None) and when != at:
                yield f"revision {revision} was not read by the {side} side when its row says"
        if at not in (raising, receiving):
            yield f"revision {revision} was not read by {writers[revision]}, who wrote it"
        if frozenset(sent.split(",") if sent else ()) != forums:
            yield f"revision {revision} was sent to {sorted(forums)}, its row says {sent!r}"


def _told(tx: Transaction, case_id: int) -> tuple[dict[int, Told], dict[int, str]]:
    told: dict[int, Told] = {}
    writers: dict[int, str] = {}
    for seq, at, code, outcome, actor in tx.all(FILE_LINES, id=case_id):
        said = json.loads(outcome)
        revision = said["revision"]
        if code == "file":
            told[revision] = (seq, at, None, {}, frozenset())
            writers[revision] = actor
        elif revision in told:
            line, written, looked, read, forums = told[revision]
            if code == "file_reviewed":
                told[revision] = (line, written, looked or at, read, forums)
            else:
                read.setdefault(said["side"], at)
    for compartment, outcome in tx.all(SENT_LINES, id=case_id):
        revision = json.loads(outcome).get("revision")
        if revision in told:
            line, written, looked, read, forums = told[revision]
            told[revision] = (line, written, looked, read, forums | {compartment.partition(":")[2]})
    return told, writers


def of_papers(tx: Transaction, case_id: int) -> Iterator[str]:
    """Papers without their line, or lines without their paper."""
    lines: dict[tuple[str, int], Any] = {}
    for compartment, seq, at, outcome, body in tx.all(PAPER_LINES, id=case_id):
        said, words = json.loads(outcome), json.loads(body)["texts"]
        lines[compartment, seq] = (at, said["size"], said["type"], said["handle"], words["sha256"])
    rows = {(compartment, seq): tuple(rest) for compartment, seq, *rest in tx.all(PAPERS, id=case_id)}
    for place in sorted(lines.keys() | rows.keys()):
        if lines.get(place) != rows.get(place):
            yield f"the paper of line {place[1]} in {place[0]} is stored as {rows.get(place)}, not {lines.get(place)}"


def of_findings(tx: Transaction, case_id: int) -> Iterator[str]:
    """Places in a revision that may point out a person, against what its line found and who cleared which."""
    told: dict[tuple[int, int], tuple[Any, ...]] = {}
    for code, outcome, actor in tx.all(FINDING_LINES, id=case_id):
        said = json.loads(outcome)
        revision = said["revision"]
        if code == "file":
            told |= {(revision, place): (*row, "open", "") for place, row in enumerate(said["findings"], 1)}
        else:
            place = revision, said["finding"]
            told[place] = (*told[place][:5], "cleared", actor)
    stored: dict[tuple[int, int], tuple[Any, ...]] = {}
    counted: Counter[int] = Counter()
    for revision, field, kind, starts, ends, certain, status, by in tx.all(FINDINGS, id=case_id):
        counted[revision] += 1
        stored[revision, counted[revision]] = (field, kind, starts, ends, bool(certain), status, by)
    for place in sorted(told.keys() | stored.keys()):
        if told.get(place) != stored.get(place):
            yield f"finding {place[1]} of revision {place[0]} is stored as {stored.get(place)}, not {told.get(place)}"


def of_report(tx: Transaction, case_id: int) -> Iterator[str]:
    """Who follows a case as its reporter: the account that opened it, or whoever has the link that it came by."""
    first, row = tx.one(FIRST_LINE, id=case_id), tx.one(FOLLOWED, id=case_id)
    if first is None:
        return
    # What was reported says whether its party checks its own reports; a case out of another case does not.
    facts = json.loads(first[0]).get("cover", {}).get("facts", {})
    reported = "own_check" in facts and not tx.value(CAME_BY, id=case_id)
    if reported != (row is not None):
        yield "nobody follows it as its reporter any more" if reported else "a reporter follows what nobody reported"
    if row is None:
        return
    account, link, address = row
    if first[1] is not None and account != json.loads(first[1])["by"]:
        yield "it is followed by another account than the one that reported it"
    if not facts.get("by_link"):
        if link or address:
            yield "it is followed by a link although it came by none"
    elif not link and "shared" not in disposed_of(tx, case_id):
        yield "the link that its reporter follows it by is gone"


def of_grants(tx: Transaction, case_id: int) -> Iterator[str]:
    """A grant begins and ends with something that happened in its case, or when its own line has said that it would."""
    moments = {at for (at,) in tx.all(MOMENTS, id=case_id)}
    moments |= {datetime.fromisoformat(json.loads(told)["until"]) for (told,) in tx.all(ENDS_TOLD, id=case_id)}
    for holder, compartment, opened, ended in tx.all(GRANTED, id=case_id):
        for at, what in ((opened, "has read"), (ended, "no longer reads")):
            if at is not None and at not in moments:
                yield f"{holder} {what} {compartment} since {at:%Y-%m-%d %H:%M}, when nothing happened"


def of_inner(tx: Transaction, case_id: int, hidden: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """An authority's own number and marks, against what its inner record says. `hidden`: the marks that a move sets."""
    numbers = {
        compartment.partition(":")[2]: json.loads(body)["texts"]["number"].strip()
        for compartment, body in tx.all(NUMBER_LINES, id=case_id)
    }
    stored = dict(tx.all(NUMBERS, id=case_id))
    for authority in sorted(numbers):
        if stored.get(authority) != numbers[authority]:
            yield f"the registry number of {authority} is not the one that it gave"
    told: dict[tuple[str, frozenset[str]], datetime] = {}
    for compartment, code, at in tx.all(INNER_LINES, id=case_id):
        if code in hidden:
            told.setdefault((compartment.partition(":")[2], hidden[code]), at)
    marked = {(authority, mark): at for authority, mark, at in tx.all(MARKED, id=case_id)}
    for (authority, marks), at in sorted(told.items(), key=str):
        if at not in [marked.pop((authority, mark), None) for mark in sorted(marks)]:
            yield f"the mark that {authority} has set is missing, or was not set then"
    for authority, mark in sorted(marked):
        yield f"{authority} has the mark {mark!r}, which it has not set"


def of_lists(tx: Transaction, case_id: int, cover: Cover, owed: Iterable[Contribution], tab: str) -> Iterator[str]:
    """Where a case stands in somebody's list and should not: `tab` is the one for those of whom nothing is awaited."""
    owed = tuple(owed)
    number, awaited, here = cover.number, _awaited(cover, owed), tab_here(tab)
    other = tx.value(NUMBERED, id=case_id, number=number)
    if other is not None:
        yield f"{other} lists it under another number"
    for holder, _, stands, day in tx.all(LISTED, id=case_id):
        ought = (here, awaited[holder]) if holder in awaited else (tab, cover.next_date)
        # What falls to the contact person is a matter of who holds what today, which no history of a case tells.
        if (stands, day) != ought and (stands != here or (holder, day) not in _may_fall(cover, owed)):
            yield f"{holder} lists it under {stands!r} for {day}"


def _may_fall(cover: Cover, owed: Iterable[Contribution]) -> frozenset[tuple[str, Any]]:
    """(authority, day) by which the ball, or what is owed at a place of a side, may stand with its contact person."""
    waits = [(holder_of(cover.ball), cover.next_date)] if cover.ball else []
    waits += [(holder_of(one.asked), one.due) for one in owed if one.status == "owed"]
    sides = [side for side in (cover.raising, cover.receiving) if side is not None]
    return frozenset(
        (side.holder("authority"), day) for side in sides for place, day in waits
        if place in (side.holder("unit"), side.holder("operation"))
    )  # fmt: skip


def _awaited(cover: Cover, owed: Iterable[Contribution]) -> dict[str, Any]:
    """Holder -> the first day on which something is awaited of it: the ball's own date, or what it owes."""
    days = {holder_of(cover.ball): cover.next_date} if cover.ball else {}
    for one in owed:
        if one.status == "owed" and function_of(one.asked) != "reporter":
            holder = holder_of(one.asked)
            days[holder] = min(day for day in (days.get(holder), one.due) if day is not None)
    return days


def disposed_of(tx: Transaction, case_id: int) -> frozenset[str]:
    """The compartments whose words somebody has decided to dispose of."""
    found = (json.loads(outcome)["compartments"] for (outcome,) in tx.all(DECISIONS, id=case_id))
    return frozenset(name for names in found for name in names)


def of_words(tx: Transaction, case_id: int) -> Iterator[str]:
    """Words that are gone although nobody has decided on their disposal."""
    decided = disposed_of(tx, case_id)
    lines = tx.all(CLEARED_NOTES, id=case_id)
    cleared = {(name, seq) for name, outcome in lines for seq in json.loads(outcome)["notes"]}
    first: dict[str, int] = {}
    for compartment, seq in tx.all(WORDLESS, id=case_id):
        if compartment not in decided and (compartment, seq) not in cleared:
            first.setdefault(compartment, seq)
    for compartment, seq in first.items():
        yield f"the words of line {seq} in {compartment} are gone, and no disposal was decided"


def of_protected(tx: Transaction, record: Record, case_id: int, number: str) -> Iterator[str]:
    """Protected fields that no key of the installation opens."""
    rows = tx.all(SEALED, id=case_id)
    if tx.value(NAMED, id=case_id) and "patient" not in [name for name, *_ in rows]:
        yield "the patient reference that was given is missing"
    for name, wrapped, nonce, ciphertext, key_id in rows:
        try:
            record.keyring.open(number, Sealed(bytes(wrapped), bytes(nonce), bytes(ciphertext), key_id))
        except SecretUnreadable as error:
            yield f"{name}: {error}"
