"""Notes in a case: inner ones for one's own authority or forum, and shared ones after a look at who reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.contents.kept_in_clear import BadText, checked
from cases.contents.matter import note, share, shared_with
from cases.database import DatabaseBusy
from cases.shown_before import ShownOtherwise, readers_shown
from cases.sight import READS
from web.case.case_page import show
from web.case.lift import functions_at
from web.case.opened import Opened, open_case
from web.desk import desk
from web.errors import answer_to
from web.guard import Right, here, open_to

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
        if both:
            if (look := _look(case, typed, text)) is not None:
                return look
            share(at.record, here().seer, number, text, case.w.now, shown=typed["shown"])
        else:
            note(at.record, here().seer, number, text, case.w.now)
    except ShownOtherwise:
        return redirect(url_for("notes.write", number=number), 307)
    except (BadText, DatabaseBusy) as error:
        answer = answer_to(error)
        return show(case, note=typed, wrong=case.w.t(f"error.{answer.key}.text")), answer.status
    return redirect(url_for("case_page.page", number=number, _anchor="notes"), 303)


def _look(case: Opened, typed: Mapping[str, str], text: str) -> tuple[str, int] | None:
    """The page that says who will read it; None for whoever has seen just that."""
    holders = shared_with(desk().record, here().seer, case.number, case.w.now)
    seen, agreed = readers_shown(holders), typed.get("agree") == "yes"
    if agreed and typed.get("shown") == seen:
        return None
    page = render_template(
        "share.html", case=case, text=checked(text), readers=tuple(_readers(case, holders)), shown=seen, others=agreed
    )
    return page, 409 if agreed else 200


def _readers(case: Opened, holders: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(place, its functions) of all who read what the parties share in this case, now that it is where it is."""
    for holder in holders:
        functions = [f for f in functions_at(holder) if "shared" in READS[f]]
        yield case.w.place(holder), tuple(case.w.function(f) for f in functions)
