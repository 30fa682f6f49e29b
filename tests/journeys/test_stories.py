"""The county's stories, told together on one clock as `stegen demo` tells them: each comes out as it is written."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from cases.acting import act
from cases.functions import NotYourFunction
from cases.owed_dates import owed_dates_of
from cases.record import Record
from cases.sight import CaseUnknown, Seer
from cases.soundness.verify import verify
from cases.stories.due_next import due_next
from cases.stories.story import StoryDiffers, play
from cases.stories.story_page import story_page
from cases.wording import wording
from config.county import County, Story, load_county
from tests.record import CONFIG
from tests.stories import Evening, clockwork
from workflows.calendar import spoken
from workflows.fuzzy import parse_fuzzy
from workflows.nouns import Command
from workflows.office_hours import local_date

STORIES = tuple(story.code for story in load_county(CONFIG / "vastra_gotaland").stories)
THE_FIFTEEN = {
    "medication_list": 1, "never_answered": 2, "wrong_addressee": 3, "contested": 4, "eight_become_one": 5,
    "kungalv": 6, "payment": 7, "chair_decides": 8, "reorganised": 9, "lex_sarah": 10, "not_connected": 11,
    "fifty_principals": 12, "withdrawn": 13, "parked": 14, "friday_evening": 15,
}  # fmt: skip
"""Which of the routine's stories each file is."""


def test_the_stories_of_the_routine_are_there(county: County) -> None:
    """Else the demo would promise more of the routine than it shows."""
    assert sorted(THE_FIFTEEN[code] for code in STORIES if code in THE_FIFTEEN) == list(range(1, 16))
    assert [story.code for story in county.stories][:2] == ["kungalv_as_it_went", "kungalv"]


@pytest.mark.parametrize("code", STORIES)
@pytest.mark.few_on_postgresql(5)
def test_a_story_comes_out_as_it_is_written(evening: Evening, code: str) -> None:
    """Else the county would be shown something that its routine does not do."""
    told = evening.told[code]
    assert [h.step for h in told.happened] == list(told.story.steps)
    wanted = [h for h in told.happened if "stage" in h.step.expect]
    assert wanted
    assert [h.stage for h in wanted] == [h.step.expect["stage"] for h in wanted]
    assert all(bool(h.refusal) == ("refused" in h.step.expect) for h in told.happened)


def test_the_record_is_whole_after_all_stories(evening: Evening) -> None:
    """Else half a year of ordinary work would leave the record in a state that nobody meant."""
    assert verify(evening.record, evening.end) == ()


def test_no_cover_has_words_of_its_own(evening: Evening) -> None:
    """Else a forum could read there what was written for the parties, and a search would not find it there at once."""
    covers = evening.rows("SELECT body FROM event_text WHERE compartment = 'cover'")
    assert covers
    assert all(json.loads(body)["texts"] == {} for (body,) in covers)


def test_the_clock_left_nothing_undone(evening: Evening) -> None:
    """Else a letter of the stories would have gone nowhere without anybody knowing (law 8)."""
    assert evening.rows("SELECT key, reason FROM docket WHERE status IN ('parked', 'claimed', 'handed_over')") == []
    assert evening.rows("SELECT key, reason FROM docket WHERE reason IN ('no_sight', 'no_receiver')") == []
    assert evening.rows("SELECT key FROM docket WHERE status = 'waiting' AND due_at <= :end", end=evening.end) == []
    assert evening.rows("SELECT 1 FROM letter WHERE delivered_at IS NOT NULL")


def test_kungalv_as_it_went_is_told_and_nothing_is_counted_from_it(evening: Evening) -> None:
    """Else entering an old case would set dates and send letters about what happened years ago."""
    seen = evening.seen_by("kungalv_as_it_went", "magnus")
    told = [line.texts for line in seen.lines if line.told and line.compartment == "shared"]
    assert len(told) == 11
    assert all(text["told_source"] for text in told)
    whens = [parse_fuzzy(text["told_when"]).earliest for text in told]
    assert None not in whens
    assert whens == sorted(whens, key=str)
    assert (seen.deadlines, seen.cover.status, seen.cover.next_date) == ((), "ended", None)
    number = evening.case("kungalv_as_it_went")
    assert (
        evening.rows("SELECT d.key FROM docket d JOIN cases c ON c.id = d.case_id WHERE c.number = :n", n=number) == []
    )


