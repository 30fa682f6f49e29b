"""What becomes of the reading that somebody owes when the forum file is written anew, reviewed or read (law 6).

A revision that is reviewed is put forward: the side that has not read it is asked to. A newer one asks anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from workflows.attempt import Attempt, World
from workflows.decide import settle
from workflows.definition import Definition, Move, Text
from workflows.draft import Draft
from workflows.file_reading import FILE_READ, REVIEWED, ask_to_read, key_of, still_to_read
from workflows.nouns import Actor, Command, Decision, Snapshot

WRITTEN, READ, LATE = "file", "file_read", "file_late"

_ACTS: Mapping[str, Text] = {
    WRITTEN: Text("Underlaget skrevs på nytt", "The forum file was written anew"),
    REVIEWED: Text("Underlaget lades fram för läsning", "The forum file was put forward to be read"),
    READ: Text("Underlaget lästes", "The forum file was read"),
    LATE: Text("Underlaget lästes inte i tid", "The forum file was not read in time"),
}


def file_moved(
    definition: Definition, snapshot: Snapshot, act: str, actor: Actor, world: World, now: datetime
) -> Decision | None:
    """`act` is WRITTEN, REVIEWED, READ or the clock's LATE, and `snapshot.file` the newest revision as it stands after
    it. None when nobody is asked for anything by it and nothing is given or waited for in vain."""
    attempt = Attempt(definition, snapshot, Command(act), actor, world, now, {})
    draft = Draft(attempt, _row(act))
    _settle_owed(draft)
    ask_to_read(draft)
    changed = draft.contributions != {c.key: c for c in snapshot.contributions}
    return settle(draft, definition) if changed else None


def _settle_owed(draft: Draft) -> None:
    file, cover = draft.attempt.snapshot.file, draft.cover
    for owed in draft.attempt.owed(FILE_READ):
        if owed.key != key_of(file.revision):
            draft.contributions[owed.key] = replace(owed, status="withdrawn")
        elif not file.unread(cover):
            draft.contributions[owed.key] = replace(owed, status="given")
        elif draft.move.code == LATE and not still_to_read(draft, owed):
            draft.contributions[owed.key] = replace(owed, status="silent")


def _row(act: str) -> Move:
    words = _ACTS[act]
    return Move(
        code=act, index=-1, sources=("*",), to="@same", by=("both.handler",), guards=(), needs=(), may=(), then=(),
        tell=(), text=words, happened=words, source="laws 1 and 6", place=act,
    )  # fmt: skip
