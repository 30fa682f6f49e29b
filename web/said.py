"""What a line of the history says, as questions with their answers: for pages, papers and previews alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cases.contents.side_views import FIELDS
from cases.reading import Line
from cases.whose_view import side_then, whose_view
from web.case.opened import Opened
from web.case.reported import REPORT, told
from web.words import ISO_DAY
from workflows.definition import Input

MACHINE = frozenset(("sha256", "finding"))
"""Words of a line that are for machines."""

CHOICE, PROPOSED = "chosen_time", {"first": "time_one", "second": "time_two"}
"""The choice between two proposals, and under which question each of them was written."""


@dataclass(frozen=True, slots=True)
class Said:
    """One text of a history line: what it answers, and the answer as paragraphs or as rows of measures."""

    label: str
    text: str = ""
    measures: tuple[Mapping[str, Any], ...] = ()


def texts_of(case: Opened, line: Line) -> Iterator[Said]:
    """A line's words in the order in which they were asked for."""
    asked, kind = _asked(case, line), case.said.position(line)
    if kind is not None:
        yield Said(case.w.say(kind[0]), case.w.say(kind[1]))
    for code in sorted(set(line.texts) - MACHINE, key=lambda c: asked.index(c) if c in asked else len(asked)):
        value = line.texts[code]
        if value == "":
            continue
        own = f"file.{code}" if line.code == "file" else ""
        label = case.w.t(own) if own and case.w.knows(own) else case.w.say(case.said.field(code))
        label = view_of(case, code, line) or label
        rule = next((d.inputs[code] for d in case.said.routines if code in d.inputs), None)
        if rule is not None and rule.type == "measures" and isinstance(value, list):
            yield Said(label, measures=tuple(_measure(case, row) for row in value))
        else:
            text = spoken_value(case, rule, value) + _proposed(case, line, code, value)
            yield Said(label, text if rule is not None else case.said.value(code, text, case.w.language))
    if line.code == REPORT and line.compartment in ("cover", "shared"):
        yield from (Said(*answer) for answer in told(case, line.compartment))


def _proposed(case: Opened, line: Line, code: str, value: Any) -> str:
    """`: tisdag 13.00` behind the number of a proposal, which says nothing to whoever reads it later."""
    if code != CHOICE:
        return ""
    asked = PROPOSED.get(str(value), "")
    words = [earlier.texts[asked] for earlier in case.view.lines if asked in earlier.texts and earlier.at <= line.at]
    return f": {words[-1]}" if words else ""


def view_of(case: Opened, code: str, line: Line | None = None) -> str:
    """Whose view a text is, by the name of the side that it was then; "" for all other texts, and for whoever may not
    know of the sides."""
    if not case.covered:
        return ""
    cover, org = case.view.cover, case.said.world.org
    name = whose_view(code, line.actor if line is not None else "", cover, org)
    side = side_then(name, cover, case.view.lines, line, org) if name is not None else None
    who = case.w.place(side.holder("unit")) if side is not None else ""
    return case.w.t("case.view_of", who=who) if who else ""


def _asked(case: Opened, line: Line) -> tuple[str, ...]:
    if line.code == "file":
        return FIELDS
    rows = [m for d in case.said.routines for m in d.by_code.get(line.code, ())]
    return tuple(dict.fromkeys(code for row in rows for code in (*row.needs, *row.may)))


def _measure(case: Opened, row: Mapping[str, Any]) -> dict[str, Any]:
    return {"what": row["what"], "owner": case.w.post(row["owner"]), "date": date.fromisoformat(row["date"])}


def spoken_value(case: Opened, rule: Input | None, value: Any) -> str:
    """A stored value as people say it."""
    w = case.w
    if isinstance(value, bool):
        return w.t("form.yes" if value else "form.no")
    if isinstance(value, list):
        return w.t("case.attachments", number=len(value))
    kind = rule.type if rule is not None else "text"
    instead = rule.instead(value) if rule is not None else None
    if instead is not None:
        return w.say(instead)
    options = {code: w.say(text) for code, text in rule.options} if rule is not None else {}
    if ISO_DAY.fullmatch(str(value)):
        return w.sentence(str(value))
    if kind in ("post", "lower_post", "own_post"):
        return w.post(str(value))
    if kind in ("unit", "operation", "forum"):
        return w.place(f"{kind}:{value}")
    return options.get(str(value), str(value))
