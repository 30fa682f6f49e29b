"""The invitation's page, where a password is chosen, and the way to a new one for somebody who has forgotten hers."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from cases.signing_in.guesses import TooManyTries
from cases.signing_in.invitations import Invited, NotInvited, accept, ask_again, invited
from cases.signing_in.passwords import SHORTEST, WeakPassword
from cases.signing_in.sign_ins import begin
from web.desk import desk
from web.guard import Right, open_to
from web.signing_in.cookie import entered
from web.signing_in.sign_in import Answer, address_here, retry_after, too_many
from web.words import words

pages = Blueprint("invitation", __name__)


@pages.get("/invitation/<token>")
@open_to(Right.EVERYBODY)
def page(token: str) -> str | tuple[str, int]:
    """Nothing happens by looking: mail scanners open links."""
    try:
        return _page(token, invited(desk().record, token, desk().clock()))
    except NotInvited:
        return _gone()


@pages.post("/invitation/<token>")
@open_to(Right.EVERYBODY)
def choose(token: str) -> Answer | str:
    """Keep the password and sign in with it; the second step follows where one is needed."""
    at, password = desk(), request.form.get("new_password", "")
    try:
        whom = invited(at.record, token, at.clock())
        if password != request.form.get("new_password_again", ""):
            return _page(token, whom, words().t("password.differ")), 422
        account = accept(at.record, token, password, at.clock())
    except NotInvited:
        return _gone()
    except WeakPassword as weak:
        return _page(token, whom, why_weak(weak)), 422
    return entered(begin(at.record, account, "", at.clock(), "password"), "/")


@pages.get("/forgotten")
@open_to(Right.EVERYBODY)
def forgotten() -> str:
    return render_template("forgotten.html", asked=False, problem="")


@pages.post("/forgotten")
@open_to(Right.EVERYBODY)
def ask() -> Answer | str:
    """A letter, if there is such an account; the page says the same whether there is or not."""
    at = desk()
    try:
        ask_again(at.record, request.form.get("account", ""), address_here(), at.clock())
    except TooManyTries as many:
        return render_template("forgotten.html", asked=False, problem=too_many(many)), 429, retry_after(many.until)
    return render_template("forgotten.html", asked=True, problem="")


def why_weak(weak: WeakPassword) -> str:
    return words().t(f"password.{weak.code}", shortest=SHORTEST)


def _page(token: str, whom: Invited, problem: str = "") -> str:
    return render_template("invitation.html", token=token, whom=whom, problem=problem, shortest=SHORTEST)


def _gone() -> tuple[str, int]:
    return render_template("invitation_gone.html"), 410
