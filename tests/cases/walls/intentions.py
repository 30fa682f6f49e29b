"""Every intention that takes a case's number, by name: what somebody may try with a number she has guessed."""

import io
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from cases import merging
from cases.acting import act, preview
from cases.contents import disposal, forum_files, matter, patient
from cases.reading import view
from cases.record import Record
from cases.sight import Seer
from workflows.nouns import Command

Intention = Callable[[Record, Seer, str, datetime], Any]

WORDS = {"statement": "Vad som hände.", "question": "Vad gäller?"}
NO_SUCH_MOVE = "no_such_move"


def reading(handles: Iterable[str]) -> dict[str, Intention]:
    """What only reads. `handles` are papers of the case that the number may be of."""
    found: dict[str, Intention] = {
        "view": view,
        "findings": forum_files.findings,
        "shared_with": matter.shared_with,
    }
    for handle in (*handles, "0" * 32):
        found[f"open paper {handle}"] = _opening(handle)
    return found


def _opening(handle: str) -> Intention:
    return lambda r, s, n, now: matter.open_paper(r, s, n, handle, now)


def adding(other: str) -> dict[str, Intention]:
    """What adds to a case; `other` is a case that is known, for links to it and from it."""

    def paper(r: Record, s: Seer, n: str, now: datetime) -> str:
        return matter.add_paper(r, s, n, io.BytesIO(b"En text."), "brev.txt", now)

    found: dict[str, Intention] = {
        "note": lambda r, s, n, now: matter.note(r, s, n, "Ring.", now),
        "share": lambda r, s, n, now: matter.share(r, s, n, "Till er.", now),
        "share a note": lambda r, s, n, now: matter.share(r, s, n, "Till er.", now, from_note=1),
        "add paper": paper,
        "add inner paper": lambda r, s, n, now: matter.add_paper(
            r, s, n, io.BytesIO(b"En text."), "brev.txt", now, inner=True
        ),
        "registry number": lambda r, s, n, now: matter.set_registry_number(r, s, n, "DNR 1", now),
        "admit guests": matter.admit_guests,
        "open inner to provider": matter.open_inner_to_provider,
        "set patient": lambda r, s, n, now: patient.set_patient(r, s, n, "Person", now),
        "show patient": lambda r, s, n, now: patient.show_patient(r, s, n, "Måste ringa.", now),
        "write revision": lambda r, s, n, now: forum_files.write_revision(r, s, n, WORDS, now),
        "clear finding": lambda r, s, n, now: forum_files.clear_finding(r, s, n, 1, "Ingen person.", now),
        "review": lambda r, s, n, now: forum_files.review(r, s, n, 1, now),
        "read file": lambda r, s, n, now: forum_files.read_file(r, s, n, 1, now),
        "dispose": lambda r, s, n, now: disposal.dispose(r, s, n, "Beslut 1", now),
        "join": lambda r, s, n, now: merging.join(r, s, "2026-0000000", n, now),
        "propose": lambda r, s, n, now: merging.propose(r, s, [n], "Ett mönster.", now),
    }
    if other:
        found["link from"] = lambda r, s, n, now: matter.link(r, s, n, other, now)
        found["link to"] = lambda r, s, n, now: matter.link(r, s, other, n, now)
    return found


def moving(record: Record) -> dict[str, Intention]:
    """Every move that any routine knows, and one that none does; with a version and a key too."""
    codes = {code for d in record.library.definitions.values() for code in d.by_code} | {NO_SUCH_MOVE}
    return {f"act {code}": _making(code) for code in sorted(codes)} | FEW_MOVES


def _making(code: str) -> Intention:
    return lambda r, s, n, now: act(r, s, n, Command(code), now)


FEW_MOVES: dict[str, Intention] = {
    "escalate": _making("escalate"),
    "stale": lambda r, s, n, now: act(r, s, n, Command("answer"), now, expected=1),
    "with a key": lambda r, s, n, now: act(r, s, n, Command("answer"), now, key="form 1"),
    "preview": lambda r, s, n, now: preview(r, s, n, Command("escalate"), now),
}