def test_kungalv_is_stopped_at_the_skip(evening: Evening) -> None:
    """The first loss: two steps too high, sent back, a year gone. Now: the reasons, and both arenas as the door."""
    first = evening.refused("kungalv", "skip")[0]
    assert first.step.details["inputs"]["forum"] == "vvg"
    assert first.refusal is not None
    assert {r.code for r in first.refusal.reasons} == {"skip", "economic_case", "care_unnamed", "file_missing"}
    assert first.refusal.next_door is not None
    assert first.refusal.next_door.target == "simba-styrgrupp,lgs"


def test_kungalv_is_asked_for_its_remit_within_days(evening: Evening) -> None:
    """The second loss: "outside the remit", said after seven months to somebody else. Now: at once, with a door."""
    happened = evening.told["kungalv"].happened
    asked = evening.refused("kungalv", "economic_case")
    assert asked[-1].step.at - happened[0].step.at < timedelta(days=2)
    assert asked[-1].refusal is not None
    assert asked[-1].refusal.next_door is not None
    assert asked[-1].refusal.next_door.move == "talk"
    ways = next(h for h in happened if "may" in h.step.expect)
    assert {"agree", "close", "split"} <= set(ways.step.expect["may"])


def test_kungalv_is_not_referred_to_a_paused_group(evening: Evening) -> None:
    """The third loss: the case ended in a group that was paused. Now: refused, its stand-in beside the refusal."""
    (refused,) = evening.refused("kungalv", "group_paused")
    assert refused.refusal is not None
    assert refused.refusal.next_door is not None
    assert (refused.refusal.next_door.move, refused.refusal.next_door.target) == ("refer", "lgs")


def test_kungalv_is_answered_without_the_judge_in_his_own_case(evening: Evening) -> None:
    """Else the hospital's chief would speak for the forum about his own hospital."""
    (refused,) = evening.refused("kungalv", "own_operation")
    assert refused.step.who.account == "ragnar.ekelund"
    seen = evening.seen_by("kungalv", "magnus")
    confirmed = {line.actor for line in seen.lines if line.code == "confirm" and line.actor.endswith("@forum:lgs")}
    assert confirmed == {"substitute.regional@forum:lgs"}
    assert not any(line.actor.endswith("@forum:lgs") and line.code == "approve" for line in seen.lines)


def test_kungalvs_answer_reaches_both_parties_and_both_arenas(evening: Evening) -> None:
    """Else the answer would again go only to whoever passed the question on."""
    told = {
        post for (post,) in evening.rows(
            "SELECT d.post FROM docket d JOIN cases c ON c.id = d.case_id WHERE c.number = :n AND d.status = 'done'"
            " AND d.notch = :notch", notch="told:deliver", n=evening.case("kungalv"),
        )
    }  # fmt: skip
    assert {
        "unit_manager@unit:bistand-kungalv", "unit_manager@unit:su-ostra-psykiatri",
        "process_leader@forum:simba-styrgrupp", "process_leader@forum:lgs",
    } <= told  # fmt: skip


def test_members_of_the_systemic_issue_kept_their_own_dates(evening: Evening) -> None:
    """Else joining a pattern would hold an answer up, or let it fall silent."""
    told = evening.told["eight_become_one"]
    for label, name in (("m1", "maja"), ("p1", "emma"), ("h1", "josefine"), ("m4", "maja")):
        seen = evening.seen_by("eight_become_one", name, label)
        assert [d.status for d in seen.deadlines if d.code == "answer"] == ["met"], label
    assert evening.seen_by("eight_become_one", "gunnel", "issue").cover.facts["members"] == 8
    assert len(told.cases) == 9


