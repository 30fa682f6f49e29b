"""`stegen demo`: everything set up anew, the county's stories told, their cases shown, and the pages served.

It has a folder and a database of its own, whatever the environment says of others, and no letter leaves the machine.
Its clock starts right after the last step of the last story.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, cast

import click

from cases.commands.terminal import answer, progress
from cases.record import Record
from cases.stories.contents import contents
from cases.stories.demo_folder import NoDemo, emptied
from cases.stories.due_next import due_next
from cases.stories.story import Told, play
from cases.stories.story_clock import passing
from cases.stories.story_letters import QUARTER, Quarter
from cases.stories.story_page import story_page
from cases.stories.story_script import Step, Story
from cases.stories.story_words import say
from cases.stories.way_in import way_in
from workflows.calendar import Language, spoken
from workflows.office_hours import local_date


class Demonstration(Protocol):
    """An installation of the demo's own; the entry point makes it."""

    @property
    def record(self) -> Record: ...
    @property
    def variables(self) -> Mapping[str, str]: ...
    @property
    def program(self) -> str: ...
    def keep_clock(self) -> None: ...
    def run_round(self, now: datetime) -> object: ...
    def serve_demo(self, context: click.Context, host: str, port: int, language: str) -> None: ...
    def close(self) -> None: ...


class EntryPoint(Protocol):
    """What the entry point offers to the demo."""

    @property
    def stories(self) -> Sequence[Story]: ...
    @property
    def data_folder(self) -> Path: ...
    def apart(self, folder: Path, base_url: str, now: datetime) -> Demonstration: ...


@click.command()
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), metavar="PATH",
    help="What the demo makes anew each time. Without it: demo, in the installation's data folder.",
)  # fmt: skip
@click.option(
    "--story", type=click.IntRange(1), metavar="N",
    help="Only this one of the table of contents, told in a folder of its own; no pages are served.",
)  # fmt: skip
@click.option("--language", type=click.Choice(("sv", "en")), default="sv", show_default=True, help="Of what is shown.")
@click.option("--serve/--no-serve", default=True, help="Serve the pages afterwards.  [default: serve]")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=5080, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.pass_context
def demo(
    context: click.Context, folder: Path | None, story: int | None, language: str, serve: bool, host: str, port: int
) -> None:
    """Tell the county's stories, and serve the pages with ready sign-ins.

    Sets everything up in a folder of its own, plays every story step by step on a clock of its own, and shows each
    letter of the last quarter as it leaves, one of them whole; then a table of contents, and ladder, timeline and
    explanation of each story; last what is due next and how to go on. People are invented; sign in as any of them.
    """
    here, chosen = cast(EntryPoint, context.obj), cast(Language, language)
    stories, alone = _chosen(here.stories, story), story is not None
    if serve and port and not alone:
        _free(host, port)
    base_url = f"http://{host}:{port or 5080}"
    place = _emptied((folder or here.data_folder / ("demo-story" if alone else "demo")).absolute())
    steps = [step.at for one in stories for step in one.steps]
    end = max(steps) + timedelta(minutes=1)
    telling = here.apart(place, base_url, min(steps))
    try:
        told = _tell(telling.record, stories, telling.run_round, end, chosen)
        _show(telling.record, told, end, chosen, first=story or 1)
    finally:
        telling.close()
    shown = here.apart(place, base_url, end)
    context.call_on_close(shown.close)
    shown.keep_clock()
    answer(way_in(shown.record, told, shown.variables, shown.program, end, chosen))
    if serve and not alone:
        shown.serve_demo(context, host, port, chosen)


def _chosen(stories: Sequence[Story], story: int | None) -> Sequence[Story]:
    """All, or the one with that number in the table of contents."""
    if not any(one.steps for one in stories):
        raise click.ClickException("This county has no stories. Write one: stories/README.md in its folder says how.")
    if story is None:
        return stories
    if story > len(stories):
        raise click.BadParameter(f"There are {len(stories)} stories. Choose one of them.", param_hint="--story")
    return stories[story - 1 : story]


def _show(record: Record, told: Sequence[Told], end: datetime, language: Language, *, first: int) -> None:
    """The table of contents, each story from the number `first` on, and what is due next in all cases."""
    if len(told) > 1:
        answer(contents(told, language))
        click.echo()
    click.echo(say("legend", language))
    for number, story in enumerate(told, first):
        answer(story_page(record, story, end, language, place=number))
        click.echo()
    answer(due_next(record, end, language))
    click.echo()


def _tell(
    record: Record, stories: Sequence[Story], run_round: Callable[[datetime], object], end: datetime, language: Language
) -> tuple[Told, ...]:
    steps = [step.at for story in stories for step in story.steps]
    first, last = (spoken(local_date(at), language) for at in (min(steps), end))
    if len(stories) > 1:
        click.echo(say("begins", language).format(stories=len(stories), first=first, last=last))
    quarter, done = Quarter(record, end - QUARTER, language), 0

    def go_round(now: datetime) -> None:
        run_round(now)
        for line in quarter.fresh():
            answer(line)

    pass_time = passing(record, go_round)
    with progress(say("telling", language), len(steps)) as show:

        def next_step(_story: Story, _step: Step) -> None:
            nonlocal done
            done += 1
            show(done)

        told = play(record, stories, pass_time, progress=next_step)
        pass_time(end)
    click.echo(quarter.told())
    opened = quarter.opened(end)
    if opened is not None:
        answer(opened)
        click.echo()
    if len(told) > 1:
        click.echo(say("told_all", language).format(stories=len(told), steps=len(steps)))
    return told


def _emptied(folder: Path) -> Path:
    try:
        return emptied(folder)
    except NoDemo as wrong:
        raise click.BadParameter(str(wrong)) from wrong


def _free(host: str, port: int) -> None:
    """Told before anything is made anew: another demo may be using the folder."""
    try:
        socket.create_server((host, port)).close()
    except OSError as taken:
        raise click.ClickException(f"{host}:{port} is taken or not ours. Choose another one with --port.") from taken
