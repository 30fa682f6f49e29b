"""What a case holds people to: measures with owner and date, papers, and alarms about letters that reach nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cases.clock.receivers import NOBODY
from web.case.opened import Opened


@dataclass(frozen=True, slots=True)
class Promise:
    """A planned measure. `what` is "" for whoever does not read the answer that promised it."""

    what: str
    owner: str
    day: date
    done: bool


@dataclass(frozen=True, slots=True)
class Paper:
    handle: str
    name: str
    reach: str
    size: str
    at: datetime


def promises(case: Opened) -> Iterator[Promise]:
    """The measures as they stand today, in the order in which they were promised for."""
    texts = _words_of_measures(case)
    for place, row in enumerate(case.view.cover.facts.get("measures", ())):
        what = texts[place] if place < len(texts) else ""
        yield Promise(what, case.w.post(row["owner"]), date.fromisoformat(row["date"]), bool(row["done"]))


def _words_of_measures(case: Opened) -> list[str]:
    """What the newest answer promised, in the order of the facts: by the dates that were promised then."""
    rows: list[dict[str, Any]] = []
    for line in case.view.lines:
        said = line.texts.get("measures")
        rows = said if isinstance(said, list) else rows
    return [str(row["what"]) for row in sorted(rows, key=lambda row: str(row["date"]))]


def papers(case: Opened) -> Iterator[Paper]:
    """Papers that this reader may fetch; one whose name was erased is gone."""
    for paper in case.view.papers:
        line = next(
            (n for n in case.view.lines if (n.compartment, n.seq) == (paper["compartment"], paper["seq"])), None
        )
        name = line.texts.get("name") if line is not None else None
        if name:
            reach = paper["compartment"].partition(":")[0]
            yield Paper(paper["handle"], name, reach, _size(case, paper["size"]), paper["added_at"])


def _size(case: Opened, count: int) -> str:
    if count >= 1_000_000:
        return case.w.t(
            "paper.mb", size=f"{count / 1_000_000:.1f}".replace(".", "," if case.w.language == "sv" else ".")
        )
    return case.w.t("paper.kb", size=max(1, round(count / 1000)))


def alarms(case: Opened) -> Iterator[str]:
    """Letters of one's own side that are stuck, and functions that nobody can be written to about this case: each
    once, however many addresses of a function were tried in vain."""
    stuck = (row for row in case.view.docket if row.status == "parked" or row.reason == NOBODY)
    for post, status in dict.fromkeys((row.post, row.status) for row in stuck):
        if status == "parked":
            yield case.w.t("case.alarm_parked", who=case.w.post(post))
        elif status == "waiting":
            yield case.w.t("case.alarm_nobody", who=case.w.post(post))
