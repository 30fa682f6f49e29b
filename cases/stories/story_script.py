"""A story as it is handed over: who is in it, and steps with what is done and what is expected.

The county's folder reads stories from its files (config/stories.py); these are the shapes that playing one needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from cases.record import Record
from cases.sight import Seer


class Words(Protocol):
    @property
    def sv(self) -> str: ...
    @property
    def en(self) -> str: ...


class Actor(Protocol):
    """Somebody in exactly one function."""

    @property
    def account(self) -> str: ...
    @property
    def post(self) -> str: ...


class Step(Protocol):
    """`case` is the story's own label, "" where it has one case only; `at` is an instant in UTC."""

    @property
    def at(self) -> datetime: ...
    @property
    def who(self) -> Actor: ...
    @property
    def does(self) -> str: ...
    @property
    def case(self) -> str: ...
    @property
    def details(self) -> Mapping[str, Any]: ...
    @property
    def expect(self) -> Mapping[str, Any]: ...
    @property
    def says(self) -> Words: ...
    @property
    def place(self) -> str: ...


class Story(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def title(self) -> Words: ...
    @property
    def shows(self) -> Words: ...
    @property
    def explain(self) -> str: ...
    @property
    def pages(self) -> Sequence[str]: ...
    @property
    def people(self) -> Mapping[str, Actor]: ...
    @property
    def steps(self) -> Sequence[Step]: ...
    @property
    def file(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Scene:
    """One step on the record. `cases` are the numbers of the story's cases by label; a step that begins one adds it."""

    record: Record
    people: Mapping[str, Actor]
    cases: dict[str, str]
    step: Step

    @property
    def seer(self) -> Seer:
        return Seer(self.step.who.account, self.step.who.post)

    @property
    def now(self) -> datetime:
        return self.step.at

    @property
    def number(self) -> str:
        """The number of the step's case; "" when no case of that label has begun."""
        return self.cases.get(self.step.case, "")

    def detail(self, name: str, default: Any = "") -> Any:
        return self.step.details.get(name, default)
