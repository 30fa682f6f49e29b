"""Whether the parties have a forum's answer: they said so, or, for a party that is not connected, its letter was taken
by a mail server and has not come back for some working days (domain.md section 4).

To have the answer is no consent: it only lets a case end as answered. The record tells what became of the letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from workflows.attempt import Attempt
from workflows.definition import Move
from workflows.draft import Draft
from workflows.nouns import Cover, SentLetter
from workflows.organisation import Side, holder_of
from workflows.reasons import Fault
from workflows.roles import at_side
from workflows.texts import authority_of

SAID, WORD = "said", "word"
"""The fact by which the raising side has said that it read the answer, and what the receiving side owes until then."""

LONG_AGO = timedelta(days=60)

STANDS = "letter_stands_days"
"""The setting: so many working days without a bounce."""


def has_answer(a: Attempt, arg: str) -> Fault | None:
    """`has_answer:raising`, `has_answer:!receiving`: that side said that it read the answer, or its letter stands."""
    name = arg.lstrip("!")
    side = _sides(a.cover)[name]
    has = _has_said(name, a) or _stands(a, side)
    return None if has != arg.startswith("!") else Fault("answer_there" if has else "answer_not_there")


def letter_stands(a: Attempt, arg: str) -> Fault | None:
    """`letter_stands`, `letter_stands:no`: whether a letter has brought the answer to a side that has not said so."""
    new = any(not _has_said(name, a) and _stands(a, side) for name, side in _sides(a.cover).items())
    return None if new == (arg != "no") else Fault("letter_not_yet" if not new else "letter_stands")


def await_letter(d: Draft, arg: str) -> None:
    """`await_letter:letter_time`: while a party that is not connected is without the answer that date runs, from the
    day on which its letter was taken, else from today; once nobody is waited for, it is met."""
    waited = _waited_for(d)
    taken = [day for side in waited for day in (_taken_on(d.attempt, side),) if day is not None]
    old = d.living(arg)
    if waited:
        d.arm(arg, since=max(taken, default=None))
    elif old is not None:
        d.close(old, "met")


def letter_awaited(d: Draft, arg: str) -> None:
    """`letter_awaited:letter_time`: a side has said that it read the answer. Where no letter is waited for any more
    the date is met; while one is it runs on as it did."""
    running = d.living(arg)
    if running is not None and not _waited_for(d):
        d.close(running, "met")


def as_taken(row: Move, cover: Cover, day: date) -> tuple[SentLetter, ...]:
    """Letters that let a past step of the clock be decided again as it was taken: it was, so they stood."""
    if not any(name == "letter_stands" and arg != "no" for name, arg in row.guards):
        return ()
    without = {arg[1:] for name, arg in row.guards if name == "has_answer" and arg.startswith("!")}
    sides = (side for name, side in _sides(cover).items() if name not in without and side is not None)
    return tuple(SentLetter(at_side("handler", side), day - LONG_AGO) for side in sides)


def _sides(cover: Cover) -> dict[str, Side | None]:
    return {"raising": cover.raising, "receiving": cover.receiving}


def _has_said(name: str, a: Attempt) -> bool:
    return bool(a.cover.facts.get(SAID)) if name == "raising" else not a.owed(WORD)


def _answered(name: str, d: Draft) -> bool:
    """The same of a case as it is becoming."""
    if name == "raising":
        return bool(d.facts.get(SAID))
    return not any(c.code == WORD and c.status == "owed" for c in d.contributions.values())


def _waited_for(d: Draft) -> list[Side]:
    """The sides that are not connected and without the answer."""
    sides = ((name, side) for name, side in _sides(d.cover).items() if side is not None)
    return [side for name, side in sides if _unconnected(d.attempt, side) and not _answered(name, d)]


def _unconnected(a: Attempt, side: Side | None) -> bool:
    return side is not None and side.party in a.world.org.unconnected


def _stands(a: Attempt, side: Side | None) -> bool:
    if side is None or not _unconnected(a, side):
        return False
    taken = _taken_on(a, side)
    return taken is not None and a.world.calendar.days_of(None).count(taken, a.today) > a.setting(STANDS)


def _taken_on(a: Attempt, side: Side) -> date | None:
    """The first day on which a mail server took a letter with the answer to one of the side's functions, of those that
    have not come back."""
    return min((letter.taken_on for letter in _letters(a, side) if not letter.came_back), default=None)


def _letters(a: Attempt, side: Side) -> Iterator[SentLetter]:
    org = a.world.org
    return (one for one in a.snapshot.letters if authority_of(holder_of(one.post), org) == side.authority)
