"""A new case handed to the record by a form: what came of it, or everything that stands in the way, at its question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from cases.acting import Refused
from cases.answers import Acted, KeyReused
from cases.contents.kept_in_clear import BadText
from cases.database import DatabaseBusy
from cases.reports.reporting import NewCase, report
from web.desk import desk
from web.errors import BUSY_AGAIN, answer_to
from web.forms import form_key
from web.guard import here
from web.words import words
from workflows.organisation import Side, holder_of


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Nothing was written. `errors` by question ("" for none); `key` is what the form goes on with."""

    errors: Mapping[str, Sequence[str]]
    status: int
    key: str
    headers: Mapping[str, str] = field(default_factory=dict)


def hand_in(new: NewCase, key: str, questions: Mapping[str, str]) -> Acted | NotTaken:
    """`questions`: the form's question for a field that the record calls otherwise."""
    return handed_in(lambda: report(desk().record, here().seer, new, words().now, key=key), key, questions)


def handed_in(go: Callable[[], Acted], key: str, questions: Mapping[str, str]) -> Acted | NotTaken:
    """The same for whatever way the record takes a new case by."""
    w = words()
    try:
        return go()
    except Refused as refused:
        errors: dict[str, list[str]] = {}
        for reason in refused.refusal.reasons:
            code = questions.get(reason.field, reason.field)
            errors.setdefault(code, []).append(w.sentence(reason.sv if w.language == "sv" else reason.en))
        return NotTaken(errors, 422, key)
    except (KeyReused, BadText, DatabaseBusy) as error:
        answer = answer_to(error)
        headers = {"Retry-After": str(BUSY_AGAIN)} if answer.status == 503 else {}
        kept = form_key() if isinstance(error, KeyReused) else key
        return NotTaken({"": [w.t(f"error.{answer.key}.text")]}, answer.status, kept, headers)


def own_side() -> Side:
    """The side that whoever is signed in speaks for: her unit, or her whole operation."""
    kind, _, code = holder_of(here().post).partition(":")
    return words().directory.world.org.sides[code if kind == "unit" else f"operation:{code}"]
