"""`case file`: what may leave the local step, written, reviewed and read by both sides before it does (law 6)."""

from __future__ import annotations

import click
from rich.table import Table
from rich.text import Text

from cases.commands.asked import Asked, as_somebody, number_argument
from cases.commands.inputs_given import from_option, given, text_option
from cases.commands.matter import answer_kept
from cases.commands.phrases import say
from cases.commands.terminal import answer, answer_json
from cases.contents.forum_files import (
    NoSuchRevision,
    clear_finding,
    findings,
    read_file,
    review,
    write_revision,
)

revision_argument = click.argument("revision", type=click.IntRange(min=1))


@click.group("file")
def forum_file() -> None:
    """What may leave the local step.

    A forum reads its file and nothing else. Write a revision, look at what may point out a person, review it; both
    sides say that they have read it.
    """


@forum_file.command("write")
@number_argument
@text_option
@from_option
@click.option("--attach", "attachments", multiple=True, metavar="HANDLE", help="A shared document to take along.")
@as_somebody
def write(
    asked: Asked, number: str, texts: tuple[str, ...], files: tuple[str, ...], attachments: tuple[str, ...]
) -> None:
    """Write a new revision.

    --text statement=… and --text question=… at least, and your own side's view, view_raising or view_receiving; the
    other side's follows as that side worded it.
    It replaces the one before, and must be reviewed and read anew.
    """
    words = given({}, (), texts, files)
    revision, found = write_revision(asked.record, asked.seer, number, words, asked.now, attachments=attachments)
    text = say("revision", asked.language).format(revision=revision, count=found)
    answer_kept({"number": number, "revision": revision, "open_findings": found}, text, asked)


@forum_file.command("findings")
@number_argument
@as_somebody
def list_findings(asked: Asked, number: str) -> None:
    """List what may point out a person.

    Places of the newest revision that are not cleared yet; ? is one that may well be something else.
    """
    rows = findings(asked.record, asked.seer, number, asked.now)
    if asked.as_json:
        answer_json([{"place": f"{field}:{start}", "field": field, "kind": str(kind), "start": start, "end": end,
                      "certain": certain} for _, field, kind, start, end, certain in rows])  # fmt: skip
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    for _, field, kind, start, _end, certain in rows:
        table.add_row(Text(f"{field}:{start}", "bold"), Text(str(kind)), Text("" if certain else "?"))
    answer(table if rows else say("empty", asked.language))


@forum_file.command("clear")
@number_argument
@click.argument("place", metavar="PLACE")
@click.option("--reason", required=True, help="Why this points out nobody; it stays in the record.")
@as_somebody
def clear(asked: Asked, number: str, place: str, reason: str) -> None:
    """Clear one finding.

    PLACE is written as `stegen case file findings` shows it: statement:14.
    """
    rows = findings(asked.record, asked.seer, number, asked.now)
    key = next((row[0] for row in rows if f"{row[1]}:{row[3]}" == place), None)
    if key is None:
        raise NoSuchRevision(f"There is no open finding at {place!r}. `stegen case file findings` lists them.")
    clear_finding(asked.record, asked.seer, number, key, reason, asked.now)
    answer_kept({"number": number, "cleared": place}, say("cleared", asked.language).format(place=place), asked)


@forum_file.command("review")
@number_argument
@revision_argument
@as_somebody
def review_revision(asked: Asked, number: str, revision: int) -> None:
    """Say that REVISION is reviewed.

    Held beside the original it says what is needed and points out nobody.
    """
    review(asked.record, asked.seer, number, revision, asked.now)
    text = say("reviewed_now", asked.language).format(revision=revision)
    answer_kept({"number": number, "revision": revision, "reviewed": True}, text, asked)


@forum_file.command("read")
@number_argument
@revision_argument
@as_somebody
def mark_read(asked: Asked, number: str, revision: int) -> None:
    """Say that your side has read REVISION.

    As it will leave; `stegen case show` shows its words.
    """
    read_file(asked.record, asked.seer, number, revision, asked.now)
    text = say("read_now", asked.language).format(revision=revision)
    answer_kept({"number": number, "revision": revision, "read": True}, text, asked)
