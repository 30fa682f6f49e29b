"""`case report` and `case act`: a case begins, and one function makes one move in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from rich.text import Text

from cases.acting import Acted, Refused, Stale, act
from cases.case_json import door_json, reason_json
from cases.commands.asked import Asked, as_somebody, number_argument
from cases.commands.inputs_given import from_option, given, input_option, text_option
from cases.commands.page import door_words, due, moment
from cases.commands.phrases import say
from cases.commands.refused import REFUSED, NotDone
from cases.commands.terminal import answer_json, console
from cases.names import Names, names_of, said
from cases.reading import view
from cases.reporting import NewCase, report
from cases.wording import Wording, places_in, task_text, wording
from workflows.definition import Definition
from workflows.definition import Text as Words
from workflows.nouns import Command, Refusal
from workflows.office_hours import local_date

key_option = click.option("--key", default="", help="A word of your own; the same again has no second effect.")


@click.command("report")
@click.option("--kind", required=True, help="deviation, dispute or systemic_issue.")
@click.option("--operation", default="", help="The operation it is about; left out is don't know.")
@click.option("--receiving-unit", default="", help="The unit it is about, when it is known.")
@click.option("--unit", default="", help="Another unit of your own party than the one you act for.")
@click.option("--happened", default="", help='When it happened, as exactly as is known: "16 april 2026", "hösten 2018".')
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
    asked: Asked, kind: str, forums: tuple[str, ...], inputs: tuple[str, ...], texts: tuple[str, ...],
    files: tuple[str, ...], key: str, **told: Any,
) -> None:  # fmt: skip
    """Report or raise a case for your unit. Without its texts it is kept as a draft."""
    definition = asked.record.library.in_force(kind)
    _check_told(asked, definition, told, forums)
    values = given(definition.inputs, inputs, texts, files)
    new = NewCase(kind, forums=forums, texts=values, **told)
    try:
        acted = report(asked.record, asked.seer, new, asked.now, key=key)
    except Refused as refused:
        raise _refused(refused.refusal, definition, asked) from refused
    _answer(acted, definition, asked, "reported")


@click.command("act")
@number_argument
@click.argument("move")
@click.option("--expect", type=click.IntRange(min=1), help="The cover's version as you saw it; another one is refused.")
@click.option("--cleared", default="", metavar="REASON", help="Why what looks like a personal identifier is none.")
@input_option
@text_option
@from_option
@key_option
@as_somebody
def act_in_case(
    asked: Asked, number: str, move: str, expect: int | None, cleared: str, inputs: tuple[str, ...],
    texts: tuple[str, ...], files: tuple[str, ...], key: str,
) -> None:  # fmt: skip
    """Make a move in a case. `stegen case show` lists the moves that are open to you, and what each asks for."""
    seen = view(asked.record, asked.seer, number, asked.now)
    words = wording(asked.record, seen, asked.now)
    command = Command(move, given(words.definition.inputs, inputs, texts, files))
    try:
        acted = act(asked.record, asked.seer, number, command, asked.now, expected=expect, key=key, cleared=cleared)
    except Refused as refused:
        raise _refused(refused.refusal, words.definition, asked) from refused
    except Stale as stale:
        raise _stale(stale, words, asked) from stale
    _answer(acted, words.definition, asked, "done")


def _check_told(asked: Asked, definition: Definition, told: Mapping[str, Any], forums: tuple[str, ...]) -> None:
    """A told case stands in a stage, on a step and before forums that exist."""
    with asked.record.database.read() as tx:
        org = asked.record.world(tx, asked.now).org
    for name, value, known in (("stage", told["stage"], definition.stages), ("rung", told["rung"], org.ladder)):
        if value and value not in known:
            raise click.BadParameter(f"there is no {name} {value!r}; known: {', '.join(known)}", param_hint=f"--{name}")
    for forum in forums:
        if forum not in org.forums:
            raise click.BadParameter(f"there is no forum {forum!r}; use a forum's code", param_hint="--forum")


def _answer(acted: Acted, definition: Definition, asked: Asked, how: str) -> None:
    """What it came to; an answer that was repeated under its key holds number, version and stage only."""
    decision = acted.decision
    if asked.as_json:
        answer_json(_acted_json(acted, definition, asked))
        return
    language, screen = asked.language, console()
    stage = definition.stages.get(acted.stage) if decision is None else None
    screen.print(Text(f"{say(how if decision else 'again', language)}. ", "green").append(acted.number, "bold"))
    if decision is None:
        screen.print(Text(f"{say('now', language)}: {said(stage.title, language) if stage else acted.stage}"))
        return
    after = asked.record.library.routine(decision.cover.definition).definition
    line = Text(f"{say('now', language)}: {said(after.stages[acted.stage].title, language)}")
    if decision.cover.ball:
        names = _names(asked, (decision.cover.ball,), after)
        task = task_text(after, acted.stage, decision.cover.next_task)
        line.append(f"\n{say('ball', language)}: {names.post(decision.cover.ball, language)}")
        line.append(f"\n{say('task', language)}: {said(task, language)}")
    if decision.cover.next_date is not None:
        line.append(f"\n{say('by', language)}: ")
        line.append_text(due(decision.cover.next_date, language, local_date(asked.now)))
    screen.print(line)


def _acted_json(acted: Acted, definition: Definition, asked: Asked) -> dict[str, Any]:
    found: dict[str, Any] = {"number": acted.number, "version": acted.version, "stage": acted.stage}
    decision = acted.decision
    if decision is None:
        return {**found, "repeated": True}
    cover = decision.cover
    names = _names(asked, (cover.ball,), definition)
    return {
        **found, "repeated": False, "move": decision.move, "status": cover.status, "rung": cover.rung,
        "forums": list(cover.forums), "ball_holder": cover.ball, "ball_holder_sv": names.post(cover.ball, "sv"),
        "ball_holder_en": names.post(cover.ball, "en"), "next_task": cover.next_task,
        "next_date": cover.next_date.isoformat() if cover.next_date else None,
        "deadlines": [{"key": d.key, "due": d.due.isoformat(), "status": d.status} for d in decision.deadlines],
    }  # fmt: skip


def _names(asked: Asked, places: Any, definition: Definition) -> Names:
    with asked.record.database.read() as tx:
        return names_of(tx, places, definition.functions)


def _refused(refusal: Refusal, definition: Definition, asked: Asked) -> NotDone:
    """Every reason at once and the next door, functions and places in words."""
    names = _names(asked, places_in(refusal.reasons, refusal.next_door), definition)
    with asked.record.database.read() as tx:
        words = Wording(definition, (definition,), names, asked.record.world(tx, asked.now), (), {})
    door, language = refusal.next_door, asked.language
    reasons = [names.spelled(said(Words(r.sv, r.en), language), language) for r in refusal.reasons]
    text = f"{say('refused', language)}: {' '.join(reasons)}"
    if door is not None:
        text += f" {say('way_on', language)}: {door_words(door, words, language)}."
    data = {
        "move": refusal.move,
        "reasons": [reason_json(r, names) for r in refusal.reasons],
        "next_door": door_json(door, words) if door is not None else None,
    }
    return NotDone(REFUSED, "refused", text, data)


def _stale(stale: Stale, words: Wording, asked: Asked) -> NotDone:
    """Which function did what, and when; the name of the person is nobody's business here."""
    language = asked.language
    names = _names(asked, (stale.post,), words.definition)
    who, what = names.post(stale.post, language), said(words.move(stale.move), language)
    text = f"{say('stale', language)}: {who}, {moment(stale.at)}: {what}. {say('look_again', language)} "
    text += f"(version {stale.version})."
    data = {
        "version": stale.version, "actor": stale.post, "actor_sv": names.post(stale.post, "sv"),
        "actor_en": names.post(stale.post, "en"), "move": stale.move, "at": stale.at.isoformat(timespec="seconds"),
    }  # fmt: skip
    return NotDone(REFUSED, "stale", text, data)
