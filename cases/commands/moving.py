"""`case report` and `case act`: a case begins, and one function makes one move in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from cases.acting import Refused, Stale, act
from cases.commands.asked import Asked, as_somebody, number_argument
from cases.commands.inputs_given import from_option, given, happened_option, input_option, text_option
from cases.commands.outcome import answer_acted, refused_move, stale_page, unknown_move
from cases.commands.phrases import say
from cases.commands.refused import REFUSED, NotDone
from cases.reading import view
from cases.reports.reporting import NewCase, report
from cases.wording import wording
from workflows.definition import Definition
from workflows.in_words import said
from workflows.nouns import Command

key_option = click.option("--key", default="", help="A word of your own; the same again has no second effect.")


@click.command("report")
@click.option("--kind", required=True, help="deviation, dispute or systemic_issue.")
@click.option("--operation", default="", help="The operation it is about; left out is don't know.")
@click.option("--receiving-unit", default="", help="The unit it is about, when it is known.")
@click.option("--unit", default="", help="Another unit of your own party than the one you act for.")
@click.option(
    "--happened",
    default="",
    callback=happened_option,
    help='When, as exactly as is known: "16 april 2026", "hösten 2018".',
)
@click.option("--urgent", is_flag=True, help="A risk that goes on. What must happen now is telephoned.")
@click.option("--stage", default="", help="For a case told afterwards: the stage it stands in.")
@click.option("--rung", default="", help="For a case told afterwards: its step of the ladder.")
@click.option("--forum", "forums", multiple=True, help="For a case told afterwards: the forum it lies before.")
@input_option
@text_option
@from_option
@key_option
@as_somebody
def report_case(
    asked: Asked, /, kind: str, forums: tuple[str, ...], inputs: tuple[str, ...], texts: tuple[str, ...],
    files: tuple[str, ...], key: str, **told: Any,
) -> None:  # fmt: skip
    """Report or raise a case.

    Without its texts it is kept as a draft. `stegen case show` lists what a draft's submit asks for.
    """
    _check_kind(asked, kind)
    definition = asked.record.library.in_force(kind)
    _check_told(asked, definition, told, forums)
    values = given(definition.inputs, inputs, texts, files)
    new = NewCase(kind, forums=forums, texts=values, **told)
    try:
        acted = report(asked.record, asked.seer, new, asked.now, key=key)
    except Refused as refused:
        raise refused_move(refused.refusal, definition, definition.initial, asked) from refused
    answer_acted(acted, definition, asked, "reported")


@click.command("act")
@number_argument
@click.argument("move")
@click.option("--expect", type=click.IntRange(min=1), help="The cover's version as you saw it; another one is refused.")
@click.option("--cleared", default="", metavar="REASON", help="Why a telephone number or an address is nobody's.")
@input_option
@text_option
@from_option
@key_option
@as_somebody
def act_in_case(
    asked: Asked, number: str, move: str, expect: int | None, cleared: str, inputs: tuple[str, ...],
    texts: tuple[str, ...], files: tuple[str, ...], key: str,
) -> None:  # fmt: skip
    """Make a move in a case.

    `stegen case show` lists the moves that are open to you, and what each asks for.
    """
    seen = view(asked.record, asked.seer, number, asked.now)
    words = wording(asked.record, seen, asked.now)
    _check_version(asked, number, expect, seen.versions.get("cover", expect))
    command = Command(move, given(words.definition.inputs, inputs, texts, files))
    try:
        acted = act(asked.record, asked.seer, number, command, asked.now, expected=expect, key=key, cleared=cleared)
    except Refused as refused:
        if any(reason.code == "unknown_move" for reason in refused.refusal.reasons):
            known = {offer.move: offer.text for offer in sorted(seen.offers, key=lambda o: not o.reasons)}
            raise unknown_move(refused.refusal, words.definition, known, number, asked) from refused
        raise refused_move(refused.refusal, words.definition, words.stage, asked) from refused
    except Stale as stale:
        raise stale_page(stale, words.definition, asked) from stale
    answer_acted(acted, words.definition, asked, "done")


def _check_kind(asked: Asked, kind: str) -> None:
    known = {d.kind: d.title for d in asked.record.library.definitions.values()}
    if kind not in known:
        listed = ", ".join(f"{code} ({said(title, asked.language)})" for code, title in known.items())
        raise click.BadParameter(f"there is no kind {kind!r}; known: {listed}", param_hint="--kind")


def _check_version(asked: Asked, number: str, expect: int | None, version: int | None) -> None:
    """Nobody can have seen a version that the case has not come to yet; that is a slip, not somebody faster."""
    if expect is not None and version is not None and expect > version:
        text = say("no_version", asked.language).format(expect=expect, number=number, version=version)
        raise NotDone(REFUSED, "no_such_version", text, {"version": version})


def _check_told(asked: Asked, definition: Definition, told: Mapping[str, Any], forums: tuple[str, ...]) -> None:
    """A told case stands in a stage, on a step and before forums that exist."""
    with asked.record.database.read() as tx:
        org = asked.record.organisation(tx, asked.now)
    for name, value, known in (("stage", told["stage"], definition.stages), ("rung", told["rung"], org.ladder)):
        if value and value not in known:
            raise click.BadParameter(f"there is no {name} {value!r}; known: {', '.join(known)}", param_hint=f"--{name}")
    for forum in forums:
        if forum not in org.forums:
            raise click.BadParameter(f"there is no forum {forum!r}; use a forum's code", param_hint="--forum")
