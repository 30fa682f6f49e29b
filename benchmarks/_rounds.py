"""Turns, ratios and the command line that all benchmarks share.

What is compared takes turns inside each round, the first to go changing from round to round, and a ratio is taken
round by round: a busy neighbour slows both. The median of the ratios is the result; rates are printed beside it only
to be read, never to be compared between machines.
"""

from __future__ import annotations

import argparse
import gc
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Literal

Turn = Callable[[], float]
"""Does one round's share of work and answers the seconds that one piece of it took."""

Seconds = Mapping[str, Sequence[float]]
"""By side, in the order of the rounds."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One promise and what became of it. `sense` "rate": pieces a second, limit's time through ours, at least `goal`;
    "cost": our time through the limit's, at most `goal`. Without a goal the figure is only told."""

    what: str
    limit: str
    sense: Literal["rate", "cost", "growth"]
    goal: float | None
    ratios: tuple[float, ...]
    ours: float
    bare: float
    """Medians of ours and the limit's: seconds for one piece of work, or how many times as much they became."""

    @property
    def ratio(self) -> float:
        return median(self.ratios)

    @property
    def reached(self) -> bool:
        if self.goal is None:
            return True
        return self.ratio >= self.goal if self.sense == "rate" else self.ratio <= self.goal

    @property
    def asked(self) -> str:
        """The goal in words, "" without one."""
        return "" if self.goal is None else f"{'at least' if self.sense == 'rate' else 'at most'} {self.goal:g}"

    @property
    def spread(self) -> str:
        return f"{min(self.ratios):.2f}–{max(self.ratios):.2f}, n={len(self.ratios)}"

    def __str__(self) -> str:
        asked = f"; goal {self.asked}" if self.asked else ""
        missed = "" if self.reached else "  MISSED"
        told = [f"{value:.2f} x" if self.sense == "growth" else spoken(value) for value in (self.ours, self.bare)]
        return (
            f"{self.what}: {self.ratio:.2f} x {self.limit} ({self.spread}{asked})  [{' against '.join(told)}]{missed}"
        )

    def row(self) -> str:
        """A row of the table that `make bench` ends with, as docs/measured.md keeps it."""
        asked = f"{self.asked} x {self.limit}" if self.asked else f"(told only) x {self.limit}"
        mark = "" if self.reached else " **missed**"
        return f"| {self.what} | {asked} | {self.ratio:.2f}{mark} ({self.spread}) |"


def take_turns(rounds: int, sides: Mapping[str, Turn], turns: int = 1) -> dict[str, list[float]]:
    """Every side so many times in each round, whose seconds are the mean of its turns: short turns, often changed, meet
    the same neighbours. One round is thrown away first: caches fill and statements are prepared."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        spent = dict.fromkeys(sides, 0.0)
        for turn in range(turns):
            for name in list(sides) if (number + turn) % 2 else list(reversed(sides)):
                gc.collect()
                spent[name] += sides[name]()
        if number:
            for name, seconds in spent.items():
                taken[name].append(seconds / turns)
    return taken


def rate(what: str, seconds: Seconds, ours: str, bare: str, goal: float | None = None) -> Figure:
    """How much of the limit's rate we reach."""
    ratios = tuple(b / o for o, b in zip(seconds[ours], seconds[bare], strict=True))
    return Figure(what, f"the rate of {bare}", "rate", goal, ratios, median(seconds[ours]), median(seconds[bare]))


def cost(what: str, seconds: Seconds, ours: str, bare: str, goal: float | None = None) -> Figure:
    """How many times the limit's time we take."""
    ratios = tuple(o / b for o, b in zip(seconds[ours], seconds[bare], strict=True))
    return Figure(what, f"the time of {bare}", "cost", goal, ratios, median(seconds[ours]), median(seconds[bare]))


def growth(
    what: str, seconds: Seconds, small: Sequence[str], large: Sequence[str], goal: float | None = None
) -> Figure:
    """How many times as much as the limit's our time grows from small sides to large; each names (ours, limit)."""
    ours = [after / before for before, after in zip(seconds[small[0]], seconds[large[0]], strict=True)]
    bare = [after / before for before, after in zip(seconds[small[1]], seconds[large[1]], strict=True)]
    ratios = tuple(o / b for o, b in zip(ours, bare, strict=True))
    return Figure(
        what, f"the growth of {small[1].partition(' at ')[0]}", "growth", goal, ratios, median(ours), median(bare)
    )


def spoken(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def command(run: Callable[..., list[Figure]], small: Mapping[str, Any], full: Mapping[str, Any]) -> int:
    """Runs a benchmark with its small numbers, or with `--full`; prints each figure and answers the exit code."""
    parser = argparse.ArgumentParser(description=run.__doc__)
    parser.add_argument("--full", action="store_true", help="the numbers of the promise, many minutes")
    parser.add_argument("--rounds", type=int, help="rounds in place of the usual number")
    parser.add_argument("--rows", type=Path, metavar="FILE", help="add a row for each figure to that file")
    asked = parser.parse_args()
    sizes = dict(full if asked.full else small) | ({"rounds": asked.rounds} if asked.rounds else {})
    print(f"{', '.join(f'{name}={value}' for name, value in sizes.items())}; load {load()}", flush=True)
    figures = run(**sizes)
    for figure in figures:
        print(figure)
    print(f"load afterwards {load()}")
    if asked.rows:
        with asked.rows.open("a", encoding="utf-8") as file:
            file.writelines(f"{figure.row()}\n" for figure in figures)
    return 0 if all(figure.reached for figure in figures) else 1


def load() -> str:
    return f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
