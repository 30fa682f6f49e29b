"""`stegen export`: a case leaves the record as one function may know it, with the proofs of its history (law 10).

Everything goes through the one doorway. The patient reference is never in an export: showing it is a look of its own.
Each export stands in the read log.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from cases.chain import outcome_hash
from cases.contents.matter import open_paper
from cases.contents.papers import PaperMissing
from cases.copies.export_file import Proof
from cases.cover_seen import Reader, reader_of
from cases.database import Transaction
from cases.functions import NotYourFunction, posts_of
from cases.gather import gather
from cases.lists.worklist import TABS, work_list
from cases.reading import CaseView
from cases.record import Record
from cases.sight import Seer, glimpse, house_of
from workflows.office_hours import local_date
from workflows.organisation import holder_of
from workflows.texts import authority_of

LINES = """SELECT e.seq, e.at, e.actor, e.code, e.outcome, e.commitment, e.head, t.salt, t.body FROM event e
 LEFT JOIN event_text t ON t.case_id = e.case_id AND t.compartment = e.compartment AND t.seq = e.seq
 WHERE e.case_id = :id AND e.compartment = :name ORDER BY e.seq"""
TOLD = """INSERT INTO read_log (at, case_id, account, post, what, reason, result)
 VALUES (:at, :id, :account, :post, 'export', 'stegen export', 'shown')"""


def note_export(record: Record, seer: Seer, number: str, now: datetime) -> None:
    """Before anything leaves: whose export, of which case. Raises CaseUnknown and NotYourFunction."""
    with record.database.write() as tx:
        if seer.post not in posts_of(tx, seer.account, local_date(now)):
            raise NotYourFunction(NotYourFunction.__doc__)
        sight = glimpse(tx, number, seer, record.world(tx, now).org)
        tx.run(TOLD, at=now, id=sight.case_id, account=seer.account, post=seer.post)


def chains_of(record: Record, seer: Seer, number: str, now: datetime) -> dict[str, list[Proof]]:
    """Each compartment that the seer reads whole, line by line, with as much of its seals as she may know."""
    with record.database.read() as tx:
        org = record.world(tx, now).org
        sight = glimpse(tx, number, seer, org)
        found = gather(tx, sight.case_id, org, lock=False)
        own = authority_of(holder_of(seer.post), org)
        routines = record.library.definitions.values()
        reader = reader_of(sight.compartments, own, found.snapshot.cover, routines)
        house = house_of(seer.post, org)
        return {
            name: [
                _proof(row, reader, house, lambda post: house_of(post, org)) for row in _rows(tx, sight.case_id, name)
            ]
            for name in sorted(sight.compartments & found.heads.keys())
        }


def _rows(tx: Transaction, case_id: int, name: str) -> list[tuple[Any, ...]]:
    return tx.all(LINES, id=case_id, name=name)


def _proof(row: tuple[Any, ...], reader: Reader, house: str, house_of_actor: Any) -> Proof:
    seq, at, actor, code, outcome, commitment, head, salt, body = row
    mine = not house.startswith("forum:") and house_of_actor(actor) == house
    opens = body is not None and (mine or not json.loads(body)["by"])
    return Proof(
        seq, at, actor, code, outcome if _whole(json.loads(outcome), reader) else None, outcome_hash(outcome),
        bytes(commitment), bytes(head), bytes(salt) if opens else None, body if opens else None,
    )  # fmt: skip


def _whole(outcome: Mapping[str, Any], reader: Reader) -> bool:
    """Whether a line's outcome holds nothing that this reader may not know; an empty list tells nothing."""
    return reader.outcome(outcome) == {k: v for k, v in outcome.items() if k != "contributions" or v}


def papers_of(record: Record, seer: Seer, view: CaseView, now: datetime) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """(documents by their name in the export, handles of those that cannot be read)."""
    found: dict[str, bytes] = {}
    missing: list[str] = []
    for paper in view.papers:
        handle = str(paper["handle"])
        try:
            stream, name, _ = open_paper(record, seer, view.cover.number, handle, now)
            with stream:
                found[f"papers/{handle}/{name}"] = stream.read()
        except PaperMissing:
            missing.append(handle)
    return found, tuple(missing)


def numbers_of(record: Record, seer: Seer, now: datetime) -> Iterator[str]:
    """Every case on the function's lists, page by page."""
    for tab in TABS:
        cursor = ""
        while True:
            page = work_list(record, seer, now, tab=tab, cursor=cursor)
            yield from (item.number for item in page.items)
            cursor = page.cursor
            if not cursor:
                break
