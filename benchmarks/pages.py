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
from time import perf_counter
from typing import Any

from flask import Flask, render_template_string

from benchmarks._county import Kind, bare_connection, databases, filled, record_on
from benchmarks._replay import Asked, ListeningDatabase, rows_of
from benchmarks._rounds import Figure, Turn, command, cost, take_turns
from benchmarks._stock import RECEIVER, multiply, ready_to_lift, report_one
from cases.database import Database
from cases.record import Record
from cases.search_words import asked as words_of
from cases.sight import Seer
from tests.databases import Databases
from tests.record import MORNING
from tests.web.visitor import SERVING, Hands, Visitor
from web.app import create_app

GOAL, GOAL_OF_SEARCH = 3.0, 10.0
"""Times the bare page's time, at most (issue 4)."""

WORD = "hemgång"
"""What is searched for."""

ONE_WORD = """INSERT INTO search_term (holder, term, case_id, compartment)
 SELECT s.holder, :word, s.case_id, s.compartment FROM sight s JOIN cases c ON c.id = s.case_id
 WHERE c.number = :number AND s.ended_at IS NULL"""

BARE = """<!doctype html><html lang="sv"><head><title>Stegen</title></head><body>
{% for rows in answers %}<table>{% for row in rows %}<tr>{% for value in row %}<td>{{ value }}</td>{% endfor %}</tr>
{% endfor %}</table>{% endfor %}</body></html>"""


def run(rounds: int, cases: int, pages: int, kinds: tuple[Kind, ...] = ("sqlite",)) -> list[Figure]:
    """`rounds` rounds of `pages` times each page, among `cases` cases, on each kind of database."""
    figures = []
    for kind in kinds:
        with databases(kind) as places, with_cases(places, cases) as (url, number):
            for what, (path, goal) in asked_for(number).items():
                figures += compare(url, f"{what} among {cases} cases, {kind}", path, goal, rounds, pages)
    return figures


def asked_for(number: str) -> dict[str, tuple[str, float]]:
    """Each page with its goal."""
    return {
        "the work list": ("/cases", GOAL),
        "a case page": (f"/cases/{number}", GOAL),
        "a search for what stands in every case": (f"/search?q={WORD}", GOAL_OF_SEARCH),
    }


def compare(url: str, what: str, path: str, goal: float, rounds: int, pages: int) -> list[Figure]:
    with ExitStack() as opened:
        listening = opened.enter_context(closing(ListeningDatabase(url)))
        heard = listen(listening, path)
        ours = opened.enter_context(closing(Database(url)))
        connection = opened.enter_context(closing(bare_connection(url)))
        sides = {
            "our page": getting(visitor(record_on(ours)).get, path, pages),
            "the bare page": getting(bare_page(connection, heard).get, "/", pages),
        }
        return [cost(what, take_turns(rounds, sides), "our page", "the bare page", goal)]


@contextmanager
def with_cases(places: Databases, size: int) -> Iterator[tuple[str, str]]:
    """A database of so many cases that await one function, and the number of one that has come far."""
    told: list[str] = []
    url = filled(places, partial(fill, size=size, told=told))
    yield url, told[0]
    places.drop(url)


def fill(record: Record, size: int, told: list[str]) -> None:
    told.append(ready_to_lift(record))
    number = report_one(record, MORNING)
    with record.database.write() as tx:
        # One word for each copy: what is measured is finding it among many, not how many words there are.
        words = {"number": number, "word": words_of(WORD)[0]}
        tx.run("DELETE FROM search_term WHERE case_id = (SELECT id FROM cases WHERE number = :number)", number=number)
        tx.run(ONE_WORD, **words)
        multiply(tx, number, size, tables=("cases", "sight", "search_term"))


def visitor(record: Record) -> Visitor:
    """Somebody signed in at the pages of a record."""
    return _signed_in(create_app(record, SERVING, Hands(), demo=True), RECEIVER)


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
