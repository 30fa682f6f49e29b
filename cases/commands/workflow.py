"""`workflow check`, `show`, `replay` and `migrate`: the routines as the owner of a routine sees them."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from cases.commands.asked import installation, json_option
from cases.commands.migrating import migrate
from cases.commands.refused import REFUSED, NotDone
from cases.commands.replay import replay
from cases.commands.routine_files import routines_in
from cases.commands.terminal import answer_json
from workflows.calendar import Language
from workflows.definition import Definition
from workflows.definition_source import DefinitionFaults
from workflows.drawing import draw, mermaid


@click.group()
def workflow() -> None:
    """The county's routines: check the files, draw one, try one on what has been."""


workflow.add_command(replay)
workflow.add_command(migrate)


@workflow.command("check")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@json_option
@click.pass_context
def check_folder(context: click.Context, folder: Path | None, as_json: bool) -> None:
    """Check routines; every fault at once.

    FOLDER is a county's, or that of its workflows; without it the installation's own county is checked. Each fault is
    told with file, line and place; exit 1 when there is one. Where the county has a record, a file that its cases
    follow with another text is a fault as well.
    """
    here = installation(context)
    try:
        found = routines_in(folder or here.county_folder, here.database_url)
    except DefinitionFaults as wrong:
        rows = [{"file": f.path, "line": f.line, "place": f.place, "text": f.text} for f in wrong.faults]
        heading = f"{len(wrong.faults)} fault(s); none of these routines is in force until they are mended:"
        message = "\n".join([heading, *map(str, wrong.faults)])
        raise NotDone(REFUSED, "definition_faults", message, {"faults": rows}) from wrong
    if as_json:
        answer_json({"faults": [], "routines": [_summary(d) for d in found.values()]})
        return
    for definition in found.values():
        click.echo(f"{definition.key}: sound. {len(definition.stages)} stages, {len(definition.moves)} moves, "
                   f"{len(definition.deadlines)} dates. {definition.hash[:12]}")  # fmt: skip


@workflow.command()
@click.argument("name")
@click.option("--language", type=click.Choice(("sv", "en")), default="sv", show_default=True)
@click.option("--mermaid", "diagram", is_flag=True, help="As a state diagram for documents.")
@click.option(
    "--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Another county's folder."
)
@click.pass_context
def show(context: click.Context, name: str, language: str, diagram: bool, folder: Path | None) -> None:
    """Draw the routine NAME.

    Such as deviation, or deviation.v1: stages, moves, dates, reminders.
    """
    found = routines_in(folder or installation(context).county_folder)
    named = {d.name: d for d in sorted(found.values(), key=lambda d: d.version)}
    definition = found.get(name) or named.get(name)
    if definition is None:
        raise click.UsageError(f"There is no routine {name!r}; there are {', '.join([*named, *found])}.")
    click.echo((mermaid if diagram else draw)(definition, cast(Language, language)), nl=False)


def _summary(definition: Definition) -> dict[str, object]:
    return {
        "key": definition.key, "kind": definition.kind, "title_sv": definition.title.sv,
        "title_en": definition.title.en, "stages": len(definition.stages), "moves": len(definition.moves),
        "deadlines": len(definition.deadlines), "hash": definition.hash,
    }  # fmt: skip
