"""The report form: seven questions on one phone screen, looked through before it leaves, and a receipt with a date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.matter import TEXT_LIMIT, NotAllowed
from cases.reporting import NewCase
from cases.sight import function_name
from web.beginning import NotTaken, hand_in, has_number, own_side
from web.choices import Choices
from web.desk import desk
from web.fields import Asked, Field, fields, values
from web.forms import Summary, form_key
from web.guard import Right, here, open_to
from web.opened import open_case
from web.words import Words, words
from workflows.definition import Definition, Move
from workflows.due import due
from workflows.fuzzy import parse_fuzzy
from workflows.organisation import holder_of

KIND = "deviation"
REPORTERS = frozenset(("reporter", "handler", "unit_manager"))
ORDER = ("what", "when", "operation", "document", "agreed", "consequence", "harm", "risk_goes_on", "reach_me")
"""The seven questions of routine.md as the routine's inputs; whom it concerns comes before the last."""

PATIENT = "patient"
ANSWER = "answer"
"""The move that a report asks for; the receipt promises the date that it must come by."""

Answer = Response | str | tuple[str, int] | tuple[str, int, Mapping[str, str]]

pages = Blueprint("report", __name__, url_prefix="/report")


def may_report(post: str) -> bool:
    """Whether a function reports; what it reports is its own unit's."""
    return function_name(post) in REPORTERS and holder_of(post).startswith("unit:")


@pages.get("")
@open_to(Right.ACTING)
def form() -> str:
    return _form({"operation": request.args.get("operation", "")}, form_key())


@pages.post("")
@open_to(Right.ACTING, refills=True)
def take() -> Answer:
    """Look the report through, change it, or send it: the same words travel along."""
    if not may_report(here().post):
        raise NotAllowed(NotAllowed.__doc__)
    typed = request.form.to_dict()
    step = typed.get("step", "review")
    if step == "change":
        return _form(typed, typed.get("key", ""))
    errors = _errors(typed)
    if errors:
        return _form(typed, typed.get("key", ""), errors), 422
    return _send(typed) if step == "send" else _review(typed)


@pages.get("/receipt/<case:number>")
@open_to(Right.ACTING)
def receipt(number: str) -> str:
    case = open_case(number)
    promising = [rule for rule in case.definition.deadlines.values() if ANSWER in rule.met_by]
    codes = {rule.code for rule in promising}
    stage = case.definition.stages[case.view.cover.stage]
    return render_template(
        "receipt.html",
        case=case,
        promised=next((d for d in case.view.deadlines if d.code in codes and d.status == "open"), None),
        inside=stage.reach == "raising",
        rule=promising[0].rule if promising else None,
    )


def _send(typed: Mapping[str, str]) -> Answer:
    definition = desk().record.library.in_force(KIND)
    given = values(definition, _asked(definition, words()).codes, typed)
    new = NewCase(
        KIND, operation=str(given.pop("operation", "")), happened=typed.get("when", "").strip(),
        urgent=given.get("risk_goes_on") is True, texts=given, patient=typed.get(PATIENT, "").strip(),
    )  # fmt: skip
    acted = hand_in(new, typed.get("key", ""), {"happened": "when"})
    if isinstance(acted, NotTaken):
        return _form(typed, acted.key, acted.errors), acted.status, acted.headers
    return redirect(url_for("report.receipt", number=acted.number), 303)


def _errors(typed: Mapping[str, str]) -> dict[str, list[str]]:
    """What can be seen before sending: unanswered questions, and numbers that point out a person."""
    w = words()
    definition = desk().record.library.in_force(KIND)
    asked = _asked(definition, w)
    found: dict[str, list[str]] = {}
    for code in asked.codes:
        rule, text = definition.inputs[code], typed.get(code, "")
        if code in asked.needs and not text.strip():
            missing = w.say(definition.reasons["input_missing"]).format(input=_label(code, w.say(rule.label), w))
            found.setdefault(code, []).append(w.sentence(missing))
        if rule.type == "text" and has_number(text):
            found.setdefault(code, []).append(w.t("report.number_found"))
    earliest = parse_fuzzy(typed.get("when", ""), w.today).earliest
    if earliest is not None and earliest > w.today:
        found.setdefault("when", []).append(w.t("report.event_ahead"))
    if len(typed.get(PATIENT, "")) > TEXT_LIMIT:
        found[PATIENT] = [w.t("error.bad_text.text")]
    return found


