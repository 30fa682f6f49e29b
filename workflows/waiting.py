"""Who may read what a parked case waits for: the parties as well as the forum, or the forum alone (routine.md Fp)."""

from __future__ import annotations

from workflows.attempt import Attempt
from workflows.organisation import holder_of
from workflows.reasons import Fault

KEPT = "forum"
"""The answer by which a forum keeps to itself what a case waits for; else it stands in the file, for the parties."""


def watcher_reads(a: Attempt, arg: str) -> Fault | None:
    """`watcher_reads:watched_by=wait_open`: whoever is to check what the case waits for may read what that is. What a
    forum keeps stands in the record of the one that has the case: another arena's forum beside it reads none of it."""
    name, _, choice = arg.partition("=")
    named = a.given(name)
    outside = isinstance(named, str) and holder_of(named) != f"forum:{a.cover.forum}"
    return Fault("watcher_blind", field=name) if outside and a.given(choice) == KEPT else None
