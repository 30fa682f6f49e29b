"""A dispute on the ladder against its plain model: random attempts by everybody at every rung, and no difference."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cases.acting import Refused, act
from cases.functions import NotYourFunction
from cases.reading import view
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import CaseUnknown, Seer
from cases.soundness.verify import verify
from cases.wording import wording
from tests.amounts import Amount
from tests.cases.climb_model import LADDER, YVONNE, Climb, Try, after, tries
from tests.cases.deviations import HELENA, MAJA, contested, prepared
from tests.cases.disputes import at_nosam, write_anew
from tests.record import MORNING
from workflows.nouns import Command
from workflows.organisation import holder_of

NUMBER_OF_TRIES = len(tries(MORNING.date()))
WHERE = "SELECT status, stage, rung, lead_forum, ball, next_task, next_date FROM cases WHERE number = :n"
OPEN_TO = """SELECT s.compartment FROM sight s JOIN cases c ON c.id = s.case_id
 WHERE c.number = :n AND s.holder = :holder AND s.ended_at IS NULL"""


SHORTEST = ("acknowledge", "forward")
ANSWERED = ("acknowledge", "take_position", "decide_presidium", "approve", "deliver", "escalate")
"""At the last step nobody is above to forward to: it answers."""


def goes_on(model: Climb, t: Try) -> bool:
    """Allowed, and nearer to the top."""
    then = after(model, t)
    return then not in (None, model) and then.stage not in ("ended", "parked", "returned", "own_decision")


def test_a_forum_that_is_late_with_a_case_may_be_passed_by_that_case_alone(record: Record) -> None:
    """Else a case waits for ever before a forum that does not answer; or one late case lets all others skip it."""
    number, other, forum = at_nosam(record), at_nosam(record), LADDER[0]
    passing = Command("escalate")
    with pytest.raises(Refused) as early:
        act(record, YVONNE, number, passing, MORNING + timedelta(days=14))
    assert "step_open" in {reason.code for reason in early.value.refusal.reasons}
    act(record, forum.leader, other, Command("acknowledge"), MORNING)
    late = MORNING + timedelta(days=25)
    assert act(record, YVONNE, number, passing, late).stage == "forum_received"
    with pytest.raises(Refused):
        act(record, YVONNE, other, passing, late)
    seen = view(record, YVONNE, number, late)
    assert (seen.cover.rung, seen.cover.forums) == ("delregional", ("lgs",))
    words = wording(record, seen, late)
    told = {rung.code: words.detours(rung, "sv") for rung in words.rungs}
    assert told["nosam"] == ("NOSAM Mölndal är mer än tio arbetsdagar sent",)
    young = wording(record, view(record, MAJA, contested(record, late), late), late)
    assert [rung.code for rung in young.rungs if rung.state == "next"] == ["nosam"]


def test_the_ladder_of_a_case_taken_up_higher_claims_nothing_of_the_steps_below(record: Record) -> None:
    """Else a case that NOSAM may have tried for years is shown as one that no NOSAM could have taken."""
    for unit, below in (("su-molndal-ortopedi", "untold"), ("hab-vuxen-goteborg", "unseated")):
        told = NewCase("dispute", receiving_unit=unit, stage="forum_received", forums=("lgs",))
        number = report(record, HELENA, told, MORNING).number
        words = wording(record, view(record, HELENA, number, MORNING), MORNING)
        assert {rung.code: rung.state for rung in words.rungs if not rung.faint} == {
            "local": "been", "delregional": "here", "vvg": "next",
        }  # fmt: skip
        assert {rung.code: rung.state for rung in words.rungs}["nosam"] == below


def revisions(record: Record, seer: Seer, number: str) -> list[str]:
    """The statements of the forum file that somebody reads, in order."""
    lines = view(record, seer, number, MORNING).lines
    return [line.texts["statement"] for line in lines if line.code == "file" and line.compartment.startswith("file:")]


def test_a_returned_case_brings_the_same_reviewed_revision_down(record: Record) -> None:
    """Else the lower forum answers an older question than the one it is asked, or reads the upper forum's file."""
    number, (near, upper, *_) = at_nosam(record), LADDER
    first = "Parterna läser avtalet olika."
    act(record, near.leader, number, Command("acknowledge"), MORNING)
    act(record, near.chair, number, Command("forward", {"forum_reason": "Länets fråga."}), MORNING)
    write_anew(record, number, "Tre fall i vår.")
    back = {"ground": "incomplete", "forum_reason": "Har de talat?", "return_task": "Fråga båda.",
            "return_by": MORNING.date() + timedelta(days=20), "returned_to": near.leader.post}  # fmt: skip
    act(record, upper.leader, number, Command("return", back), MORNING)
    assert revisions(record, near.leader, number) == [first, "Tre fall i vår."]
    write_anew(record, number, "Fyra fall i vår.")
    assert revisions(record, near.leader, number) == [first, "Tre fall i vår.", "Fyra fall i vår."]
    act(record, near.leader, number, Command("done", {"lower_word": "De har talat."}), MORNING)
    assert revisions(record, upper.leader, number) == [first, "Tre fall i vår.", "Fyra fall i vår."]
    act(record, upper.leader, number, Command("return", back | {"ground": "wrong_step"}), MORNING)
    assert revisions(record, near.leader, number) == [first, "Tre fall i vår.", "Fyra fall i vår."], "each once"
    seen = view(record, near.leader, number, MORNING)
    words = wording(record, seen, MORNING)
    assert [(rung.code, rung.state) for rung in words.rungs][:3] == [
        ("local", "been"), ("nosam", "returned"), ("delregional", "here"),
    ], "said to be returned, and drawn as if it were not"  # fmt: skip
    told = [words.line(line).sv for line in seen.lines if line.compartment == "cover"]
    assert told[-1] == "Organet återförde ärendet till ett lägre steg, till processledare i NOSAM Mölndal"
    assert verify(record, MORNING) == ()


