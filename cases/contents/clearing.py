"""Why something that looked like somebody's telephone number or address was let through: who said so, when, and why.

A personal number whose check digit is right is never let through (law 6). The reason stands in the inner record of
whoever cleared it, as erasable words like all others: it may point at the very person. What was found is not repeated.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cases.apply import write_history
from cases.contents.kept_in_clear import checked
from cases.database import Transaction
from cases.gather import HEADS, Head
from cases.record import Record
from cases.sight import Seer
from workflows.attempt import World
from workflows.nouns import Reason
from workflows.texts import inner_record

CLEARED = "identifier_cleared"


NUMBER_FOUND = "number_found"
"""The reason against a text in which somebody's personal or coordination number stands."""


def may_clear(seer: Seer, world: World, against: Iterable[Reason]) -> bool:
    """Whoever has an inner record, where the reason is kept; the county's own functions have none."""
    return bool(inner_record(seer.post, world.org)) and all(reason.code != NUMBER_FOUND for reason in against)


def keep_reason(
    tx: Transaction, record: Record, seer: Seer, case_id: int, number: str, move: str, against: Iterable[Reason],
    why: str, world: World, now: datetime,
) -> None:  # fmt: skip
    """`against` are the findings that the move was made in spite of. Raises BadText for a reason that is none."""
    heads = {name: Head(version, bytes(head)) for name, version, head in tx.all(HEADS, id=case_id)}
    outcome = {"move": move, "fields": sorted({reason.field for reason in against})}
    line: tuple[str, str, dict[str, Any], dict[str, Any]] = (
        inner_record(seer.post, world.org), CLEARED, outcome, {"reason": checked(why)}
    )  # fmt: skip
    write_history(tx, record, case_id, number, heads, seer.post, seer.account, now, [line])
