"""A year with deadlines and outages: what was sent is what ought to have been sent, and nothing twice."""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.acting import Refused, act
from cases.clock.relevance import days_of
from cases.functions import NotYourFunction
from cases.record import Record
from cases.sight import CaseUnknown, Seer
from cases.soundness.verify import verify
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.deviations import KATARINA, MAJA, OSKAR, PETRA, arrived
from tests.notifications.clockwork import anything_waits, at
from workflows.nouns import Command
from workflows.office_hours import within

START = at("2026-01-12 08:00")
HOUR = timedelta(hours=1)

ROWS = """SELECT d.key, d.case_id, d.post, d.due_at, d.status, d.reason, d.settled_at, d.deadline, d.revision, d.notch
 FROM docket d WHERE d.kind = 'letter' AND d.deadline <> '' AND d.rank = 0 AND d.account = ''
 AND d.notch NOT LIKE 'list:%' ORDER BY d.id"""
MOVES = "SELECT case_id, at FROM event WHERE compartment = 'cover'"
TWICE = """SELECT r.docket_id, l.account FROM letter_row r JOIN letter l ON l.id = r.letter_id
 WHERE l.outcome = 'delivered' GROUP BY r.docket_id, l.account HAVING COUNT(*) > 1"""

ACTS: Mapping[str, tuple[Seer, Command]] = {
    "assign": (PETRA, Command("assign", {"unit": "su-molndal-ortopedi"})),
    "answer": (OSKAR, Command("answer", {"cause": "Rutinen brast.", "measures": []})),
    "answer_late": (KATARINA, Command("answer", {"cause": "Rutinen brast.", "measures": []})),
    "accept": (MAJA, Command("accept")),
}


@dataclass(frozen=True)
class Row:
    key: str
    case_id: int
    post: str
    due_at: datetime
    status: str
    reason: str
    settled_at: datetime | None
    deadline: str
    revision: int
    notch: str


def outages(rng: random.Random, end: datetime) -> list[tuple[datetime, datetime]]:
    """From an hour to three weeks, one every month or so; the first is a long one."""
    moment = START + timedelta(days=70)
    found = [(START + timedelta(days=50), moment)]
    while (moment := moment + timedelta(hours=rng.randint(48, 1200))) < end:
        back = moment + timedelta(hours=rng.choice((1, 5, 20, 70, 170, 500)))
        found.append((moment, back))
        moment = back
    return found


def live(record: Record, mailbox: LocalMailbox, rng: random.Random, days: int, cases: int) -> list[datetime]:
    """Cases arrive and are worked on, or forgotten, while the clock runs each full hour that is in no outage. The
    instants of its rounds; a round with nothing to do is left out, for it would have done nothing."""
    end = START + timedelta(days=days)
    down = outages(rng, end)
    assert down
    plan: dict[datetime, list[tuple[str, int]]] = defaultdict(list)
    for number in range(cases):
        arrival = START + rng.randint(0, max(days - 40, 1) * 24) * HOUR
        plan[arrival].append(("arrive", number))
        for name in rng.choice(((), ("assign",), ("assign", "answer"), ("assign", "answer_late", "accept"))):
            arrival += rng.randint(1, 45 * 24) * HOUR
            plan[arrival].append((name, number))
    for number in range(3):
        # Of these several reminders about one date fall into the long outage.
        plan[START + timedelta(days=8)].append(("arrive", cases + number))
        plan[START + timedelta(days=8, hours=1)].append(("assign", cases + number))
    numbers: dict[int, str] = {}
    moment, rounds = START, []
    while moment <= end:
        # Work is done at half past, so that no move and no round share an instant.
        for name, number in plan.get(moment, ()):
            _do(record, numbers, name, number, moment + HOUR / 2)
        moment += HOUR
        if not any(begin <= moment < back for begin, back in down):
            rounds.append(moment)
            if anything_waits(record, moment):
                run_round(record, moment, mailbox)
    return rounds


def _do(record: Record, numbers: dict[int, str], name: str, number: int, now: datetime) -> None:
    if name == "arrive":
        numbers[number] = arrived(record, now)
        return
    seer, command = ACTS[name]
    try:
        act(record, seer, numbers[number], command, now)
    except (Refused, CaseUnknown, NotYourFunction):
        return  # the clock, or an absence, was there first; the case goes on without this move


def test_what_is_sent_in_a_year_is_what_ought_to_be_sent(
    record: Record, mailbox: LocalMailbox, rng: random.Random, amount: Callable[[int, int], int]
) -> None:
    """Else reminders are lost in an outage, sent late for what was done, or sent twice when the clock comes back."""
    rounds = live(record, mailbox, rng, amount(110, 365), amount(12, 250))
    with record.database.read() as tx:
        rows = [Row(*row) for row in tx.all(ROWS)]
        moves = set(tx.all(MOVES))
        world = record.world(tx, rounds[-1])
        assert tx.all(TWICE) == []
    ladders: dict[tuple[int, str, int, str], list[Row]] = defaultdict(list)
    for row in rows:
        ladders[row.case_id, row.deadline, row.revision, row.post].append(row)
    ought, was, passed = set(), set(), 0
    for row in rows:
        days = days_of(row.post, world)
        first = next((r for r in rounds if r >= row.due_at and within(r, days)), None)
        ladder = ladders[row.case_id, row.deadline, row.revision, row.post]
        newer = [o for o in ladder if first is not None and row.due_at < o.due_at <= first]
        moved = row.status == "overtaken" and (row.case_id, row.settled_at) in moves
        if row.status == "done":
            was.add((row.key, row.settled_at))
        if first is None or (moved and row.settled_at is not None and row.settled_at <= first):
            continue
        if newer:
            passed += 1
            assert row.status == "overtaken", f"{row.key} was followed by {newer[-1].notch} before anybody could ask"
        else:
            ought.add((row.key, first))
    assert len(ought) > amount(12, 250)
    assert passed > 0, "no outage was longer than the time between two reminders, so nothing was tried"
    assert was == ought
    assert verify(record, rounds[-1]) == ()
