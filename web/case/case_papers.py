"""The papers of a case: put there by a form, and fetched as files to keep, never as pages of ours."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import Blueprint, redirect, request, send_file, url_for
from werkzeug.wrappers import Response

from cases.contents.matter import NotAllowed, add_paper, open_paper
from cases.contents.papers import PaperRefused
from cases.database import DatabaseBusy
from cases.signing_in.guesses import TooManyTries
from web.case.case_page import show
from web.case.opened import open_case
from web.desk import desk
from web.errors import answer_to
from web.guard import Right, here, open_to

pages = Blueprint("case_papers", __name__, url_prefix="/cases/<case:number>/papers")


@pages.post("")
@open_to(Right.ACTING, files=True)
def add(number: str) -> Response | tuple[str, int]:
    """Keep a file: for one's own authority or forum, unless it is said that all who share the case may read it."""
    case, at, file = open_case(number), desk(), request.files.get("file")
    if file is None or not file.filename:
        return show(case, paper_wrong=case.w.t("paper.none")), 422
    inner = request.form.get("for") != "shared"
    try:
        add_paper(at.record, here().seer, number, cast(BinaryIO, file.stream), file.filename, case.w.now, inner=inner)
    except PaperRefused as refused:
        return show(case, paper_wrong=case.w.t(f"report.file_{refused.reason}", name=file.filename[:80])), 422
    except TooManyTries as many:
        return show(case, paper_wrong=case.w.t("paper.too_many", when=case.w.moment(many.until))), 429
    except (DatabaseBusy, NotAllowed) as error:
        answer = answer_to(error)
        return show(case, paper_wrong=case.w.t(f"error.{answer.key}.text")), answer.status
    return redirect(url_for("case_page.page", number=number, _anchor="papers"), 303)


@pages.get("/<handle>")
@open_to(Right.ACTING)
def fetch(number: str, handle: str) -> Response:
    """A file to keep. It is never shown in the browser, whatever it holds."""
    stream, name, kind = open_paper(desk().record, here().seer, number, handle, desk().clock())
    return send_file(stream, mimetype=kind, as_attachment=True, download_name=name, max_age=0)
