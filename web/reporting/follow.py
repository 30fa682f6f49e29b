"""A reporter without an account follows her one case: by the link on her receipt, or in the letter with the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.acting import Refused
from cases.answers import Acted, KeyReused
from cases.contents.kept_in_clear import BadText
from cases.reading import Line
from cases.reports.following import (
    Followed,
    NotFollowed,
    NotSaid,
    ask_back,
    count_said,
    followed,
    say_solved,
    take_back,
)
from cases.signing_in.guesses import TooManyTries
from cases.wording import wording
from web.case.case_dates import promised_to_reporter
from web.case.how_far import how_far
from web.case.opened import Opened
from web.case.reported import REPORT, told
from web.desk import desk
from web.errors import why_not_kept
from web.forms import form_key
from web.guard import Right, open_to
from web.reporting.report_form import ANSWER
from web.said import Said, spoken_value, texts_of
from web.signing_in.sign_in import address_here, retry_after
from web.words import words

SOLVED = "solved_it"
SHOWN = ("submit", "keep_internal", "return", ANSWER)
"""The steps whose words she reads: her report, and what she was told became of it."""

Answered = Response | str | tuple[str, int] | tuple[str, int, Mapping[str, str]]

pages = Blueprint("follow", __name__, url_prefix="/follow")


@dataclass(frozen=True, slots=True)
class Told:
    """One step as she reads it."""

    text: str
    when: str
    said: tuple[Said, ...]


@pages.get("/<token>")
@open_to(Right.EVERYBODY)
def page(token: str) -> Answered:
    """The case as its reporter sees it. Nothing happens by looking: mail scanners open links."""
    try:
        return _page(token, followed(desk().record, token, words().now))
    except NotFollowed:
        return gone()


@pages.post("/<token>")
@open_to(Right.EVERYBODY)
def say(token: str) -> Answered:
    """Whether the answer solved the problem, or that she wants the report back."""
    try:
        return _say(token)
    except NotFollowed:
        return gone()


def gone() -> tuple[str, int]:
    """The same for a link that has ended and for one that never was, without a word of the address."""
    g.lost = True
    return render_template("follow_gone.html"), 404


def _say(token: str) -> Answered:
    """Raises NotFollowed, also where the link ends while this is under way."""
    at, w, typed = desk(), words(), request.form.to_dict()
    reason, key = typed.get("reason", ""), typed.get("key", "")
    said: dict[str, Callable[[], Acted]] = {
        "solved": lambda: say_solved(at.record, token, typed.get(SOLVED, ""), w.now, key=key),
        "take_back": lambda: take_back(at.record, token, reason, w.now, key=key),
        "ask_back": lambda: ask_back(at.record, token, reason, w.now, key=key),
    }
    try:
        count_said(at.record, token, address_here(), w.now)
        step = said.get(typed.get("step", ""))
        if step is not None:
            step()
    except TooManyTries as many:
        minutes = max(1, -(-int((many.until - w.now).total_seconds()) // 60))
        wrong = w.t("follow.too_many", minutes=minutes)
        return _page(token, followed(at.record, token, w.now), wrong, typed), 429, retry_after(many.until)
    except (Refused, BadText, NotSaid, KeyReused) as error:
        return _page(token, followed(at.record, token, w.now), _wrong(error), typed), 422
    return redirect(url_for("follow.page", token=token, _anchor="said"), 303)


def _page(token: str, seen: Followed, wrong: str = "", typed: Mapping[str, str] | None = None) -> str:
    at, w = desk(), words()
    case = Opened(seen.view, wording(at.record, seen.view, w.now), w)
    steps = [
        Told(w.say(case.said.line(line)), w.moment(line.at), tuple(_words(case, line)))
        for line in seen.view.lines
        if line.compartment == "shared" and line.code in SHOWN and line.texts
    ]
    return render_template(
        "follow.html", case=case, seen=seen, token=token, key=form_key(), told=steps, wrong=wrong, typed=typed or {},
        promised=promised_to_reporter(case),
        asked=case.definition.inputs.get(SOLVED), far=how_far(case), said=_said_of_it(case),
    )  # fmt: skip


def _words(case: Opened, line: Line) -> Iterator[Said]:
    """A step's words; of her own report also what she chose, whatever the other party is told of it."""
    yield from texts_of(case, line)
    if line.code == REPORT:
        yield from (Said(*answer) for answer in told(case, "cover"))


def _said_of_it(case: Opened) -> str:
    """What she said when she was asked whether the answer solved the problem; "" until she has."""
    asked = case.definition.inputs.get(SOLVED)
    told = (line.outcome.get("cover", {}).get("facts", {}).get("solved") for line in reversed(case.view.lines))
    said = next((one for one in told if one is not None), None)
    return spoken_value(case, asked, said) if asked is not None and said is not None else ""


def _wrong(error: Exception) -> str:
    w = words()
    if isinstance(error, Refused):
        return " ".join(w.sentence(r.sv if w.language == "sv" else r.en) for r in error.refusal.reasons)
    if isinstance(error, BadText):
        return why_not_kept(error, w.t("follow.no_reason"))
    return w.t("follow.not_said")
