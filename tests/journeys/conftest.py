"""A served county for the journeys: the pages on a loopback port, answered from a thread, and people in browsers.

Fixtures
- `served_record`: Västra Götaland's record on SQLite. Pages are the same on both databases (tests/web).
- `clock`: the clock of pages and letters, which a journey turns on: `clock.now += ...`.
- `base_url`: where the pages answer.
- `enter`: a function that signs somebody in, in a browser of her own, and gives a `Person`.
- `leaving`: a function that closes a `Person`'s browser at the end.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

import pytest
from jinja2 import FileSystemBytecodeCache
from werkzeug.serving import make_server

from cases.record import Record
from cases.sight import Seer
from config.county import County
from tests.databases import SqliteDatabases
from tests.journeys.person import Person
from tests.record import open_at, unhurried
from tests.web.quiet import Quiet
from tests.web.visitor import SECRET, Hands
from web.app import create_app
from web.desk import Serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def served_record(
    sqlite_databases: SqliteDatabases, county: County, _seeded: Callable[[str], None], tmp_path: Path
) -> Iterator[Record]:
    url = sqlite_databases.fresh(_seeded)
    opened = unhurried(open_at(url, county, tmp_path / "papers"))
    yield opened
    opened.database.close()
    sqlite_databases.drop(url)


@pytest.fixture(autouse=True, scope="module")
def _quick(quick_passwords: None) -> None:
    """Nobody here measures what a password costs."""


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def base_url(served_record: Record, clock: Hands, compiled_templates: FileSystemBytecodeCache) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, _not_yet, threaded=True, request_handler=Quiet)
    url = f"http://127.0.0.1:{server.server_port}"
    # The pages must know their own address, which only the bound server knows.
    server.app = create_app(served_record, Serving(url, SECRET), clock, demo=True)
    server.app.jinja_env.bytecode_cache = compiled_templates
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield url
    server.shutdown()
    thread.join()
    server.server_close()


def _not_yet(*_: object) -> list[bytes]:
    raise AssertionError("the server was asked before its pages were there")


P = TypeVar("P", bound=Person)


@pytest.fixture
def leaving() -> Iterator[Callable[[P], P]]:
    entered: list[Person] = []

    def stays(person: P) -> P:
        entered.append(person)
        return person

    yield stays
    for person in entered:
        person.leave()


@pytest.fixture
def enter(browser: "Browser", base_url: str, leaving: Callable[[Person], Person]) -> Callable[[Seer], Person]:
    def sign_in(seer: Seer) -> Person:
        person = leaving(Person(browser, base_url))
        person.sign_in(seer)
        return person

    return sign_in
