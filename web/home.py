"""The first page."""

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
