"""Words that want to be a script, in every place that keeps a text, on every page, in a real browser."""

import io
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import cycle

from cases.acting import act
from cases.contents import forum_files, matter
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from tests.cases.deviations import ANNA, HELENA, KATARINA, MAJA, OSKAR, PETRA, STINA
from tests.journeys.hostile_words import HOSTILE
from tests.journeys.person import Person
from tests.record import MORNING
from workflows.nouns import Command

LISTENING = """
window.ran = () => console.log("RAN on " + location.href);
addEventListener("securitypolicyviolation", e => console.log("BLOCKED " + e.blockedURI + " " + e.sample));
"""
TOGETHER = 12
"""Hostile texts in one field."""


def test_there_are_three_hundred_of_them() -> None:
    """Lost otherwise: the list could shrink to a few that every template escapes."""
    assert len(set(HOSTILE)) >= 300


def test_no_stored_word_runs_as_a_script(
    served_record: Record, enter: Callable[[Seer], Person], amount: Callable[[int, int], int], rng: random.Random
) -> None:
    """Lost otherwise: one party's report could act in the name of whoever opens it (abuse case 11)."""
    chosen = rng.sample(HOSTILE, amount(72, len(HOSTILE)))
    texts = cycle("\n".join(chosen[start : start + TOGETHER]) for start in range(0, len(chosen), TOGETHER))
    numbers = [_written(served_record, texts, short) for short in chosen[: amount(1, 8)]]
    seen = 0
    for seer in (ANNA, MAJA, OSKAR, STINA):
        person = enter(seer)
        heard = _listen(person)
        person.page.reload()
        person.page.evaluate("ran()")
        assert heard.pop().startswith("RAN"), "nothing listens"
        for path in _paths(numbers):
            answer = person.page.goto(person.base_url + path)
            assert answer is not None
            seen += answer.status == 200 and "ran()" in person.page.content()
            _touch(person)
            assert [said for said in heard if said.startswith(("RAN", "BLOCKED"))] == [], (seer.post, path)
    assert seen > 8, "the words stood on no page: nothing was tried"


def _listen(person: Person) -> list[str]:
    """What her browser's console says from now on."""
    heard: list[str] = []
    person.page.on("console", lambda said: heard.append(said.text))
    person.page.add_init_script(LISTENING)
    return heard


def _touch(person: Person) -> None:
    """Open what is folded, and let focus pass over the page once."""
    person.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    person.page.keyboard.press("Tab")


def _paths(numbers: list[str]) -> Iterator[str]:
    for number in numbers:
        yield f"/cases/{number}"
        yield f"/cases/{number}/file"
        yield f"/cases/{number}/moves/contest"
        yield f"/cases/{number}/moves/answer"
    yield "/cases"
    yield "/cases?tab=others"


def _written(record: Record, texts: Iterator[str], short: str) -> str:
    """A case brought to its first forum, with hostile words in everything that people write on the way; its number."""
    words = {name: next(texts) for name in ("what", "agreed", "consequence")}
    new = NewCase(
        "deviation", operation="su", happened="16 april 2026", texts={**words, "when": "16 april 2026", "harm": "risk"}
    )
    number = report(record, ANNA, new, MORNING).number

    def does(who: Seer, move: str, **inputs: object) -> None:
        act(record, who, number, Command(move, inputs), MORNING)

    does(PETRA, "assign", unit="su-molndal-ortopedi", assign_note=next(texts))
    does(OSKAR, "ask", question_text=next(texts))
    does(MAJA, "supplement", part_text=next(texts))
    measure = {"what": short, "owner": OSKAR.post, "date": MORNING.date() + timedelta(days=90)}
    does(OSKAR, "answer", cause=next(texts), answer_words=next(texts), measures=[measure])
    does(MAJA, "contest", contest_ground="facts", reason=next(texts))
    does(KATARINA, "talk", talk_note=next(texts))
    does(HELENA, "sign")
    matter.note(record, MAJA, number, next(texts), MORNING)
    matter.note(record, OSKAR, number, next(texts), MORNING)
    matter.share(record, MAJA, number, next(texts), MORNING)
    matter.add_paper(record, MAJA, number, io.BytesIO(b"Text"), "<img src=x onerror=ran()>.txt", MORNING)
    file = {"statement": next(texts), "question": next(texts)}
    revision, _ = forum_files.write_revision(record, MAJA, number, file, MORNING)
    forum_files.review(record, MAJA, number, revision, MORNING)
    forum_files.read_file(record, OSKAR, number, revision, MORNING)
    does(HELENA, "escalate", subject="agreement", pattern="single", reason=next(texts))
    matter.note(record, STINA, number, next(texts), MORNING)
    return number
