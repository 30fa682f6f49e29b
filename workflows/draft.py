"""A decision under way: what the taken move changes, collected until all that follows is known.

Only this file and the effects write to it; `decide` turns it into a frozen Decision.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from workflows.attempt import Attempt
from workflows.clocks import start_deadline
from workflows.definition import Definition, Move
from workflows.nouns import Contribution, Cover, Deadline, Spawn, altered


class Draft:
    """Mutable on purpose and short-lived: one per decision."""

    def __init__(self, attempt: Attempt, move: Move) -> None:
        self.attempt = attempt
        self.move = move
        self.definition: Definition = attempt.definition
        self._cover: Cover = attempt.cover
        self._changes: dict[str, Any] = {}
        self.today: date = attempt.today
        self.facts: dict[str, Any] = dict(attempt.cover.facts)
        self.ball = ""
        self.next_task = ""
        self.stage = self.destination()
        self.deadlines = {d.key: d for d in attempt.snapshot.deadlines}
        self.contributions = {c.key: c for c in attempt.snapshot.contributions}
        self.counted: list[str] = [move.told_as]
        self.spawns: list[Spawn] = []
        self.joins: list[str] = []
        self.joined = ""
        self.converted = ""
        self.decided: dict[str, Any] = {}
        """What this move decides that waits to be sent (answering.py)."""
        self.sends = False
        self.moved = False

    def destination(self) -> str:
        if self.move.to == "@same":
            return self.cover.stage
        return self.cover.before if self.move.to == "@before" else self.move.to

    @property
    def cover(self) -> Cover:
        """The cover as it is becoming. What was changed since the last look is put into it at once."""
        if self._changes:
            self._cover = altered(self._cover, **self._changes)
            self._changes = {}
        return self._cover

    def change(self, **fields: Any) -> None:
        """Set fields of the cover to be."""
        self._changes.update(fields)

    def remember(self, name: str, value: Any) -> None:
        if value is None:
            self.facts.pop(name, None)
        else:
            self.facts[name] = value

    def agreed(self, name: str) -> date | None:
        """A date that people named: in this move, or earlier and remembered since."""
        value = self.attempt.given(name)
        if isinstance(value, date):
            return value
        kept = self.facts.get(name)
        return date.fromisoformat(kept) if isinstance(kept, str) else None

    def living(self, code: str) -> Deadline | None:
        return next((d for d in self.deadlines.values() if d.code == code and d.status == "open"), None)

    def arm(self, code: str, *, on: date | None = None, since: date | None = None) -> None:
        """Give the case a new date of this kind, in place of a living one: from now or the day `since`, or on an agreed
        date."""
        old = self.living(code)
        if old is not None:
            self.close(old, "withdrawn")
        rule = self.definition.deadlines[code]
        number = 1 + sum(d.code == code for d in self.deadlines.values())
        since = self.agreed(rule.counts_from) if rule.counts_from else since
        deadline = start_deadline(
            rule, f"{code}#{number}", self.cover, self.attempt.world, self.today, by=self.move.told_as, on=on,
            since=since,
        )  # fmt: skip
        self.deadlines[deadline.key] = deadline

    def move_date(self, deadline: Deadline, due: date) -> None:
        """Another date for a living deadline, as a new revision: letters about the old one are overtaken."""
        self.put(altered(deadline, due=due, revision=deadline.revision + 1))
        self.moved = True

    def move_owed(self, owed: Contribution, due: date) -> None:
        """Another date for what somebody owes, as a new revision: whoever owes it is told, and reminded anew."""
        self.contributions[owed.key] = altered(owed, due=due, revision=owed.revision + 1)
        self.moved = True

    def put(self, deadline: Deadline) -> None:
        self.deadlines[deadline.key] = deadline

    def close(self, deadline: Deadline, status: str) -> None:
        self.put(altered(deadline, status=status))

    def owe(self, code: str, asked: str, due: date) -> None:
        """Ask a post for a contribution, once at a time."""
        same = [c for c in self.contributions.values() if c.code == code]
        if any(c.asked == asked and c.status == "owed" for c in same):
            return
        key = f"{code}#{len(same) + 1}"
        self.contributions[key] = Contribution(key, code, asked, due, forum=self.cover.forum)

    def newly_asked(self) -> frozenset[str]:
        """The posts that this move asks for something, or by another date than before."""
        before = {c.key: (c.asked, c.revision) for c in self.attempt.snapshot.contributions if c.status == "owed"}
        living = (c for c in self.contributions.values() if c.status == "owed")
        return frozenset(c.asked for c in living if before.get(c.key) != (c.asked, c.revision))

    def settle(self, code: str, status: str, posts: frozenset[str] | None = None) -> None:
        """Mark owed contributions of a code as given or silent; `posts` limits it to those asked."""
        for c in list(self.contributions.values()):
            if c.code == code and c.status == "owed" and (posts is None or c.asked in posts):
                self.contributions[c.key] = altered(c, status=status)
