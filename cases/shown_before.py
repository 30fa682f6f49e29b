"""What a preview has shown of a move, part by part: whoever confirms it makes that move and no other (design.md §4).

A form carries the parts; the record makes them anew before it writes, and where one has become another nothing is
written and the preview is shown again. They tell of compartments that the actor reads, and of no others: work that she
may not know of ages no preview of hers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from cases.chain import canonical
from workflows.nouns import Decision
from workflows.word_at_once import TOLD

FILE, OPENED = "file", "opened"

Shown = Mapping[str, str]
"""`file`: the revision that leaves, or "0". `opened`: `shared=7`, the last line of each compartment that opens to
somebody. `readers`, `letters`, `dates`, `after`: digests of who reads, who is written to, what is due, what is next."""


class ShownOtherwise(Exception):
    """The move would come to something else than its preview has shown. Look at the preview again."""

    def __init__(self, parts: tuple[str, ...]) -> None:
        self.parts = parts
        super().__init__(f"{self.__doc__} Changed: {', '.join(parts)}.")


def shown_of(decision: Decision, versions: Mapping[str, int], leaving: int) -> Shown:
    """`decision` and `versions` (by compartment) are as the actor may know them; `leaving` is the revision of the forum
    file that may leave, 0 while none may."""
    return dict(_parts(decision, versions, leaving))


def changed(before: Shown, now: Shown) -> tuple[str, ...]:
    """Parts that are not as they were shown."""
    return tuple(part for part in now if before.get(part) != now[part])


def lines_shown(shown: Shown) -> dict[str, int]:
    """The last line that was shown of each compartment that opens."""
    pairs = (pair.rpartition("=") for pair in shown.get(OPENED, "").split())
    return {name: int(version) for name, _, version in pairs}


def readers_shown(holders: Iterable[str]) -> str:
    """The places that read what is to be shared, as a form carries that they were shown."""
    return _digest(sorted(set(holders)))


def _parts(decision: Decision, versions: Mapping[str, int], leaving: int) -> Iterator[tuple[str, str]]:
    """Reminders follow from the dates and from who is asked: what a round sends meanwhile changes nothing shown."""
    cover = decision.cover
    opened = {grant.compartment for grant in decision.grants_opened}
    told = {row.post for row in decision.docket_new if row.kind == "letter" and row.notch.startswith(TOLD)}
    due = sorted((d.key, d.due, d.status) for d in decision.deadlines)
    owed = sorted((c.key, c.asked, c.due, c.status) for c in decision.contributions)
    yield FILE, str(leaving if cover.forums or cover.lower_forum else 0)
    yield OPENED, " ".join(f"{name}={versions[name]}" for name in sorted(opened & versions.keys()))
    yield "readers", _digest([sorted(decision.grants_opened), sorted(decision.grants_ended)])
    yield "letters", _digest(sorted(told))
    yield "dates", _digest([due, owed])
    yield "after", _digest([cover.stage, cover.forums, cover.ball, cover.next_task, cover.next_date])


def _digest(value: object) -> str:
    return hashlib.sha256(canonical(value).encode()).hexdigest()[:16]
