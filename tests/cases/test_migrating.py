"""Open cases go over to another version of their routine: previewed, each by itself, told, and begun again safely."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from cases.acting import act
from cases.apply import apply_move
from cases.contents.kept_in_clear import NumberInText
from cases.gather import gather
from cases.migrating import OtherRoutine, followers, migrate_cases, preview
from cases.organisation.administration import By
from cases.organisation.calendar_changes import recount_all
from cases.reading import view
from cases.record import Record
from cases.routines import open_library
from cases.soundness.verify import verify
from tests.cases.deviations import ANNA, MAJA, OSKAR, PETRA, arrived, contested, liftable
from tests.record import MORNING
from tests.workflows.routine_files import source, texts
from workflows.definition import Definition
from workflows.library import Library, UnknownRoutine
from workflows.migrating import STAYS, Stays, migrated
from workflows.nouns import Command

V1, V2 = "deviation.v1", "deviation.v2"
SIXTY = ('unless = "more"\nrule = { calendar = 60 }', 'unless = "more"\nrule = { calendar = 45 }')
REMIND = ("{ at = -10, to", "{ at = -7, to")
BY = By("kim.savas", MORNING, "Länet har beslutat om 45 dagar")
LATER = MORNING + timedelta(days=1)
LETTERS = """SELECT k.key FROM docket k JOIN cases c ON c.id = k.case_id
 WHERE c.number = :number AND k.status = 'waiting'"""


def second_version(record: Record, *changes: tuple[str, str]) -> None:
    """The record knows a second version of the routine for deviations, with these changes in its text."""
    text = texts("vastra_gotaland")["deviation.v1.toml"].replace("version = 1\n", "version = 2\n", 1)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    files = [source(name, each) for name, each in texts("vastra_gotaland").items()]
    record.library = open_library(record.database, [*files, source("deviation.v2.toml", text)], MORNING)


def under(record: Record, number: str) -> tuple[str, date]:
    """The version that a case follows, and when its answer is due."""
    seen = view(record, MAJA, number, LATER)
    return seen.cover.definition, next(d.due for d in seen.deadlines if d.code == "answer")


def waiting(record: Record, number: str) -> list[str]:
    with record.database.read() as tx:
        return [key for (key,) in tx.all(LETTERS, number=number)]


def test_what_was_previewed_is_what_becomes_of_each_case(record: Record) -> None:
    """Lost otherwise: the county decides on 45 days, and nobody knows which promises that moves, or who is told."""
    numbers, talked = [arrived(record), arrived(record)], contested(record)
    second_version(record, SIXTY, REMIND)
    seen = preview(record, V1, V2, LATER)
    assert (seen.cases, seen.going, seen.further) == (3, 3, False)
    assert seen.stages["arrived"].cases == 2
    assert seen.dates == {("answer", "earlier"): 2}
    assert preview(record, V1, V2, LATER, most=1).further
    assert {under(record, n) for n in numbers} == {(V1, date(2026, 6, 15))}, "looking changes nothing"
    with pytest.raises(NumberInText):
        migrate_cases(record, V1, V2, LATER, as_of=LATER, by=By("", LATER, "Det gäller 19850709-9805"))
    assert {under(record, n)[0] for n in numbers} == {V1}, "a reason with somebody's number does nothing"
    done = migrate_cases(record, V1, V2, LATER, as_of=LATER, by=BY)
    assert (done.went, done.stayed, done.changed) == (3, 0, 0)
    assert {under(record, n) for n in numbers} == {(V2, date(2026, 6, 1))}
    assert under(record, talked) == (V2, date(2026, 6, 15)), "a met date never changes (law 9)"
    assert (followers(record, V1), followers(record, V2)) == (0, 3)
    rows = waiting(record, numbers[0])
    assert any("/answer#1/r2/-7/" in key for key in rows)
    assert not any("/answer#1/r1/" in key for key in rows)
    told = {key.rpartition("/")[2] for key in rows if "/migrate/" in key}
    assert told == {MAJA.post, PETRA.post, "handler@operation:su"}, "the last falls to the contact person"
    for party in (MAJA, PETRA):
        line = next(n for n in view(record, party, numbers[0], LATER).lines if n.code == "migrate")
        assert line.outcome["cover"]["definition"] == V2
    assert migrate_cases(record, V1, V2, LATER, as_of=LATER, by=BY).went == 0, "once more tells nobody"
    assert verify(record, LATER) == ()
    act(record, PETRA, numbers[0], Command("assign", {"unit": "su-molndal-ortopedi"}), LATER)
    assert verify(record, LATER) == ()


def test_broken_off_anywhere_it_goes_on_with_those_that_are_left(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lost otherwise: a power cut in the middle would leave a case half under each version, or tell people twice."""
    numbers = [arrived(record) for _ in range(3)]
    second_version(record, SIXTY)
    whole, times = apply_move, iter((True, False))

    def halfway(*given: Any) -> None:
        whole(*given)
        if not next(times):
            raise KeyboardInterrupt

    monkeypatch.setattr("cases.migrating.apply_move", halfway)
    with pytest.raises(KeyboardInterrupt):
        migrate_cases(record, V1, V2, LATER, as_of=LATER, by=BY)
    assert sorted(under(record, n)[0] for n in numbers) == [V1, V1, V2]
    assert verify(record, LATER) == ()
    monkeypatch.undo()
    assert migrate_cases(record, V1, V2, LATER, as_of=LATER, by=BY).went == 2
    assert {under(record, n)[0] for n in numbers} == {V2}
    assert all(sum("/migrate/" in key for key in waiting(record, n)) == 3 for n in numbers)
    assert verify(record, LATER) == ()


