"""The seven questions of a report (routine.md): asked alike of whoever is signed in and of whoever has a unit's link.

What is asked, what is wrong with an answer, and what becomes of the answers; the pages around it are report.py and
unit_report.py beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import render_template

from cases.contents.enclosures import Enclosed
from cases.contents.identifiers import Finding, find, numbers
from cases.contents.kept_in_clear import TEXT_LIMIT
from cases.contents.papers import LIMIT_BYTES
from cases.reports.reporting import NewCase
from web.choices import Choices, Group, Option
from web.desk import desk
from web.fields import Asked, Field, fields, values
from web.forms import Summary
from web.reporting.clause_finder import clause_options, found_clauses, is_said_by, of_another_day
from web.reporting.on_call import calls, near
from web.reporting.report_finder import found_operations, offered_operations, operation_options
from web.reporting.report_papers import carried
from web.words import Words, words
from workflows.definition import UNKNOWN, Definition, Move
from workflows.due import due
from workflows.fuzzy import before_calendar, no_such_day, parse_fuzzy
from workflows.organisation import Side

KIND = "deviation"
NOBODY = "no_individual"
ORDER = (
    "what", "when", "operation", "agreed", "document", "harm", "risk_goes_on", "consequence", NOBODY, "reach_me",
)  # fmt: skip
"""The questions as the routine's inputs; whom it concerns comes before the last."""

PATIENT = "patient"
REMIT, REMITS = "remit", ("reading", "money")
"""What is no deviation (X-02): asked of who is signed in, and answered with the right door instead."""
SEARCH = "operation_search"
"""Fields of the form alone: what the record calls otherwise, or does not keep."""

ANSWER = "answer"
"""The move that a report asks for; the receipt promises the date that it must come by."""

SEARCHED = ("what", "agreed", "consequence")
"""Texts that both parties read: in them telephone numbers and mail addresses are pointed out before they are sent."""

FOLDED = {"operation": (SEARCH,), PATIENT: (PATIENT, NOBODY), "reach_me": ("reach_me",), "files": ()}
"""Questions that stand on the form as one line until somebody opens them -> the fields whose answers unfold them: so
the whole form fits the screen of a telephone. Which operation was chosen is told in its line."""

SHORT_LIMIT = 120

Errors = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom the form is: her unit's side, whether the unit checks a report before it leaves, what she is helped
    with, and where the form goes."""

    side: Side
    checks: bool
    before: tuple[str, ...]
    """Operations that her unit has reported about, the most usual first."""
    action: str
    signed_in: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; `kind` says what it may point out, "" for nothing."""

    text: str
    kind: str = ""


def stays_with(asker: Asker, typed: Mapping[str, str]) -> str:
    """Who of the unit has the report before the other party: "check" by its rule, "complete" because somebody must say
    whom it is for, "" where it leaves at once."""
    if asker.checks:
        return "check"
    return "" if typed.get("operation", "") else "complete"


def errors_of(asker: Asker, typed: Mapping[str, str]) -> dict[str, list[str]]:
    """What can be seen before sending: unanswered questions, numbers that point out a person, a day to come."""
    w, definition = words(), _definition()
    asked = _asked(asker, definition)
    found: dict[str, list[str]] = {}
    for code in asked.codes:
        rule, text = definition.inputs[code], typed.get(code, "")
        if code in asked.needs and not text.strip():
            missing = w.say(definition.reasons["input_missing"]).format(input=_label(code, w.say(rule.label), w))
            found.setdefault(code, []).append(w.sentence(missing))
        if rule.type == "text":
            found.setdefault(code, []).extend(_numbers(text, w))
        if rule.type == "text" and len(text) > (rule.max or TEXT_LIMIT):
            found.setdefault(code, []).append(w.t("report.too_long", most=rule.max or TEXT_LIMIT))
    if no_such_day(typed.get("when", "")):
        found.setdefault("when", []).append(w.t("report.no_such_day"))
    if before_calendar(typed.get("when", ""), w.today):
        found.setdefault("when", []).append(w.t("report.before_calendar"))
    earliest = parse_fuzzy(typed.get("when", ""), w.today).earliest
    if earliest is not None and earliest > w.today:
        found.setdefault("when", []).append(w.t("report.event_ahead"))
    if gone := of_another_day(w, typed.get("document", ""), _event_day(typed, w)):
        found["document"] = [gone]
    if len(typed.get(PATIENT, "")) > TEXT_LIMIT:
        found[PATIENT] = [w.t("error.bad_text.text")]
    if asker.signed_in and typed.get(REMIT) in REMITS:
        found[REMIT] = [w.t(f"report.remit_{typed[REMIT]}_wrong")]
    if typed.get(NOBODY) and typed.get(PATIENT, "").strip():
        found[PATIENT] = [w.t("report.nobody_and_somebody")]
    return {code: texts for code, texts in found.items() if texts}


