"""A report by somebody signed in: the form with more help, drafts, a look through before it leaves, and a receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.contents.enclosures import PaperGone
from cases.contents.matter import NotAllowed
from cases.reports.report_drafts import Draft, DraftTooLarge, draft_of, drafts_of, drop_draft, save_draft
from cases.reports.reported_before import reported_before
from cases.sight import function_name
from web.case.opened import open_case
from web.case.reported import receivers
from web.desk import desk
from web.forms import form_key
from web.guard import Right, here, open_to
from web.reporting.beginning import NotTaken, hand_in, own_side
from web.reporting.dispute import may_raise
from web.reporting.on_call import calls
from web.reporting.report_form import ANSWER, Asker, errors_of, new_case, reviewed, shown
from web.reporting.report_papers import take_own_files
from web.words import words
from workflows.organisation import holder_of

REPORTERS = frozenset(("reporter", "handler", "unit_manager"))
NOT_KEPT = frozenset(("key", "step"))
"""What a draft does without: its key is its name."""

PLAIN = {"Content-Type": "text/plain; charset=utf-8"}

Answer = Response | str | tuple[str, int] | tuple[str, int, Mapping[str, str]]

pages = Blueprint("report", __name__, url_prefix="/report")


def may_report(post: str) -> bool:
    """Whether a function reports; what it reports is its own unit's."""
    return function_name(post) in REPORTERS and holder_of(post).startswith("unit:")


def drafts_here() -> tuple[Draft, ...]:
    """The drafts of whoever is signed in, for her first page."""
    return drafts_of(desk().record, here().seer, words().now) if may_report(here().post) else ()


@pages.get("")
@open_to(Right.ACTING)
def form() -> str:
    """A new form, or the draft that `draft` names."""
    if not may_report(here().post):
        return render_template("report_elsewhere.html")
    key = request.args.get("draft", "")
    draft = draft_of(desk().record, here().seer, key, words().now) if key else None
    if draft is not None:
        return _form(draft.fields, draft.key, saved=words().moment(draft.saved_at))
    return _form({"operation": request.args.get("operation", "")}, form_key())


@pages.post("")
@open_to(Right.ACTING, refills=True, files=True)
def take() -> Answer:
    """Look the report through, change it, save it, search, or send it: the same words travel along."""
    if not may_report(here().post):
        raise NotAllowed(NotAllowed.__doc__)
    typed = request.form.to_dict()
    key, step = typed.get("key", ""), typed.get("step", "review")
    wrong = take_own_files(typed)
    if step == "draft":
        return _saved(typed, key)
    if step in ("change", "search") and not wrong:
        return _form(typed, key)
    errors = errors_of(_asker(), typed) | ({"files": wrong} if wrong else {})
    if errors:
        return _form(typed, key, errors), 422
    return _send(typed, key) if step == "send" else reviewed(_asker(), typed, key)


@pages.post("/draft")
@open_to(Right.ACTING)
def keep() -> tuple[str, int, Mapping[str, str]]:
    """Save what is typed so far, as the page does by itself: without files, which are kept when the form is sent."""
    if not may_report(here().post):
        raise NotAllowed(NotAllowed.__doc__)
    typed, w = request.form.to_dict(), words()
    try:
        kept = _keep(typed, typed.get("key", ""))
    except DraftTooLarge:
        return w.t("report.draft_too_large"), 413, PLAIN
    if not kept:
        return w.t("report.draft_sent"), 409, PLAIN
    return w.t("report.draft_saved", when=w.moment(w.now)), 200, PLAIN


@pages.post("/draft/drop")
@open_to(Right.ACTING)
def drop() -> Response:
    """Throw a draft away."""
    drop_draft(desk().record, here().seer, request.form.get("key", ""))
    return redirect(url_for("worklist.page"), 303)


@pages.get("/receipt/<case:number>")
@open_to(Right.ACTING)
def receipt(number: str) -> str:
    case = open_case(number)
    if not case.covered:
        abort(404)
    promising = [rule for rule in case.definition.deadlines.values() if ANSWER in rule.met_by]
    codes = {rule.code for rule in promising}
    stage = case.definition.stages[case.view.cover.stage]
    return render_template(
        "receipt.html",
        number=number,
        promised=next((d for d in case.view.deadlines if d.code in codes and d.status == "open"), None),
        inside=_inside(case.view.cover.ball) if stage.reach == "raising" else "",
        rule=promising[0].rule if promising else None,
        follow="",
        again=url_for("report.form"),
        calls=calls(words(), receivers(case)) if case.view.cover.urgent else (),
    )


def _inside(ball: str | None) -> str:
    """Who of her own side has a report that has not left: the one who checks it, or who says whom it is for."""
    return "complete" if ball is not None and function_name(ball) == "handler" else "check"


def _asker() -> Asker:
    side, at = own_side(), desk()
    with at.record.database.read() as tx:
        before = reported_before(tx, side.unit)
    return Asker(side, side.party in words().directory.own_check, before, url_for("report.take"), signed_in=True)


def _send(typed: Mapping[str, str], key: str) -> Answer:
    try:
        acted = hand_in(new_case(_asker(), typed), key, {"happened": "when"})
    except PaperGone:
        return _form(typed, key, {"files": [words().t("report.file_gone")]}), 422
    if isinstance(acted, NotTaken):
        return _form(typed, acted.key, acted.errors), acted.status, acted.headers
    return redirect(url_for("report.receipt", number=acted.number), 303)


def _saved(typed: Mapping[str, str], key: str) -> Answer:
    w = words()
    try:
        kept = _keep(typed, key)
    except DraftTooLarge:
        return _form(typed, key, {"": [w.t("report.draft_too_large")]}), 413
    if not kept:
        return _form(typed, form_key(), {"": [w.t("report.draft_sent")]}), 409
    return _form(typed, key, saved=w.moment(w.now))


def _keep(typed: Mapping[str, str], key: str) -> bool:
    words_only = {name: text for name, text in typed.items() if name not in NOT_KEPT and text.strip()}
    if not key or not words_only:
        return bool(key)
    return save_draft(desk().record, here().seer, key, words_only, words().now)


def _form(
    typed: Mapping[str, str], key: str, errors: Mapping[str, Sequence[str]] | None = None, saved: str = ""
) -> str:
    return shown(_asker(), typed, key, errors, saved=saved, raises=may_raise(here().post))
