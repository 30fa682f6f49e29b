"""What a parked case waits for, in sentences, as far as one reader may know it (routine.md Fp and its eighth text).

Who was asked and for what stands in the forum file, or in the forum's own record: whoever reads neither is told that
the case waits, and until which day. The page, the terminal, paper and programs say it with these words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cases.reading import CaseView, Line
from cases.wording import LANGUAGES, Wording
from workflows.calendar import Language, spoken_short
from workflows.definition import Text
from workflows.in_words import said
from workflows.nouns import Deadline
from workflows.office_hours import local_date

TAB = "parked"
"""The list of a stage in which a case waits for something outside it."""

BEGINS = ("park", "refer")
WAKE = "wake"
WOKEN_BY_CLOCK = "expire"

UNTIL, LIMIT = "parked_until", "parked_limit"
"""Dates of a wait: when the awaited is expected, and when a decision is taken anew whether it came or not."""

WAITS_FOR = Text("Ärendet väntar på {what}{asked}.", "The case waits for {what}{asked}.")
WAITS = Text("Ärendet väntar.", "The case waits.")
GROUP = Text("svar från {group}", "an answer from {group}")
ASKED_ON = Text("begärt {day}", "asked for on {day}")
EXPECTED = Text("Det väntas senast {day}.", "It is expected by {day}.")
NOT_COME = Text(
    "Det väntades senast {day}, och dagen har passerat.", "It was expected by {day}, and the day has passed."
)
CHECKS = Text("{who} stämmer av {day}.", "{who} checks on {day}.")
LAST = Text(
    "Längre än till {day} väntar ärendet inte: då vaknar det av sig självt, och ställning tas på nytt.",
    "The case waits no longer than until {day}: then it wakes by itself, and a decision is taken anew.",
)
ANYWAY = Text("Vill du att det avgörs ändå?", "Do you want it decided all the same?")
WAITED_FOR = Text(
    "Ärendet väntade på {what}{asked}, från {since} till {day}. Väntan är slut, och ställning tas på nytt.",
    "The case waited for {what}{asked}, from {since} to {day}. The wait is over, and a decision is taken anew.",
)
WAITED = Text(
    "Ärendet väntade från {since} till {day}. Väntan är slut, och ställning tas på nytt.",
    "The case waited from {since} to {day}. The wait is over, and a decision is taken anew.",
)

DECIDED = Text("Organet har tagit ställning.", "The forum has taken its position.")
SENT_BY = Text(
    "Svaret kommer när det är godkänt, senast {day}.",
    "The answer comes when it has been approved, by {day} at the latest.",
)
SENT_LATE = Text(
    "Svaret skulle ha kommit {day}. Det kommer när det är godkänt.",
    "The answer should have come on {day}. It comes when it has been approved.",
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """`told` are whole sentences. `what`, `asked_whom` and `asked_on` are "" or None for whoever may not read them.
    `may_wake`: this reader may ask for a position now, so the last sentence asks whether she wants to."""

    told: tuple[Text, ...]
    what: str = ""
    asked_whom: str = ""
    asked_on: date | None = None
    until: date | None = None
    may_wake: bool = False


def waiting(view: CaseView, words: Wording, today: date) -> Waiting | None:
    """How a case waits; what it has waited for in vain, from the day on which the clock woke it until the case goes on;
    that an answer is to come, for whoever is not of the forum that has decided it; None for any other."""
    if _awaits_answer(view, words):
        return _to_be_sent(view, today)
    begun = next((n for n in reversed(view.lines) if n.compartment == "cover" and n.code in BEGINS), None)
    if begun is None or "cover" not in view.compartments:
        return None
    stage = words.definition.stages.get(view.cover.stage)
    waits = stage is not None and stage.tab == TAB
    if not waits and not _just_woken(view, words):
        return None
    texts = _texts(view, begun)
    what = {language: _what(view, words, begun, texts, language) for language in LANGUAGES}
    may_wake = waits and any(offer.move == WAKE and not offer.reasons for offer in view.offers)
    sentences = _waits if waits else _waited
    told = zip(*(sentences(view, words, begun, texts, what[one], one, today) for one in LANGUAGES), strict=True)
    asked = (Text(*(said(ANYWAY, language) for language in LANGUAGES)),) if may_wake else ()
    until = _dated(view, UNTIL) if waits else None
    return Waiting(
        (*(Text(sv, en) for sv, en in told), *asked), str(texts.get("waits_for", "")),
        str(texts.get("asked_whom", "")), _day(texts), until.due if until is not None else None, may_wake,
    )  # fmt: skip


def _awaits_answer(view: CaseView, words: Wording) -> bool:
    stage = words.definition.stages.get(view.cover.stage)
    return stage is not None and stage.unsent and f"forum:{view.cover.forum}" not in view.compartments


def _to_be_sent(view: CaseView, today: date) -> Waiting | None:
    """That the forum has decided, and when the answer comes; not a word of what it says (routine.md F5)."""
    day = view.cover.next_date
    if day is None:
        return None
    comes = SENT_BY if day >= today else SENT_LATE
    told = Text(*(said(comes, language).format(day=spoken_short(day, language, today)) for language in LANGUAGES))
    return Waiting((DECIDED, told), until=day)


def _just_woken(view: CaseView, words: Wording) -> bool:
    """Whether the clock woke it and nobody has brought it to another stage since. The clock's other steps of that name
    leave a stage that is no wait."""
    staged = [n for n in view.lines if n.compartment == "cover" and "stage" in n.outcome.get("cover", {})]
    if len(staged) < 2 or staged[-1].code != WOKEN_BY_CLOCK:
        return False
    left = words.definition.stages.get(staged[-2].outcome["cover"]["stage"])
    return left is not None and left.tab == TAB


def _texts(view: CaseView, begun: Line) -> Mapping[str, Any]:
    """The words with which the wait began, of those that this reader sees."""
    same = (n.texts for n in view.lines if (n.at, n.code) == (begun.at, begun.code))
    return {code: value for texts in same for code, value in texts.items()}


def _what(view: CaseView, words: Wording, begun: Line, texts: Mapping[str, Any], language: Language) -> str:
    """What is awaited, fit for the middle of a sentence; "" where this reader may not know it."""
    if begun.code == "refer":
        group = view.cover.facts.get("referred")
        return said(GROUP, language).format(group=words.names.place(f"forum:{group}", language)) if group else ""
    return _within(str(texts.get("waits_for", "")))


def _waits(
    view: CaseView, words: Wording, begun: Line, texts: Mapping[str, Any], what: str, language: Language, today: date
) -> Iterator[str]:
    asked = _asked(texts, language, today)
    yield said(WAITS_FOR, language).format(what=what, asked=asked) if what else said(WAITS, language)
    until, limit = _dated(view, UNTIL), _dated(view, LIMIT)
    check = _dated(view, words.definition.stages[view.cover.stage].date)
    if until is not None:
        text = said(EXPECTED if until.due >= today else NOT_COME, language)
        yield text.format(day=spoken_short(until.due, language, today))
    if check is not None and (limit is None or check.due < limit.due):
        who = _sentence(words.names.post(view.cover.ball, language))
        yield said(CHECKS, language).format(who=who, day=spoken_short(check.due, language, today))
    elif limit is not None:
        yield said(LAST, language).format(day=spoken_short(limit.due, language, today))


def _waited(
    view: CaseView, words: Wording, begun: Line, texts: Mapping[str, Any], what: str, language: Language, today: date
) -> Iterator[str]:
    woken = next(n for n in reversed(view.lines) if n.compartment == "cover" and n.code == WOKEN_BY_CLOCK)
    since, day = (spoken_short(local_date(n.at), language, today) for n in (begun, woken))
    text = said(WAITED_FOR if what else WAITED, language)
    yield text.format(what=what, asked=_asked(texts, language, today), since=since, day=day)


def _asked(texts: Mapping[str, Any], language: Language, today: date) -> str:
    """` (regionens jurister, begärt 3 mars)`; "" where nobody was asked."""
    day = _day(texts)
    when = said(ASKED_ON, language).format(day=spoken_short(day, language, today)) if day is not None else ""
    known = ", ".join(part for part in (_within(str(texts.get("asked_whom", ""))), when) if part)
    return f" ({known})" if known else ""


def _day(texts: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(str(texts["asked_on"])) if texts.get("asked_on") else None


def _dated(view: CaseView, code: str) -> Deadline | None:
    return next((d for d in view.deadlines if d.code == code and d.status == "open"), None)


def _within(text: str) -> str:
    """Somebody's words inside a sentence: without a full stop, and a small letter first unless written in capitals."""
    bare = " ".join(text.split()).rstrip(".")
    return bare[:1].lower() + bare[1:] if bare[1:2].islower() else bare


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
