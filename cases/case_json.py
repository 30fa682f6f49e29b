"""A case in JSON: the shapes that the commands' `--json` and the API share. Stable; keys are only ever added.

Codes stand alone (`stage`, `ball_holder`), their words beside them with the language behind (`stage_sv`, `stage_en`).
Days are `2026-06-15`, instants are in UTC. Only what the view's seer may know of is in it; a guest's has no cover.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from cases.acting import Stale
from cases.answers import Acted
from cases.dates import Explained
from cases.json_words import Json, post_texts, texts
from cases.names import Names
from cases.owed_dates import Owed, owed_dates_of
from cases.reading import CaseView, Line, Pending
from cases.waiting import Waiting, waiting
from cases.wording import Rung, Wording
from workflows.about_when import UNTIL
from workflows.definition import NONE, Input, Text
from workflows.nouns import Asked, Contribution, Cover, Door, Offer, Reason, Refusal
from workflows.organisation import Side


def case_json(
    view: CaseView, words: Wording, dates: Iterable[Explained], *, why: bool = True, today: date | None = None
) -> Json:
    """Everything one function may know of one case; `why` false leaves the steps of each date's sum out. With `today`
    a parked case says what it waits for."""
    found: Json = {"number": view.cover.number, "versions": dict(sorted(view.versions.items()))}
    if "cover" in view.compartments:
        found |= _cover(view.cover, words)
        found |= {
            "deadlines": [deadline_json(e, words, why=why) for e in dates],
            "contributions": list(_contributions(view, words, why)),
            "actions": [action_json(o, words) for o in view.offers],
            "ladder": [_rung(r, words.names) for r in words.rungs],
            "docket": [_pending(row, words.names) for row in view.docket],
            "links": [{"number": number, "kind": kind} for number, kind in view.links],
            "registry_number": view.registry_number,
        }
    waits = waiting(view, words, today) if today is not None else None
    if waits is not None:
        found["waiting"] = _waiting(waits)
    return found | {
        "compartments": sorted(view.compartments),
        "history": [line_json(line, words) for line in view.lines],
        "papers": [paper_json(p, view.lines) for p in view.papers],
        "forum_file": _forum_file(view),
    }


def _waiting(waits: Waiting) -> Json:
    """`told` in both languages; the rest is empty for whoever may not know what the case waits for."""
    return {
        "told_sv": " ".join(sentence.sv for sentence in waits.told),
        "told_en": " ".join(sentence.en for sentence in waits.told),
        "what": waits.what, "asked_whom": waits.asked_whom,
        "asked_on": waits.asked_on.isoformat() if waits.asked_on else None,
        "until": waits.until.isoformat() if waits.until else None, "may_wake": waits.may_wake,
    }  # fmt: skip


def _cover(cover: Cover, words: Wording) -> Json:
    stage = words.definition.stages[cover.stage]
    return {
        "kind": cover.kind, **texts("kind", words.definition.title), "routine": cover.definition,
        "status": cover.status, "urgent": cover.urgent, "rung": cover.rung,
        "stage": cover.stage, "stage_id": stage.id, **texts("stage", stage.title),
        "forums": list(cover.forums), **_places("forum", cover.forums, "forum", words.names),
        "ball_holder": cover.ball, **post_texts("ball_holder", cover.ball, words.names),
        "next_task": cover.next_task,
        **texts("next_task", words.task(cover.stage, cover.next_task) if cover.next_task else Text("", "")),
        "next_date": cover.next_date.isoformat() if cover.next_date else None,
        "opened": cover.opened.isoformat(),
        "event_date": cover.event_date.isoformat() if cover.event_date else None,
        "event_until": cover.facts.get(UNTIL),
        "raising": _side(cover.raising, words.names),
        "receiving": _side(cover.receiving, words.names) if cover.receiving is not None else None,
        "concerned": list(cover.concerned), "clause": _clause(cover),
    }  # fmt: skip


def _clause(cover: Cover) -> Json | None:
    """What the case is held to, by its codes; None while nothing is named."""
    document, _, rest = str(cover.facts.get("clause", "")).partition("/")
    version, _, section = rest.partition("/")
    return {"document": document, "version": version or None, "section": section or None} if document else None


def deadline_json(date: Explained, words: Wording, *, why: bool = True) -> Json:
    """`rule`, `source`, `started_by`, `due`, `status`, `default`, and `why`, the sum step by step."""
    deadline, rule = date.deadline, date.rule
    steps = _steps(date)
    phrase = next((s for s in steps if s["kind"] == "rule"), {})
    return {
        "key": deadline.key, "code": deadline.code, **texts("text", rule.text),
        "rule": phrase.get("rule_en", ""), "rule_sv": phrase.get("rule_sv", ""), "rule_en": phrase.get("rule_en", ""),
        "source": rule.source, "clock": deadline.clock, "forum": deadline.forum,
        "started_by": deadline.started_by, **texts("started_by", date.started_by),
        "started_on": deadline.start.isoformat(), "due": deadline.due.isoformat(), "status": deadline.status,
        "revision": deadline.revision,
        "default": [d.move for d in rule.defaults], **texts("default", rule.default_text),
        **({"why": steps} if why else {}),
    }  # fmt: skip


def _steps(date: Explained) -> list[Json]:
    found = [_step(sv, en) for sv, en in zip(date.sv.as_json(), date.en.as_json(), strict=True)]
    return found + _stands(date.other_day(), date.deadline.due)


def _stands(other: Text | None, day: date) -> list[Json]:
    return [{"kind": "stands", "date": day.isoformat(), **texts("text", other)}] if other is not None else []


def _step(sv: Json, en: Json) -> Json:
    """One step from its two languages: a fact that is kept as plain words (the ground of a pause) gets both."""
    told: Json = {"kind": sv["kind"], "text_sv": sv["text_sv"], "text_en": en["text_en"]}
    for key, value in sv.items():
        if key not in told:
            told |= {key: value} if value == en[key] else {f"{key}_sv": value, f"{key}_en": en[key]}
    return told


def _contributions(view: CaseView, words: Wording, why: bool) -> Iterator[Json]:
    """All that is or was owed; its date explained where a routine of the case has a rule for it."""
    told = {owed.part.key: owed for owed in owed_dates_of(view, words)}
    for part in view.contributions:
        yield owed_json(told[part.key], words, why=why) if part.key in told else _contribution(part, words)


def owed_json(owed: Owed, words: Wording, *, why: bool = True) -> Json:
    """What somebody owes, with `rule`, `source`, `started_by`, `started_on` and `why` as a deadline has them."""
    steps: list[Json] = [dict(step) for step in owed.why.as_json()]
    phrase = next((s for s in steps if s["kind"] == "rule"), {})
    return {
        **_contribution(owed.part, words),
        "rule": phrase.get("rule_en", ""), "rule_sv": phrase.get("rule_sv", ""), "rule_en": phrase.get("rule_en", ""),
        "source": owed.rule.source, **texts("started_by", owed.started_by), "started_on": owed.asked_on.isoformat(),
        **({"why": steps + _stands(owed.other_day(), owed.part.due)} if why else {}),
    }  # fmt: skip


def _contribution(owed: Contribution, words: Wording) -> Json:
    rule = next((d.contributions[owed.code] for d in words.routines if owed.code in d.contributions), None)
    found: Json = {
        "key": owed.key, "code": owed.code, **texts("text", rule.text if rule else Text(owed.code, owed.code)),
        "asked": owed.asked, **post_texts("asked", owed.asked, words.names), "due": owed.due.isoformat(),
        "status": owed.status, "forum": owed.forum,
    }  # fmt: skip
    return found | (texts("silence", rule.silence) if rule else {})


def action_json(offer: Offer, words: Wording) -> Json:
    """A move: whether it is open, what it asks for (JSON Schema), why not, and where to go instead."""
    return {
        "move": offer.move, "rows": list(offer.rows), **texts("text", offer.text), "allowed": not offer.reasons,
        "to": offer.to, "inputs": inputs_schema(offer.asks),
        "reasons": [reason_json(r, words) for r in offer.reasons],
        "next_door": door_json(offer.next_door, words) if offer.next_door is not None else None,
    }  # fmt: skip


def inputs_schema(asks: Iterable[Asked]) -> Json:
    """JSON Schema of what a move asks for; `x-sort` is the routine's own word for the kind of value."""
    asked = tuple(asks)
    return {
        "type": "object", "additionalProperties": False, "required": [a.code for a in asked if a.required],
        "properties": {a.code: _property(a.rule) for a in asked},
    }  # fmt: skip


