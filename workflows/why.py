"""Law 2, dates explain themselves: the same sum as due.py, told step by step with every passed-over day by name.

It counts day by day on its own, because it has to name each; a test holds it equal to `due` for every start day from
2024 to 2040. Free days beside each other share a line for people and keep an item each in JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from workflows.calendar import WEEKDAYS, Days, Language, in_english, inside, later, spoken
from workflows.due import (
    Meeting,
    Pause,
    Rule,
    Sitting,
    awaited_then,
    last_allowed,
    months_after,
    named_day,
    near_enough,
    sittings,
)

Pair = tuple[str, str]
"""The same words in Swedish and in English."""
Fact = str | int | date | Pair

SENTENCES: Mapping[str, Pair] = {
    "start": ("Räknas från {day}, som är dag noll.", "Counted from {day}, which is day zero."),
    "rule": ("Regel: {rule}.", "Rule: {rule}."),
    "short_month": (
        "Månaden har ingen dag {number}; dess sista dag gäller.",
        "The month has no day {number}; its last day holds.",
    ),
    "skipped": ("Räknas inte: {days}.", "Not counted: {days}."),
    "paused": (
        "Klockan står still efter {day} till och med {until}: {lost} räknas inte.",
        "The clock stands still after {day} through {until}: {lost} do not count.",
    ),
    "counted": ("Tiden, {amount}, slutar {day}.", "The time, {amount}, ends on {day}."),
    "awaited": (
        "Det väntade ska komma {day}, före den dagen eller strax efter den. Då gäller den.",
        "What is awaited is to come on {day}, before that day or soon after it. That day holds instead.",
    ),
    "named": ("Angiven dag: {day}.", "Named day: {day}."),
    "same_day": ("Samma dag som ”{bound}”: {day}.", "The same day as “{bound}”: {day}."),
    "no_later": ("Dock inte senare än ”{bound}”: {day}.", "But no later than “{bound}”: {day}."),
    "rolled": ("Flyttas fram förbi {days}.", "Moved forward past {days}."),
    "kept": (
        "Ledig dag: {days}. En dag som någon har angett flyttas ändå inte.",
        "Day off: {days}. A day that somebody named is not moved all the same.",
    ),
    "cancelled": ("Mötet {day} är inställt.", "The meeting on {day} is cancelled."),
    "passed": ("Mötet {day} hinns inte med.", "The meeting on {day} cannot be reached."),
    "beyond": (
        "Mötet {day} är för långt bort: gränsen är {last}, {limit} från start.",
        "The meeting on {day} is too far away: the limit is {last}, {limit} from the start.",
    ),
    "beyond_since": (
        "Mötet {day} är för långt bort: ett möte räknas till och med {last}.",
        "The meeting on {day} is too far away: a meeting counts until {last}.",
    ),
    "meeting": ("Närmaste möte som hinns med: {day}.", "The first meeting that can be reached: {day}."),
    "unmoved": ("Ett möte flyttas inte av pauser.", "A meeting is not moved by pauses."),
    "no_meeting": (
        "Inget möte som hinns med har fått datum. Forumet bör bestämma ett.",
        "No meeting that can be reached has a date yet. The forum ought to set one.",
    ),
    "fallback": ("I stället gäller {rule}.", "Instead: {rule}."),
    "extended": ("Förlängt från {old} till {day}.", "Extended from {old} to {day}."),
    "calendar": ("Kalender: {revision}.", "Calendar: {revision}."),
    "result": ("Sista dag är {day}, hela dagen.", "The last day is {day}, all of it."),
}
TAILS: Mapping[str, Pair] = {
    "event": ("Händelse: {event}.", "Event: {event}."),
    "source": ("Källa: {source}.", "Source: {source}."),
    "ground": ("Skäl: {ground}.", "Ground: {ground}."),
    "agreed": ("Den nya dagen sattes {agreed}.", "The new day was set on {agreed}."),
    "material": ("Material senast {material}.", "Material by {material}."),
    "forum": ("Forum: {forum}.", "Forum: {forum}."),
    "note": ("{note}.", "{note}."),
}
"""Said after a step's own sentence when it has that fact."""

