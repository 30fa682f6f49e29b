"""The county's routines: each version with its picture, how many open cases follow it, and taking those over.

Figures only: how many, and never which. Whoever owns the routines looks; an administrator takes cases over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from cases.migrating import COUNTED, OtherRoutine, Preview, followers, migrate_cases, preview
from cases.sight import function_name
from web.choices import Group, Option
from web.desk import desk
from web.guard import Right, here, open_to
from web.signing_in.sign_in import Answer
from web.upkeep.administration import by_me
from web.upkeep.routine_picture import picture_of
from web.words import words
from workflows.definition import Definition, Text
from workflows.library import UnknownRoutine
from workflows.migrating import STAYS

AT_ONCE = 500
"""Open cases that a page's preview goes through, and one press: the very same ones. The command takes all."""

pages = Blueprint("routines_page", __name__, url_prefix="/administration/routines")


@pages.get("")
@open_to(Right.KEEPING_ROUTINES)
def page() -> str:
    """Each version that this installation knows, and which of them new cases begin under."""
    return _page()


@pages.get("/migration")
@open_to(Right.KEEPING_ROUTINES)
def look() -> Answer | str:
    """What taking open cases over would come to, in figures; nothing is done by looking."""
    source, target = request.args.get("from", ""), request.args.get("to", "")
    if not source and not target:
        return _page()
    at = desk()
    try:
        seen = preview(at.record, source, target, words().now, most=AT_ONCE, skip=(skip := _skip(request.args)))
    except (UnknownRoutine, OtherRoutine):
        return _page(words().t("routines.wrong"), source, target), 422
    return _shown(seen, skip)


@pages.post("/migration")
@open_to(Right.ADMINISTERING)
def do() -> Answer:
    """Take over those that can go and that nobody has moved since the preview."""
    typed, at = request.form.to_dict(), desk()
    source, target, reason = typed.get("from", ""), typed.get("to", ""), typed.get("reason", "").strip()[:500]
    seen_at, skip = _instant(typed.get("as_of", "")), _skip(typed)
    try:
        if not reason:
            seen = preview(at.record, source, target, words().now, most=AT_ONCE, skip=skip)
            return _shown(seen, skip, words().t("routines.why"), seen_at), 422
        done = migrate_cases(
            at.record, source, target, words().now, as_of=seen_at, by=by_me(reason), post=here().post, most=AT_ONCE,
            skip=skip,
        )  # fmt: skip
    except (UnknownRoutine, OtherRoutine):
        return _page(words().t("routines.wrong"), source, target), 422
    told: dict[str, Any] = {"went": done.went, "stayed": done.stayed, "changed": done.changed}
    if done.further:
        told |= {"from": source, "to": target, "skip": skip + done.stayed + done.changed}
    return redirect(url_for("routines_page.page", **told), 303)


def _page(wrong: str = "", source: str = "", target: str = "") -> str:
    record = desk().record
    library = record.library
    found = sorted(library.definitions.values(), key=lambda d: (d.name, -d.version))
    told = [request.args.get(name, "") for name in ("went", "stayed", "changed")]
    return render_template(
        "administration_routines.html",
        routines=[(d, picture_of(d), _counted(followers(record, d.key))) for d in found],
        in_force={d.key for d in found if library.in_force(d.kind) is d}, wrong=wrong, source=source, target=target,
        choices=_choices(found), done=told if all(n.isdecimal() and len(n) < 8 for n in told) else None,
        administers=_administers(), next_from=request.args.get("from", ""), next_to=request.args.get("to", ""),
        next_skip=_skip(request.args) if "skip" in request.args else None,
    )  # fmt: skip


def _shown(seen: Preview, skip: int, wrong: str = "", as_of: datetime | None = None) -> str:
    w, library = words(), desk().record.library
    old, new = library.routine(seen.source).definition, library.routine(seen.target).definition
    order = {code: number for number, code in enumerate(old.stages)}
    stages = [(w.say(old.stages[code].title), figures, _stays(figures.stays))
              for code, figures in sorted(seen.stages.items(), key=lambda item: order[item[0]])]  # fmt: skip
    dates = [(w.say(_date_text(code, old, new)), how, count) for (code, how), count in sorted(seen.dates.items())]
    return render_template(
        "routine_migration.html", seen=seen, old=old, new=new, stages=stages, dates=dates, wrong=wrong,
        as_of=(as_of or w.now).isoformat(), administers=_administers(), at_once=AT_ONCE, skip=skip,
        typed=request.form.to_dict(),
    )  # fmt: skip


def _stays(counted: Any) -> list[tuple[str, int]]:
    return [(words().say(STAYS[code]), count) for code, count in sorted(counted.items())]


def _date_text(code: str, old: Definition, new: Definition) -> Text:
    return (new.deadlines.get(code) or old.deadlines[code]).text


def _counted(count: int) -> str:
    return f"{COUNTED}+" if count > COUNTED else str(count)


def _choices(found: list[Definition]) -> list[Group]:
    """Versions of routines that have several."""
    names = [d.name for d in found]
    several = [d for d in found if names.count(d.name) > 1]
    return [Group("", tuple(Option(d.key, d.key) for d in several))] if several else []


def _administers() -> bool:
    return function_name(here().post) == "administrator"


def _skip(typed: Mapping[str, str]) -> int:
    """How many of the cases have been gone through already, and stay; a count, for a case's own number stays unseen."""
    text = typed.get("skip", "0")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        abort(400)
    return int(text)


def _instant(text: str) -> datetime:
    """The preview's own moment. One that is no instant was tampered with."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        abort(400)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
