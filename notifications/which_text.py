"""Which text tells a reader what has happened and what is hers to do: by what waits for her, not by what came last."""

from __future__ import annotations

from collections.abc import Mapping

from cases.clock.fates import Claimed
from cases.clock.letters import Told
from cases.clock.relevance import GIVEN_BACK, LISTED, TAKEN_OVER
from notifications.joined_words import ANSWERED, GLASS, LATE, SENT, Words
from workflows.nouns import Contribution, Deadline
from workflows.organisation import function_of
from workflows.word_at_once import TOLD

HANDED = (TAKEN_OVER.removeprefix(TOLD), GIVEN_BACK.removeprefix(TOLD))


def text_of(words: Words, told: Mapping[int, Told]) -> str:
    """The name of the text. `told` is the move that each row tells of."""
    cover, notch = words.row.case.cover, words.row.row.notch
    code = notch.removeprefix(TOLD)
    if not notch.startswith(TOLD):
        return _reminder(notch, cover.status)
    if notch == GLASS:
        return "glass"
    owed = owed_by(words)
    reporter = function_of(words.receiver.post) == "reporter"
    asked = any(one.key in told[claimed.id].asked for one in owed for claimed in words.all)
    if reporter and code == ANSWERED and asked:
        # The answer is what she reported for: it is told before that the case has ended with it.
        return "answered"
    if cover.status == "ended":
        ends = any(told[claimed.id].passed_on for claimed in words.all)
        return "asked" if owed and not reporter else "ended" if ends else "since"
    if code in HANDED:
        return code
    if reporter and (code == LATE or (code in SENT and promise(words.row) is not None)):
        return SENT.get(code, LATE)
    if cover.ball in words.posts:
        return "turn" if any(told[claimed.id].passed_on for claimed in words.all) else "still"
    return "asked" if asked else "told"


def _reminder(notch: str, status: str) -> str:
    if notch.startswith(LISTED):
        return "list"
    if status == "ended":
        return "remains"
    return "after" if notch.startswith("+") and notch != "+0" else "before"


def owed_by(words: Words) -> list[Contribution]:
    """What is asked of the very functions that the rows go to, the first date first."""
    owed = words.row.case.contributions.values()
    return sorted((c for c in owed if c.status == "owed" and c.asked in words.posts), key=lambda c: (c.due, c.key))


def owed_beside(words: Words, told: Mapping[int, Told]) -> list[Contribution]:
    """What these steps ask of the reader beside the next step. What a function was asked for by the very move that
    gave it the next step is that step."""
    ball = words.row.case.cover.ball
    asked = {
        (claimed.row.post, key)
        for claimed in words.all
        if not (claimed.row.post == ball and told[claimed.id].passed_on)
        for key in told[claimed.id].asked
    }
    return [owed for owed in owed_by(words) if (owed.asked, owed.key) in asked]


def promise(claimed: Claimed) -> Deadline | None:
    """By when the receiving side has promised to be done: the last of its open dates."""
    dates = [d for d in claimed.case.deadlines.values() if d.status == "open" and d.clock == "receiving"]
    return max(dates, key=lambda d: d.due, default=None)