class Climbing(RuleBasedStateMachine):
    """One run is one dispute of its own. No day passes: what dates do to a case is other tests' matter."""

    record: Record
    seen: Counter[str]

    @initialize()
    def lift(self) -> None:
        self.number = at_nosam(self.record)
        self.model = Climb()

    @rule(index=st.integers(0, NUMBER_OF_TRIES - 1))
    def anybody_tries(self, index: int) -> None:
        self.attempt(tries(MORNING.date())[index])

    @rule(pick=st.randoms(use_true_random=False))
    def somebody_does_what_is_allowed(self, pick: Any) -> None:
        if allowed := [t for t in tries(MORNING.date()) if after(self.model, t) is not None]:
            self.attempt(pick.choice(allowed))

    @rule(pick=st.randoms(use_true_random=False))
    def the_case_goes_on(self, pick: Any) -> None:
        """Without it a random walk spends its life in parking and returning at the first forum."""
        for _ in range(6):
            if self.model.stage == "forum_prepared":
                self.the_agenda_decides_between_meeting_and_presidium()
            elif onward := [t for t in tries(MORNING.date()) if goes_on(self.model, t)]:
                self.attempt(pick.choice(onward))

    @precondition(lambda self: self.model.stage == "forum_prepared")
    @rule()
    def the_agenda_decides_between_meeting_and_presidium(self) -> None:
        prepared(self.record, self.number, forum=self.model.seats.forum)
        stage = act(self.record, self.model.seats.leader, self.number, Command("agenda"), MORNING).stage
        assert stage in ("forum_meeting", "forum_between")
        self.model = replace(self.model, stage=stage, page_owed=None)

    def attempt(self, t: Try) -> None:
        if self.model.stage == "forum_prepared" and t.move == "agenda":
            return
        expected, came = after(self.model, t), self.outcome(t)
        told = f"{t.seer.post} {t.move} {dict(t.inputs)} in {self.model}: {came}"
        assert (came if isinstance(came, str) else None) == (expected.stage if expected else None), told
        if expected is not None:
            self.model = expected
            self.seen[f"{t.move} at {expected.seats.rung}"] += 1

    def outcome(self, t: Try) -> Any:
        try:
            return act(self.record, t.seer, self.number, Command(t.move, dict(t.inputs)), MORNING).stage
        except (Refused, CaseUnknown, NotYourFunction) as refused:
            return refused

    def reads(self, post: str) -> bool:
        """Whether the case is open to the place of a function, with more than its cover."""
        with self.record.database.read() as tx:
            rows = tx.all(OPEN_TO, n=self.number, holder=holder_of(post))
        return len(rows) > 1

    @invariant()
    def it_stands_where_the_model_stands_and_is_never_silent(self) -> None:
        if not hasattr(self, "number"):
            return
        with self.record.database.read() as tx:
            row = tx.one(WHERE, n=self.number)
        assert row is not None
        status, stage, rung, forum, ball, task, day = row
        assert (stage, rung, forum) == (self.model.stage, self.model.seats.rung, self.model.seats.forum)
        assert (status == "ended") == (stage == "ended")
        if stage == "forum_prepared" and self.model.ball is not None:
            assert ball == self.model.ball.post
        if stage == "returned":
            assert ball == self.model.returned_to
            assert self.reads(ball)
        if status != "ended":
            assert ball, "nobody has the ball"
            assert task, "no next task"
            assert isinstance(day, date), "no next date"


def test_a_dispute_climbs_one_step_at_a_time_as_the_model_does(record: Record, amount: Amount) -> None:
    """Else a case could skip a step, be judged by one who leads the operation, or stop where nobody answers for it."""
    seen: Counter[str] = Counter()
    machine = type("OnThisRecord", (Climbing,), {"record": record, "seen": seen})
    run_state_machine_as_test(machine, settings=settings(max_examples=amount(12, 400)))
    assert {key.rpartition(" ")[2] for key in seen} == {seats.rung for seats in LADDER}, seen
    assert verify(record, MORNING + timedelta(days=1)) == ()


@pytest.mark.parametrize("shortest", [True, False], ids=["without a position", "with an answer at each"])
def test_every_rung_is_climbed_and_above_the_last_stand_the_principals(record: Record, shortest: bool) -> None:
    """Else a dispute could go round below the top for ever, as one did for two years."""
    number, model, rungs = at_nosam(record), Climb(), ["nosam"]
    while model.stage != "ended":
        if model.stage == "forum_prepared" and (model.is_last or not shortest):
            prepared(record, number, forum=model.seats.forum)
            stage = act(record, model.seats.leader, number, Command("agenda"), MORNING).stage
            model = replace(model, stage=stage, page_owed=None)
        way = SHORTEST if shortest and not model.is_last else ANSWERED
        step = next(t for t in tries(MORNING.date()) if t.move in way and after(model, t) not in (None, model))
        came = act(record, step.seer, number, Command(step.move, dict(step.inputs)), MORNING)
        model = after(model, step) or model
        assert came.stage == model.stage
        rungs.append(model.seats.rung)
    assert list(dict.fromkeys(rungs)) == ["nosam", "delregional", "vvg", "sro"]
    assert verify(record, MORNING + timedelta(days=1)) == ()
