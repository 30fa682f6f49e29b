"""Places that a case names and its county does not have: whoever has the ball, and the step that it stands on.

A routine that was let in by an older check may have named the clock, or a rung that was never there. The history then
tells of it just as the state does, so that only the county's own places show it.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflows.nouns import Cover
from workflows.organisation import Organisation
from workflows.roles import is_post


def of_places(cover: Cover, org: Organisation) -> Iterator[str]:
    """What an open case names and nobody has; a case may stand on any step that there is, with a forum or without."""
    if cover.status != "ended" and not is_post(cover.ball, org):
        yield f"the ball is with {cover.ball!r}, which is no function at any place: nobody's list shows it"
    if cover.rung not in org.ladder:
        yield f"it stands on {cover.rung!r}, which is no rung of this county: {', '.join(org.ladder)}"
