"""The ladder of one case as a picture: rails, a rung for each step from the bottom, and what each is to this case.

A picture with a title and a description; the same stands beside it as a list in words, for whoever does not see it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

from cases.wording import Rung
from web.case.opened import Opened

WIDTH = 300
NAME, STATE = 22, 32
"""Characters of a line of a rung's name, and of what it is to the case, in the widest of the fonts that we name."""
NAME_LINE, STATE_LINE, GAP, LEAST = 20, 17, 22, 64
"""Units of the drawing between lines, between rungs, and of the lowest rung."""

STATES = ("here", "returned", "been", "passed", "unseated", "untold", "next", "above")


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text at a height; `kind` is `name` or `state`."""

    kind: str
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A rung: what it is to the case, its height, the stretch of rails that it stands on, and its lines."""

    state: str
    y: int
    top: int
    bottom: int
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """`description` says in words what is drawn: where the case is, has been, passed and why, and may go."""

    width: int
    height: int
    rungs: tuple[Drawn, ...]
    description: str
    stands: tuple[str, ...]
    """What each rung is to the case, in words, from the lowest."""


def picture(case: Opened) -> Picture | None:
    """None for whoever reads no cover, and for a case that stands on no rung of the ladder."""
    if not case.said.rungs:
        return None
    drawn, top = [], 0
    # The top of the ladder is drawn first: the highest rung has the smallest y.
    for rung in reversed(case.said.rungs):
        one = _drawn(case, rung, top)
        drawn.append(one)
        top = one.bottom
    return Picture(WIDTH, top, tuple(drawn), description(case), tuple(stands(case, rung) for rung in case.said.rungs))


def names_of(case: Opened, rung: Rung) -> str:
    """The forums that this is about on that rung, else the rung's own name."""
    return case.w.together([case.w.place(f"forum:{code}") for code in rung.forums]) or case.w.say(rung.name)


def stands(case: Opened, rung: Rung) -> str:
    """What that rung is to the case, in words."""
    return case.w.t(f"ladder.{_told(case, rung.state)}")


def description(case: Opened) -> str:
    """Each thing that a rung can be to a case, with the rungs that are it."""
    return " ".join(_sentences(case))


def _sentences(case: Opened) -> Iterator[str]:
    for state in STATES:
        named = [_with_reasons(case, rung) for rung in case.said.rungs if rung.state == state]
        if named:
            yield case.w.t(f"ladder.is_{_told(case, state)}", names="; ".join(named))


def _told(case: Opened, state: str) -> str:
    """A case that has ended is nowhere any more: the rung where it stands is the one where it ended. One that was
    returned is at work below, and where it stands is where it comes back to."""
    if state != "here":
        return state
    if case.view.cover.status == "ended":
        return "ended_here"
    return "waits" if any(rung.state == "returned" for rung in case.said.rungs) else state


def _with_reasons(case: Opened, rung: Rung) -> str:
    reasons = case.said.detours(rung, case.w.language)
    return f"{names_of(case, rung)} ({', '.join(reasons)})" if reasons else names_of(case, rung)


def _drawn(case: Opened, rung: Rung, top: int) -> Drawn:
    names = wrap(names_of(case, rung), NAME)
    said = [stands(case, rung), *case.said.detours(rung, case.w.language)]
    states = [line for text in said for line in wrap(text, STATE)]
    text_height = NAME_LINE * len(names) + STATE_LINE * len(states)
    height = max(LEAST, text_height + GAP)
    first = top + (height - text_height) // 2 + 14
    labels = [Label("name", first + NAME_LINE * n, text) for n, text in enumerate(names)]
    below = first + NAME_LINE * len(names) - 2
    labels += [Label("state", below + STATE_LINE * n, text) for n, text in enumerate(states)]
    return Drawn(rung.state, top + height // 2, top, top + height, tuple(labels))
