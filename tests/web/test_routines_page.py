"""The routines' page: versions with pictures, and running cases taken over after a look in figures."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from cases.record import Record
from cases.sight import Seer
from tests.cases.deviations import MAJA, PETRA, STINA, arrived
from tests.cases.test_migrating import SIXTY, V1, V2, second_version, under
from tests.record import MORNING
from tests.web.visitor import Hands, Visitor, form_of, on_both
from tests.web.whole_record import fingerprint
from tests.workflows.routine_files import routines
from web.upkeep.routine_picture import picture_of

KIM = Seer("kim.savas", "administrator@county")
OWNER = Seer("vendela.storm", "routine_owner@county")
PAGE = "/administration/routines"
LOOK = f"{PAGE}/migration"


@on_both
def test_running_cases_are_taken_over_after_a_look(record: Record, clock: Hands, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a rule change would need somebody at a terminal, or reach people's cases unseen."""
    number, other = arrived(record), arrived(record)
    second_version(record, SIXTY)
    clock.now = MORNING + timedelta(minutes=5)
    kim, before = at(KIM), fingerprint(record)
    kim.post("/language", {"language": "sv", "next": "/"})
    page = kim.get(PAGE).text
    assert page.count("öppna ärenden: 2") == 1
    assert 'value="deviation.v2"' in page
    looked = kim.get(f"{LOOK}?from={V1}&to={V2}")
    assert "Kan flyttas: 2 av 2" in looked.text
    assert "tidigare, antal ärenden: 2" in looked.text
    assert number not in looked.text
    form = form_of(looked, LOOK)
    without = kim.post(LOOK, form)
    assert (without.status_code, "Skriv varför" in without.text) == (422, True)
    assert form_of(without, LOOK)["as_of"] == form["as_of"], "a slip does not make the preview younger"
    assert fingerprint(record) == before
    done = kim.post(LOOK, form | {"reason": "Beslut om 45 dagar"}, follow_redirects=True)
    assert "Flyttade: 2. Kvar: 0." in done.text
    assert {under(record, n)[0] for n in (number, other)} == {V2}
    assert "Pågående ärenden flyttade till" in kim.get("/administration/log").text
    for party in (MAJA, PETRA):
        assert "följer en ny version av rutinen" in at(party).get(f"/cases/{number}").text
    assert kim.post(LOOK, form | {"as_of": "igår", "reason": "x"}).status_code == 400


def test_many_cases_are_gone_through_part_by_part(
    record: Record, at: Callable[[Seer], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lost otherwise: a page would go through every case of a county, or never come past those that stay."""
    monkeypatch.setattr("web.upkeep.routines_page.AT_ONCE", 1)
    numbers = [arrived(record), arrived(record)]
    second_version(record, SIXTY)
    kim = at(KIM)
    looked = kim.get(f"{LOOK}?from={V1}&to={V2}")
    assert f"{LOOK}?from={V1}&amp;to={V2}&amp;skip=1" in looked.text
    done = kim.post(LOOK, form_of(looked, LOOK) | {"reason": "Beslut om 45 dagar"}, follow_redirects=True)
    assert sorted(under(record, n)[0] for n in numbers) == [V1, V2]
    on = f"{LOOK}?from={V1}&to={V2}&skip=0"
    assert on.replace("&", "&amp;") in done.text
    rest = kim.post(LOOK, form_of(kim.get(on), LOOK) | {"reason": "Beslut om 45 dagar"}, follow_redirects=True)
    assert {under(record, n)[0] for n in numbers} == {V2}
    assert "skip=" not in rest.text
    assert kim.get(f"{LOOK}?from={V1}&to={V2}&skip=-1").status_code == 400


def test_the_owner_of_routines_looks_and_others_do_not(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: who answers for the routine could not see what a new text would come to; or anybody could."""
    number = arrived(record)
    second_version(record, SIXTY)
    owner = at(OWNER)
    for path in (PAGE, LOOK, f"{LOOK}?from={V1}&to={V2}"):
        shown = owner.get(path)
        assert shown.status_code == 200
        assert number not in shown.text
        assert f'action="{LOOK}" class' not in shown.text.replace('method="get" action', "")
        assert at(STINA).get(path).status_code == 403
    assert owner.post(LOOK, {"from": V1, "to": V2, "reason": "x"}).status_code == 403
    for wrong in (f"from={V1}&to=dispute.v1", "from=x&to=y", f"from={V1}"):
        assert owner.get(f"{LOOK}?{wrong}").status_code == 422


def test_a_picture_has_every_stage_and_every_way(record: Record) -> None:
    """Lost otherwise: the picture would hide a way that the routine has, and nobody would look in the text for it."""
    for county in ("vastra_gotaland", "tva_steg"):
        for definition in routines(county).values():
            picture = picture_of(definition)
            assert [box.stage.code for box in picture.boxes] == [stage.code for stage, _ in picture.told]
            assert {box.stage.code for box in picture.boxes} == set(definition.stages)
            told = {(stage.code, to.code) for stage, leads in picture.told for to in leads}
            moves = {(s, m.to) for m in definition.moves for s in m.sources if m.to in definition.stages and s != "*"}
            assert told == {(a, b) for a, b in moves if a != b}
            drawn = sum(max(1, len(way.dots)) for way in picture.ways)
            assert drawn == len(told)
            xs = [int(x) for way in picture.ways for x in re.findall(r"[MH](\d+)", way.path)]
            assert min(xs) >= 0
            assert max(xs) <= picture.width
