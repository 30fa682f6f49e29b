"""A case as somebody will read it after a step that is decided and not written: for the preview before a lift.

It is made from what the actor reads herself, so that no preview tells anybody more than she knows; from what the step
opens, so that it names whatever becomes readable; and in the shape in which every case is read, so that pages show it
as they will show it to that reader.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from cases.apply import outcome_of
from cases.chain import canonical
from cases.contents.side_views import standing_in
from cases.cover_seen import Reader, reader_of
from cases.reading import CaseView, Line
from cases.record import Record
from workflows.file_acts import WRITTEN
from workflows.nouns import Contribution, Cover, Deadline, Decision
from workflows.organisation import Organisation

FILE, PAPER = "file:", "paper"

Dated = TypeVar("Dated", Deadline, Contribution)


def view_after(
    record: Record, view: CaseView, decision: Decision, compartments: frozenset[str], org: Organisation, now: datetime
) -> CaseView:
    """What whoever is given `compartments` (`cover`, `file:vvg`) by the decision reads from then on. `view` is what the
    actor reads now.

    It offers no moves and has no docket, for these are each function's own; nor links, since a step opens none. What
    lies in those compartments already and the actor does not read is not in it.
    """
    reader = reader_of(compartments, "", decision.cover, record.library.definitions.values())
    lines = (
        *_kept(view, reader),
        *_new(record, view, decision, reader, now),
        *_handed(view, decision, reader, org, now),
    )
    return replace(
        view, cover=reader.cover(decision.cover), compartments=compartments, versions={}, lines=lines,
        deadlines=_merged(view.deadlines, decision.deadlines), docket=(), links=(), registry_number="", offers=(),
        contributions=_merged(view.contributions, decision.contributions), papers=tuple(_papers(lines)),
        file=None, leaving=None, findings=0,
    )  # fmt: skip


def handed_over(view: CaseView, cover: Cover, org: Organisation) -> Line | None:
    """The line with the forum file that leaves for a new forum: for a party the newest revision that may leave, without
    the view of a party that the case (as `cover` has it) has left; for a forum the file that it has. None where nothing
    leaves."""
    shared = [line for line in view.lines if line.compartment == "shared"]
    if "shared" not in view.compartments:
        own = [n for n in view.lines if n.compartment == f"{FILE}{view.cover.forum}" and n.code == WRITTEN]
        return own[-1] if own else None
    leaving = view.leaving.revision if view.leaving is not None else 0
    found = next((n for n in shared if n.code == WRITTEN and n.outcome.get("revision") == leaving), None)
    if found is None:
        return None
    return replace(found, texts=standing_in(shared, found.texts, cover, org))


def _kept(view: CaseView, reader: Reader) -> Iterator[Line]:
    """What is written already and opens. The name of whoever did something stays within her own authority."""
    for line in view.lines:
        if line.compartment in reader.compartments:
            yield replace(line, by="", outcome=reader.outcome(line.outcome))


def _new(record: Record, view: CaseView, decision: Decision, reader: Reader, now: datetime) -> Iterator[Line]:
    """What the step itself will have written."""
    outcome = json.loads(canonical(outcome_of(decision, record)))
    asks = tuple(owed["key"] for owed in outcome["contributions"])
    for entry in decision.entries:
        if entry.compartment in reader.compartments:
            cover = entry.compartment == "cover"
            yield Line(
                entry.compartment, decision.cover.version + 1, now, decision.actor, entry.code, entry.texts, "", False,
                reader.outcome(outcome) if cover else {}, asks if cover else (),
            )  # fmt: skip


def _handed(view: CaseView, decision: Decision, reader: Reader, org: Organisation, now: datetime) -> Iterator[Line]:
    """The forum file with its papers, as it is copied to the forums that the case is new to or goes back to."""
    file, cover = handed_over(view, decision.cover, org), decision.cover
    if file is None:
        return
    before = (*view.cover.forums, view.cover.lower_forum)
    goes = {f"{FILE}{forum}" for forum in (*cover.forums, cover.lower_forum) if forum and forum not in before}
    attached = set(file.texts.get("attachments", ()))
    papers = [line for line in view.lines if line.code == PAPER and line.outcome["handle"] in attached]
    for name in sorted(goes & reader.compartments):
        for seq, line in enumerate((file, *papers)):
            yield replace(line, compartment=name, seq=seq, at=now, actor=decision.actor, by="")


def _papers(lines: Iterable[Line]) -> Iterator[dict[str, Any]]:
    """The papers that those lines brought, in the shape in which a view has them."""
    for line in lines:
        if line.code == PAPER:
            yield {**line.outcome, "compartment": line.compartment, "seq": line.seq, "added_at": line.at}


def _merged(before: Iterable[Dated], changed: Iterable[Dated]) -> tuple[Dated, ...]:
    """The dates of a case, or what is owed, with what a decision changes in them."""
    found: dict[str, Dated] = {one.key: one for one in before}
    found |= {one.key: one for one in changed}
    return tuple(sorted(found.values(), key=lambda one: (one.due, one.key)))
