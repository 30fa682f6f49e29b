"""Where a case may go next on the ladder, as people are shown it before anybody tries (law 3).

The lowest competent forum above, but for what the routine itself sets as a ceiling: a single event stops at the first
forum, a pattern at the owner of its governing document unless the agreement itself must change.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from workflows.attempt import Attempt, World
from workflows.definition import Definition
from workflows.guards import single_event_ceiling
from workflows.ladder import Landing, living_forum
from workflows.nouns import CLOCK, Actor, Command, Cover, Snapshot


def ahead(definition: Definition, cover: Cover, world: World, now: datetime) -> Landing | None:
    """The next step with the forums that are passed on the way to it; None where the case goes no higher."""
    nobody = Actor("", CLOCK, frozenset())
    attempt = Attempt(definition, Snapshot(cover), Command(""), nobody, world, now, {})
    asked = {name for move in definition.moves for name, _ in move.guards}
    if cover.status != "open" or ("single_event_ceiling" in asked and single_event_ceiling(attempt, "") is not None):
        return None
    land = attempt.landing()
    if "toward_owner" not in asked or cover.facts.get("changes_agreement"):
        return land
    return _below_owner(cover, land, attempt)


def _below_owner(cover: Cover, land: Landing | None, attempt: Attempt) -> Landing | None:
    """No further than the owner; beside the ladder it has no rung of its own, and the case goes there in the end."""
    org = attempt.world.org
    owner = living_forum(org, str(cover.facts.get("owner", "")), attempt.today)
    if owner is None or owner.rung not in org.ladder:
        return land
    if org.ladder.index(owner.rung) <= org.ladder.index(cover.rung):
        return None
    if land is None:
        return Landing((owner.code,), owner.rung)
    nearer = org.ladder.index(land.rung) < org.ladder.index(owner.rung)
    return land if nearer else replace(land, forums=(owner.code,), rung=owner.rung)