def new_case(asker: Asker, typed: Mapping[str, str]) -> NewCase:
    definition = _definition()
    given = values(definition, _asked(asker, definition).codes, _testimony(typed))
    return NewCase(
        KIND, operation=str(given.pop("operation", "")), happened=typed.get("when", "").strip(),
        urgent=given.get("risk_goes_on") is True, texts=given, patient=typed.get(PATIENT, "").strip(),
        papers=papers(typed),
    )  # fmt: skip


def papers(typed: Mapping[str, str]) -> tuple[Enclosed, ...]:
    return tuple(chosen.paper for chosen in carried(typed))


def shown(asker: Asker, typed: Mapping[str, str], key: str, errors: Errors | None = None, **more: object) -> str:
    """The form with everything that was typed in it."""
    w, found = words(), errors or {}
    questions = {f.code: f for f in _questions(asker, typed, found, w)}
    searched = bool(typed.get("step") == "search")
    return render_template(
        "report.html", asker=asker, q=questions, key=key, summary=Summary.of(tuple(questions.values()), found),
        calls=to_call(asker, typed, w), near=near(w, asker.side.arena), typed=typed, chosen=carried(typed),
        searched=searched, files_wrong=found.get("files", ()), largest=LIMIT_BYTES, unfolded=_unfolded(typed, found),
        **more,
    )  # fmt: skip


def _unfolded(typed: Mapping[str, str], errors: Errors) -> Mapping[str, bool]:
    """Which folded questions hold something that must be seen: an answer, a fault, or what was just found."""
    held = {code: any(typed.get(field, "").strip() for field in fields) for code, fields in FOLDED.items()}
    held["files"] = bool(papers(typed))
    return {code: holds or bool(errors.get(code)) for code, holds in held.items()}


def reviewed(asker: Asker, typed: Mapping[str, str], key: str) -> str:
    """The report as the other side will read it, with what may point out a person marked."""
    w = words()
    questions = [
        f for f in _questions(asker, _testimony(typed), {}, w) if f.value.strip() and f.code not in (SEARCH, NOBODY)
    ]
    questions = [replace(f, value=_day_meant(f.value, w)) if f.code == "when" else f for f in questions]
    questions = [replace(f, label=w.t("report.clause")) if f.code == "document" else f for f in questions]
    pieces = {f.code: tuple(pieces_of(f.value)) for f in questions if f.code in SEARCHED}
    return render_template(
        "report_review.html", asker=asker, questions=questions, typed=typed, key=key, pieces=pieces,
        marked={piece.kind for text in pieces.values() for piece in text if piece.kind},
        calls=to_call(asker, typed, w), own=frozenset(("reach_me",)), patient=PATIENT,
        first=stays_with(asker, typed), operation=typed.get("operation", ""), chosen=carried(typed),
        promised=promised(asker, typed, w),
    )  # fmt: skip


def _testimony(typed: Mapping[str, str]) -> Mapping[str, str]:
    """What was typed, without the words by which the chosen clause was found: a search is nobody's account of what
    should have happened. One word is none, nor are a few that the clause itself says; all others are kept (law 8)."""
    chosen, words_typed = typed.get("document", ""), typed.get("agreed", "")
    if chosen in ("", UNKNOWN):
        return typed
    w = words()
    found = len(words_typed.split()) == 1 or is_said_by(w, words_typed, chosen, _event_day(typed, w))
    return {**typed, "agreed": ""} if found else typed


def _day_meant(said: str, w: Words) -> str:
    """`i går (onsdag 15 april 2026)`: the words for a time, with the day that they are taken to mean."""
    meant = parse_fuzzy(said, w.today)
    if meant.precision != "day" or meant.earliest is None:
        return said
    return f"{said} ({w.day(meant.earliest)})"


def promised(asker: Asker, typed: Mapping[str, str], w: Words) -> date | None:
    """The day by which the answer will be promised if the report leaves today; None where it does not go to the other
    party at once."""
    definition, operation = _definition(), typed.get("operation", "")
    rule = next((r for r in definition.deadlines.values() if ANSWER in r.met_by), None)
    if rule is None or stays_with(asker, typed) or operation not in w.directory.on_call:
        return None
    shorter = rule.urgent if typed.get("risk_goes_on") == "yes" else None
    world = w.directory.world
    return due(shorter or rule.rule, w.today, world.calendar.days_of(w.directory.party_of(operation)))


def pieces_of(text: str) -> Iterator[Piece]:
    """A text cut at everything that may point out a person."""
    at = 0
    for finding in find(text):
        yield Piece(text[at : finding.start])
        yield Piece(text[finding.start : finding.end], str(finding.kind))
        at = finding.end
    yield Piece(text[at:])


