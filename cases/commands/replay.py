"""`workflow replay`: what has been, decided again under a routine that is not in force yet. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import click

from cases.commands.asked import CaseNumber, installation, json_option
from cases.commands.refused import REFUSED, NotDone
from cases.commands.routine_files import routines_in
from cases.commands.terminal import answer_json, progress
from cases.record import Record
from cases.replay import Line, replay_all
from workflows.calendar import Language
from workflows.definition import Definition, Text
from workflows.in_words import said
from workflows.library import Library


@click.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("numbers", type=CaseNumber(), nargs=-1)
@click.option("--language", type=click.Choice(("sv", "en")), default="sv", show_default=True, help="For the reasons.")
@json_option
@click.pass_context
def replay(context: click.Context, file: Path, numbers: tuple[str, ...], language: str, as_json: bool) -> None:
    """Decide again what has been, under the workflow FILE.

    Every move that the record's cases of its kind have made (or those of the cases NUMBERS) is decided again from the
    state it was made in, once under its own routine and once under FILE, and told where the two differ: refused,
    another stage, date, function or reminder. The files that FILE includes lie beside it. Nothing is written; exit 1
    when something differs.
    """
    here = installation(context)
    definition = _definition(file)
    record = here.record
    _known(record, numbers)
    routine = Library({**record.library.definitions, **routines_in(file.parent)}).routine(definition.key)
    with progress("Deciding again", len(numbers) or _count(record)) as tell:
        lines = list(_told(replay_all(record, routine, here.now(), numbers), tell))
    data = _summary(definition, lines)
    found = [line for line in lines if line.replayed.differs]
    if found:
        told = "\n".join(f"{line.number} line {line.seq}, {line.move}, {line.at:%Y-%m-%d}: {_words(line, language)}"
                         for line in found)  # fmt: skip
        message = f"{len(found)} of {len(lines)} step(s) would go otherwise under {definition.key}:\n{told}"
        raise NotDone(REFUSED, "differences", message, data)
    if as_json:
        answer_json(data)
    else:
        click.echo(f"{data['steps']} step(s) of {data['cases']} case(s) go as they went under {definition.key}; "
                   f"{data['lost']} could not be repeated.")  # fmt: skip


def _definition(file: Path) -> Definition:
    """The routine that a file is the main one of."""
    if file.suffix != ".toml":
        raise click.UsageError(f"{file} is no workflow file: its name would end in .toml, such as deviation.v2.toml.")
    found = routines_in(file.parent).get(file.name.removesuffix(".toml"))
    if found is None:
        raise click.UsageError(f"{file} is no routine of its own; it is included by others. Name one of those.")
    return found


def _known(record: Record, numbers: tuple[str, ...]) -> None:
    with record.database.read() as tx:
        missing = [n for n in numbers if tx.value("SELECT 1 FROM cases WHERE number = :n", n=n) is None]
    if missing:
        raise click.UsageError(f"There is no case {', '.join(missing)}.")


def _count(record: Record) -> int:
    with record.database.read() as tx:
        return int(tx.value("SELECT COUNT(*) FROM cases"))


def _told(lines: Iterator[Line], tell: Any) -> Iterator[Line]:
    seen: set[str] = set()
    for line in lines:
        seen.add(line.number)
        tell(len(seen))
        yield line


def _words(line: Line, language: str) -> str:
    answer = line.replayed
    if answer.how == "refused":
        spoken = cast(Language, language)
        return "refused. " + " ".join(said(Text(r.sv, r.en), spoken) for r in answer.reasons)
    if answer.how == "no_stage":
        return f"the case stood in {answer.parts[0].was}, a stage that the file does not have"
    return "; ".join(f"{p.name}: {p.was or 'none'} -> {p.would or 'none'}" for p in answer.parts)


def _summary(definition: Definition, lines: list[Line]) -> dict[str, Any]:
    counted = Counter(line.replayed.how for line in lines)
    return {
        "routine": definition.key, "hash": definition.hash, "cases": len({line.number for line in lines}),
        "steps": len(lines), "lost": counted["lost"],
        "differences": [_line(line) for line in lines if line.replayed.differs],
    }  # fmt: skip


def _line(line: Line) -> dict[str, Any]:
    answer = line.replayed
    return {
        "number": line.number, "seq": line.seq, "at": line.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "move": line.move, "how": answer.how,
        "parts": [{"name": p.name, "was": p.was, "would": p.would} for p in answer.parts],
        "reasons": [{"code": r.code, "field": r.field, "text_sv": r.sv, "text_en": r.en} for r in answer.reasons],
    }  # fmt: skip
