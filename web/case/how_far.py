"""How far a report has come, in words for whoever made it: she knows the event, not the routine."""

from __future__ import annotations

from web.case.opened import Opened


def how_far(case: Opened) -> str:
    """One sentence or two; the stage's own title where nothing plainer is known of it. What a forum does within its
    walls is told as one thing: the reporter reads her report and its answer (domain.md section 3)."""
    cover, w = case.view.cover, case.w
    asked = f"follow.at_{cover.status if cover.status != 'open' else cover.stage}"
    if w.knows(asked):
        return w.t(asked)
    if cover.forums and cover.status == "open":
        return w.t("follow.at_forum")
    stage = case.definition.stages.get(cover.stage)
    return w.say(stage.title) if stage is not None else w.t(f"status.{cover.status}")
