"""One person makes one move in one case: right, version, decision and everything that follows, in one transaction.

The way of "escalate case K7QM4TX": here -> sight (may she know of it?) -> gather -> workflows.decide -> apply. The
answer comes after the commit. The clock takes its steps by the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from cases.answers import Acted, once
from cases.apply import CaseMovedOn, apply_move, apply_new
from cases.clock.answer_letters import answer_letters
from cases.contents.clearing import NUMBER_FOUND, keep_reason, may_clear
from cases.contents.forum_files import send_file
from cases.contents.handed_views import handed_views
from cases.contents.identifiers import find, numbers
from cases.cover_seen import decided_on, reader_of
from cases.database import Transaction
from cases.functions import NotYourFunction, actor_for, posts_of
from cases.gather import Gathered, gather
from cases.links import link_cases
from cases.members import hand_over, tell_members
from cases.number import new_number
from cases.organisation.heirs import hold_new_units
from cases.record import Record
from cases.shown_before import Shown, ShownOtherwise, changed, shown_of
from cases.sight import Seer, look
from cases.whose_view import VIEWS
from workflows.about_when import UNTIL
from workflows.attempt import World
from workflows.definition import Definition
from workflows.nouns import CLOCK, Actor, Command, Decision, Reason, Refusal, Snapshot, Spawn
from workflows.office_hours import local_date
from workflows.opening import Opening, open_case
from workflows.organisation import holder_of
from workflows.texts import authority_of, marked_by


class Refused(Exception):
    """The routine does not allow it now. `refusal` has every reason and the next door."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__("; ".join(r.en for r in refusal.reasons))


class Stale(CaseMovedOn):
    """The case changed after the page was shown. `post`, `move` and `at` say which function did what, and when."""

    def __init__(self, version: int, post: str, move: str, at: datetime) -> None:
        self.version, self.post, self.move, self.at = version, post, move, at
        super().__init__(f"{post} did {move} at {at:%Y-%m-%d %H:%M} UTC; the case now has version {version}")


def act(
    record: Record, seer: Seer, number: str, command: Command, now: datetime, *, expected: int | None = None,
    key: str = "", cleared: str = "", shown: Shown | None = None,
) -> Acted:  # fmt: skip
    """Make a move as `seer`. `expected` is the cover's version as the page showed it; `key` makes the same request
    twice have one effect; `cleared` is the reason why what looks like a telephone number or an address points out
    nobody. A personal number is never let through. `shown` is what a preview showed of the move.

    Raises CaseUnknown, NotYourFunction, Stale, ShownOtherwise, Refused, KeyReused, or a DatabaseError; then nothing was
    written.
    """
    _refuse_unreadable(command)
    request = [seer.post, number, command.move, command.inputs, cleared]
    return once(
        record, seer.account, key, request, now,
        lambda tx: _act(tx, record, seer, number, command, now, expected, cleared, shown),
    )  # fmt: skip


def _act(
    tx: Transaction, record: Record, seer: Seer, number: str, command: Command, now: datetime, expected: int | None,
    cleared: str, shown: Shown | None,
) -> Acted:  # fmt: skip
    world = record.world(tx, now)
    if seer.post not in posts_of(tx, seer.account, local_date(now)):
        raise NotYourFunction(NotYourFunction.__doc__)
    sight = look(tx, number, seer, world.org)
    found = gather(tx, sight.case_id, world.org, marked_by(seer.post, world.org))
    if expected is not None and expected != found.snapshot.cover.version:
        raise stale(tx, found)
    actor = actor_for(tx, seer.account, seer.post, found.snapshot.cover, world.org, local_date(now))
    suspect = identifiers_in(command, record.library.routine(found.definition).definition)
    against = () if cleared and may_clear(seer, world, suspect) else suspect
    weighed = found._replace(snapshot=_weighed(tx, found, sight.compartments, command))
    decision = decide(record, weighed, command, actor, world, now, against)
    own = authority_of(holder_of(seer.post), world.org)
    told = reader_of(sight.compartments, own, decision.cover).decision(decision)
    if shown is not None:
        _hold_to(shown, weighed, told, sight.compartments, now)
    for member in decision.joins:
        link_member(tx, record, seer, world, found.case_id, member, command.move, now)
    unfit = hand_over(tx, record, seer, found.case_id, decision, world, now) if decision.joined else ()
    if unfit:
        raise Refused(Refusal(command.move, unfit))
    acted = carry_out(tx, record, found, decision, seer.account, world, now)
    if suspect:
        keep_reason(tx, record, seer, found.case_id, number, command.move, suspect, cleared, world, now)
    return replace(acted, decision=told)


