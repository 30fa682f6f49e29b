"""`make torture` goes on where it stopped, and does not let go of a seed that found a fault."""

from dataclasses import replace

import pytest

from tests.torture import LIMIT, PYTEST_FOUND_NOTHING, Outcome, choose_seed

DONE = Outcome("cases", code="abc", exit_code=0, seconds=12, seed=77, last_line="9 passed")


@pytest.mark.parametrize(
    ("outcome", "good"),
    [
        (DONE, True),
        (replace(DONE, exit_code=PYTEST_FOUND_NOTHING), True),
        (replace(DONE, exit_code=1), False),
        (replace(DONE, seconds=LIMIT + 1), False),
    ],
)
def test_room_is_done_when_green_and_in_time(outcome: Outcome, good: bool) -> None:
    """Lost otherwise: a room that failed, or that nobody can wait for, would be passed over next time."""
    assert outcome.is_good is good


def test_seed_that_failed_runs_again() -> None:
    """Lost otherwise: a second run with other dice would be green, and the fault that was found forgotten."""
    assert choose_seed(replace(DONE, exit_code=1)) == DONE.seed


def test_seed_is_new_after_a_good_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost otherwise: every torture would look at the same few paths."""
    assert len({choose_seed(DONE) for _ in range(3)} | {DONE.seed}) > 1
    monkeypatch.setenv("STEGEN_SEED", "5")
    assert choose_seed(DONE) == 5
