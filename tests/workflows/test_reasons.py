"""Every reason reads as a plain sentence in the language that it is read in."""

import re
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from tests.workflows.small_world import HOME, READ, WARD, Case, organisation
from tests.workflows.test_any_input import CASES, SOUND, filled_in, whoever_may
from workflows.attempt import World
from workflows.calendar import Calendar
from workflows.definition import Definition, Text
from workflows.nouns import Actor, Command, Contribution, Reason, Refusal

NAMES = {
    "unit:ward": "Avdelning 3", "unit:home": "Hemsjukvården", "operation:hospital": "Sjukhuset",
    "operation:care-molndal": "Vård och omsorg", "forum:lgs": "LGS", "authority:board-molndal": "Nämnden",
    "authority:hospital-board": "Styrelsen", "arena:goteborg": "Göteborgsområdet",
}  # fmt: skip
STRANGER = Actor("x", "registrar@authority:board-kungalv", frozenset(("registrar@authority:board-kungalv",)))
CODE = re.compile(r"[a-z]+_[a-z_]+|@|\b(?:unit|operation|authority|forum):")


def refusals(dice: Random) -> Iterator[tuple[Definition, Refusal]]:
    """What is answered to everybody who tries everything, sound and strange, in every stage."""
    strange = [None, 7, "x" * 30_000, "\x00", [], "paused", SOUND["measures"], "2026-06-15"]
    unread, day = replace(READ, read_by=frozenset()), CASES[0].now.date()
    asked = Contribution("file_read#1", "file_read", "handler@unit:ward", day)
    for case in CASES:
        definition = case.routine.definition
        world = World(replace(case.world.org, names=NAMES), case.world.calendar)
        for move in definition.moves:
            forms = [filled_in(move, definition.inputs, strange, dice) for _ in range(3)]
            for form, actor in zip(forms, (whoever_may(case, move), whoever_may(case, move), STRANGER), strict=True):
                behind = replace(case.snapshot, file=unread, findings=2)
                waiting = replace(behind, contributions=(*behind.contributions, asked))
                for snapshot in (case.snapshot, behind, waiting):
                    answer = case.routine.decide(snapshot, Command(move.code, form), actor, world, case.now)
                    if isinstance(answer, Refusal):
                        yield definition, answer
        for offer in case.routine.offers(case.snapshot, STRANGER, world, case.now):
            if offer.reasons:
                yield definition, Refusal(offer.move, offer.reasons)


def labels(definition: Definition) -> Iterator[Text]:
    """Words that are different in the two languages, and so tell which one a sentence was filled with."""
    inputs = definition.inputs.values()
    found = [i.label for i in inputs] + [text for i in inputs for _, text in i.options]
    for text in (*found, *definition.functions.values()):
        if text.sv.lower() not in text.en.lower() and text.en.lower() not in text.sv.lower():
            yield text


def foreign(definition: Definition, reason: Reason) -> list[str]:
    """Labels of the other language that a reason's own template does not have."""
    template = definition.reasons[reason.code]
    return [
        word
        for text in labels(definition)
        for word, said, own in ((text.sv, reason.en, template.en), (text.en, reason.sv, template.sv))
        if word in said and re.search(rf"\b{re.escape(word)}\b", said) and word not in own
    ]


def test_no_reason_holds_a_code_or_a_word_of_the_other_language(rng: Random) -> None:
    """Lost otherwise: "Fill in: Skäl", or "you are chief@operation:su", for somebody who only wants to know why not."""
    seen: dict[tuple[str, str, str], tuple[Definition, Reason]] = {}
    for definition, refusal in refusals(rng):
        for reason in refusal.reasons:
            seen[(reason.code, reason.sv, reason.en)] = (definition, reason)
    assert len({code for code, _, _ in seen}) > 35, "too few kinds of reasons were met to say anything"
    unmet = ((d, Reason(code, text.sv, text.en)) for d in {d.key: d for d, _ in seen.values()}.values()
             for code, text in d.reasons.items() if "{" not in text.sv)  # fmt: skip
    for definition, reason in (*seen.values(), *unmet):
        for text in (reason.sv, reason.en):
            assert not CODE.search(text), reason
            assert text[0] == text[0].upper(), reason
            assert text[-1] in ".?", reason
            assert "…" not in text, reason
        assert not foreign(definition, reason), reason


@pytest.mark.parametrize(
    ("move", "post", "inputs", "sv", "en"),
    [
        ("answer", "handler@unit:home", {}, "handläggare vid Avdelning 3", "handler at Avdelning 3"),
        ("answer", "handler@unit:ward", {"measures": []}, "Fyll i: ", "Fill in: "),
    ],
)
def test_functions_and_places_are_called_by_their_names(
    move: str, post: str, inputs: dict[str, Any], sv: str, en: str
) -> None:
    """Lost otherwise: whoever is told to wait does not learn for whom."""
    world = World(replace(organisation(), names=NAMES), Calendar({}))
    case = Case("deviation", HOME, WARD, world=world, stage="investigated")
    answer = case.decide(move, post, **inputs)
    assert isinstance(answer, Refusal)
    assert any(sv in r.sv and en in r.en for r in answer.reasons), answer.reasons


def test_a_ground_that_was_used_is_called_by_its_own_words() -> None:
    """Lost otherwise: "returned for `competence` before", which no routine's reader has ever seen written."""
    case = Case("dispute", HOME, WARD, stage="forum_received", forums=("lgs",))
    options = case.routine.definition.inputs["ground"].options
    code, words = options[0]
    facts = {**case.snapshot.cover.facts, "returned_for": [f"lgs:{code}"]}
    case.snapshot = replace(case.snapshot, cover=replace(case.snapshot.cover, facts=facts))
    answer = case.decide("return", "process_leader@forum:lgs", ground=code)
    assert isinstance(answer, Refusal)
    template = case.routine.definition.reasons["returned_before"]
    reason = next(r for r in answer.reasons if r.code == "returned_before")
    assert (reason.sv, reason.en) == (template.sv.format(ground=words.sv), template.en.format(ground=words.en))
