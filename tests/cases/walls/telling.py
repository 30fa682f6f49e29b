"""How the world of the walls is told: people doing ordinary things, with a canary in every place that holds words.

Every step has a name. Chance and time come from that name and the step's place, so that a world told without one
step differs in nothing but that step: two worlds can be compared letter by letter.
"""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cases.acting import act
from cases.contents import forum_files, matter, patient
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from tests.cases.walls.canaries import Canary, new_word
from tests.record import MORNING
from workflows.nouns import Command


@dataclass(frozen=True, slots=True)
class Place:
    """A side of a case, as the county's files have it."""

    unit: str
    operation: str
    authority: str
    provider: bool = False

    @property
    def inner(self) -> str:
        """Where its unit writes for its own: a private provider in a record of its own."""
        return f"inner:unit:{self.unit}" if self.provider else f"inner:{self.authority}"

    def holders(self) -> set[str]:
        units = {f"unit:{self.unit}"} if self.unit else set()
        return units | {f"operation:{self.operation}", f"authority:{self.authority}"}


@dataclass(slots=True)
class Told:
    """What is so in one case of the world, said by hand and not read from the record: whom it lies with and where."""

    label: str
    raising: Place
    receiving: Place | None = None
    """None while it has not been sent."""
    reporter: str = ""
    before: tuple[str, ...] = ()
    been: tuple[str, ...] = ()
    local: bool = True
    left: tuple[Place, ...] = ()
    """Sides that had it and have it no more."""
    opened: bool = False
    """The contract manager has opened the inner record to the provider."""
    guests: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    patient: bool = False
    number: str = ""
    handles: list[str] = field(default_factory=list)


class Teller:
    """Tells cases into a record. Steps named in `without` do not happen."""

    def __init__(self, record: Record, seed: int, without: frozenset[str] = frozenset()) -> None:
        self.record = record
        self.without = without
        self.canaries: list[Canary] = []
        self.cases: dict[str, Told] = {}
        self.now: datetime = MORNING
        self._seed = seed

    def word(self, case: str, what: str, *places: str) -> str:
        """A new canary for those compartments of that case."""
        canary = Canary(new_word(f"{self._seed} {case} {what} {places}"), case, frozenset(places), what)
        self.canaries.append(canary)
        return canary.word

    def step(self, name: str, does: Callable[[], Any]) -> Any:
        """One thing that happens, a minute after the last; None when this world is told without it, or its case."""
        self.now += timedelta(minutes=1)
        self.record.random_bytes = random.Random(f"{self._seed} {name}").randbytes
        return None if {name, name.partition(":")[0]} & self.without else does()

    def begin(self, told: Told, who: Seer, new: NewCase) -> None:
        case = told.label
        self.cases[case] = told
        acted = self.step(f"{case}: begin", lambda: report(self.record, who, new, self.now))
        if acted is not None:
            told.number = acted.number
            self.canaries.append(Canary(acted.number.casefold(), case, frozenset(("cover",)), "number"))

    def move(self, case: str, who: Seer, move: str, **inputs: Any) -> None:
        number = self.cases[case].number
        self.step(
            f"{case}: {move} by {who.account}",
            lambda: act(self.record, who, number, Command(move, inputs), self.now),
        )

    def note(self, case: str, who: Seer, place: str) -> None:
        what = f"note by {who.account}"
        text = f"Anteckning {self.word(case, what, place)}."
        self.step(f"{case}: {what}", lambda: matter.note(self.record, who, self.cases[case].number, text, self.now))

    def share(self, case: str, who: Seer) -> None:
        what = f"word shared by {who.account}"
        text = f"Till er båda: {self.word(case, what, 'shared')}."
        self.step(f"{case}: {what}", lambda: matter.share(self.record, who, self.cases[case].number, text, self.now))

    def paper(self, case: str, who: Seer, *places: str, inner: bool = False) -> str:
        """A paper with one canary in its name and one in its content; its handle."""
        what = f"paper by {who.account}"
        title = f"{self.word(case, f'name of the {what}', *places)}.txt"
        content = f"Text {self.word(case, what, *places)}".encode()
        handle = self.step(f"{case}: {what}", lambda: matter.add_paper(
            self.record, who, self.cases[case].number, io.BytesIO(content), title, self.now, inner=inner
        ))  # fmt: skip
        if handle is not None:
            self.cases[case].handles.append(handle)
        return handle or ""

    def registry(self, case: str, who: Seer, place: str) -> None:
        what = f"registry number by {who.account}"
        value = f"DNR {self.word(case, what, place)}"
        self.step(f"{case}: {what}", lambda: matter.set_registry_number(
            self.record, who, self.cases[case].number, value, self.now
        ))  # fmt: skip

    def patient(self, case: str, who: Seer) -> None:
        self.cases[case].patient = True
        reference = f"Person {self.word(case, 'patient', 'patient')}"
        self.step(f"{case}: patient by {who.account}", lambda: patient.set_patient(
            self.record, who, self.cases[case].number, reference, self.now
        ))  # fmt: skip

    def file(self, case: str, writer: Seer, other: Seer, *places: str, attached: tuple[str, ...] = ()) -> None:
        """A forum file that both sides have read and one has reviewed; its words stand in `places`."""
        number = self.cases[case].number
        words = {name: f"{name} {self.word(case, f'file {name}', *places)}" for name in ("statement", "question")}

        def write() -> None:
            revision, _ = forum_files.write_revision(
                self.record, writer, number, words, self.now, attachments=attached
            )  # fmt: skip
            forum_files.review(self.record, writer, number, revision, self.now)
            forum_files.read_file(self.record, other, number, revision, self.now)

        self.step(f"{case}: file by {writer.account}", write)

    def unfinished_file(self, case: str, writer: Seer) -> None:
        """The next revision, not reviewed, with a place in it that points out a person (an invented one)."""
        words = {"statement": f"Personen 19121212-1213 {self.word(case, 'next file', 'shared')}", "question": "Vem?"}
        self.step(f"{case}: next file by {writer.account}", lambda: forum_files.write_revision(
            self.record, writer, self.cases[case].number, words, self.now
        ))  # fmt: skip

    def link(self, case: str, who: Seer, other: str) -> None:
        one, two = self.cases[case].number, self.cases[other].number
        self.step(f"{case}: link to {other}", lambda: matter.link(self.record, who, one, two, self.now))
