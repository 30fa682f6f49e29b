"""The clause that a case names: document and section, in the version in force on the day of the event (F-02, F-03)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflows.attempt import Attempt
from workflows.definition import UNKNOWN, Move
from workflows.reasons import Fault


def clause_named(facts: Mapping[str, Any]) -> str:
    """The clause among a case's facts as a form names it, `document` or `document/section` without the version; "" for
    none."""
    document, _, rest = str(facts.get("clause", "")).partition("/")
    section = rest.partition("/")[2]
    return "/".join(part for part in (document, section) if part)


def fault_in(attempt: Attempt, value: Any) -> str | None:
    """Why `document` or `document/section` cannot be named: there is none, or none on the day of the event."""
    code, _, section = value.partition("/") if isinstance(value, str) else ("", "", "")
    agreement = attempt.world.org.agreements.get(code)
    if agreement is None:
        return "input_no_clause"
    version = agreement.version_on(attempt.event_day)
    if version is None:
        return "input_clause_not_in_force"
    return None if not section or (version, section) in agreement.sections else "input_no_clause"


def kept_of(attempt: Attempt, value: str) -> dict[str, Any]:
    """What a case keeps of a clause that can be named: it, its owner, and its own order for disputes. The owner stays
    as it was when the clause was first named, also where a form names it again or the event's day is put right."""
    code, _, section = value.partition("/")
    agreement = attempt.world.org.agreements[code]
    clause = f"{code}/{agreement.version_on(attempt.event_day)}/{section}"
    facts = attempt.cover.facts
    if value == clause_named(facts) and "owner" in facts:
        return {"clause": clause}
    return {"clause": clause, "owner": agreement.owner, "route": list(agreement.route) or None}


def faults_of_kept(attempt: Attempt, move: Move) -> Iterator[Fault]:
    """What a move would leave untrue of the clause that the case names already: another day of the event, on which it
    was not in force, or a "don't know" from somebody who cannot take back what another named. A case that begins has
    named nothing yet: what it is born with stands."""
    named = clause_named(attempt.cover.facts)
    asked = next((arg for word, arg in move.then if word == "anchor"), None)
    if not named or asked is None or not attempt.cover.stage:
        return
    words, given = {word for word, _ in move.then}, attempt.given(asked)
    reason = None
    if given == UNKNOWN and "unname" not in words:
        reason = "input_clause_named"
    elif given is None and "event_day" in words:
        reason = fault_in(attempt, named)
    if reason is not None:
        yield Fault(reason, {"input": attempt.definition.inputs[asked].label}, asked)
