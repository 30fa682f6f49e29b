"""For the auditor: a half-year's sample of who read protected fields and why, and the log of administration.

Logs, never matter: what was read stands on neither page.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for

from cases.break_glass import openings
from cases.organisation.read_review import HalfYear, begins, last_half_year, note_review, review_of, sample
from web.desk import desk
from web.guard import Right, open_to
from web.signing_in.sign_in import Answer
from web.upkeep.administration import by_me, log_page
from web.words import words

LONGEST = 2000
MOST = 200
"""Emergency openings on one page; there is something else wrong where there are more."""

pages = Blueprint("read_log_page", __name__, url_prefix="/review")


@pages.get("")
@open_to(Right.AUDITING)
def page() -> str:
    return _page()


@pages.post("")
@open_to(Right.AUDITING)
def reviewed() -> Answer:
    found = request.form.get("found", "").replace("\r\n", "\n").strip()
    if not found or len(found) > LONGEST:
        return _page(words().t("review.write"), found), 422
    note_review(desk().record, _half(), by_me(found))
    return redirect(url_for("read_log_page.page", done=1), 303)


@pages.get("/administration")
@open_to(Right.AUDITING)
def administration() -> str:
    return log_page("review_administration.html", "read_log_page.administration")


def _half() -> HalfYear:
    return last_half_year(words().now)


def _page(wrong: str = "", typed: str = "") -> str:
    record, half = desk().record, _half()
    return render_template(
        "review.html", reads=sample(record, half), half=half, review=review_of(record, half), wrong=wrong, typed=typed,
        done=bool(request.args.get("done")), openings=openings(record, begins(half.first), words().now, MOST),
    )  # fmt: skip
