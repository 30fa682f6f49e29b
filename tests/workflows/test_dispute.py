"""The dispute's own rules: silence stops nobody, money ends with the chiefs, and the care meanwhile has a name."""

import pytest

from tests.workflows.small_world import HOME, LIBRARY, MORNING, TEAM, WARD, Case, organisation
from workflows.attempt import World
from workflows.calendar import Calendar
from workflows.nouns import Decision, Refusal
from workflows.opening import Opening, open_case

RAISER, OTHER = "unit_manager@unit:home", "unit_manager@unit:ward"
CHIEF, OTHER_CHIEF = "chief@operation:care-molndal", "chief@operation:hospital"
TIMES = {"time_one": "tisdag 21 april 13.00", "time_two": "torsdag 23 april 9.00"}
ASKED = {"document": "unknown", "question": "När är en planering klar?"}
OURS = {
    "agreed_facts": "Utskrivningen skedde fredag kväll.", "disputed_facts": "När planeringen var klar.",
    "our_view": "Planeringen var inte klar.", "question_up": "När är en planering klar enligt avsnitt 4?",
}  # fmt: skip


@pytest.fixture
def case() -> Case:
    return Case("dispute", HOME, WARD, texts={**ASKED, "care": "handler@unit:home"})


def at_protocol(case: Case) -> Case:
    from_meeting = {"met_on": case.now.date(), "meeting_note": "Vi läser avsnitt 4 olika."}
    case.do("acknowledge", OTHER, **TIMES).do("done", RAISER, **from_meeting)
    return case.do("contest", OTHER, subject="agreement")


def at_escalation(case: Case) -> Case:
    return at_protocol(case).do("sign", RAISER, **OURS).do("sign", OTHER, our_view="Den var klar.")


def test_a_dispute_begins_with_its_clause_and_its_question() -> None:
    """Lost otherwise: a counterpart has three days to answer an empty page."""
    definition = LIBRARY.in_force("dispute")
    world, actor = World(organisation(), Calendar({})), Case.actor(RAISER)
    refused = open_case(definition, Opening("2026-TEST", HOME, WARD), actor, world, MORNING)
    assert isinstance(refused, Refusal)
    assert {(r.code, r.field) for r in refused.reasons} == {
        ("input_missing", "document"),
        ("input_missing", "question"),
    }
    begun = open_case(definition, Opening("2026-TEST", HOME, WARD, texts=ASKED), actor, world, MORNING)
    assert isinstance(begun, Decision)
    assert "clause" not in begun.cover.facts, "whoever does not know the clause says so, and none is made up"


def test_whoever_carries_the_care_goes_on_where_nothing_else_is_said(case: Case) -> None:
    """Lost otherwise: care has no name until somebody wants to lift the dispute (law 5; routine.md B1)."""
    assert Case("dispute", HOME, WARD, texts=ASKED).snapshot.cover.facts["care"] == RAISER
    assert case.snapshot.cover.facts["care"] == "handler@unit:home"
    turned = Case("deviation", HOME, WARD, stage="arrived")
    turned.do("convert", "receiver@operation:hospital", reason="Vi läser olika", question="Vad är klart?")
    assert turned.snapshot.cover.facts["care"] == RAISER


def test_a_dispute_is_lifted_when_both_have_signed(case: Case) -> None:
    """Lost otherwise: the ordinary way of a dispute."""
    case.do("acknowledge", OTHER)
    assert (case.stage, case.ball, case.snapshot.cover.next_task) == ("raised", OTHER, "offer_times")
    case.do("offer_times", OTHER, **TIMES).do("accept", RAISER, chosen_time="second")
    assert (case.stage, case.ball) == ("dialogue", OTHER)
    case.do("done", OTHER, met_on=case.now.date(), meeting_note="Vi ses igen.")
    assert case.ball == RAISER
    case.do("contest", RAISER, subject="agreement").do("sign", RAISER, **OURS)
    assert (case.stage, case.ball) == ("protocol", OTHER)
    case.do("sign", OTHER, our_view="Den var klar.")
    assert (case.stage, case.ball) == ("escalating", CHIEF)
    case.with_file().do("escalate", CHIEF, reason="Principen behöver prövas", subject="agreement", pattern="single")
    assert (case.stage, case.snapshot.cover.forums) == ("forum_received", ("nosam",))


def test_a_meeting_comes_before_the_protocol(case: Case) -> None:
    """Lost otherwise: disputes rise that one conversation would have ended."""
    case.do("acknowledge", OTHER, **TIMES)
    assert case.refused("contest", RAISER, subject="agreement") == {"fact_met"}
    assert case.refused("done", RAISER, met_on=case.now.date().replace(year=2027), meeting_note="…") == {"date_ahead"}


