"""The clause that a move asks for: what was in force on the day of the event, what is likely to be meant first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date

from flask import url_for

from cases.reports.reported_before import clauses_before
from web.case.opened import Opened
from web.choices import Group
from web.desk import desk
from web.fields import Field
from web.guard import here
from web.reporting.clause_finder import Likely, clause_question
from workflows.clause import clause_named
from workflows.definition import UNKNOWN
from workflows.organisation import holder_of

EVENT_DAY = "happened_on"
"""The question of the same form that puts the day of the event right."""

WRITTEN = ("agreed", "disputed_clause")
"""What was written about the agreement in words of one's own."""


def clause_in(case: Opened, move: str, field: Field, typed: Mapping[str, str], codes: Collection[str]) -> Field:
    """The question about the clause in a move's form; `codes` are all that the form asks."""
    with desk().record.database.read() as tx:
        before = clauses_before(tx, holder_of(here().post))
    cover = case.view.cover
    settled = bool(clause_named(cover.facts))
    takes_back = settled and any(word == "unname" for row in case.rows(move) for word, _ in row.then)
    if not (field.required or takes_back):
        # An answer left out says "don't know" already, or leaves what the case names as it is.
        field = replace(field, groups=tuple(_without_unknown(field)))
    side = cover.receiving if case.side == "receiving" and cover.receiving is not None else cover.raising
    return clause_question(
        replace(field, settled=settled), typed, case.w, Likely(side, before, _written(case)),
        day=_event_day(case, typed), at=url_for("moves.make", number=case.number, move=move),
        follows=EVENT_DAY if EVENT_DAY in codes else "",
    )  # fmt: skip


def _without_unknown(field: Field) -> Iterator[Group]:
    for group in field.groups:
        yield Group(group.name, tuple(o for o in group.options if o.value != UNKNOWN))


def _event_day(case: Opened, typed: Mapping[str, str]) -> date:
    """As it stands in this form, else as the case keeps it."""
    try:
        return date.fromisoformat(typed.get(EVENT_DAY, "").strip())
    except ValueError:
        return case.view.cover.event_date or case.view.cover.opened


def _written(case: Opened) -> str:
    """What the report, or the raised dispute, says of the agreement, as far as this reader may know."""
    return " ".join(str(line.texts[code]) for line in case.view.lines for code in WRITTEN if code in line.texts)
