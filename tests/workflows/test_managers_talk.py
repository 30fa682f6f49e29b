"""The managers' talk: a note that both have read stands before a lift (routine.md A1.5t)."""

from tests.workflows.small_world import HOME, WARD, Case

WARD_HANDLER, HANDLER = "handler@unit:ward", "handler@unit:home"
OURS, THEIRS = "unit_manager@unit:home", "unit_manager@unit:ward"
LIFT = {"reason": "Vi ser olika.", "subject": "agreement", "pattern": "single"}


def talking() -> Case:
    case = Case("deviation", HOME, WARD, stage="investigated").with_file()
    case.do("answer", WARD_HANDLER, cause="Rutinen brast.", measures="none")
    return case.do("contest", HANDLER, contest_ground="facts", reason="Listan fanns inte.")


def test_nobody_lifts_before_the_managers_have_talked() -> None:
    """Lost otherwise: a forum gets a case that the two managers could have settled in ten minutes."""
    case = talking()
    assert "fact_noted" in case.refused("escalate", OURS, **LIFT)
    case.do("talk", THEIRS, talk_note="Vi ser olika på vem som ringer.")
    assert case.stage == "talk"
    assert case.do("sign", OURS).do("escalate", OURS, **LIFT).stage == "forum_received"


def test_a_talk_that_never_comes_about_does_not_hold_the_case() -> None:
    """Lost otherwise: a manager who does not answer the telephone stops the other party's case."""
    case = talking()
    assert case.refused("escalate", HANDLER, **LIFT)
    case.let_pass()
    assert case.do("escalate", HANDLER, **LIFT).stage == "forum_received"


def test_a_note_is_read_only_when_it_is_written() -> None:
    """Lost otherwise: a manager confirms a note that nobody has written."""
    case = talking()
    assert "fact_noted" in case.refused("sign", OURS)
    case.do("talk", THEIRS, talk_note="Vi ser olika på vem som ringer.").do("sign", OURS)
    assert [c.status for c in case.snapshot.contributions if c.code == "talk_read"] == ["given"]


def test_only_the_managers_lift_after_their_talk() -> None:
    """Lost otherwise: somebody who was not in the talk takes the case out of it."""
    case = talking().do("talk", OURS, talk_note="Vi ser olika på vem som ringer.")
    assert "not_yours" in case.refused("escalate", "chief@operation:care-molndal", **LIFT)
    assert case.refused("escalate", HANDLER, **LIFT)


def test_the_next_step_after_a_note_is_to_read_it_and_then_to_agree_or_lift() -> None:
    """Lost otherwise: the case goes on asking for the talk that has been held, of the manager who wrote it down."""
    case = talking().do("talk", THEIRS, talk_note="Vi ser olika på vem som ringer.")
    assert (case.ball, case.snapshot.cover.next_task) == (OURS, "read_note")
    case.do("sign", OURS)
    assert (case.ball, case.snapshot.cover.next_task) == (OURS, "agree_or_escalate")
    assert case.do("agree", OURS).stage == "talk"
    assert (case.ball, case.snapshot.cover.next_task) == (THEIRS, "confirm_agreement")
    assert case.do("agree", THEIRS).stage == "ended"


def test_whoever_did_not_write_the_note_reads_it() -> None:
    """Lost otherwise: the manager who wrote the note is asked to read it, and the other one never is."""
    case = talking().do("talk", OURS, talk_note="Vi ser olika på vem som ringer.")
    assert (case.ball, case.snapshot.cover.next_task) == (THEIRS, "read_note")
    assert case.refused("sign", OURS)
    case.do("talk", THEIRS, talk_note="Så här minns vi det.")
    owed = [(c.asked, c.status) for c in case.snapshot.contributions if c.code == "talk_read"]
    assert (case.ball, owed) == (OURS, [(THEIRS, "given"), (OURS, "owed")])
    assert case.do("sign", OURS).ball == OURS


def test_one_manager_alone_never_says_that_both_agree() -> None:
    """Lost otherwise: a contested deviation ends as agreed, and the other side reads of it afterwards."""
    case = talking().do("talk", THEIRS, talk_note="Vi ser olika på vem som ringer.")
    assert case.do("agree", THEIRS).stage == "talk"
    assert case.do("agree", THEIRS).stage == "talk"
    assert case.do("agree", OURS, talk_note="Inte riktigt så.").ball == THEIRS
    case.do("agree", THEIRS)
    assert (case.stage, case.snapshot.cover.facts["outcome"]) == ("ended", "agreed")


def test_nobody_lifts_a_note_that_the_other_has_not_read_before_her_time_is_over() -> None:
    """Lost otherwise: a manager writes her own note of a talk and lifts at once, and the other hears it from NOSAM."""
    case = talking().do("talk", OURS, talk_note="Vi ser olika på vem som ringer.")
    assert case.refused("escalate", OURS, **LIFT) == {"owed_talk_read"}
    assert case.refused("escalate", THEIRS, **LIFT) == {"owed_talk_read"}
    assert case.wait(8).do("escalate", OURS, **LIFT).stage == "forum_received"
