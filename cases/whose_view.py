"""Whose view of the question a text is: by the side's name for everybody, since "your view" means another to each."""

from __future__ import annotations

from typing import Literal

from workflows.nouns import Cover
from workflows.organisation import Organisation, holder_of
from workflows.texts import authority_of

SideName = Literal["raising", "receiving"]

VIEWS: dict[str, SideName] = {"view_raising": "raising", "view_receiving": "receiving"}
"""Questions for one side's view, and whose it is."""

OWN_VIEW = "our_view"
"""What a side writes of its own view."""


def whose_view(code: str, actor: str, cover: Cover, org: Organisation) -> SideName | None:
    """The side whose view a text is that `actor` wrote; None for all other texts."""
    if code == OWN_VIEW:
        return side_of(actor, cover, org)
    return VIEWS.get(code)


def side_of(actor: str, cover: Cover, org: Organisation) -> SideName:
    """Which of the two parties' sides a function is of."""
    return "raising" if authority_of(holder_of(actor), org) == cover.raising.authority else "receiving"
