"""Reminders that somebody chooses for herself in one of her functions, besides the routine's (domain.md section 6).

Each morning those that fall on that day become docket rows for her alone. What is due is asked of the cases as they
stand, so that a choice made today holds for dates set long ago.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from cases.clock.docket import ADD, Added, added_values
from cases.clock.relevance import OWN, days_of
from cases.clock.rounds import last_round, note_round
from cases.database import Transaction
from cases.functions import NotYourFunction, posts_of
from cases.record import Record
from cases.sight import Seer
from workflows.calendar import Days
from workflows.nouns import DocketRow
from workflows.office_hours import local_date, opening

DUTY = "own"
CHOICES = ("monday", "week", "day", "morning")
"""Monday of the week before, five working days before, the working day before, and the same morning."""

FURTHEST = timedelta(days=21)
"""No choice lies further before its date, however many holidays lie between."""

CHOSEN = "SELECT ahead FROM own_reminder WHERE account = :account AND post = :post"
FORGET = "DELETE FROM own_reminder WHERE account = :account AND post = :post"
CHOOSE = "INSERT INTO own_reminder (account, post, ahead, since) VALUES (:account, :post, :ahead, :since)"
ALL = "SELECT account, post, ahead, since FROM own_reminder ORDER BY account, post, ahead"
AWAITED = """SELECT c.id, c.number, d.key, d.revision, d.due FROM deadline d JOIN cases c ON c.id = d.case_id
 WHERE d.status = 'open' AND c.status <> 'ended' AND d.due >= :today AND d.due <= :last AND (c.ball = :post OR EXISTS
 (SELECT 1 FROM docket k WHERE k.case_id = d.case_id AND k.deadline = d.key AND k.post = :post AND k.kind = 'letter'))
 UNION SELECT c.id, c.number, b.key, b.revision, b.due FROM contribution b JOIN cases c ON c.id = b.case_id
 WHERE b.status = 'owed' AND b.asked = :post AND b.due >= :today AND b.due <= :last"""


def choose_reminders(record: Record, seer: Seer, ahead: Iterable[str], now: datetime) -> tuple[str, ...]:
    """From now on these, and no others, for `seer` in that function; what she has chosen then. ValueError for a choice
    that does not exist, NotYourFunction as everywhere."""
    wanted = tuple(choice for choice in CHOICES if choice in set(ahead))
    unknown = set(ahead) - set(CHOICES)
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))}: there are {', '.join(CHOICES)}.")
    with record.database.write() as tx:
        if seer.post not in posts_of(tx, seer.account, local_date(now)):
            raise NotYourFunction(NotYourFunction.__doc__)
        had = set(chosen_reminders(tx, seer))
        since = {choice: local_date(now) for choice in wanted if choice not in had}
        kept = dict(tx.all("SELECT ahead, since FROM own_reminder WHERE account = :account AND post = :post",
                           account=seer.account, post=seer.post))  # fmt: skip
        tx.run(FORGET, account=seer.account, post=seer.post)
        tx.many(CHOOSE, [{"account": seer.account, "post": seer.post, "ahead": choice,
                          "since": since.get(choice) or kept[choice]} for choice in wanted])  # fmt: skip
    return wanted


def chosen_reminders(tx: Transaction, seer: Seer) -> tuple[str, ...]:
    found = {ahead for (ahead,) in tx.all(CHOSEN, account=seer.account, post=seer.post)}
    return tuple(choice for choice in CHOICES if choice in found)


def write_own_reminders(record: Record, now: datetime) -> int:
    """Write the rows of today's own reminders, once a day; how many. A day on which no clock ran is caught up with by
    the newest of each date."""
    today = local_date(now)
    with record.database.read() as tx:
        last = last_round(tx, DUTY, now)
        if last is not None and local_date(last.at) >= today:
            return 0
        chosen = tx.all(ALL)
    if not chosen:
        return 0
    with record.database.write() as tx:
        world = record.world(tx, now)
        values = []
        for account, post in dict.fromkeys((account, post) for account, post, _, _ in chosen):
            choices = [(ahead, since) for who, where, ahead, since in chosen if (who, where) == (account, post)]
            for case_id, number, key, revision, due in tx.all(AWAITED, post=post, today=today, last=today + FURTHEST):
                ahead = _newest(choices, due, today, days_of(post, world))
                if ahead:
                    notch = f"{OWN}{ahead}"
                    row_key = f"{number}/{key}/r{revision}/{notch}/{post}/{account}"
                    row = DocketRow(row_key, "letter", post, opening(today), key, revision, notch)
                    values.append(added_values(case_id, Added(row), now, account))
        tx.many(ADD, values)
    note_round(record, DUTY, {"rows": len(values)}, now)
    return len(values)


def _newest(choices: Iterable[tuple[str, date]], due: date, today: date, days: Days) -> str:
    """The choice whose day came last, up to today; "" when none has since it was made."""
    came = [(day, ahead) for ahead, since in choices if since <= (day := day_of(ahead, due, days)) <= today]
    return max(came)[1] if came else ""


def day_of(ahead: str, due: date, days: Days) -> date:
    """The day of an own reminder for a date: always a working day, never after the date."""
    if ahead == "monday":
        monday = due - timedelta(days=due.weekday() + 7)
        return days.roll(monday)
    return days.add(due, {"week": -5, "day": -1}[ahead]) if ahead != "morning" else min(days.roll(due), due)