def test_every_principal_is_asked_and_the_silent_are_counted_as_silent(evening: Evening) -> None:
    """Else a round among fifty would forget one, or a silence would pass for a yes (law 1)."""
    seen = evening.seen_by("fifty_principals", "leila")
    asked = [one for one in seen.contributions if one.code == "principal"]
    assert len({one.asked for one in asked}) == len(asked) == 50
    assert Counter(one.status for one in asked) == {"given": 4, "silent": 46}
    assert (seen.cover.tally["principal_yes"], seen.cover.tally["principal_otherwise"]) == (2, 2)
    chased = {
        post for (post,) in evening.rows(
            "SELECT d.post FROM docket d JOIN cases c ON c.id = d.case_id WHERE c.number = :n AND d.status = 'done'"
            " AND d.notch = '+1' AND d.post LIKE :whose", n=evening.case("fifty_principals"), whose="contact_person@%",
        )
    }  # fmt: skip
    assert chased == {one.asked for one in asked if one.status == "silent"}, "nobody who has answered is chased"


def test_the_party_that_is_not_connected_gets_its_answer_at_its_own_address(evening: Evening) -> None:
    """Else a case would end on a letter that went to a mailbox nobody reads."""
    letters = evening.rows(
        "SELECT DISTINCT l.address FROM letter l JOIN letter_row r ON r.letter_id = l.id JOIN docket d"
        " ON d.id = r.docket_id JOIN cases c ON c.id = d.case_id WHERE c.number = :n AND d.notch = :notch"
        " AND d.post LIKE :side AND l.outcome = 'delivered'", n=evening.case("not_connected"), notch="told:deliver",
        side="%@unit:hsv-ockero",
    )  # fmt: skip
    assert letters == [("registrator@ockero.example.invalid",)]


def test_a_meeting_that_disagrees_reaches_both_parties_within_two_working_days(evening: Evening) -> None:
    """Else they would act on what the chair answered for months after the meeting had seen it otherwise."""
    told = evening.rows(
        "SELECT d.post, d.settled_at FROM docket d JOIN cases c ON c.id = d.case_id WHERE c.number = :n"
        " AND d.notch = :notch AND d.status = 'done'", n=evening.case("chair_decides"), notch="told:report_decision",
    )  # fmt: skip
    assert {"unit_manager@unit:hsv-partille", "unit_manager@unit:hab-vuxen-goteborg"} <= {post for post, _ in told}
    assert {local_date(at).isoformat() for _, at in told} == {"2026-04-09"}
    words = [line.texts for line in evening.seen_by("chair_decides", "malin").lines if line.code == "report_decision"]
    assert any("samma dag" in text.get("supplement_text", "") for text in words), "the parties read what it says"


def test_automatic_steps_were_taken_when_they_fell_due(evening: Evening) -> None:
    """Else the telling would show a clock that the product does not have."""
    taken = evening.rows("SELECT due_at, settled_at FROM docket WHERE kind = 'step' AND status = 'done'")
    assert len(taken) > 5
    assert all(due_at == settled_at for due_at, settled_at in taken)


