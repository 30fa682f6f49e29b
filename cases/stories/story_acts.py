"""What a step of a story does, by its word: each is an intention of this room, taken by its people as on a page."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

from cases import merging
from cases.acting import act
from cases.answers import Acted
from cases.contents import forum_files, matter
from cases.organisation import reorganising
from cases.organisation.calendar_changes import add_meeting, cancel_meeting, move_meeting, recount_all
from cases.reports.reporting import NewCase, report
from cases.stories.story_script import Scene
from workflows.nouns import Command

Act = Callable[[Scene], Acted | None]


def _report(s: Scene) -> Acted:
    new = NewCase(
        kind=s.detail("kind"), unit=s.detail("unit"), operation=s.detail("operation"),
        receiving_unit=s.detail("receiving_unit"), happened=s.detail("happened"), urgent=s.detail("urgent", False),
        stage=s.detail("stage"), rung=s.detail("rung"), forums=tuple(s.detail("forums", ())),
        texts=s.detail("inputs", {}),
    )  # fmt: skip
    return _begun(s, report(s.record, s.seer, new, s.now))


def _move(s: Scene) -> Acted:
    return act(s.record, s.seer, s.number, Command(s.detail("move"), _inputs(s)), s.now)


def _inputs(s: Scene) -> Mapping[str, Any]:
    """As the files say them; `case:LABEL` is the number of another case of the story."""
    return {code: _numbered(value, s) for code, value in s.detail("inputs", {}).items()}


def _numbered(value: Any, s: Scene) -> Any:
    return s.cases[value[5:]] if isinstance(value, str) and value.startswith("case:") else value


def _write_file(s: Scene) -> None:
    forum_files.write_revision(s.record, s.seer, s.number, dict(s.detail("inputs")), s.now)


def _review_file(s: Scene) -> None:
    forum_files.review(s.record, s.seer, s.number, _revision(s), s.now)


def _read_file(s: Scene) -> None:
    forum_files.read_file(s.record, s.seer, s.number, _revision(s), s.now)


def _clear_findings(s: Scene) -> None:
    for found in forum_files.findings(s.record, s.seer, s.number, s.now):
        forum_files.clear_finding(s.record, s.seer, s.number, found[0], s.detail("reason"), s.now)


def _revision(s: Scene) -> int:
    """The newest one: that is what everybody has before them."""
    with s.record.database.read() as tx:
        return int(tx.value(
            "SELECT COALESCE(MAX(revision), 0) FROM forum_file_revision f JOIN cases c ON c.id = f.case_id"
            " WHERE c.number = :number", number=s.number,
        ))  # fmt: skip


def _note(s: Scene) -> None:
    matter.note(s.record, s.seer, s.number, s.detail("text"), s.now)


def _share(s: Scene) -> None:
    matter.share(s.record, s.seer, s.number, s.detail("text"), s.now)


def _paper(s: Scene) -> None:
    stream = io.BytesIO(s.detail("text").encode())
    matter.add_paper(s.record, s.seer, s.number, stream, s.detail("name"), s.now, inner=s.detail("inner", False))


def _propose(s: Scene) -> Acted:
    numbers = [s.cases[label] for label in s.detail("cases")]
    principle = bool(s.detail("principle", False))
    return _begun(s, merging.propose(s.record, s.seer, numbers, s.detail("sentence"), s.now, principle=principle))


def _join(s: Scene) -> Acted:
    return merging.join(s.record, s.seer, s.cases[s.detail("member")], s.number, s.now)


def _begun(s: Scene, acted: Acted) -> Acted:
    s.cases[s.step.case] = acted.number
    return acted


def _add_meeting(s: Scene) -> None:
    add_meeting(s.record, s.detail("forum"), s.detail("day"), s.detail("source"))
    recount_all(s.record, s.now)


def _move_meeting(s: Scene) -> None:
    move_meeting(s.record, s.detail("forum"), s.detail("day"), s.detail("to"))
    recount_all(s.record, s.now)


def _cancel_meeting(s: Scene) -> None:
    cancel_meeting(s.record, s.detail("forum"), s.detail("day"))
    recount_all(s.record, s.now)


def _absence(s: Scene) -> None:
    reorganising.set_absence(
        s.record, s.detail("person"), s.detail("since"), s.detail("until"), substitute=s.detail("substitute")
    )


def _end_unit(s: Scene) -> None:
    reorganising.end_unit(s.record, s.detail("unit"), s.detail("last_day"), s.now, heir=s.detail("heir"))


def _wait(s: Scene) -> None:
    """Time has gone by before the step; nobody does anything now."""


ACTS: Mapping[str, Act] = {
    "report": _report, "move": _move, "write_file": _write_file, "review_file": _review_file,
    "read_file": _read_file, "clear_findings": _clear_findings, "note": _note, "share": _share, "paper": _paper,
    "propose": _propose, "join": _join, "add_meeting": _add_meeting, "move_meeting": _move_meeting,
    "cancel_meeting": _cancel_meeting, "absence": _absence, "end_unit": _end_unit, "wait": _wait,
}  # fmt: skip
