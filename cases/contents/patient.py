"""Whom a case is about: kept encrypted, at the local step only, and shown to a handler who says why (law 6).

Every look is written down before anything is shown, a refused one too. A refusal is the same, in words and in what is
done for it, as when the case names nobody.
"""

from __future__ import annotations

from datetime import datetime

from cases.contents.identifiers import find
from cases.contents.kept_in_clear import BadText, readable
from cases.contents.matter import NotAllowed, Room, entered
from cases.contents.secrecy import Sealed
from cases.database import Transaction
from cases.record import Record
from cases.sight import PATIENT_READERS, Seer, function_name
from workflows.organisation import holder_of
from workflows.texts import authority_of

KEEP = """INSERT INTO protected (case_id, name, wrapped_key, nonce, ciphertext, key_id)
 VALUES (:id, 'patient', :w, :n, :c, :k) ON CONFLICT (case_id, name) DO UPDATE SET wrapped_key = excluded.wrapped_key,
 nonce = excluded.nonce, ciphertext = excluded.ciphertext, key_id = excluded.key_id"""
KEPT = "SELECT wrapped_key, nonce, ciphertext, key_id FROM protected WHERE case_id = :id AND name = 'patient'"
LOOKED = """INSERT INTO read_log (at, case_id, account, post, what, reason, result)
 VALUES (:at, :id, :account, :post, 'patient', :reason, :result)"""
WHERE = "SELECT rung, raising_operation, receiving_operation FROM cases WHERE id = :id"


class NoReference(LookupError):
    """There is nothing here that this function may be shown. A reference is read by the handlers of the two operations,
    and only while the case is at the local step."""


class NoneKept(NoReference):
    """Nobody is named in this case. Said only to a function that would have been shown whom it concerns."""


def set_patient(record: Record, seer: Seer, number: str, reference: str, now: datetime) -> None:
    """Keep whom the case is about. Raises NotAllowed for functions and steps that may not."""
    with entered(record, seer, number, now) as room:
        if not _may_read(room):
            raise NotAllowed(NotAllowed.__doc__)
        seal_patient(room.tx, record, room.sight.case_id, number, reference)
        room.write("shared", "patient_set", {})


def seal_patient(tx: Transaction, record: Record, case_id: int, number: str, reference: str) -> None:
    """Encrypt and keep the reference, in the caller's transaction; the caller writes the line that says so."""
    sealed = record.keyring.seal(number, readable(reference))
    tx.run(KEEP, id=case_id, w=sealed.wrapped_key, n=sealed.nonce, c=sealed.ciphertext, k=sealed.key_id)


def show_patient(record: Record, seer: Seer, number: str, reason: str, now: datetime) -> str:
    """The reference, once the look and its reason stand in the read log (`shown`, `denied` or `nothing`).

    Raises NoReference for functions and steps that may not; NoneKept for those that may, when there is none; BadText
    for a reason that is empty or repeats a personal number; CaseUnknown and NotYourFunction as everywhere.
    """
    reason = _reason(reason)
    with entered(record, seer, number, now) as room:
        row = room.tx.one(KEPT, id=room.sight.case_id)
        result = "denied" if not _may_read(room) else "nothing" if row is None else "shown"
        room.tx.run(LOOKED, at=now, id=room.sight.case_id, account=seer.account, post=seer.post, reason=reason,
                    result=result)  # fmt: skip
    if result == "nothing":
        raise NoneKept(" ".join(str(NoneKept.__doc__).split()))
    if result != "shown" or row is None:
        raise NoReference(" ".join(str(NoReference.__doc__).split()))
    wrapped, nonce, ciphertext, key_id = row
    return record.keyring.open(number, Sealed(bytes(wrapped), bytes(nonce), bytes(ciphertext), key_id))


def _reason(reason: str) -> str:
    """The log is read by people who may not know whom a case is about."""
    if any(found.certain for found in find(readable(reason))):
        raise BadText("The reason names a person, a number or an address. Say why you look, not at whom.")
    return reason


def _may_read(room: Room) -> bool:
    """The handlers of the two operations and those who answer for their authorities, while the case is local."""
    row = room.tx.one(WHERE, id=room.sight.case_id)
    assert row is not None  # the doorway has found the case
    org, holder = room.world.org, holder_of(room.seer.post)
    unit = org.sides.get(holder.partition(":")[2]) if holder.startswith("unit:") else None
    own = unit.operation if unit is not None else authority_of(holder, org)
    two = {code if unit is not None else authority_of(f"operation:{code}", org) for code in row[1:] if code}
    local = row[0] == org.ladder[0]
    return function_name(room.seer.post) in PATIENT_READERS and room.sight.sees("shared") and own in two and local
