"""The pages of a whole county's record, opened by a test client.

Fixtures
- `clock`: the pages' clock, which a test sets: `clock.now = ...`.
- `app`: the application of `record`, with ready sign-ins.
- `at`: a function that opens a `Visitor` signed in as an account in a function.
- `nobody`: a visitor who is not signed in; `app_visitors`: a function that opens one more such visitor.
- `pages` (session): routes, templates and guard, put together once; each test has a record and a desk of its own.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from cases.organisation.directory import Directories
from cases.record import Record
from cases.sight import Seer
from tests.web.visitor import SERVING, Hands, Visitor
from web.app import create_app
from web.desk import EXTENSION, Desk
from web.serving.tally import Tally

FOLDER = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Pages are the same on both databases; only tests that say so run on the second."""
    spared = [item for item in items if _is_spared(item)]
    if spared:
        config.hook.pytest_deselected(items=spared)
        items[:] = [item for item in items if item not in spared]


def _is_spared(item: pytest.Item) -> bool:
    if not isinstance(item, pytest.Function) or FOLDER not in item.path.parents:
        return False
    parameters = getattr(item, "callspec", None)
    kind = parameters.params.get("database_kind") if parameters is not None else None
    return kind == "postgresql" and not getattr(item.function, "on_both", False)


@pytest.fixture(autouse=True, scope="module")
def _quick(quick_passwords: None) -> None:
    """Nobody here measures what a password costs."""


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture(scope="session")
def pages() -> list[Flask]:
    """The one application, once the first test has asked for it."""
    return []


@pytest.fixture
def app(record: Record, clock: Hands, compiled_templates: FileSystemBytecodeCache, pages: list[Flask]) -> Flask:
    if not pages:
        pages.append(create_app(record, SERVING, clock, demo=True))
        pages[0].jinja_env.bytecode_cache = compiled_templates
    app = pages[0]
    desk: Desk = app.extensions[EXTENSION]
    tally = Tally(sorted({rule.rule for rule in app.url_map.iter_rules()}), 1)
    app.extensions[EXTENSION] = replace(
        desk, record=record, clock=clock, telephones=clock, directories=Directories(record), tally=tally
    )
    return app


@pytest.fixture
def at(app: Flask) -> Callable[[Seer], Visitor]:
    def sign_in(seer: Seer) -> Visitor:
        visitor = Visitor(app.test_client())
        answer = visitor.post("/sign-in/demo", {"account": seer.account, "post": seer.post})
        assert answer.status_code == 303, answer.text
        return visitor

    return sign_in


@pytest.fixture
def nobody(app: Flask) -> Visitor:
    return Visitor(app.test_client())


@pytest.fixture
def app_visitors(app: Flask) -> Callable[[], Visitor]:
    """Visitors who are not signed in, each in a browser of her own."""
    return lambda: Visitor(app.test_client())