def test_the_systemic_issue_ends_with_a_letter_to_every_member(record: Record, county: County) -> None:
    """Else the routine's owner could not end what she has the ball of, or the units would never hear of it."""
    story = next(s for s in county.stories if s.code == "eight_become_one")
    pass_time = clockwork(record)
    (told,) = play(record, [story], pass_time)
    march = datetime(2027, 3, 1, 9, tzinfo=UTC)
    pass_time(march)
    owner = story.people["vendela"]
    words = {"before_text": "Åtta på sju veckor.", "after_text": "En på ett halvår."}
    acted = act(record, Seer(owner.account, owner.post), told.cases["issue"], Command("close", words), march)
    pass_time(march + timedelta(days=1))
    assert acted.stage == "ended"
    with record.database.read() as tx:
        rows = tx.all(
            "SELECT c.number, d.post, d.status FROM docket d JOIN cases c ON c.id = d.case_id WHERE d.notch = :notch",
            notch="told:pattern_ended",
        )
        reminders = tx.all("SELECT status FROM docket WHERE post = :owner AND deadline <> ''", owner=owner.post)
    assert {number for number, _, _ in rows} == {n for label, n in told.cases.items() if label != "issue"}
    assert {status for _, _, status in rows} == {"done"}
    assert sum(post.startswith("reporter@") for _, post, _ in rows) == 8
    assert ("done",) in reminders
    assert verify(record, march + timedelta(days=1)) == ()


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("code", STORIES)
@pytest.mark.few_on_postgresql(6)
def test_a_told_story_is_shown_whole(evening: Evening, code: str, language: Any) -> None:
    """Else a process leader at the terminal would see a case without its ladder, its people or its reasons."""
    told = evening.told[code]
    text = _shown(story_page(evening.record, told, evening.end, language))
    story: Story = told.story  # type: ignore[assignment]
    assert getattr(story.title, language) in text
    assert all(number in text for number in told.cases.values())
    for happened in told.happened:
        if not story.pages or happened.step.case in story.pages:
            assert getattr(happened.step.says, language) in text or not happened.number
    assert "├─●─┤" in text
    assert "@unit:" not in text
    assert "@forum:" not in text
    assert "inherit" not in text
    if any(h.refusal for h in told.happened):
        assert "✗" in text


def test_what_is_due_next_has_all_that_is_owed(evening: Evening) -> None:
    """Else a process leader would take a decision that nobody has reported to the meeting for a closed matter."""
    text = _shown(due_next(evening.record, evening.end, "sv"))
    today = local_date(evening.end)
    owed = evening.rows(
        "SELECT c.number, k.due FROM contribution k JOIN cases c ON c.id = k.case_id WHERE k.status = 'owed'"
        " AND (k.due >= :today OR k.asked NOT LIKE 'reporter@%')", today=today,
    )  # fmt: skip
    cases = evening.rows("SELECT number, next_date FROM cases WHERE status <> 'ended'")
    rows = text.split("Vad klockan")[0].strip().splitlines()[1:]
    assert len(rows) == len(owed) + len(cases)
    for number, day in (*owed, *cases):
        assert any(number in row and spoken(day, "sv") in row for row in rows)


def test_a_case_that_has_ended_says_what_is_still_owed(evening: Evening) -> None:
    """Else "nothing is left" would stand over a decision that was never reported."""
    text = _shown(story_page(evening.record, evening.told["never_answered"], evening.end, "sv"))
    assert "Inget återstår" not in text
    assert "Kvar att lämna:\n" in text
    assert "Anmäl beslutet på nästa möte" in text


def test_the_explained_date_is_the_one_that_is_due_next(evening: Evening) -> None:
    """Else the sum would be that of a date which was kept weeks ago, and the one that counts would go unexplained."""
    pages = _shown(story_page(evening.record, evening.told["on_the_desk"], evening.end, "sv"))
    sums = re.findall(r"Varför just det datumet\n +[^:\n]+: (\S+ \d+ \S+ \d+)([^\n]*)\n", pages)
    nexts = re.findall(r"Vad som ska göras härnäst\n +(\S+ \d+ \S+ \d+) ", pages)
    assert [day for day, _ in sums] == nexts
    assert {after for _, after in sums} == {""}
    ended = _shown(story_page(evening.record, evening.told["medication_list"], evening.end, "sv"))
    assert "måndag 15 juni 2026 (hållen)" in ended


def test_whatever_anybody_owed_in_a_story_explains_its_day(evening: Evening) -> None:
    """Else fifty principals, two chairs or a party are held to a day that nobody can account for (law 2)."""
    counted: Counter[str] = Counter()
    for code, told in evening.told.items():
        for label in told.cases:
            readers = (_explained(evening, code, name, label) for name in told.story.people)
            counted += next(filter(None, readers), Counter[str]())
    assert counted["stands"] == 0, "no day is another than its sum"
    assert {"principal", "round_side", "assignment_part", "page_read", "file_read", "word", "report"} <= counted.keys()
    seen = evening.seen_by("fifty_principals", "leila")
    words = wording(evening.record, seen, evening.end)
    (bound,) = {
        step.as_json()["text_sv"] for owed in owed_dates_of(seen, words) if owed.part.code == "principal"
        for step in owed.why.steps if step.kind == "same_day"
    }  # fmt: skip
    assert "Samma dag som ”" in str(bound), "the round has one last day for all"


