"""`case note`, `share`, `link`, `registry` and `paper`: what people add to a case beside its moves."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click
from rich.text import Text

from cases.commands.asked import Asked, CaseNumber, as_somebody, number_argument
from cases.commands.inputs_given import text_of
from cases.commands.phrases import say
from cases.commands.terminal import answer, answer_json
from cases.contents.matter import add_paper, link, note, open_paper, set_registry_number, share

text_argument = click.argument("text", default="")
file_option = click.option("--from", "file", metavar="FILE", help="The text from a file; - is standard input.")


def words_given(text: str, file: str | None) -> str:
    if bool(text) == bool(file):
        raise click.UsageError("Write the text after the number, or name a file with --from; one of the two.")
    return text_of(file) if file else text


@click.command("note")
@number_argument
@text_argument
@file_option
@as_somebody
def write_note(asked: Asked, number: str, text: str, file: str | None) -> None:
    """Write an inner note.

    It is seen by your own authority or forum, never by the other side.
    """
    seq = note(asked.record, asked.seer, number, words_given(text, file), asked.now)
    answer_kept({"number": number, "note": seq}, say("noted", asked.language).format(number=seq), asked)


@click.command("share")
@number_argument
@text_argument
@file_option
@click.option("--from-note", type=click.IntRange(min=1), default=None, help="The inner note the words were taken from.")
@as_somebody
def share_note(asked: Asked, number: str, text: str, file: str | None, from_note: int | None) -> None:
    """Make words visible to both parties.

    For good: a shared note is corrected by a new one.
    """
    words = words_given(text, file)
    seq = share(asked.record, asked.seer, number, words, asked.now, from_note=from_note or 0)
    answer_kept({"number": number, "note": seq}, say("shared", asked.language).format(number=seq), asked)


@click.command("link")
@number_argument
@click.argument("other", type=CaseNumber())
@as_somebody
def link_to(asked: Asked, number: str, other: str) -> None:
    """Say that a case belongs with OTHER.

    You must know of both. A link opens nothing: each end shows it to those who know of both.
    """
    link(asked.record, asked.seer, number, other, asked.now)
    answer_kept({"number": number, "other": other}, say("linked", asked.language).format(other=other), asked)


@click.command("registry")
@number_argument
@click.argument("value")
@as_somebody
def registry(asked: Asked, number: str, value: str) -> None:
    """Keep your authority's own registry number.

    VALUE is what your own register calls the case; nobody else sees it. A later one takes its place.
    """
    set_registry_number(asked.record, asked.seer, number, value, asked.now)
    answer_kept({"number": number, "registry_number": value}, say("registered", asked.language), asked)


@click.group("paper")
def paper() -> None:
    """Documents of a case: add one, fetch one."""


@paper.command("add")
@number_argument
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--name", default="", help="The name it is shown under; without it the file's own.")
@click.option("--inner", is_flag=True, help="For your own authority or forum only.")
@as_somebody
def add(asked: Asked, number: str, file: Path, name: str, inner: bool) -> None:
    """Add a document that both parties see.

    PDF, PNG, JPEG, text, .docx, .xlsx or .odt, at most 25 MB.
    """
    with file.open("rb") as stream:
        handle = add_paper(asked.record, asked.seer, number, stream, name or file.name, asked.now, inner=inner)
    answer_kept({"number": number, "handle": handle}, say("paper_added", asked.language).format(handle=handle), asked)


@paper.command("get")
@number_argument
@click.argument("handle")
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="Where to; else standard output.")
@as_somebody
def get(asked: Asked, number: str, handle: str, target: Path | None) -> None:
    """Fetch a document by its handle.

    `stegen case show` lists the handles.
    """
    stream, name, media_type = open_paper(asked.record, asked.seer, number, handle, asked.now)
    with stream:
        content = stream.read()
    if target is None:
        sys.stdout.buffer.write(content)
        return
    target.write_bytes(content)
    data = {"number": number, "handle": handle, "name": name, "type": media_type, "file": str(target)}
    answer_kept(data, f"{name} → {target}", asked)


def answer_kept(data: Mapping[str, object], text: str, asked: Asked) -> None:
    if asked.as_json:
        answer_json(data)
    else:
        answer(Text(text))
