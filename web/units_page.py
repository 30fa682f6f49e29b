"""Units that end, and their heirs: open cases go over in the same moment, or the unit stays (domain.md section 3)."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for

from cases.reorganising import UnitHoldsCases, end_unit, ended_units
from web.administration import by_me
from web.choices import Group, Option
from web.desk import desk
from web.guard import Right, open_to
from web.sign_in import Answer
from web.words import words

pages = Blueprint("units_page", __name__, url_prefix="/administration/units")


@pages.get("")
@open_to(Right.ADMINISTERING)
def page() -> str:
    return _page()


@pages.post("")
@open_to(Right.ADMINISTERING)
def end() -> Answer:
    """The unit's last day. How many cases went over is told; which they are is not."""
    w, typed = words(), request.form.to_dict()
    try:
        last = date.fromisoformat(typed.get("last", ""))
    except ValueError:
        return _page(w.t("units.which_day"), typed), 422
    try:
        moved = end_unit(
            desk().record,
            typed.get("unit", ""),
            last,
            w.now,
            heir=typed.get("heir", ""),
            by=by_me(typed.get("reason", "")),
        )
    except UnitHoldsCases:
        return _page(w.t("units.needs_heir"), typed), 422
    except LookupError:
        return _page(w.t("units.no_heir"), typed), 422
    return redirect(url_for("units_page.page", ended=moved), 303)


def _page(wrong: str = "", typed: dict[str, str] | None = None) -> str:
    ended = request.args.get("ended", "")
    return render_template(
        "units.html", groups=_units(), ended=ended if ended.isdecimal() and len(ended) < 6 else "", wrong=wrong,
        typed=typed or {}, before=ended_units(desk().record),
    )  # fmt: skip


def _units() -> list[Group]:
    """Open units under their operations, by name."""
    directory = words().directory
    return [
        Group(directory.name(f"operation:{code}"), tuple(Option(u, directory.name(f"unit:{u}")) for u in units))
        for code, units in sorted(directory.units.items(), key=lambda item: directory.name(f"operation:{item[0]}"))
    ]
