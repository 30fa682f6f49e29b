"""A forum returns a case to a function of a step below, by name, and refers it to another group than itself."""

from datetime import timedelta

import pytest

from tests.workflows.small_world import HOME, WARD, WHOLE, Case, forum, organisation
from workflows.attempt import World
from workflows.definition import Text
from workflows.happened import filled
from workflows.nouns import Actor, Command, Decision, Refusal

LEADER, OURS = "process_leader@forum:nosam", "unit_manager@unit:home"
NEAR, UPPER = LEADER, "process_leader@forum:lgs"
BACK = {"ground": "incomplete", "forum_reason": "Tala först.", "return_task": "Tala."}


@pytest.fixture
def case() -> Case:
    case = Case("deviation", HOME, WARD, stage="investigated").with_file()
    case.do("answer", "handler@unit:ward", cause="Rutinen brast.", measures="none")
    case.do("contest", "handler@unit:home", contest_ground="facts", reason="Nej.").do("talk", OURS, talk_note="Nej.")
    case.do("sign", "unit_manager@unit:ward")
    return case.do("escalate", OURS, reason="Vi ser olika.", subject="agreement", pattern="single")


@pytest.mark.parametrize("function", ["process_leader", "chair", "secretary"])
def test_a_forum_returns_a_case_to_nobody_of_its_own(case: Case, function: str) -> None:
    """Lost otherwise: a return that goes nowhere, and uses up the one return that its ground allows."""
    day = case.now.date() + timedelta(days=20)
    told = {**BACK, "return_by": day}
    assert case.refused("return", LEADER, **told, returned_to=f"{function}@forum:nosam") == {"inside_forum"}
    decision = case.decide("return", LEADER, **told, returned_to=OURS)
    assert isinstance(decision, Decision)
    assert (decision.cover.stage, decision.cover.ball) == ("returned", OURS)


def test_the_history_says_which_step_it_went_back_to(case: Case) -> None:
    """Lost otherwise: "returned to a named step", and the step is not named."""
    [row] = {row.happened for row in case.routine.definition.by_code["return"] if "forum_received" in row.sources}
    assert filled(row, {"taker": Text(NEAR, NEAR)}).sv.endswith(f"till ett lägre steg, till {NEAR}")


@pytest.fixture
def above() -> Case:
    """A dispute that NOSAM has forwarded to the next forum."""
    case = Case("dispute", HOME, WARD, stage="escalating", facts={"care": OURS}).with_file()
    case.do("escalate", "chief@operation:care-molndal", reason="Vi läser olika.", subject="agreement",
            pattern="pattern")  # fmt: skip
    case.do("acknowledge", LEADER).do("forward", "chair@forum:nosam", forum_reason="Länets fråga.")
    assert (case.snapshot.cover.forums, case.ball) == (("lgs",), UPPER)
    return case


def opened(decision: Decision) -> set[tuple[str, str]]:
    return {tuple(grant) for grant in decision.grants_opened}


def test_an_earlier_forum_has_the_case_for_its_task_and_reads_its_own_file(above: Case) -> None:
    """Lost otherwise: NOSAM is asked for something and cannot read what, or reads what LGS weighs (law 6)."""
    day = above.now.date() + timedelta(days=20)
    sent = above.decide("return", UPPER, **BACK, returned_to=NEAR, return_by=day)
    assert isinstance(sent, Decision)
    assert (sent.cover.stage, sent.cover.ball, sent.cover.forums) == ("returned", NEAR, ("lgs",))
    assert (sent.cover.rung, sent.cover.next_date) == ("delregional", day)
    its_own = {("forum:nosam", name) for name in ("cover", "file:nosam", "forum:nosam")}
    assert opened(sent) == its_own
    assert not sent.grants_ended
    words = {entry.compartment: set(entry.texts) for entry in sent.entries if entry.texts}
    assert words == {f"file:{code}": {"forum_reason", "return_task"} for code in ("lgs", "nosam")}
    above.apply(sent)
    back = above.decide("done", NEAR, lower_word="Vi har talat med båda.")
    assert isinstance(back, Decision)
    assert (back.cover.stage, back.cover.ball, back.cover.forums) == ("forum_received", UPPER, ("lgs",))
    assert {tuple(grant) for grant in back.grants_ended} == its_own
    assert {e.compartment for e in back.entries if e.texts} == {"file:lgs", "file:nosam"}