def _hold_to(
    shown: Shown, found: Gathered, decision: Decision, compartments: frozenset[str], now: datetime
) -> None:  # fmt: skip
    versions = {name: head.version for name, head in found.heads.items() if name in compartments}
    leaving = found.snapshot.leaving(local_date(now)).revision if "shared" in compartments else 0
    others = changed(shown, shown_of(decision, versions, leaving))
    if others:
        raise ShownOtherwise(others)


def _weighed(tx: Transaction, found: Gathered, compartments: frozenset[str], command: Command) -> Snapshot:
    """What the move is weighed on: the snapshot as the actor may know it; with what the sides have written of their own
    views, where the move gives one."""
    snapshot = decided_on(found.snapshot, compartments)
    forum = snapshot.cover.forum
    if not forum or command.inputs.keys().isdisjoint(VIEWS):
        return snapshot
    return replace(snapshot, views=handed_views(tx, found.case_id, forum))


def _refuse_unreadable(command: Command) -> None:
    """What a program may send in place of inputs by name."""
    if not isinstance(command.inputs, Mapping) or not all(isinstance(code, str) for code in command.inputs):
        raise Refused(Refusal(str(command.move), (_NO_INPUTS,)))


_NO_INPUTS = Reason("input_not_text", "Det ska vara uppgifter med namn.", "Those must be inputs by name.", "inputs")


def link_member(
    tx: Transaction, record: Record, seer: Seer, world: World, issue: int, number: str, move: str, now: datetime
) -> None:
    """One more case belongs to a systemic issue. A link opens no sight: whoever acts must know of the member already.

    Raises CaseUnknown, or Refused for a case that is a member already or a systemic issue itself.
    """
    member = look(tx, number, seer, world.org).case_id
    if tx.value("SELECT kind FROM cases WHERE id = :id", id=member) == "systemic_issue":
        raise Refused(Refusal(move, (_NO_MEMBER,)))
    if not link_cases(tx, record, seer, member, issue, "merged", now):
        raise Refused(Refusal(move, (_ALREADY_MEMBER,)))


_NO_MEMBER = Reason(
    "not_a_member", "Ett systemfel blir inte en del av ett annat. Anslut det i stället.",
    "A systemic issue does not become a part of another. Join it instead.", "member",
)  # fmt: skip
_ALREADY_MEMBER = Reason(
    "already_member", "Ärendet hör redan till systemfelet.", "The case belongs to the systemic issue already.", "member"
)


def preview(record: Record, seer: Seer, number: str, command: Command, now: datetime) -> Decision | Refusal:
    """What a move would come to, decided by the same rules and not written: shown before the lift is made.

    The decision's `cover.version` is the version it was made on. Raises CaseUnknown and NotYourFunction.
    """
    _refuse_unreadable(command)
    with record.database.read() as tx:
        world = record.world(tx, now)
        today = local_date(now)
        if seer.post not in posts_of(tx, seer.account, today):
            raise NotYourFunction(NotYourFunction.__doc__)
        sight = look(tx, number, seer, world.org)
        authority = authority_of(holder_of(seer.post), world.org)
        found = gather(tx, sight.case_id, world.org, marked_by(seer.post, world.org), lock=False)
        actor = actor_for(tx, seer.account, seer.post, found.snapshot.cover, world.org, today)
        weighed = _weighed(tx, found, sight.compartments, command)
    routine = record.library.routine(found.definition)
    suspect = identifiers_in(command, routine.definition)
    answer = _beside(suspect, routine.decide(weighed, command, actor, world, now))
    if isinstance(answer, Refusal):
        return answer
    return reader_of(sight.compartments, authority, answer.cover).decision(answer)


def act_by_clock(tx: Transaction, record: Record, case_id: int, move: str, now: datetime) -> Acted:
    """An automatic step of the routine, in the caller's transaction. Raises Refused when its condition is gone."""
    world = record.world(tx, now)
    found = gather(tx, case_id, world.org)
    found = found._replace(snapshot=replace(found.snapshot, letters=answer_letters(tx, case_id)))
    actor = Actor("", CLOCK, frozenset((CLOCK,)))
    decision = decide(record, found, Command(move), actor, world, now)
    return carry_out(tx, record, found, decision, "", world, now)


