"""The table of contents of a demo: each story in one line, with its cases and what it shows."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, JustifyMethod, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cases.stories.story import Told
from cases.stories.story_page import said_in
from cases.stories.story_words import say
from workflows.calendar import Language

SIDES: tuple[JustifyMethod, ...] = ("right", "left", "left")
"""Of a story's number, its title and its cases, which are never cut."""

MOST_NUMBERS = 1
"""Of a story with more cases the first is named, and how many more there are."""


def contents(told: Sequence[Told], language: Language) -> RenderableType:
    """A line for each story; where the terminal is narrow, what it shows is cut."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    for side in SIDES:
        grid.add_column(justify=side, no_wrap=True)
    for place, one in enumerate(told, 1):
        shows = Text(_shows(one, language), "dim", no_wrap=True, overflow="ellipsis")
        grid.add_row(str(place), Text(said_in(one.story.title, language), "bold"), Text(_numbers(one), "cyan"), shows)
    return Group(Text(say("contents", language), "bold"), Padding(grid, (0, 0, 1, 2)))


def _numbers(told: Told) -> str:
    numbers = tuple(told.cases.values())
    more = len(numbers) - MOST_NUMBERS
    return " ".join(numbers[:MOST_NUMBERS]) + (f" +{more}" if more > 0 else "")


def _shows(told: Told, language: Language) -> str:
    """The first sentence of what the story shows."""
    first, stop, _ = said_in(told.story.shows, language).partition(". ")
    return first + ("." if stop else "")
