"""A party that is not connected has a forum's answer when its letter was taken and did not come back for five working
days: the clock takes it so, by the calendar, and ends nothing in the summer (domain.md section 4)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.workflows.small_world import HOME, WARD, Case, organisation
from workflows.attempt import World
from workflows.calendar import Calendar
from workflows.nouns import SentLetter

LEADER, CHAIR, VICE, SECRETARY = (f"{f}@forum:nosam" for f in ("process_leader", "chair", "vice_chair", "secretary"))
OURS, THEIRS = "unit_manager@unit:home", "unit_manager@unit:ward"
ANSWER = {"position": "opinion", "answer_text": "Ring först.", "rests_on": "Avsnitt 4"}
MOLNDAL, REGION = frozenset(("molndal",)), frozenset(("region",))
SENT = date(2026, 4, 16)
"""A Thursday: five working days later is Thursday 23 April, and Friday 24 April the sixth."""


def answered(unconnected: frozenset[str], sent: date = SENT) -> Case:
    """A dispute between Mölndal, which raised it, and the region; its answer has been sent on that day."""
    world = World(replace(organisation(), unconnected=unconnected), Calendar({}))
    case = Case("dispute", HOME, WARD, stage="escalating", facts={"care": OURS}, world=world).with_file()
    case.now = datetime(sent.year, sent.month, sent.day, 8, tzinfo=UTC)
    case.do("escalate", "chief@operation:care-molndal", reason="Olika.", subject="agreement", pattern="pattern")
    case.do("acknowledge", LEADER).page_read().do("agenda", LEADER)
    return case.do("decide_presidium", CHAIR, **ANSWER).do("approve", VICE).do("deliver", SECRETARY)


def taken(case: Case, *letters: SentLetter) -> Case:
    case.snapshot = replace(case.snapshot, letters=letters)
    return case


def due(case: Case) -> str:
    """The day by which the letter must stand, "" where none is waited for."""
    return next(
        (d.due.isoformat() for d in case.snapshot.deadlines if (d.code, d.status) == ("letter_time", "open")), ""
    )


def test_both_are_connected_and_no_letter_counts() -> None:
    """Lost otherwise: a letter that nobody opened would stand for a party whose people sign in."""
    case = taken(answered(frozenset()), SentLetter(THEIRS, SENT), SentLetter(OURS, SENT))
    assert due(case) == ""
    assert case.let_pass().snapshot.cover.next_task == "certify"


@pytest.mark.parametrize("says_first", [True, False])
def test_the_receiving_party_has_it_on_the_sixth_working_day(says_first: bool) -> None:
    """Lost otherwise: a case waits three weeks, and a process leader, for a party that has had its answer all along."""
    case = taken(answered(REGION), SentLetter(THEIRS, SENT))
    assert due(case) == "2026-04-23"
    if says_first:
        case.do("done", OURS)
    case.let_pass()
    assert case.now.date() == date(2026, 4, 24)
    assert due(case) == ""
    if not says_first:
        assert (case.stage, case.ball) == ("word", OURS), "the other party's word is its own"
        assert case.snapshot.contributions[-1].status == "silent"
        case.do("done", OURS)
    assert case.stage == "ended"


@pytest.mark.parametrize("says_first", [True, False])
def test_the_raising_party_has_it_and_the_other_says_so_itself(says_first: bool) -> None:
    """Lost otherwise: the ball lies with a party that cannot sign in until somebody certifies."""
    case = taken(answered(MOLNDAL), SentLetter("handler@unit:home", SENT))
    if says_first:
        case.do("confirm", THEIRS)
    case.let_pass()
    if not says_first:
        assert (case.stage, case.ball) == ("word", THEIRS)
        case.do("confirm", THEIRS)
    assert case.stage == "ended"


def test_who_has_said_so_itself_needs_no_letter_any_more() -> None:
    """Lost otherwise: the history says that no letter was taken, of a party whose letter was, and which had read it; or
    the other party's letter is waited for anew, or no longer."""
    case = taken(answered(REGION), SentLetter(THEIRS, SENT)).do("confirm", THEIRS)
    assert due(case) == ""
    assert due(taken(answered(MOLNDAL), SentLetter(OURS, SENT)).do("done", OURS)) == ""
    case = answered(MOLNDAL | REGION)
    case.now += timedelta(days=1)
    assert due(case.do("confirm", THEIRS)) == "2026-04-23", "hers is waited for as before"
    case = answered(MOLNDAL | REGION)
    case.now += timedelta(days=1)
    assert due(case.do("done", OURS)) == "2026-04-23"


def test_two_parties_that_are_not_connected_end_it_when_both_letters_stand() -> None:
    """Lost otherwise: one party's letter ends the case for both."""
    case = taken(answered(MOLNDAL | REGION), SentLetter(OURS, SENT), SentLetter(THEIRS, SENT + timedelta(days=4)))
    assert due(case) == "2026-04-23"
    case.let_pass()
    assert (case.stage, due(case)) == ("word", "2026-04-27"), "five working days after Monday, when hers was taken"
    case.let_pass()
    assert (case.stage, case.now.date()) == ("ended", date(2026, 4, 28))
    assert case.snapshot.cover.facts["outcome"] == "answered"


def test_a_letter_that_came_back_is_no_answer() -> None:
    """Lost otherwise: a case ends although the letter never arrived; or a letter to the next of the chain is not
    waited for."""
    case = taken(answered(REGION), SentLetter(THEIRS, SENT, came_back=True))
    case.let_pass()
    assert (case.stage, due(case), case.now.date()) == ("word", "2026-05-01", date(2026, 4, 24)), "from today, anew"
    taken(case, *case.snapshot.letters, SentLetter("contact_person@authority:hospital-board", date(2026, 4, 29)))
    case.let_pass()
    assert (case.stage, due(case)) == ("word", "2026-05-06"), "from the day on which the next letter was taken"
    assert case.snapshot.contributions[-1].status == "owed"
    case.let_pass()
    assert (case.snapshot.contributions[-1].status, case.now.date()) == ("silent", date(2026, 5, 7))


def test_where_no_letter_arrives_the_process_leader_certifies() -> None:
    """Lost otherwise: the clock goes on asking for ever, or takes a certificate out of the process leader's hands."""
    case = answered(REGION)
    while case.next_step() is not None:
        case.let_pass()
    assert (case.stage, case.ball, case.snapshot.cover.next_task, due(case)) == ("word", LEADER, "certify", "")
    assert case.do("confirm", LEADER, forum_reason="Lämnat över bordet.").stage == "ended"


@pytest.mark.parametrize(
    ("sent", "had"),
    [
        (date(2026, 6, 22), date(2026, 6, 30)),
        (date(2026, 6, 23), date(2026, 8, 11)),
        (date(2026, 8, 4), date(2026, 8, 12)),
    ],
)
def test_nobody_is_taken_to_have_it_in_the_summer(sent: date, had: date) -> None:
    """Lost otherwise: a case ends in July, while the party that was written to is on leave (domain.md section 5)."""
    case = taken(answered(REGION, sent), SentLetter(THEIRS, sent)).do("done", OURS)
    while case.stage != "ended":
        step = case.next_step()
        assert step is not None
        case.let_pass()
    assert case.now.date() == had
