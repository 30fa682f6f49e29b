"""An answer is the forum's own until it is sent (routine.md F5): where its words stand, and what they are when it goes.

A move that decides (`decide:outcome=position`), or whatever a forum adds while its answer waits to be approved, keeps
its words in the forum's inner compartment. The move that sends the answer (`send_answer`) puts the words that stand
then into the file that the parties read, and makes what was decided the case's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workflows.attempt import Attempt
from workflows.definition import A_DECISION, A_PROPOSAL, SEVERAL, Definition, Move
from workflows.draft import Draft
from workflows.nouns import Door
from workflows.organisation import holder_of
from workflows.reasons import Fault

GOES = "answer"
"""What an input's `goes` says when its words belong to an answer."""

DECIDED = "decided"
"""The fact that holds what was decided, by the name that each will have, until the answer is sent: `forum` is whose,
`by` who gave it, `stands` how many of the forum's lines stood when it was worded so that nobody has approved it yet."""

GAVE, STANDS = "by", "stands"
OF_THE_FORUM = frozenset(("forum", GAVE, STANDS))
"""What of it never becomes the case's own."""

REWORDED = "supplement"
"""A line by which a chair words the answer otherwise."""

ANEW = frozenset(("take_position", "decide_chair", "decide_presidium", A_DECISION, A_PROPOSAL))
"""Lines of a history that give an answer as a whole: what an earlier one said is gone with it."""


def decides(move: Move) -> bool:
    """Whether a row takes a position that waits to be sent."""
    return any(word == "decide" for word, _ in move.then)


def compartment_of(draft: Draft) -> str:
    """Where an answer's words stand after this move: with the forum that has the case while they wait to be sent, else
    in the file of the forum that says them. A forum that the case has left still reports in its own file."""
    cover = draft.attempt.cover
    lead = cover.forum or draft.cover.forum
    kind, _, writer = holder_of(draft.attempt.actor.post).partition(":")
    if kind == "forum" and writer not in cover.forums and writer in cover.facts.get("visited", ()):
        return f"file:{writer}"
    waits = decides(draft.move) or draft.definition.stages[draft.stage].unsent
    return f"forum:{lead}" if waits else f"file:{lead}"


def decided(a: Attempt, arg: str) -> Fault | None:
    """`decided:outcome=assignment`, `decided:!outcome=assignment`: what the forum has decided and not sent yet."""
    name, _, wanted = arg.lstrip("!").partition("=")
    value = a.cover.facts.get(DECIDED, {}).get(name)
    holds = bool({*str(value).split(SEVERAL)} & {*wanted.split("|")})
    return None if holds != arg.startswith("!") else Fault("answer_decided")


def answer_sent(a: Attempt, arg: str) -> Fault | None:
    """No answer of the actor's own forum waits to be sent: what is added to one goes to whoever has it, and never past
    those who approve it (routine.md F5)."""
    waits = a.cover.facts.get(DECIDED, {}).get("forum", "")
    own = any(holder_of(post) == f"forum:{waits}" for post in a.actor.posts)
    return Fault("answer_unsent", door=Door("deliver")) if waits and own else None


def words_to_send(
    definition: Definition, lines: Iterable[tuple[str, Mapping[str, Any]]], stands: int | None = None
) -> dict[str, Any]:
    """Input -> words of the answer that stands, out of the forum's own lines as (move, texts), oldest first. What was
    worded otherwise after the first `stands` of them falls: silence has let nobody's words out in place of those."""
    found: dict[str, Any] = {}
    for place, (move, texts) in enumerate(lines):
        if move == REWORDED and stands is not None and place >= stands:
            continue
        words = {code: value for code, value in texts.items() if _is_answers(definition, code)}
        found = words if move in ANEW and words else {**found, **words}
    return {code: value for code, value in found.items() if value != ""}


def taken_out(draft: Draft, code: str, value: Any) -> bool:
    """Whether a chair who words an answer otherwise leaves this part of it empty, and no answer needs the part."""
    rewords = draft.move.code == REWORDED and draft.definition.stages[draft.attempt.cover.stage].unsent
    empty = isinstance(value, str) and not value.strip() and _is_answers(draft.definition, code)
    return rewords and empty and not any(code in row.needs for row in draft.definition.moves if decides(row))


def _is_answers(definition: Definition, code: str) -> bool:
    rule = definition.inputs.get(code)
    return rule is not None and rule.goes == GOES
