"""The same questions in every county: a deviation's way in each, so that nothing of one county hides in the code.

Fixtures
- `place`: a `Place`, a county's record and its people, empty of cases. A test that asks for it runs in Västra Götaland
  and in the tiny county: in `make test` Västra Götaland on SQLite, the tiny one on both databases, which asks
  PostgreSQL the same in less time; in `make torture` both on both.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from cases.acting import act
from cases.contents import forum_files
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from config.county import County
from tests.asked import asked
from tests.cases import deviations
from tests.command import Command as Stegen
from tests.databases import Databases
from tests.record import MORNING, open_at, unhurried
from workflows.nouns import Command

LEFT_TO_TORTURE = ("postgresql", "vastra_gotaland")


@dataclass(frozen=True, slots=True)
class People:
    """Who does what with a deviation in one county, and the words that its routine asks for."""

    reporter: Seer
    handler: Seer
    lifter: Seer
    other_lifter: Seer
    across: Seer
    """Somebody of the receiving side, who answers, reads the forum file and may write one."""
    receiver: Seer
    """Whoever the case comes to first."""
    leader: Seer
    stranger: Seer
    """Of a party that has no part in it."""
    operation: str
    words: Mapping[str, Any]
    why: Mapping[str, Any]
    forum: str
    before: str
    """The stage in which the forum gets it."""
    first_date: date
    """By when the forum acts that gets the case on 16 April 2026, found by hand: five working days, or the council's
    next meeting."""


WEST = People(
    deviations.ANNA, deviations.MAJA, deviations.HELENA, deviations.KATARINA, deviations.OSKAR, deviations.PETRA,
    deviations.STINA,
    Seer("nour.haddad", "reporter@unit:hsv-goteborg-centrum"), "su", deviations.REPORT, deviations.WHY,
    "nosam-molndal", "forum_received", date(2026, 4, 23),
)  # fmt: skip
TWO_STEPS = People(
    Seer("alma.tjader", "reporter@unit:hemteamet-bjorkasa"), Seer("alma.tjader", "handler@unit:hemteamet-bjorkasa"),
    Seer("jorma.stare", "unit_manager@unit:hemteamet-bjorkasa"),
    Seer("jorma.stare", "chief@operation:omsorgen-bjorkasa"),
    Seer("iris.vipa", "contact_person@authority:regionstyrelsen-norrmark"),
    Seer("iris.vipa", "contact_person@authority:regionstyrelsen-norrmark"),
    Seer("folke.jarpe", "process_leader@forum:samverkansradet"), Seer("greta.lom", "chief@operation:omsorgen-sjovik"),
    "lasarettet", {"what": "Provsvaret kom inte.", "when": "16 april 2026"}, {"reason": "Det har hänt förr."},
    "samverkansradet", "council", date(2026, 6, 11),
)  # fmt: skip


def _with_file(record: Record, number: str, now: datetime) -> None:
    """What the council is to read, written by one side and read by the other."""
    texts = {"statement": "Provsvar går fel.", "question": "Vem är mottagare?"}
    revision, _ = forum_files.write_revision(record, TWO_STEPS.handler, number, texts, now)
    forum_files.review(record, TWO_STEPS.handler, number, revision, now)
    forum_files.read_file(record, TWO_STEPS.across, number, revision, now)


@dataclass(frozen=True, slots=True)
class Place:
    """A county with its record and its people."""

    county: County
    record: Record
    people: People
    url: str
    folder: Path

    def arrived(self, now: datetime = MORNING) -> str:
        """Reported, with the receiving operation; the case's number."""
        new = NewCase("deviation", operation=self.people.operation, texts=self.people.words)
        return report(self.record, self.people.reporter, new, now).number

    def answered(self, now: datetime = MORNING) -> str:
        """Answered, and not agreed with."""
        if self.people is WEST:
            return deviations.contested(self.record, now)
        number = self.arrived(now)
        act(self.record, self.people.receiver, number, self.first_step, now)
        return number

    def liftable(self, now: datetime = MORNING) -> str:
        """The same, with a forum file that both sides have read: ready to be lifted."""
        if self.people is WEST:
            return deviations.liftable(self.record, now)
        number = self.answered(now)
        _with_file(self.record, number, now)
        return number

    @property
    def first_step(self) -> Command:
        """What the receiver does first with what has arrived."""
        if self.people is WEST:
            return Command("assign", {"unit": "su-molndal-ortopedi"})
        return Command("answer", {"cause": "Svaret gick fel.", "answer_words": "Vi skickar till er."})

    @property
    def lift(self) -> Command:
        return Command("escalate", self.people.why)

    def lifted(self, now: datetime = MORNING) -> str:
        number = self.liftable(now)
        assert act(self.record, self.people.lifter, number, self.lift, now).stage == self.people.before
        return number

    def version(self, number: str) -> int:
        """Of the case's cover, as a page would show it."""
        with self.record.database.read() as tx:
            return int(tx.value("SELECT version FROM cases WHERE number = :n", n=number))

    @property
    def stegen(self) -> Stegen:
        """The command on the same record."""
        return Stegen(self.url, self.folder, self.county)


def opened(url: str, folder: Path, county: County) -> Place:
    """The place of a seeded database; its papers lie in the folder."""
    people = WEST if county.code == "vastra-gotaland" else TWO_STEPS
    return Place(county, open_at(url, county, folder / "papers"), people, url, folder)


@pytest.fixture(params=["vastra_gotaland", "tva_steg"])
def place(
    request: pytest.FixtureRequest, databases: Databases, county: County, small_county: County, tmp_path: Path
) -> Iterator[Place]:
    small = request.param == "tva_steg"
    here = small_county if small else county
    seeded: Callable[[str], None] = request.getfixturevalue("_small_seeded" if small else "_seeded")
    url = databases.fresh(seeded)
    made = opened(url, tmp_path / "installation", here)
    unhurried(made.record)
    yield made
    made.record.database.close()
    databases.drop(url)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if asked(config).torture:
        return
    left = [item for item in items if _cell(item) == LEFT_TO_TORTURE]
    config.hook.pytest_deselected(items=left)
    gone = set(map(id, left))
    items[:] = [item for item in items if id(item) not in gone]


def _cell(item: pytest.Item) -> tuple[str, str] | None:
    """(database, county) of a test that asks for a place."""
    params = getattr(getattr(item, "callspec", None), "params", {})
    return (params.get("database_kind", ""), params["place"]) if "place" in params else None
