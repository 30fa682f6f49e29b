"""A position is one or more of the list, and what contradicts itself is refused plainly (domain.md 4; routine.md F)."""

import pytest

from tests.workflows.small_world import HOME, WARD, Case
from workflows.nouns import Decision, Refusal

CHAIR, VICE, SECRETARY = "chair@forum:nosam", "vice_chair@forum:nosam", "secretary@forum:nosam"
ANSWER = {"answer_text": "Ring f\u00f6rst.", "rests_on": "Rutinen, avsnitt 4"}
WHO = {"assigned_to": "handler@unit:ward"}


def at(stage: str, kind: str = "deviation") -> Case:
    """A deviation of a pattern, so that it may go on upward."""
    facts = {"pattern": "pattern", "subject": "agreement", "care": "handler@unit:home"}
    return Case(kind, HOME, WARD, stage=stage, forums=("nosam",), rung="nosam", facts=facts).with_file()


@pytest.mark.parametrize(
    ("position", "more", "stage", "outcome"),
    [
        ("opinion", {}, "answer_out", "opinion"),
        (["opinion"], {}, "answer_out", "opinion"),
        (["stands_behind", "opinion"], {"remark": "T\u00e4nk p\u00e5 helgen."}, "answer_out", "opinion+stands_behind"),
        (["assignment", "opinion"], WHO | {"remark": "Skynda."}, "answer_out", "opinion+assignment"),
        (["opinion", "notes"], {}, "answer_out", "opinion+notes"),
        (["recommends", "stands_behind"], {}, "forum_received", "stands_behind+recommends"),
        (["forwards", "opinion"], {}, "forum_received", "opinion+forwards"),
    ],
)  # fmt: skip
def test_what_several_positions_lead_to(position: object, more: dict[str, str], stage: str, outcome: str) -> None:
    """Lost otherwise: a forum that has an opinion and gives an assignment must choose which of them to say."""
    case = at("forum_meeting").do("take_position", CHAIR, position=position, **ANSWER, **more)
    facts = case.snapshot.cover.facts
    said = facts["decided"] if stage == "answer_out" else facts
    assert (case.stage, said["outcome"]) == (stage, outcome)


@pytest.mark.parametrize(
    "position",
    [["no_consensus", "opinion"], ["outside_remit", "approves"], ["assignment", "hands_over"],
     ["notes", "no_consensus"], ["forwards", "recommends"]],
)  # fmt: skip
@pytest.mark.parametrize("stage", ["forum_meeting", "forum_between"])
def test_what_contradicts_itself_is_refused_with_both_named(position: list[str], stage: str) -> None:
    """Lost otherwise: an answer says that nobody agreed and what all agreed on."""
    case = at(stage)
    move = "take_position" if stage == "forum_meeting" else "decide_chair"
    refused = case.decide(move, CHAIR, position=position, **ANSWER)
    assert isinstance(refused, Refusal)
    reason = next(r for r in refused.reasons if r.code == "input_apart")
    labels = dict(case.routine.definition.inputs["position"].options)
    assert reason.field == "position"
    assert all(labels[code].sv in reason.sv and labels[code].en in reason.en for code in position)


@pytest.mark.parametrize("position", [["opinion", "opinion"], ["opinion", "returns"], ["opinion", 7], 7, {"a": 1}])
def test_what_is_no_choice_is_told_as_one(position: object) -> None:
    """Lost otherwise: a form made by a program ends in an error page, or a word that nobody knows is kept."""
    assert "input_not_option" in at("forum_meeting").refused("take_position", CHAIR, position=position, **ANSWER)
    assert "input_missing" in at("forum_meeting").refused("take_position", CHAIR, position=[], **ANSWER)


def test_an_assignment_beside_an_opinion_is_watched_all_the_same() -> None:
    """Lost otherwise: the opinion goes out, and the assignment beside it is forgotten."""
    case = at("forum_meeting").do("take_position", CHAIR, position=["opinion", "assignment"], **ANSWER, **WHO)
    case.do("approve", VICE).do("deliver", SECRETARY)
    assert case.stage == "word"
    assert [c.asked for c in case.snapshot.contributions if c.code == "assignment_given"] == [WHO["assigned_to"]]


def test_an_assignment_asks_for_whom_also_beside_an_opinion() -> None:
    """Lost otherwise: an assignment that is nobody's."""
    refused = at("forum_meeting").refused("take_position", CHAIR, position=["opinion", "assignment"], **ANSWER)
    assert "input_missing" in refused


def test_noting_beside_an_opinion_answers_a_dispute_and_alone_it_does_not() -> None:
    """Lost otherwise: law 4 is walked around by ticking a box, or a courteous chair is refused."""
    case = at("forum_meeting", "dispute")
    assert "choice_position" in case.refused("take_position", CHAIR, position=["notes", "thanks"], **ANSWER)
    assert case.do("take_position", CHAIR, position=["thanks", "opinion"], **ANSWER).stage == "answer_out"


