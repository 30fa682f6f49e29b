"""Whatever arrives in an input, the rules answer with a decision or a refusal, and never fall over."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.workflows.routine_files import routines
from tests.workflows.small_world import HOME, LIBRARY, MORNING, READ, WARD, Case, two_steps
from workflows.attempt import Attempt
from workflows.definition import Input, Move
from workflows.library import Library
from workflows.nouns import Actor, Command, Decision, Refusal

SMALL = Library(routines("tva_steg"))
STAGES = [
    *((kind, stage) for kind in ("deviation", "dispute", "systemic_issue") for stage in LIBRARY.in_force(kind).stages),
    *(("small", stage) for stage in SMALL.in_force("deviation").stages),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
STRANGE = JSON | st.dates() | st.datetimes() | st.sampled_from(("ward", "hospital", "lgs", "2026-06-15", "a@b", "yes"))
SOUND: dict[str, Any] = {
    "text": "Vi läser avsnitt 4 olika.", "date": date(2026, 6, 15), "unit": "ward", "operation": "hospital",
    "forum": "lgs", "post": "handler@unit:home", "own_post": "unit_manager@unit:ward",
    "lower_post": "process_leader@forum:nosam",
    "yes_no": True, "number": 3, "case": "2026-K7QM4TX", "clause": "x",
    "measures": [{"what": "Ny rutin", "owner": "handler@unit:ward", "date": date(2026, 9, 1)}],
}  # fmt: skip


def in_stage(kind: str, stage: str) -> Case:
    """A case that was taken up in that stage, before a forum where the stage is one of a forum's."""
    small = kind == "small"
    world, library = (two_steps(), SMALL) if small else (None, LIBRARY)
    definition = library.in_force("deviation" if small else kind)
    found = definition.stages[stage]
    forum, rung = ("council", "council") if small else ("lgs", "delregional")
    before = {"forums": (forum,), "rung": rung} if found.rung == "forum" or found.before_forum else {}
    asked = [d.given_by for d in definition.covering[stage] if d.given_by in definition.inputs]
    texts = dict.fromkeys(asked, SOUND["date"])
    case = Case(definition.kind, HOME, WARD, world=world, library=library, stage=stage, texts=texts, **before)
    return case.with_file(READ)


def whoever_may(case: Case, move: Move) -> Actor:
    """An actor in every function that the row names."""
    nobody = Actor("x", "handler@unit:home", frozenset())
    definition = case.routine.definition
    attempt = Attempt(definition, case.snapshot, Command(move.code), nobody, case.world, case.now, {})
    posts = [p for role in move.by for p in attempt.posts(role)] or ["handler@unit:home"]
    return Actor("x", posts[0], frozenset(posts))


def sound(asked: Input) -> Any:
    return asked.options[0][0] if asked.options else SOUND[asked.type]


def filled_in(move: Move, inputs: Mapping[str, Input], strange: Sequence[Any], dice: Random) -> dict[str, Any]:
    """A form in which each field is sound, strange or left out; now and then with one that is not asked for."""
    codes = [*move.needs, *move.may, *dice.sample(sorted(inputs), dice.randrange(2))]
    told = {code: dice.choice(("sound", "sound", "strange", "out")) for code in codes}
    return {
        code: sound(inputs[code]) if how == "sound" else dice.choice(strange)
        for code, how in told.items() if how != "out"
    }  # fmt: skip


CASES = [in_stage(*where) for where in STAGES if where[1] != "watched"]
"""Nothing is taken up in `watched`: its date comes of the planned measures."""


@settings(phases=(Phase.explicit, Phase.reuse, Phase.generate))  # every form there is: nothing to make smaller
@given(st.lists(STRANGE, min_size=5, max_size=10), st.integers(0, 2**32 - 1))
def test_any_value_in_any_input_of_any_move_is_answered(strange: list[Any], seed: int) -> None:
    """Lost otherwise: a date typed as text, or a form that a program filled in, ends in an error page."""
    dice = Random(seed)
    for case in CASES:
        definition = case.routine.definition
        for move in definition.from_stage[case.stage]:
            form = filled_in(move, definition.inputs, strange, dice)
            actor = whoever_may(case, move)
            answer = case.routine.decide(case.snapshot, Command(move.code, form), actor, case.world, case.now)
            assert isinstance(answer, Decision | Refusal)
            fields = [r.field for r in answer.reasons if r.field] if isinstance(answer, Refusal) else []
            assert len(fields) == len(set(fields)), f"one field, one reason: {answer}"


@pytest.mark.parametrize("day", ["2026-06-15", datetime(2026, 6, 15, 8), 20260615, ["2026-06-15"], {"day": 15}, True])
def test_a_date_of_another_sort_is_told_as_one_together_with_what_else_is_missing(day: object) -> None:
    """Lost otherwise: the guard that compares dates raises, and whoever asked for an extension sees an error."""
    case = in_stage("deviation", "investigated")
    case.snapshot = replace(case.snapshot, marks=frozenset(("lex",)))
    answer = case.decide("extend", "handler@unit:ward", new_date=day)
    assert isinstance(answer, Refusal)
    assert {(r.code, r.field) for r in answer.reasons} == {("input_not_date", "new_date"), ("input_missing", "reason")}


def test_guards_that_read_no_wrong_input_are_told_in_the_same_refusal() -> None:
    """Lost otherwise: the form is mended, sent again, and refused for what could have been said the first time."""
    case = in_stage("dispute", "escalating").with_file(replace(READ, reviewed=False))
    answer = case.decide("escalate", "chief@operation:care-molndal", subject=7, pattern="single")
    assert isinstance(answer, Refusal)
    assert {r.code for r in answer.reasons} >= {"input_not_option", "input_missing", "file_missing"}
    assert "remit_unasked" not in {r.code for r in answer.reasons}


def test_a_new_date_is_still_held_against_the_old_one() -> None:
    """Lost otherwise: checking the sort first would let an extension shorten the time."""
    case = in_stage("deviation", "investigated")
    case.snapshot = replace(case.snapshot, marks=frozenset(("lex",)))
    early = MORNING.date() + timedelta(days=1)
    assert case.refused("extend", "handler@unit:ward", new_date=early, reason="Utredning") == {"not_later"}
