"""The real record against the ladder's plain model: random moves by everybody, sensible or not, and no difference."""

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
from cases.contents import forum_files
from cases.functions import NotYourFunction
from cases.record import Record
from cases.sight import CaseUnknown
from cases.soundness.verify import verify
from tests.amounts import Amount
from tests.cases.deviations import MAJA, OSKAR, STINA, arrived, prepared, reported
from tests.cases.ladder_model import Model, Step, after, steps
from tests.record import MORNING
from workflows.nouns import Command

PAIRS = [(s.seer.post, s.move, tuple(n for n, _ in s.inputs)) for s in steps(MORNING.date())]


def goes_on(model: Model, step: Step) -> bool:
    """Allowed, and not an end, a wait or a way back."""
    then = after(model, step)
    back = ("ended", "parked", "returned", "own_check")
    return then not in (None, model) and then.stage not in back and step.move != "reopen"


class Ladder(RuleBasedStateMachine):
    """One run is one case of its own, on the record that the test gives."""

    record: Record
    seen: dict[str, int]

    @initialize(knows=st.booleans())
    def report(self, knows: bool) -> None:
        """Anna knows which operation it is about, or leaves that to her own unit's handler."""
        self.now = MORNING
        self.number = arrived(self.record, self.now) if knows else reported(self.record, self.now)
        self.model = Model() if knows else Model(stage="own_check", sent=False)

    @rule(index=st.integers(0, len(PAIRS) - 1))
    def anybody_tries(self, index: int) -> None:
        self.try_step(steps(self.now.date())[index])

    @rule(pick=st.randoms(use_true_random=False))
    def somebody_does_what_is_allowed(self, pick: Any) -> None:
        allowed = [s for s in steps(self.now.date()) if after(self.model, s) is not None]
        if allowed:
            self.try_step(pick.choice(allowed))

    @rule(pick=st.randoms(use_true_random=False))
    def the_case_goes_on(self, pick: Any) -> None:
        """Without it a random walk spends its life in reports that are ended and opened again."""
        for _ in range(5):
            onward = [s for s in steps(self.now.date()) if goes_on(self.model, s)]
            if onward:
                self.try_step(pick.choice(onward))

    @rule(days=st.integers(0, 3))
    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)
        self.model = Model(**{**vars(self.model), "today": self.now.date()})

    @precondition(lambda self: self.model.stage == "talk" and not self.model.file)
    @rule()
    def a_file_is_written_reviewed_and_read(self) -> None:
        texts = {"statement": "En person kom hem utan lista.", "question": "Vem skickar den?"}
        revision, _ = forum_files.write_revision(self.record, MAJA, self.number, texts, self.now)
        forum_files.review(self.record, MAJA, self.number, revision, self.now)
        forum_files.read_file(self.record, OSKAR, self.number, revision, self.now)
        self.model = Model(**{**vars(self.model), "file": True})

    @precondition(lambda self: self.model.stage == "forum_prepared")
    @rule()
    def the_agenda_decides_between_meeting_and_presidium(self) -> None:
        prepared(self.record, self.number, self.now)
        stage = act(self.record, STINA, self.number, Command("agenda"), self.now).stage
        assert stage in ("forum_meeting", "forum_between")
        self.model = Model(**{**vars(self.model), "stage": stage})

    def try_step(self, step: Step) -> None:
        expected = after(self.model, step)
        came = self.outcome(step)
        told = f"{step.seer.post} {step.move} {[n for n, _ in step.inputs]} in {self.model}"
        assert (came is not None) == (expected is not None), f"{told}: {came}"
        if expected is not None:
            assert came == expected.stage, told
            self.model = expected
            self.seen[step.move] = self.seen.get(step.move, 0) + 1

    def outcome(self, step: Step) -> str | None:
        try:
            return act(self.record, step.seer, self.number, Command(step.move, dict(step.inputs)), self.now).stage
        except (Refused, CaseUnknown, NotYourFunction):
            return None

    @invariant()
    def the_row_is_never_silent(self) -> None:
        if not hasattr(self, "number"):
            return
        with self.record.database.read() as tx:
            row = tx.one("SELECT status, stage, ball, next_task, next_date FROM cases WHERE number = :n", n=self.number)
        assert row is not None
        assert row[1] == self.model.stage
        assert (row[0] == "ended") == (self.model.stage == "ended")
        if row[0] != "ended":
            assert row[2], "nobody has the ball"
            assert row[3], "no next task"
            assert isinstance(row[4], date), "no next date"


def test_the_record_goes_where_the_model_goes(record: Record, amount: Amount) -> None:
    """Else somewhere on the ladder the engine lets through what the routine forbids, or stops what it allows."""
    seen: dict[str, int] = {}
    machine = type("OnThisRecord", (Ladder,), {"record": record, "seen": seen})
    run_state_machine_as_test(machine, settings=settings(max_examples=amount(12, 500)))
    assert seen.keys() >= {"assign", "answer", "contest", "accept", "ask"}, (
        f"the runs were too short to prove much: {seen}"
    )
    assert verify(record, MORNING + timedelta(days=1)) == ()


@pytest.mark.parametrize("move", ["to_sro", "to_ended", "trigger", "", "__class__", "assign; drop table cases"])
def test_only_the_routines_own_moves_exist(record: Record, move: str) -> None:
    """Else a crafted form could jump to the top of the ladder."""
    number = arrived(record)
    with pytest.raises(Refused) as refused:
        act(record, MAJA, number, Command(move), MORNING)
    assert [r.code for r in refused.value.refusal.reasons] == ["unknown_move"]
