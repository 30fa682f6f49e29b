"""Signing in by an identity provider: out, back, and out of there again."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from cases.signing_in.sign_ins import begin_by_identity, sign_out
from web.desk import desk
from web.guard import Right, open_to
from web.paths import own_path
from web.signing_in.cookie import entered, token_here
from web.signing_in.identity_provider import IdentityProvider, ProviderRefused, Visit

PATH = "/sign-in/provider"
BACK = f"{PATH}/back"
MINUTES = 10
"""How long somebody may take at the provider."""

pages = Blueprint("provider", __name__)


@pages.get(PATH)
@open_to(Right.EVERYBODY)
def go() -> Response:
    """To the provider. The visit begins in this browser, and ends only there."""
    at, provider = desk(), _provider()
    cookie = at.record.random_bytes(32).hex()
    visit = Visit.of(cookie, at.serving.secret_key)
    answer = make_response(redirect(provider.address(visit, at.clock()), 303))
    path = own_path(request.args.get("next", ""))
    answer.set_cookie(
        _cookie_name(), f"{cookie} {path}", max_age=MINUTES * 60, secure=at.serving.secure, httponly=True,
        samesite="Lax",
    )  # fmt: skip
    return answer


@pages.get(BACK)
@open_to(Right.EVERYBODY)
def back() -> Response:
    """From the provider, with a code that tells who it is; a code that this browser did not ask for opens nothing."""
    at, provider = desk(), _provider()
    cookie, _, path = request.cookies.get(_cookie_name(), "").partition(" ")
    if not cookie or "code" not in request.args:
        raise ProviderRefused(ProviderRefused.__doc__)
    came_back = f"{provider.registration.back}?{request.query_string.decode('ascii', 'replace')}"
    identity = provider.identity(Visit.of(cookie, at.serving.secret_key), came_back, at.clock())
    token = begin_by_identity(at.record, identity, at.clock())
    if token_here():
        sign_out(at.record, token_here())
    answer = entered(token, own_path(path))
    answer.delete_cookie(_cookie_name(), secure=at.serving.secure, httponly=True, samesite="Lax")
    return answer


@pages.get(f"{PATH}/leave")
@open_to(Right.EVERYBODY)
def leave() -> Response:
    """End the sign-in at the provider too, where it offers that; ours has ended already.

    A page goes on by itself, not a redirect: that would still count as our form's, and forms go to us alone.
    """
    at, provider = desk(), _provider()
    address = provider.leaving(at.serving.origin + url_for("sign_in.form"), at.clock())
    if not address:
        return redirect(url_for("sign_in.form"), 303)
    answer = make_response(render_template("left.html", address=address, provider=provider.name))
    answer.headers["Refresh"] = f"0; url={address}"
    return answer


def _cookie_name() -> str:
    return "__Host-stegen-visit" if desk().serving.secure else "stegen_visit"


def _provider() -> IdentityProvider:
    found = desk().provider
    if found is None:
        raise NotFound
    return found
