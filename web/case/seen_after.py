"""The case as its new readers will have it after a step that is decided and not written: for the preview of a lift.

It is the very sheet that they can print afterwards, made from what the step opens to them; nothing is listed by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cases.view_after import view_after
from web.case.opened import Opened, opened
from web.case.sheet import Sheet, sheet_of
from web.desk import desk
from workflows.nouns import Decision

COVER = frozenset(("cover",))
"""Whoever is given more of a case has its cover, or is given it too."""

TOLD = 8
"""So many questions, dates or steps are named one by one; of more it is said how many they are."""


@dataclass(frozen=True, slots=True)
class SeenAfter:
    """What some places are given alike: who they are, each part of it in a few words, and all of it."""

    who: str
    names: tuple[str, ...]
    sheet: Sheet


def seen_after(
    case: Opened, decision: Decision, opened_to: Iterable[tuple[str, frozenset[str]]]
) -> tuple[SeenAfter, ...]:
    """Of (place, compartments that it is given): once for all places that read the case alike."""
    alike: dict[frozenset[str], list[str]] = {}
    for place, compartments in opened_to:
        alike.setdefault(compartments | COVER, []).append(place)
    read: dict[Sheet, list[str]] = {}
    for compartments, places in alike.items():
        read.setdefault(_sheet(case, decision, compartments), []).extend(places)
    return tuple(SeenAfter(case.w.together(who), tuple(_names(sheet)), sheet) for sheet, who in read.items())


def _sheet(case: Opened, decision: Decision, compartments: frozenset[str]) -> Sheet:
    org = case.said.world.org
    return sheet_of(opened(view_after(desk().record, case.view, decision, compartments, org, case.w.now)), "")


def _names(sheet: Sheet) -> Iterator[str]:
    """`Avvikelse 2026-K7QM4TX`, `Om ärendet: rapporterat av; mottagare`, `Vad som har hänt (11)`: what there is, before
    anybody opens it."""
    yield sheet.title
    for part in sheet.parts:
        named = dict.fromkeys((*(term for term, _ in part.rows), *(entry.heading for entry in part.entries)))
        told = "; ".join(name[:1].lower() + name[1:].rstrip("?") for name in named)
        yield f"{part.heading}: {told}" if len(named) <= TOLD else f"{part.heading} ({len(part.entries)})"