def test_a_case_that_moved_since_the_preview_is_left_and_told(record: Record) -> None:
    """Lost otherwise: what was looked at and what was done would be two things."""
    moved, still = arrived(record), arrived(record)
    second_version(record, SIXTY)
    act(record, PETRA, moved, Command("assign", {"unit": "su-molndal-ortopedi"}), LATER)
    done = migrate_cases(record, V1, V2, LATER, as_of=MORNING, by=BY)
    assert (done.went, done.changed) == (1, 1)
    assert (under(record, moved)[0], under(record, still)[0]) == (V1, V2)
    assert migrate_cases(record, V1, V2, LATER, as_of=LATER, by=BY, most=1).went == 1


def test_part_by_part_each_case_is_looked_at_once(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost otherwise: each press of the page goes from the first again through all that stay."""
    staying, going = [arrived(record) for _ in range(3)], contested(record)
    old = record.library.definitions[V1]
    record.library = Library({**record.library.definitions, V2: _without("stages", "arrived")(replace(old, version=2))})
    looked: list[int] = []

    def counted(*given: Any, **named: Any) -> Any:
        looked.append(given[1])
        return gather(*given, **named)

    monkeypatch.setattr("cases.migrating.gather", counted)
    assert preview(record, V1, V2, LATER, most=2, skip=2).stages.keys() == {"arrived", "talk"}
    looked.clear()
    first = migrate_cases(record, V1, V2, LATER, as_of=LATER, by=BY, most=2)
    assert (first.went, first.stayed, first.further, len(looked)) == (0, 2, True, 2)
    skip = first.stayed + first.changed
    second = migrate_cases(record, V1, V2, LATER, as_of=LATER, by=BY, most=2, skip=skip)
    assert (second.went, second.stayed, second.further) == (1, 1, False)
    assert len(looked) == len(set(looked)) == 4
    assert under(record, going)[0] == V2
    assert {under(record, n)[0] for n in staying} == {V1}


def test_a_date_that_has_passed_stays_passed(record: Record) -> None:
    """Lost otherwise: an answer that letters have called late is in good time again, by a stroke of the county's
    (law 9), and a corrected holiday would do the same."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    second_version(record, (SIXTY[0], SIXTY[1].replace("45", "120")))
    overdue = MORNING + timedelta(days=61)
    assert preview(record, V1, V2, overdue).dates == {}
    assert migrate_cases(record, V1, V2, overdue, as_of=overdue, by=BY).went == 1
    assert under(record, number) == (V2, date(2026, 6, 15))
    assert recount_all(record, overdue) == 0
    assert under(record, number) == (V2, date(2026, 6, 15))
    assert verify(record, overdue) == ()


def test_only_versions_of_one_routine_that_are_known(record: Record) -> None:
    """Lost otherwise: a slip would put deviations under the rules of disputes."""
    with pytest.raises(UnknownRoutine):
        preview(record, V1, "deviation.v9", MORNING)
    for target in ("dispute.v1", V1):
        with pytest.raises(OtherRoutine):
            preview(record, V1, target, MORNING)


def _without(kind: str, *codes: str) -> Callable[[Definition], Definition]:
    return lambda d: replace(d, **{kind: {c: v for c, v in getattr(d, kind).items() if c not in codes}})


def _nobody_s(d: Definition) -> Definition:
    rows = tuple(replace(m, by=("clock",)) if {"arrived", "*"} & {*m.sources} else m for m in d.moves)
    return replace(d, moves=rows)


def _sooner(d: Definition) -> Definition:
    rule = d.deadlines["answer"]
    short = replace(rule, rule=replace(rule.rule, count=10))
    return replace(d, deadlines={**d.deadlines, "answer": short})


def _another_date(d: Definition) -> Definition:
    asked = replace(d.deadlines["receipt"], code="asked", given_by="until")
    stage = replace(d.stages["arrived"], date="asked")
    return replace(d, deadlines={**d.deadlines, "asked": asked}, stages={**d.stages, "arrived": stage})


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("no_stage", _without("stages", "arrived")),
        ("no_function", _without("functions", "receiver")),
        ("no_move", _nobody_s),
        ("late", _sooner),
        ("no_date", _another_date),
    ],
)
def test_why_a_case_keeps_its_version(record: Record, code: str, change: Callable[[Definition], Definition]) -> None:
    """Lost otherwise: a case would come to a stage that is not there, to nobody, or be late by an act of ours."""
    number = arrived(record)
    old = record.library.definitions[V1]
    new = change(replace(old, version=2))
    now = MORNING + timedelta(days=20)
    with record.database.read() as tx:
        world = record.world(tx, now)
        case_id = tx.value("SELECT id FROM cases WHERE number = :n", n=number)
        snapshot = gather(tx, case_id, world.org, lock=False).snapshot
    assert migrated(old, new, snapshot, world, now) == Stays((code,))
    assert code in STAYS
    record.library = Library({**record.library.definitions, V2: new})
    assert preview(record, V1, V2, now).stages["arrived"].stays == {code: 1}
    done = migrate_cases(record, V1, V2, now, as_of=now, by=BY)
    assert (done.went, done.stayed) == (0, 1)


