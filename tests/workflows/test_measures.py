"""A planned measure is watched until it is done, whichever way the case has gone since the answer (law 1; S D-05)."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.workflows.small_world import HOME, WARD, Case
from workflows.nouns import Refusal

OWNER, HANDLER = "handler@unit:ward", "handler@unit:home"
OURS, THEIRS = "unit_manager@unit:home", "unit_manager@unit:ward"
CHIEF = "chief@operation:care-molndal"
PLANNED = date(2026, 9, 1)
CHAIR, VICE, LEADER, SECRETARY = (f"{f}@forum:nosam" for f in ("chair", "vice_chair", "process_leader", "secretary"))
WHY = {"reason": "Vi ser olika.", "subject": "agreement", "pattern": "single"}
ANSWER = {"position": "opinion", "answer_text": "Ring först.", "rests_on": "Rutinen, avsnitt 4"}


def answered(*days: date) -> Case:
    case = Case("deviation", HOME, WARD, stage="investigated")
    rows = [{"what": "Ny rutin", "owner": OWNER, "date": day} for day in days or (PLANNED,)]
    return case.do("answer", OWNER, cause="Rutinen brast.", measures=rows)


def at_forum(case: Case) -> Case:
    case.do("contest", HANDLER, contest_ground="facts", reason="Nej.").do("talk", OURS, talk_note="Vi ser olika.")
    return case.with_file().do("sign", THEIRS).do("escalate", OURS, **WHY)


def answered_by_forum(case: Case) -> Case:
    at_forum(case).do("acknowledge", LEADER).page_read().do("agenda", LEADER)
    case.do("decide_chair", CHAIR, **ANSWER).do("approve", VICE).do("deliver", SECRETARY)
    assert case.stage == "word"
    return case


def watched(case: Case) -> bool:
    """Closed, and kept by the measure's owner and day."""
    cover = case.snapshot.cover
    day = cover.next_date
    return (case.stage, cover.status, case.ball) == ("watched", "watched", OWNER) and day is not None and day >= PLANNED


def both_said(case: Case) -> Case:
    return answered_by_forum(case).do("done", OURS).do("confirm", THEIRS)


def certified(case: Case) -> Case:
    """Nobody says a word, and the process leader finds out that both have the answer."""
    return answered_by_forum(case).let_pass().do("confirm", LEADER, forum_reason="Svaret lämnades på ett möte.")


def solved_below(case: Case) -> Case:
    back: dict[str, Any] = {
        "ground": "incomplete", "forum_reason": "Tala först", "returned_to": OURS, "return_task": "Tala",
        "return_by": case.now.date() + timedelta(days=20),
    }  # fmt: skip
    return at_forum(case).do("return", LEADER, **back).do("accept", OURS, reason="Löst.")


def read_differently(case: Case) -> Case:
    case.do("convert", HANDLER, reason="Vi läser den olika", question="Vem ringer?")
    return case.do("end", OURS, reason="Vi är överens om läsningen.")


def carried_on(case: Case) -> Case:
    return case.do("contest", HANDLER, contest_ground="pattern", reason="Ofta", sentence="Listor saknas ofta.")


WAYS = {
    "accepted": lambda case: case.do("accept", HANDLER),
    "settled by the managers": lambda case: case.do("contest", HANDLER, contest_ground="facts", reason="Nej.").do(
        "agree", OURS, talk_note="Vi är överens.").do("agree", THEIRS),
    "ended by the sender": lambda case: case.do("end", HANDLER, reason="Det räcker."),
    "carried on as a pattern": carried_on,
    "answered by a forum, both do so": both_said,
    "answered by a forum, nobody says a word": certified,
    "returned by a forum and solved": solved_below,
    "made a dispute": read_differently,
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_the_case_is_watched_until_what_was_planned_is_done(way: str) -> None:
    """Lost otherwise: a promise in an answer is forgotten as soon as the case has been up a step and down again."""
    case = WAYS[way](answered())
    assert watched(case), (way, case.stage, case.ball)
    case.do("done", OWNER, done_text="Rutinen gäller nu.")
    assert (case.stage, case.ball) == ("ended", "")


def test_each_measure_has_its_own_day_and_the_last_one_ends_the_case() -> None:
    """Lost otherwise: the second promise disappears when the first is kept."""
    case = read_differently(answered(PLANNED, PLANNED + timedelta(days=30)))
    assert watched(case)
    case.do("done", OWNER)
    assert watched(case)
    assert case.snapshot.cover.next_date == PLANNED + timedelta(days=30)
    assert case.do("done", OWNER).stage == "ended"


@pytest.mark.parametrize("way", ["accepted", "made a dispute"])
def test_a_measure_that_will_not_be_done_is_investigated_again(way: str) -> None:
    """Lost otherwise: what was promised and never done ends the case as if it had been."""
    case = WAYS[way](answered()).do("return", OWNER, reason="Det gick inte.")
    assert (case.snapshot.cover.kind, case.stage, case.ball) == ("deviation", "investigated", OWNER)


def test_an_answer_plans_a_measure_or_says_that_none_is_needed() -> None:
    """Lost otherwise: a program answers with an empty list, and the other party is promised nothing without a word of
    it (routine A1.4); or whoever did all that was agreed has to promise something to be able to answer."""
    case = Case("deviation", HOME, WARD, stage="investigated")
    answer = case.decide("answer", OWNER, cause="Inget brast.", measures=[])
    assert isinstance(answer, Refusal)
    [reason] = answer.reasons
    assert (reason.code, reason.field) == ("input_missing", "measures")
    for text, label, none in (
        (reason.sv, "Åtgärder: vad, vem och när", "”Ingen åtgärd behövs” (none)"),
        (reason.en, "Measures: what, who and when", "“No measure is needed” (none)"),
    ):
        assert label in text
        assert none in text
    case.do("answer", OWNER, cause="Inget brast.", measures="none")
    assert case.do("accept", HANDLER).stage == "ended", "nothing is watched that nobody promised"


def test_an_owner_whom_nobody_knows_is_told_by_name() -> None:
    """Lost otherwise: of three rows with what, who and a date one is told that each needs what, who and a date."""
    case = Case("deviation", HOME, WARD, stage="investigated")
    owners = ("handler@unit:wrad", OWNER, "head@unit:ward", "handler@unit:wrad")
    rows = [{"what": "Ny rutin", "owner": owner, "date": PLANNED} for owner in owners]
    answer = case.decide("answer", OWNER, cause="Rutinen brast.", measures=rows)
    assert isinstance(answer, Refusal)
    assert {(r.code, r.field) for r in answer.reasons} == {("input_measure_owner", "measures")}
    told = [r.en.partition(" is not known")[0] for r in answer.reasons]
    assert told == ["The function handler@unit:wrad", "The function head@unit:ward"]
    for strange in ("", "\x1b[31m", 7, None):
        rows[0]["owner"] = strange
        assert case.refused("answer", OWNER, cause="Rutinen brast.", measures=rows) == {"input_not_measures"}