def test_a_counterpart_that_never_answers_cannot_stop_the_case(case: Case) -> None:
    """Lost otherwise: whoever does not want the question tried only needs to keep silent."""
    assert case.refused("contest", RAISER, subject="agreement") == {"not_passed"}
    case.let_pass()
    assert (case.stage, case.ball) == ("raised", OTHER)
    case.do("contest", RAISER, subject="agreement").do("sign", RAISER, **OURS).let_pass()
    assert case.stage == "escalating"
    assert case.snapshot.cover.facts["view_missing_receiving"] == "yes"
    case.with_file().do("escalate", CHIEF, reason="Motparten svarar inte", subject="agreement", pattern="single")
    assert case.stage == "forum_received"


def test_a_dispute_that_nobody_touches_rests_in_the_end_but_never_in_summer(case: Case) -> None:
    """Lost otherwise: an open dispute that nobody has the heart to end, or one that ends while all are on holiday."""
    while case.snapshot.cover.status != "ended":
        case.let_pass()
    assert case.snapshot.cover.facts["outcome"] == "resting"
    assert not (7, 1) <= (case.now.month, case.now.day) <= (8, 10)
    case.do("reopen", CHIEF, reason="Det hände igen")
    assert case.stage == "escalating"


def test_an_agreement_takes_both(case: Case) -> None:
    """Lost otherwise: one side writes what was agreed, and the case is over."""
    case.do("acknowledge", OTHER, **TIMES).do("agree", RAISER, agreed_text="Planering är klar när hemmet svarat.")
    assert case.stage == "dialogue"
    assert case.refused("agree", RAISER) == {"input_missing"}
    case.do("agree", OTHER)
    assert (case.stage, case.snapshot.cover.facts["outcome"]) == ("ended", "agreed")


def test_another_wording_is_put_to_the_other_side_anew(case: Case) -> None:
    """Lost otherwise: a counter-proposal counts as consent to the first text."""
    case.do("acknowledge", OTHER, **TIMES).do("agree", RAISER, agreed_text="A").do("agree", OTHER, agreed_text="B")
    assert case.stage == "dialogue"
    assert case.refused("agree", OTHER) == {"input_missing"}
    assert case.do("agree", RAISER).stage == "ended"


def test_money_in_one_person_s_case_ends_with_the_chiefs(case: Case) -> None:
    """Lost otherwise: collaboration is made a court for bills (S D-12)."""
    at_escalation(case).with_file()
    answer = case.refused("escalate", CHIEF, reason="Vem betalar?", subject="economic", pattern="single")
    assert answer == {"economic_case"}
    case.do("talk", CHIEF, reason="Det gäller en placering")
    assert (case.stage, case.ball) == ("chief_level", CHIEF)
    assert case.refused("escalate", CHIEF, reason="…", subject="agreement", pattern="single") == {"not_now"}
    case.let_pass()
    assert case.snapshot.cover.facts["outcome"] == "each_in_own_order"


def test_the_refusal_shows_the_door_to_the_chiefs(case: Case) -> None:
    """Lost otherwise: a no without a way on."""
    refusal = (
        at_escalation(case).with_file().decide("escalate", CHIEF, reason="…", subject="economic", pattern="single")
    )
    assert isinstance(refusal, Refusal)
    assert refusal.next_door
    assert refusal.next_door.move == "talk"


def test_a_question_of_principle_written_anew_goes_on_without_the_money(case: Case) -> None:
    """Lost otherwise: the principle is lost with the bill, or the bill travels with the principle."""
    at_escalation(case).do("talk", RAISER, reason="Kostnaden för en person")
    anew = "Vem svarar för hjälpmedel i väntan på hemgång?"
    case.do("split", OTHER_CHIEF, question_anew=anew, settled_text="Räkningen delas inte.")
    assert (case.stage, case.snapshot.cover.facts["subject"]) == ("protocol", "agreement")
    case.do("sign", RAISER, **OURS).do("sign", OTHER, our_view="Kommunen.")
    case.with_file().do("escalate", CHIEF, reason="Principen", subject="agreement", pattern="pattern")
    assert case.stage == "forum_received"


def test_nothing_leaves_the_local_step_before_the_care_has_a_name() -> None:
    """Lost otherwise: the parties argue and nobody carries the care (law 5)."""
    case = Case("dispute", HOME, WARD, stage="escalating").with_file()
    lift = {"reason": "Principen", "subject": "agreement", "pattern": "single"}
    assert case.refused("escalate", CHIEF, **lift) == {"care_unnamed"}
    case.do("escalate", CHIEF, care="handler@unit:ward", **lift)
    assert case.snapshot.cover.facts["care"] == "handler@unit:ward"


