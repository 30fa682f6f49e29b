"""Similar cases become one systemic issue (systemfel): a case of its own, linked to its members (S D-06).

Members keep their units, deadlines and walls: a link opens no sight, so whoever could see a member before still can,
and nobody more. What they have in common is written anew in one sentence; nothing of theirs is copied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from cases.acting import Refused, act, identifiers_in, link_member
from cases.answers import Acted, once
from cases.apply import apply_new
from cases.database import Transaction
from cases.functions import NotYourFunction, posts_of
from cases.gather import gather
from cases.number import new_number
from cases.record import Record
from cases.sight import Seer, function_name, holders_of, look
from workflows.attempt import World
from workflows.definition import Definition
from workflows.nouns import Actor, Command, Cover, Reason, Refusal
from workflows.office_hours import local_date
from workflows.opening import Opening, open_case
from workflows.organisation import Side, holder_of
from workflows.texts import authority_of

KIND = "systemic_issue"
PROPOSE = "propose"
PROPOSERS = frozenset(("process_leader", "contact_person"))
"""The process leader of an arena, and any contact person of a party (routine.md A3 S1; S D-06)."""


def propose(
    record: Record, seer: Seer, numbers: Sequence[str], sentence: str, now: datetime, *, principle: bool = False,
    key: str = "",
) -> Acted:  # fmt: skip
    """Open a systemic issue with these members: three at least, or one of `principle`.

    The seer must know of each member's cover; the sentence names no person. Raises CaseUnknown, NotYourFunction,
    Refused (all reasons), KeyReused or a DatabaseError; then nothing was written.
    """
    members = tuple(dict.fromkeys(number.strip() for number in numbers))
    request = [seer.post, PROPOSE, list(members), sentence, principle]
    return once(
        record, seer.account, key, request, now,
        lambda tx: _propose(tx, record, seer, members, sentence, now, principle),
    )  # fmt: skip


def join(record: Record, seer: Seer, number: str, into: str, now: datetime, *, key: str = "") -> Acted:
    """One more member of an issue that is proposed, watched or being written down. Errors as those of `act`."""
    return act(record, seer, into, Command("merge", {"member": number}), now, key=key)


def _propose(
    tx: Transaction, record: Record, seer: Seer, numbers: Sequence[str], sentence: str, now: datetime, principle: bool
) -> Acted:
    world = record.world(tx, now)
    if seer.post not in posts_of(tx, seer.account, local_date(now)):
        raise NotYourFunction(NotYourFunction.__doc__)
    covers = [_cover(tx, seer, number, world) for number in numbers]
    definition = record.library.in_force(KIND)
    needed = 1 if principle else definition.settings["members_needed"]
    faults = [
        *_faults(seer, len(covers), needed),
        *identifiers_in(Command(PROPOSE, {"sentence": sentence}), definition),
    ]
    if faults:
        raise Refused(Refusal(PROPOSE, tuple(faults)))
    return _open(tx, record, seer, covers, sentence, definition, world, now)


def _open(
    tx: Transaction, record: Record, seer: Seer, covers: Sequence[Cover], sentence: str, definition: Definition,
    world: World, now: datetime,
) -> Acted:  # fmt: skip
    raising, receiving = _sides(seer, covers, world)
    opening = Opening(
        number=new_number(local_date(now).year, record.random_bytes), raising=raising, receiving=receiving,
        concerned=tuple(dict.fromkeys(o for cover in covers for o in cover.concerned)),
        facts={"members": len(covers)}, texts={"sentence": sentence},
    )  # fmt: skip
    actor = Actor(seer.account, seer.post, frozenset((seer.post,)))
    first = open_case(definition, opening, actor, world, now)
    if isinstance(first, Refusal):
        raise Refused(first)
    issue = apply_new(tx, record, first, seer.account, now)
    for cover in covers:
        link_member(tx, record, seer, world, issue, cover.number, PROPOSE, now)
    return Acted(first.cover.number, 1, first.cover.stage, first)


def _cover(tx: Transaction, seer: Seer, number: str, world: World) -> Cover:
    return gather(tx, look(tx, number, seer, world.org).case_id, world.org, lock=False).snapshot.cover


def _faults(seer: Seer, found: int, needed: int) -> Iterable[Reason]:
    if function_name(seer.post) not in PROPOSERS:
        yield Reason(
            "not_yours", "Ett systemfel föreslås av en processledare eller en kontaktperson. Be er kontaktperson.",
            "A systemic issue is proposed by a process leader or a contact person. Ask your contact person.",
        )  # fmt: skip
    if found < needed:
        yield Reason(
            "few_members", f"Det behövs {needed} ärenden med samma mönster, eller ett av principiell karaktär.",
            f"It takes {needed} cases with the same pattern, or one of principle.", "members",
        )  # fmt: skip


def _sides(seer: Seer, covers: Sequence[Cover], world: World) -> tuple[Side, Side | None]:
    """The proposer's own side raises, else the first member's; across from it stands whom most members meet. Both as
    operations: a pattern is no unit's."""
    own = authority_of(holder_of(seer.post), world.org)
    arena = next((h[6:] for h in holders_of(seer.post, world.org) if h.startswith("arena:")), "")
    sides = [side for cover in covers for side in (cover.raising, cover.receiving) if side is not None]
    raising = next(
        (s for s in sides if s.authority == own), next((s for s in sides if s.arena == arena), sides[0])
    ).operation
    others = Counter(s.operation for s in sides if s.operation != raising and s.party != _party(raising, world))
    receiving = others.most_common(1)[0][0] if others else ""
    org = world.org
    return org.sides[f"operation:{raising}"], org.sides[f"operation:{receiving}"] if receiving else None


def _party(operation: str, world: World) -> str:
    return world.org.sides[f"operation:{operation}"].party
