"""How to go on from a demo: what to set so that the command line shows the same record, and who may be acted as."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cases.commands.terminal import fits
from cases.functions import NotYourFunction
from cases.lists.worklist import Item, work_list
from cases.names import names_of
from cases.record import Record
from cases.sight import Seer, function_name
from cases.stories.story import Told
from cases.stories.story_words import say
from workflows.calendar import Language


def way_in(
    record: Record, told: Sequence[Told], variables: Mapping[str, str], program: str, now: datetime, language: Language
) -> RenderableType:
    """The variables to export, two commands to begin with, how to see a story again, and one person of each kind among
    those who have a move to make."""
    waiting = list(_waiting(record, told, now))
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    for seer, items in waiting[:1]:
        lines.append(f"{program} case list --as {_as(seer)}")
        lines.append(f"{program} case show {items[0].number} --as {_as(seer)}")
    again = f"{program} demo --story 2" + (" --language en" if language == "en" else "")
    people = Padding(_people(record, _one_of_each_kind(waiting), language), (0, 0, 1, 2))
    return Group(
        Text(say("way_in", language), "bold"), Padding(Text("\n".join(lines)), (0, 0, 1, 2)),
        Text(say("again", language), "bold"), Padding(Text(again), (0, 0, 1, 2)),
        Text(say("ready", language), "bold"), Text(say("sign_in", language)), people,
    )  # fmt: skip


def _waiting(record: Record, told: Sequence[Told], now: datetime) -> Iterator[tuple[Seer, tuple[Item, ...]]]:
    """Each of the stories' people once, in the functions that they still hold and that have a move to make."""
    seers = {Seer(who.account, who.post): None for one in told for who in one.story.people.values()}
    for seer in seers:
        try:
            items = tuple(work_list(record, seer, now, tab="awaiting").items)
        except NotYourFunction:
            continue  # it ended in the course of a story
        if items:
            yield seer, items


def _one_of_each_kind(waiting: Sequence[tuple[Seer, tuple[Item, ...]]]) -> list[tuple[Seer, tuple[Item, ...]]]:
    """The first in each function that has a move to make, whichever unit or forum it is at."""
    kinds = {function_name(seer.post): (seer, items) for seer, items in reversed(waiting)}
    return [one for one in waiting if one in kinds.values()]


def _people(record: Record, waiting: Sequence[tuple[Seer, tuple[Item, ...]]], language: Language) -> RenderableType:
    """A line each; two where the terminal has no room for it, so that what is typed stays in one piece."""
    functions = {code: text for d in record.library.definitions.values() for code, text in d.functions.items()}
    with record.database.read() as tx:
        names = names_of(tx, (seer.post for seer, _ in waiting), functions)
    grid = Table.grid(padding=(0, 2, 0, 0))
    for seer, items in waiting:
        grid.add_row(f"--as {_as(seer)}", names.post(seer.post, language), ", ".join(item.number for item in items[:3]))
    if fits(grid):
        return grid
    return Text("\n".join(f"{names.post(seer.post, language)}\n  --as {_as(seer)}" for seer, _ in waiting))


def _as(seer: Seer) -> str:
    return f"{seer.account}/{seer.post}"
