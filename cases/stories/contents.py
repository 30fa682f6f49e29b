"""The table of contents of a demo: each story in one line, with its cases and what it shows."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cases.stories.story import Told
from cases.stories.story_page import said_in
from cases.stories.story_words import say
from workflows.calendar import Language

MOST_NUMBERS = 2
"""Of a story with more cases the first ones are named, and how many there are."""


def contents(told: Sequence[Told], language: Language) -> RenderableType:
    """A line for each story, cut where the terminal ends."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right")
    for _ in ("title", "numbers", "what it shows"):
        grid.add_column(no_wrap=True, overflow="ellipsis")
    for place, one in enumerate(told, 1):
        title = Text(said_in(one.story.title, language), "bold")
        grid.add_row(str(place), title, Text(_numbers(one), "cyan"), Text(_shows(one, language), "dim"))
    return Group(Text(say("contents", language), "bold"), Padding(grid, (0, 0, 1, 2)))


def _numbers(told: Told) -> str:
    numbers = tuple(told.cases.values())
    more = len(numbers) - MOST_NUMBERS
    return " ".join(numbers[:MOST_NUMBERS]) + (f" +{more}" if more > 0 else "")


def _shows(told: Told, language: Language) -> str:
    """The first sentence of what the story shows."""
    first, stop, _ = said_in(told.story.shows, language).partition(". ")
    return first + ("." if stop else "")
