"""Whose letters claimed rows become: what one person gets of a round is one letter, and leaves together or not at all.

Rows go in groups: those that share a receiver, or whose receivers share a row with one another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from cases.clock.fates import Claimed
from cases.clock.letters import Kept, Open
from cases.clock.receivers import Receiver
from cases.clock.relevance import LISTED

Person = tuple[str, str]
"""Account and address: what one of them gets of a round is one letter."""


def groups(rows: Sequence[Claimed]) -> Iterator[list[Claimed]]:
    """All that any of the same people is to get, in the order of the first row of each group."""
    leader: dict[Person, Person] = {}

    def led_by(person: Person) -> Person:
        while leader.setdefault(person, person) != person:
            leader[person] = person = leader[leader[person]]
        return person

    people = [[(receiver.account, receiver.address) for receiver in claimed.receivers] for claimed in rows]
    for first, *others in people:
        for other in others:
            leader[led_by(other)] = led_by(first)
    found: dict[Person, list[Claimed]] = defaultdict(list)
    for claimed, (first, *_) in zip(rows, people, strict=True):
        found[led_by(first)].append(claimed)
    yield from found.values()


def batches(rows: Sequence[Claimed], size: int) -> Iterator[list[Claimed]]:
    """Rows in batches of at least `size` but for the last; no group is in two."""
    batch: list[Claimed] = []
    for group in groups(rows):
        batch += group
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def letters_in(rows: Iterable[Claimed]) -> int:
    """How many letters rows come to: one for a person, and for a function's mailbox one for each case."""
    return len({_letter(claimed, receiver) for claimed in rows for receiver in claimed.receivers})


def _letter(claimed: Claimed, receiver: Receiver) -> tuple[str, str, str | int]:
    """What tells one letter of a round from another."""
    if not receiver.shared:
        return receiver.account, receiver.address, ""
    return receiver.account, receiver.address, LISTED if claimed.row.notch.startswith(LISTED) else claimed.case_id


def first_groups(rows: Sequence[Claimed], most: int) -> tuple[list[Claimed], list[Claimed]]:
    """The first groups, until their letters are so many, and all the others."""
    first: list[Claimed] = []
    others: list[Claimed] = []
    count = 0
    for group in groups(rows):
        if count < most:
            first += group
            count += letters_in(group)
        else:
            others += group
    return first, others


def within(again: Sequence[Kept], pairs: Open, room: int) -> tuple[tuple[Kept, ...], Open, list[Claimed]]:
    """So many letters, first those that go again: the same two with rows that say whether anybody gets them later, and
    the rows that nobody gets now."""
    wanted = dict.fromkeys(_letter(*pair) for pair in pairs)
    now = frozenset(islice(wanted, max(0, room - len(again))))
    later = {claimed.id for claimed, receiver in pairs if _letter(claimed, receiver) not in now}

    def marked(claimed: Claimed) -> Claimed:
        return replace(claimed, partly=True) if claimed.id in later else claimed

    kept = tuple(replace(letter, rows=tuple(map(marked, letter.rows))) for letter in again)
    some = tuple((marked(claimed), receiver) for claimed, receiver in pairs if _letter(claimed, receiver) in now)
    touched = {claimed.id for claimed, _ in some} | {claimed.id for letter in kept for claimed in letter.rows}
    return kept, some, list({claimed.id: claimed for claimed, _ in pairs if claimed.id not in touched}.values())
