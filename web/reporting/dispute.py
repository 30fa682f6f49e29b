"""A dispute is raised: what is read differently, with whom, who carries the care meanwhile; a receipt with a date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.contents.identifiers import numbers
from cases.contents.matter import NotAllowed
from cases.reports.reported_before import clauses_before
from cases.reports.reporting import NewCase
from cases.sight import function_name
from web.case.opened import open_case
from web.choices import Choices, Group, Option
from web.desk import desk
from web.fields import Asked, Field, fields, values
from web.forms import Summary, form_key
from web.guard import Right, here, open_to
from web.reporting.beginning import NotTaken, hand_in, own_side
from web.reporting.clause_finder import Likely, clause_question
from web.reporting.report_finder import found_counterparts, offered_operations, search_name, searched
from web.words import words
from workflows.definition import UNKNOWN, Definition
from workflows.organisation import Side, holder_of
from workflows.roles import at_side

KIND = "dispute"
RAISERS = frozenset(("handler", "unit_manager", "chief"))
COUNTERPART = "counterpart"
QUESTION = "question"
DOCUMENT = "document"
ASKED = (DOCUMENT, "disputed_clause", QUESTION)
"""The routine's own inputs, in the form's order; whom it is with stands before them and the care after."""

CARE = "care"
OURS, THEIRS = "ours", "theirs"
"""Whoever carries the care when the dispute is raised goes on (law 5): the form asks for the side, not for a person."""

OPERATION = "operation:"

Answer = Response | str | tuple[str, int] | tuple[str, int, Mapping[str, str]]

pages = Blueprint("dispute", __name__, url_prefix="/dispute")


def may_raise(post: str) -> bool:
    """Whether a function raises disputes, in a county that has a routine for them."""
    place = holder_of(post).partition(":")[0]
    return function_name(post) in RAISERS and place in ("unit", "operation") and _is_known()


def _is_known() -> bool:
    return any(d.kind == KIND for d in desk().record.library.definitions.values())


@pages.get("")
@open_to(Right.ACTING)
def form() -> str:
    if not _is_known():
        abort(404)
    if not may_raise(here().post):
        return render_template("dispute_elsewhere.html")
    return _form({CARE: OURS, DOCUMENT: UNKNOWN}, form_key())


@pages.post("")
@open_to(Right.ACTING, refills=True)
def take() -> Answer:
    """Look it through, change it, or raise it: the same words travel along."""
    if not _is_known():
        abort(404)
    if not may_raise(here().post):
        raise NotAllowed(NotAllowed.__doc__)
    typed = request.form.to_dict()
    key, step = typed.get("key", ""), typed.get("step", "review")
    if step in ("change", "search"):
        return _form(typed, key)
    errors = _errors(typed)
    if errors:
        return _form(typed, key, errors), 422
    return _raise(typed, key) if step == "send" else _review(typed, key)


@pages.get("/receipt/<case:number>")
@open_to(Right.ACTING)
def receipt(number: str) -> str:
    case = open_case(number)
    if case.view.cover.kind != KIND or not case.covered:
        abort(404)
    task = case.w.say(case.said.task(case.view.cover.stage, case.view.cover.next_task))
    return render_template("dispute_receipt.html", case=case, task=task)


def _raise(typed: Mapping[str, str], key: str) -> Answer:
    definition, wanted = _definition(), typed.get(COUNTERPART, "")
    texts = values(definition, _asked(definition).codes, typed)
    whole = wanted.startswith(OPERATION)
    counterpart = _counterpart(wanted)
    if CARE in definition.inputs and counterpart is not None:
        texts[CARE] = _care(typed, counterpart)
    new = NewCase(
        KIND, texts=texts, operation=wanted.removeprefix(OPERATION) if whole else "",
        receiving_unit="" if whole else wanted,
    )  # fmt: skip
    acted = hand_in(new, key, {"operation": COUNTERPART, "receiving_unit": COUNTERPART})
    if isinstance(acted, NotTaken):
        return _form(typed, acted.key, acted.errors), acted.status, acted.headers
    return redirect(url_for("dispute.receipt", number=acted.number), 303)


def _counterpart(wanted: str) -> Side | None:
    return words().directory.world.org.sides.get(wanted)


def _care(typed: Mapping[str, str], counterpart: Side) -> str:
    """The function that answers for the care on the side that was chosen: nobody is a manager of a unit that is not
    known yet."""
    side = counterpart if typed.get(CARE) == THEIRS else own_side()
    return at_side("unit_manager" if side.unit else "chief", side)


def _errors(typed: Mapping[str, str]) -> dict[str, list[str]]:
    """What can be seen before it is raised: what is unanswered, and numbers that point out a person."""
    w, definition = words(), _definition()
    needed = {code: w.say(definition.inputs[code].label) for code in _asked(definition).needs}
    labels = {COUNTERPART: w.t("dispute.counterpart"), **needed}
    found: dict[str, list[str]] = {}
    for code, label in labels.items():
        if not typed.get(code, "").strip():
            found[code] = [w.sentence(w.say(definition.reasons["input_missing"]).format(input=label))]
    for code in _asked(definition).codes:
        if numbers(typed.get(code, "")):
            found.setdefault(code, []).append(w.t("dispute.number_found"))
    return found


def _definition() -> Definition:
    return desk().record.library.in_force(KIND)


def _asked(definition: Definition) -> Asked:
    known = tuple(code for code in ASKED if code in definition.inputs)
    return Asked(tuple(code for code in known if code in definition.opening.needs), known)


def _questions(typed: Mapping[str, str], errors: Mapping[str, Sequence[str]]) -> list[Field]:
    w, definition, side = words(), _definition(), own_side()
    choices = Choices(w, side.arena)
    whom = Field(
        COUNTERPART, "unit", w.t("dispute.counterpart"), w.t("dispute.counterpart_help"),
        groups=tuple(choices.counterparts(side.party)), value=typed.get(COUNTERPART, ""),
        errors=tuple(errors.get(COUNTERPART, ())),
    )  # fmt: skip
    hits = found_counterparts(w, side, typed.get(search_name(COUNTERPART), ""))
    near = tuple(f"{OPERATION}{o}" for o in offered_operations(w, side, ()))
    whom = searched(whom, typed, near, hits, url_for("dispute.take"))
    found = {f.code: f for f in fields(definition, _asked(definition), typed, choices, w, errors)}
    if DOCUMENT in found:
        found[DOCUMENT] = _clause(found[DOCUMENT], typed, side)
    return [whom, *(found[code] for code in ASKED if code in found), *_care_questions(definition, typed, errors)]


def _clause(field: Field, typed: Mapping[str, str], side: Side) -> Field:
    """Agreements in force today: a dispute is about how one is to be read from now on."""
    w, at = words(), url_for("dispute.take")
    with desk().record.database.read() as tx:
        before = clauses_before(tx, holder_of(here().post))
    return clause_question(field, typed, w, Likely(side, before, typed.get("question", "")), day=w.today, at=at)


def _care_questions(
    definition: Definition, typed: Mapping[str, str], errors: Mapping[str, Sequence[str]]
) -> list[Field]:
    rule, w = definition.inputs.get(CARE), words()
    if rule is None:
        return []
    sides = (
        Option(OURS, w.t("dispute.ours", place=w.place(holder_of(here().post)))), Option(THEIRS, w.t("dispute.theirs"))
    )  # fmt: skip
    return [Field(
        CARE, "choice", w.say(rule.label), w.say(rule.help) if rule.help else "", groups=(Group("", sides),),
        value=typed.get(CARE) or OURS, errors=tuple(errors.get(CARE, ())),
    )]  # fmt: skip


def _form(typed: Mapping[str, str], key: str, errors: Mapping[str, Sequence[str]] | None = None) -> str:
    questions = _questions(typed, errors or {})
    return render_template(
        "dispute.html", questions=questions, key=key, summary=Summary.of(questions, errors or {}),
        own=holder_of(here().post),
    )  # fmt: skip


def _review(typed: Mapping[str, str], key: str) -> str:
    counterpart = _counterpart(typed.get(COUNTERPART, ""))
    place = counterpart.holder("unit") if counterpart is not None else ""
    return render_template(
        "dispute_review.html", questions=[q for q in _questions(typed, {}) if q.value.strip()], typed=typed, key=key,
        own=holder_of(here().post), counterpart=place,
    )  # fmt: skip