def test_the_presidium_proposes_several_and_the_other_chair_approves_them() -> None:
    """Lost otherwise: between meetings a dispute gets half an answer."""
    case = at("forum_between", "dispute")
    case.do("decide_presidium", CHAIR, position=["assignment", "opinion"], **ANSWER, **WHO)
    assert case.snapshot.cover.facts["decided"]["outcome"] == "opinion+assignment"
    approved = case.decide("approve", VICE)
    assert isinstance(approved, Decision)
    assert approved.cover.facts["decided"]["outcome"] == "opinion+assignment"


def test_what_some_answers_need_is_not_called_optional() -> None:
    """Lost otherwise: a chair leaves out what the answer rests on, as the form allowed, and is refused."""
    case = at("forum_meeting")
    offers = case.routine.offers(case.snapshot, case.actor(CHAIR), case.world, case.now)
    offer = next(o for o in offers if o.move == "take_position")
    assert set(offer.required) == {"position", "answer_text"}
    assert set(offer.depending) == {"rests_on", "door", "assigned_to", "view_raising", "view_receiving"}


def test_the_text_is_approved_by_whichever_of_the_two_did_not_write_it() -> None:
    """Lost otherwise: a vice chair who led the meeting approves his own words, and the chair never sees them (F5)."""
    case = at("forum_meeting").do("take_position", VICE, position="opinion", **ANSWER)
    assert case.refused("approve", VICE) >= {"not_yours"}
    assert case.refused("deliver", SECRETARY) == {"owed_text_approval"}
    assert case.do("approve", CHAIR).do("deliver", SECRETARY).stage == "word"


def test_no_date_promises_the_presidium_where_the_chair_decides_alone() -> None:
    """Lost otherwise: the parties of a deviation wait for two people, and one is never asked (routine.md F4)."""
    rules = at("forum_between").routine.definition
    dates = [rules.deadlines[code].default_text for code in ("forum_answer", "material")]
    for text in [*dates, rules.reasons["meeting_far"]]:
        assert "presidi" not in text.sv.lower() or "ordföranden" in text.sv.lower()
        assert "presidi" not in text.en.lower() or "chair" in text.en.lower()


SINGLE = {"pattern": "single", "subject": "agreement", "care": "handler@unit:home"}
UPWARD = {"forwards", "recommends", "hands_over"}


def offered(case: Case, move: str) -> set[str]:
    """The positions that the form of the forum's chair offers."""
    chair = case.actor(f"chair@forum:{case.snapshot.cover.forum}")
    offers = case.routine.offers(case.snapshot, chair, case.world, case.now)
    offer = next(o for o in offers if o.move == move)
    return {option for a in offer.asks if a.code == "position" for option, _ in a.rule.options}


def test_only_positions_that_can_be_taken_are_offered() -> None:
    """Lost otherwise: a chair chooses what the form offers, and is told that it was none of her choices."""
    single = Case("deviation", HOME, WARD, stage="forum_meeting", forums=("nosam",), rung="nosam", facts=SINGLE)
    whole = {option for option, _ in single.routine.definition.inputs["position"].options}
    assert offered(single.with_file(), "take_position") == whole - UPWARD
    assert offered(at("forum_meeting"), "take_position") == whole
    assert offered(at("forum_between"), "decide_chair") == whole - UPWARD
    assert offered(at("forum_between", "dispute"), "decide_presidium") == whole - UPWARD, (
        "notes go along with an answer"
    )
    last = Case("dispute", HOME, WARD, stage="forum_meeting", forums=("sro",), rung="sro", facts=SINGLE).with_file()
    assert offered(last, "take_position") == whole - {"forwards"}, "there is no step above the last"


@pytest.mark.parametrize(
    ("stage", "kind", "facts", "position", "reason", "door"),
    [
        ("forum_meeting", "deviation", SINGLE, "forwards", "single_event", "take_position"),
        ("forum_between", "deviation", SINGLE, ["opinion", "recommends"], "single_event", "decide_chair"),
        ("forum_between", "dispute", SINGLE, "forwards", "choice_position", "agenda"),
        ("forum_between", "deviation", {**SINGLE, "pattern": "pattern"}, "hands_over", "choice_position", "agenda"),
        ("forum_meeting", "dispute", SINGLE, "notes", "choice_position", "take_position"),
        ("forum_meeting", "systemic_issue", SINGLE, ["notes", "thanks"], "choice_position", "take_position"),
    ],
)
def test_a_position_that_is_named_anyway_is_refused_for_that_alone_with_the_way_on(
    stage: str, kind: str, facts: dict[str, str], position: object, reason: str, door: str
) -> None:
    """Lost otherwise: whoever names it on the command line, or on a page from before, is told of what she has not
    filled in for a way that is shut, and of no way on."""
    case = Case(kind, HOME, WARD, stage=stage, forums=("nosam",), rung="nosam", facts=facts).with_file()
    move = {"forum_meeting": "take_position", "forum_between": "decide_chair"}[stage]
    move = "decide_presidium" if (stage, kind) == ("forum_between", "dispute") else move
    refused = case.decide(move, CHAIR, position=position)
    assert isinstance(refused, Refusal)
    assert [r.code for r in refused.reasons] == [reason]
    assert refused.next_door is not None
    assert refused.next_door.move == door
    assert refused.next_door.sv, "in words of its own"
