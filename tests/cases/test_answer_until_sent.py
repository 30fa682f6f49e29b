"""What a forum has decided is its own until the answer is sent: not a word of it, and not of what kind it is."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest

from cases.acting import Refused, Stale, act
from cases.case_json import case_json, stale_json
from cases.copies.export import chains_of
from cases.dates import dates_of
from cases.reading import CaseView, view
from cases.record import Record
from cases.replay import replay_all
from cases.sight import Seer
from cases.wording import wording
from tests.cases.deviations import ERIK, HELENA, INGALILL, KATARINA, LEIF, MAJA, OSKAR, STINA, WHY, liftable, prepared
from tests.cases.disputes import at_nosam
from tests.record import MORNING
from workflows.definition import A_DECISION
from workflows.nouns import Command, Door

PARTIES = (HELENA, MAJA, KATARINA, OSKAR)
ANSWER = {
    "position": ["opinion", "assignment"], "answer_text": "Ring före kl. 15.", "rests_on": "Rutinen.",
    "assigned_to": OSKAR.post,
}  # fmt: skip
OPINION = {"position": ["opinion"], "answer_text": "Ring före kl. 15.", "rests_on": "Rutinen."}


def decided(record: Record, answer: Mapping[str, Any]) -> str:
    """Lifted, and decided by the chair between meetings; the case's number."""
    number = liftable(record)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    act(record, STINA, number, Command("acknowledge"), MORNING)
    prepared(record, number)
    act(record, STINA, number, Command("agenda"), MORNING)
    act(record, INGALILL, number, Command("decide_chair", dict(answer)), MORNING)
    return number


def read(record: Record, seer: Seer, number: str) -> tuple[CaseView, dict[str, Any], str]:
    """What somebody reads of the case, as values, as JSON, and all of it as one text."""
    found = view(record, seer, number, MORNING)
    told = case_json(found, wording(record, found, MORNING), (), today=MORNING.date())
    return found, told, f"{asdict(found)} {told}"


def file_words(found: CaseView) -> dict[str, Any]:
    return {code: text for line in found.lines if line.compartment.startswith("file:")
            for code, text in line.texts.items()}  # fmt: skip


def tells_the_remit(record: Record, seer: Seer, number: str) -> bool:
    """Whether anything that somebody is given of the case says that the question is outside a forum's remit: the case
    as values and as JSON with the sums of its dates, its chains in an export, or who was first to a form of hers."""
    found = view(record, seer, number, MORNING)
    words = wording(record, found, MORNING)
    told = case_json(found, words, dates_of(found, words), today=MORNING.date())
    del told["actions"]  # what a forum may say at all stands in the routine
    with pytest.raises(Stale) as first:
        act(record, seer, number, Command("report"), MORNING, expected=0)
    everything = (
        asdict(found)["lines"], found.deadlines, found.cover, told, chains_of(record, seer, number, MORNING),
        str(first.value), stale_json(first.value, words),
    )  # fmt: skip
    telling = ("outside_remit", "utanför sitt uppdrag", "outside its remit", "utanför uppdraget", "outside the remit")
    return any(word in str(everything) for word in telling)


def test_the_parties_hear_that_it_is_decided_and_read_it_when_it_is_sent(record: Record) -> None:
    """Lost otherwise: the parties act on a text that the other chair has not approved, and it goes out otherwise."""
    number = decided(record, ANSWER)
    for seer in PARTIES:
        found, told, everything = read(record, seer, number)
        assert found.cover.stage == "answer_out"
        assert "Ring före" not in everything
        assert "decided" not in found.cover.facts
        assert "assignment" not in str(found.cover.facts) + str([line.outcome for line in found.lines])
        assert not any(line.outcome.get("rule", "").endswith("decide_chair") for line in found.lines)
        assert "Organet tog ställning, svaret kommer när det är godkänt" in [n["text_sv"] for n in told["history"]]
        assert told["waiting"]["told_sv"].startswith("Organet har tagit ställning. Svaret kommer när det är godkänt, ")
        assert told["waiting"]["until"] == "2026-04-23", "five working days, as the routine says"
        assert "assignment" not in str(chains_of(record, seer, number, MORNING)), "nor in an export"
    chair, _, _ = read(record, LEIF, number)
    assert chair.cover.facts["decided"]["outcome"] == "opinion+assignment", "whoever approves it reads it"
    assert any(line.texts.get("answer_text") == "Ring före kl. 15." for line in chair.lines)
    act(record, LEIF, number, Command("approve"), MORNING)
    act(record, ERIK, number, Command("deliver"), MORNING)
    for seer in PARTIES:
        found, told, _ = read(record, seer, number)
        assert file_words(found).items() >= {"answer_text": "Ring före kl. 15.", "rests_on": "Rutinen."}.items()
        assert (found.cover.facts["outcome"], found.cover.facts["named"]) == ("opinion+assignment", OSKAR.post)
        assert "waiting" not in told


