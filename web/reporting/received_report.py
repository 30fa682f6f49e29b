"""A report that came on paper, by telephone or by mail from another party: entered with the day on which it came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.answers import Acted
from cases.contents.enclosures import PaperGone
from cases.contents.matter import NotAllowed
from cases.reports.received_reports import WAYS, Received, enter_received, may_enter, receiving_side
from cases.reports.reporting import NewCase
from cases.sight import function_name
from cases.wording import FIELDS
from cases.wording import WAYS as WAYS_IN_WORDS
from web.choices import Choices, Group, Option
from web.desk import desk
from web.fields import Asked, Field, fields, values
from web.forms import Summary, form_key
from web.guard import Right, here, open_to
from web.reporting.beginning import NotTaken, handed_in
from web.reporting.report_form import KIND, PATIENT, SHORT_LIMIT, papers
from web.reporting.report_papers import carried, take_own_files
from web.words import words

SENDER, WAY, DAY = "sender", "came_by", "came_on"
ASKED = ("what", "when", "agreed", "harm", "risk_goes_on", "consequence")
"""The routine's own questions; how it came stands before them, whom it concerns after."""

Answer = Response | str | tuple[str, int] | tuple[str, int, Mapping[str, str]]
Errors = Mapping[str, Sequence[str]]

pages = Blueprint("received_report", __name__, url_prefix="/report/received")


def enters_reports(post: str) -> bool:
    """Whether a function enters reports that came another way."""
    return may_enter(post, words().directory.world.org)


@pages.get("")
@open_to(Right.ACTING)
def form() -> str:
    if not enters_reports(here().post):
        return render_template("report_elsewhere.html")
    return _form({DAY: words().today.isoformat()}, form_key())


@pages.post("")
@open_to(Right.ACTING, refills=True, files=True)
def take() -> Answer:
    """Enter it, or show the form again with what stands in the way: the same words travel along."""
    if not enters_reports(here().post):
        raise NotAllowed(NotAllowed.__doc__)
    typed = request.form.to_dict()
    key, wrong = typed.get("key", ""), take_own_files(typed)
    if typed.get("step") == "change" and not wrong:
        return _form(typed, key)
    errors = _unanswered(typed) | ({"files": wrong} if wrong else {})
    if errors:
        return _form(typed, key, errors), 422
    try:
        acted = handed_in(lambda: _entered(typed, key), key, {"happened": "when"})
    except PaperGone:
        return _form(typed, key, {"files": [words().t("report.file_gone")]}), 422
    if isinstance(acted, NotTaken):
        return _form(typed, acted.key, acted.errors), acted.status, acted.headers
    if function_name(here().post) == "receiver":
        return redirect(url_for("case_page.page", number=acted.number), 303)
    # A unit's own people do not read a case that nobody has given to their unit.
    return render_template("received_receipt.html", number=acted.number)


def _entered(typed: Mapping[str, str], key: str) -> Acted:
    definition = desk().record.library.in_force(KIND)
    texts = values(definition, _asked().codes, typed)
    new = NewCase(
        KIND, happened=typed.get("when", "").strip(), urgent=texts.get("risk_goes_on") is True, texts=texts,
        patient=typed.get(PATIENT, "").strip(), papers=papers(typed),
    )  # fmt: skip
    received = Received(typed.get(SENDER, ""), typed.get(WAY, ""), _day(typed.get(DAY, "")))
    return enter_received(desk().record, here().seer, new, received, words().now, key=key)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _asked() -> Asked:
    definition = desk().record.library.in_force(KIND)
    known = tuple(code for code in ASKED if code in definition.inputs)
    return Asked(tuple(code for code in known if code in ("what", "when")), known)


def _unanswered(typed: Mapping[str, str]) -> dict[str, list[str]]:
    """All questions that are open, in their order; what is wrong with an answer, the record says."""
    w, definition = words(), desk().record.library.in_force(KIND)
    missing = definition.reasons["input_missing"]
    labels = {SENDER: w.t("received.sender"), WAY: w.say(FIELDS[WAY]), DAY: w.t("received.day")}
    labels |= {code: w.say(definition.inputs[code].label) for code in _asked().needs}
    return {
        code: [w.sentence(w.say(missing).format(input=label))]
        for code, label in labels.items()
        if not typed.get(code, "").strip()
    }


def _questions(typed: Mapping[str, str], errors: Errors) -> Iterator[Field]:
    w, definition = words(), desk().record.library.in_force(KIND)
    own = receiving_side(here().post, w.directory.world.org)
    party, arena = (own.party, own.arena) if own is not None else ("", "")
    places = ((o, w.place(f"operation:{o}")) for o in w.directory.on_call if w.directory.party_of(o) != party)
    senders = tuple(Option(code, name) for code, name in sorted(places, key=lambda place: place[1]))
    ways = tuple(Option(way, w.say(WAYS_IN_WORDS[WAY, way])) for way in WAYS)
    for code, kind, label, groups in (
        (SENDER, "operation", w.t("received.sender"), (Group("", senders),)),
        (WAY, "choice", w.say(FIELDS[WAY]), (Group("", ways),)),
        (DAY, "date", w.t("received.day"), ()),
    ):
        yield Field(code, kind, label, groups=groups, value=typed.get(code, ""), errors=tuple(errors.get(code, ())))
    yield from fields(definition, _asked(), typed, Choices(w, arena), w, errors)
    yield Field(
        PATIENT, "text", w.t("report.patient"), w.t("report.patient_help"), required=False, limit=SHORT_LIMIT,
        value=typed.get(PATIENT, ""), errors=tuple(errors.get(PATIENT, ())),
    )  # fmt: skip


def _form(typed: Mapping[str, str], key: str, errors: Errors | None = None) -> str:
    questions = tuple(_questions(typed, errors or {}))
    return render_template(
        "received_report.html", questions=questions, key=key, summary=Summary.of(questions, errors or {}),
        chosen=carried(typed),
    )  # fmt: skip
