"""Word at once: who is told of a move, and when.

Whoever it concerns is told in office hours, after a pause in which more may happen: what is done to a case in a quarter
of an hour is one letter, told as the case then stands (domain.md section 6; research/mission.md: "so few that nobody
filters them away"). An urgent case waits for nothing, and once it is urgent neither does what waited until then.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from workflows.calendar import Days, later
from workflows.draft import Draft
from workflows.file_reading import FILE_READ, REVIEWED
from workflows.nouns import CLOCK, Cover, DocketRow
from workflows.office_hours import opening, send_time, within

TOLD = "told:"
"""How the notches of these rows begin; the code of the move follows."""

HAND_OVER = "hand_over"

PAUSE = timedelta(minutes=15)
"""How long the first word about a case waits for what else happens in it (ours)."""

LAST_CALL = time(16, 25)
"""No pause lasts beyond this, so that a word of the afternoon is not kept over night by it (ours)."""

ACTED = "acted"
"""Why a word that waits goes nowhere: the function has made a move in the case since, and nothing is asked of it."""

HASTENED = "urgent"
"""Why a word of the pause stood overtaken for the moment in which it is armed anew: its case has become urgent."""


def words_at_once(draft: Draft, cover: Cover) -> Iterator[DocketRow]:
    """A row for each post that a move concerns, or that is asked for something by it; never for whoever made it."""
    days = draft.attempt.world.calendar.days_of(None)
    told = _concerned(draft, cover)
    moments = {post: _moment(draft, cover, post, days) for post in told}
    if draft.move.code == HAND_OVER:
        # Whoever it was taken from has nothing to do; a line in the next morning's letter is enough.
        for post in {draft.attempt.cover.ball} - told - draft.attempt.actor.posts:
            moments[post] = _next_morning(draft, days)
    for post in sorted(moments):
        key = f"{cover.number}/{draft.move.code}/v{draft.attempt.cover.version + 1}/{post}"
        yield DocketRow(key, "letter", post, moments[post], notch=f"{TOLD}{draft.move.code}", move=draft.move.code)


def told_in_vain(draft: Draft, cover: Cover) -> Iterator[str]:
    """Keys of words that wait for whoever makes this move, when neither ball nor debt is hers after it: she has seen
    how the case stands, and a letter would ask her for nothing."""
    asked = {owed.asked for owed in draft.contributions.values() if owed.status == "owed"} | {cover.ball}
    for row in draft.attempt.snapshot.docket:
        if _is_word(row, draft) and row.post in draft.attempt.actor.posts - asked:
            yield row.key


def hastened(draft: Draft, cover: Cover) -> Iterator[DocketRow]:
    """The words that wait when a case becomes urgent, as they are due from now on: with the word of that very move."""
    if not cover.urgent or draft.attempt.cover.urgent:
        return
    days, vain = draft.attempt.world.calendar.days_of(None), set(told_in_vain(draft, cover))
    for row in draft.attempt.snapshot.docket:
        moment = _moment(draft, cover, row.post, days)
        # Whoever a case was taken from may read it next morning all the same: nothing is asked of her.
        awaited = _is_word(row, draft) or row.notch == f"{TOLD}{REVIEWED}"
        if awaited and row.due_at > moment and row.key not in vain:
            yield row._replace(due_at=moment)


def _concerned(draft: Draft, cover: Cover) -> set[str]:
    told = {post for role in draft.move.tell for post in draft.attempt.posts(role, cover)}
    told |= draft.newly_asked()
    told -= draft.attempt.actor.posts
    if cover.ball and cover.ball != draft.attempt.cover.ball and cover.ball not in draft.attempt.actor.posts:
        told.add(cover.ball)
    return told


def _moment(draft: Draft, cover: Cover, post: str, days: Days) -> datetime:
    """When a post is told: with the word that waits for it already, else after the pause. A file to be read is put
    forward again and again while it is written, and its reader has days: it waits for the next morning."""
    now = draft.attempt.now
    if not cover.urgent and draft.move.code == REVIEWED and _has_time(draft, post, days):
        return _next_morning(draft, days)
    waits = [row.due_at for row in draft.attempt.snapshot.docket if row.post == post and _is_word(row, draft)]
    if waits and not cover.urgent:
        return min(waits)
    if cover.urgent or draft.attempt.actor.post == CLOCK or not within(now, days):
        # A step of the clock's is taken as the office opens, and belongs to that morning's letter.
        return max(now, send_time(draft.today, days))
    return max(now, min(now + PAUSE, opening(draft.today, LAST_CALL)))


def _is_word(row: DocketRow, draft: Draft) -> bool:
    """Word of a step that waits out its pause. What waits for the next morning is a matter of its own, and so is what
    tells of no step: that an administrator reads the case, or what a reporter asks for."""
    told = row.move and row.notch == f"{TOLD}{row.move}"
    return bool(told) and draft.attempt.now < row.due_at <= draft.attempt.now + PAUSE


def _has_time(draft: Draft, post: str, days: Days) -> bool:
    """Whether that side may read until a day after the next morning."""
    dates = [
        c.due for c in draft.contributions.values() if c.asked == post and c.code == FILE_READ and c.status == "owed"
    ]
    return bool(dates) and min(dates) > days.roll(later(draft.today, 1))


def _next_morning(draft: Draft, days: Days) -> datetime:
    return send_time(later(draft.today, 1), days)
