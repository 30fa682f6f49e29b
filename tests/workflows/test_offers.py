"""What a case offers is enough to draw a form or a schema: which row, in which words, and what it asks for."""

from dataclasses import replace

from tests.workflows.small_world import Case
from tests.workflows.test_any_input import CASES, in_stage, sound, whoever_may
from workflows.nouns import Command, Decision, Offer

WARD = "handler@unit:ward"


def offered(case: Case, post: str) -> dict[str, Offer]:
    return {o.move: o for o in case.routine.offers(case.snapshot, case.actor(post), case.world, case.now)}


def test_an_offer_names_its_row_words_and_inputs() -> None:
    """Lost otherwise: a page or a program has to look the same things up in the routine, each in its own way."""
    case = in_stage("deviation", "investigated")
    answer = offered(case, WARD)["answer"]
    (place,) = answer.rows
    row = next(m for m in case.routine.definition.moves if f"deviation.v1:{m.place}" == place)
    assert (answer.text, answer.to, answer.required) == (row.text, "answered", row.needs)
    assert [(a.code, a.rule.type, a.required) for a in answer.asks][:2] == [
        ("cause", "text", True), ("measures", "measures", True),
    ]  # fmt: skip
    assert all(a.rule.label.sv and a.rule.label.en for a in answer.asks)


def test_rows_that_an_input_chooses_between_are_one_offer() -> None:
    """Lost otherwise: the form asks for one way's inputs only, or makes people choose a way before they answer."""
    case = in_stage("deviation", "arrived")
    redirect = offered(case, "receiver@operation:hospital")["redirect"]
    assert redirect.required == ("operation", "reason")
    case = in_stage("deviation", "answered")
    contest = offered(case, "handler@unit:home")["contest"]
    assert len(contest.rows) > 1
    assert "contest_ground" in contest.required
    assert set(contest.required) < set(contest.inputs)


def test_a_closed_offer_says_why_not_in_words_and_where_to_go() -> None:
    """Lost otherwise: a button that is grey and silent."""
    offer = offered(in_stage("deviation", "investigated"), "handler@unit:home")["answer"]
    assert [r.code for r in offer.reasons] == ["not_yours"]
    assert offer.next_door is not None
    assert offer.next_door.target == WARD


def test_what_is_offered_can_be_done_with_what_it_asks_for() -> None:
    """Lost otherwise: a form is filled in as it asks, and the answer is that something was missing all the same."""
    done = 0
    for case in CASES:
        for row in case.routine.definition.from_stage[case.stage]:
            actor = whoever_may(case, row)
            offer = next((o for o in case.routine.offers(case.snapshot, actor, case.world, case.now)
                          if o.move == row.code and not o.reasons), None)  # fmt: skip
            if offer is None:
                continue
            form = {a.code: sound(a.rule) for a in offer.asks if a.rule.type not in ("case", "clause")}
            answer = case.routine.decide(case.snapshot, Command(row.code, form), actor, case.world, case.now)
            missing = () if isinstance(answer, Decision) else [r for r in answer.reasons if r.code == "input_missing"]
            asked_apart = {a.code for a in offer.asks} - set(form)
            assert {r.field for r in missing} <= asked_apart, (case.stage, row.code, missing)
            done += isinstance(answer, Decision)
    assert done > 50


def test_a_row_that_a_mark_opens_is_told_to_those_who_have_set_it() -> None:
    """Lost otherwise: the words of the row say to everybody that there is a way for serious events, and whether it has
    been used; or those who may use it never see it."""
    case = in_stage("deviation", "investigated")
    plain = offered(case, WARD)["extend"]
    case.snapshot = replace(case.snapshot, marks=frozenset(("lex",)))
    marked = offered(case, WARD)["extend"]
    rows = {f"deviation.v1:{m.place}" for m in case.routine.definition.moves if m.asks_for_mark}
    assert not rows & set(plain.rows)
    assert rows & set(marked.rows)
    assert marked.text == plain.text