def test_a_chair_who_wants_another_wording_asks_the_other_for_it(record: Record) -> None:
    """Lost otherwise: she approves words that she does not stand behind, or lets them go out by saying nothing."""
    number = decided(record, OPINION | {"remark": "Olämpligt medskick."})
    worded = {"answer_text": "Ring före kl. 14.", "rests_on": "", "remark": ""}
    act(record, LEIF, number, Command("supplement", worded), MORNING)
    owed = [c for c in view(record, LEIF, number, MORNING).contributions if c.code == "text_approval"]
    assert [(c.asked, c.status) for c in owed] == [(LEIF.post, "withdrawn"), (INGALILL.post, "owed")]
    with pytest.raises(Refused) as refused:
        act(record, ERIK, number, Command("deliver"), MORNING)
    assert {reason.code for reason in refused.value.refusal.reasons} == {"owed_text_approval"}
    act(record, INGALILL, number, Command("approve"), MORNING)
    act(record, ERIK, number, Command("deliver"), MORNING)
    words = file_words(view(record, HELENA, number, MORNING))
    assert words["answer_text"] == "Ring före kl. 14."
    assert words["rests_on"] == "Rutinen.", "what was not worded otherwise stands, and an answer needs it"
    assert "remark" not in words, "a remark that is emptied is taken out"
    assert "Ring före kl. 15." not in str(view(record, HELENA, number, MORNING))


def test_one_chair_alone_words_no_answer_that_both_had_approved(record: Record) -> None:
    """Lost otherwise: one side's chair answers a dispute alone, in words that the other has only left unread."""
    number = at_nosam(record)
    act(record, STINA, number, Command("acknowledge"), MORNING)
    prepared(record, number)
    act(record, STINA, number, Command("agenda"), MORNING)
    act(record, INGALILL, number, Command("decide_presidium", OPINION | {"answer_text": "Båda kallar."}), MORNING)
    act(record, LEIF, number, Command("approve"), MORNING)
    for seer, words in ((LEIF, "Båda kallar samma dag."), (INGALILL, "Bara sjukhuset kallar.")):
        act(record, seer, number, Command("supplement", {"answer_text": words}), MORNING)
        if seer is LEIF:
            act(record, INGALILL, number, Command("approve"), MORNING)
    later = MORNING + timedelta(days=6)
    with record.database.read() as tx:
        assert "Bara sjukhuset" in str(tx.all("SELECT body FROM event_text")), "kept by the forum, as what was proposed"
    act(record, ERIK, number, Command("deliver"), later)
    found = view(record, OSKAR, number, later)
    assert file_words(found)["answer_text"] == "Båda kallar samma dag.", "what both stood behind last"
    assert "Bara sjukhuset" not in str(found)
    assert not {"by", "stands"} & found.cover.facts.keys()


def test_whoever_gave_an_answer_may_word_it_anew_until_it_is_approved(record: Record) -> None:
    """Lost otherwise: silence lets out an answer that whoever gave it has taken back in other words."""
    number = decided(record, OPINION)
    act(record, INGALILL, number, Command("supplement", {"answer_text": "Ring före kl. 14."}), MORNING)
    later = MORNING + timedelta(days=6)
    act(record, ERIK, number, Command("deliver"), later)
    assert file_words(view(record, HELENA, number, later))["answer_text"] == "Ring före kl. 14."


