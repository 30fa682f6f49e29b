"""One function at a time: chosen among one's own, switched openly, and asked for when a letter's link means another."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from cases.functions import NotYourFunction
from cases.signing_in.sign_ins import switch
from web.desk import desk
from web.guard import Right, here, open_to
from web.paths import own_path
from web.signing_in.cookie import going_on, token_here

pages = Blueprint("functions", __name__, url_prefix="/functions")


@pages.get("")
@open_to(Right.SIGNED_IN)
def page() -> str:
    """The choice; with `meant`, the function that the page one is on the way to was linked in."""
    meant, path = request.args.get("meant", ""), own_path(request.args.get("next", ""))
    known = meant if meant in here().posts and meant != here().post else ""
    return render_template("functions.html", meant=known, next=without_function(path))


@pages.post("")
@open_to(Right.SIGNED_IN)
def act_as() -> Response:
    """Act in another function from now on; the old session is worthless at once."""
    at, post = desk(), request.form.get("post", "")
    if not post:
        raise NotYourFunction(NotYourFunction.__doc__)
    token = switch(at.record, token_here(), post, at.clock())
    return going_on(token, without_function(own_path(request.form.get("next", ""))))


def without_function(path: str) -> str:
    """The same page, without the function that a letter's link asked for: it has been chosen now."""
    plain, _, query = path.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != "as"]
    return f"{plain}?{urlencode(kept)}" if kept else plain
