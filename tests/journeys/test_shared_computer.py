"""A browser that others use too, or that has another site open: it shows and tells nothing of what was read in it."""

from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from cases.record import Record
from cases.sight import Seer
from tests.cases.deviations import MAJA, REPORT, arrived
from tests.journeys.person import Person
from tests.web.quiet import Quiet

NEVER_WAS = "2026-0000000"

ASKS = """async (address) => {
  const told = {};
  const comes = (kind, name, set) => new Promise((tell) => {
    const part = document.createElement(kind);
    part.onload = () => tell("load");
    part.onerror = () => tell("error");
    set(part);
    document.body.append(part);
  }).then((end) => { told[name] = end; });
  await comes("img", "picture", (part) => { part.src = address; });
  await comes("script", "script", (part) => { part.src = address; });
  await comes("link", "sheet", (part) => { part.rel = "stylesheet"; part.href = address; });
  await comes("iframe", "frame", (part) => { part.src = address; });
  told.frames = window.frames[window.frames.length - 1].length;
  for (const mode of ["no-cors", "cors"]) {
    told[mode] = await fetch(address, { mode, credentials: "include" }).then((answer) => answer.type, () => "error");
  }
  return told;
}"""
"""Every way in which a page of another site can ask for an address, and all that each tells it."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Another site on this machine: `localhost`, where our pages are at 127.0.0.1."""
    server = make_server("127.0.0.1", 0, Response("<!doctype html><p>.", mimetype="text/html"), request_handler=Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_whoever_comes_after_goes_back_and_finds_the_way_in(
    served_record: Record, enter: Callable[[Seer], Person]
) -> None:
    """Lost otherwise: on a ward's computer the next one presses Back and reads a case."""
    number = arrived(served_record)
    maja = enter(MAJA)
    maja.open(f"/cases/{number}")
    maja.follow("Underlag till samverkan")
    maja.press("Logga ut")
    for _ in range(3):
        maja.page.go_back()
        assert "/sign-in" in maja.page.url
        assert number not in maja.page.locator("main").inner_text()
        assert REPORT["what"] not in maja.page.content()


def test_another_site_cannot_tell_a_case_from_a_number_that_never_was(
    served_record: Record, enter: Callable[[Seer], Person], elsewhere: str
) -> None:
    """Lost otherwise: a page that she has open beside ours finds out which cases there are, and which are hers."""
    hers = arrived(served_record)
    maja, told = enter(MAJA), []
    for number in (hers, NEVER_WAS):
        address = f"{maja.base_url}/cases/{number}"
        maja.page.goto(elsewhere)
        told.append((maja.page.evaluate(ASKS, address), _opened(maja, address, hers)))
    assert told[0] == told[1]
    assert len(maja.faults) == len(told), "each was asked for in a frame"
    assert all("frame-ancestors" in fault for fault in maja.faults)
    maja.faults.clear()


def _opened(person: Person, address: str, hers: str) -> dict[str, Any]:
    """What a site learns of a window that it opens with our page in it, which is there for her all the same."""
    with person.page.expect_popup() as opening:
        person.page.evaluate("address => { window.opened = window.open(address); }", address)
    opening.value.wait_for_load_state()
    assert (hers in opening.value.title()) == address.endswith(hers)
    learnt: dict[str, Any] = person.page.evaluate("() => ({closed: opened.closed, frames: opened.length})")
    opening.value.close()
    return learnt
