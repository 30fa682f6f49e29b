"""The systemic issue: a pattern rises at most to the document's owner, comes down as a change, and is checked."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.workflows.small_world import HOME, WARD, Case
from workflows.nouns import Refusal

LEADER, PREPARER, OTHER_PREPARER = (
    "process_leader@forum:lgs", "preparer.municipal@forum:lgs", "preparer.regional@forum:lgs",
)  # fmt: skip
PAGE = {"pattern_text": "Listan saknas", "how_many": 8, "consequence_text": "Dubbel dos", "question_up": "Avsnitt 4?"}
WHO = {"lead_one": "preparer.municipal@forum:vvg", "lead_two": "preparer.regional@forum:vvg"}
CHAIR = "chair@forum:vvg"


def proposed(**facts: Any) -> Case:
    return Case(
        "systemic_issue", HOME, WARD, facts={"owner": "vvg", **facts}, texts={"sentence": "Listan saknas ofta."}
    )


def before_a_forum(case: Case) -> Case:
    case.do("confirm", LEADER, basis_ground="principle", sentence="Listan saknas.").do("prepare", PREPARER, **PAGE)
    case.do("prepare", OTHER_PREPARER, side_line="Stämmer.")
    return case.with_file().do("escalate", LEADER)


def in_forum(case: Case, code: str) -> Case:
    """On the forum's next meeting's agenda, whichever way the calendar takes it there."""
    leader = f"process_leader@forum:{code}"
    case.do("acknowledge", leader).do("agenda", leader)
    return case if case.stage == "forum_meeting" else case.do("agenda", f"chair@forum:{code}")


@pytest.fixture
def with_owner() -> Case:
    """Lifted step by step to the owner of the document, VVG."""
    case = in_forum(before_a_forum(proposed(members=3)), "nosam")
    given = {"position": "forwards", "answer_text": "Dokumentet är otydligt."}
    case.do("take_position", "chair@forum:nosam", **given)
    assert (case.stage, case.snapshot.cover.forums) == ("forum_received", ("lgs",))
    in_forum(case, "lgs").do("take_position", "chair@forum:lgs", **given)
    assert (case.stage, case.snapshot.cover.forums) == ("owner", ("vvg",))
    return case


def test_a_proposal_can_be_read_by_those_who_judge_it() -> None:
    """Lost otherwise: the process leader must confirm a sentence that only the parties may read."""
    case = proposed()
    assert case.ball == LEADER
    held = {g.compartment for g in case.snapshot.grants if g.holder == "forum:lgs"}
    assert "file:lgs" in held
    assert "shared" not in held


def test_a_pattern_needs_three_cases_or_a_principle() -> None:
    """Lost otherwise: one story becomes a system."""
    case = proposed(members=1)
    say = {"basis_ground": "members", "sentence": "Listan saknas."}
    assert "few_members" in case.refused("confirm", LEADER, **say)
    case.do("merge", LEADER, member="2026-AAAAAAA").do("merge", LEADER, member="2026-BBBBBBB")
    assert case.do("confirm", LEADER, **say).stage == "basis"
    assert proposed().do("confirm", LEADER, **{**say, "basis_ground": "principle"}).stage == "basis"


def test_a_proposal_nobody_answers_is_kept_under_watch_and_asked_again() -> None:
    """Lost otherwise: a proposal dies of silence."""
    case = proposed().let_pass()
    assert case.stage == "watching"
    assert case.snapshot.cover.next_date == date(2026, 7, 30)
    assert case.let_pass().stage == "proposed"


def test_watching_until_a_certain_day_ends_on_it() -> None:
    """Lost otherwise: the chosen day is kept nowhere, and ninety days pass instead."""
    case = proposed().do("park", LEADER, forum_reason="Fler väntas", until=date(2026, 5, 20))
    assert case.snapshot.cover.next_date == date(2026, 5, 20)
    assert case.let_pass().stage == "proposed"
    assert {d.code: d.status for d in case.snapshot.deadlines}["watching_until"] == "missed"


def test_a_silent_side_does_not_stop_the_basis() -> None:
    """Lost otherwise: one side's preparer decides alone whether a pattern is ever tried."""
    case = proposed(members=3)
    case.do("confirm", LEADER, basis_ground="members", sentence="Listan saknas.").do("prepare", PREPARER, **PAGE)
    assert case.with_file().refused("escalate", LEADER) == {"owed_basis_side"}
    case.wait(20).do("escalate", LEADER)
    assert case.snapshot.contributions[0].status == "silent"