def test_what_the_meeting_adds_supplements_an_answer_that_the_parties_have(record: Record) -> None:
    """Lost otherwise: words that no chair has approved go out with an answer that both had approved."""
    number = decided(record, OPINION)
    more = {"meeting_says": "supplements", "supplement_text": "Fredagar ringer båda."}
    act(record, LEIF, number, Command("approve"), MORNING)
    with pytest.raises(Refused) as refused:
        act(record, STINA, number, Command("report_decision", more), MORNING)
    assert "answer_unsent" in {reason.code for reason in refused.value.refusal.reasons}
    assert refused.value.refusal.next_door == Door("deliver")
    act(record, ERIK, number, Command("deliver"), MORNING)
    assert "supplement_text" not in file_words(view(record, OSKAR, number, MORNING))
    act(record, STINA, number, Command("report_decision", more), MORNING)
    words = file_words(view(record, OSKAR, number, MORNING))
    assert (words["answer_text"], words["supplement_text"]) == ("Ring före kl. 15.", "Fredagar ringer båda.")


def test_the_process_leaders_answer_is_approved_by_both_chairs(record: Record) -> None:
    """Lost otherwise: one chair alone stands behind an answer that neither of them gave."""
    number = liftable(record)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    said = {"clause": "Uppdraget, 2", "answer_text": "Frågan gäller ersättning.", "door": "Cheferna."}
    act(record, STINA, number, Command("outside_remit", said), MORNING)
    found, _, everything = read(record, MAJA, number)
    assert {c.asked for c in found.contributions if c.code == "text_approval"} == {INGALILL.post, LEIF.post}
    assert "ersättning" not in everything
    for seer in PARTIES:
        assert not tells_the_remit(record, seer, number)
    assert tells_the_remit(record, LEIF, number), "the forum's own read what they are to approve"
    for seer, move in ((LEIF, "approve"), (INGALILL, "approve"), (ERIK, "deliver")):
        act(record, seer, number, Command(move), MORNING)
    found = view(record, MAJA, number, MORNING)
    assert file_words(found)["door"] == "Cheferna."
    assert found.cover.facts["outcome"] == "outside_remit"
    again = replay_all(record, record.library.routine(found.cover.definition), MORNING, (number,))
    assert "same" in {line.replayed.how for line in again if line.move == A_DECISION}, "another text of it can be tried"


def test_a_dispute_is_outside_the_remit_when_both_chairs_say_so_and_until_then_nobody_else_hears_of_it(
    record: Record,
) -> None:
    """Lost otherwise: one side's chair tells the parties that their dispute is nobody's, by the other's silence."""
    number = at_nosam(record)
    said = {"clause": "Uppdraget, 2", "answer_text": "Frågan gäller ersättning.", "door": "Cheferna."}
    act(record, STINA, number, Command("outside_remit", said), MORNING)
    found = view(record, LEIF, number, MORNING)
    assert found.cover.stage == "forum_between"
    assert {c.asked for c in found.contributions if c.code == "presidium_approval"} == {INGALILL.post, LEIF.post}
    assert tells_the_remit(record, LEIF, number), "the forum's own read what they are to approve"
    for seer in PARTIES:
        assert not tells_the_remit(record, seer, number)
        assert "Presidiet tar ställning" in [n["text_sv"] for n in read(record, seer, number)[1]["history"]]
    act(record, LEIF, number, Command("approve"), MORNING)
    with pytest.raises(Refused):
        act(record, ERIK, number, Command("deliver"), MORNING + timedelta(days=60))
    act(record, INGALILL, number, Command("approve"), MORNING)
    assert not any(tells_the_remit(record, seer, number) for seer in PARTIES), "not before it is sent"
    act(record, ERIK, number, Command("deliver"), MORNING)
    found = view(record, MAJA, number, MORNING)
    assert file_words(found)["door"] == "Cheferna."
    assert found.cover.facts["outcome"] == "outside_remit"
    again = replay_all(record, record.library.routine(found.cover.definition), MORNING, (number,))
    assert {line.replayed.how for line in again} == {"same"}
