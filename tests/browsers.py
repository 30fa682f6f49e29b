"""A real browser for the journeys: the system's own Chromium, driven by Playwright.

Fixtures
- `browser` (session): a running `playwright.sync_api.Browser`. Skips where no Chromium is found. A test that asks
  for it, directly or through `page`, carries the marker `browser` by itself.
- `page`: a fresh `playwright.sync_api.Page` (1280 × 900, Swedish, Stockholm time) that fails the test on a script
  error or a breach of the content security policy.

While `browser` lives, its driver's event loop runs in the main thread: `asyncio.run` in a test needs a thread.
"""

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Error, Page

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable")
"""The first one found: the shell has no window to draw, and costs two thirds of the time."""
ABSENT = "Chromium was not found: install it (Debian: apt-get install --no-install-recommends chromium)."
SWITCHES = [
    "--no-sandbox",  # the sandbox refuses to start as root and in most containers; only our own pages are opened
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
]


def pytest_itemcollected(item: pytest.Item) -> None:
    if "browser" in getattr(item, "fixturenames", ()):
        item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        pytest.skip(ABSENT)

    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=SWITCHES)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    context = browser.new_context(
        locale="sv-SE", timezone_id="Europe/Stockholm", viewport={"width": 1280, "height": 900}
    )
    fresh = context.new_page()
    faults: list[str] = []

    def script_failed(error: "Error") -> None:
        faults.append(error.message)

    def console_spoke(message: "ConsoleMessage") -> None:
        if "Content Security Policy" in message.text:
            faults.append(message.text)

    fresh.on("pageerror", script_failed)
    fresh.on("console", console_spoke)
    yield fresh
    context.close()
    assert not faults, f"The page's scripts failed: {faults}"
