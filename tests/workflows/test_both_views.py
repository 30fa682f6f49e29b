"""No consensus tells both sides' views: each in its side's own words, and about equally long (laws 4 and 7)."""

from dataclasses import replace

import pytest

from tests.workflows.small_world import HOME, WARD, Case

CHAIR, VICE = "chair@forum:nosam", "vice_chair@forum:nosam"
NONE = {"position": "no_consensus", "answer_text": "Parterna ser olika på frågan."}
SENTENCE = "Den som skriver ut kallar till planering, också när hemkommunen hör till en annan arena."
OWN = {"view_raising": " ".join([SENTENCE] * 5) + " Så har det alltid varit.", "view_receiving": SENTENCE}


def at(stage: str, views: dict[str, str], kind: str = "dispute") -> Case:
    facts = {"subject": "agreement", "care": "handler@unit:home", "pattern": "pattern"}
    case = Case(kind, HOME, WARD, stage=stage, forums=("nosam",), rung="nosam", facts=facts).with_file()
    case.snapshot = replace(case.snapshot, views=views)
    return case


@pytest.mark.parametrize(
    ("stage", "kind", "move"),
    [("forum_meeting", "dispute", "take_position"), ("forum_between", "dispute", "decide_presidium"),
     ("forum_between", "deviation", "decide_chair")],
)  # fmt: skip
def test_one_view_is_not_much_longer_than_the_other(stage: str, kind: str, move: str) -> None:
    """Lost otherwise: an answer gives one side a page and the other a line, and calls it no consensus."""
    case = at(stage, OWN, kind)
    refused = case.decide(move, CHAIR, **NONE, **OWN)
    (reason,) = refused.reasons  # type: ignore[union-attr]
    assert (reason.code, reason.field) == ("views_uneven", "view_raising")
    assert "högst 300" in reason.sv
    assert "at most 300" in reason.en
    shorter = OWN | {"view_raising": f"{SENTENCE}\n{SENTENCE} Så har det alltid varit."}
    assert case.do(move, CHAIR, **NONE, **shorter).snapshot.cover.facts["decided"]["outcome"] == "no_consensus"


@pytest.mark.parametrize(
    "words",
    [
        f"{SENTENCE} Det vet alla.",
        "Den som skriver ut kallar till planering.",
        f"Så har det alltid varit. {SENTENCE}",
        SENTENCE.replace("kallar", "kallar inte"),
    ],
)
def test_nobody_puts_words_in_a_sides_mouth(words: str) -> None:
    """Lost otherwise: a chair shortens what a side said until it says something else (law 7)."""
    given = OWN | {"view_raising": words}
    assert at("forum_meeting", OWN).refused("take_position", CHAIR, **NONE, **given) == {"view_not_own"}


def test_where_a_side_has_written_no_view_the_forum_tells_what_it_said() -> None:
    """Lost otherwise: a counterpart that wrote nothing stops an honest answer."""
    case = at("forum_meeting", {"view_raising": SENTENCE})
    case.do("take_position", CHAIR, **NONE, view_raising=SENTENCE, view_receiving="Kommunen sade att den kallar.")
    assert case.stage == "answer_out"


def test_an_answer_that_is_worded_otherwise_keeps_to_the_same() -> None:
    """Lost otherwise: what the first chair may not write, the second one writes after her."""
    case = at("forum_meeting", OWN)
    case.do("take_position", CHAIR, **NONE, view_raising=SENTENCE, view_receiving=SENTENCE)
    case.snapshot = replace(case.snapshot, views=OWN)
    worded = {"answer_text": "Ni ser olika på frågan."}
    assert case.refused("supplement", VICE, **worded, view_raising="De har fel.") == {"view_not_own"}
    assert case.refused("supplement", VICE, **worded, view_raising=OWN["view_raising"]) == {"views_uneven"}
    assert case.do("supplement", VICE, **worded).stage == "answer_out"
