"""What history says of a move: a sentence about what happened, for every row of every routine, in both languages."""

import pytest

from tests.workflows.routine_files import COUNTIES, routines
from workflows.definition import Definition, Text
from workflows.happened import filled, unknown_places

ROUTINES = [d for county in COUNTIES for d in routines(county).values()]
JUDGING = ("vann", "förlorade", "vinnare", "skyldig", "fel part", "won", "lost ", "guilty", "winner", "loser")


@pytest.mark.parametrize("definition", ROUTINES, ids=lambda d: f"{d.key} {d.title.en}")
def test_every_row_says_afterwards_what_happened(definition: Definition) -> None:
    """Lost otherwise: the timeline is a list of buttons, "Answer", "Escalate", and nobody can read what was done."""
    for row in (definition.opening, *definition.moves):
        told = filled(row.happened)
        for words, button in ((told.sv, row.text.sv), (told.en, row.text.en)):
            assert words[0].isupper(), row.place
            assert not words.endswith((".", ":")), row.place
            assert words != button, row.place
            assert len(words.split()) >= 2, row.place


@pytest.mark.parametrize("definition", ROUTINES, ids=lambda d: f"{d.key} {d.title.en}")
def test_what_is_asked_for_is_not_called_somebody_else_s(definition: Definition) -> None:
    """Lost otherwise: "this is needed from you: the other party's word", to whoever is that other party."""
    for owed in definition.contributions.values():
        assert "andra" not in owed.text.sv.lower().split(), owed.code
        assert "other" not in owed.text.en.lower().split(), owed.code


@pytest.mark.parametrize("definition", ROUTINES, ids=lambda d: f"{d.key} {d.title.en}")
def test_no_sentence_says_that_somebody_won(definition: Definition) -> None:
    """Lost otherwise: an opinion reads as a verdict (law 4), and the next case is not lifted."""
    for row in (definition.opening, *definition.moves):
        words = f"{row.happened.sv} {row.happened.en}".lower()
        assert not [word for word in JUDGING if word in words], row.place


def test_a_place_is_named_where_it_is_known_and_else_called_what_it_is() -> None:
    """Lost otherwise: a letter says which forum has a case, or a timeline says "the forum" four times."""
    lifted = Text("Ärendet lyftes till {forum}", "The case was lifted to {forum}")
    assert filled(lifted) == Text("Ärendet lyftes till samverkansorganet", "The case was lifted to the forum")
    assert filled(lifted, {"forum": Text("LGS", "LGS")}).sv == "Ärendet lyftes till LGS"
    assert unknown_places(Text("{forum} {who}", "{unit}")) == ("unit", "who")
    assert unknown_places(Text("ett { för mycket", "one")) != ()
