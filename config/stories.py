"""Stories: what a county tries its routines with, as steps that a process leader can read and write.

A file in `stories/` has a title, what it shows, who is in it, and steps in the order of time. Each step says when, who
in which function, what she does and what must come of it, with a sentence of narration in both languages. Only form
and names are checked here; whether the routine agrees is found out by playing the story.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from config.faults import Fault
from config.folder import Folder
from config.organisation import Holding, Words

STOCKHOLM = ZoneInfo("Europe/Stockholm")

ACTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "report": ("kind", "operation unit receiving_unit happened urgent stage rung forums inputs"),
        "move": ("move", "inputs"),
        "write_file": ("inputs", ""),
        "review_file": ("", ""),
        "clear_findings": ("reason", ""),
        "read_file": ("", ""),
        "note": ("text", ""),
        "share": ("text", ""),
        "paper": ("name text", "inner"),
        "propose": ("cases sentence", "principle"),
        "join": ("member", ""),
        "add_meeting": ("forum day source", ""),
        "move_meeting": ("forum day to", ""),
        "cancel_meeting": ("forum day", ""),
        "absence": ("person since until", "substitute"),
        "end_unit": ("unit last_day", "heir"),
        "wait": ("", ""),
    }
)
"""What a step can do: the keys that it needs, and those that it may have besides."""

WITHOUT_ACTOR = frozenset(("wait", "add_meeting", "move_meeting", "cancel_meeting", "absence", "end_unit"))
"""What nobody in a case does: the calendar and the staff change, or time goes by."""

EXPECTED: Mapping[str, type] = MappingProxyType(
    {
        "stage": str, "status": str, "rung": str, "forums": list, "ball": str, "date": date, "due": dict, "owes": dict,
        "closed": dict, "outcome": str, "decided": str, "may": list, "may_not": list, "told": list,
        "refused": list, "door": str,
        "door_to": str, "unseen": bool, "sees": list, "sees_not": list, "findings": int, "file_at": dict,
    }
)  # fmt: skip
"""What a step can expect of the case after it: see stories/README.md."""

STEP_KEYS = frozenset(("at", "who", "does", "case", "expect", "says"))
STORY_KEYS = frozenset(("title", "shows", "order", "explain", "pages", "who", "step"))
EVERY_DETAIL = frozenset(key for needs, may in ACTS.values() for key in (*needs.split(), *may.split()))


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody in exactly one function: `anna.lind/reporter@unit:hsv-molndal`."""

    account: str
    post: str


