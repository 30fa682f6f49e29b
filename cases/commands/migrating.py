"""`workflow migrate`: open cases go over to another version of their routine, after a look at what that comes to."""

from __future__ import annotations

from typing import Any

import click

from cases.commands.asked import installation, json_option
from cases.commands.terminal import answer_json, progress
from cases.migrating import Done, OtherRoutine, Preview, followers, migrate_cases, preview
from cases.organisation.administration import By
from workflows.library import UnknownRoutine
from workflows.migrating import STAYS


@click.command("migrate")
@click.option("--from", "source", required=True, help="The version that cases follow now, such as deviation.v1.")
@click.option("--to", "target", required=True, help="Another version of the same routine.")
@click.option("--apply", "do", is_flag=True, help="Take the cases over that can go. Without it nothing is written.")
@click.option("--reason", default="", help="Why; stands in the log of administration.")
@json_option
@click.pass_context
def migrate(context: click.Context, source: str, target: str, do: bool, reason: str, as_json: bool) -> None:
    """Take open cases over to another version of their routine.

    Tells first, in figures, how many cases of each stage would go, which dates would move, and how many cases stay and
    why. With --apply each case goes in a transaction of its own, with a line in its history and a letter to those who
    have it. Broken off, it can simply be given again. A met or missed date never changes.
    """
    here = installation(context)
    record, now = here.record, here.now()
    try:
        with progress("Looking", followers(record, source)) as tell:
            seen = preview(record, source, target, now, progress=tell)
    except (UnknownRoutine, OtherRoutine) as wrong:
        raise click.UsageError(f"{wrong} There are {', '.join(sorted(record.library.definitions))}.") from wrong
    done = None
    if do:
        with progress("Taking over", seen.cases) as tell:
            by = By("", now, reason)
            done = migrate_cases(record, source, target, now, as_of=now, by=by, progress=tell)
    if as_json:
        answer_json(_data(seen, done))
        return
    click.echo("\n".join([*_lines(seen), *_end(done)]))


def _lines(seen: Preview) -> list[str]:
    lines = [f"{seen.source} -> {seen.target}: {seen.going} of {seen.cases} open case(s) can go."]
    for stage, figures in sorted(seen.stages.items()):
        lines.append(f"  {stage}: {figures.going} of {figures.cases}")
        lines += [f"    {count} stay(s): {STAYS[code].en}" for code, count in sorted(figures.stays.items())]
    lines += [f"  date {code}: {count} {how}" for (code, how), count in sorted(seen.dates.items())]
    return lines


def _end(done: Done | None) -> list[str]:
    if done is None:
        return ["Nothing was written. Give it again with --apply to take them over."]
    return [f"{done.went} case(s) went over, {done.stayed} stayed, {done.changed} changed meanwhile and were left."]


def _data(seen: Preview, done: Done | None) -> dict[str, Any]:
    return {
        "from": seen.source, "to": seen.target, "cases": seen.cases, "going": seen.going,
        "stages": {stage: {"cases": f.cases, "going": f.going, "stays": dict(sorted(f.stays.items()))}
                   for stage, f in sorted(seen.stages.items())},
        "dates": [{"deadline": code, "how": how, "cases": n} for (code, how), n in sorted(seen.dates.items())],
        "applied": None if done is None else {"went": done.went, "stayed": done.stayed, "changed": done.changed},
    }  # fmt: skip
