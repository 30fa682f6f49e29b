"""The next step that people are shown is one that the case may really take (law 3; domain.md 4)."""

import pytest

from tests.workflows.small_world import HOME, WARD, Case
from workflows.ahead import ahead


def shown(kind: str, rung: str, forum: str, **facts: object) -> tuple[str, tuple[str, ...]] | None:
    """(rung, forums) of the next step of a case that lies there; None where nothing is shown."""
    there = {"stage": "forum_received", "rung": rung, "forums": (forum,)} if forum else {"stage": "investigated"}
    case = Case(kind, HOME, WARD, facts=facts, **there)
    found = ahead(case.routine.definition, case.snapshot.cover, case.world, case.now)
    return (found.rung, found.forums) if found is not None else None


@pytest.mark.parametrize(
    ("kind", "rung", "forum", "facts", "wanted"),
    [
        ("deviation", "local", "", {}, ("nosam", ("nosam",))),
        ("deviation", "nosam", "nosam", {"pattern": "single"}, None),
        ("deviation", "nosam", "nosam", {}, None),
        ("deviation", "nosam", "nosam", {"pattern": "pattern"}, ("delregional", ("lgs",))),
        ("dispute", "nosam", "nosam", {"pattern": "single"}, ("delregional", ("lgs",))),
        ("dispute", "sro", "sro", {}, None),
        ("systemic_issue", "nosam", "nosam", {"owner": "vvg"}, ("delregional", ("lgs",))),
        ("systemic_issue", "delregional", "lgs", {"owner": "vvg"}, ("vvg", ("vvg",))),
        ("systemic_issue", "vvg", "vvg", {"owner": "vvg"}, None),
        ("systemic_issue", "vvg", "vvg", {"owner": "vvg", "changes_agreement": "yes"}, ("sro", ("sro",))),
    ],
)  # fmt: skip
def test_the_next_step_is_one_that_the_case_may_take(
    kind: str, rung: str, forum: str, facts: dict[str, object], wanted: tuple[str, tuple[str, ...]] | None
) -> None:
    """Lost otherwise: the ladder promises a step, and the lift to it is refused."""
    assert shown(kind, rung, forum, **facts) == wanted


def test_a_case_that_is_over_goes_nowhere() -> None:
    """Lost otherwise: an ended case still points upward."""
    case = Case("dispute", HOME, WARD, stage="ended")
    assert ahead(case.routine.definition, case.snapshot.cover, case.world, case.now) is None
