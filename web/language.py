"""Swedish and English: our own words from texts.toml, the routine's words from its definition."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, g, make_response, redirect, request
from werkzeug.wrappers import Response

from web.guard import Right, open_to
from web.paths import own_path
from workflows.calendar import Language
from workflows.definition import Text

LANGUAGES: tuple[Language, ...] = ("sv", "en")
COOKIE = "stegen_language"
YEAR = 365 * 24 * 3600

pages = Blueprint("language", __name__)


class Texts:
    """The interface's own words, `section.name` in both languages. A word that is missing is a fault, never a blank."""

    def __init__(self, path: Path) -> None:
        self._words = dict(_flat("", tomllib.loads(path.read_text(encoding="utf-8"))))

    def say(self, key: str, language: Language, **fill: object) -> str:
        text = self._words[key][0 if language == "sv" else 1]
        return text.format_map({name: str(value) for name, value in fill.items()}) if fill else text

    def has(self, key: str) -> bool:
        return key in self._words

    def keys(self) -> Iterator[str]:
        return iter(self._words)


def _flat(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    for name, value in table.items():
        if set(value) == {"sv", "en"}:
            yield prefix + name, (value["sv"], value["en"])
        else:
            yield from _flat(f"{prefix}{name}.", value)


def say(text: Text, language: Language) -> str:
    return text.sv if language == "sv" else text.en


def language_now() -> Language:
    """The language of this page: what was chosen here, else the person's own, else Swedish."""
    here = g.get("here")
    wanted = request.cookies.get(COOKIE) or (here.language if here is not None else "")
    return cast(Language, wanted) if wanted in LANGUAGES else "sv"


@pages.post("/language")
@open_to(Right.EVERYBODY)
def choose() -> Response:
    """Speak the other language from the next page on; the page that asked is shown again."""
    answer = make_response(redirect(own_path(request.form.get("next", "")), 303))
    if request.form.get("language") in LANGUAGES:
        answer.set_cookie(COOKIE, request.form["language"], max_age=YEAR, httponly=True, samesite="Lax")
    return answer
