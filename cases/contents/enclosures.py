"""Papers that come with a report: stored when they are chosen, named by the case when the report is sent.

Between the two a paper is on disk without a row that names it; where the report is never sent, the night sweeps it.
What a case no longer names goes from here too, by the same look at who may still be about to name it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

from cases.apply import write_history
from cases.contents.matter import NEW_PAPER, sealed_paper
from cases.contents.papers import clean_name
from cases.database import Transaction
from cases.gather import HEADS, Head
from cases.record import Record
from cases.sight import Seer

KEPT_FOR = timedelta(days=2)
"""How long a paper waits for its report to be sent: overnight, and the morning after (ours)."""

NAMED = "SELECT 1 FROM document WHERE sha256 = :sha"

MOST = 5
"""Papers with one report (ours): photos of a list and its envelope, not an archive."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A stored paper (its hash, bytes, type) and the name it was sent under."""

    sha256: str
    size: int
    media_type: str
    name: str


class PaperGone(Exception):
    """A file that was chosen earlier is no longer kept. Choose it again; everything else is still there."""


def sweep_unsent(record: Record, now: datetime) -> tuple[str, ...]:
    """Remove, and name, papers that no case names: of reports that were never sent, and of uploads that broke off."""
    return record.papers.sweep(_named_in(record), now - KEPT_FOR, now)


def let_go(record: Record, hashes: Iterable[str], now: datetime) -> tuple[str, ...]:
    """Remove, and name, those papers that no case names any longer, after the transaction that erased their rows. One
    that was sent again in the last days stays for its sender, and is swept when she does not send it."""
    named = _named_in(record)
    return tuple(sha256 for sha256 in hashes if record.papers.remove(sha256, named, now - KEPT_FOR))


def _named_in(record: Record) -> Callable[[str], bool]:
    def named(sha256: str) -> bool:
        with record.database.read() as tx:
            return tx.one(NAMED, sha=sha256) is not None

    return named


def receive(record: Record, stream: BinaryIO, name: str) -> Enclosed:
    """Store a paper before there is a case for it. Raises PaperRefused."""
    paper = record.papers.store(stream, name)
    return Enclosed(paper.sha256, paper.size, paper.media_type, clean_name(name))


def enclose(
    tx: Transaction, record: Record, seer: Seer, case_id: int, number: str, papers: Iterable[Enclosed], now: datetime
) -> None:
    """Papers become the new case's, in what its parties share. Raises PaperGone for one that was swept meanwhile."""
    for paper in papers:
        if not record.papers.renew(paper.sha256):
            raise PaperGone(PaperGone.__doc__)
        heads = {name: Head(version, bytes(head)) for name, version, head in tx.all(HEADS, id=case_id)}
        words, handle = {"name": paper.name, "sha256": paper.sha256}, record.random_bytes(16).hex()
        line = ("shared", "paper", sealed_paper(handle, paper.size, paper.media_type), words)
        seq = write_history(tx, record, case_id, number, heads, seer.post, seer.account, now, [line])["shared"]
        tx.run(
            NEW_PAPER,
            id=case_id, handle=handle, compartment="shared", seq=seq, sha=paper.sha256,
            size=paper.size, type=paper.media_type, at=now,
        )  # fmt: skip
