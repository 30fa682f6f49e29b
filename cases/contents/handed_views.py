"""Each side's view as a forum has it: in the newest forum file that was handed to it (law 7)."""

from __future__ import annotations

import json

from cases.database import Transaction
from cases.whose_view import VIEWS

NEWEST = """SELECT t.body FROM event e JOIN event_text t ON t.case_id = e.case_id AND t.compartment = e.compartment
 AND t.seq = e.seq WHERE e.case_id = :id AND e.compartment = :file AND e.code = 'file' ORDER BY e.seq DESC LIMIT 1"""


def handed_views(tx: Transaction, case_id: int, forum: str) -> dict[str, str]:
    """`view_raising` and `view_receiving`, as far as the sides have written one; nothing where no file was handed."""
    body = tx.value(NEWEST, id=case_id, file=f"file:{forum}")
    texts = json.loads(body)["texts"] if body else {}
    return {code: str(texts[code]) for code in VIEWS if code in texts}
