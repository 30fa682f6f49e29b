"""From a routine's TOML file to a Definition, telling every fault at once with file and place.

`read` only reads form: keys, sorts, texts in two languages. What the parts mean together (a dead end, a stage without
a date) is `definition_check`'s. A file may include others (`includes = ["forum.v1"]`), whose parts it may not redefine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
from workflows.due import Rule

T = TypeVar("T")

SECTIONS = ("stages", "inputs", "deadlines", "contributions", "reasons", "functions", "settings")
HEAD = ("name", "version", "kind", "initial", "title", "includes", "moves", *SECTIONS)


@dataclass(frozen=True, slots=True)
class Source:
    """One workflow file as config hands it over: its path for messages, its exact text, and the parsed data."""

    path: str
    text: str
    data: Mapping[str, Any]

    @property
    def key(self) -> str:
        return f"{self.data.get('name', '?')}.v{self.data.get('version', '?')}"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file: where (file, line, place in the file's own words) and what to do."""

    path: str
    line: int
    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.place}: {self.text}"


class DefinitionFaults(Exception):
    """A routine cannot be used as it stands. All faults are listed; none of the files is in force."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(f) for f in self.faults))


class Reader:
    """Reads one file's tables, collecting faults instead of stopping at the first."""

    def __init__(self, source: Source, faults: list[Fault]) -> None:
        self.source = source
        self.faults = faults

    def fault(self, place: str, text: str) -> None:
        self.faults.append(Fault(self.source.path, line_of(self.source.text, place), place, text))

    def keys(self, table: Mapping[str, Any], place: str, needs: str, may: str = "") -> None:
        allowed = set(needs.split()) | set(may.split())
        for key in table:
            if key not in allowed:
                self.fault(place, f"unknown key {key!r}; known here: {', '.join(sorted(allowed))}")
        for key in needs.split():
            if key not in table:
                self.fault(place, f"{key} is missing")

    def word(self, table: Mapping[str, Any], key: str, place: str, default: str = "") -> str:
        value = table.get(key, default)
        if not isinstance(value, str):
            self.fault(place, f"{key} must be text in quotation marks")
            return default
        return value

    def words(self, table: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            self.fault(place, f"{key} must be a list of texts, for example [\"one\", \"two\"]")
            return ()
        return tuple(value)

    def number(self, table: Mapping[str, Any], key: str, place: str, default: int = 0) -> int:
        value = table.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            self.fault(place, f"{key} must be a whole number")
            return default
        return value

    def flag(self, table: Mapping[str, Any], key: str, place: str) -> bool:
        value = table.get(key, False)
        if not isinstance(value, bool):
            self.fault(place, f"{key} must be true or false")
        return value is True

    def text(self, value: Any, place: str) -> Text:
        """A text in both languages. One that lacks a language is a fault: the interface is in two, always."""
        if not isinstance(value, dict) or set(value) != {"sv", "en"} or not all(_filled(v) for v in value.values()):
            self.fault(place, "needs its text in both languages: { sv = \"…\", en = \"…\" }")
            return Text("…", "…")
        return Text(value["sv"], value["en"])

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
                self.keys(table, place, unit)
                count = self.number(table, unit, place)
                if count < 0:
                    self.fault(place, f"{unit} must not be negative")
                return Rule(cast(Any, unit), max(count, 0), source=source)
        if "named" in table:
            return Rule("fixed", source=source)
        if "meeting" in table:
            return self._meeting(table, place, source)
        self.fault(place, "must say one of working, calendar, months, named or meeting")
        return Rule("working", 1, source=source)

    def _meeting(self, table: Mapping[str, Any], place: str, source: str) -> Rule:
        self.keys(table, place, "meeting fallback", "at lead within within_working")
        if table["meeting"] not in ("lead", "lowest", "owner"):
            self.fault(place, "meeting must be lead, lowest or owner")
        at = self.word(table, "at", place, "meeting")
        if at not in ("meeting", "material"):
            self.fault(place, "at must be meeting or material")
        working = "within_working" in table
        limit = self.number(table, "within_working" if working else "within", place, -1)
        return Rule(
            "meeting", source=source, at="material" if at == "material" else "meeting",
            lead=self.number(table, "lead", place), limit=limit if limit >= 0 else None,
            limit_unit="working" if working else "calendar",
            fallback=self.rule(table.get("fallback", {}), f"{place}.fallback", source),
        )  # fmt: skip


def _filled(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def line_of(text: str, place: str) -> int:
    """The line of a place such as `stages.arrived.ball` or `moves[12]`; 1 when the file does not show it."""
    lines = text.splitlines()
    section, _, rest = place.partition(".")
    if section.startswith("moves["):
        wanted, seen = int(section[6:].split("]")[0]), -1
        for number, line in enumerate(lines, 1):
            seen += line.strip() == "[[moves]]"
            if seen == wanted:
                return number
        return 1
    code = rest.split(".")[0]
    heads = (f"[{section}.{code}]", f"[{section}]") if code else (f"[{section}]",)
    for head in heads:
        for number, line in enumerate(lines, 1):
            if line.strip() == head:
                return _inside(lines, number, code if head == f"[{section}]" else rest.partition(".")[2])
    return next((n for n, line in enumerate(lines, 1) if line.split("=")[0].strip() == section), 1)


def _inside(lines: Sequence[str], head: int, key: str) -> int:
    key = key.split(".")[0]
    for number in range(head, len(lines)):
        line = lines[number].strip()
        if line.startswith("["):
            break
        if key and line.split("=")[0].strip() == key:
            return number + 1
    return head


def read(source: Source, included: Sequence[Source], faults: list[Fault]) -> Definition:
    """One definition out of its file and those it includes, in the order they are named."""
    reader = Reader(source, faults)
    head = source.data
    reader.keys(head, "name", "name version kind initial title moves stages", " ".join(HEAD))
    if head.get("kind") not in ("deviation", "dispute", "systemic_issue"):
        reader.fault("kind", "must be deviation, dispute or systemic_issue")
    files = [*(Reader(s, faults) for s in included), reader]
    moves = [_move(r, table, i) for r in files for i, table in enumerate(r.source.data.get("moves", []))]
    return Definition(
        name=reader.word(head, "name", "name"), version=reader.number(head, "version", "version", 1),
        kind=reader.word(head, "kind", "kind"), initial=reader.word(head, "initial", "initial"),
        title=reader.text(head.get("title"), "title"), hash=fingerprint([*included, source]),
        stages=_section(files, "stages", _stage),
        moves=tuple(_numbered(moves)),
        inputs=_section(files, "inputs", _input), deadlines=_section(files, "deadlines", _deadline),
        contributions=_section(files, "contributions", _contribution),
        reasons=_section(files, "reasons", lambda r, c, t, p: r.text(t, p)),
        functions=_section(files, "functions", lambda r, c, t, p: r.text(t, p)),
        settings=_section(files, "settings", _setting),
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
    reader.keys(table, place, "id title", "task task_text ball rung date status tab source reach holds before_forum")
    status = reader.word(table, "status", place, "open")
    if status not in ("open", "watched", "ended"):
        reader.fault(place, "status must be open, watched or ended")
    reach = reader.word(table, "reach", place, "parties")
    if reach not in ("raising", "parties"):
        reader.fault(place, "reach must be raising or parties")
    if status != "ended":
        reader.keys({k: v for k, v in table.items() if k in _LIVING}, place, " ".join(_LIVING))
    task_text = reader.text(table["task_text"], place) if "task_text" in table else Text("–", "–")
    return Stage(
        code=code, id=reader.word(table, "id", place), title=reader.text(table.get("title"), place),
        task=reader.word(table, "task", place), task_text=task_text, ball=reader.word(table, "ball", place),
        rung=reader.word(table, "rung", place), date=reader.word(table, "date", place), status=status,
        tab=reader.word(table, "tab", place), source=reader.word(table, "source", place), reach=reach,
        holds=reader.flag(table, "holds", place), before_forum=reader.flag(table, "before_forum", place),
    )  # fmt: skip


_LIVING = ("task", "task_text", "ball", "date", "source")


def _words(items: Sequence[str]) -> Words:
    return tuple((name, arg) for name, _, arg in (item.partition(":") for item in items))


def _move(reader: Reader, value: Any, number: int) -> Move:
    place = f"moves[{number}]"
    table = reader.table(value, place)
    place = f"{place}.{table.get('do', '?')}"
    reader.keys(table, place, "do from to by text source", "if needs may then tell hidden")
    return Move(
        code=reader.word(table, "do", place), index=number, sources=reader.words(table, "from", place),
        to=reader.word(table, "to", place), by=reader.words(table, "by", place),
        guards=_words(reader.words(table, "if", place)), needs=reader.words(table, "needs", place),
        may=reader.words(table, "may", place), then=_words(reader.words(table, "then", place)),
        tell=reader.words(table, "tell", place), text=reader.text(table.get("text"), place),
        source=reader.word(table, "source", place), place=f"{reader.source.key}/{place}",
        hidden=reader.word(table, "hidden", place),
    )  # fmt: skip


def _input(reader: Reader, code: str, value: Any, place: str) -> Input:
    table = reader.table(value, place)
    reader.keys(table, place, "type goes label", "help options max")
    options = table.get("options", {})
    if not isinstance(options, dict) or (table.get("type") == "choice") != bool(options):
        reader.fault(place, "a choice needs options, and only a choice has them: options.code = { sv, en }")
        options = {}
    return Input(
        code=code, type=reader.word(table, "type", place), goes=reader.word(table, "goes", place),
        label=reader.text(table.get("label"), place),
        help=reader.text(table["help"], place) if "help" in table else None,
        options=tuple((c, reader.text(t, f"{place}.options.{c}")) for c, t in options.items()),
        max=reader.number(table, "max", place),
    )  # fmt: skip


def _notches(reader: Reader, table: Mapping[str, Any], place: str) -> tuple[Notch, ...]:
    rows = table.get("remind", [])
    if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
        reader.fault(place, "remind must be a list of { at = -1, to = [\"ball\"] }")
        return ()
    for row in rows:
        reader.keys(row, f"{place}.remind", "at to")
    return tuple(Notch(reader.number(r, "at", place), reader.words(r, "to", place)) for r in rows)


def _deadline(reader: Reader, code: str, value: Any, place: str) -> DeadlineRule:
    table = reader.table(value, place)
    reader.keys(
        table, place, "text clock starts covers rule default_text source",
        "urgent given_by met_by missed_by default remind keeps",
    )  # fmt: skip
    source = reader.word(table, "source", place)
    rule = table.get("rule", {})
    meeting = rule.get("meeting", "") if isinstance(rule, dict) else ""
    return DeadlineRule(
        code=code, text=reader.text(table.get("text"), place), clock=reader.word(table, "clock", place),
        starts=reader.word(table, "starts", place), covers=frozenset(reader.words(table, "covers", place)),
        rule=reader.rule(rule, f"{place}.rule", source),
        urgent=reader.rule(table["urgent"], f"{place}.urgent", source) if "urgent" in table else None,
        given_by=reader.word(table, "given_by", place), meeting_of=meeting if isinstance(meeting, str) else "",
        met_by=frozenset(reader.words(table, "met_by", place)),
        missed_by=frozenset(reader.words(table, "missed_by", place)),
        defaults=tuple(_default(reader, d, place) for d in table.get("default", [])),
        default_text=reader.text(table.get("default_text"), place), notches=_notches(reader, table, place),
        source=source, keeps=reader.flag(table, "keeps", place),
    )  # fmt: skip


def _default(reader: Reader, value: Any, place: str) -> Default:
    table = reader.table(value, f"{place}.default")
    reader.keys(table, f"{place}.default", "move", "after quiet")
    return Default(
        reader.word(table, "move", place), reader.number(table, "after", place), reader.flag(table, "quiet", place)
    )


def _contribution(reader: Reader, code: str, value: Any, place: str) -> ContributionRule:
    table = reader.table(value, place)
    reader.keys(table, place, "text asks rule given_by silence source", "remind covers")
    source = reader.word(table, "source", place)
    return ContributionRule(
        code=code, text=reader.text(table.get("text"), place), asks=reader.word(table, "asks", place),
        rule=reader.rule(table.get("rule", {}), f"{place}.rule", source),
        given_by=frozenset(reader.words(table, "given_by", place)), silence=reader.text(table.get("silence"), place),
        notches=_notches(reader, table, place), source=source,
        covers=frozenset(reader.words(table, "covers", place)) or frozenset(("*",)),
    )  # fmt: skip


def _setting(reader: Reader, code: str, value: Any, place: str) -> int:
    table = reader.table(value, place)
    reader.keys(table, place, "value source")
    return reader.number(table, "value", place)