AMOUNTS: Mapping[str, tuple[Pair, Pair]] = {
    "working": (("arbetsdag", "working day"), ("arbetsdagar", "working days")),
    "calendar": (("kalenderdag", "calendar day"), ("kalenderdagar", "calendar days")),
    "months": (("månad", "month"), ("månader", "months")),
}
IF_FREE: Pair = (
    "slutar tiden på en ledig dag gäller nästa arbetsdag",
    "if the time ends on a day off, the next working day holds",
)
PHRASES: Mapping[str, Pair] = {
    "working": ("{amount}; lediga dagar hoppas över", "{amount}; days off are skipped"),
    "calendar": (f"{{amount}}; {IF_FREE[0]}", f"{{amount}}; {IF_FREE[1]}"),
    "months": (f"{{amount}}; {IF_FREE[0]}", f"{{amount}}; {IF_FREE[1]}"),
    "next": ("forumets nästa möte", "the forum's next meeting"),
    "fixed": ("den dag som angetts", "the day that was named"),
    "meeting": (
        "forumets nästa möte vars materialdatum, {lead} före, inte har passerat",
        "the forum's next meeting whose material date, {lead} before it, has not passed",
    ),
    "material": (
        "materialdatum, {lead} före mötet, för forumets nästa möte som hinns med",
        "the material date, {lead} before it, of the forum's next meeting that can be reached",
    ),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the sum: what kind, the day it is about, and the facts its sentence is made of."""

    kind: str
    day: date | None
    facts: Mapping[str, Fact]

    def as_json(self) -> dict[str, str | int]:
        """`kind`, `date` where there is one, the facts (texts in two languages as `…_sv`, `…_en`), both sentences."""
        found: dict[str, str | int] = {"kind": self.kind}
        if self.day is not None:
            found["date"] = self.day.isoformat()
        for key, fact in self.facts.items():
            if isinstance(fact, tuple):
                found[f"{key}_sv"], found[f"{key}_en"] = fact
            else:
                found[key] = fact.isoformat() if isinstance(fact, date) else fact
        return {**found, "text_sv": _sentence([self], "sv"), "text_en": _sentence([self], "en")}


@dataclass(frozen=True, slots=True)
class Explanation:
    result: date
    steps: tuple[Step, ...]

    def as_json(self) -> list[dict[str, str | int]]:
        return [step.as_json() for step in self.steps]

    def lines(self, language: Language) -> list[str]:
        return [_sentence(run, language) for run in _runs(self.steps)]


def explain(
    rule: Rule,
    start: date,
    days: Days,
    *,
    pauses: Sequence[Pause] = (),
    named: date | None = None,
    extended_to: date | None = None,
    extended_on: date | None = None,
    meetings: Iterable[Meeting] = (),
    started_by: str | Pair = "",
    extended_because: str | Pair = "",
) -> Explanation:
    """Why `due` answers as it does: its inputs, and words for the start event and for the reason of an extension.

    The errors are those of `due`; of an extended date also those of the rule, whose own date is told first.
    """
    reckoning = _Reckoning(days)
    reckoning.tell("start", inside(start), event=started_by)
    since = extended_on if extended_to is not None else None
    after_it = [p for p in pauses if since is not None and p.start >= since]
    earlier = [p for p in pauses if p not in after_it]
    day = reckoning.by_rule(rule, start, earlier, named, list(meetings))
    if extended_to is not None:
        reckoning.tell("extended", extended_to, old=day, agreed=since, ground=extended_because)
        day = reckoning.as_named(inside(extended_to), since or extended_to, after_it)
    if days.revision:
        reckoning.tell("calendar", None, revision=days.revision)
    reckoning.tell("result", day)
    return Explanation(day, tuple(reckoning.steps))


def explain_owed(
    rule: Rule,
    start: date,
    days: Days,
    *,
    until: date | None = None,
    bound: str | Pair = "",
    meetings: Iterable[Meeting] = (),
    started_by: str | Pair = "",
) -> Explanation:
    """Why somebody was asked for something until that day (law 1): by a rule of its own, and no later than `until`,
    which is the day of another date of the case, called `bound`. A rule that takes a named day takes that one.

    The errors are those of `due`.
    """
    reckoning = _Reckoning(days)
    reckoning.tell("start", inside(start), event=started_by)
    day = reckoning.by_rule(rule, start, (), until, list(meetings))
    if until is not None and (rule.unit == "fixed" or until < day):
        day = until
        if bound:
            reckoning.tell("same_day" if rule.unit == "fixed" else "no_later", day, bound=bound)
    if days.revision:
        reckoning.tell("calendar", None, revision=days.revision)
    reckoning.tell("result", day)
    return Explanation(day, tuple(reckoning.steps))


class _Reckoning:
    """Counts, and writes down what it does."""

    def __init__(self, days: Days) -> None:
        self.days = days
        self.steps: list[Step] = []

    def tell(self, kind: str, day: date | None, **facts: Fact | None) -> None:
        self.steps.append(Step(kind, day, {key: fact for key, fact in facts.items() if fact not in (None, "")}))

    def by_rule(
        self,
        rule: Rule,
        start: date,
        pauses: Sequence[Pause],
        named: date | None,
        meetings: Sequence[Meeting],
        kind: str = "rule",
    ) -> date:
        self.tell(kind, None, rule=_phrase(rule), source=rule.source)
        if rule.unit == "meeting":
            sitting = self.sitting(rule, start, meetings, named)
            if sitting is not None:
                if pauses:
                    self.tell("unmoved", None)
                return sitting.due
            return self.by_rule(rule.instead, start, pauses, named, meetings, "fallback")
        if rule.unit == "fixed":
            day = named_day(rule, named, start)
            self.tell("named", day)
            return self.as_named(day, start, pauses)
        day = self.walk(start, self.length(rule, start), pauses, rule.unit == "working")
        self.tell("counted", day, amount=_amount(rule.count, rule.unit))
        if named is not None and awaited_then(rule, start, named):
            self.tell("awaited", named)
            day = named
        return self.settle(day, pauses)

    def length(self, rule: Rule, start: date) -> int:
        """How many days to walk: of the rule's own unit, or the calendar days that its months have."""
        if rule.unit != "months":
            return rule.count
        end = months_after(start, rule.count)
        if end.day < start.day:
            self.tell("short_month", end, number=start.day)
        return (end - start).days

    def walk(self, start: date, count: int, pauses: Sequence[Pause], skip_free: bool) -> date:
        """The `count`-th day after the start that counts."""
        day, left = start, count
        while left:
            day = later(day, 1)
            if pause := _over(day, pauses):
                self.stopped(pause, day, "working" if skip_free else "calendar")
            elif skip_free and not self.days.is_working(day):
                self.free("skipped", day)
            else:
                left -= 1
        return day

    def settle(self, day: date, pauses: Sequence[Pause]) -> date:
        """Forward from a free day, or one on which the clock stands still, to a day on which something can be due."""
        while True:
            if pause := _over(day, pauses):
                self.stopped(pause, day, "calendar")
            elif not self.days.is_working(day):
                self.free("rolled", day)
            else:
                return day
            day = later(day, 1)

    def as_named(self, day: date, since: date, pauses: Sequence[Pause]) -> date:
        moved = self.walk(since, max((day - since).days, 0), pauses, skip_free=False) if since < day else day
        if moved != day:
            return self.settle(moved, pauses)
        if name := self.days.name(day):
            self.tell("kept", day, name=(name, in_english(name)))
        return day

    def sitting(self, rule: Rule, start: date, meetings: Sequence[Meeting], named: date | None) -> Sitting | None:
        """The meeting that decides, after those that were passed by and why; None when the fallback must."""
        ahead = list(sittings(rule, start, self.days, meetings))
        found = next((sitting for sitting in ahead if sitting.material >= start), None)
        gone = [m for m in meetings if m.status == "cancelled" and m.day >= start and rule.forum in (None, m.forum)]
        passed = [(m, None) for m in gone] + [(s.meeting, s.material) for s in ahead if s.material < start]
        for meeting, material in sorted(passed, key=lambda pair: pair[0].day):
            if found is None or meeting.day < found.meeting.day:
                kind = "passed" if material else "cancelled"
                self.tell(kind, meeting.day, material=material, forum=meeting.forum)
        if found is None:
            self.tell("no_meeting", None, forum=rule.forum)
            return None
        return self.near_enough(rule, start, found, named)

    def near_enough(self, rule: Rule, start: date, found: Sitting, named: date | None) -> Sitting | None:
        day, forum, last = found.meeting.day, found.meeting.forum, last_allowed(rule, start, self.days, named)
        if not near_enough(rule, found, start, self.days, named):
            if rule.limit_of and named is not None:
                self.tell("beyond_since", day, last=last, forum=forum)
                return None
            limit = _amount(rule.limit or 0, rule.limit_unit)
            self.tell("beyond", day, due=found.due, last=last, limit=limit, forum=forum)
            return None
        note = ("Mötesdagen är preliminär", "The meeting's day is provisional")
        provisional = found.meeting.status == "provisional"
        material = found.material if rule.lead else None
        self.tell("meeting", day, material=material, forum=forum, note=note if provisional else None)
        return found

    def stopped(self, pause: Pause, day: date, unit: str) -> None:
        """Told once a pause, on the first of its days that no earlier pause has stopped."""
        if any(step.kind == "paused" and step.facts["until"] == pause.end for step in self.steps[-1:]):
            return
        lost = self.days.count(later(day, -1), pause.end) if unit == "working" else (pause.end - day).days + 1
        self.tell("paused", pause.start, until=pause.end, lost=_amount(lost, unit), ground=pause.ground)

    def free(self, kind: str, day: date) -> None:
        name = self.days.name(day) or ""
        self.tell(kind, day, name=(name, in_english(name)))


def _over(day: date, pauses: Iterable[Pause]) -> Pause | None:
    """The pause that stops this day; of several the one that began first."""
    over = [p for p in pauses if p.start < day <= p.end]
    return min(over, key=lambda p: p.start) if over else None


def _amount(count: int, unit: str) -> Pair:
    one, many = AMOUNTS[unit]
    sv, en = one if count == 1 else many
    return f"{count} {sv}", f"{count} {en}"


def _phrase(rule: Rule) -> Pair:
    key = rule.unit if rule.unit != "meeting" else (rule.at if rule.lead else "next")
    sv, en = PHRASES[key]
    amount = _amount(rule.count, rule.unit) if rule.unit in AMOUNTS else ("", "")
    lead = _amount(rule.lead, "working")
    return sv.format(amount=amount[0], lead=lead[0]), en.format(amount=amount[1], lead=lead[1])


def _runs(steps: Iterable[Step]) -> Iterator[list[Step]]:
    """Steps one by one, but neighbouring free days together."""
    run: list[Step] = []
    for step in steps:
        if run and not _beside(run[-1], step):
            yield run
            run = []
        run.append(step)
    if run:
        yield run


def _beside(one: Step, other: Step) -> bool:
    if one.kind not in ("skipped", "rolled") or one.kind != other.kind or one.day is None or other.day is None:
        return False
    return (other.day - one.day).days == 1


def _sentence(run: Sequence[Step], language: Language) -> str:
    first = run[0]
    words = {key: _spell(fact, language) for key, fact in first.facts.items()}
    words["days"] = ", ".join(_free_day(step, language) for step in run)
    words["day"] = spoken(first.day, language) if first.day else ""
    parts = [SENTENCES[first.kind], *(pair for key, pair in TAILS.items() if key in first.facts)]
    text = " ".join(pair[_column(language)] for pair in parts).format(**words)
    return text[:1].upper() + text[1:]


def _free_day(step: Step, language: Language) -> str:
    if step.day is None:
        return ""
    said, name = spoken(step.day, language), _spell(step.facts.get("name", ""), language)
    return said if name in ("", WEEKDAYS[language][step.day.weekday()]) else f"{said} ({name})"


def _spell(fact: Fact, language: Language) -> str:
    if isinstance(fact, tuple):
        return fact[_column(language)]
    return spoken(fact, language) if isinstance(fact, date) else str(fact)


def _column(language: Language) -> int:
    return 0 if language == "sv" else 1
