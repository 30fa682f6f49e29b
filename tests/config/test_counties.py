"""The two counties that come with Stegen: they load without a fault, and say what the routine's stories need."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from config.county import County, load_county
from tests.config.spoiling import COUNTIES

MUNICIPALITIES = 49


@pytest.fixture(scope="module")
def west() -> County:
    return load_county(COUNTIES / "vastra_gotaland")


def _people(county: County, function: str, holder: str) -> set[str]:
    return {h.person for h in county.holdings if h.function == function and str(h.holder) == holder and not h.valid_to}


def _seats(county: County, forum: str) -> set[str]:
    return {seat.operation for seat in county.seats if seat.forum == forum}


@pytest.mark.parametrize("name", ["vastra_gotaland", "tva_steg"])
def test_county_loads_without_fault_or_warning(name: str) -> None:
    """Lost otherwise: a fresh installation cannot start."""
    county = load_county(COUNTIES / name)
    assert not county.warnings
    assert county.people
    assert county.meetings


def test_the_small_county_shares_no_code_with_the_large_one(west: County) -> None:
    """Lost otherwise: a word of one county could hide in code, and nobody could describe another county."""
    small = load_county(COUNTIES / "tva_steg")
    kinds = ("parties", "authorities", "arenas", "operations", "units", "forums", "documents")
    shared = {(kind, one.code) for kind in kinds for one in getattr(small, kind) if one in getattr(west, kind)} | {
        ("rung", rung.code) for rung in small.ladder.rungs if rung.code in {r.code for r in west.ladder.rungs}
    }
    assert shared == {("rung", "local")}
    assert [rung.code for rung in small.ladder.rungs] == ["local", "radet"]


def test_all_fifty_parties_are_there(west: County) -> None:
    """Lost otherwise: a municipality could neither send nor receive a case."""
    assert Counter(party.side for party in west.parties) == {"municipal": MUNICIPALITIES, "regional": 1}
    assert {party.party for party in west.authorities} == {party.code for party in west.parties}
    unit_operations = {unit.operation for unit in west.units}
    assert unit_operations == {operation.code for operation in west.operations}


def test_every_arena_has_its_whole_ladder(west: County) -> None:
    """Lost otherwise: a case in some arena would meet a step that is not there."""
    for arena in west.arenas:
        steps = {rung.code: len(forums) for rung, forums in west.ladder_of(arena.code)}
        assert list(steps) == ["local", "nosam", "delregional", "vvg", "sro"]
        assert (steps["local"], steps["delregional"], steps["vvg"], steps["sro"]) == (0, 1, 1, 1)
        assert steps["nosam"] >= 2
    assert sum(forum.rung == "nosam" for forum in west.forums) == MUNICIPALITIES


def test_each_municipality_meets_primary_care_and_hospital_in_its_local_forum(west: County) -> None:
    """Lost otherwise: a municipality's cases could not be solved at NOSAM, close to the people concerned."""
    arena_of = {operation.code: operation.arena for operation in west.operations}
    for forum in west.forums:
        if forum.rung == "nosam":
            seats = _seats(west, forum.code)
            assert f"narhalsan-{forum.arena}" in seats, forum.code
            assert seats & {"su", "siv-kungalv", "siv-alingsas", "nu", "sas", "skas"}, forum.code
            assert {arena_of[operation] for operation in seats} == {forum.arena}, forum.code


def test_arenas_are_those_of_health_care(west: County) -> None:
    """Lost otherwise: Lilla Edet's cases would go to the wrong arena (it belongs to Fyrbodal in health matters)."""
    arena_of = {operation.code: operation.arena for operation in west.operations}
    assert arena_of["vo-lilla-edet"] == "fyrbodal"
    assert arena_of["vo-kungalv"] == "simba"
    assert arena_of["su"] == arena_of["vo-molndal"] == "goteborg"
    assert sum(operation.arena == "goteborg" and "goteborg" in operation.code for operation in west.operations) >= 2


def test_kungalv_and_the_university_hospital_share_no_forum_below_vvg(west: County) -> None:
    """Lost otherwise: the Kungälv case would not cross arenas, and the story would not be the real one."""
    common = [f.code for f in west.forums if {"vo-kungalv", "su"} <= _seats(west, f.code) and f.kind == "ladder"]
    assert common == ["sro", "vvg"]


