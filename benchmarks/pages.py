"""Whole pages as a browser gets them, against a bare Flask page that runs the same queries and renders the same rows.

Ours signs the visitor in, asks her right, words every row in her language and draws the ladder; the bare page sends the
very statements of the same request to the driver and puts what comes back into a table.

`python -m benchmarks.pages [--full] [--rounds N]`
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from flask import Flask, render_template_string
from jinja2 import FileSystemBytecodeCache

from benchmarks._county import Kind, bare_connection, databases, filled, record_on
from benchmarks._replay import Asked, ListeningDatabase, rows_of
from benchmarks._rounds import Figure, Turn, command, cost, take_turns
from benchmarks._stock import RECEIVER, multiply, ready_to_lift, report_one
from cases.database import Database
from cases.lists.search_words import asked as words_of
from cases.record import Record
from cases.sight import Seer
from tests.databases import Databases
from tests.record import MORNING
from tests.web.visitor import SERVING, Hands, Visitor
from web.app import create_app
from workflows.organisation import holder_of

GOAL, GOAL_OF_SEARCH = 3.0, 10.0
"""Times the bare page's time, at most (issue 4)."""
GROWTH = 1.5
"""Times its own time among few cases, at most: no page grows with the number of cases."""

WORD = "hemgång"
"""What is searched for."""

ONE_WORD = "INSERT INTO search_term (holder, term, case_id, compartment) VALUES (:holder, :word, :case, 'shared')"
BESIDE = "utskrivning ortopedi hemgångsplanering"
"""Words that stand in every case, too, so that one word's postings are not the whole index; the last begins like what
is searched for."""
LESS = """DELETE FROM sight WHERE case_id = :case AND (compartment NOT IN ('cover', 'shared')
 OR (compartment = 'shared' AND holder <> :holder))"""

BARE = """<!doctype html><html lang="sv"><head><title>Stegen</title></head><body>
{% for rows in answers %}<table>{% for row in rows %}<tr>{% for value in row %}<td>{{ value }}</td>{% endfor %}</tr>
{% endfor %}</table>{% endfor %}</body></html>"""


def run(rounds: int, cases: int, pages: int, few: int = 2_000, kinds: tuple[Kind, ...] = ("sqlite",)) -> list[Figure]:
    """`rounds` rounds of `pages` times each page, among `few` and among `cases` cases, on each kind of database."""
    figures = []
    for kind in kinds:
        with databases(kind) as places, with_cases(places, few) as less, with_cases(places, cases) as more:
            for (what, (path, goal)), (small, _) in zip(
                asked_for(more[1]).items(), asked_for(less[1]).values(), strict=True
            ):
                told = f"{what} among {cases} cases, {kind}"
                figures += compare((less[0], small), (more[0], path), told, goal, few, rounds, pages)
    return figures


def asked_for(number: str) -> dict[str, tuple[str, float]]:
    """Each page with its goal."""
    return {
        "the work list": ("/cases", GOAL),
        "a case page": (f"/cases/{number}", GOAL),
        "a search for what stands in every case": (f"/search?q={WORD}", GOAL_OF_SEARCH),
        "a search for three words, one in no case,": (
            f"/search?q={WORD}+{BESIDE.split()[0]}+kanariefågel",
            GOAL_OF_SEARCH,
        ),
    }


def compare(
    less: tuple[str, str], more: tuple[str, str], what: str, goal: float, few: int, rounds: int, pages: int
) -> list[Figure]:
    """The page among many cases against a bare one, and against itself among few; each is (database, path)."""
    with ExitStack() as opened:
        heard, heard_among_few = (
            listen(opened.enter_context(closing(ListeningDatabase(url))), path) for url, path in (more, less)
        )
        assert len(heard) == len(heard_among_few), "the number of statements grows with that of cases"
        ours, ours_among_few = (opened.enter_context(closing(Database(url))) for url, _ in (more, less))
        connection = opened.enter_context(closing(bare_connection(more[0])))
        sides = {
            "our page": getting(visitor(record_on(ours)).get, more[1], pages),
            "the bare page": getting(bare_page(connection, heard).get, "/", pages),
            f"our page among {few}": getting(visitor(record_on(ours_among_few)).get, less[1], pages),
        }
        seconds = take_turns(rounds, sides)
        return [
            cost(what, seconds, "our page", "the bare page", goal),
            cost(f"{what} (growth)", seconds, "our page", f"our page among {few}", GROWTH),
        ]


@contextmanager
def with_cases(places: Databases, size: int) -> Iterator[tuple[str, str]]:
    """A database of so many cases that await one function, and the number of one that has come far."""
    told: list[str] = []
    url = filled(places, partial(fill, size=size, told=told))
    yield url, told[0]
    places.drop(url)


def fill(record: Record, size: int, told: list[str]) -> None:
    """Of each copy only what these pages read: its cover for all who list it, and what the parties share, with
    four words, for one function. What is measured is finding one among many, not how many words there are."""
    told.append(ready_to_lift(record))
    number = report_one(record, MORNING)
    with record.database.write() as tx:
        case = tx.value("SELECT id FROM cases WHERE number = :number", number=number)
        tx.run("DELETE FROM search_fresh WHERE case_id = :case", case=case)
        tx.run(LESS, case=case, holder=holder_of(RECEIVER.post))
        for word in words_of(f"{WORD} {BESIDE}"):
            tx.run(ONE_WORD, case=case, holder=holder_of(RECEIVER.post), word=word)
        multiply(tx, number, size, tables=("cases", "sight", "search_term"))


COMPILED = TemporaryDirectory(prefix="stegen-bench-")
"""Templates, compiled once for all the applications that are compared."""


def visitor(record: Record) -> Visitor:
    """Somebody signed in at the pages of a record."""
    pages = create_app(record, SERVING, Hands(), demo=True)
    pages.jinja_env.bytecode_cache = FileSystemBytecodeCache(COMPILED.name)
    return _signed_in(pages, RECEIVER)


def _signed_in(pages: Flask, seer: Seer) -> Visitor:
    somebody = Visitor(pages.test_client())
    answer = somebody.post("/sign-in/demo", {"account": seer.account, "post": seer.post})
    assert answer.status_code == 303, answer.text
    return somebody


def listen(database: ListeningDatabase, path: str) -> list[Asked]:
    """What one request for a page asks of the driver, once everything that is kept between requests is known."""
    somebody = visitor(record_on(database))
    for _ in range(2):
        database.heard.clear()
        assert somebody.get(path).status_code == 200
    return [asked for transaction in database.heard for asked in transaction if asked.fetch]


def bare_page(connection: Any, heard: list[Asked]) -> Any:
    """The client of a Flask application with one page and nothing of ours."""
    bare = Flask("bare")

    @bare.get("/")
    def page() -> str:
        return render_template_string(BARE, answers=[rows_of(connection, asked) for asked in heard])

    return bare.test_client()


def getting(get: Callable[[str], Any], path: str, pages: int) -> Turn:
    def turn() -> float:
        start = perf_counter()
        for _ in range(pages):
            answer = get(path)
        seconds = (perf_counter() - start) / pages
        assert answer.status_code == 200
        return seconds

    return turn


if __name__ == "__main__":
    sys.exit(
        command(
            run,
            small={"rounds": 9, "cases": 20_000, "pages": 10},
            full={"rounds": 15, "cases": 1_000_000, "pages": 40, "kinds": ("sqlite", "postgresql")},
        )
    )
