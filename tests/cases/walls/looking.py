"""Everything that one function can be answered, by every intention that reads, in one value to search or compare."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from cases.acting import preview
from cases.contents import forum_files, matter, patient
from cases.functions import NotYourFunction
from cases.lists.worklist import TABS, counts, work_list
from cases.reading import CaseView, view
from cases.record import Record
from cases.sight import Seer
from tests.cases.walls.telling import Told
from workflows.nouns import Command

REASON = "Jag behöver veta vem det gäller för att ringa."


def answers(record: Record, seer: Seer, cases: Iterable[Told], now: datetime) -> dict[str, Any]:
    """Lists on every tab and page, counts, and of each case the view, previews, every paper and the findings.

    What is refused is kept by its error's kind and words, for they are answers too.
    """
    return {
        "lists": {tab: list(_pages(record, seer, tab, now)) for tab in TABS},
        "counts": attempt(counts, record, seer, now),
        "cases": [_of_case(record, seer, told, now) for told in cases],
    }


def patients(record: Record, seer: Seer, cases: Iterable[Told], now: datetime) -> list[Any]:
    """What the seer gets who asks, with a reason, whom each case is about (of those that are about somebody)."""
    return [attempt(patient.show_patient, record, seer, told.number, REASON, now) for told in cases if told.patient]


def attempt(does: Callable[..., Any], *of: Any) -> Any:
    """The answer, or the kind and words of the refusal that a person would see."""
    try:
        return does(*of)
    except (LookupError, NotYourFunction, matter.NotAllowed) as refused:
        return f"{type(refused).__name__}: {refused}"


def _pages(record: Record, seer: Seer, tab: str, now: datetime) -> Iterable[Any]:
    cursor = ""
    while True:
        page = attempt(partial(work_list, tab=tab, cursor=cursor, size=2), record, seer, now)
        yield page
        cursor = getattr(page, "cursor", "")
        if not cursor:
            return


def _of_case(record: Record, seer: Seer, told: Told, now: datetime) -> dict[str, Any]:
    number = told.number or "2026-0000000"
    seen = attempt(_viewed, record, seer, number, now)
    handles = [*told.handles, *(p["handle"] for p in getattr(seen, "papers", ()))]
    return {
        "view": seen,
        "previews": [attempt(preview, record, seer, number, Command(move), now) for move in _open_moves(seen)],
        "papers": [attempt(_paper, record, seer, number, handle, now) for handle in handles],
        "findings": attempt(forum_files.findings, record, seer, number, now),
    }


def _open_moves(seen: Any) -> list[str]:
    """What the page offers, to be looked at before it is done."""
    return [offer.move for offer in getattr(seen, "offers", ()) if not offer.reasons]


def _viewed(record: Record, seer: Seer, number: str, now: datetime) -> CaseView:
    """Without a cover the number in the answer is only the one that was asked with."""
    seen = view(record, seer, number, now)
    return seen if "cover" in seen.compartments else replace(seen, cover=replace(seen.cover, number=""))


def _paper(record: Record, seer: Seer, number: str, handle: str, now: datetime) -> tuple[str, str, bytes]:
    stream, name, kind = matter.open_paper(record, seer, number, handle, now)
    with stream:
        return name, kind, stream.read()
