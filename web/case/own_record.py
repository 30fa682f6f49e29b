"""What an authority keeps of its own about a case: its registry number, and its secrecy marking."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from cases.contents.kept_in_clear import BadText
from cases.contents.marking import mark_secrecy
from cases.contents.matter import set_registry_number
from web.case.case_page import show
from web.case.opened import open_case
from web.desk import desk
from web.errors import why_not_kept
from web.guard import Right, here, open_to

pages = Blueprint("own_record", __name__, url_prefix="/cases/<case:number>/own")


@pages.post("/number")
@open_to(Right.ACTING)
def number_it(number: str) -> Response | tuple[str, int]:
    case = open_case(number)
    try:
        set_registry_number(desk().record, here().seer, number, request.form.get("registry", ""), case.w.now)
    except BadText as error:
        return show(case, own_wrong=why_not_kept(error, case.w.t("own.number_first"))), 422
    return _back(number)


@pages.post("/secrecy")
@open_to(Right.ACTING)
def mark(number: str) -> Response | tuple[str, int]:
    """Mark, or take the mark away by leaving the ground empty."""
    case, typed = open_case(number), request.form.to_dict()
    try:
        until = date.fromisoformat(typed["until"]) if typed.get("until", "").strip() else None
    except ValueError:
        return show(case, own_wrong=case.w.t("own.bad_date"), own=typed), 422
    try:
        mark_secrecy(desk().record, here().seer, number, typed.get("ground", "").strip(), until, case.w.now)
    except BadText as error:
        return show(case, own_wrong=why_not_kept(error, case.w.t("own.bad_ground")), own=typed), 422
    return _back(number)


def _back(number: str) -> Response:
    return redirect(url_for("case_page.page", number=number, _anchor="own"), 303)
