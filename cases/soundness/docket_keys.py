"""Docket rows whose key is not the one that their other columns make: one notch has one row, for ever.

The key is what keeps a letter from being written twice. A copy under another key, or a key that was changed, lets the
clock write a notch that it has settled already; the index over the keys finds neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cases.clock.relevance import GIVEN_BACK, INSTEAD, OWN, TAKEN_OVER
from cases.database import Transaction

ROWS = """SELECT key, kind, deadline, revision, notch, move, post, account, rank FROM docket WHERE case_id = :id
 ORDER BY id"""
WORD = "told:"
"""How the notches of letters begin that follow upon a move and not upon a date."""


class _Row(NamedTuple):
    key: str
    kind: str
    deadline: str
    revision: int
    notch: str
    move: str
    post: str
    account: str
    rank: int


def of_docket_keys(tx: Transaction, case_id: int, number: str) -> Iterator[str]:
    """Each row of this case that does not stand under its own key."""
    for row in map(_Row._make, tx.all(ROWS, id=case_id)):
        if not _is_own(row, number):
            yield f"the row {row.key!r} does not stand under the key that its date, notch and function make"


def _is_own(row: _Row, number: str) -> bool:
    own, instead, attempt = row.key.partition(INSTEAD)
    if bool(instead) != bool(row.rank) or (instead and attempt != str(row.rank)):
        return False
    if row.deadline:
        return own == _of_a_date(row, number)
    # What stands between names the line, the version or the day that the word follows upon.
    return own.startswith(f"{number}/{row.notch.removeprefix(WORD)}/") and _ends_with_its_function(own, row)


def _of_a_date(row: _Row, number: str) -> str:
    begins = f"{number}/{row.deadline}/r{row.revision}"
    if row.kind == "step":
        return f"{begins}/{row.move}"
    hers = f"/{row.account}" if row.notch.startswith(OWN) else ""
    return f"{begins}/{row.notch}/{row.post}{hers}"


def _ends_with_its_function(own: str, row: _Row) -> bool:
    """What is told of somebody's long leave names her account last."""
    if row.notch in (TAKEN_OVER, GIVEN_BACK):
        return own.rpartition("/")[0].endswith(f"/{row.post}")
    return own.endswith(f"/{row.post}")
