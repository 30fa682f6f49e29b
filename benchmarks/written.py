"""What one lift writes: the pages of the SQLite file that it changes, table by table and index by index.

Seconds depend on the machine and on whoever else uses its disk; pages do not. The file before a lift is compared with
the file after it, page by page, and each changed page is told by the table or index that it belongs to.

`python -m benchmarks.written [--full] [--rounds N]`
"""

from __future__ import annotations

import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from random import Random
from statistics import median

from benchmarks._county import databases, record_on, seeded
from benchmarks._rounds import Figure, command
from benchmarks._stock import LIFT, LIFTED_AT, MANAGER, lifts_ahead, live
from cases.acting import act
from cases.database import Database
from cases.record import Record

CEILING = 64
"""Pages of 4 kB that a lift may change (ours: what it changed when it was last made smaller, and a little)."""
SHOWN = 1.0
"""Tables and indexes with fewer changed pages a lift than this are not told one by one."""

HEADER, NOBODY = "the file's own header", "pages that hold nothing"
OWNERS = "SELECT pageno, name FROM dbstat"


def run(rounds: int, lifts: int, cases: int) -> list[Figure]:
    """`rounds` times `lifts` lifts, each of a case of its own, among `cases` cases."""
    ready = rounds * lifts
    stock = seeded(partial(live, ready=ready, beside=max(cases - ready, 0)))
    with databases("sqlite") as places:
        url = places.fresh(stock)
        file = Path(url.removeprefix("sqlite:///"))
        with closing(Database(url)) as database:
            record = record_on(database, Random(1).randbytes)
            seen = [changed_by(record, file, number) for number in lifts_ahead(record)]
    grouped = [seen[start : start + lifts] for start in range(0, ready, lifts)]
    told = f"a lift among {cases} cases, sqlite"
    return [_figure(told, [_mean(c.total() for c in group) for group in grouped], CEILING), *_by_owner(grouped)]


def changed_by(record: Record, file: Path, number: str) -> Counter[str]:
    """Pages that the lift of one case changes, by the table or index that they belong to afterwards."""
    before = file.read_bytes()
    act(record, MANAGER, number, LIFT, LIFTED_AT)
    after = file.read_bytes()
    size = int.from_bytes(after[16:18], "big")
    changed = [
        start // size + 1
        for start in range(0, len(after), size)
        if after[start : start + size] != before[start : start + size]
    ]
    owners = owners_of(file)
    return Counter(HEADER if page == 1 else owners.get(page, NOBODY) for page in changed)


def owners_of(file: Path) -> dict[int, str]:
    """Page -> its table or index; nothing where SQLite was built without `dbstat`."""
    with closing(sqlite3.connect(file)) as connection:
        if not connection.execute("PRAGMA compile_options").fetchall().count(("ENABLE_DBSTAT_VTAB",)):
            return {}
        return dict(connection.execute(OWNERS))


def _by_owner(grouped: list[list[Counter[str]]]) -> list[Figure]:
    whole: Counter[str] = sum((counter for group in grouped for counter in group), Counter())
    lifts = sum(map(len, grouped))
    return [
        _figure(f"of these in {owner}", [_mean(counter[owner] for counter in group) for group in grouped])
        for owner, pages in whole.most_common()
        if pages / lifts >= SHOWN
    ]


def _mean(counts: Iterable[int]) -> float:
    found = list(counts)
    return sum(found) / len(found)


def _figure(what: str, pages: list[float], goal: float | None = None) -> Figure:
    return Figure(what, "one changed page", "growth", goal, tuple(pages), median(pages), 1.0)


if __name__ == "__main__":
    sys.exit(
        command(
            run,
            small={"rounds": 3, "lifts": 20, "cases": 2_000},
            full={"rounds": 5, "lifts": 60, "cases": 10_000},
        )
    )
