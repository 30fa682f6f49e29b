"""All of the county's stories, told once for each kind of database as `stegen demo` tells them, and copied for a file.

Fixtures
- `evening` (module): the `Evening` after all stories, in a database of the file's own.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cases.reading import CaseView, view
from cases.record import Record
from cases.sight import Seer
from cases.stories.story import Happened, Told, play
from cases.stories.story_clock import passing
from config.county import County
from notifications.delivery import Letterhead
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.databases import Databases, Prepare
from tests.record import open_at, unhurried


def clockwork(record: Record) -> Callable[[datetime], None]:
    """The real clock of the product, its letters kept in the local mailbox."""
    mailer = LocalMailbox(Letterhead("http://127.0.0.1:5080", "Stegen <stegen@localhost>"))
    return passing(record, lambda now: run_round(record, now, mailer))


@dataclass(frozen=True, slots=True)
class Evening:
    """The record after all stories, and what each came to."""

    record: Record
    told: Mapping[str, Told]
    end: datetime

    def case(self, story: str, label: str = "") -> str:
        return self.told[story].cases[label]

    def seen_by(self, story: str, name: str, label: str = "") -> CaseView:
        who = self.told[story].story.people[name]
        return view(self.record, Seer(who.account, who.post), self.case(story, label), self.end)

    def refused(self, story: str, code: str) -> list[Happened]:
        return [h for h in self.told[story].happened if h.refusal and code in {r.code for r in h.refusal.reasons}]

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.record.database.read() as tx:
            return tx.all(statement, **values)


class Evenings:
    """Tells the stories into the template of one kind of database, when somebody first asks for a copy."""

    def __init__(self, databases: Databases, county: County, seeded: Prepare, papers: Path) -> None:
        self._databases, self._county, self._seeded, self._papers = databases, county, seeded, papers
        self._end = max(story.steps[-1].at for story in county.stories) + timedelta(minutes=1)
        self._told: Mapping[str, Told] = {}

    def fresh(self) -> tuple[Evening, str]:
        url = self._databases.fresh(self._tell)
        return Evening(self._opened(url), self._told, self._end), url

    def _tell(self, url: str) -> None:
        self._seeded(url)
        record = self._opened(url)
        with closing(record.database):
            pass_time = clockwork(record)
            told = play(record, self._county.stories, pass_time)
            pass_time(self._end)
        self._told = {story.story.code: story for story in told}

    def _opened(self, url: str) -> Record:
        return unhurried(open_at(url, self._county, self._papers))


@pytest.fixture(scope="session")
def _evenings(
    databases: Databases, county: County, _seeded: Prepare, tmp_path_factory: pytest.TempPathFactory
) -> Evenings:
    return Evenings(databases, county, _seeded, tmp_path_factory.mktemp("papers"))


@pytest.fixture(scope="module")
def evening(_evenings: Evenings, databases: Databases) -> Iterator[Evening]:
    opened, url = _evenings.fresh()
    yield opened
    opened.record.database.close()
    databases.drop(url)
