"""The one doorway: which compartments of which cases an actor may know of. Nothing else decides who reads what.

A grant opens a compartment to a holder; the table READS says which functions of a holder read it (domain.md section
3). Pages, commands, search, counts, exports, feeds and letters all ask here. What an actor may not know of does not
exist for it: the same answer, by the same statements, as for a number that never was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cases.database import Transaction
from workflows.organisation import Organisation, function_of, holder_of
from workflows.texts import authority_of

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
    "routine_owner": frozenset(("cover", "file")),
    "auditor": frozenset(),
    "administrator": frozenset(),
}
"""Function -> kinds of compartment. `report` is the part of the shared compartment that a reporter sees."""

PATIENT_READERS = frozenset(("handler", "unit_manager", "mas", "mar", "sas", "chief_physician"))
"""Who may ask to see the patient reference, at the local step, with a reason."""

GLASS_READS = ("cover", "shared")
"""What an administrator reads of a case that she has broken the glass for: what both parties read already."""

REPORT_CODES = ("open", "submit", "keep_internal", "return", "answer", "late")
"""Lines of the shared compartment that are a reporter's own report, and what she is told became of it."""

_BY_NUMBER = """SELECT c.id, s.holder, s.compartment FROM cases c JOIN sight s ON s.case_id = c.id
 WHERE c.number = :number AND s.ended_at IS NULL AND s.holder IN (:own, :beside)"""

_REPORTED = """SELECT c.id, c.raising_unit, c.raising_operation FROM cases c JOIN report r ON r.case_id = c.id
 WHERE c.number = :number AND r.account = :account"""


_THROUGH_GLASS = """SELECT s.case_id, s.compartment FROM cases c JOIN sight s ON s.case_id = c.id
 WHERE c.number = :number AND s.holder = :holder AND s.ground = 'glass' AND s.opened_at <= :now AND s.ended_at > :now"""


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
    """(own, beside): the holders whose grants a function may use; twice the same when there is no other.

    Beside its forum a process leader has the arena it serves, and beside the provider's unit a contract manager has
    its own authority. A guest has the forum's guest point, never the forum.
    """
    function, holder = function_name(post), holder_of(post)
    if function == "process_leader" and holder.startswith("forum:"):
        arena = next((a for a, code in org.arena_forum.items() if f"forum:{code}" == holder), "")
        return holder, f"arena:{arena}" if arena else holder
    if function == "contract_manager":
        return holder, f"authority:{authority_of(holder, org)}"
    if function == "guest":
        holder = guest_point(holder)
    return holder, holder


def guest_point(forum: str) -> str:
    """`forum:lgs` -> `guest:lgs`: what a forum's guests read, point by point."""
    return f"guest:{forum.partition(':')[2]}"


def lists_of(post: str, org: Organisation) -> tuple[str, str]:
    """The holders whose cases a function lists: a contract manager lists the provider's, not its whole authority's."""
    own, beside = holders_of(post, org)
    return (own, own) if function_name(post) == "contract_manager" else (own, beside)


def house_of(post: str, org: Organisation) -> str:
    """Within which a person's name is known, and a reminder is one's own: the authority, a forum, or a private
    provider's unit, which is no part of the authority it works for; its contract manager is."""
    holder = holder_of(post)
    side = org.sides.get(holder.partition(":")[2]) if holder.startswith("unit:") else None
    if side is not None and side.provider and function_name(post) != "contract_manager":
        return holder
    authority = authority_of(holder, org)
    return f"authority:{authority}" if authority else holder


def function_name(post: str) -> str:
    """`preparer.municipal@forum:x` -> `preparer`: a forum's sided functions read alike."""
    return function_of(post).partition(".")[0]


def look(tx: Transaction, number: str, seer: Seer, org: Organisation) -> Sight:
    """What the seer may know of the case with that number. CaseUnknown when its cover is closed to her."""
    sight = glimpse(tx, number, seer, org)
    if not sight.sees("cover"):
        raise CaseUnknown
    return sight


def glimpse(tx: Transaction, number: str, seer: Seer, org: Organisation) -> Sight:
    """The same for one who only reads, and may do so without the cover: a guest at her point, or an authority that the
    case has left, whose inner record stays its own. CaseUnknown when there is nothing."""
    own, beside = holders_of(seer.post, org)
    number = _askable(number)
    rows = tx.all(_BY_NUMBER, number=number, own=own, beside=beside)
    report = tx.one(_REPORTED, number=number, account=seer.account)
    if function_name(seer.post) == "reporter":
        if report is None or _house_of_sender(report[1], report[2], org) != house_of(seer.post, org):
            raise CaseUnknown
        return Sight(report[0], frozenset(("cover", "report")))
    seen = _opened(function_name(seer.post), own, [(holder, name) for _, holder, name in rows])
    if not seen:
        raise CaseUnknown
    return Sight(rows[0][0], seen)


def through_glass(tx: Transaction, number: str, account: str, now: datetime) -> Sight:
    """What an administrator may know of a case while a grant of her own lasts, which was given its end when it was
    given. CaseUnknown before and after, and for what never was."""
    rows = tx.all(_THROUGH_GLASS, number=_askable(number), holder=glass_point(account), now=now)
    if not rows:
        raise CaseUnknown
    return Sight(rows[0][0], frozenset(name for _, name in rows))


def glass_point(account: str) -> str:
    """The holder of what one administrator has broken the glass for: hers alone, and no function's."""
    return f"glass:{account}"


def _askable(number: str) -> str:
    """What no database can be asked for (a NUL, half a character) is no number either, and is answered alike."""
    return number if number.isascii() and number.isprintable() else ""


def _house_of_sender(unit: str, operation: str, org: Organisation) -> str:
    """A report stays with the house it was made in: whoever moves to another does not take it along."""
    return house_of(f"reporter@unit:{unit}" if unit else f"reporter@operation:{operation}", org)


def closed_to(function: str, own: str) -> str:
    """A compartment that is open to the holder and that this function of it does not read, "" for all but one: a
    provider's own record, which its principal's contract manager does not read."""
    return f"inner:{own}" if function == "contract_manager" else ""


def _opened(function: str, own: str, granted: list[tuple[str, str]]) -> frozenset[str]:
    """The compartments that a function reads, of those granted to its holders as (holder, compartment)."""
    if function == "contract_manager" and (own, "cover") not in granted:
        return frozenset()
    open_to = READS.get(function, frozenset())
    seen = frozenset(name for _, name in granted if name.partition(":")[0] in open_to)
    seen -= {closed_to(function, own)}
    if "cover" in seen or function == "guest":
        return seen
    return frozenset(name for name in seen if name.startswith("inner:"))
