"""Everything that one function can be answered, by every intention that reads, in one value to search or compare."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from cases import forum_files, matter
from cases.functions import NotYourFunction
from cases.reading import CaseView, view
from cases.record import Record
from cases.sight import CaseUnknown, Seer
from cases.worklist import TABS, counts, work_list
from tests.cases.walls.telling import Told

REASON = "Jag behöver veta vem det gäller för att ringa."


def answers(record: Record, seer: Seer, cases: Iterable[Told], now: datetime) -> dict[str, Any]:
    """Lists on every tab and page, counts, and of each case the view, every paper and the findings.

    What is refused is kept by its error's kind and words, for they are answers too.
    """
    return {
        "lists": {tab: list(_pages(record, seer, tab, now)) for tab in TABS},
        "counts": attempt(lambda: counts(record, seer, now)),
        "cases": [_of_case(record, seer, told, now) for told in cases],
    }


def patients(record: Record, seer: Seer, cases: Iterable[Told], now: datetime) -> list[Any]:
    """What the seer gets who asks, with a reason, whom each case is about (of those that are about somebody)."""
    about = [told.number for told in cases if told.patient]
    return [attempt(lambda n=number: matter.show_patient(record, seer, n, REASON, now)) for number in about]


def attempt(does: Callable[[], Any]) -> Any:
    """The answer, or the kind and words of the refusal that a person would see."""
    try:
        return does()
    except (CaseUnknown, NotYourFunction, matter.NotAllowed, forum_files.NoSuchRevision, LookupError) as refused:
        return f"{type(refused).__name__}: {refused}"


def _pages(record: Record, seer: Seer, tab: str, now: datetime) -> Iterable[Any]:
    cursor = ""
    while True:
        page = attempt(lambda cursor=cursor: work_list(record, seer, now, tab=tab, cursor=cursor, size=2))
        yield page
        cursor = getattr(page, "cursor", "")
        if not cursor:
            return


def _of_case(record: Record, seer: Seer, told: Told, now: datetime) -> dict[str, Any]:
    number = told.number or "2026-0000000"
    seen = attempt(lambda: _viewed(record, seer, number, now))
    handles = [*told.handles, *(p["handle"] for p in getattr(seen, "papers", ()))]
    return {
        "view": seen,
        "papers": [attempt(lambda h=handle: _paper(record, seer, number, h, now)) for handle in handles],
        "findings": attempt(lambda: forum_files.findings(record, seer, number, now)),
    }


def _viewed(record: Record, seer: Seer, number: str, now: datetime) -> CaseView:
    """Without a cover the number in the answer is only the one that was asked with."""
    seen = view(record, seer, number, now)
    return seen if "cover" in seen.compartments else replace(seen, cover=replace(seen.cover, number=""))


def _paper(record: Record, seer: Seer, number: str, handle: str, now: datetime) -> tuple[str, str, bytes]:
    stream, name, kind = matter.open_paper(record, seer, number, handle, now)
    with stream:
        return name, kind, stream.read()
