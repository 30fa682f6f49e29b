"""Breaking the glass: an administrator opens one case in an emergency, reads it, and it closes by itself.

Each look is a form that is sent, so that it stands in the read-log before anything is shown, and no address names the
case.
"""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for

from cases.break_glass import GlassFault, break_glass, broken_now, end_glass, look_through
from cases.sight import CaseUnknown
from web.case.opened import opened
from web.case.sheet import sheet_of
from web.desk import desk
from web.guard import Right, here, open_to
from web.signing_in.sign_in import Answer

pages = Blueprint("glass_page", __name__, url_prefix="/administration/glass")


@pages.get("")
@open_to(Right.ADMINISTERING)
def page() -> str:
    return _page()


@pages.post("")
@open_to(Right.ADMINISTERING)
def smash() -> Answer:
    """A case by its number, with a reason that both parties read."""
    at, typed = desk(), request.form.to_dict()
    again = typed.get("again") == "yes"
    try:
        break_glass(
            at.record, here().seer, typed.get("number", ""), typed.get("reason", ""), at.clock(),
            at.serving.glass_minutes, again=again,
        )  # fmt: skip
    except GlassFault as fault:
        return _page(fault.code, typed), 422
    return redirect(url_for("glass_page.page", done=1), 303)


@pages.post("/case")
@open_to(Right.ADMINISTERING)
def look() -> str:
    at, number = desk(), request.form.get("number", "")
    case = opened(look_through(at.record, here().seer, number, at.clock()))
    until = next((b.until for b in broken_now(at.record, here().account, at.clock()) if b.number == number), None)
    if until is None:  # it ended between the two
        raise CaseUnknown
    sheet = sheet_of(case, case.w.post(here().post))
    return render_template("glass_case.html", case=case, sheet=sheet, until=until, minutes=_left(until))


@pages.post("/end")
@open_to(Right.ADMINISTERING)
def end() -> Answer:
    end_glass(desk().record, here().seer, request.form.get("number", ""), desk().clock())
    return redirect(url_for("glass_page.page", ended=1), 303)


def _page(wrong: str = "", typed: dict[str, str] | None = None) -> str:
    at = desk()
    found = broken_now(at.record, here().account, at.clock())
    return render_template(
        "glass.html", found=[(one, _left(one.until)) for one in found], wrong=wrong, typed=typed or {},
        minutes=at.serving.glass_minutes, done=bool(request.args.get("done")), ended=bool(request.args.get("ended")),
    )  # fmt: skip


def _left(until: datetime) -> int:
    """Whole minutes, the one under way counted."""
    return -int((desk().clock() - until).total_seconds() // 60)
