"""Who stands in for whom: the contact person for what nobody holds, a substitute or the vice chair for a chair."""

from datetime import timedelta

import pytest

from cases.acting import Refused, act
from cases.functions import actor_for
from cases.gather import gather
from cases.organisation.reorganising import end_holding, set_absence
from cases.sight import Seer
from tests.cases.walls import world as w
from tests.cases.walls.worlds import READING, Tell, World
from workflows.nouns import Actor, Command
from workflows.organisation import holder_of

TODAY = READING.date()
YESTERDAY = TODAY - timedelta(days=1)

RAGNAR = Seer("ragnar.ekelund", "chair@forum:lgs")
VIKTOR = Seer("viktor.thunell", "substitute.regional@forum:lgs")
REBECKA = Seer("rebecka.lagerblad", "substitute.municipal@forum:lgs")
CAMILLA = Seer("camilla.gronvall", "preparer.regional@forum:lgs")
LEIF = Seer("leif.tengvall", "vice_chair@forum:nosam-molndal")
FORWARD = Command("forward", {"forum_reason": "Frågan gäller hela länet."})


def actor(world: World, seer: Seer, case: str, days: int = 0) -> Actor:
    """The person in her function before a case, with all that falls to her there."""
    now = READING + timedelta(days=days)
    with world.record.database.read() as tx:
        org = world.record.world(tx, now).org
        case_id = tx.value("SELECT id FROM cases WHERE number = :n", n=world.number(case))
        cover = gather(tx, case_id, org, lock=False).snapshot.cover
        return actor_for(tx, seer.account, seer.post, cover, org, now.date())


def test_what_somebody_holds_does_not_fall_to_the_contact_person(world: World) -> None:
    """Lost otherwise: a party's contact person answers in the place of a handler who is at work."""
    posts = actor(world, w.GUNNEL, "local").posts
    held = {w.MAJA.post, w.HELENA.post, w.DISA.post, "chief@operation:vo-molndal", "mas@authority:von-molndal"}
    assert not posts & held
    with pytest.raises(Refused):
        act(world.record, w.GUNNEL, world.number("local"), Command("end", {"reason": "Löst."}), READING)


def test_what_nobody_holds_falls_to_the_contact_person_of_that_party_alone(changed: Tell) -> None:
    """Lost otherwise: a unit without a handler lets the case lie, or the other party's contact person takes it."""
    world = changed()
    for account in ("maja.ekdahl", "ulf.granberg"):
        end_holding(world.record, account, "handler", "unit:hsv-molndal", YESTERDAY)
    assert w.MAJA.post in actor(world, w.GUNNEL, "local").posts
    assert w.HELENA.post not in actor(world, w.GUNNEL, "local").posts
    assert w.MAJA.post not in actor(world, w.HARRIET, "local").posts
    assert act(world.record, w.GUNNEL, world.number("local"), Command("end", {"reason": "Löst."}), READING).version


def test_the_reporter_is_nobody_elses_function(changed: Tell) -> None:
    """Lost otherwise: a contact person speaks as the nurse who reported."""
    world = changed()
    for account in ("anna.lind", "samuel.torn"):
        end_holding(world.record, account, "reporter", "unit:hsv-molndal", YESTERDAY)
    assert w.ANNA.post not in actor(world, w.GUNNEL, "local").posts


def test_somebody_away_without_a_substitute_leaves_her_function_unfilled(changed: Tell) -> None:
    """Lost otherwise: a case waits for somebody on leave, whom nobody stands in for."""
    world = changed()
    set_absence(world.record, w.HELENA.account, TODAY, TODAY + timedelta(days=1))
    assert [w.HELENA.post in actor(world, w.GUNNEL, "local", d).posts for d in (0, 1, 2)] == [True, True, False]
    set_absence(world.record, w.DISA.account, TODAY, TODAY, substitute="helena.brodin")
    assert w.DISA.post not in actor(world, w.GUNNEL, "local").posts


def test_a_substitute_who_has_left_stands_in_for_nobody(changed: Tell) -> None:
    """Lost otherwise: a closed account counts as somebody at work, and nobody gets the case."""
    world = changed()
    set_absence(world.record, w.HELENA.account, TODAY, TODAY, substitute="emma.sundling")
    assert w.HELENA.post not in actor(world, w.GUNNEL, "local").posts
    with world.record.database.write() as tx:
        tx.run("UPDATE person SET disabled = :yes WHERE account = 'emma.sundling'", yes=True)
    assert w.HELENA.post in actor(world, w.GUNNEL, "local").posts


def test_nobody_decides_in_a_forum_about_an_operation_they_lead(changed: Tell) -> None:
    """Lost otherwise: the hospital's own chief answers for LGS in the hospital's dispute (the Kungälv case)."""
    world = changed()
    number = world.number("lgs")
    assert actor(world, RAGNAR, "lgs").leads == {"su"}
    with pytest.raises(Refused) as refused:
        act(world.record, RAGNAR, number, FORWARD, READING)
    assert [r.code for r in refused.value.refusal.reasons] == ["own_operation"]
    door = refused.value.refusal.next_door
    assert door is not None
    assert door.target == "substitute@forum:lgs"
    assert act(world.record, VIKTOR, number, FORWARD, READING).decision is not None


def test_the_substitute_of_the_same_side_stands_in_and_no_other(world: World) -> None:
    """Lost otherwise: the municipalities' substitute takes the region's chair, or the vice chair decides alone."""
    chair = RAGNAR.post
    stands_in = {
        s.account: chair in actor(world, s, "lgs").posts for s in (VIKTOR, REBECKA, w.BRITT, CAMILLA, w.ELLINOR)
    }
    assert stands_in == {VIKTOR.account: True, REBECKA.account: False, w.BRITT.account: False,
                         CAMILLA.account: False, w.ELLINOR.account: False}  # fmt: skip


def test_a_chair_who_leads_none_of_the_operations_is_not_stood_in_for(world: World) -> None:
    """Lost otherwise: a substitute decides beside a chair who can."""
    other = Seer("henrik.sjokvist", "substitute.municipal@forum:nosam-molndal")
    assert w.INGALILL.post not in actor(world, other, "nosam").posts
    assert w.INGALILL.post not in actor(world, LEIF, "nosam").posts


def test_the_vice_chair_stands_in_for_a_missing_chair(changed: Tell) -> None:
    """Lost otherwise: a forum without a chair answers nobody."""
    world = changed()
    end_holding(world.record, w.INGALILL.account, "chair", holder_of(w.INGALILL.post), YESTERDAY)
    assert w.INGALILL.post in actor(world, LEIF, "nosam").posts
    regional = Seer("kristina.granlund", "substitute.regional@forum:nosam-molndal")
    municipal = Seer("henrik.sjokvist", "substitute.municipal@forum:nosam-molndal")
    assert w.INGALILL.post not in actor(world, regional, "nosam").posts, "the vacant chair is the municipalities'"
    assert w.INGALILL.post in actor(world, municipal, "nosam").posts


def test_the_vice_chair_stands_in_when_the_chair_is_away_and_its_side_has_nobody(changed: Tell) -> None:
    """Lost otherwise: a summer without the chair and the substitute leaves every question lying."""
    world = changed()
    set_absence(world.record, w.INGALILL.account, TODAY, TODAY)
    assert w.INGALILL.post not in actor(world, LEIF, "nosam").posts
    end_holding(world.record, "henrik.sjokvist", "substitute", holder_of(w.INGALILL.post), YESTERDAY)
    assert w.INGALILL.post in actor(world, LEIF, "nosam").posts
