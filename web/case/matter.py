"""What a case is about, in the words of those who wrote it: the report with what was put right in it, the question of a
dispute, or the file that a forum reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cases.reading import Line
from web.case.opened import Opened
from web.case.reported import REPORT
from web.case.subject import RAISED, newest
from web.said import Said, texts_of
from workflows.file_acts import WRITTEN

CORRECTION = "correction"
"""The words by which the one who checks a report puts it right."""


def matter(case: Opened) -> Iterator[Said]:
    """Of the report, the question and the forum file the first that this person reads; nothing for whoever reads the
    cover alone."""
    said = tuple(report(case)) if case.view.cover.kind != "dispute" else ()
    raised = () if said else tuple(s for one in newest(case, RAISED) for s in one.said)
    yield from said or raised or (s for one in newest(case, (WRITTEN,)) for s in one.said)


def report(case: Opened) -> Iterator[Said]:
    """The report's own words, for whoever reads them: what everything else on the page is about."""
    reports = [line for line in case.view.lines if line.code == REPORT and line.compartment == "shared" and line.texts]
    for line in reports[-1:]:
        yield from texts_of(case, line)
        yield from _corrections(case, line)


def _corrections(case: Opened, report: Line) -> Iterator[Said]:
    """What whoever checked the report put right, beside the words that she had to read."""
    later = (line for line in case.view.lines if line.compartment == "shared" and line.at >= report.at)
    for line in later:
        if CORRECTION in line.texts:
            yield from texts_of(case, replace(line, texts={CORRECTION: line.texts[CORRECTION]}))
