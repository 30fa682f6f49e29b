"""Only the outermost line asks a clock; everything below is handed `now`, and can be asked about any day."""

import re

from tests.house.tree import product

CLOCKS = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "time.gmtime",
    "time.localtime",
    "time.time",
    "time.time_ns",
    # The database's clock is a second one, which `now` would not move.
    "sqlalchemy.func.current_date",
    "sqlalchemy.func.current_timestamp",
    "sqlalchemy.func.now",
    "sqlmodel.func.current_date",
    "sqlmodel.func.current_timestamp",
    "sqlmodel.func.now",
}
SQL_CLOCK = re.compile(r"\bCURRENT_(TIMESTAMP|DATE)\b|\bdatetime\('now'|(?<!\.)\bnow\(\)", re.IGNORECASE)
"""As SQL writes them; `here.now()` is the clock of the entry point."""

OUTERMOST = {
    "config/clock.py": "the one clock that entry points read and hand on; STEGEN_NOW may start it elsewhere",
}
"""The files whose outermost line may ask the clock, each with its reason."""


def test_only_the_outermost_line_asks_the_clock() -> None:
    """Lost otherwise: a case replayed, told afterwards or tried for a day in June would mix that day with today."""
    askers = {
        f"{source.path}:{line} asks {name}"
        for source in product()
        for name, line in source.mentions()
        if name in CLOCKS and source.path not in OUTERMOST
    }
    assert not askers, "Take `now` as an argument, or list the file in OUTERMOST with its reason."


def test_no_statement_asks_the_databases_clock() -> None:
    """Lost otherwise: dates would follow the database server's clock and time zone, unseen by any test."""
    askers = [
        f"{source.path}:{number} {line.strip()}"
        for source in product()
        if source.room == "cases"
        for number, line in enumerate(source.text.splitlines(), 1)
        if SQL_CLOCK.search(line)
    ]
    assert not askers


def test_every_listed_outermost_file_asks_the_clock() -> None:
    """Lost otherwise: the list would keep permissions that nobody needs any more."""
    asking = {source.path for source in product() for name, _ in source.mentions() if name in CLOCKS}
    assert set(OUTERMOST) <= asking
