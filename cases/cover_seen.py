"""What a reader is told of a case's cover: all of its course, but not everything that the case remembers.

The cover is read by people who may not read the matter: forums, the process leader, the reporter. Beside number, kind,
stage, ball and dates it carries *facts*, which the rules need to decide; each has its readers here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflows.answering import DECIDED, decides
from workflows.definition import Definition
from workflows.nouns import Cover, Decision, ForumFile, Snapshot, altered
from workflows.organisation import Side

TO_ALL = frozenset(
    "clause owner route outcome subject pattern care named referred visited detour forum_since ended_on measures"
    " next_measure members members_told returned_for done_here resting event_until".split()
)
"""Facts for everybody who reads the cover. All others are for those who read what the parties share, but these:"""

TO_FORUM = frozenset(("prepared",))
"""What a forum has before it is about to say stays with forums. What one has decided, and not sent, stays with it."""

TO_SENDER = frozenset(("own_check", "toward"))
"""What was weighed before the report left is the sender's own."""

TO_NOBODY = frozenset(("lex_extended",))
"""It would tell the other party of a serious event (D-70)."""

BY_REPORTER = frozenset(("submit", "confirm"))
OF_REPORTER = frozenset(("toward", "harm", "risk_goes_on", "solved"))
"""Moves by which a reporter speaks, and what she says with them that is kept as a fact: she reads it as she said it,
and not what the handlers have made of it since."""

_NOWHERE = Side("", "", "", "", "", "")


@dataclass(frozen=True, slots=True)
class Reader:
    """Which compartments somebody reads, whether she is of the side that raised the case, and which rows of the
    routine tell of a hidden mark by having been taken."""

    compartments: frozenset[str]
    sends: bool
    untold: frozenset[str] = frozenset()
    deciding: frozenset[str] = frozenset()
    """Rows that tell by having been taken what a forum decided."""

    def may_know(self, fact: str, value: Any) -> bool:
        if fact in TO_NOBODY:
            return False
        if fact == DECIDED:
            return f"forum:{value['forum']}" in self.compartments
        if fact in TO_FORUM:
            return any(name.startswith("forum:") for name in self.compartments)
        if fact in TO_SENDER:
            return self.sends
        return fact in TO_ALL or "shared" in self.compartments

    def facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in facts.items() if self.may_know(name, value)}

    def cover(self, cover: Cover) -> Cover:
        """The cover with the facts that are for this reader; for one without a cover only which case it is."""
        if "cover" in self.compartments:
            return altered(cover, facts=self.facts(cover.facts))
        return Cover(
            number=cover.number, kind=cover.kind, definition=cover.definition, status="", stage="", rung="", forums=(),
            ball="", next_task="", next_date=None, urgent=False, raising=_NOWHERE, receiving=None, concerned=(),
            opened=date.min, event_date=None,
        )  # fmt: skip

    def _told_herself(self, facts: Mapping[str, Any], code: str) -> dict[str, Any]:
        """What a reporter said with that move."""
        hers = "report" in self.compartments and code in BY_REPORTER
        return {name: value for name, value in facts.items() if hers and name in OF_REPORTER}

    def outcome(self, outcome: Mapping[str, Any], code: str = "") -> dict[str, Any]:
        """What a line of the history changed, as far as this reader may know it. `code` is the line's move, where the
        reader may have made it as the case's reporter."""
        told = {name: value for name, value in outcome.items() if name != "contributions"}
        if told.get("rule") in self.untold:
            del told["rule"]
        if "facts" in told.get("cover", {}):
            facts = told["cover"]["facts"]
            told["cover"] = {**told["cover"], "facts": self.facts(facts) | self._told_herself(facts, code)}
            if DECIDED in facts.keys() - told["cover"]["facts"].keys() and told.get("rule") in self.deciding:
                del told["rule"]
        return told

    def decision(self, decision: Decision) -> Decision:
        """What a move comes to, as its own actor is answered: she may have made it without reading all of the cover."""
        changes = dict(decision.changes)
        if "facts" in changes:
            changes["facts"] = self.facts(changes["facts"])
        return altered(decision, cover=self.cover(decision.cover), changes=changes)


def reader_of(compartments: frozenset[str], own: str, cover: Cover, definitions: Iterable[Definition] = ()) -> Reader:
    """The reader of those compartments of a case, who is of the authority `own` ("" for a forum's). `definitions` are
    the routines by which lines of its history may name their rows (`deviation.v1:moves[16]`)."""
    rows = [(f"{d.key}:{m.place}", m) for d in definitions for m in d.moves]
    return Reader(
        compartments, "shared" in compartments and own == cover.raising.authority,
        frozenset(name for name, m in rows if m.asks_for_mark), frozenset(name for name, m in rows if decides(m)),
    )  # fmt: skip


def decided_on(snapshot: Snapshot, compartments: frozenset[str]) -> Snapshot:
    """The snapshot that a reader's moves are weighed on: work on the next forum file concerns nobody who cannot read
    it, else a count of its findings would show through a refusal. A forum knows of the file that it has."""
    if "shared" in compartments:
        return snapshot
    here = any(f"file:{forum}" in compartments for forum in snapshot.sent.sent_to)
    return altered(snapshot, file=snapshot.sent if here else ForumFile(), sent=ForumFile(), findings=0, earlier=())
