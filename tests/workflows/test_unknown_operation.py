"""A reporter need not know which operation it is about: her own unit completes the report (routine.md, the form)."""

import pytest

from tests.workflows.small_world import HOME, Case

REPORTER, HANDLER, MANAGER = (f"{function}@unit:home" for function in ("reporter", "handler", "unit_manager"))
SAID = {"what": "Listan saknades.", "when": "i går"}


@pytest.mark.parametrize(("checks", "ball"), [(False, HANDLER), (True, MANAGER)])
def test_a_report_without_operation_waits_with_its_own_unit(checks: bool, ball: str) -> None:
    """Lost otherwise: a nurse who does not know the other party's organisation cannot report at all."""
    case = Case("deviation", HOME, None, facts={"own_check": checks}).do("submit", REPORTER, **SAID)
    assert (case.stage, case.ball, case.snapshot.cover.receiving) == ("own_check", ball, None)
    assert case.do("check", ball, operation="hospital", harm="risk").stage == "arrived"
    assert case.snapshot.cover.receiving is not None


def test_where_no_check_is_asked_for_a_named_operation_has_it_at_once_and_an_unnamed_one_is_asked_for() -> None:
    """Lost otherwise: every report waits for somebody at home, or one is sent to nobody."""
    named = Case("deviation", HOME, None, facts={"own_check": False}).do(
        "submit", REPORTER, operation="hospital", **SAID
    )
    assert named.stage == "arrived"
    case = Case("deviation", HOME, None, facts={"own_check": False}).do("submit", REPORTER, **SAID)
    assert case.snapshot.cover.next_task == "complete"
    assert case.refused("check", HANDLER, harm="risk") == {"input_missing"}
    assert case.do("keep_internal", MANAGER, reason="Vårt eget.").stage == "ended"


def test_what_is_urgent_is_telephoned_before_it_is_sent() -> None:
    """Lost otherwise: a risk that goes on lies in a list until somebody opens it (routine.md A1.2)."""
    case = Case("deviation", HOME, None, urgent=True, facts={"own_check": True}).do("submit", REPORTER, **SAID)
    told = {"operation": "hospital", "harm": "risk"}
    assert {"telephoned_first"} <= _asked_for(case), "it is not called voluntary"
    calm = Case("deviation", HOME, None, facts={"own_check": True}).do("submit", REPORTER, **SAID)
    assert not {"telephoned_first"} & _asked_for(calm)
    assert case.refused("check", MANAGER, **told) == {"telephone_first"}
    assert case.refused("check", MANAGER, telephoned_first=False, **told) == {"telephone_first"}
    assert case.do("check", MANAGER, telephoned_first=True, **told).stage == "arrived"


def _asked_for(case: Case) -> set[str]:
    """What the check of a report must be told."""
    offers = case.routine.offers(case.snapshot, case.actor(MANAGER), case.world, case.now)
    return set(next(offer for offer in offers if offer.move == "check").required)