_SORTS: Mapping[str, Json] = {
    "date": {"type": "string", "format": "date"},
    "yes_no": {"type": "boolean"},
    "number": {"type": "integer", "minimum": 0},
    "measures": {
        "type": "array", "minItems": 1,
        "items": {
            "type": "object", "additionalProperties": False, "required": ["what", "owner", "date"],
            "properties": {"what": {"type": "string"}, "owner": {"type": "string"},
                           "date": {"type": "string", "format": "date"}},
        },
    },
}  # fmt: skip


def _property(asked: Input) -> Json:
    found: Json = {**_SORTS.get(asked.type, {"type": "string"}), "x-sort": asked.type, **texts("title", asked.label)}
    if asked.help is not None:
        found |= texts("description", asked.help)
    if asked.max:
        found["maxLength"] = asked.max
    if asked.type == "choices":
        one = {"type": "string", "oneOf": [{"const": code, **texts("title", text)} for code, text in asked.options]}
        found |= {"type": "array", "minItems": 1, "uniqueItems": True, "items": one}
    elif asked.options:
        found["oneOf"] = [{"const": code, **texts("title", text)} for code, text in asked.options]
    elif asked.none is not None:
        rows = {word: found.pop(word) for word in ("type", "minItems", "items")}
        found["anyOf"] = [rows, {"const": NONE, **texts("title", asked.none)}]
    return found


