"""A case on paper: the whole record that one may see on a page without anything around it, and as a PDF to keep."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from web.case.opened import Opened, open_case
from web.case.record_pdf import pdf_of
from web.case.sheet import Sheet, sheet_of
from web.guard import Right, here, open_to

pages = Blueprint("case_print", __name__, url_prefix="/cases/<case:number>")


@pages.get("/print")
@open_to(Right.ACTING)
def on_paper(number: str) -> str:
    case = open_case(number)
    return render_template("print.html", case=case, sheet=_sheet(case))


@pages.get("/record.pdf")
@open_to(Right.ACTING)
def as_pdf(number: str) -> Response:
    case = open_case(number)
    answer = Response(pdf_of(_sheet(case), case.w.now), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{number}.pdf"'
    return answer


def _sheet(case: Opened) -> Sheet:
    return sheet_of(case, case.w.post(here().post))
