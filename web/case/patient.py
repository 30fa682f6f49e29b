"""Whom a case is about: shown once to a handler who says why, and written down before it is shown."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.contents.kept_in_clear import BadText
from cases.contents.patient import NoneKept, NoReference, show_patient
from web.case.case_page import show
from web.case.opened import open_case
from web.desk import desk
from web.guard import Right, here, open_to

pages = Blueprint("patient", __name__, url_prefix="/cases/<case:number>/patient")


@pages.post("")
@open_to(Right.ACTING)
def look(number: str) -> tuple[str, int] | str:
    """The reference itself, for a function that may see it and gives a reason. Every look stands in the read log, also
    one that was refused. A reader who may see references is told when none is kept; to all others a case without one
    answers like one whose reference is not for them."""
    case = open_case(number)
    try:
        told = show_patient(desk().record, here().seer, number, request.form.get("reason", ""), case.w.now)
    except BadText:
        return show(case, patient_wrong=case.w.t("patient.reason_first")), 422
    except NoneKept:
        return show(case, patient_wrong=case.w.t("patient.none_kept")), 404
    except NoReference:
        return show(case, patient_wrong=case.w.t("patient.nothing")), 403
    return render_template("patient.html", case=case, told=told)


@pages.get("")
@open_to(Right.ACTING)
def again(number: str) -> Response:
    """What was shown is not shown again by an address."""
    open_case(number)
    return redirect(url_for("case_page.page", number=number, _anchor="patient"), 303)
