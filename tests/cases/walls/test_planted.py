"""Leaks planted on purpose, one of each class that has been found elsewhere: the walls' own checks catch every one.

Without this nobody would know whether a green run of the walls means anything (reliability.md 2.3, 2.4).
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from cases import reading, sight
from cases.contents import forum_files, matter
from cases.lists import worklist
from cases.sight import Seer
from tests.cases.walls import world as w
from tests.cases.walls.canaries import new_word, words_in
from tests.cases.walls.checking import ask, difference, foreign_reminders, leaked, named, told_apart
from tests.cases.walls.table import PEOPLE, Person
from tests.cases.walls.test_two_worlds import MOLNDALS, SHARED
from tests.cases.walls.test_unseen import NEVER
from tests.cases.walls.worlds import Tell, World

SOLGARDE = Seer("hakan.stalnacke", "contract_manager@unit:vc-solgarde")

Catches = Callable[[World, Tell, list[str]], Any]


@dataclass(frozen=True, slots=True)
class Leak:
    """What is put in the place of what, and the check that must see it."""

    what: str
    place: str
    instead: Any
    catches: Catches


def finds(seer: Seer) -> Catches:
    person = next((p for p in PEOPLE if p.seer == seer), Person(seer))
    return lambda world, _poorer, _heard: leaked(world, ask(world, person))


def parts(steps: frozenset[str], seer: Seer) -> Catches:
    return lambda world, poorer, _heard: difference(world, poorer(*steps), seer)


holders_of, findings = sight.holders_of, forum_files.findings
"""As they are, whatever stands in their place for a moment."""


def _with_authority(post: str, org: Any) -> tuple[str, str]:
    own, beside = holders_of(post, org)
    return (own, "authority:ohsn") if own == "unit:vc-lyckan" else (own, beside)


def _all_open(*asked: Any) -> sight.Sight:
    seen = sight.glimpse(*asked)
    return replace(seen, compartments=seen.compartments | {w.MAJAS, w.OSKARS, f"forum:{w.NOSAM}"})


def _says_so(tx: Any, number: str, seer: Seer, org: Any) -> sight.Sight:
    try:
        return sight.look(tx, number, seer, org)
    except sight.CaseUnknown:
        if tx.value("SELECT id FROM cases WHERE number = :n", n=number):
            raise matter.NotAllowed("This case is not for you.") from None
        raise


def _one_more_question(tx: Any, number: str, seer: Seer, org: Any) -> sight.Sight:
    case_id = tx.value("SELECT id FROM cases WHERE number = :n", n=number)
    if case_id is not None:
        tx.value("SELECT status FROM cases WHERE id = :id", id=case_id)
    return sight.look(tx, number, seer, org)


def _row_keys(record: Any, seer: Seer, number: str, now: Any) -> Any:
    found = findings(record, seer, number, now)
    with record.database.read() as tx:
        return found and tx.all("SELECT id FROM finding ORDER BY id DESC LIMIT 1")


def _whole_docket(tx: Any, seen: sight.Sight, _seer: Seer, _world: Any) -> list[reading.Pending]:
    return [reading.Pending(*row) for row in tx.all(reading.DOCKET, id=seen.case_id)]


def _whole_papers(tx: Any, seen: sight.Sight) -> list[Any]:
    return [{"handle": row[0], "size": row[3]} for row in tx.all(reading.PAPERS, id=seen.case_id)]


LEAKS = (
    Leak("a grant that has ended still opens", "cases.sight._BY_NUMBER",
         sight._BY_NUMBER.replace(" AND s.ended_at IS NULL", ""), finds(w.STINA)),
    Leak("the provider reads its principal's record", "cases.sight.holders_of", _with_authority, finds(w.NILS)),
    Leak("the contract manager lists a whole authority", "cases.lists.worklist.lists_of", holders_of, finds(SOLGARDE)),
    Leak("a paper is fetched by its handle alone", "cases.contents.matter.glimpse", _all_open, finds(w.OSKAR)),
    Leak("hidden papers are listed without name", "cases.reading._papers", _whole_papers, parts(MOLNDALS, w.OSKAR)),
    Leak("names go to the other side", "cases.reading.house_of", lambda _post, _org: "authority:any",
         lambda world, _p, _h: named(ask(world, Person(w.OSKAR)))),
    Leak("a link opens the other end", "cases.reading._knows", lambda *_: True, finds(w.OSKAR)),
    Leak("reports of the whole county are listed", "cases.lists.worklist.OWN_REPORTS",
         worklist.OWN_REPORTS.replace("r.account = :account AND", ":account <> '' AND"), finds(w.SAMUEL)),
    Leak("counts count what is not listed", "cases.lists.worklist.COUNTS",
         {tab: count.replace("s.holder = :own", ":own <> ''") for tab, count in worklist.COUNTS.items()},
         parts(MOLNDALS, w.OSKAR)),
    Leak("a row's key leaves the record", "cases.contents.forum_files.findings", _row_keys, parts(MOLNDALS, w.OSKAR)),
    Leak("a reporter reads the parties' notes", "cases.reading.REPORT_CODES", (*sight.REPORT_CODES, "note"),
         finds(w.ANNA)),
    Leak("the other side's reminders are shown", "cases.reading._docket", _whole_docket,
         lambda world, _p, _h: foreign_reminders(ask(world, Person(w.OSKAR)))),
    Leak("work on the next file weighs on the forum", "cases.reading.decided_on", lambda snapshot, _seen: snapshot,
         parts(SHARED, w.INGALILL)),
    Leak("all that the case remembers is cover", "cases.cover_seen.Reader.may_know", lambda _self, _fact, _value: True,
         finds(w.ELLINOR)),
    Leak("a contact person is shown whom it concerns", "cases.contents.patient.PATIENT_READERS",
         sight.PATIENT_READERS | {"contact_person"}, finds(w.GUNNEL)),
    Leak("an unseen case says that it is there", "cases.contents.matter.look", _says_so,
         lambda world, _p, heard: _apart(world, heard)),
    Leak("an unseen case takes another statement", "cases.contents.matter.look", _one_more_question,
         lambda world, _p, heard: _apart(world, heard)),
)  # fmt: skip


def _apart(world: World, heard: list[str]) -> str:
    def note(record: Any, seer: Seer, number: str, now: Any) -> int:
        return matter.note(record, seer, number, "Ring.", now)

    return told_apart(world, w.PONTUS, world.number("local"), NEVER, note, heard)


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.what)
@pytest.mark.few_on_postgresql(6)
def test_a_planted_leak_is_caught(
    world: World, poorer: Tell, statements: list[str], monkeypatch: pytest.MonkeyPatch, leak: Leak
) -> None:
    """Lost otherwise: the walls' tests are green whatever the product shows.

    Without the leak the very same checks of the same people are green in test_table, test_two_worlds and test_unseen.
    """
    monkeypatch.setattr(leak.place, leak.instead)
    assert leak.catches(world, poorer, statements), f"not caught: {leak.what}"


@pytest.mark.parametrize("around", ["", "a", "ab", "abc", "en lång text före "])
def test_a_canary_is_found_however_it_is_written(around: str) -> None:
    """Lost otherwise: a secret that leaves in capitals, or encoded in an attachment, is not seen leaving."""
    word = new_word("any")
    encoded = base64.b64encode(f"{around}{word} och en text efter".encode()).decode()
    assert words_in({"raw": word}) == {word}
    assert words_in([f"{around}{word.upper()}"]) == {word}
    assert words_in((b"\x00" + word.encode(),)) == {word}
    assert words_in(f"data:text/plain;base64,{encoded}") == {word}
    assert words_in("ingenting här, och 0123456789abcdef") == frozenset()