NOBODY = Actor("", "")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `details` are the keys that its act takes, `expect` what must hold after it; `at` is in UTC."""

    at: datetime
    who: Actor
    does: str
    case: str
    details: Mapping[str, Any]
    expect: Mapping[str, Any]
    says: Words
    place: str


@dataclass(frozen=True, slots=True)
class Story:
    """A story in the order of its file. `explain` is the deadline whose date the printout explains, `pages` the labels
    of the cases that it shows in full; none for all."""

    code: str
    title: Words
    shows: Words
    order: int
    explain: str
    pages: tuple[str, ...]
    people: Mapping[str, Actor]
    steps: tuple[Step, ...]
    file: str


def read_stories(folder: Folder, holdings: Collection[Holding]) -> tuple[Story, ...]:
    """The stories of a county folder, in the order they are told; faults are noted in `folder.faults`."""
    found = []
    for path in sorted((folder.path / "stories").glob("*.toml")):
        name = f"stories/{path.name}"
        text = folder.text(name)
        data = folder.parse(name, text) if text is not None else {}
        if data:
            found.append(_Reader(folder, name, holdings).story(path.stem, data))
        elif text is not None and not text.strip():
            folder.note(name, "whole file", "is empty; write a story, or take it away")
    return tuple(sorted(found, key=lambda story: (story.order, story.code)))


class _Reader:
    """Reads one file, noting faults instead of stopping at the first."""

    def __init__(self, folder: Folder, name: str, holdings: Collection[Holding]) -> None:
        self._folder = folder
        self._name = name
        self._accounts = {h.person for h in holdings}
        self._posts = {_post(h) for h in holdings}

    def story(self, code: str, data: Mapping[str, Any]) -> Story:
        self._keys(data, "top level", STORY_KEYS, ("title", "shows", "who", "step"))
        people = {name: self._actor(text, f"who, {name}") for name, text in self._table(data, "who").items()}
        steps = tuple(self._steps(data.get("step"), people))
        order = data.get("order", 0)
        return Story(
            code=code, title=self._words(data.get("title"), "title"), shows=self._words(data.get("shows"), "shows"),
            order=order if isinstance(order, int) else 0, explain=str(data.get("explain", "")),
            pages=self._labels(data.get("pages", [])), people=people, steps=steps, file=self._name,
        )  # fmt: skip

    def _labels(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(label, str) for label in value):
            self._note("pages", "must be a list of labels of cases")
            return ()
        return tuple(value)

    def _steps(self, rows: Any, people: Mapping[str, Actor]) -> Iterator[Step]:
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self._note("step", "must be a list of tables, [[step]]")
            return
        before = datetime.min.replace(tzinfo=UTC)
        for number, row in enumerate(rows, start=1):
            step = self._step(row, f"step {number} ({row.get('at', 'no time')})", people)
            if step.at < before:
                self._note(step.place, "lies before the step above it; write the steps in the order of time")
            before = step.at
            yield step

    def _step(self, row: Mapping[str, Any], place: str, people: Mapping[str, Actor]) -> Step:
        self._keys(row, place, STEP_KEYS | EVERY_DETAIL, ("at", "does", "says"))
        does = str(row.get("does", ""))
        details = {key: value for key, value in row.items() if key not in STEP_KEYS}
        if does in ACTS:
            self._details(does, details, place)
        elif "does" in row:
            self._note(place, f"does {does!r} is not known; use one of {', '.join(ACTS)}")
        return Step(
            at=self._instant(row.get("at"), place), who=self._who(row, does, people, place), does=does,
            case=str(row.get("case", "")), details=details, expect=self._expect(row, place),
            says=self._words(row.get("says"), f"{place}, says"), place=place,
        )  # fmt: skip

    def _details(self, does: str, details: Mapping[str, Any], place: str) -> None:
        needs, may = (set(keys.split()) for keys in ACTS[does])
        for key in sorted(needs - set(details)):
            self._note(place, f"{does} needs {key}")
        for key in sorted(set(details) - needs - may):
            self._note(place, f"{does} does not take {key}")

    def _who(self, row: Mapping[str, Any], does: str, people: Mapping[str, Actor], place: str) -> Actor:
        name = row.get("who")
        if name is None:
            if does not in WITHOUT_ACTOR:
                self._note(place, f"{does} needs who")
            return NOBODY
        if name not in people:
            self._note(place, f"who {name!r} is not among the story's people; write them under [who]")
        return people.get(str(name), NOBODY)

    def _expect(self, row: Mapping[str, Any], place: str) -> Mapping[str, Any]:
        table = self._table(row, "expect", place)
        for key, value in table.items():
            if key not in EXPECTED:
                self._note(place, f"expect.{key} is not known; use one of {', '.join(EXPECTED)}")
            elif not isinstance(value, EXPECTED[key]):
                self._note(place, f"expect.{key} must be a {_SORTS[EXPECTED[key]]}")
        return table

    def _instant(self, value: Any, place: str) -> datetime:
        if not isinstance(value, datetime) or value.tzinfo is not None:
            self._note(place, "at must be a local date and time, such as 2026-04-16 10:00:00")
            return datetime.min.replace(tzinfo=UTC)
        return value.replace(tzinfo=STOCKHOLM).astimezone(UTC)

    def _actor(self, text: Any, place: str) -> Actor:
        account, slash, post = str(text).partition("/")
        if not slash or not _POST.fullmatch(post):
            self._note(place, f"{text!r} must say account, function and place: anna.lind/reporter@unit:hsv-molndal")
        elif account not in self._accounts or post not in self._posts:
            self._note(place, f"{text} names a person or a function that is not in holdings.csv")
        return Actor(account, post)

    def _words(self, value: Any, place: str) -> Words:
        if value is None:
            return Words("…", "…")  # noted already: every text is required where it belongs
        if not isinstance(value, dict) or set(value) != {"sv", "en"} or not all(map(_filled, value.values())):
            self._note(place, 'needs its text in both languages: { sv = "…", en = "…" }')
            return Words("…", "…")
        return Words(value["sv"], value["en"])

    def _table(self, data: Mapping[str, Any], key: str, place: str = "top level") -> Mapping[str, Any]:
        value = data.get(key, {})
        if not isinstance(value, dict):
            self._note(place, f"{key} must be a table")
            return {}
        return value

    def _keys(self, data: Mapping[str, Any], place: str, known: Collection[str], needs: Collection[str]) -> None:
        for key in data:
            if key not in known:
                self._note(place, f"{key} is not known here")
        for key in needs:
            if key not in data:
                self._note(place, f"{key} is missing; write it")

    def _note(self, place: str, text: str) -> None:
        fault = Fault(self._name, place, text)
        if fault not in self._folder.faults:
            self._folder.faults.append(fault)


_POST = re.compile(r"[a-z_]+(?:\.[a-z]+)?@(?:county|[a-z]+:[a-z0-9.-]+)")
_SIDED = ("preparer", "substitute", "member")
_SORTS: Mapping[type, str] = MappingProxyType(
    {str: "text", list: "list", dict: "table", bool: "true or false", date: "date", int: "whole number"}
)


def _post(holding: Holding) -> str:
    """As sign-in names it: forums have some functions once for each side."""
    sided = f"{holding.function}.{holding.side}" if holding.side and holding.function in _SIDED else holding.function
    return f"{sided}@{holding.holder}"


def _filled(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
