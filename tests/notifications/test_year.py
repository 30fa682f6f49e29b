"""A year with deadlines and outages: the letters that a mail server took are those that ought to be sent, no more."""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default as modern
from email.utils import parsedate_to_datetime

from cases.acting import Refused, act
from cases.functions import NotYourFunction
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import CaseUnknown, Seer
from cases.soundness.verify import verify
from notifications.round import run_round
from tests.cases.deviations import ANSWERED, HELENA, KATARINA, MAJA, OSKAR, PETRA, arrived
from tests.notifications.clockwork import anything_waits, at
from tests.notifications.conftest import Sink
from tests.notifications.reminder_oracle import (
    AFTER,
    BEFORE,
    FOREVER,
    LISTED,
    Asked,
    Clock,
    Dated,
    Happened,
    Told,
    due_after,
    from_day,
    local_day,
    morning,
    ought,
    quiet_over,
    worked_on,
)  # fmt: skip
from tests.workflows.oracle import ONE, wall_clock
from workflows.nouns import Command

START = at("2026-01-12 08:00").astimezone(UTC)
HOUR = timedelta(hours=1)
WARD = "su-molndal-ortopedi"
HARRIET = Seer("harriet.lundqvist.falk", "contact_person@authority:styrelsen-su")
SAID = {"document": "hos-avtal/4.4", "disputed_clause": "4.4", "question": "Vem kallar?", "care": MAJA.post}

ACTS: dict[str, tuple[Seer, Command]] = {
    "assign": (PETRA, Command("assign", {"unit": WARD})),
    "assign_late": (HARRIET, Command("assign", {"unit": WARD})),
    "answer": (OSKAR, ANSWERED),
    "accept": (MAJA, Command("accept")),
    "acknowledge": (KATARINA, Command("acknowledge", {"time_one": "tisdag 13.00", "time_two": "torsdag 9.00"})),
    "agree": (HELENA, Command("agree", {"agreed_text": "Hemmet svarar först."})),
    "agreed": (KATARINA, Command("agree")),
}
DEVIATIONS = (
    (("assign", 1, 2), ("answer", 3, 50), ("accept", 1, 10)),
    (("assign", 1, 2), ("answer", 62, 72), ("accept", 1, 10)),
    (("assign_late", 14, 55), ("answer", 1, 18), ("accept", 1, 10)),
    (("assign", 1, 12), ("answer", 30, 60)),
    (("assign", 1, 2),),
)
DISPUTES = (
    (("acknowledge", 1, 2), ("agree", 5, 40), ("agreed", 1, 12)),
    (("acknowledge", 6, 30), ("agree", 50, 64), ("agreed", 1, 12)),
)
"""Lives that cases lead: each move so many days after the one before. What nobody does the clock does, or nobody."""

PETRAS, CONTACT, WARDS = ("petra.lonnroth@vgr.example.invalid",), ("harriet.lundqvist.falk@vgr.example.invalid",), (
    "amanda.thorell@vgr.example.invalid", "oskar.nyberg@vgr.example.invalid",
)  # fmt: skip
MANAGER, CHIEF = ("katarina.selin@vgr.example.invalid",), ("ragnar.ekelund@vgr.example.invalid",)
SENDERS = ("maja.ekdahl@molndal.example.invalid", "ulf.granberg@molndal.example.invalid")
THEIR_MANAGER = ("helena.brodin@molndal.example.invalid",)
LISTS = ("gunnel.ask@molndal.example.invalid", *CONTACT, "ellinor.ravn@vardsamverkan.example.invalid")

MONTHS = ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
          "december")  # fmt: skip
DAY = r" \w+ (?P<day>\d+) (?P<month>\w+) (?P<year>\d{4})\."
CASE = r"(?:[Aa]vvikelse|[Tt]vist|[Ss]ystemfel) (?P<case>\d{4}-\w{7})"
SAYS = {
    BEFORE: re.compile(f"{CASE}: ett steg behöver vara klart senast{DAY}"),
    AFTER: re.compile(f"{CASE}: ett steg skulle ha varit klart senast{DAY}"),
    LISTED: re.compile(f"{CASE} väntar fortfarande på nästa steg. Datum:{DAY}"),
}
COMES = re.compile(
    f"{CASE}(?: har kommit till er|: .* Nästa steg är fortfarande ert).*(?:Senast|Skulle ha varit klart){DAY}"
)
"""Word of a step that has just come to its reader names its date, and so is a reminder of that date in one letter."""


