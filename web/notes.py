"""Notes in a case: inner ones that only one's own authority or forum sees, and shared ones, by an act of their own."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from cases.database import DatabaseBusy
from cases.matter import BadText, note, share
from web.case_page import show
from web.desk import desk
from web.errors import answer_to
from web.guard import Right, here, open_to
from web.opened import open_case

pages = Blueprint("notes", __name__)


@pages.post("/cases/<case:number>/notes")
@open_to(Right.ACTING, refills=True)
def write(number: str) -> Response | tuple[str, int] | str:
    """Keep a note. One for both parties needs the tick that says so: what is shared cannot be taken back."""
    case, typed, at = open_case(number), request.form.to_dict(), desk()
    text, both = typed.get("note", "").replace("\r\n", "\n"), typed.get("for") == "shared"
    if typed.get("step") == "change":
        return show(case, note=typed)
    if both and typed.get("agree") != "yes":
        return show(case, note=typed, wrong=case.w.t("note.agree_first")), 422
    try:
        (share if both else note)(at.record, here().seer, number, text, case.w.now)
    except (BadText, DatabaseBusy) as error:
        answer = answer_to(error)
        return show(case, note=typed, wrong=case.w.t(f"error.{answer.key}.text")), answer.status
    return redirect(url_for("case_page.page", number=number, _anchor="notes"), 303)