def test_an_active_theme_group_may_take_it_and_a_paused_one_may_not() -> None:
    """Lost otherwise: a referral into a group that never meets, which took a year of the old case."""
    case = proposed(members=3)
    case.do("confirm", LEADER, basis_ground="members", sentence="Listan saknas.").do("prepare", PREPARER, **PAGE)
    case.do("prepare", OTHER_PREPARER, side_line="Stämmer.").with_file()
    assert case.refused("refer", LEADER, forum="paused", forum_reason="Tema") == {"group_paused"}
    case.do("refer", LEADER, forum="theme", forum_reason="Tema")
    assert (case.stage, case.snapshot.cover.forums, case.snapshot.cover.rung) == ("forum_received", ("theme",), "local")
    in_forum(case, "theme").do("take_position", "chair@forum:theme", position="forwards", answer_text="Vidare.")
    assert case.snapshot.cover.forums == ("nosam",)


def test_it_rises_at_most_to_the_document_s_owner(with_owner: Case) -> None:
    """Lost otherwise: politicians get what a guideline's own group should mend, or it is lifted past its owner."""
    assert with_owner.ball == "chair@forum:vvg"
    assert with_owner.snapshot.cover.rung == "vvg"


def test_the_principals_are_not_asked_while_the_agreement_stands() -> None:
    """Lost otherwise: fifty boards are asked about a routine."""
    case = in_forum(before_a_forum(proposed(members=3)), "nosam")
    refused = case.refused("take_position", "chair@forum:nosam", position="hands_over", answer_text="Till huvudmännen.")
    assert "fact_changes_agreement" in refused


def test_a_revision_has_an_owner_and_a_date_on_each_side(with_owner: Case) -> None:
    """Lost otherwise: "it shall be revised" without anybody who does it."""
    revise = {"owner_says": "revise", "answer_text": "Avsnitt 4 skrivs om.", **WHO, "ready_by": date(2026, 10, 1)}
    case = with_owner.do("take_position", CHAIR, **revise)
    assert (case.stage, case.ball) == ("assignment", WHO["lead_one"])
    owed = [(c.asked, c.due) for c in case.snapshot.contributions if c.code == "assignment_part"]
    assert owed == [(WHO["lead_two"], date(2026, 10, 1))]
    assert case.refused("done", WHO["lead_one"], done_text="Klart") == {"owed_assignment_part"}
    case.do("done", WHO["lead_two"], done_text="Vår del").do("done", WHO["lead_one"], done_text="Klart")
    assert case.stage == "introduced"


def test_a_moved_assignment_moves_the_other_side_s_part(with_owner: Case) -> None:
    """Lost otherwise: one side is reminded of a date that the other has moved."""
    revise = {"owner_says": "revise", "answer_text": "Skrivs om.", **WHO, "ready_by": date(2026, 10, 1)}
    case = with_owner.do("take_position", CHAIR, **revise)
    case.do("extend", WHO["lead_one"], new_date=date(2026, 12, 1), reason="Remiss")
    owed = [(c.status, c.due) for c in case.snapshot.contributions if c.code == "assignment_part"]
    assert owed == [("withdrawn", date(2026, 10, 1)), ("owed", date(2026, 12, 1))]


def test_status_is_asked_for_at_every_meeting(with_owner: Case) -> None:
    """Lost otherwise: an assignment sleeps between the day it was given and the day it is due."""
    revise = {"owner_says": "revise", "answer_text": "Skrivs om.", **WHO, "ready_by": date(2027, 3, 1)}
    case = with_owner.do("take_position", CHAIR, **revise)
    case.let_pass()
    case.do("report_decision", WHO["lead_one"], status_text="Halvvägs.").let_pass()
    status = [d.status for d in case.snapshot.deadlines if d.code == "status"]
    assert status == ["missed", "met", "open"]


def test_a_guidance_note_goes_down_and_its_effect_is_checked_six_months_after_it_holds(with_owner: Case) -> None:
    """Lost otherwise: a change that no unit has heard of, and that nobody looks back at."""
    case = with_owner.do("take_position", CHAIR, owner_says="guidance", answer_text="Så läses avsnitt 4.")
    assert case.refused("done", LEADER) == {"fact_sent_out"}
    case.do("deliver", LEADER, changes_text="Listan följer med.", in_force=date(2026, 9, 1))
    assert case.refused("done", LEADER) == {"owed_arena_receipt"}
    case.do("confirm", LEADER).do("confirm", "process_leader@forum:simba").do("done", LEADER)
    assert (case.stage, case.ball) == ("effect", "routine_owner@county")
    assert case.snapshot.cover.next_date == date(2027, 3, 1)
    case.do("close", "routine_owner@county", before_text="Åtta på ett halvår", after_text="En")
    assert case.stage == "ended"
    assert case.snapshot.cover.facts["members_told"]


