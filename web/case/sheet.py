"""A case as one sheet: all that its page tells one reader, in order, as plain values for paper and for a PDF.

Made from the same opened case as the page, so that it never holds more than its reader sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cases.contents.marking import marking_of
from cases.waiting import waiting
from web.case.case_dates import Dated, dates, owed
from web.case.case_page import Happening, facts, happenings
from web.case.ladder import description
from web.case.many import crowd_of_posts
from web.case.matter import matter
from web.case.opened import Opened
from web.case.promises import papers, promises
from web.case.rounds import Round, rounds
from web.said import Said
from web.texts import closed

Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something with a heading of its own: a date, a measure, a step of the history. `rows` are named, `lines` not."""

    heading: str
    lines: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    heading: str
    rows: tuple[Row, ...] = ()
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """`made` says when, and as which function it was read: another function may be shown less or more."""

    title: str
    language: str
    made: str
    parts: tuple[Part, ...]


def sheet_of(case: Opened, reader: str) -> Sheet:
    """The sheet of a case for whoever opened it; `reader` is her function in words."""
    w = case.w
    title = w.t("case.title", kind=w.say(case.definition.title), number=case.number)
    parts = tuple(part for part in _parts(case) if part.rows or part.entries)
    return Sheet(title, w.language, w.t("sheet.made", when=w.moment(w.now), reader=reader), parts)


def _parts(case: Opened) -> Iterator[Part]:
    t = case.w.t
    if case.covered:
        yield Part(t("case.cover"), tuple(_cover(case)))
    yield Part(t("sheet.matter"), tuple((said.label, text) for said in matter(case) for text in _texts(case, said)))
    if case.covered:
        yield Part(t("sheet.stands"), tuple(_stands(case)))
        yield Part(t("case.dates"), entries=tuple(_dates(case)))
        yield Part(t("case.owed"), entries=tuple(_owed(case)))
        yield Part(t("case.measures"), entries=tuple(_measures(case)))
    yield Part(t("paper.title"), tuple((p.name, f"{p.size}, {case.w.moment(p.at)}") for p in papers(case)))
    yield Part(t("case.timeline"), entries=tuple(_happening(case, h) for h in reversed(tuple(happenings(case)))))


def _cover(case: Opened) -> Iterator[Row]:
    """Whose it is, when it happened and what was agreed; number and kind are the sheet's title, and an answer that
    stands with the report is told there alone."""
    w, cover, t = case.w, case.view.cover, case.w.t
    marking = marking_of(case.view.lines)
    if marking is not None:
        until = t("own.until", day=w.day(marking.until)) if marking.until else t("own.until_further")
        yield t("own.marked").rstrip(":"), f"{closed(marking.ground)} {until}"
    yield t("case.raised" if cover.kind == "dispute" else "case.raising"), case.place_of("raising")
    yield t("case.receiving"), case.place_of("receiving") or t("case.none_yet")
    if cover.event_date:
        yield t("case.event"), w.when(cover.event_date, cover.facts)
    yield t("case.opened"), w.day(cover.opened)
    if case.clause:
        yield t("case.clause"), case.clause
    told = tuple(matter(case))
    yield from ((fact.label, fact.text) for fact in facts(case) if fact not in told)
    if case.view.registry_number:
        yield t("case.own_number"), case.view.registry_number
    if case.view.links:
        yield t("case.links"), ", ".join(number for number, _ in case.view.links)


def _stands(case: Opened) -> Iterator[Row]:
    """How far it has come, whose move it is and until when."""
    w, cover, t = case.w, case.view.cover, case.w.t
    stage = case.definition.stages.get(cover.stage)
    stands = [t(f"status.{cover.status}")] if cover.status != "watched" or stage is None else []
    stands += [w.say(stage.title)] if stage is not None and cover.status != "ended" else []
    yield t("list.stage"), ", ".join(stands)
    if cover.ball:
        yield t("case.move"), f"{w.post(cover.ball)}: {w.say(case.said.task(cover.stage, cover.next_task))}"
    if cover.next_date:
        yield t("sheet.by"), w.day(cover.next_date)
    waits = waiting(case.view, case.said, w.today)
    if waits is not None:
        yield t("case.waits"), w.all(waits.told)
    if case.said.rungs:
        yield t("case.ladder"), description(case)


def _dates(case: Opened) -> Iterator[Entry]:
    for dated in dates(case):
        day = f"{case.w.day(dated.deadline.due)}, {dated.stands or case.w.t('sheet.not_yet')}"
        twins = (case.w.t("case.same_day", text=twin.text) for twin in dated.twins)
        yield Entry(dated.text, (day, *twins, *_otherwise(case, dated), *dated.why))


def _otherwise(case: Opened, dated: Dated) -> Iterator[str]:
    """What happens by itself when an open date passes."""
    if dated.default and dated.deadline.status == "open":
        late = case.w.late(dated.deadline.due)
        yield case.w.t("case.otherwise_late" if late else "case.otherwise", default=dated.default)


def _owed(case: Opened) -> Iterator[Entry]:
    for asked_alike in rounds(case, owed(case)):
        if asked_alike.counted:
            counted = (*asked_alike.counted, *_by_status(case, asked_alike), *asked_alike.why)
            yield Entry(asked_alike.text, counted)
            continue
        for one in asked_alike.asked:
            who = case.w.t("case.owed_by", who=one.who, day=case.w.day(one.due))
            yield Entry(asked_alike.text, (f"{who}, {one.status}", *([one.silence] if one.silence else []), *one.why))


def _by_status(case: Opened, asked_alike: Round) -> Iterator[str]:
    """Who of many has answered and who has not; all principals in a word."""
    for status in dict.fromkeys(one.status for one in asked_alike.asked):
        posts = (one.post for one in asked_alike.asked if one.status == status)
        yield f"{status}: {case.w.together(crowd_of_posts(case, posts))}"


def _measures(case: Opened) -> Iterator[Entry]:
    for promise in promises(case):
        done = case.w.t("case.measure_done") if promise.done else case.w.t("sheet.not_yet")
        yield Entry(promise.what or case.w.t("sheet.measure"), (f"{promise.owner}, {case.w.day(promise.day)}, {done}",))


def _happening(case: Opened, happening: Happening) -> Entry:
    by = f" ({happening.by})" if happening.by else ""
    lines = [f"{case.w.moment(happening.at)}, {happening.actor}{by}"]
    if happening.stage:
        lines.append(case.w.t("case.became", stage=happening.stage))
    rows = [
        (f"{said.label} ({case.w.t(f'reach.{part.reach}')})", text)
        for part in happening.parts for said in part.said for text in _texts(case, said)
    ]  # fmt: skip
    return Entry(happening.text, tuple(lines), tuple(rows))


def _texts(case: Opened, said: Said) -> Iterator[str]:
    if said.text or not said.measures:
        yield said.text
    t, w = case.w.t, case.w
    for row in said.measures:
        yield f"{row['what']} ({t('case.owner')}: {row['owner']}, {t('case.when')}: {w.day(row['date'])})"
