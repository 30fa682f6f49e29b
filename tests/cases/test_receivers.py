"""Who gets a letter today: those who hold the function, who stand in, and whom it falls to; nobody else, ever."""

from datetime import date

import pytest

from cases.apply import open_grants
from cases.clock.claiming import claim
from cases.clock.receivers import Ask, Found, find_receivers
from cases.functions import actor_for
from cases.gather import gather
from cases.organisation.reorganising import end_holding, set_absence
from cases.record import Record
from tests.cases.deviations import arrived, liftable
from tests.record import MORNING
from workflows.nouns import Grant

TODAY = MORNING.date()
CASE = 1
LOCAL, WARD = "unit:hsv-molndal", "unit:su-molndal-ortopedi"
NOSAM, LGS = "forum:nosam-molndal", "forum:lgs"


@pytest.fixture
def asked(record: Record) -> Record:
    """A case between Mölndal's home care and the hospital, put before both forums so that sight bars nobody."""
    arrived(record)
    with record.database.write() as tx:
        number = tx.value("SELECT number FROM cases WHERE id = :id", id=CASE)
        seeing = (NOSAM, LGS, WARD, "authority:von-molndal")
        open_grants(tx, CASE, number, {Grant(holder, "cover") for holder in seeing}, "act", MORNING)
        tx.run("UPDATE docket SET due_at = :at", at=MORNING)
    return record


def receivers(record: Record, post: str, *concerned: str, today: date = TODAY) -> Found:
    """The answer for one post, in a batch of the case's own rows."""
    with record.database.write() as tx:
        tx.run("UPDATE docket SET status = 'claimed', token = 'a batch'")
        org = record.world(tx, MORNING).org
        ask = Ask(post, CASE, concerned)
        return find_receivers(tx, [ask], "a batch", org, today)[ask]


def people(record: Record, post: str, *concerned: str, today: date = TODAY) -> dict[str, str]:
    """Account -> the post that the person acts in."""
    return {r.account: r.post for r in receivers(record, post, *concerned, today=today).receivers}


def disable(record: Record, *accounts: str) -> None:
    with record.database.write() as tx:
        for account in accounts:
            tx.run("UPDATE person SET disabled = :yes WHERE account = :a", yes=True, a=account)


def test_all_who_hold_the_function_get_it(asked: Record) -> None:
    """Else one of two handlers never hears of a date, and it depends on chance which one."""
    post = f"handler@{LOCAL}"
    assert people(asked, post) == {"maja.ekdahl": post, "ulf.granberg": post}


def test_somebody_who_has_left_or_is_disabled_gets_nothing(asked: Record) -> None:
    """Else letters about cases follow people to their next employer."""
    end_holding(asked, "maja.ekdahl", "handler", LOCAL, date(2026, 4, 15))
    disable(asked, "ulf.granberg")
    assert people(asked, f"handler@{LOCAL}") == {"gunnel.ask": "contact_person@authority:von-molndal"}


def test_a_substitute_gets_it_during_the_absence_in_the_holders_function(asked: Record) -> None:
    """Else a letter waits on a desk until its reader is back from leave."""
    set_absence(asked, "maja.ekdahl", TODAY, date(2026, 4, 20), substitute="leila.flodin")
    post = f"handler@{LOCAL}"
    assert people(asked, post) == {"leila.flodin": post, "ulf.granberg": post}
    assert people(asked, post, today=date(2026, 4, 21)) == {"maja.ekdahl": post, "ulf.granberg": post}


def test_an_absence_without_substitute_leaves_the_others_then_the_contact_person(asked: Record) -> None:
    """Else a unit where everybody is on leave is a hole that letters fall into."""
    set_absence(asked, "maja.ekdahl", TODAY, date(2026, 5, 1))
    assert people(asked, f"handler@{LOCAL}") == {"ulf.granberg": f"handler@{LOCAL}"}
    set_absence(asked, "ulf.granberg", TODAY, date(2026, 5, 1), substitute="maja.ekdahl")
    assert people(asked, f"handler@{LOCAL}") == {"gunnel.ask": "contact_person@authority:von-molndal"}, (
        "a substitute who is away herself is nobody"
    )


def test_a_post_that_nobody_can_hold_falls_to_the_contact_person(asked: Record) -> None:
    """Else a case whose ward is not named yet reminds a unit manager who does not exist."""
    contact = {"harriet.lundqvist.falk": "contact_person@authority:styrelsen-su"}
    assert people(asked, "unit_manager@operation:su") == contact
    assert people(asked, "handler@operation:su") == contact


def test_without_a_contact_person_nobody_gets_it_and_it_can_wait(asked: Record) -> None:
    """Else a vacancy is taken for a refusal, and the letter is given up."""
    disable(asked, "harriet.lundqvist.falk")
    assert receivers(asked, "unit_manager@operation:su") == Found((), "no_receiver")


def test_a_reporters_letter_goes_to_her_alone(asked: Record) -> None:
    """Else a colleague with the same function learns what Anna reported."""
    post = f"reporter@{LOCAL}"
    assert people(asked, post) == {"anna.lind": post}
    set_absence(asked, "anna.lind", TODAY, date(2026, 5, 1), substitute="samuel.torn")
    assert people(asked, post) == {"anna.lind": post}, "her own report waits for her"
    disable(asked, "anna.lind")
    assert receivers(asked, post) == Found((), "reporter_gone")


def test_a_function_that_may_not_know_of_the_case_gets_nothing(asked: Record) -> None:
    """Else a letter is a hole in the wall: it tells a unit of a case that it cannot open."""
    assert receivers(asked, "handler@unit:vc-molndal") == Found((), "no_sight")
    assert receivers(asked, "administrator@county").receivers == ()