def test_no_change_needs_no_introduction_but_is_looked_back_at(with_owner: Case) -> None:
    """Lost otherwise: a reasoned no is the end, even when the pattern goes on."""
    case = with_owner.do("take_position", CHAIR, owner_says="no_change", answer_text="Dokumentet är tydligt.")
    assert case.stage == "effect"
    case.do("return", "routine_owner@county", before_text="Åtta", after_text="Nio")
    assert (case.stage, case.snapshot.cover.forums) == ("owner", ("vvg",))


def at_principals(case: Case, last: date) -> Case:
    case.do("take_position", CHAIR, owner_says="agreement", answer_text="Överenskommelsen behöver ändras.")
    assert case.snapshot.cover.forums == ("sro",)
    given = {"position": "recommends", "answer_text": "Ställ er bakom.", "round_last": last}
    return in_forum(case, "sro").do("take_position", "chair@forum:sro", **given)


def test_every_principal_is_asked_once_and_reads_what_the_forum_read(with_owner: Case) -> None:
    """Lost otherwise: a region with nine boards answers nine times, or a party is asked about what it may not see."""
    case = at_principals(with_owner, date(2026, 9, 30))
    asked = [c.asked for c in case.snapshot.contributions if c.code == "principal"]
    assert asked == [
        f"contact_person@authority:{code}" for code in ("hospital-board", "board-molndal", "board-kungalv")
    ]
    held = {g.compartment for g in case.snapshot.grants if g.holder == "authority:board-kungalv"}
    assert held == {"cover", "file:sro"}


def test_a_round_that_is_extended_has_one_date_for_all_who_are_silent(with_owner: Case) -> None:
    """Lost otherwise: the round goes on to 15 December, and the silent are chased for September."""
    case = at_principals(with_owner, date(2026, 9, 30))
    yes = {"principal_says": "yes", "decided_on": date(2026, 8, 20), "paragraph": "§ 112"}
    case.do("answer", "contact_person@authority:board-molndal", **yes)
    case.do("extend", "preparer.municipal@forum:sro", new_date=date(2026, 12, 15), reason="Nämnderna hinner inte")
    dates = {c.asked: (c.status, c.due) for c in case.snapshot.contributions if c.code == "principal"}
    assert dates["contact_person@authority:board-molndal"] == ("given", date(2026, 9, 30))
    assert dates["contact_person@authority:board-kungalv"] == ("owed", date(2026, 12, 15))


def test_a_no_needs_its_reason_and_silence_is_no_yes(with_owner: Case) -> None:
    """Lost otherwise: a bare no that nobody can act on, or a silence counted as support."""
    case = at_principals(with_owner, date(2026, 9, 30))
    no = {"principal_says": "no", "decided_on": date(2026, 8, 20), "paragraph": "§ 9"}
    assert "input_missing" in case.refused("answer", "contact_person@authority:board-kungalv", **no)
    case.do("answer", "contact_person@authority:board-kungalv", **no, principal_text="För dyrt.")
    preparer = "preparer.municipal@forum:sro"
    refused = case.decide("accept", preparer, round_text="–")
    assert isinstance(refused, Refusal)
    assert [(reason.code, ": 2." in reason.sv) for reason in refused.reasons] == [("owed_principal", True)], "how many"
    door = refused.next_door
    assert door is not None
    assert (door.move, door.target, door.until) == ("wait", "", date(2026, 9, 30)), "none of them is the door"
    case.wait(170).do("return", preparer, round_text="Ett nej, två tysta.")
    assert (case.stage, case.snapshot.cover.forums) == ("owner", ("vvg",))
    assert sorted(c.status for c in case.snapshot.contributions if c.code == "principal") == [
        "given",
        "silent",
        "silent",
    ]
    assert case.snapshot.cover.tally["principal_otherwise"] == 1


def test_an_owner_that_is_paused_is_stood_in_for() -> None:
    """Lost otherwise: the highest step is a forum that does not meet."""
    case = in_forum(before_a_forum(proposed(members=3, owner="paused")), "nosam")
    case.do("take_position", "chair@forum:nosam", position="forwards", answer_text="Till ägaren.")
    assert (case.stage, case.snapshot.cover.forums) == ("owner", ("theme",))


def test_without_an_owner_it_goes_one_step_at_a_time() -> None:
    """Lost otherwise: a document that nobody owns stops the question, or throws it to the top."""
    case = proposed(members=3)
    cover = case.snapshot.cover
    case.snapshot = replace(case.snapshot, cover=replace(cover, facts={**cover.facts, "owner": ""}))
    in_forum(before_a_forum(case), "nosam")
    case.do("take_position", "chair@forum:nosam", position="forwards", answer_text="Vidare.")
    assert (case.stage, case.snapshot.cover.forums) == ("forum_received", ("lgs",))
