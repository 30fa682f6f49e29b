"""The dates of a case as people are told them: each once with its sum, what others owe, what the clock does next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from cases.dates import Explained, dates_of, explained
from cases.owed_dates import owed_date, owed_dates_of
from cases.reading import Pending
from web.case.opened import Opened
from workflows.definition import Definition, Text
from workflows.file_reading import FILE_READ
from workflows.happened import filled
from workflows.nouns import Contribution, Deadline, Decision
from workflows.office_hours import local_date


@dataclass(frozen=True, slots=True)
class Dated:
    """A deadline in words, with its sum."""

    deadline: Deadline
    text: str
    default: str
    why: tuple[str, ...]
    left: str = ""
    """How many working days of its own clock are left, in words; "" for a date that has passed or is met."""
    stands: str = ""
    """What became of it, in words; "" while it is open."""
    met_by: frozenset[str] = frozenset()
    twins: tuple[Dated, ...] = ()
    """Other dates that fall on the same day and are met by the same step: told together."""


def dates(case: Opened) -> list[Dated]:
    """Living dates by day, then those that were met, missed or withdrawn; twins are told together. How long a draft
    would have been kept is of no use to anybody once it has been sent."""
    found = dates_of(case.view, case.said)
    return _told_together(_dated(case, one) for one in found if not _of_a_sent_draft(case, one))


def _of_a_sent_draft(case: Opened, found: Explained) -> bool:
    """Whether a date that is over lived in the stage that every case of its kind begins in, and there alone."""
    first = {d.initial for d in case.said.routines if d.stages[d.initial].date == found.deadline.code}
    return found.deadline.status != "open" and case.view.cover.stage not in first and found.rule.covers <= first


def dates_set_by(case: Opened, decision: Decision, definition: Definition) -> list[Dated]:
    """The open dates of a decision that is not written yet, with the words of the move that sets them. `definition` is
    the routine that the case follows from then on."""
    event = _event(case, decision)
    known = {d.key: d for d in case.view.deadlines}
    new = [d for d in decision.deadlines if d.status == "open" and d != known.get(d.key)]
    told = sorted((d for d in new if d.code in definition.deadlines), key=lambda d: (d.due, d.key))
    return _told_together(_dated(case, explained(d, definition, case.said, event)) for d in told)


def _event(case: Opened, decision: Decision) -> Text:
    """What the move will have done, with its places by their names."""
    rows = (m for d in case.said.routines for m in d.moves if f"{d.key}:{m.place}" == decision.rule)
    row, w, cover = next(rows, None), case.w, decision.cover
    names = {
        "forum": w.together([w.place(f"forum:{code}") for code in cover.forums]),
        "receiver": w.place(cover.receiving.holder("unit")) if cover.receiving is not None else "",
        "giver": w.post(case.view.cover.ball) if case.view.cover.ball else "",
        "taker": w.post(cover.ball) if cover.ball else "",
    }
    places = {place: Text(name, name) for place, name in names.items() if name}
    return filled(row.happened, places) if row is not None else case.said.done(decision.move)


def _dated(case: Opened, found: Explained) -> Dated:
    rule = found.rule
    return Dated(
        found.deadline, case.w.say(rule.text), "" if _done_already(case, found) else case.w.within(rule.default_text),
        tuple(found.lines(case.w.language)), working_days_left(case, found.deadline),
        _stands(case, found), rule.met_by,
    )  # fmt: skip


def _stands(case: Opened, found: Explained) -> str:
    status = found.deadline.status
    if status == "met" and found.rule.met_text is not None:
        return case.w.say(found.rule.met_text)
    return case.w.t(f"status.{status}") if status != "open" else ""


def _done_already(case: Opened, found: Explained) -> bool:
    """Whether the date has passed, and what happens by itself then has happened: nothing more is to be told of it."""
    moves = {default.move for default in found.rule.defaults}
    return any(
        line.code in moves and line.compartment == "cover" and local_date(line.at) > found.deadline.due
        for line in case.view.lines
    )


def _told_together(found: Iterable[Dated]) -> list[Dated]:
    """Each date once: one that falls on another's day, is met by the same steps and stands alike is its twin."""
    first: dict[object, Dated] = {}
    for dated in found:
        key = (dated.deadline.due, dated.deadline.status, dated.met_by or dated.deadline.key)
        twin = first.get(key)
        first[key] = dated if twin is None else replace(twin, twins=(*twin.twins, dated))
    return list(first.values())


