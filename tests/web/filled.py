"""A form as somebody sends it who answers every question: for tests that want what comes after a form, of any move."""

from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any

WORDS = "Vi har talats vid och ser olika på frågan."
AHEAD = timedelta(days=30)
TYPED = {"number": "3", "email": "nagon@example.org"}


class _Answers(HTMLParser):
    """Answers the questions of one form: the first choice of each, words where words are asked for, a date ahead."""

    def __init__(self, action: str, today: date) -> None:
        super().__init__()
        self.given: dict[str, str] = {}
        self._action, self._day = action, (today + AHEAD).isoformat()
        self._inside = False
        self._written = self._chosen = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = has.get("action") == self._action
        if not self._inside:
            return
        name = has.get("name", "")
        if tag == "input" and name:
            self._take(name, has)
        elif tag == "textarea":
            self._written, self.given[name] = name, ""
        elif tag == "select":
            self._chosen = name
        elif tag == "option" and self._chosen and has.get("value") and ("selected" in has or not self._has_choice()):
            self.given[self._chosen] = has["value"]

    def _has_choice(self) -> bool:
        return bool(self.given.get(self._chosen))

    def _take(self, name: str, has: dict[str, str]) -> None:
        kind, value = has.get("type", "text"), has.get("value", "")
        if kind == "checkbox":
            family = name.partition("-")[0]
            if not any(taken.partition("-")[0] == family for taken in self.given):
                self.given[name] = value
        elif kind == "radio":
            if "checked" in has or (value and not self.given.get(name)):
                self.given[name] = value
        elif kind not in ("submit", "file"):
            self.given[name] = value or (self._day if kind == "date" else TYPED.get(kind, WORDS))

    def handle_data(self, data: str) -> None:
        if self._written:
            self.given[self._written] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        if tag == "textarea" and self._written:
            self.given[self._written] = self.given[self._written] or WORDS
            self._written = ""
        if tag == "select":
            self._chosen = ""


def filled(page: str, action: str, today: date) -> dict[str, Any]:
    """The fields of the page's form that goes to `action`, all answered; empty where there is no such form."""
    answers = _Answers(action, today)
    answers.feed(page)
    return answers.given
