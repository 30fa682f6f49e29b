"""How answers reach the terminal: colour and progress where somebody looks, plain lines in a pipe, JSON on request."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console, RenderableType
from rich.measure import Measurement

PIPE_WIDTH = 240
"""Columns where nobody looks: wide, so that a line stays a line for the program that reads it."""


def fits(part: RenderableType) -> bool:
    """Whether its widest lines have room where `answer` will show it; in a pipe they always have."""
    if not sys.stdout.isatty():
        return True
    wide = Console(width=10_000)
    return Measurement.get(wide, wide.options, part).maximum <= Console(file=sys.stdout).width


def answer(*parts: RenderableType) -> None:
    """On standard output as it is now. Texts of people are never taken for markup, links or emoji."""
    looked_at = sys.stdout.isatty()
    screen = Console(
        file=sys.stdout, width=None if looked_at else PIPE_WIDTH, markup=False, highlight=False, emoji=False
    )
    if looked_at:
        screen.print(*parts, sep="\n")
        return
    with screen.capture() as lines:
        screen.print(*parts, sep="\n")
    click.echo("\n".join(line.rstrip() for line in lines.get().rstrip().split("\n")))


def answer_json(data: Any) -> None:
    """One JSON document on standard output, keys in the order they are described in."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


@contextmanager
def progress(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """Shows how much of long work is done, on a terminal only; the function it gives is told how much."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    screen = Console(stderr=True, markup=False, highlight=False)
    columns = TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done: bar.update(task, completed=done)