def promised_to_reporter(case: Opened) -> date | None:
    """The day by which whoever reported is to have an answer; None where none is open, also when it has come."""
    codes = {rule.code for rule in case.definition.deadlines.values() if "answer" in rule.met_by}
    return next((d.due for d in case.view.deadlines if d.code in codes and d.status == "open"), None)


def working_days_left(case: Opened, deadline: Deadline) -> str:
    if deadline.status != "open" or deadline.due <= case.w.today:
        return ""
    days = case.said.world.calendar.days_of(deadline.party or None).count(case.w.today, deadline.due)
    return case.w.t("day.working" if days != 1 else "day.working_one", days=days)


@dataclass(frozen=True, slots=True)
class Owing:
    """What somebody other than the ball-holder owes, in words, with its sum. `silence` is what it means or has meant
    that nothing comes; "" for what was given."""

    part: Contribution
    text: str
    status: str
    silence: str
    why: tuple[str, ...]


def owed(case: Opened) -> Iterator[Owing]:
    """What others owe, by day, without what is not asked for any more."""
    for found in owed_dates_of(case.view, case.said):
        part = found.part
        if part.status != "withdrawn":
            late = part.status == "owed" and part.due < case.w.today
            status = case.w.t("status.owed_late" if late else f"status.{part.status}")
            silence = case.w.t("case.silent" if late else "case.silence", text=case.w.within(found.rule.silence))
            yield Owing(
                part, case.w.say(found.rule.text), status, silence if part.status == "owed" else "",
                tuple(found.lines(case.w.language)),
            )  # fmt: skip


def owed_by(case: Opened, decision: Decision, part: Contribution, definition: Definition) -> Owing:
    """What a decision that is not written yet asks of somebody, with the words of the move that asks."""
    found = owed_date(part, definition, case.said, case.w.today, _event(case, decision), decision.deadlines)
    silence, lines = case.w.within(found.rule.silence), tuple(found.lines(case.w.language))
    return Owing(part, case.w.say(found.rule.text), "", silence, lines)


def reading_of(case: Opened, revision: int) -> Contribution | None:
    """What a side owes, or did not give in time, as the reader of that revision of the forum file."""
    return next((part for part in case.view.contributions if part.key == f"{FILE_READ}#{revision}"), None)


def reading_owed(case: Opened, revision: int) -> Owing | None:
    """The same in words, with its sum; None where nobody is waited for or was late."""
    part = reading_of(case, revision)
    waited = part is not None and part.status in ("owed", "silent")
    return next((one for one in owed(case) if waited and one.part == part), None)


def reading_told(case: Opened, revision: int) -> str:
    """Who is waited for with that revision and until when, or who did not read it in time; "" for nobody."""
    part = reading_of(case, revision)
    if part is None or part.status not in ("owed", "silent"):
        return ""
    late = part.status == "silent" or part.due < case.w.today
    who, day = case.w.post(part.asked), case.w.day(part.due)
    who = who[:1].upper() + who[1:]
    return case.w.t("file.read_late", who=who, day=day) if late else case.w.t("file.read_until", who=who, day=day)


def docket(case: Opened) -> Iterator[tuple[Pending, str]]:
    """What the clock is still to do in this case, as far as it concerns this person's side."""
    for row in case.view.docket:
        if row.status == "waiting":
            letter = case.w.t("case.docket_letter", who=case.w.post(row.post))
            yield row, _step(case, row) if row.kind == "step" else letter


def _step(case: Opened, row: Pending) -> str:
    """What will happen by itself, as the date's own rule says it."""
    code = row.deadline.partition("#")[0]
    rule = next((d.deadlines[code] for d in case.said.routines if code in d.deadlines), None)
    return case.w.t("case.docket_step", move=case.w.within(rule.default_text if rule else case.said.move(row.move)))