def decide(
    record: Record, found: Gathered, command: Command, actor: Actor, world: World, now: datetime,
    suspect: tuple[Reason, ...] = (),
) -> Decision:  # fmt: skip
    """What follows of the move. `suspect` is what in its words may point out a person. Raises Refused with that and all
    that the routine has against it."""
    answer = record.library.routine(found.definition).decide(found.snapshot, command, actor, world, now)
    answer = _beside(suspect, answer)
    if isinstance(answer, Refusal):
        raise Refused(answer)
    return answer


def _beside(suspect: tuple[Reason, ...], answer: Decision | Refusal) -> Decision | Refusal:
    """The routine's answer with what may point out a person, which is told first."""
    if not suspect:
        return answer
    if isinstance(answer, Refusal):
        return replace(answer, reasons=(*suspect, *answer.reasons))
    return Refusal(answer.move, suspect)


def carry_out(
    tx: Transaction, record: Record, found: Gathered, decision: Decision, account: str, world: World, now: datetime
) -> Acted:
    """Write a decision with the cases that come out of it. Raises UnitEnded for a unit that is ending meanwhile."""
    hold_new_units(tx, found.snapshot.cover, decision.cover, now)
    apply_move(tx, record, decision, found.case_id, found.heads, account, now)
    send_file(tx, record, found.case_id, found.snapshot, decision, account, world, now)
    tell_members(tx, found.case_id, found.snapshot, decision, world, now)
    for spawn in decision.spawns:
        _spawn(tx, record, found, spawn, decision, account, world, now)
    moved = any(e.compartment == "cover" for e in decision.entries)
    version = found.snapshot.cover.version + (1 if moved else 0)
    return Acted(decision.cover.number, version, decision.cover.stage, decision)


def _spawn(
    tx: Transaction, record: Record, found: Gathered, spawn: Spawn, decision: Decision, account: str, world: World,
    now: datetime,
) -> None:  # fmt: skip
    """A case of its own, linked; it opens no sight into the one it came from (domain.md A3)."""
    definition = record.library.in_force(spawn.kind)
    parent = decision.cover
    actor = Actor(account, decision.actor, frozenset((decision.actor,)))
    opening = Opening(
        number=new_number(local_date(now).year, record.random_bytes), raising=parent.raising,
        receiving=parent.receiving, concerned=parent.concerned, event_date=parent.event_date,
        facts={k: parent.facts[k] for k in ("clause", "owner", UNTIL) if k in parent.facts} | {"members": 1},
        texts={code: value for code, value in spawn.texts.items() if code in definition.inputs},
    )  # fmt: skip
    first = open_case(definition, opening, actor, world, now)
    if isinstance(first, Refusal):
        raise Refused(first)
    child = apply_new(tx, record, first, account, now)
    link_cases(tx, record, Seer(account, decision.actor), found.case_id, child, spawn.link, now)


def identifiers_in(command: Command, definition: Definition) -> tuple[Reason, ...]:
    """Law 6: texts that leave the local step are searched for what points out a person, and every text for personal
    numbers, before anything is written."""
    found = list(numbers_in(command.inputs))
    for code, value in command.inputs.items():
        rule = definition.inputs.get(code)
        if rule is not None and rule.reaches_forum and isinstance(value, str):
            hits = [f for f in find(value) if f.certain]
            if hits and code not in {reason.field for reason in found}:
                text = definition.reasons["identity_found"]
                fill = {"count": str(len(hits))}
                found.append(Reason("identity_found", text.sv.format_map(fill), text.en.format_map(fill), code))
    return tuple(found)


def numbers_in(inputs: Mapping[str, Any]) -> Iterator[Reason]:
    """Inputs in whose words a personal or coordination number certainly stands: it is never kept in clear."""
    for code, value in inputs.items():
        if any(numbers(text) for text in _words_in(value)):
            yield Reason(
                NUMBER_FOUND,
                "Ett personnummer står i texten. Ta bort det: vem det gäller skrivs i ett eget, skyddat fält.",
                "A personal number stands in the text. Take it out: whom it concerns has a protected field of its own.",
                code,
            )


def _words_in(value: Any) -> Iterator[str]:
    """All texts of an input, also of one with rows (measures, each with its words and its owner)."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for row in value:
            yield from _words_in(list(row.values()) if isinstance(row, Mapping) else row)


def stale(tx: Transaction, found: Gathered) -> Stale:
    row = tx.one(
        "SELECT actor, code, at FROM event WHERE case_id = :id AND compartment = 'cover' ORDER BY seq DESC LIMIT 1",
        id=found.case_id,
    )
    assert row is not None  # a case begins with its first line
    return Stale(found.snapshot.cover.version, *row)
