"""Similar cases become one systemic issue (systemfel): a case of its own, linked to its members (S D-06).

Members keep their units, deadlines and walls: a link opens no sight, so whoever could see a member before still can,
and nobody more. What the members have in common is written anew in one sentence; nothing of theirs is copied.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cases.acting import Refused, carry_out, decide, identifiers_in
from cases.answers import Acted
from cases.apply import apply_new
from cases.database import Transaction
from cases.functions import NotYourFunction, posts_of
from cases.gather import gather
from cases.links import link_cases
from cases.number import new_number
from cases.record import Record
from cases.sight import Seer, look
from workflows.attempt import World
from workflows.nouns import Actor, Command, Cover, Decision, Reason, Refusal
from workflows.office_hours import local_date
from workflows.opening import Opening, open_case

KIND = "systemic_issue"
PROPOSERS = ("process_leader", "contact_person")
"""The process leader of an arena, and any contact person of a party (routine.md A3 S1)."""


def propose(
    record: Record, seer: Seer, numbers: Sequence[str], sentence: str, now: datetime, *, principle: bool = False
) -> Acted:
    raise NotImplementedError


def join(record: Record, seer: Seer, number: str, into: str, now: datetime) -> Acted:
    raise NotImplementedError