def test_the_care_is_taken_over_and_never_pushed_over(case: Case) -> None:
    """Lost otherwise: a move in the dispute hands the care to somebody who never agreed to carry it."""
    assert case.snapshot.cover.facts["care"] == "handler@unit:home"
    assert case.refused("supplement", RAISER, care="handler@unit:ward") == {"care_stands"}
    assert case.refused("supplement", OTHER, care="handler@unit:ward", question="Something else?"), "the raiser's own"
    case.do("supplement", OTHER, care="handler@unit:ward")
    assert case.snapshot.cover.facts["care"] == "handler@unit:ward"


def test_it_may_be_a_deviation_after_all_but_not_for_ever(case: Case) -> None:
    """Lost otherwise: a case is tossed between two kinds, as between two arenas in the story this was built for."""
    case.do("convert", OTHER, reason="Rutinen följdes inte")
    assert (case.snapshot.cover.kind, case.stage) == ("deviation", "investigated")
    assert [d.code for d in case.snapshot.deadlines if d.status == "open"] == ["answer", "promise"]
    measure = {"what": "Ny rutin", "owner": "handler@unit:ward", "date": case.now.date()}
    case.do("answer", "handler@unit:ward", cause="Otydlig rutin", measures=[measure])
    case.do("convert", "handler@unit:home", reason="Vi läser olika", question="Vad är klart?")
    assert (case.snapshot.cover.kind, case.stage) == ("dispute", "raised")
    assert case.refused("convert", OTHER, reason="Igen") == {"limit_convert"}


def test_between_two_arenas_the_lead_is_the_raiser_s_and_the_other_owes_its_view() -> None:
    """Lost otherwise: the crossing between arenas, where the old case lost a year."""
    case = Case("dispute", TEAM, WARD, texts={**ASKED, "care": "handler@unit:team"})
    raiser, chief = "unit_manager@unit:team", "chief@operation:care-kungalv"
    case.do("acknowledge", OTHER, **TIMES).do("done", raiser, met_on=case.now.date(), meeting_note="Vi ser olika.")
    case.do("contest", raiser, subject="agreement").do("sign", raiser, **OURS).do("sign", OTHER, our_view="Nej.")
    case.with_file().do("escalate", chief, reason="Två arenor", subject="agreement", pattern="pattern")
    assert case.snapshot.cover.forums == ("simba", "lgs")
    assert [c.asked for c in case.snapshot.contributions if c.code == "other_arena"] == ["presidium@forum:lgs"]


def test_merely_noting_never_answers_a_dispute(case: Case) -> None:
    """Lost otherwise: two years of waiting end in "noted" (law 4), also between meetings."""
    at_escalation(case).with_file()
    case.do("escalate", CHIEF, reason="Principen", subject="agreement", pattern="single")
    case.do("acknowledge", "process_leader@forum:nosam").page_read().do("agenda", "process_leader@forum:nosam")
    given = {"answer_text": "Vi noterar.", "rests_on": "–"}
    move = "take_position" if case.stage == "forum_meeting" else "decide_presidium"
    assert "choice_position" in case.refused(move, "chair@forum:nosam", position="notes", **given)


def test_a_dispute_that_comes_back_from_a_deviation_is_acknowledged_anew(case: Case) -> None:
    """Lost otherwise: the receipt of the first round stands for the second, and the three days can never be met."""
    case.do("acknowledge", OTHER).do("convert", OTHER, reason="Rutinen följdes inte")
    case.do("answer", "handler@unit:ward", cause="Otydlig rutin", measures="none")
    case.do("convert", RAISER, reason="Vi läser olika", question="Vem skickar listan?")
    assert case.stage == "raised"
    case.do("acknowledge", OTHER)
    assert [d.status for d in case.snapshot.deadlines if d.code == "dispute_receipt"] == ["met", "met"]


def test_what_one_forum_was_about_to_say_stays_with_it(case: Case) -> None:
    """Lost otherwise: the next forum reads a position that was never taken, and takes it for one."""
    at_escalation(case).with_file().do("escalate", CHIEF, reason="Principen", subject="agreement", pattern="single")
    case.do("acknowledge", "process_leader@forum:nosam").wait(40)
    assert case.stage == "forum_between"
    case.do("decide_presidium", "chair@forum:nosam", position="opinion", answer_text="Vi anser", rests_on="Avtalet")
    assert case.snapshot.cover.facts["decided"]["outcome"] == "opinion"
    case.do("forward", "vice_chair@forum:nosam", forum_reason="Frågan är länets.")
    assert case.snapshot.cover.forum == "lgs"
    assert "decided" not in case.snapshot.cover.facts
