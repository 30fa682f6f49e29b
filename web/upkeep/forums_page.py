"""Forums: paused, ended and taken up again, with a stand-in; who sits in them; when they meet.

How many cases lie before a forum is told; which they are is not.
"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.organisation.calendar_changes import NoSuchMeeting, add_meeting, cancel_meeting, move_meeting, recount_before
from cases.organisation.forum_changes import (
    COUNTED,
    STATES,
    ForumFault,
    before_seat_ends,
    change_forum,
    end_seat,
    forum_today,
    forums,
    give_seat,
    why_not,
)
from cases.organisation.forum_pauses import (
    cancelled_meetings,
    leaning_on,
    meetings_within,
    pauses_of,
    plan_pause,
    undo_pause,
    why_no_pause,
)
from web.choices import Group, Option
from web.desk import desk
from web.guard import Right, open_to
from web.signing_in.sign_in import Answer
from web.upkeep.administration import by_me
from web.words import words

LONGEST = 200

pages = Blueprint("forums_page", __name__, url_prefix="/administration/forums")


@pages.get("")
@open_to(Right.ADMINISTERING)
def page() -> str:
    return render_template("forums.html", found=forums(desk().record))


@pages.get("/<forum>")
@open_to(Right.ADMINISTERING)
def one(forum: str) -> str:
    return _one(forum)


@pages.post("/<forum>")
@open_to(Right.ADMINISTERING, refills=True)
def change(forum: str) -> Answer | str:
    """State, last day and stand-in: looked through first, with how many cases lie there."""
    at, w, typed = desk(), words(), request.form.to_dict()
    _known(forum)
    if typed.get("step") == "change":
        return _one(forum, typed=typed)
    state, stand_in = typed.get("state", ""), typed.get("stand_in", "")
    until, readable = _day(typed.get("until", ""))
    wrong = why_not(at.record, forum, state, until, stand_in, w.now) if readable else "day"
    if wrong:
        return _one(forum, wrong, typed, "state"), 422
    if typed.get("step") != "do":
        found = forum_today(at.record, forum, w.now)
        return render_template(
            "forum_review.html", forum=found, typed=typed, state=state, until=until, stand_in=stand_in,
            count=_counted(found.cases), leaning=leaning_on(at.record, forum, w.today, until),
        )  # fmt: skip
    try:
        change_forum(at.record, forum, state, until, stand_in, w.now, by_me(typed.get("reason", "")[:500]))
    except ForumFault as fault:
        return _one(forum, fault.code, typed, "state"), 422
    return _back(forum, "changed")


@pages.post("/<forum>/pauses")
@open_to(Right.ADMINISTERING)
def pause(forum: str) -> Answer | str:
    """A pause on days to come, with who stands in meanwhile, looked through first; or one is taken back."""
    at, w, typed = desk(), words(), request.form.to_dict()
    _known(forum)
    first, first_read = _day(typed.get("first", ""))
    last, last_read = _day(typed.get("last", ""))
    if first is None or not first_read or not last_read:
        return _one(forum, "day", typed, "pauses"), 422
    if typed.get("step") == "change":
        return _one(forum, typed=typed, form="pauses")
    if typed.get("do") == "plan" and typed.get("step") != "do":
        return _look_at_pause(forum, typed, first, last)
    by = by_me(typed.get("reason", "")[:500])
    try:
        if typed.get("do") == "undo":
            undo_pause(at.record, forum, first, w.now, by)
            return _back(forum, "unpaused")
        cancel = [day for text in request.form.getlist("cancel") for day, _ in [_day(text)] if day is not None]
        cancelled = plan_pause(at.record, forum, first, last, typed.get("meanwhile", ""), w.now, by, cancel=cancel)
    except ForumFault as fault:
        return _one(forum, fault.code, typed, "pauses"), 422
    if cancelled:
        recount_before(at.record, forum, w.now)
    return _back(forum, "paused_meetings" if cancelled else "paused")


def _look_at_pause(forum: str, typed: dict[str, str], first: date, last: date | None) -> Answer | str:
    """What lies there, which meetings are cancelled with it, and who leans on the forum on those days."""
    at, w = desk(), words()
    wrong = why_no_pause(at.record, forum, first, last, typed.get("meanwhile", ""), w.now)
    if wrong:
        return _one(forum, wrong, typed, "pauses"), 422
    found = forum_today(at.record, forum, w.now)
    return render_template(
        "forum_pause_review.html", forum=forum, typed=typed, first=first, last=last, count=_counted(found.cases),
        meetings=meetings_within(at.record, forum, first, last),
        leaning=leaning_on(at.record, forum, first, last),
    )  # fmt: skip


@pages.post("/<forum>/seats")
@open_to(Right.ADMINISTERING)
def seat(forum: str) -> Answer | str:
    """An operation gets a seat; or its last day in one, which is looked through first."""
    at, w, typed = desk(), words(), request.form.to_dict()
    _known(forum)
    if typed.get("step") == "change":
        return _one(forum)
    operation = typed.get("operation", "")
    since, first_read = _day(typed.get("since", ""))
    until, last_read = _day(typed.get("until", ""))
    try:
        if not first_read or not last_read:
            raise ForumFault("day")
        if typed.get("do") == "end" and typed.get("step") != "do":
            return _look_at_end(forum, operation, until or w.today)
        if typed.get("do") == "end":
            end_seat(at.record, forum, operation, until or w.today, by_me(typed.get("reason", "")[:500]))
            return _back(forum, "unseated")
        give_seat(at.record, forum, operation, since or w.today, until, by_me())
    except ForumFault as fault:
        return _one(forum, fault.code, typed, "seats"), 422
    return _back(forum, "seated")


def _look_at_end(forum: str, operation: str, last: date) -> str:
    """How many cases the operation has there. Raises ForumFault."""
    count = before_seat_ends(desk().record, forum, operation, last)
    return render_template("forum_seat_review.html", forum=forum, operation=operation, last=last, count=_counted(count))


@pages.post("/<forum>/meetings")
@open_to(Right.ADMINISTERING)
def meeting(forum: str) -> Answer:
    """A meeting is entered, moved or cancelled; dates that are bound to it are counted anew."""
    at, w, typed = desk(), words(), request.form.to_dict()
    _known(forum)
    day, readable = _day(typed.get("day", ""))
    to, to_readable = _day(typed.get("to", ""))
    asked = typed.get("do", "")
    if day is None or not readable or not to_readable or (asked == "move" and to is None):
        return _one(forum, "day", typed, "meetings"), 422
    try:
        if asked == "move" and to is not None:
            move_meeting(at.record, forum, day, to, by=by_me())
        elif asked == "cancel":
            cancel_meeting(at.record, forum, day, by=by_me())
        else:
            starts, place = typed.get("starts", "")[:5], typed.get("place", "").strip()[:LONGEST]
            add_meeting(at.record, forum, day, w.t("forums.source"), starts=starts, place=place, by=by_me())
    except NoSuchMeeting:
        return _one(forum, "no_meeting", typed, "meetings"), 422
    recount_before(at.record, forum, w.now)
    return _back(forum, "meeting")


def _back(forum: str, done: str) -> Response:
    return redirect(url_for("forums_page.one", forum=forum, done=done), 303)


def _one(forum: str, wrong: str = "", typed: dict[str, str] | None = None, form: str = "") -> str:
    _known(forum)
    w, found = words(), forum_today(desk().record, forum, words().now)
    pauses = pauses_of(desk().record, forum, w.now)
    done = request.args.get("done", "")
    return render_template(
        "forum_one.html", forum=found, wrong=w.t(f"forums.fault_{wrong}") if wrong else "", typed=typed or {},
        form=form, count=_counted(found.cases), pauses=pauses, today=w.today,
        cancelled=cancelled_meetings(desk().record, forum, w.today),
        resting=any(one.first <= w.today for one in pauses), done=done if w.knows(f"forums.done_{done}") else "",
        states=[Option(state, w.t(f"forums.state_{state}")) for state in STATES], operations=_operations(),
        others=[Group("", tuple(Option(c, n) for c, n, _, state, _ in forums(desk().record)
                                if c != forum and state == "active"))],
    )  # fmt: skip


def _known(forum: str) -> None:
    if not forum.isprintable() or forum not in words().directory.world.org.forums:
        abort(404)


def _operations() -> list[Group]:
    directory = words().directory
    codes = sorted(directory.on_call, key=lambda code: directory.name(f"operation:{code}"))
    return [Group("", tuple(Option(code, directory.name(f"operation:{code}")) for code in codes))]


def _counted(count: int) -> str:
    return f"{COUNTED}+" if count > COUNTED else str(count)


def _day(text: str) -> tuple[date | None, bool]:
    """The day, None for an empty one; and whether it could be read."""
    if not text.strip():
        return None, True
    try:
        return date.fromisoformat(text.strip()), True
    except ValueError:
        return None, False
