"""What happened while a move's form lay open or its address was kept: who did what, and what can be done now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask import abort, render_template
from werkzeug.wrappers import Response

from cases.reading import Line
from web.case.case_page import choices
from web.case.opened import Opened
from web.guard import here
from web.said import Said, texts_of

LATEST = 3
"""Lines that are told to somebody who comes by an address alone: the page cannot know when she was here last."""

Answer = Response | tuple[str, int] | tuple[str, int, Mapping[str, str]]


def gone_answer(case: Opened, move: str, typed: Mapping[str, str] | None = None) -> Answer:
    """The page of a move that is known to the case's routines and has no row where the case stands now, with what was
    typed for it. What no person can ever do here is a page that does not exist (404)."""
    if not (case.covered and _is_known(case, move)):
        abort(404)
    page = render_template(
        "move_gone.html", case=case, move=case.w.say(case.said.move(move)), task=task(case),
        why=not_here(case, move, opened=False), news=[told(case, n) for n in reversed(_cover(case)[-LATEST:])],
        ways_on=tuple(ways_on(case, move)), kept=tuple(said for _, said in written(case, typed or {})),
    )  # fmt: skip
    return page, 409


def _is_known(case: Opened, move: str) -> bool:
    return any(not row.automatic for routine in case.said.routines for row in routine.by_code.get(move, ()))


def written(case: Opened, typed: Mapping[str, str]) -> Iterator[tuple[str, Said]]:
    """(code, text under the question that it answered) of what was written; a date or a choice is soon made anew."""
    asked = {code: rule for routine in reversed(case.said.routines) for code, rule in routine.inputs.items()}
    for name, text in typed.items():
        rule = asked.get(name.partition("-")[0])
        if rule is not None and text.strip() and (rule.type == "text" or name.endswith("-what")):
            yield rule.code, Said(case.w.say(rule.label), text)


def _cover(case: Opened) -> list[Line]:
    return [line for line in case.view.lines if line.compartment == "cover"]


def task(case: Opened) -> str:
    return case.w.say(case.said.task(case.view.cover.stage, case.view.cover.next_task))


def not_here(case: Opened, move: str, *, opened: bool) -> str:
    """Why a move cannot be made: the stage that the case has come to, since its form was opened or before."""
    stage = case.definition.stages.get(case.view.cover.stage)
    told = {"move": case.move_text(move), "stage": case.w.say(stage.title) if stage else ""}
    return case.w.t("move.gone" if opened else "move.not_here", **told)


def ways_on(case: Opened, gone: str) -> Iterator[tuple[str, str]]:
    """(move, its words) that can be made now instead."""
    for choice in choices(case):
        if not choice.reasons and not choice.everywhere and choice.offer.move != gone:
            yield choice.offer.move, choice.text


def by_oneself(case: Opened, seen: int) -> bool:
    """Whether all that was done after version `seen` was this person, in another window, say."""
    since = _since(case, seen)
    return bool(since) and all(line.by == here().account for line in since)


def news(case: Opened, seen: int) -> tuple[str, ...]:
    """What was done after version `seen`, newest first."""
    return tuple(told(case, line) for line in reversed(_since(case, seen)))


def told(case: Opened, line: Line) -> str:
    """A line with its function, and within one's own authority with the name."""
    who = case.w.post(line.actor) + (f" ({case.w.person(line.by)})" if line.by else "")
    return case.w.t("move.news", what=case.w.say(case.said.line(line)), who=who, when=case.w.moment(line.at))


def news_texts(case: Opened, seen: int) -> tuple[Said, ...]:
    """The words that came with it, to be held beside one's own."""
    moments = {line.at for line in _since(case, seen)}
    return tuple(said for line in case.view.lines if line.at in moments and line.texts for said in texts_of(case, line))


def _since(case: Opened, seen: int) -> list[Line]:
    """The cover's lines that were written after the page was opened."""
    return [line for line in _cover(case) if line.seq > seen >= 0]
