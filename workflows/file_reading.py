"""Reading the forum file is owed (laws 1 and 6): the side that has not read a reviewed revision is asked to, by a date.

The routine says which function of it, until when, and with which reminders (`[contributions.file_read]`). Whoever is
silent stops nobody: after its date the file may leave unread, and the case says so. What asks for it: file_acts.py.
"""

from __future__ import annotations

from dataclasses import replace

from workflows.attempt import Attempt
from workflows.clocks import contribution_due
from workflows.draft import Draft
from workflows.nouns import OF_THE_WHOLE, Contribution, Door
from workflows.organisation import holder_of
from workflows.reasons import Fault, Fill, Post
from workflows.roles import at_side
from workflows.texts import authority_of

FILE_READ = "file_read"
"""What the side owes that has not read the file. Its key ends with the revision's number."""

FILE_READY = "file_ready"

REVIEWED = "file_reviewed"
"""The act that puts a revision before the side that has not read it."""


def file_ready(a: Attempt, arg: str) -> Fault | None:
    """Law 6: a reviewed forum file, read by both sides, or not read in time by the one that was asked to. Which
    revision it is does not matter here: the newest of those leaves."""
    file = a.snapshot.file
    if a.snapshot.leaving(a.today).revision:
        return None
    if file.before_split(a.cover):
        return Fault("file_before_split", door=Door("file"))
    if not file.revision or not file.reviewed:
        return Fault("file_missing", door=Door("file"))
    asked = next(iter(a.owed(FILE_READ)), None)
    if asked is None:
        unread = a.cover.receiving if file.unread(a.cover) == "receiving" else None
        side = Post(at_side("handler", unread or a.cover.raising))
        return Fault("file_unread", {"side": side}, door=Door("file"), words="file_unasked")
    fill: dict[str, Fill] = {"side": Post(asked.asked), "date": asked.due.isoformat()}
    hers = asked.asked in a.actor.posts
    return Fault("file_unread", fill, door=Door("file") if hers else Door("wait", asked.asked, until=asked.due))


def ask_to_read(draft: Draft) -> None:
    """The side that has not read a reviewed revision, once for each party that it is put before; what lies with its
    writer alone is nobody else's to read yet."""
    attempt, cover, rule = draft.attempt, draft.cover, draft.definition.contributions.get(FILE_READ)
    file, stage = attempt.snapshot.file.between(attempt.cover, cover), draft.definition.stages[draft.stage]
    unread = file.unread(cover)
    if rule is None or not file.reviewed or not unread or stage.status != "open" or stage.reach == "raising":
        return
    if file.before_split(cover):
        return
    side = cover.raising if unread == "raising" or cover.receiving is None else cover.receiving
    key = key_of(file.revision)
    before = draft.contributions.get(key)
    if before is not None and authority_of(holder_of(before.asked), attempt.world.org) == side.authority:
        return
    due = contribution_due(rule, cover.forum, attempt.world, draft.today)
    asked, number = at_side(rule.asks.partition(".")[2], side), before.revision + 1 if before is not None else 1
    draft.contributions[key] = Contribution(key, FILE_READ, asked, due, forum=cover.forum, revision=number)


def write_anew(d: Draft, arg: str) -> None:
    """The revisions that there are speak of the whole question: none of them leaves any more, and nobody is waited for
    to read one. Effect of splitting off the question of principle (law 6)."""
    d.remember(OF_THE_WHOLE, d.attempt.snapshot.file.revision)
    for owed in d.attempt.owed(FILE_READ):
        d.contributions[owed.key] = replace(owed, status="withdrawn")


def key_of(revision: int) -> str:
    """One revision is read by one other side: its writer's has read what it wrote."""
    return f"{FILE_READ}#{revision}"


def party_changed(draft: Draft) -> bool:
    """Whether a side is another party's now: it has read nothing of what its predecessor read."""
    before, cover = draft.attempt.cover, draft.cover
    pairs = ((before.raising, cover.raising), (before.receiving, cover.receiving))
    return any(a is not None and b is not None and a.authority != b.authority for a, b in pairs)


def still_to_read(draft: Draft, owed: Contribution) -> bool:
    """A file that was not read in time leaves unread once a forum has the case; a party that the case has left reads
    no more for it. What is owed beside the file is not asked about here."""
    if owed.code != FILE_READ:
        return True
    sides = (draft.cover.raising, draft.cover.receiving)
    whose = authority_of(holder_of(owed.asked), draft.attempt.world.org)
    late = owed.due < draft.today and draft.definition.stages[draft.stage].before_forum
    return not late and any(side is not None and side.authority == whose for side in sides)