def test_a_waiting_case_and_what_is_owed_are_not_dropped(record: Record) -> None:
    """Lost otherwise: a case comes back to a stage that is gone, or somebody's promised answer is forgotten."""
    number = liftable(record)
    second_version(record)
    old = record.library.definitions[V1]
    with record.database.read() as tx:
        world = record.world(tx, LATER)
        case_id = tx.value("SELECT id FROM cases WHERE number = :n", n=number)
        snapshot = gather(tx, case_id, world.org, lock=False).snapshot
    owed = next(c for c in snapshot.contributions if c.status == "owed")
    parked = replace(snapshot, cover=replace(snapshot.cover, stage="parked", before="talk"))
    new = record.library.definitions[V2]
    poorer = _without("contributions", owed.code)(new)
    assert migrated(old, poorer, snapshot, world, LATER) == Stays(("no_contribution",))
    answer = migrated(old, _without("stages", "talk")(new), parked, world, LATER)
    assert isinstance(answer, Stays)
    assert "no_before" in answer.reasons


def test_a_date_that_the_old_text_did_not_know_starts_today(record: Record) -> None:
    """Lost otherwise: a new promise would be late from the first day, or never begin for those who wait already."""
    number = arrived(record)
    new_date = '\n[deadlines.call]\ntext = { sv = "Ring", en = "Call" }\nclock = "receiving"\nstarts = "arrived"\n' \
        'covers = ["arrived"]\nrule = { working = 5 }\nmet_by = ["assign"]\n' \
        'default_text = { sv = "Ingenting händer", en = "Nothing happens" }\nsource = "ours"\n'  # fmt: skip
    second_version(record, ("\n[deadlines.answer]\n", f"{new_date}\n[deadlines.answer]\n"))
    assert preview(record, V1, V2, LATER).dates == {("call", "new"): 1}
    assert migrate_cases(record, V1, V2, LATER, as_of=LATER, by=BY).went == 1
    found = next(d for d in view(record, ANNA, number, LATER).deadlines if d.code == "call")
    assert (found.start, found.due) == (date(2026, 4, 17), date(2026, 4, 24))
    assert verify(record, LATER) == ()
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), LATER)
    act(record, OSKAR, number, Command("ask", {"question_text": "Vilken avdelning?"}), LATER)
    assert verify(record, LATER) == ()
