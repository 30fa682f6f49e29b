"""Our errors and what a page answers to each: one table. Nothing in an answer tells what somebody may not know.

A case that one may not know of is answered like a number that never was: by the same page, byte for byte. Forms catch
the errors they can help with themselves, so that nothing typed is lost; what reaches this table has no form.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Flask, g, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from cases.acting import Refused, Stale
from cases.answers import KeyReused
from cases.apply import CaseMovedOn
from cases.contents.forum_files import NoSuchRevision
from cases.contents.kept_in_clear import BadText, NumberInText
from cases.contents.matter import NotAllowed
from cases.contents.papers import PaperRefused
from cases.contents.secrecy import SecretUnreadable
from cases.database import (
    Conflict,
    DatabaseBusy,
    DatabaseError,
    DatabaseFull,
    DatabaseReadOnly,
    DatabaseUnreadable,
)
from cases.functions import NotYourFunction
from cases.sight import CaseUnknown
from cases.signing_in.sign_ins import NotSignedIn, UnknownIdentity
from web.guard import MACHINE_FIELDS, SAFE, CrossSite, asked_for
from web.serving.request_log import request_id, route
from web.signing_in.identity_provider import NotAssured, ProviderAway, ProviderRefused
from web.signing_in.kept import keep_form
from web.words import words

log = logging.getLogger(__name__)

BUSY_AGAIN = 5
"""Seconds after which a refused write is worth another try."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`key` names the page's words in texts.toml: `error.KEY.title` and `error.KEY.text`."""

    status: int
    key: str


ANSWERS: dict[type[Exception], Answer] = {
    CaseUnknown: Answer(404, "unknown"),
    NotYourFunction: Answer(403, "function"),
    NotAllowed: Answer(403, "not_allowed"),
    CrossSite: Answer(403, "cross_site"),
    Stale: Answer(409, "stale"),
    CaseMovedOn: Answer(409, "stale"),
    NoSuchRevision: Answer(409, "revision"),
    Refused: Answer(422, "refused"),
    KeyReused: Answer(422, "key_reused"),
    NumberInText: Answer(422, "number_in_text"),
    BadText: Answer(422, "bad_text"),
    PaperRefused: Answer(422, "paper"),
    SecretUnreadable: Answer(503, "sealed"),
    ProviderAway: Answer(503, "provider_away"),
    ProviderRefused: Answer(403, "provider_refused"),
    NotAssured: Answer(403, "not_assured"),
    UnknownIdentity: Answer(403, "unknown_identity"),
    Conflict: Answer(409, "stale"),
    DatabaseBusy: Answer(503, "busy"),
    DatabaseFull: Answer(503, "full"),
    DatabaseReadOnly: Answer(503, "read_only"),
    DatabaseUnreadable: Answer(503, "unreadable"),
}

HTTP: dict[int, str] = {404: "unknown", 405: "method", 400: "bad_request", 413: "too_large"}

PASSWORDS = ("password", "old_password", "new_password", "new_password_again")
FIELDS_NOT_TYPED = frozenset((*MACHINE_FIELDS, *PASSWORDS))


def answer_to(error: Exception) -> Answer:
    """The row for an error: its own, or that of its nearest kin."""
    kin = next((k for k in type(error).__mro__ if k in ANSWERS), None)
    return ANSWERS[kin] if kin is not None else Answer(500, "fault")


def why_not_kept(error: BadText, otherwise: str) -> str:
    """The sentence beside a text that is not kept; `otherwise` is the page's own, where no number stands in it."""
    return words().t("error.number_in_text.text") if isinstance(error, NumberInText) else otherwise


def set_errors(app: Flask) -> None:
    for kind in ANSWERS:
        app.register_error_handler(kind, _ours)
    app.register_error_handler(NotSignedIn, _not_signed_in)
    app.register_error_handler(SecurityError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def _ours(error: Exception) -> Response:
    answer = answer_to(error)
    return page(answer.status, answer.key)


def page(status: int, key: str, *, fault: str = "") -> Response:
    """An error's own page. What was typed in a form that had no page to come back to is shown, to be copied."""
    typed = {k: v for k, v in request.form.items() if v.strip() and k not in FIELDS_NOT_TYPED}
    shown = make_response(_rendered(key, fault, typed), status)
    if status == 503:
        shown.headers["Retry-After"] = str(BUSY_AGAIN)
    return shown


def _rendered(key: str, fault: str, typed: dict[str, str]) -> str:
    """Without the name of whoever is signed in when the database cannot give it. A fault while a page was `read` has
    changed nothing; after a form was sent nobody knows whether it did."""
    g.lost = True
    told = {"key": key, "fault": fault, "typed": typed, "read": key == "fault" and request.method in SAFE}
    try:
        return render_template("error.html", **told)
    except DatabaseError:
        g.here = None
        return render_template("error.html", **told)


def _not_signed_in(error: NotSignedIn) -> Response:
    """A page that was asked for opens after signing in; a form that was sent is given back with all its words, and
    comes back filled in where we can tell whose it is."""
    if request.method in SAFE:
        return redirect(url_for("sign_in.form", next=asked_for()), 303)
    return page(401, "kept" if keep_form() else "signed_out")


def _forged(error: SecurityError) -> Response:
    """A request that names another host: no page can be made for it, and no address in it is repeated."""
    return Response("This host is not served here.\n", 400, content_type="text/plain; charset=utf-8")


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return error.get_response(request.environ)
    return page(status, HTTP.get(status, "bad_request" if status < 500 else "fault"))


def _fault(error: Exception) -> Response:
    """Something nobody foresaw: its id stands in the log beside what happened, and nothing else leaves."""
    fault = request_id()
    log.error("fault %s in %s", fault, route(), exc_info=error, extra={"fields": {"request": fault, "route": route()}})
    return page(500, "fault", fault=fault)
