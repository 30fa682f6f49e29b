"""Units that begin and end. Those that end have heirs: open cases go over when the last day is over."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for

from cases.organisation.reorganising import (
    UnitFault,
    UnitStays,
    add_unit,
    end_unit,
    ended_units,
    open_cases_of,
    why_it_stays,
)
from web.choices import Group, Option
from web.desk import desk
from web.guard import Right, open_to
from web.signing_in.sign_in import Answer
from web.upkeep.administration import by_me
from web.words import words

pages = Blueprint("units_page", __name__, url_prefix="/administration/units")


@pages.get("")
@open_to(Right.ADMINISTERING)
def page() -> str:
    return _page()


@pages.post("")
@open_to(Right.ADMINISTERING, refills=True)
def end() -> Answer | str:
    """The unit's last day: looked through first, for cases that have gone over do not come back by themselves. How
    many go is told; which they are is not."""
    typed = request.form.to_dict()
    unit, heir, last = typed.get("unit", ""), typed.get("heir", ""), _day(typed.get("last", ""))
    if typed.get("step") == "change":
        return _page(typed=typed)
    wrong = _wrong(unit, heir, last)
    if wrong or last is None:
        return _page(wrong, typed), 422
    if typed.get("step") != "do":
        count = open_cases_of(desk().record, unit)
        return render_template(
            "units_review.html", typed=typed, unit=unit, heir=heir, last=last, count=count, over=last < words().today
        )
    try:
        by = by_me(typed.get("reason", "")[:500])
        moved = end_unit(desk().record, unit, last, words().now, heir=heir, by=by)
    except UnitStays as stays:
        return _page(words().t(f"units.{stays.code}"), typed), 422
    return redirect(url_for("units_page.page", ended=moved if last < words().today else "later"), 303)


@pages.post("/new")
@open_to(Right.ADMINISTERING)
def add() -> Answer:
    """A new unit under an operation; people get functions there on their own pages."""
    typed, w = request.form.to_dict(), words()
    since = _day(typed.get("since", "")) if typed.get("since") else w.today
    try:
        if since is None:
            raise UnitFault("day")
        add_unit(
            desk().record, typed.get("code", "").strip(), typed.get("name", ""), typed.get("operation", ""), since,
            provider=typed.get("provider") == "yes", by=by_me(),
        )  # fmt: skip
    except UnitFault as fault:
        return _page(w.t(f"units.fault_{fault.code}"), typed), 422
    return redirect(url_for("units_page.page", added=1), 303)


def _wrong(unit: str, heir: str, last: date | None) -> str:
    """Why this cannot be; "" when it can."""
    w = words()
    if last is None:
        return w.t("units.which_day")
    with desk().record.database.read() as tx:
        code = why_it_stays(tx, w.directory.world.org, unit, last, heir, w.today)
    return w.t(f"units.{code}") if code else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _page(wrong: str = "", typed: dict[str, str] | None = None) -> str:
    said = request.args.get("ended", "")
    ended = said if said == "later" or (said.isdecimal() and len(said) < 6) else ""
    before = ended_units(desk().record)
    heirless = tuple(Option(unit, words().place(f"unit:{unit}")) for unit, _, heir in before if not heir)
    groups = _units()
    return render_template(
        "units.html", groups=groups, ends=[*groups, Group(words().t("units.before"), heirless)] if heirless else groups,
        ended=ended, wrong=wrong, typed=typed or {}, before=before,
        operations=_operations(), added=bool(request.args.get("added")),
    )  # fmt: skip


def _operations() -> list[Group]:
    directory = words().directory
    codes = sorted(directory.on_call, key=lambda code: directory.name(f"operation:{code}"))
    return [Group("", tuple(Option(code, directory.name(f"operation:{code}")) for code in codes))]


def _units() -> list[Group]:
    """Open units under their operations, by name."""
    directory = words().directory
    return [
        Group(directory.name(f"operation:{code}"), tuple(Option(u, directory.name(f"unit:{u}")) for u in units))
        for code, units in sorted(directory.units.items(), key=lambda item: directory.name(f"operation:{item[0]}"))
    ]