def test_a_chairs_letter_falls_to_the_side_s_substitute_then_to_the_vice_chair(asked: Record) -> None:
    """Else a forum without its chair answers nobody for months."""
    assert people(asked, f"chair@{NOSAM}") == {"ingalill.skold": f"chair@{NOSAM}"}
    disable(asked, "ingalill.skold")
    assert people(asked, f"chair@{NOSAM}") == {"henrik.sjokvist": f"substitute.municipal@{NOSAM}"}
    disable(asked, "henrik.sjokvist")
    assert people(asked, f"chair@{NOSAM}") == {"leif.tengvall": f"vice_chair@{NOSAM}"}


def test_a_vice_chairs_letter_falls_to_the_chair(asked: Record) -> None:
    """Else the side without the chair is never asked again once its vice chair has left."""
    disable(asked, "leif.tengvall", "kristina.granlund")
    assert people(asked, f"vice_chair@{NOSAM}") == {"ingalill.skold": f"chair@{NOSAM}"}


@pytest.mark.parametrize(
    ("office", "holder", "stands_in", "other"),
    [
        ("vice_chair", "leif.tengvall", ("kristina.granlund", "regional"), ("ingalill.skold", "chair")),
        ("chair", "ingalill.skold", ("henrik.sjokvist", "municipal"), ("leif.tengvall", "vice_chair")),
    ],
)
def test_an_office_that_nobody_holds_is_of_the_other_ones_other_side(
    asked: Record, office: str, holder: str, stands_in: tuple[str, str], other: tuple[str, str]
) -> None:
    """Lost otherwise: a substitute of the wrong side is told that it is her turn and is then refused, and whoever may
    act hears nothing."""
    wanted, (account, side) = f"{office}@{NOSAM}", stands_in
    end_holding(asked, holder, office, NOSAM, date(2026, 4, 15))
    assert people(asked, wanted) == {account: f"substitute.{side}@{NOSAM}"}
    with asked.database.read() as tx:
        org = asked.world(tx, MORNING).org
        cover = gather(tx, CASE, org, lock=False).snapshot.cover
        for one, own in (("kristina.granlund", "regional"), ("henrik.sjokvist", "municipal")):
            may_act = actor_for(tx, one, f"substitute.{own}@{NOSAM}", cover, org, TODAY).posts
            assert (wanted in may_act) is (one == account), "who is written to is who may act"
    disable(asked, account)
    assert people(asked, wanted) == {other[0]: f"{other[1]}@{NOSAM}"}


def test_the_presidium_is_chair_and_vice_chair_each_with_who_stands_in(asked: Record) -> None:
    """Else a decision that needs both sides is asked of one."""
    both = {"ingalill.skold": f"chair@{NOSAM}", "leif.tengvall": f"vice_chair@{NOSAM}"}
    assert people(asked, f"presidium@{NOSAM}") == both
    disable(asked, "leif.tengvall")
    assert people(asked, f"presidium@{NOSAM}") == {
        "ingalill.skold": f"chair@{NOSAM}", "kristina.granlund": f"substitute.regional@{NOSAM}",
    }  # fmt: skip


def test_nobody_is_asked_to_decide_about_an_operation_she_leads(asked: Record) -> None:
    """Else the hospital's own chief is reminded to answer about the hospital, as in the Kungälv case."""
    assert people(asked, f"chair@{LGS}") == {"ragnar.ekelund": f"chair@{LGS}"}
    assert people(asked, f"chair@{LGS}", "su", "vo-molndal") == {"viktor.thunell": f"substitute.regional@{LGS}"}
    assert set(people(asked, f"presidium@{LGS}", "su", "vo-molndal")) == {"viktor.thunell", "britt.marie.gren"}


def test_a_forums_paper_work_falls_to_its_process_leader(asked: Record) -> None:
    """Else an answer that both chairs approved is never sent, for want of a secretary."""
    leader = {"stina.ekelof": f"process_leader@{NOSAM}"}
    disable(asked, "erik.wedin")
    assert people(asked, f"secretary@{NOSAM}") == leader
    assert people(asked, f"preparer.municipal@{NOSAM}") == {"petra.holmkvist": f"preparer.municipal@{NOSAM}"}
    disable(asked, "petra.holmkvist")
    assert people(asked, f"preparer.municipal@{NOSAM}") == {"henrik.sjokvist": f"substitute.municipal@{NOSAM}"}
    disable(asked, "henrik.sjokvist")
    assert people(asked, f"preparer.municipal@{NOSAM}") == leader


def test_a_process_leaders_letter_climbs_to_the_chairs(asked: Record) -> None:
    """Else a forum whose process leader has left receives cases that nobody acknowledges."""
    disable(asked, "stina.ekelof")
    assert people(asked, f"process_leader@{NOSAM}") == {
        "ingalill.skold": f"chair@{NOSAM}", "leif.tengvall": f"vice_chair@{NOSAM}",
    }  # fmt: skip


def test_every_receiver_of_a_claim_may_open_the_case_in_that_function(record: Record) -> None:
    """Else a letter's link leads to a page that says there is no such case."""
    liftable(record)
    with record.database.write() as tx:
        tx.run("UPDATE docket SET due_at = :at", at=MORNING)
    batch = claim(record, MORNING, MORNING - MORNING, 100, "a batch")
    letters = [claimed for claimed in batch.rows if claimed.row.kind == "letter"]
    assert len(letters) > 3
    with record.database.read() as tx:
        for claimed in letters:
            for receiver in claimed.receivers:
                function, _, holder = receiver.post.partition("@")
                assert tx.value("SELECT 1 FROM holding WHERE account = :a AND function = :f AND holder = :h",
                                a=receiver.account, f=function, h=holder) == 1  # fmt: skip
