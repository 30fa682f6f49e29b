"""Days on which one party is closed, though the calendar calls them working days."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for

from cases.organisation.calendar_changes import close_party, closed_days
from web.choices import Group, Option
from web.desk import desk
from web.guard import Right, open_to
from web.signing_in.sign_in import Answer
from web.upkeep.administration import by_me
from web.words import words

LONGEST = 80

pages = Blueprint("days_page", __name__, url_prefix="/administration/days")


@pages.get("")
@open_to(Right.ADMINISTERING)
def page() -> str:
    return _page()


@pages.post("")
@open_to(Right.ADMINISTERING)
def close() -> Answer:
    """Dates that fall on that day move when the night counts them anew; met and missed ones stay."""
    typed, w = request.form.to_dict(), words()
    party, name = typed.get("party", ""), " ".join(typed.get("name", "").split())
    try:
        day = date.fromisoformat(typed.get("day", "").strip())
    except ValueError:
        return _page(w.t("days.fault_day"), typed), 422
    if party not in set(w.directory.world.org.parties.values()):
        return _page(w.t("days.fault_party"), typed), 422
    if not name or len(name) > LONGEST or not name.isprintable():
        return _page(w.t("days.fault_name"), typed), 422
    if day <= w.today:
        return _page(w.t("days.fault_past"), typed), 422
    close_party(desk().record, party, day, name, by=by_me())
    return redirect(url_for("days_page.page", done=1), 303)


def _page(wrong: str = "", typed: dict[str, str] | None = None) -> str:
    w = words()
    codes = sorted({*w.directory.world.org.parties.values()}, key=lambda code: w.directory.name(f"party:{code}"))
    return render_template(
        "days.html", wrong=wrong, typed=typed or {}, done=bool(request.args.get("done")),
        parties=[Group("", tuple(Option(code, w.directory.name(f"party:{code}")) for code in codes))],
        found=closed_days(desk().record, w.today),
    )  # fmt: skip
