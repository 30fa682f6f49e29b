"""The one doorway: which compartments of which cases an actor may know of. Nothing else decides who reads what.

A grant opens a compartment to a holder; the table READS says which functions of a holder read it (domain.md section
3). Pages, commands, search, counts, exports, feeds and letters all ask here. What an actor may not know of does not
exist for it: the same answer, by the same statements, as for a number that never was.
"""

from __future__ import annotations

from dataclasses import dataclass

from cases.database import Transaction
from workflows.organisation import Organisation, function_of, holder_of

_PARTY_FULL = frozenset(("cover", "shared", "inner", "file"))
_FORUM = frozenset(("cover", "file", "forum"))

READS: dict[str, frozenset[str]] = {
    "reporter": frozenset(("cover", "report")),
    "handler": _PARTY_FULL,
    "unit_manager": _PARTY_FULL,
    "mas": _PARTY_FULL,
    "mar": _PARTY_FULL,
    "sas": _PARTY_FULL,
    "chief_physician": _PARTY_FULL,
    "chief": _PARTY_FULL,
    "contact_person": _PARTY_FULL,
    "registrar": _PARTY_FULL,
    "receiver": _PARTY_FULL,
    "contract_manager": _PARTY_FULL,
    "process_leader": _FORUM,
    "chair": _FORUM,
    "vice_chair": _FORUM,
    "secretary": _FORUM,
    "preparer": _FORUM,
    "member": _FORUM,
    "substitute": _FORUM,
    "co_opted": _FORUM,
    "guest": frozenset(("file",)),
    "routine_owner": frozenset(),
    "auditor": frozenset(),
    "administrator": frozenset(),
}
"""Function -> kinds of compartment. `report` is the part of the shared compartment that a reporter sees."""

PATIENT_READERS = frozenset(("handler", "unit_manager", "mas", "mar", "sas", "chief_physician"))
"""Who may ask to see the patient reference, at the local step, with a reason."""

REPORT_CODES = ("open", "submit", "answer")
"""Lines of the shared compartment that are a reporter's own report and the answer to it."""

_BY_NUMBER = """SELECT c.id, s.compartment FROM cases c JOIN sight s ON s.case_id = c.id
 WHERE c.number = :number AND s.ended_at IS NULL AND s.holder IN (:a, :b)"""

_REPORTED = """SELECT c.id FROM cases c JOIN report r ON r.case_id = c.id
 WHERE c.number = :number AND r.account = :account"""


class CaseUnknown(LookupError):
    """There is no such case. Check the number; it has the form 2026-K7QM4TX."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True, slots=True)
class Seer:
    """Somebody in one function, as the doorway sees her."""

    account: str
    post: str


@dataclass(frozen=True, slots=True)
class Sight:
    """What a seer may know of one case."""

    case_id: int
    compartments: frozenset[str]

    def sees(self, compartment: str) -> bool:
        return compartment in self.compartments


def holders_of(post: str, org: Organisation) -> tuple[str, str]:
    """The holders whose grants a function may use: its own, and the arena for the process leader who serves one."""
    holder = holder_of(post)
    if function_of(post) == "process_leader" and holder.startswith("forum:"):
        arena = next((a for a, code in org.arena_forum.items() if f"forum:{code}" == holder), "")
        return holder, f"arena:{arena}" if arena else holder
    return holder, holder


def function_name(post: str) -> str:
    """`preparer.municipal@forum:x` -> `preparer`: a forum's sided functions read alike."""
    return function_of(post).partition(".")[0]


def look(tx: Transaction, number: str, seer: Seer, org: Organisation) -> Sight:
    """What the seer may know of the case with that number. CaseUnknown when that is nothing."""
    function = function_name(seer.post)
    first, second = holders_of(seer.post, org)
    rows = tx.all(_BY_NUMBER, number=number, a=first, b=second)
    own = tx.one(_REPORTED, number=number, account=seer.account)
    if function == "reporter":
        if own is None:
            raise CaseUnknown
        return Sight(own[0], frozenset(("cover", "report")))
    open_to = READS.get(function, frozenset())
    seen = frozenset(name for _, name in rows if name.partition(":")[0] in open_to)
    if not rows or ("cover" not in seen and function != "guest") or not seen:
        raise CaseUnknown
    return Sight(rows[0][0], seen)
