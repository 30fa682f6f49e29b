"""The cookie that names a sign-in: a random token, for this host alone, out of reach of any script."""

from __future__ import annotations

from flask import make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from cases.signing_in.kept_forms import kept_for
from cases.signing_in.sign_ins import resume
from web.desk import desk


def cookie_name() -> str:
    """`__Host-` ties the cookie to this host and to encrypted connections; plain loopback cannot have it."""
    return "__Host-stegen" if desk().serving.secure else "stegen"


def token_here() -> str:
    """The token that the browser sent; "" without one."""
    return request.cookies.get(cookie_name(), "")


def carry(answer: Response, token: str) -> Response:
    """Give the browser a new token with this answer."""
    answer.set_cookie(cookie_name(), token, secure=desk().serving.secure, httponly=True, samesite="Lax")
    return answer


def going_on(token: str, path: str) -> Response:
    """To the page that was asked for, under a new token."""
    return carry(make_response(redirect(path, 303)), token)


def entered(token: str, path: str) -> Response:
    """The same for somebody who has just signed in, by way of what is still due."""
    return going_on(token, onward(token, path))


def onward(token: str, path: str) -> str:
    """Where somebody who has just signed in goes first: to the second step, to a form of hers that was kept, or to the
    page that she asked for."""
    at = desk()
    found = resume(at.record, token, at.clock())
    if not found.whole:
        return url_for("second_step.page", next=path)
    return url_for("kept.page") if kept_for(at.record, found.account, at.clock()) is not None else path


def left(path: str) -> Response:
    """To that page without a sign-in, and nothing of it in the browser's memory."""
    answer = make_response(redirect(path, 303))
    answer.delete_cookie(cookie_name(), secure=desk().serving.secure, httponly=True, samesite="Lax")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
