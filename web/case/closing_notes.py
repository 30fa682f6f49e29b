"""At closing: the authority's working notes, each to be kept in the record or cleared."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.contents.matter import NotAllowed
from cases.contents.working_notes import NotEnded, go_through, to_go_through
from web.case.opened import Opened, open_case
from web.desk import desk
from web.guard import Right, here, open_to

pages = Blueprint("closing_notes", __name__, url_prefix="/cases/<case:number>/working-notes")


@pages.get("")
@open_to(Right.ACTING)
def page(number: str) -> str:
    case = open_case(number)
    if not case.inner:
        abort(404)
    return render_template("working_notes.html", case=case, notes=notes_of(case))


@pages.post("")
@open_to(Right.ACTING)
def clear(number: str) -> Response:
    """Those that are ticked are cleared, all others kept."""
    case = open_case(number)
    wanted = [int(seq) for seq in request.form.getlist("clear") if seq.isascii() and seq.isdecimal() and len(seq) < 9]
    try:
        go_through(desk().record, here().seer, number, wanted, case.w.now)
    except (NotEnded, NotAllowed):
        return redirect(url_for("closing_notes.page", number=number), 303)
    return redirect(url_for("case_page.page", number=number, _anchor="timeline"), 303)


def notes_of(case: Opened) -> tuple[tuple[int, str, str, str], ...]:
    """(number, words, post, instant) of each note that waits to be gone through."""
    if case.view.cover.status != "ended" or not case.inner:
        return ()
    return tuple(
        (line.seq, str(line.texts["note"]), case.w.post(line.actor), case.w.moment(line.at))
        for line in to_go_through(case.view.lines, case.inner)
    )
