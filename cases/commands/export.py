"""`stegen export`: cases leave the record as files, each as one function may know it."""

from __future__ import annotations

from pathlib import Path

import click

from cases.case_json import case_json
from cases.commands.asked import Asked, CaseNumber, as_somebody
from cases.commands.reading import read
from cases.commands.refused import REFUSED, NotDone
from cases.commands.terminal import answer_json, progress
from cases.copies.export import chains_of, note_export, numbers_of, papers_of
from cases.copies.export_file import write_export

FORM = "{number}.zip"


@click.command()
@click.argument("numbers", nargs=-1, metavar="NUMBER…", type=CaseNumber())
@click.option("--all", "everything", is_flag=True, help="Every case on the function's lists.")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Where to.")
@as_somebody
def export(asked: Asked, numbers: tuple[str, ...], everything: bool, folder: Path) -> None:
    """Write cases to files, NUMBER.zip each, as the function may know them.

    Each holds the case, its documents and the proofs of its history; `stegen verify --export FILE` checks one without
    a record. Nothing is written over. The read log tells of each.
    """
    if everything == bool(numbers):
        raise click.UsageError("Name the cases, or say --all; one of the two.")
    chosen = list(dict.fromkeys(numbers_of(asked.record, asked.seer, asked.now) if everything else numbers))
    folder.mkdir(parents=True, exist_ok=True)
    done, missing = list[str](), list[str]()
    with progress("Exporting", len(chosen)) as tell:
        for number in chosen:
            file = folder / FORM.format(number=number)
            missing += [f"{number}/{handle}" for handle in _exported(asked, number, file)]
            done.append(str(file))
            tell(len(done))
    data = {"files": done, "missing_papers": missing}
    if missing:
        message = f"{len(missing)} paper(s) cannot be read. The first: {missing[0]}. Run `stegen verify`."
        raise NotDone(REFUSED, "papers", message, data)
    if asked.as_json:
        answer_json(data)
    else:
        click.echo("\n".join(done) if done else "There is no case on the function's lists.")


def _exported(asked: Asked, number: str, file: Path) -> tuple[str, ...]:
    """Write one; handles of documents that cannot be read."""
    if file.exists():
        raise NotDone(REFUSED, "file_exists", f"{file} exists already. Name another folder with --to.")
    note_export(asked.record, asked.seer, number, asked.now)
    seen, words, dates = read(asked, number)
    chains = {
        # What was written since the case was read is left to the next export: the two tell of one moment.
        name: lines[: seen.versions.get(name, 0)]
        for name, lines in chains_of(asked.record, asked.seer, number, asked.now).items()
    }
    papers, missing = papers_of(asked.record, asked.seer, seen, asked.now)
    who = f"{asked.seer.account}/{asked.seer.post}"
    write_export(file, number, who, asked.now, case_json(seen, words, dates), chains, papers)
    return missing
