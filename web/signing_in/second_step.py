"""The second step of signing in: a code from an authenticator, which is set up the first time it is asked for."""

from __future__ import annotations

import hmac

import segno
from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from cases.database import Conflict
from cases.signing_in.authenticators import WrongCode, has_authenticator
from cases.signing_in.guesses import TooManyTries
from cases.signing_in.one_time_codes import SECRET_BYTES, setup_address, written
from cases.signing_in.sign_ins import complete, set_up_and_complete
from web.desk import desk
from web.guard import Right, halfway, open_to
from web.paths import own_path
from web.signing_in.cookie import carry, entered, onward, token_here
from web.signing_in.sign_in import Answer, retry_after, too_many
from web.words import words

pages = Blueprint("second_step", __name__, url_prefix="/sign-in")


@pages.get("/code")
@open_to(Right.HALFWAY)
def page() -> str | Response:
    """The code; or how to get an authenticator, for somebody who has none."""
    if not has_authenticator(desk().record, halfway().account):
        return redirect(url_for("second_step.set_up_page", next=_next()), 303)
    return _code()


@pages.post("/code")
@open_to(Right.HALFWAY)
def give() -> Answer:
    at = desk()
    try:
        code = request.form.get("code", "")
        token = complete(at.record, token_here(), code, at.clock(), telephone=at.telephones())
    except WrongCode:
        return _code(words().t("code.wrong")), 422
    except TooManyTries as many:
        return _code(too_many(many)), 429, retry_after(many.until)
    return entered(token, _next())


@pages.get("/authenticator")
@open_to(Right.HALFWAY)
def set_up_page() -> str | Response:
    if has_authenticator(desk().record, halfway().account):
        return redirect(url_for("second_step.page", next=_next()), 303)
    return _set_up()


@pages.post("/authenticator")
@open_to(Right.HALFWAY)
def set_up() -> Answer:
    """Keep the authenticator that shows the right code; the recovery codes are told on this page alone."""
    at = desk()
    try:
        code = request.form.get("code", "")
        token, codes = set_up_and_complete(
            at.record, token_here(), _secret(), code, at.clock(), telephone=at.telephones()
        )
    except WrongCode:
        return _set_up(words().t("code.wrong")), 422
    except TooManyTries as many:
        return _set_up(too_many(many)), 429, retry_after(many.until)
    except Conflict:
        return redirect(url_for("second_step.page", next=_next()), 303)
    return carry(Response(shown_once(codes, onward(token, _next())), mimetype="text/html"), token)


def shown_once(codes: tuple[str, ...], onward: str) -> str:
    """The page of new recovery codes: afterwards the record knows only their hashes."""
    return render_template("recovery_codes.html", codes=codes, next=onward)


def _secret() -> bytes:
    """The secret that this sign-in offers: the same at each look, kept nowhere until its code has been shown."""
    key = desk().serving.secret_key.encode()
    return hmac.digest(key, f"authenticator {token_here()}".encode(), "sha256")[:SECRET_BYTES]


def _code(problem: str = "") -> str:
    return render_template("code.html", problem=problem, next=_next())


def _set_up(problem: str = "") -> str:
    secret, account = _secret(), halfway().account
    picture = segno.make(setup_address(secret, account, words().t("site.title")), micro=False, error="m")
    drawn = picture.svg_inline(scale=5, border=4, omitsize=True, svgclass="qr", lineclass=None)
    # Drawn by segno from our own address: squares, and nothing that anybody typed.
    svg = Markup(drawn)  # noqa: S704
    return render_template("authenticator.html", problem=problem, next=_next(), svg=svg, key=written(secret))


def _next() -> str:
    return own_path(request.values.get("next", ""))
