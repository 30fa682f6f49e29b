"""Files that want to be a page: what comes back is a file to keep, and runs nothing (abuse case 12)."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from cases.record import Record
from cases.sight import Seer
from tests.cases.deviations import MAJA, arrived
from tests.web.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

SCRIPT = b"<script>document.title = 'ran'</script>"
HTML = b"<!doctype html><html><body>" + SCRIPT + b"</body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"
XML = b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT + b"</html>"
PDF = b"%PDF-1.7\n1 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj\n%%EOF\n" + HTML
PNG = b"\x89PNG\r\n\x1a\n" + HTML
TEXT = "Anteckning från mötet.\n".encode() + HTML
SENT = tuple(
    (content, name)
    for content in (HTML, SVG, XML, PDF, PNG, TEXT)
    for name in (
        "sida.html",
        "bild.svg",
        "sida.xhtml",
        "data.xml",
        "rutin.pdf",
        "bild.png",
        "text.txt",
        "sida.html.txt",
    )
)
SERVED = frozenset(("application/pdf", "image/png", "image/jpeg", "text/plain"))
"""What a file can come back as, of those that these could pass for: from our own list, never what was sent along."""

SHOWN_AS = "http://localhost/shown"


def test_a_file_that_wants_to_be_a_page_is_refused_or_comes_back_as_a_file(
    record: Record, at: Callable[[Seer], Visitor], page: "Page"
) -> None:
    """Lost otherwise: what one party uploads acts in the name of whoever opens it at the other."""
    number, maja = arrived(record), at(MAJA)
    for content, name in SENT:
        file = (io.BytesIO(content), name, "text/html")
        answer = maja.post(f"/cases/{number}/papers", {"for": "inner", "file": file})
        assert answer.status_code in (303, 422), (name, content[:12])
    listed = maja.get(f"/cases/{number}").text.split(f'href="/cases/{number}/papers/')[1:]
    kept = {part.partition('"')[0] for part in listed}
    assert len(kept) > 1, "nothing was kept, so nothing was tried"
    for handle in kept:
        got = maja.get(f"/cases/{number}/papers/{handle}")
        assert got.mimetype in SERVED
        assert got.headers["Content-Disposition"].startswith("attachment")
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in got.headers["Content-Security-Policy"].split("; ")
        if got.mimetype == "text/plain":
            headers = {name: value for name, value in got.headers.items() if name != "Content-Disposition"}
            assert _title(page, headers, got.get_data()) != "ran", "shown after all, by a browser that keeps nothing"
    assert _title(page, {"Content-Type": "text/html"}, HTML) == "ran", "the browser would have run it"


def _title(page: "Page", headers: dict[str, str], body: bytes) -> str:
    """What the browser calls a page that comes with these headers."""

    def give(route: "Route") -> None:
        route.fulfill(status=200, headers=headers, body=body)

    page.route(SHOWN_AS, give)
    page.goto(SHOWN_AS)
    return page.title()