def test_what_was_returned_to_a_forum_is_answered_by_that_forum(above: Case) -> None:
    """Lost otherwise: one party speaks for NOSAM, or its chair about the operation that she leads."""
    day = above.now.date() + timedelta(days=20)
    above.do("return", UPPER, **BACK, returned_to="chair@forum:nosam", return_by=day)
    for party in (OURS, "unit_manager@unit:ward"):
        assert above.refused("done", party, done_text="Klart.") == {"returned_elsewhere"}
    leads = Actor("", "chair@forum:nosam", frozenset(("chair@forum:nosam",)), frozenset(("hospital",)))
    told = Command("done", {"lower_word": "Klart."})
    barred = above.routine.decide(above.snapshot, told, leads, above.world, above.now)
    assert isinstance(barred, Refusal)
    assert {reason.code for reason in barred.reasons} == {"own_operation"}
    assert above.do("done", NEAR, lower_word="Klart.").stage == "forum_received", "its process leader may"


def test_a_lower_forum_that_is_silent_loses_it_once_for_each_ground(above: Case) -> None:
    """Lost otherwise: the case waits for ever below, or goes up and down on the same ground (routine.md, text 5)."""
    day = above.now.date() + timedelta(days=20)
    above.do("return", UPPER, **BACK, returned_to=NEAR, return_by=day)
    assert {row.post for row in above.snapshot.docket if row.deadline.startswith("return_by")} >= {NEAR}
    above.let_pass()
    assert (above.stage, above.ball, above.now.date() > day) == ("forum_received", UPPER, True)
    assert not [grant for grant in above.snapshot.grants if grant.holder == "forum:nosam"]
    later = {**BACK, "return_by": above.now.date() + timedelta(days=20)}
    assert above.refused("return", UPPER, **later, returned_to=NEAR) == {"returned_before"}
    assert above.do("return", UPPER, **{**later, "ground": "wrong_step"}, returned_to=NEAR).ball == NEAR


def test_a_forum_takes_a_case_back_when_the_task_has_become_pointless(above: Case) -> None:
    """Lost otherwise: everybody waits for an answer that nobody needs any more; or a case is taken back by somebody
    else than who returned it, or skips a step by it (law 3)."""
    day = above.now.date() + timedelta(days=20)
    above.do("return", UPPER, **BACK, returned_to=NEAR, return_by=day)
    why = {"forum_reason": "Avtalet har ändrats."}
    for other in (NEAR, OURS, "chair@forum:nosam", "secretary@forum:lgs", "process_leader@forum:vvg"):
        assert above.refused("wake", other, **why) == {"not_yours"}
    assert above.refused("wake", UPPER) == {"input_missing"}
    taken = above.decide("wake", UPPER, **why)
    assert isinstance(taken, Decision)
    cover = taken.cover
    assert (cover.stage, cover.ball, cover.forums, cover.rung) == ("forum_received", UPPER, ("lgs",), "delregional")
    assert {e.compartment for e in taken.entries if e.texts} == {"file:lgs", "file:nosam"}, "both read why"
    assert {r.post for r in taken.docket_new if r.notch == "told:wake"} >= {NEAR, "handler@unit:home"}
    assert [d.status for d in taken.deadlines if d.code == "return_by"] == ["withdrawn"]
    above.apply(taken)
    later = {**BACK, "return_by": day}
    assert above.refused("return", UPPER, **later, returned_to=NEAR) == {"returned_before"}, "its ground is used"


