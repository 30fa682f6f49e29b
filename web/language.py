"""Which language a page speaks: what was chosen here, else the person's own, else the browser's, else Swedish."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, g, make_response, redirect, request
from werkzeug.wrappers import Response

from web.desk import desk
from web.guard import Right, open_to
from web.paths import own_path
from workflows.calendar import Language
from workflows.definition import Text

LANGUAGES: tuple[Language, ...] = ("sv", "en")
COOKIE = "stegen_language"
YEAR = 365 * 24 * 3600

pages = Blueprint("language", __name__)


def say(text: Text, language: Language) -> str:
    return text.sv if language == "sv" else text.en


def language_now() -> Language:
    """The language of this page: what was chosen here, else the person's own, else what the browser asks for first of
    those that we speak, else Swedish."""
    here = g.get("here") or g.get("halfway")
    wanted = request.cookies.get(COOKIE) or (here.language if here is not None else "")
    if wanted not in LANGUAGES:
        wanted = request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])
    return cast(Language, wanted)


@pages.post("/language")
@open_to(Right.EVERYBODY)
def choose() -> Response:
    """Speak the other language from the next page on; the page that asked is shown again."""
    answer = make_response(redirect(own_path(request.form.get("next", "")), 303))
    if request.form.get("language") in LANGUAGES:
        secure = desk().serving.secure
        answer.set_cookie(COOKIE, request.form["language"], max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
    return answer
