"""One's own account: its password, its authenticator, its recovery codes."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.organisation.people import person
from cases.signing_in import authenticators
from cases.signing_in.authenticators import WrongCode, has_authenticator, recovery_codes_left
from cases.signing_in.guesses import TooManyTries
from cases.signing_in.passwords import SHORTEST, WeakPassword, stored_password
from cases.signing_in.sign_ins import WrongSignIn, begin, change_password, renew
from web.desk import desk
from web.guard import Right, here, open_to
from web.reminders import REMINDERS, offered
from web.signing_in.cookie import carry, going_on, token_here
from web.signing_in.invitation import why_weak
from web.signing_in.second_step import shown_once
from web.signing_in.sign_in import Answer, retry_after, too_many
from web.words import words

pages = Blueprint("account", __name__, url_prefix="/account")


@pages.get("")
@open_to(Right.SIGNED_IN)
def page() -> str:
    return _page()


@pages.post("/password")
@open_to(Right.SIGNED_IN)
def password() -> Answer:
    """A new password for the old one. All other sign-ins end; this one goes on under a new token."""
    at, new = desk(), request.form.get("new_password", "")
    if new != request.form.get("new_password_again", ""):
        return _page(password=words().t("password.differ")), 422
    try:
        change_password(at.record, here().account, request.form.get("old_password", ""), new, at.clock())
    except WrongSignIn:
        return _page(password=words().t("password.wrong")), 422
    except WeakPassword as weak:
        return _page(password=why_weak(weak)), 422
    except TooManyTries as many:
        return _page(password=too_many(many)), 429, retry_after(many.until)
    token = begin(at.record, here().account, here().post, at.clock(), here().proof)
    return going_on(token, url_for("account.page", done="password"))


@pages.post("/recovery-codes")
@open_to(Right.SIGNED_IN)
def recovery_codes() -> Answer:
    """New recovery codes instead of the old ones, for a code of the authenticator."""
    at = desk()
    refused = _refused_code()
    if refused is not None:
        return refused
    codes = authenticators.new_recovery_codes(at.record, here().account)
    token = renew(at.record, token_here(), here().post, at.clock())
    return carry(Response(shown_once(codes, url_for("account.page")), mimetype="text/html"), token)


@pages.post("/authenticator")
@open_to(Right.SIGNED_IN)
def new_authenticator() -> Answer:
    """Forget the authenticator, for one of its codes or a recovery code; another one is set up at once."""
    at, account = desk(), here().account
    refused = _refused_code()
    if refused is not None:
        return refused
    authenticators.forget(at.record, account)
    token = begin(at.record, account, "", at.clock(), "password")
    return going_on(token, url_for("second_step.set_up_page", next=url_for("account.page")))


def _refused_code() -> Answer | None:
    at = desk()
    try:
        code = request.form.get("code", "")
        authenticators.check(at.record, here().account, code, at.clock(), telephone=at.telephones())
    except WrongCode:
        return _page(code=words().t("code.wrong")), 422
    except TooManyTries as many:
        return _page(code=too_many(many)), 429, retry_after(many.until)
    return None


def _page(password: str = "", code: str = "") -> str:
    """`password` and `code` say what was wrong in those forms."""
    at, account = desk(), here().account
    with at.record.database.read() as tx:
        local = stored_password(tx, account) != ""
    two = has_authenticator(at.record, account)
    return render_template(
        "account.html", person=person(at.record, account), local=local, two=two, shortest=SHORTEST,
        left=recovery_codes_left(at.record, account) if two else 0, password_problem=password, code_problem=code,
        done=request.args.get("done") if request.args.get("done") in ("password", REMINDERS) else "",
        reminders=offered(),
    )  # fmt: skip
