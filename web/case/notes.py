"""Notes in a case: inner ones for one's own authority or forum, and shared ones after a look at who reads them."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.contents.matter import BadText, checked, note, share
from cases.database import DatabaseBusy
from cases.sight import READS
from web.case.case_page import show
from web.case.lift import functions_at
from web.case.opened import Opened, open_case
from web.desk import desk
from web.errors import answer_to
from web.guard import Right, here, open_to
from workflows.reach import wanted

pages = Blueprint("notes", __name__)


@pages.post("/cases/<case:number>/notes")
@open_to(Right.ACTING, refills=True)
def write(number: str) -> Response | tuple[str, int] | str:
    """Keep a note. One for both parties is looked through first: what is shared cannot be taken back."""
    case, typed, at = open_case(number), request.form.to_dict(), desk()
    text, both = typed.get("note", "").replace("\r\n", "\n"), typed.get("for") == "shared"
    if typed.get("step") == "change":
        return show(case, note=typed)
    try:
        if both and typed.get("agree") != "yes":
            return render_template("share.html", case=case, text=checked(text), readers=tuple(readers(case)))
        (share if both else note)(at.record, here().seer, number, text, case.w.now)
    except (BadText, DatabaseBusy) as error:
        answer = answer_to(error)
        return show(case, note=typed, wrong=case.w.t(f"error.{answer.key}.text")), answer.status
    return redirect(url_for("case_page.page", number=number, _anchor="notes"), 303)


def readers(case: Opened) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(place, its functions) of all who read what the parties share in this case, now that it is where it is."""
    opened = wanted(case.definition, case.view.cover, case.view.contributions, case.said.world.org)
    for holder in sorted({grant.holder for grant in opened if grant.compartment == "shared"}):
        functions = [f for f in functions_at(holder) if "shared" in READS[f]]
        yield case.w.place(holder), tuple(case.w.function(f) for f in functions)
