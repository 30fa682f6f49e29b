"""A routine as a picture: its stages from top to bottom, and every way from one to another.

Ways that lead to the same stage share a lane, forward on the right and back on the left; a way that the clock takes by
itself is drawn broken. What the picture shows is told in words beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workflows.definition import Definition, Stage
from workflows.drawing import in_order

ROW, BOX, WIDTH, LANE, RIM = 46, 32, 228, 9, 6
"""In the picture's own units: from one stage to the next, a stage's height and width, between lanes, to the rim."""


@dataclass(frozen=True, slots=True)
class Box:
    """A stage: its place, and whether it begins or ends the routine."""

    stage: Stage
    y: int
    ends: bool


@dataclass(frozen=True, slots=True)
class Way:
    """All ways to one stage on one side: `path` of its lane, `dots` where they begin, `tip` where it arrives."""

    path: str
    dots: tuple[tuple[int, int], ...]
    tip: str
    alone: bool
    """Only the clock takes it."""


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    left: int
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]
    told: tuple[tuple[Stage, tuple[Stage, ...]], ...]
    """The same in words: each stage and those that it leads to."""


def picture_of(definition: Definition) -> Picture:
    stages = in_order(definition)
    place = {stage.code: number for number, stage in enumerate(stages)}
    leads = {stage.code: dict(_leads(definition, stage.code, place)) for stage in stages}
    forward, back = _lanes(_arriving(leads, place, 1)), _lanes(_arriving(leads, place, -1))
    left, right = _margin(back), _margin(forward)
    ways = [_step(left, at) for at in _steps(leads, place)]
    ways += [_way(arriving, left + WIDTH, lane, 1) for arriving, lane in forward]
    ways += [_way(arriving, left, lane, -1) for arriving, lane in back]
    return Picture(
        left + WIDTH + right, ROW * len(stages), left,
        tuple(Box(stage, place[stage.code] * ROW + (ROW - BOX) // 2, stage.status == "ended") for stage in stages),
        tuple(ways),
        tuple((stage, tuple(definition.stages[code] for code in leads[stage.code])) for stage in stages),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arriving:
    """All that arrive at one place from one side: from which places, and whether only the clock brings them."""

    at: int
    sources: tuple[int, ...]
    alone: bool

    @property
    def span(self) -> tuple[int, int]:
        return min(*self.sources, self.at), max(*self.sources, self.at)


Leads = Mapping[str, Mapping[str, bool]]
"""Stage -> the stages it leads to, and whether only the clock goes there."""


def _leads(definition: Definition, code: str, place: Mapping[str, int]) -> Iterable[tuple[str, bool]]:
    """In the order of the picture; moves that every stage has, and those that stay, are no ways of a stage's own."""
    found: dict[str, bool] = {}
    for move in definition.from_stage[code]:
        if "*" not in move.sources and move.to in place and move.to != code:
            found[move.to] = found.get(move.to, True) and move.automatic
    return sorted(found.items(), key=lambda item: place[item[0]])


def _steps(leads: Leads, place: Mapping[str, int]) -> list[int]:
    """Places whose stage leads to the very next one: an arrow between two boxes."""
    return [place[code] for code, to in leads.items() if any(place[t] == place[code] + 1 for t in to)]


def _arriving(leads: Leads, place: Mapping[str, int], way: int) -> list[Arriving]:
    """`way` is 1 for those from above that are not the very next, -1 for those from below."""
    found: dict[int, dict[int, bool]] = {}
    for code, to in leads.items():
        for target, alone in to.items():
            far = place[target] - place[code]
            if far * way > (1 if way > 0 else 0):
                found.setdefault(place[target], {})[place[code]] = alone
    return [Arriving(at, tuple(sorted(sources)), all(sources.values())) for at, sources in sorted(found.items())]


def _lanes(arriving: Iterable[Arriving]) -> list[tuple[Arriving, int]]:
    """The shortest nearest to the boxes, and none over another."""
    taken: list[list[tuple[int, int]]] = []
    found = []
    for one in sorted(arriving, key=lambda a: a.span[1] - a.span[0]):
        low, high = one.span
        lane = next((n for n, spans in enumerate(taken) if all(high < a or b < low for a, b in spans)), len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((low, high))
        found.append((one, lane))
    return found


def _margin(lanes: Iterable[tuple[Arriving, int]]) -> int:
    return RIM * 2 + LANE * (1 + max((lane for _, lane in lanes), default=-1))


def _step(left: int, at: int) -> Way:
    x, y = left + WIDTH // 2, at * ROW + (ROW + BOX) // 2
    end = y + ROW - BOX
    return Way(f"M{x} {y}V{end - 2}", (), f"M{x - 4} {end - 5}L{x} {end}L{x + 4} {end - 5}", False)


def _way(arriving: Arriving, side: int, lane: int, way: int) -> Way:
    """Out of each source, along the lane, into the target; arrows leave low and arrive high, so that they part."""
    x = side + way * (RIM + LANE * (lane + 1))
    arrives = arriving.at * ROW + ROW // 2 - 5
    leaves = [place * ROW + ROW // 2 + 5 for place in arriving.sources]
    ends = (min(*leaves, arrives), max(*leaves, arrives))
    path = "".join(f"M{side} {y}H{x}" for y in leaves) + f"M{x} {ends[0]}V{ends[1]}M{x} {arrives}H{side + way * 2}"
    tip = f"M{side + way * 6} {arrives - 4}L{side} {arrives}L{side + way * 6} {arrives + 4}"
    return Way(path, tuple((x, y) for y in leaves), tip, arriving.alone)