def _asked(definition: Definition, w: Words) -> Asked:
    """What this party's report needs, by the routine's rows for it: where one of them takes a report without something,
    it may be left open, and whoever has the report then fills it in."""
    rows = _rows(definition, w)
    known = tuple(code for code in ORDER if any(code in (*row.needs, *row.may) for row in rows))
    return Asked(tuple(code for code in known if all(code in row.needs for row in rows)), known)


def _rows(definition: Definition, w: Words) -> list[Move]:
    """The rows by which a report of this party leaves the draft: with a check of its own, or without."""
    other = "off" if own_side().party in w.directory.own_check else "on"
    return [row for row in definition.by_code["submit"] if ("own_check", other) not in row.guards]


def _promised(definition: Definition, typed: Mapping[str, str], w: Words) -> date | None:
    """The day by which the answer will be promised if the report leaves today; None where it does not go to the other
    party at once."""
    operation, row = typed.get("operation", ""), _rows(definition, w)[0]
    rule = next((r for r in definition.deadlines.values() if ANSWER in r.met_by and r.starts == row.to), None)
    if rule is None or operation not in w.directory.on_call:
        return None
    shorter = rule.urgent if typed.get("risk_goes_on") == "yes" else None
    world = w.directory.world
    return due(shorter or rule.rule, w.today, world.calendar.days_of(w.directory.party_of(operation)))


def _questions(typed: Mapping[str, str], errors: Mapping[str, Sequence[str]], w: Words) -> list[Field]:
    definition = desk().record.library.in_force(KIND)
    asked = _asked(definition, w)
    choices = Choices(w, own_side().arena)
    found = {f.code: f for f in fields(definition, asked, typed, choices, w, errors)}
    patient = Field(
        PATIENT, "text", w.t("report.patient"), w.t("report.patient_help"), required=False, limit=120,
        value=typed.get(PATIENT, ""), errors=tuple(errors.get(PATIENT, ())),
    )  # fmt: skip
    asked_in_order = [replace(found[c], label=_label(c, found[c].label, w)) for c in ORDER if c in found]
    asked_in_order = [
        replace(f, help=w.t("report.operation_help")) if f.code == "operation" and f.required else f
        for f in asked_in_order
    ]
    return [*asked_in_order[:-1], patient, *asked_in_order[-1:]]


def _label(code: str, label: str, w: Words) -> str:
    """The form's own question where the routine's input is shared with other moves."""
    return w.t(f"report.{code}") if w.knows(f"report.{code}") else label


def _form(typed: Mapping[str, str], key: str, errors: Mapping[str, Sequence[str]] | None = None) -> str:
    w = words()
    if not may_report(here().post):
        return render_template("report_elsewhere.html")
    questions = _questions(typed, errors or {}, w)
    return render_template(
        "report.html", questions=questions, key=key, summary=Summary.of(questions, errors or {}),
        on_call=_on_call(typed.get("operation", ""), w), near=_near(w), unit=holder_of(here().post),
    )  # fmt: skip


def _review(typed: Mapping[str, str]) -> str:
    w = words()
    questions = _questions(typed, {}, w)
    return render_template(
        "report_review.html", questions=[q for q in questions if q.value.strip()], typed=typed,
        key=typed.get("key", ""), on_call=_on_call(typed.get("operation", ""), w), patient=PATIENT,
        own=frozenset(("reach_me",)), checks=own_side().party in w.directory.own_check,
        unit=holder_of(here().post), operation=typed.get("operation", ""),
        promised=_promised(desk().record.library.in_force(KIND), typed, w),
    )  # fmt: skip


def _on_call(operation: str, w: Words) -> tuple[str, str] | None:
    """(operation, what to telephone) for the one that was chosen."""
    if operation not in w.directory.on_call:
        return None
    return w.place(f"operation:{operation}"), w.directory.on_call[operation]


def _near(w: Words) -> list[tuple[str, str]]:
    """The same for every operation in this unit's arena, by name."""
    org, own = w.directory.world.org, own_side()
    found = [(w.place(f"operation:{o}"), tel) for o, tel in w.directory.on_call.items() if org.arena_of(o) == own.arena]
    return sorted(found)