def test_nobody_sends_away_or_takes_back_a_case_about_the_operation_that_they_lead(above: Case) -> None:
    """Lost otherwise: a hospital's chief, as chair, returns, parks or refers the case about her own hospital, or spares
    it the task that the forum put to it (domain.md section 3)."""
    chair, day = "chair@forum:lgs", above.now.date() + timedelta(days=20)
    leads = Actor("", chair, frozenset((chair, "presidium@forum:lgs")), frozenset(("hospital",)))

    def refused(move: str, **inputs: object) -> set[str]:
        answer = above.routine.decide(above.snapshot, Command(move, inputs), leads, above.world, above.now)
        assert isinstance(answer, Refusal), move
        return {reason.code for reason in answer.reasons}

    sent = {**BACK, "returned_to": "chief@operation:hospital", "return_by": day}
    assert refused("return", **sent) == {"own_operation"}
    assert refused("park", waits_for="råd", wait_open="file", until=day) == {"own_operation"}
    assert refused("refer", forum="theme", forum_reason="Dit.", until=day) == {"own_operation"}
    leader = Actor("", UPPER, frozenset((UPPER,)), frozenset(("hospital",)))
    for barred, instead in ((leads, "substitute@forum:lgs"), (leader, "chair@forum:lgs")):
        answer = above.routine.decide(above.snapshot, Command("return", sent), barred, above.world, above.now)
        assert isinstance(answer, Refusal)
        assert answer.next_door is not None
        assert (answer.next_door.move, answer.next_door.target) == ("decide", instead), "who may do it instead"
    above.do("return", UPPER, **sent)
    assert refused("wake", forum_reason="Behövs inte.") == {"own_operation"}
    assert above.do("wake", chair, forum_reason="Behövs inte.").stage == "forum_received", "a chair who leads none"


def test_only_a_forum_below_that_has_had_the_case_and_can_take_it_up(above: Case) -> None:
    """Lost otherwise: a return goes to a forum that knows nothing of the case, lies above, or is paused."""
    told = {**BACK, "return_by": above.now.date() + timedelta(days=20)}
    for post in ("process_leader@forum:simba", "process_leader@forum:vvg", "secretary@forum:nosam"):
        assert above.refused("return", UPPER, **told, returned_to=post) == {"input_no_post"}, post
    assert above.refused("return", UPPER, **told, returned_to="chair@forum:lgs") == {"inside_forum"}
    near = forum("nosam", "nosam", "goteborg", WHOLE, state="paused")
    above.world = World(organisation(nosam=near), above.world.calendar)
    assert above.refused("return", UPPER, **told, returned_to=NEAR) == {"earlier_resting"}
    assert above.do("return", UPPER, **told, returned_to=OURS).ball == OURS


def test_a_forum_does_not_refer_a_question_to_itself(case: Case) -> None:
    """Lost otherwise: a forum that waits for its own answer (law 1)."""
    until = case.now.date() + timedelta(days=20)
    given = {"forum_reason": "Målgruppen finns där.", "until": until}
    assert case.refused("refer", LEADER, forum="nosam", **given) == {"group_own"}
    assert case.refused("refer", LEADER, forum="paused", **given) == {"group_paused"}
    for step in ("lgs", "simba", "vvg", "sro"):
        assert case.refused("refer", LEADER, forum=step, **given) == {"group_on_ladder"}
    assert case.do("refer", LEADER, forum="theme", **given).stage == "parked"


def test_a_question_that_is_referred_has_a_receiver_who_reads_it_and_answers(case: Case) -> None:
    """Lost otherwise: the loss of the case at Kungälv, a question referred to a group that never hears of it."""
    until, theirs = case.now.date() + timedelta(days=20), "process_leader@forum:theme"
    before = case.stage
    case.do("refer", LEADER, forum="theme", forum_reason="Målgruppen finns där.", until=until)
    owed = {c.code: (c.asked, c.due) for c in case.snapshot.contributions if c.status == "owed"}
    assert owed["group_view"] == (theirs, until)
    assert owed["group_receipt"][0] == theirs
    assert {r.post for r in case.snapshot.docket if r.kind == "letter"} >= {theirs}
    assert {g.compartment for g in case.snapshot.grants if g.holder == "forum:theme"} >= {"cover", "file:nosam"}
    assert [d.status for d in case.snapshot.deadlines if d.code == "forum_answer"] == ["withdrawn"]
    case.do("acknowledge", theirs).do("confirm", theirs, group_view="Vi läser rutinen så.")
    assert case.stage == before
    assert not [c for c in case.snapshot.contributions if c.status == "owed" and c.asked == theirs]
    assert not [g for g in case.snapshot.grants if g.holder == "forum:theme"]