def to_call(asker: Asker, typed: Mapping[str, str], w: Words) -> tuple[tuple[str, str], ...]:
    """Whom she telephones first: the operation that she chose, and her own, which stands there from the start."""
    return calls(w, (typed.get("operation", ""), asker.side.operation))


def _definition() -> Definition:
    return desk().record.library.in_force(KIND)


def _rows(asker: Asker, definition: Definition) -> list[Move]:
    """The rows by which this report leaves the draft: with a check of the unit's own, or without."""
    other = "off" if asker.checks else "on"
    return [row for row in definition.by_code["submit"] if ("own_check", other) not in row.guards]


def _asked(asker: Asker, definition: Definition) -> Asked:
    """What this report needs, by the routine's rows for it: where one of them takes a report without something, it may
    be left open, and whoever has the report then fills it in."""
    rows = _rows(asker, definition)
    known = tuple(code for code in ORDER if any(code in (*row.needs, *row.may) for row in rows))
    return Asked(tuple(code for code in known if all(code in row.needs for row in rows)), known)


def _questions(asker: Asker, typed: Mapping[str, str], errors: Errors, w: Words) -> Iterator[Field]:
    definition = _definition()
    asked = _asked(asker, definition)
    if asker.signed_in:
        yield _remit(typed, errors, w)
    found = {f.code: f for f in fields(definition, asked, typed, Choices(w, asker.side.arena), w, errors)}
    for code in asked.codes:
        label = _label(code, found[code].label, w)
        if code == "operation":
            yield replace(found[code], label=label, kind="choice", groups=_operations(asker, typed, w))
            yield Field(SEARCH, "text", w.t("report.operation_search"), required=False, value=typed.get(SEARCH, ""))
        elif code == "document":
            gone = "" if errors.get(code) else of_another_day(w, typed.get(code, ""), _event_day(typed, w))
            yield replace(found[code], label=label, help=gone, kind="choice", groups=_clauses(typed, w))
        else:
            if code == "reach_me":
                yield _patient(typed, errors, w)
            yield replace(found[code], label=label)
    if "reach_me" not in asked.codes:
        yield _patient(typed, errors, w)


def _remit(typed: Mapping[str, str], errors: Errors, w: Words) -> Field:
    options = tuple(Option(code, w.t(f"report.remit_{code}")) for code in REMITS)
    return Field(
        REMIT, "choice", w.t("report.remit"), required=False, groups=(Group("", options),), value=typed.get(REMIT, ""),
        errors=tuple(errors.get(REMIT, ())),
    )  # fmt: skip


def _patient(typed: Mapping[str, str], errors: Errors, w: Words) -> Field:
    return Field(
        PATIENT, "text", w.t("report.patient"), w.t("report.patient_help"), required=False, limit=SHORT_LIMIT,
        value=typed.get(PATIENT, ""), errors=tuple(errors.get(PATIENT, ())),
    )  # fmt: skip


def _operations(asker: Asker, typed: Mapping[str, str], w: Words) -> tuple[Group, ...]:
    """What is offered, what was searched for and what was chosen: each once."""
    offered = offered_operations(w, asker.side, asker.before)
    chosen = [typed["operation"]] if typed.get("operation") else []
    found = found_operations(w, asker.side, typed.get(SEARCH, ""))
    return (Group("", tuple(operation_options(w, (*chosen, *found, *offered)))),)


def _clauses(typed: Mapping[str, str], w: Words) -> tuple[Group, ...]:
    """The agreement that was chosen, and those that were in force on the day of the event and have the words typed."""
    day = _event_day(typed, w)
    chosen = [typed["document"]] if typed.get("document") else []
    found = found_clauses(w, typed.get("agreed", ""), day) if typed.get("step") == "search" or chosen else ()
    return (Group("", tuple(clause_options(w, (*chosen, *found), day))),)


def _event_day(typed: Mapping[str, str], w: Words) -> date:
    earliest = parse_fuzzy(typed.get("when", ""), w.today).earliest
    return earliest if earliest is not None and earliest < w.today else w.today


def _label(code: str, label: str, w: Words) -> str:
    """The form's own question where the routine's input is shared with other moves."""
    return w.t(f"report.{code}") if w.knows(f"report.{code}") else label


def _numbers(text: str, w: Words) -> Iterator[str]:
    """A sentence for each personal number, which says where it stands."""
    for finding in numbers(text)[:3]:
        yield w.t("report.number_found", place=_around(text, finding))


def _around(text: str, finding: Finding) -> str:
    """The number with the words before it, so that it is found again in a long text."""
    before = text[max(0, finding.start - 20) : finding.start].replace("\n", " ")
    return f"{'…' if finding.start > 20 else ''}{before}{text[finding.start : finding.end]}"