def outages(rng: random.Random, end: datetime) -> list[tuple[datetime, datetime]]:
    """From an hour to three weeks, one every month or so; the first is a long one."""
    moment = START + timedelta(days=70)
    found = [(START + timedelta(days=50), moment)]
    while (moment := moment + timedelta(hours=rng.randint(48, 1200))) < end:
        back = moment + timedelta(hours=rng.choice((1, 5, 20, 70, 170, 500)))
        found.append((moment, back))
        moment = back
    return found


def clock_of(rng: random.Random, days: int) -> Clock:
    """Each full hour that is in no outage."""
    end = START + timedelta(days=days)
    down = outages(rng, end)
    hours = (START + n * HOUR for n in range(1, days * 24))
    return Clock([hour for hour in hours if not any(begin <= hour < back for begin, back in down)])


def lives(rng: random.Random, days: int, cases: int) -> list[dict[str, datetime]]:
    """What people mean to do in each case, at half past some hour; no move and no round share an instant."""
    planned = []
    for number in range(cases):
        kind, ways = ("dispute", DISPUTES) if number % 3 == 2 else ("deviation", DEVIATIONS)
        moment = START + rng.randint(0, max(days - 40, 1) * 24) * HOUR + HOUR / 2
        if number < 3:
            # Of these several reminders about one date fall into the long outage.
            moment = START + timedelta(days=46 if kind == "dispute" else 8) + HOUR / 2
        plan = {kind: moment}
        for move, soonest, latest in ways[number // 3 % len(ways)]:
            moment += rng.randint(soonest * 24, latest * 24) * HOUR
            plan[move] = moment
        planned.append(plan)
    return planned


def live(record: Record, sink: Sink, clock: Clock, planned: Sequence[dict[str, datetime]]) -> dict[str, Happened]:
    """The year goes by; what was done in each case, by its number."""
    todo = sorted((when, number, move) for number, plan in enumerate(planned) for move, when in plan.items())
    numbers: dict[int, str] = {}
    happened: dict[str, dict[str, datetime]] = defaultdict(dict)
    there = set(clock.rounds)
    for moment in clock.rounds:
        while todo and todo[0][0] < moment:
            when, number, move = todo.pop(0)
            if _done(record, numbers, number, move, when):
                happened[numbers[number]][move] = when
        # What a month has is written in its first round; any other round with nothing to do would do nothing.
        if moment - HOUR not in there or wall_clock(moment).hour == 8 or anything_waits(record, moment):
            run_round(record, moment, sink.mailer())
    return dict(happened)


def _done(record: Record, numbers: dict[int, str], number: int, move: str, now: datetime) -> bool:
    if move == "deviation":
        numbers[number] = arrived(record, now)
    elif move == "dispute":
        numbers[number] = report(record, HELENA, NewCase("dispute", receiving_unit=WARD, texts=SAID), now).number
    else:
        seer, command = ACTS[move]
        try:
            act(record, seer, numbers[number], command, now)
        except (Refused, CaseUnknown, NotYourFunction):
            return False  # the clock was there first; the case goes on without this move
    return True


def dates_of(number: str, done: Happened, clock: Clock) -> Iterator[Dated]:
    return _of_deviation(number, done, clock) if "deviation" in done else _of_dispute(number, done)


def _of_deviation(number: str, done: Happened, clock: Clock) -> Iterator[Dated]:
    """A1.3 to A1.5 of the routine."""
    came = done["deviation"]
    day, assigned = local_day(came), done.get("assign", done.get("assign_late", FOREVER))
    receipt = due_after("working", 3, day)
    yield Dated(number, day, receipt, assigned, [Asked(PETRAS, (-1, 1), came), Asked(CONTACT, (6,), came)], LISTS)
    answer, answered = due_after("calendar", 60, day), done.get("answer", FOREVER)
    # From six working days on the contact person has the ball of what is not assigned; the manager is nobody then.
    passed_on = clock.first(morning(from_day(receipt, 6)))
    expires = clock.first(morning(from_day(answer, 11)))
    asked = [
        Asked(WARDS, (-10, -2, 1), assigned),
        Asked(MANAGER, (6,), assigned),
        Asked(CONTACT, (11,), came, announces=True),
    ]
    if assigned > passed_on:
        asked.append(Asked(CONTACT, (-10, -2, 1, 6), passed_on, assigned))
    yield Dated(number, day, answer, min(answered, expires), asked, LISTS)
    if answered < FOREVER:
        given = local_day(answered)
        due = due_after("working", 15, given)
        ends = min(done.get("accept", FOREVER), clock.first(morning(quiet_over(worked_on(due + ONE)))))
        yield Dated(number, given, due, ends, [Asked(SENDERS, (-2,), answered)], LISTS)


def _of_dispute(number: str, done: Happened) -> Iterator[Dated]:
    """B1 and B2 of the routine, and an agreement that both sides are to give."""
    came, met = done["dispute"], done.get("acknowledge", FOREVER)
    day = local_day(came)
    for count in (3, 10):
        asked = [Asked(MANAGER, (-1, 1), came), Asked(CHIEF, (6,), came)]
        yield Dated(number, day, due_after("working", count, day), met, asked, LISTS)
    ended = done.get("agreed", FOREVER)
    if met < FOREVER:
        asked = [Asked(MANAGER, (-10, -2), met), Asked(THEIR_MANAGER, (-10, -2), met)]
        yield Dated(number, local_day(met), due_after("working", 40, local_day(met)), ended, asked, LISTS)
    if "agree" in done:
        said = done["agree"]
        due = due_after("working", 5, local_day(said))
        yield Dated(number, local_day(said), due, ended, [Asked(MANAGER, (-1, 1), said)], MANAGER)


def expired(done: Happened, clock: Clock) -> date:
    """The day on which a deviation becomes unanswered: what comes then is told by its own tests."""
    if "deviation" not in done or "answer" in done:
        return date.max
    answer = due_after("calendar", 60, local_day(done["deviation"]))
    passed = clock.first(morning(from_day(answer, 11)))
    return local_day(passed) if passed < FOREVER else date.max


ASKS = re.compile(r"(?:Det som behövs|Det väntar på [^:]+): (.+?)(?: Därför då| Om | Finns | Räcker |$)")
"""The task that a section names, up to what it says of the date."""


def told_by(sink: Sink) -> tuple[Counter[Told], set[Told]]:
    """What the letters remind of, by their text as readers have it and the day they were sent, and how often the same
    is asked: two things may be due on one day. And which dates they name besides to whoever a step has come to."""
    asked, names = defaultdict[Told, Counter[str]](Counter), set[Told]()
    for address, body in sink.taken:
        message = message_from_bytes(body, policy=modern)
        plain = message.get_body(("plain",))
        assert plain is not None
        sent = local_day(parsedate_to_datetime(message["Date"]))
        for section in " ".join(plain.get_content().split()).split("Öppna ärendet:"):
            task = ASKS.search(section)
            for how, says in SAYS.items():
                if found := says.search(section):
                    asked[_told(address, sent, how, found)][task[1] if task else ""] += 1
            if found := COMES.search(section):
                due = _told(address, sent, BEFORE, found)
                names.add(due if due.due >= sent else due._replace(how=AFTER))
    return Counter({one: max(tasks.values()) for one, tasks in asked.items()}), names


def _told(address: str, sent: date, how: str, found: re.Match[str]) -> Told:
    due = date(int(found["year"]), MONTHS.index(found["month"]) + 1, int(found["day"]))
    return Told(address, sent, found["case"], how, due)


def test_what_is_sent_in_a_year_is_what_ought_to_be_sent(
    record: Record, sink: Sink, rng: random.Random, amount: Callable[[int, int], int]
) -> None:
    """Else reminders are lost in an outage, sent late for what was done, or sent twice when the clock comes back."""
    with record.database.write() as tx:
        tx.run("DELETE FROM absence")
    days = amount(110, 365)
    clock = clock_of(rng, days)
    happened = live(record, sink, clock, lives(rng, days, amount(15, 250)))
    dates = [dated for number, done in happened.items() for dated in dates_of(number, done, clock)]
    wanted, (told, named) = set(ought(dates, clock)), told_by(sink)
    last = {number: expired(done, clock) for number, done in happened.items()}
    here = {one for one in told if one.day <= last[one.case] and one.due < last[one.case]}
    assert sorted(here - wanted) == [], "what ought not to be sent"
    assert sorted(wanted - here - named) == [], "what was lost"
    assert set(told.values()) == {1}, "and none twice"
    assert len(wanted) > amount(20, 1_000)
    assert {one.how for one in wanted} == {BEFORE, AFTER, LISTED}
    identities = Counter(message_from_bytes(body)["Message-ID"] for _, body in sink.taken)
    assert set(identities.values()) == {1}
    assert verify(record, clock.rounds[-1]) == ()
