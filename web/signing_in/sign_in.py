"""Signing in and out. The second step is second_step.py's, an identity provider's part provider.py's."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.functions import NotYourFunction
from cases.organisation.directory import staff
from cases.signing_in.guesses import TooManyTries
from cases.signing_in.sign_ins import WrongSignIn, begin, sign_in, sign_out
from web.desk import desk
from web.guard import Right, open_to
from web.paths import own_path
from web.signing_in.cast import cast, everybody
from web.signing_in.cookie import entered, left, token_here
from web.words import words

pages = Blueprint("sign_in", __name__)

Answer = Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@pages.get("/sign-in")
@open_to(Right.EVERYBODY)
def form() -> str:
    return _form()


def _form(problem: str = "") -> str:
    at, w = desk(), words()
    people = staff(at.record, w.now) if at.demo else ()
    groups = cast(people, w.directory.world.org, w.today) if at.demo else ()
    everyone = bool(request.args.get("all")) or not groups
    return render_template(
        "sign_in.html",
        problem=problem,
        account=request.form.get("account", ""),
        next=own_path(request.values.get("next", "")),
        groups=everybody(people) if everyone else groups,
        everyone=everyone,
        provider=at.provider.name if at.provider is not None else "",
    )


@pages.post("/sign-in")
@open_to(Right.EVERYBODY)
def enter() -> Answer:
    at, account = desk(), request.form.get("account", "")
    try:
        token = sign_in(at.record, account, request.form.get("password", ""), address_here(), at.clock())
    except WrongSignIn:
        return _form(words().t("sign_in.wrong")), 422
    except TooManyTries as many:
        return _form(too_many(many)), 429, retry_after(many.until)
    _end_the_one_before()
    return entered(token, own_path(request.form.get("next", "")))


@pages.post("/sign-in/demo")
@open_to(Right.DEMO)
def enter_demo() -> Response:
    """Sign in as one of the invented people, without a password."""
    at, post = desk(), request.form.get("post", "")
    if not post:
        raise NotYourFunction(NotYourFunction.__doc__)
    token = begin(at.record, request.form.get("account", ""), post, at.clock(), "demo")
    _end_the_one_before()
    return entered(token, own_path(request.form.get("next", "")))


@pages.post("/sign-out")
@open_to(Right.EVERYBODY)
def leave() -> Response:
    """End the sign-in, and the identity provider's too where that vouched for it."""
    at = desk()
    if token_here():
        sign_out(at.record, token_here())
    vouched = at.provider is not None and g.here is not None and g.here.proof == "provider"
    return left(url_for("provider.leave" if vouched else "sign_in.form"))


def address_here() -> str:
    """Where the request came from, as far as the connection tells."""
    return request.remote_addr or ""


def too_many(many: TooManyTries) -> str:
    """How long the account or the address is locked, in words; the same whether there is such an account or not."""
    w = words()
    return w.t("sign_in.locked", minutes=max(1, -(-int((many.until - w.now).total_seconds()) // 60)))


def retry_after(until: datetime) -> dict[str, str]:
    return {"Retry-After": str(max(1, int((until - words().now).total_seconds())))}


def _end_the_one_before() -> None:
    """Whoever was signed in here is so no longer: a computer has one person at a time."""
    if token_here():
        sign_out(desk().record, token_here())
