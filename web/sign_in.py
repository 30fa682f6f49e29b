"""Signing in and out, and the one function that somebody acts in."""

from __future__ import annotations

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.directory import staff
from cases.functions import NotYourFunction
from cases.sign_ins import WrongSignIn, begin, sign_in, sign_out, switch
from web.cast import cast, everybody
from web.desk import desk
from web.guard import Right, cookie_name, open_to
from web.paths import own_path
from web.words import words

pages = Blueprint("sign_in", __name__)


@pages.get("/sign-in")
@open_to(Right.EVERYBODY)
def form() -> str:
    return _form()


def _form(*, wrong: bool = False) -> str:
    at, w = desk(), words()
    people = staff(at.record, w.now) if at.demo else ()
    groups = cast(people, w.directory.world.org, w.today)
    everyone = bool(request.args.get("all")) or not groups
    return render_template(
        "sign_in.html",
        wrong=wrong,
        account=request.form.get("account", ""),
        next=own_path(request.values.get("next", "")),
        groups=everybody(people) if everyone else groups,
        everyone=everyone,
    )


@pages.post("/sign-in")
@open_to(Right.EVERYBODY)
def enter() -> Response | tuple[str, int]:
    at, account = desk(), request.form.get("account", "").strip()
    try:
        token = sign_in(at.record, account, request.form.get("password", ""), at.clock())
    except WrongSignIn:
        return _form(wrong=True), 422
    return _with(token, own_path(request.form.get("next", "")))


@pages.post("/sign-in/demo")
@open_to(Right.DEMO)
def enter_demo() -> Response:
    """Sign in as one of the invented people, without a password."""
    at = desk()
    token = begin(at.record, request.form.get("account", ""), _post(), at.clock())
    return _with(token, own_path(request.form.get("next", "")))


@pages.get("/functions")
@open_to(Right.SIGNED_IN)
def functions() -> str:
    return render_template("functions.html", next=own_path(request.args.get("next", "")))


@pages.post("/functions")
@open_to(Right.SIGNED_IN)
def act_as() -> Response:
    """Act in another function from now on; the old session is worthless at once."""
    at = desk()
    token = switch(at.record, request.cookies.get(cookie_name(), ""), _post(), at.clock())
    return _with(token, own_path(request.form.get("next", "")))


@pages.post("/sign-out")
@open_to(Right.EVERYBODY)
def leave() -> Response:
    if g.here is not None:
        sign_out(desk().record, request.cookies.get(cookie_name(), ""))
    answer = make_response(redirect(url_for("sign_in.form"), 303))
    answer.delete_cookie(cookie_name(), secure=desk().serving.secure, httponly=True, samesite="Lax")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _post() -> str:
    post = request.form.get("post", "")
    if not post:
        raise NotYourFunction(NotYourFunction.__doc__)
    return post


def _with(token: str, path: str) -> Response:
    answer = make_response(redirect(path, 303))
    answer.set_cookie(cookie_name(), token, secure=desk().serving.secure, httponly=True, samesite="Lax")
    return answer