def _explained(evening: Evening, story: str, name: str, label: str) -> Counter[str]:
    """How many things owed of each kind are explained, for one of a story's people; CaseUnknown is no case of hers."""
    try:
        seen = evening.seen_by(story, name, label)
    except (CaseUnknown, NotYourFunction):
        return Counter()
    found = owed_dates_of(seen, wording(evening.record, seen, evening.end))
    assert [one.part for one in found] == list(seen.contributions)
    return Counter([one.part.code for one in found] + ["stands" for one in found if one.other_day() is not None])


def _shown(page: Any) -> str:
    file = StringIO()
    Console(file=file, width=400).print(page)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())


WRONG: Mapping[str, Any] = {
    "stage": "ended", "ball": "handler@unit:hsv-molndal", "rung": "nosam", "outcome": "agreed", "unseen": True,
    "due": {"answer": datetime(2026, 6, 14).date()}, "refused": ["not_now"], "sees_not": ["maja"],
    "sees": ["partille"], "owes": {"first_contact": "unit_manager@unit:hsv-molndal"}, "closed": {"receipt": "met"},
    "told": ["chief@operation:su"], "may": ["accept"],
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.few_on_postgresql(4)
def test_a_story_that_expects_something_else_stops_and_says_what_came(
    record: Record, county: County, name: str
) -> None:
    """Else a story could go wrong step by step and still be told to its end."""
    story = next(s for s in county.stories if s.code == "medication_list")
    spoilt = replace(story, steps=(replace(story.steps[0], expect={name: WRONG[name]}), *story.steps[1:]))
    with pytest.raises(StoryDiffers) as differs:
        play(record, [spoilt], clockwork(record))
    assert "stories/medication_list.toml, step 1 (2026-04-16" in str(differs.value)
    assert any(name in text or "unknown" in text or "may know" in text for text in differs.value.found)


def test_a_step_that_cannot_be_made_at_all_stops_the_story(record: Record, county: County) -> None:
    """Else a story about somebody without that function, or without a case, would be passed over."""
    story = next(s for s in county.stories if s.code == "medication_list")
    for first in (story.steps[1], replace(story.steps[0], who=replace(story.steps[0].who, account="maja.ekdahl"))):
        with pytest.raises(StoryDiffers):
            play(record, [replace(story, steps=(first,))], clockwork(record))


def test_stories_are_told_together_in_the_order_of_time(record: Record, county: County) -> None:
    """Else the clock would have to go back, and letters of one story would be written in another's past."""
    heard: list[datetime] = []
    chosen = [s for s in county.stories if s.code in ("withdrawn", "kungalv_as_it_went")]
    play(record, reversed(chosen), clockwork(record), progress=lambda _story, step: heard.append(step.at))
    assert heard == sorted(heard)
    assert len(heard) == sum(len(s.steps) for s in chosen)


def test_the_small_county_tells_its_own_story(small_record: Record, small_county: County) -> None:
    """Else the stories, their runner or their pages would know something of Västra Götaland alone."""
    (told,) = play(small_record, small_county.stories, clockwork(small_record))
    end = told.story.steps[-1].at
    assert told.happened[-1].stage == "ended"
    assert "Tallkullen" not in _shown(story_page(small_record, told, end, "sv"))
    assert "├─●─┤" in _shown(story_page(small_record, told, end, "en"))
    assert verify(small_record, end) == ()


def test_every_story_file_says_which_of_the_fifteen_it_is() -> None:
    """Else a reader of the folder could not find the routine's story again."""
    for path in (Path(CONFIG) / "vastra_gotaland" / "stories").glob("*.toml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        number = THE_FIFTEEN.get(path.stem)
        assert first.startswith("# "), path.name
        assert number in (None, 6) or f"Story {number}:" in first, path.name