def reason_json(reason: Reason, words: Wording) -> Json:
    """Why not, with functions and places in words; `field` is the input that it is about, if any."""
    text = Text(words.reason(reason, "sv"), words.reason(reason, "en"))
    return {"code": reason.code, "field": reason.field, **texts("text", text)}


def refusal_json(refusal: Refusal, words: Wording) -> Json:
    """Every reason at once, and the next door where there is one."""
    door = refusal.next_door
    return {
        "move": refusal.move,
        "reasons": [reason_json(r, words) for r in refusal.reasons],
        "next_door": door_json(door, words) if door is not None else None,
    }


def door_json(door: Door, words: Wording) -> Json:
    """Where to go instead: a move, or `wait`, `file`, `decide`; `target` is a post or forums, lead first."""
    names = words.names
    return {
        "move": door.move, **texts("text", words.door(door)), "target": door.target,
        **texts("target", Text(door_target(door, names, "sv"), door_target(door, names, "en"))),
        "until": door.until.isoformat() if door.until else None,
    }  # fmt: skip


def door_target(door: Door, names: Names, language: Any) -> str:
    if "@" in door.target:
        return names.post(door.target, language)
    return ", ".join(names.place(code, language) for code in door.target.split(",") if code)


def acted_json(acted: Acted, words: Wording) -> Json:
    """What a move came to; an answer that was repeated under its key holds number, version and stage alone."""
    found: Json = {"number": acted.number, "version": acted.version, "stage": acted.stage}
    decision = acted.decision
    if decision is None:
        return {**found, "repeated": True}
    cover = decision.cover
    return {
        **found, "repeated": False, "move": decision.move, "status": cover.status, "rung": cover.rung,
        "forums": list(cover.forums), "ball_holder": cover.ball, **post_texts("ball_holder", cover.ball, words.names),
        "next_task": cover.next_task, "next_date": cover.next_date.isoformat() if cover.next_date else None,
        "deadlines": [{"key": d.key, "due": d.due.isoformat(), "status": d.status} for d in decision.deadlines],
    }  # fmt: skip


def stale_json(stale: Stale, words: Wording) -> Json:
    """Who was faster: which function did what, and when; never the person's name."""
    return {"version": stale.version, "actor": stale.post, **post_texts("actor", stale.post, words.names),
            "move": stale.move, **texts("move", words.done(stale.move)), "at": _instant(stale.at)}  # fmt: skip


def line_json(line: Line, words: Wording) -> Json:
    """A history line: who did what when, in which compartment; `by` is given inside one's own authority only."""
    return {
        "compartment": line.compartment, "seq": line.seq, "at": _instant(line.at), "move": line.code,
        **texts("text", words.line(line)), "actor": line.actor, **post_texts("actor", line.actor, words.names),
        "by": line.by, "told": line.told, "texts": texts_of(line),
    }  # fmt: skip


HIDDEN_TEXTS = frozenset(("sha256", "finding", "from", "to"))
"""What lines keep for the record's own use: hashes and keys of rows."""


def texts_of(line: Line) -> Json:
    return {code: value for code, value in line.texts.items() if code not in HIDDEN_TEXTS}


def paper_json(paper: Mapping[str, Any], lines: Iterable[Line]) -> Json:
    """A stored document; its name stands in the line that brought it, and is gone when that is disposed of."""
    brought = (li for li in lines if li.compartment == paper["compartment"] and li.seq == paper["seq"])
    name = next((li.texts.get("name", "") for li in brought), "")
    return {
        "handle": paper["handle"], "name": name, "compartment": paper["compartment"], "size": paper["size"],
        "type": paper["type"], "added_at": _instant(paper["added_at"]),
    }  # fmt: skip


def _forum_file(view: CaseView) -> Json | None:
    if view.file is None or not view.file.revision:
        return None
    return {"revision": view.file.revision, "reviewed": view.file.reviewed, "read_by": sorted(view.file.read_by),
            "open_findings": view.findings}  # fmt: skip


def _pending(row: Pending, names: Names) -> Json:
    return {"kind": row.kind, "post": row.post, **post_texts("post", row.post, names), "due_at": _instant(row.due_at),
            "status": row.status, "reason": row.reason, "deadline": row.deadline, "notch": row.notch,
            "move": row.move}  # fmt: skip


def _rung(rung: Rung, names: Names) -> Json:
    return {"rung": rung.code, **texts("name", rung.name), "state": rung.state, "forums": list(rung.forums),
            **_places("forum", rung.forums, "forum", names),
            "passed": [{"forum": code, **texts("why", why)} for code, why in rung.why]}  # fmt: skip


def _side(side: Side, names: Names) -> Json:
    return {
        "unit": side.unit, "unit_name": names.place(f"unit:{side.unit}", "sv") if side.unit else "",
        "operation": side.operation, "operation_name": names.place(f"operation:{side.operation}", "sv"),
        "authority": side.authority, "party": side.party, "arena": side.arena,
    }  # fmt: skip


def _places(key: str, codes: Iterable[str], kind: str, names: Names) -> Json:
    return {f"{key}_names": [names.place(f"{kind}:{code}", "sv") for code in codes]}


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
