"""The first page, and the sign of life."""

from __future__ import annotations

from flask import Blueprint, g, redirect, url_for
from werkzeug.wrappers import Response

from web.guard import Right, open_to

pages = Blueprint("home", __name__)


@pages.get("/")
@open_to(Right.EVERYBODY)
def first() -> Response:
    """The work list, for whoever is signed in."""
    return redirect(url_for("worklist.page" if g.here is not None else "sign_in.form"), 303)


@pages.get("/healthz")
@open_to(Right.EVERYBODY)
def alive() -> tuple[str, dict[str, str]]:
    """The process answers; whether the record and the clock are well is another question."""
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}
