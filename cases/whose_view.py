"""Whose view of the question a text is: by the side's name for everybody, since "your view" means another to each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, cast

from cases.reading import Line
from workflows.nouns import Cover
from workflows.organisation import Organisation, Side, holder_of
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


def side_then(name: SideName, cover: Cover, lines: Iterable[Line], line: Line | None, org: Organisation) -> Side | None:
    """The side `name` as it was when a line was written: a case may come to another party, and what the earlier one
    said is never told as its successor's (law 7). The present side where it is the same authority's, or for no line."""
    now = getattr(cover, name)
    if line is None:
        return cast("Side | None", now)
    then = None
    for one in lines:
        if one.compartment == "cover" and one.at <= line.at:
            then = one.outcome.get("cover", {}).get(name, then)
    found = org.sides.get(then["unit"] or f"operation:{then['operation']}") if then else None
    return now if found is None or (now is not None and found.authority == now.authority) else found


def side_of(actor: str, cover: Cover, org: Organisation) -> SideName:
    """Which of the two parties' sides a function is of."""
    return "raising" if authority_of(holder_of(actor), org) == cover.raising.authority else "receiving"
