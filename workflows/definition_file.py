"""From a routine's TOML file to a Definition, telling every fault at once with file and place.

`read` only reads form: keys, sorts, texts in two languages. What the parts mean together (a dead end, a stage without
a date) is `definition_check`'s. A file may include others (`includes = ["forum.v1"]`), whose parts it may not redefine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from string import Formatter
from typing import Any, TypeVar, cast

from workflows.definition import (
    ContributionRule,
    DeadlineRule,
    Default,
    Definition,
    Input,
    Move,
    Notch,
    Stage,
    Text,
    Words,
)
from workflows.definition_source import DefinitionFaults, Fault, Source, fault_in
from workflows.due import Rule

__all__ = ["DefinitionFaults", "Fault", "Source", "fingerprint", "read"]

T = TypeVar("T")

SECTIONS = ("stages", "inputs", "deadlines", "contributions", "reasons", "functions", "tasks", "settings")
KINDS = ("deviation", "dispute", "systemic_issue")
HEAD = ("name", "version", "kind", "initial", "title", "includes", "opening", "moves", *SECTIONS)


LONGEST = {"working": 1300, "calendar": 1830, "months": 60}
"""Five years in each unit: ours. A slip of the pen (6000 for 60) is longer than any agreement."""


class Reader:
    """Reads one file's tables, collecting faults instead of stopping at the first."""

    def __init__(self, source: Source, faults: list[Fault], kind: str = "") -> None:
        self.source = source
        self.faults = faults
        self.kind = kind
        """The kind of case that the definition is for: a file that several include may word a text by kind."""

    def fault(self, place: str, text: str) -> None:
        self.faults.append(fault_in(self.source, place, text))

    def keys(self, table: Mapping[str, Any], place: str, needs: str, may: str = "") -> None:
        allowed = set(needs.split()) | set(may.split())
        for key in table:
            if key not in allowed:
                self.fault(_at(place, key), f"unknown key {key!r}; known here: {', '.join(sorted(allowed))}")
        for key in needs.split():
            if key not in table:
                self.fault(_at(place, key), f"{key} is missing; write it")

    def word(self, table: Mapping[str, Any], key: str, place: str, default: str = "") -> str:
        value = table.get(key, default)
        if not isinstance(value, str):
            self.fault(_at(place, key), "must be text in quotation marks")
            return default
        return value

    def words(self, table: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            self.fault(_at(place, key), 'must be a list of texts, for example ["one", "two"]')
            return ()
        return tuple(value)

    def groups(self, table: Mapping[str, Any], key: str, place: str) -> list[list[str]]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(
            isinstance(g, list) and all(isinstance(v, str) for v in g) for g in value
        ):
            self.fault(
                _at(place, key), 'must be a list of lists of texts, for example [["one", "two"], ["two", "three"]]'
            )
            return []
        return value

    def number(self, table: Mapping[str, Any], key: str, place: str, default: int = 0) -> int:
        value = table.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            self.fault(_at(place, key), "must be a whole number")
            return default
        return value

    def count(self, table: Mapping[str, Any], key: str, place: str, default: int = 0) -> int:
        """A number of days, characters or times: never less than none."""
        value = self.number(table, key, place, default)
        if value < 0 and key in table:
            self.fault(_at(place, key), "counts something; write zero or more")
            return 0
        return value

    def length(self, table: Mapping[str, Any], key: str, place: str) -> int:
        """How long somebody has: a day at least, and no longer than a case is followed (`LONGEST`)."""
        value, longest = self.count(table, key, place, 1), LONGEST[key]
        if key in table and not 1 <= value <= longest:
            self.fault(_at(place, key), f"a date after {value} is no date that anybody keeps; write 1 to {longest}")
        return min(max(value, 1), longest)

    def flag(self, table: Mapping[str, Any], key: str, place: str) -> bool:
        value = table.get(key, False)
        if not isinstance(value, bool):
            self.fault(_at(place, key), "must be true or false")
        return value is True

    def text(self, value: Any, place: str) -> Text:
        """A text in both languages, which may be another in one kind of case: `{ sv = …, en = …, dispute = { … } }`."""
        if not isinstance(value, dict):
            return self._in_both(value, place)
        by_kind = {kind: self._in_both(value[kind], _at(place, kind)) for kind in KINDS if kind in value}
        usual = self._in_both({name: said for name, said in value.items() if name not in by_kind}, place)
        return by_kind.get(self.kind, usual)

    def _in_both(self, value: Any, place: str) -> Text:
        """One that lacks a language is a fault: the interface is in two, always."""
        if not isinstance(value, dict) or set(value) != {"sv", "en"} or not all(_filled(v) for v in value.values()):
            self.fault(place, 'needs its text in both languages: { sv = "…", en = "…" }')
            return Text("…", "…")
        self._alike(value["sv"], value["en"], place)
        return Text(value["sv"], value["en"])

    def _alike(self, sv: str, en: str, place: str) -> None:
        """What is filled in afterwards is told in both languages, or half of the readers learn less."""
        try:
            left, right = _filled_in(sv), _filled_in(en)
        except ValueError:
            self.fault(place, "has a brace without its other half; write {name}, or take the brace away")
            return
        for name in sorted(left ^ right):
            lacks = "English" if name in left else "Swedish"
            self.fault(place, f"{{{name}}} is filled in in one language only; write it in the {lacks} text too")

    def table(self, value: Any, place: str) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            self.fault(place, "must be a table")
            return {}
        return value

    def rule(self, value: Any, place: str, source: str) -> Rule:
        """`{ calendar = 60 }`, `{ working = 3 }`, `{ months = 6 }`, `{ named = true }`, `{ meeting = "lead", … }`."""
        table = self.table(value, place)
        for unit in ("working", "calendar", "months"):
            if unit in table:
                self.keys(table, place, unit, "awaited" if unit == "calendar" else "")
                awaited = self.count(table, "awaited", place) if "awaited" in table else None
                return Rule(cast(Any, unit), self.length(table, unit, place), source=source, awaited=awaited)
        if "named" in table:
            return Rule("fixed", source=source)
        if "meeting" in table:
            return self._meeting(table, place, source)
        self.fault(place, "must say one of working, calendar, months, named or meeting")
        return _ANY_RULE

    def _meeting(self, table: Mapping[str, Any], place: str, source: str) -> Rule:
        self.keys(table, place, "meeting fallback", "at lead within within_working of")
        if table["meeting"] not in ("lead", "lowest", "owner"):
            self.fault(place, "meeting must be lead (the forum that has it), lowest (the next one up) or owner")
        at = self.word(table, "at", place, "meeting")
        if at not in ("meeting", "material"):
            self.fault(place, "at must be meeting or material")
        working = "within_working" in table
        limit = self.count(table, "within_working" if working else "within", place, -1)
        return Rule(
            "meeting", source=source, at="material" if at == "material" else "meeting",
            lead=self.count(table, "lead", place), limit=limit if limit >= 0 else None,
            limit_unit="working" if working else "calendar", limit_of=self.word(table, "of", place),
            fallback=self.rule(table["fallback"], f"{place}.fallback", source) if "fallback" in table else _ANY_RULE,
        )  # fmt: skip

    def rows(self, table: Mapping[str, Any], key: str, place: str, example: str) -> list[Mapping[str, Any]]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            self.fault(_at(place, key), f"must be a list of tables: {example}")
            return []
        return value


_ANY_RULE = Rule("working", 1, source="in place of a rule that could not be read")


def _at(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def _filled(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _filled_in(said: str) -> frozenset[str]:
    """The names in braces. Raises ValueError where a brace stands alone."""
    return frozenset(name for _, name, _, _ in Formatter().parse(said) if name is not None)


def read(source: Source, included: Sequence[Source], faults: list[Fault]) -> Definition:
    """One definition out of its file and those it includes, in the order they are named."""
    head = source.data
    kind = str(head.get("kind", ""))
    reader = Reader(source, faults, kind)
    reader.keys(head, "", "name version kind initial title opening moves stages", " ".join(HEAD))
    if head.get("kind") not in KINDS:
        reader.fault("kind", f"must be one of {', '.join(KINDS)}")
    files = [*(Reader(s, faults, kind) for s in included), reader]
    for part in files[:-1]:
        part.keys(part.source.data, "", "name version", " ".join(("moves", *SECTIONS)))
    moves = [_move(r, row, i) for r in files for i, row in enumerate(r.rows(r.source.data, "moves", "", "[[moves]]"))]
    return Definition(
        name=reader.word(head, "name", ""), version=reader.number(head, "version", "", 1),
        kind=reader.word(head, "kind", ""), initial=reader.word(head, "initial", ""),
        title=reader.text(head.get("title"), "title"), hash=fingerprint([*included, source]),
        stages=_section(files, "stages", _stage),
        moves=tuple(_numbered(moves)),
        inputs=_section(files, "inputs", _input), deadlines=_section(files, "deadlines", _deadline),
        contributions=_section(files, "contributions", _contribution),
        reasons=_section(files, "reasons", lambda r, c, t, p: r.text(t, p)),
        functions=_section(files, "functions", lambda r, c, t, p: r.text(t, p)),
        tasks=_section(files, "tasks", lambda r, c, t, p: r.text(t, p)),
        settings=_section(files, "settings", _setting), opening=_opening(reader, head.get("opening", {})),
    )  # fmt: skip


def fingerprint(sources: Sequence[Source]) -> str:
    """SHA-256 over the exact texts, in order: what a case is pinned to, and what a released version never changes."""
    digest = hashlib.sha256()
    for source in sources:
        digest.update(hashlib.sha256(source.text.encode()).digest())
    return digest.hexdigest()


def _section(files: Sequence[Reader], name: str, build: Callable[[Reader, str, Any, str], T]) -> dict[str, T]:
    found: dict[str, T] = {}
    for reader in files:
        for code, table in reader.table(reader.source.data.get(name, {}), name).items():
            if code in found:
                reader.fault(f"{name}.{code}", "is already defined in an included file; give it another name")
            found[code] = build(reader, code, table, f"{name}.{code}")
    return found


def _numbered(moves: Sequence[Move]) -> list[Move]:
    return [replace(move, index=number) for number, move in enumerate(moves)]


def _stage(reader: Reader, code: str, value: Any, place: str) -> Stage:
    table = reader.table(value, place)
    reader.keys(
        table,
        place,
        "id title",
        "task task_text ball rung date status tab source reach holds before_forum until_done unsent",
    )
    status = reader.word(table, "status", place, "open")
    if status not in ("open", "watched", "ended"):
        reader.fault(f"{place}.status", "must be open, watched or ended")
        status = "open" if "ball" in table else "ended"
    reach = reader.word(table, "reach", place, "parties")
    if reach not in ("raising", "parties"):
        reader.fault(f"{place}.reach", "must be raising or parties")
    if status != "ended":
        for key in _LIVING:
            if key not in table:
                reader.fault(f"{place}.{key}", f"an open stage needs its {key}: no case may fall silent (law 1)")
    task_text = reader.text(table["task_text"], f"{place}.task_text") if "task_text" in table else Text("–", "–")
    return Stage(
        code=code, id=reader.word(table, "id", place), title=reader.text(table.get("title"), f"{place}.title"),
        task=reader.word(table, "task", place), task_text=task_text, ball=reader.word(table, "ball", place),
        rung=reader.word(table, "rung", place), date=reader.word(table, "date", place), status=status,
        tab=reader.word(table, "tab", place), source=reader.word(table, "source", place), reach=reach,
        holds=reader.flag(table, "holds", place), before_forum=reader.flag(table, "before_forum", place),
        until_done=reader.word(table, "until_done", place), unsent=reader.flag(table, "unsent", place),
    )  # fmt: skip


_LIVING = ("task", "task_text", "ball", "date", "source")


def _words(items: Sequence[str]) -> Words:
    return tuple((name, arg) for name, _, arg in (item.partition(":") for item in items))


def _move(reader: Reader, value: Any, number: int) -> Move:
    place = f"moves[{number}]"
    table = reader.table(value, place)
    place = f"{place}.{table.get('do', '?')}"
    reader.keys(table, place, "do from to by text happened source", "if needs may then tell hidden follows")
    return Move(
        code=reader.word(table, "do", place), index=number, sources=reader.words(table, "from", place),
        to=reader.word(table, "to", place), by=reader.words(table, "by", place),
        guards=_words(reader.words(table, "if", place)), needs=reader.words(table, "needs", place),
        may=reader.words(table, "may", place), then=_words(reader.words(table, "then", place)),
        tell=reader.words(table, "tell", place), text=reader.text(table.get("text"), f"{place}.text"),
        happened=reader.text(table.get("happened"), f"{place}.happened"),
        source=reader.word(table, "source", place), place=f"{reader.source.key}/{place}",
        hidden=reader.word(table, "hidden", place),
        follows=reader.text(table["follows"], f"{place}.follows") if "follows" in table else None,
    )  # fmt: skip


def _opening(reader: Reader, value: Any) -> Move:
    """The beginning as a row of its own: made by whoever reports, raises or proposes, from nowhere."""
    place = "opening"
    table = reader.table(value, place)
    reader.keys(table, place, "text happened source", "needs may then")
    return Move(
        code="open", index=-1, sources=("",), to="", by=("actor",), guards=(),
        needs=reader.words(table, "needs", place), may=reader.words(table, "may", place),
        then=_words(reader.words(table, "then", place)), tell=(), text=reader.text(table.get("text"), f"{place}.text"),
        happened=reader.text(table.get("happened"), f"{place}.happened"),
        source=reader.word(table, "source", place), place=place,
    )  # fmt: skip


def _input(reader: Reader, code: str, value: Any, place: str) -> Input:
    table = reader.table(value, place)
    reader.keys(table, place, "type goes label", "help options max unknown none together about_when")
    options = table.get("options", {})
    if not isinstance(options, dict) or (table.get("type") in ("choice", "choices")) != bool(options):
        reader.fault(place, "a choice needs options, and only a choice has them: options.code = { sv = …, en = … }")
        options = {}
    return Input(
        code=code, type=reader.word(table, "type", place), goes=reader.word(table, "goes", place),
        label=reader.text(table.get("label"), f"{place}.label"),
        help=reader.text(table["help"], f"{place}.help") if "help" in table else None,
        options=tuple((c, reader.text(t, f"{place}.options.{c}")) for c, t in options.items()),
        max=reader.count(table, "max", place),
        together=tuple(frozenset(group) for group in reader.groups(table, "together", place)),
        unknown=reader.text(table["unknown"], f"{place}.unknown") if "unknown" in table else None,
        none=reader.text(table["none"], f"{place}.none") if "none" in table else None,
        about_when=reader.flag(table, "about_when", place),
    )  # fmt: skip


def _notches(reader: Reader, table: Mapping[str, Any], place: str) -> tuple[Notch, ...]:
    rows = reader.rows(table, "remind", place, '{ at = -1, to = ["ball"] }')
    for row in rows:
        reader.keys(row, f"{place}.remind", "at to")
    notches = [Notch(reader.number(r, "at", f"{place}.remind"), reader.words(r, "to", f"{place}.remind")) for r in rows]
    for notch in notches:
        if abs(notch.at) > LONGEST["working"]:
            reader.fault(
                f"{place}.remind", f"the reminder at {notch.at:+d} is years away from its date; write it nearer"
            )
    return tuple(notches)


def _deadline(reader: Reader, code: str, value: Any, place: str) -> DeadlineRule:
    table = reader.table(value, place)
    reader.keys(
        table, place, "text clock starts covers rule default_text source",
        "urgent given_by counts_from met_by met_text missed_by default remind keeps unless once listed",
    )  # fmt: skip
    source = reader.word(table, "source", place)
    rule = table.get("rule", {})
    meeting = rule.get("meeting", "") if isinstance(rule, dict) else ""
    return DeadlineRule(
        code=code, text=reader.text(table.get("text"), f"{place}.text"), clock=reader.word(table, "clock", place),
        starts=reader.word(table, "starts", place), covers=frozenset(reader.words(table, "covers", place)),
        rule=reader.rule(rule, f"{place}.rule", source),
        urgent=reader.rule(table["urgent"], f"{place}.urgent", source) if "urgent" in table else None,
        given_by=reader.word(table, "given_by", place), counts_from=reader.word(table, "counts_from", place),
        meeting_of=meeting if isinstance(meeting, str) else "",
        met_by=frozenset(reader.words(table, "met_by", place)),
        missed_by=frozenset(reader.words(table, "missed_by", place)),
        defaults=tuple(_default(reader, d, place) for d in reader.rows(table, "default", place, '{ move = "lapse" }')),
        default_text=reader.text(table.get("default_text"), f"{place}.default_text"),
        notches=_notches(reader, table, place), source=source, keeps=reader.flag(table, "keeps", place),
        unless=reader.word(table, "unless", place), once=reader.flag(table, "once", place),
        listed=reader.flag(table, "listed", place),
        met_text=reader.text(table["met_text"], f"{place}.met_text") if "met_text" in table else None,
    )  # fmt: skip


def _default(reader: Reader, table: Mapping[str, Any], place: str) -> Default:
    place = f"{place}.default"
    reader.keys(table, place, "move", "after quiet")
    after = reader.count(table, "after", place)
    if after > LONGEST["working"]:
        reader.fault(place, f"after {after} working days nobody waits for the default any more; let it come earlier")
    return Default(reader.word(table, "move", place), after, reader.flag(table, "quiet", place))


def _contribution(reader: Reader, code: str, value: Any, place: str) -> ContributionRule:
    table = reader.table(value, place)
    reader.keys(table, place, "text asks rule silence source", "given_by remind covers")
    source = reader.word(table, "source", place)
    return ContributionRule(
        code=code, text=reader.text(table.get("text"), f"{place}.text"), asks=reader.word(table, "asks", place),
        rule=reader.rule(table.get("rule", {}), f"{place}.rule", source),
        given_by=frozenset(reader.words(table, "given_by", place)),
        silence=reader.text(table.get("silence"), f"{place}.silence"), source=source,
        notches=_notches(reader, table, place),
        covers=frozenset(reader.words(table, "covers", place)) or frozenset(("*",)),
    )  # fmt: skip


def _setting(reader: Reader, code: str, value: Any, place: str) -> int:
    table = reader.table(value, place)
    reader.keys(table, place, "value source")
    return reader.count(table, "value", place)
