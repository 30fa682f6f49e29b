"""Somebody at the pages: a test client that is signed in, reads forms off the pages, and sends them back."""

from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from typing import Any, TypeVar

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.record import MORNING
from web.desk import Serving

T = TypeVar("T")
SECRET = "a secret that only tests know, long enough"
SERVING = Serving("http://localhost", SECRET)
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Hands:
    """A clock that stands where the test puts it."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now


class _Forms(HTMLParser):
    """The forms of a page: where they go, and the fields they carry."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, Any]] = []
        self._area: tuple[str, str] | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "option" and "selected" in given and self.found:
            self.found[-1]["fields"][self._select] = given.get("value") or ""
        if tag == "form":
            self.found.append({"action": given.get("action") or "", "method": given.get("method"), "fields": {}})
        if not self.found or not given.get("name"):
            return
        if tag == "input" and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self.found[-1]["fields"][given["name"]] = given.get("value") or ""
        if tag == "textarea":
            self._area = (str(given["name"]), "")
        if tag == "select":
            self._select = str(given["name"])
            self.found[-1]["fields"][self._select] = ""

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area = (self._area[0], self._area[1] + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            name, text = self._area
            self.found[-1]["fields"][name] = text.removeprefix("\n")
            self._area = None


@dataclass
class Visitor:
    """Somebody at the pages."""

    client: FlaskClient
    headers: dict[str, str] = field(default_factory=lambda: dict(SAME_ORIGIN))

    def open(self, method: str, path: str, **more: Any) -> TestResponse:
        # Buffered, so that a file that is served is closed again.
        return self.client.open(path, method=method, buffered=True, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.open("GET", path, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        return self.open("POST", path, data=data or {}, headers=self.headers, **more)

    def form(self, path: str, action: str = "") -> dict[str, str]:
        """The fields of the page's form that goes to `action` (its own address by default), as they are filled in."""
        return form_of(self.get(path), action or path)

    def move(self, number: str, move: str, words: dict[str, str] | None = None) -> TestResponse:
        """Open a move's form and send it, through the preview where the routine wants one."""
        path = f"/cases/{number}/moves/{move}"
        page = self.get(path)
        answer = next(f for f in forms_of(page) if f["action"] in (path, f"/cases/{number}/preview/{move}"))
        sent = self.post(answer["action"], answer["fields"] | (words or {}))
        if "/preview/" in answer["action"] and sent.status_code == 200:
            return self.post(path, form_of(sent, path))
        return sent


def forms_of(page: TestResponse) -> list[dict[str, Any]]:
    parser = _Forms()
    parser.feed(page.text)
    return parser.found


def form_of(page: TestResponse, action: str) -> dict[str, str]:
    return next(dict(f["fields"]) for f in forms_of(page) if f["action"] == action)


def on_both(test: T) -> T:
    """Declares that the point of a test depends on the database: it runs on PostgreSQL as well as on SQLite."""
    test.on_both = True  # type: ignore[attr-defined]
    return test
