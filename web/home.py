"""The first page."""

from __future__ import annotations

from flask import Blueprint, g, redirect, url_for
from werkzeug.wrappers import Response

from web.guard import Right, open_to

WITHOUT_CASES = {"administrator@county": "administration.page", "auditor@county": "read_log_page.page"}
"""Functions that read no case (domain.md section 3), and where their work begins."""

pages = Blueprint("home", __name__)


@pages.get("/")
@open_to(Right.EVERYBODY)
def first() -> Response:
    """The work list, or what somebody who reads no case works with."""
    if g.here is None:
        return redirect(url_for("sign_in.form"), 303)
    return redirect(url_for(WITHOUT_CASES.get(g.here.post or "", "worklist.page")), 303)


def has_list(post: str | None) -> bool:
    """Whether a function has a work list to open."""
    return post not in WITHOUT_CASES
