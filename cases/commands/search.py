"""`stegen search rebuild`: the search index built anew from the texts."""

from __future__ import annotations

import click

from cases.commands.asked import installation, json_option
from cases.commands.terminal import answer_json, progress
from cases.lists.search_index import how_many, rebuild


@click.group()
def search() -> None:
    """The index that searches read.

    The clock takes up each minute what was written; `stegen verify` tells when it is not as it should be.
    """


@search.command("rebuild")
@json_option
@click.pass_context
def rebuild_index(context: click.Context, as_json: bool) -> None:
    """Build the index anew from the texts, while everybody works on. It can be stopped and run again."""
    record = installation(context).record
    with progress("Reading cases", how_many(record)) as tell:
        written = rebuild(record, tell)
    if as_json:
        answer_json({"postings": written})
    else:
        click.echo(f"The search index is built anew ({written} postings).")
