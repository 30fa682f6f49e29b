"""Where a move's words go: one history entry per compartment it concerns, texts apart from what always stays.

The cover's entry has no free text at all; it is read by people who may not read the matter.
"""

from __future__ import annotations

from typing import Any

from workflows.answering import DECIDED, GOES, STANDS, compartment_of, taken_out, words_to_send
from workflows.draft import Draft
from workflows.nouns import Entry
from workflows.organisation import Organisation, function_of, holder_of
from workflows.roles import at_side


def entries_of(draft: Draft) -> tuple[Entry, ...]:
    """The cover's entry first, then shared, inner, file or forum, as the inputs say."""
    found: dict[str, dict[str, Any]] = {}
    for code, value in draft.attempt.inputs.items():
        rule = draft.attempt.definition.inputs[code]
        if taken_out(draft, code, value):
            found.setdefault(compartment_of(draft), {})[code] = ""
        elif rule.goes != "cover" and draft.attempt.given(code) is not None:
            goes = str(draft.attempt.given(rule.chosen_by)) if rule.chosen_by else rule.goes
            for name in _compartments(goes, draft):
                found.setdefault(name, {})[code] = value
    if draft.sends:
        snapshot = draft.attempt.snapshot
        stands = snapshot.cover.facts.get(DECIDED, {}).get(STANDS)
        answer = words_to_send(draft.attempt.definition, snapshot.unsent, stands)
        _add(found, f"file:{snapshot.cover.forum}", answer)
    code = draft.move.told_as
    worded = tuple(Entry(name, code, texts) for name, texts in found.items())
    return worded if draft.move.hidden else (Entry("cover", code), *worded)


def _add(found: dict[str, dict[str, Any]], compartment: str, words: dict[str, Any]) -> None:
    if words:
        found.setdefault(compartment, {}).update(words)


def _compartment(goes: str, draft: Draft) -> str:
    """`file` and `forum` belong to the forum that the case lay before when the move was made, or lies before now. Words
    of the local step stay there (law 6): a forum reads them when they stand in a reviewed revision of its file."""
    if goes in ("file", "forum", GOES):
        if _is_local(draft):
            return "shared"
        if goes == GOES:
            return compartment_of(draft)
        lead = draft.attempt.cover.forum or draft.cover.forum
        return f"{goes}:{lead}" if lead else "shared"
    if goes == "inner":
        return inner_record(draft.attempt.actor.post, draft.attempt.world.org)
    return goes


def _compartments(goes: str, draft: Draft) -> tuple[str, ...]:
    """Where a text stands: in one compartment, or in two where those whom it is for cannot read the writer's.

    `taker` is the writer's own record, and that of the unit that has the case from now on (a private provider's is its
    own). What one forum says to an earlier one when it returns a case or takes it back, and the word that comes back,
    stand in both files.
    """
    if goes == "taker":
        return tuple(dict.fromkeys((_compartment("inner", draft), *_record_of_taker(draft))))
    name = _compartment(goes, draft)
    before, after = draft.attempt.cover.lower_forum, draft.cover.lower_forum
    answers = holder_of(draft.attempt.actor.post) == f"forum:{before}"
    lower = before if answers or not after else "" if before else after
    return (name, f"file:{lower}") if lower and name.startswith("file:") else (name,)


def _record_of_taker(draft: Draft) -> tuple[str, ...]:
    side, org = draft.cover.receiving, draft.attempt.world.org
    return (inner_record(at_side("handler", side), org),) if side is not None else ()


def _is_local(draft: Draft) -> bool:
    """Whether somebody of a party, not of a forum, writes. A systemic issue has no person in it and no local matter:
    the principals' answers are what its forum asks for."""
    return draft.attempt.cover.kind != "systemic_issue" and not holder_of(draft.attempt.actor.post).startswith("forum:")


def inner_record(post: str, org: Organisation) -> str:
    """The compartment of what a function writes for its own: `forum:lgs`, `inner:mol-vard`; "" for the county's.

    A private provider answers for itself: its unit has a record of its own (`inner:unit:vc-lyckan`), which its
    principal does not read. Its contract manager writes in the principal's.
    """
    holder = holder_of(post)
    if holder.startswith("forum:"):
        return holder
    side = org.sides.get(holder.partition(":")[2]) if holder.startswith("unit:") else None
    if side is not None and side.provider and function_of(post) != "contract_manager":
        return f"inner:{holder}"
    authority = authority_of(holder, org)
    return f"inner:{authority}" if authority else ""


def marked_by(post: str, org: Organisation) -> str:
    """Whose hidden marks a function knows of: its authority's, or its provider's unit's; "" beyond the parties."""
    kind, _, own = inner_record(post, org).partition(":")
    return own if kind == "inner" else ""


def authority_of(holder: str, org: Organisation) -> str:
    """The authority that a holder belongs to; "" for forums and the county."""
    kind, _, code = holder.partition(":")
    if kind == "authority":
        return code
    side = org.sides.get(code if kind == "unit" else f"operation:{code}")
    return side.authority if side is not None else ""