def test_the_chair_of_lgs_leads_the_hospital_and_has_a_substitute(west: County) -> None:
    """Lost otherwise: the check that nobody decides about an operation they lead would never be tried."""
    chair = _people(west, "chair", "forum:lgs")
    assert chair == _people(west, "chief", "operation:su")
    assert any(
        h.function == "substitute" and str(h.holder) == "forum:lgs" and h.side == "regional" for h in west.holdings
    )


def test_one_person_leads_the_process_of_two_forums(west: County) -> None:
    """Lost otherwise: digests and the choice of function would only be tried with people who have one function."""
    assert _people(west, "process_leader", "forum:lgs") == _people(west, "process_leader", "forum:vvg")


def test_the_paused_theme_group_has_a_stand_in(west: County) -> None:
    """Lost otherwise: the referral that ended the Kungälv case in silence could not be refused with a living door."""
    group = next(forum for forum in west.forums if forum.code == "tg-mitt-i-livet")
    assert (group.state, group.stand_in) == ("paused", "lgs")
    assert [forum.code for forum in west.forums if forum.state == "ended"] == ["kunskapsrad"]


@pytest.mark.parametrize(
    ("forum", "before", "after"),
    [
        ("vvg", date(2026, 6, 15), date(2026, 9, 3)),
        ("sro", date(2026, 5, 22), date(2026, 9, 25)),
        ("lgs", date(2026, 6, 17), date(2026, 8, 26)),
    ],
)
def test_the_long_gaps_between_meetings_are_there(west: County, forum: str, before: date, after: date) -> None:
    """Lost otherwise: nothing would show that a promise of 60 days is shorter than 80, 126 and 70 days of waiting."""
    days = sorted(meeting.date for meeting in west.meetings if meeting.forum == forum)
    assert days[days.index(before) + 1] == after


def test_the_real_meetings_are_there_with_their_source(west: County) -> None:
    """Lost otherwise: the Kungälv case could not be told on the days when the forums really met."""
    held = {(meeting.forum, meeting.date): meeting.source for meeting in west.meetings if meeting.status == "held"}
    assert len(held) == 21
    assert held["sro", date(2021, 4, 23)] == "SRO sammanställning 2021-04-23"
    assert held["lgs", date(2020, 9, 9)] == "LGS minnesanteckningar 2020-09-09"


def test_the_agreement_has_its_clauses_in_both_periods(west: County) -> None:
    """Lost otherwise: a case about an event in 2022 would be read against the agreement of 2023."""
    agreement = next(document for document in west.documents if document.code == "hos-avtal")
    assert [(v.version, v.valid_from, v.valid_to) for v in agreement.versions] == [
        ("2017", date(2017, 4, 1), date(2022, 12, 31)),
        ("2023", date(2023, 1, 1), None),
    ]
    old = {section.number: section.title for section in agreement.versions[0].sections}
    assert (old["4.3"], old["4.4"]) == ("Avvikelser", "Tvister")
    own_order = {document.code for document in west.documents if document.dispute_clause}
    assert own_order == {"ok-barn-unga"}


def test_nobody_can_be_written_to_by_accident(west: County) -> None:
    """Lost otherwise: a demonstration could send a letter to a real person."""
    assert all(person.email.endswith(".invalid") for person in west.people)


def test_workflow_files_are_handed_on_as_they_stand(small: Path) -> None:
    """Lost otherwise: the hash that pins a released routine would be taken of something else than the file."""
    raw = b'name = "prov"\r\n\r\n[stage]\r\ncode = "\xc3\xa5"\r\n'
    (small / "workflows").mkdir()
    (small / "workflows" / "prov.v1.toml").write_bytes(raw)
    (small / "workflows" / "notes.txt").write_text("not a workflow", encoding="utf-8")
    (file,) = load_county(small).workflow_files
    assert file.raw == file.text.encode() == raw
    assert file.data == {"name": "prov", "stage": {"code": "å"}}
    assert file.path == small / "workflows" / "prov.v1.toml"


def test_a_spreadsheets_way_of_saving_is_read(small: Path) -> None:
    """Lost otherwise: a routine owner who edits in a Swedish spreadsheet gets faults for what she did not write."""
    before = load_county(small)
    for name in ("units.csv", "people.csv"):
        text = (small / name).read_text(encoding="utf-8")
        (small / name).write_bytes(("\ufeff" + text.replace(",", ";").replace("\n", "\r\n")).encode())
    after = load_county(small)
    assert (after.units, after.people) == (before.units, before.people)
