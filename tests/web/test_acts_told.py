"""The log of administration speaks to people: places by their names, days as the county writes them."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from cases.organisation.administration import By, note_act
from cases.record import Record
from cases.sight import Seer
from tests.record import MORNING
from tests.web.visitor import Hands, Visitor

KIM = Seer("kim.savas", "administrator@county")
DAY, TO = date(2026, 5, 4), date(2026, 6, 30)
CODES = re.compile(r"\d{4}-\d\d-\d\d|\b[a-z]+-molndal\b|\b\w+\.v\d|\w+@(?:unit|forum|operation)|\b2026-1\b")
NOTED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("function_given", "maja.ekdahl", {"post": "handler@unit:hsv-molndal", "since": DAY, "until": TO}),
    ("function_given", "ingalill.skold", {"post": "chair@forum:nosam-molndal", "side": "regional", "since": DAY}),
    ("absence_set", "maja.ekdahl", {"since": DAY, "until": TO, "substitute": "ulf.granberg"}),
    ("unit_ended", "hsv-molndal", {"until": TO, "heir": "sabo-molndal", "cases": 3}),
    ("forum_changed", "nosam-molndal", {"state": "paused", "since": DAY, "until": TO, "stand_in": "lgs"}),
    ("seat_given", "nosam-molndal", {"operation": "su", "since": DAY}),
    ("meeting_moved", "lgs", {"day": DAY, "to": TO}),
    ("day_closed", "molndal", {"day": DAY, "name": "Planeringsdag"}),
    ("cases_migrated", "deviation.v1", {"routine": "dispute.v1"}),
    ("document_given", "hos-avtal", {"owner": "vvg", "since": DAY}),
    ("reads_reviewed", "2026-1", {}),
    ("mailbox_set", "receiver@operation:su", {"email": "box@su.example.invalid"}),
    ("glass_broken", "2026-K7QM4TX", {"until": "2026-05-04T10:00:00+00:00", "line": 4}),
    ("clock_went_on", "", {"until": MORNING.isoformat()}),
)


def test_the_log_of_administration_names_places_and_days_in_words(
    record: Record, at: Callable[[Seer], Visitor], clock: Hands
) -> None:
    """Lost otherwise: an auditor reads codes and dates in a machine's form, and has to ask what they stand for."""
    with record.database.write() as tx:
        for n, (act, about, facts) in enumerate(NOTED):
            note_act(tx, By(KIM.account, MORNING + timedelta(minutes=n), "Skäl."), act, about, **facts)
    clock.now = MORNING + timedelta(hours=1)
    kim = at(KIM)
    for language, day in (("sv", "måndag 4 maj 2026"), ("en", "Monday 4 May 2026")):
        kim.post("/language", {"language": language, "next": "/"})
        page = kim.get("/administration/log").text
        log = re.sub(r"<[^>]+>", " ", page.partition('<ol class="dates">')[2].partition("</ol>")[0])
        assert log.count(day) == 8
        assert (
            re.findall(r"\d{4}-\d\d-\d\d|\b[a-z]+-molndal\b|\b\w+\.v\d|\w+@(?:unit|forum|operation)|\b2026-1\b", log)
            == []
        )
        for code in ("hos-avtal", "lgs", "regional", "maja.ekdahl", "ulf.granberg", "vvg"):
            assert not re.search(rf"(?<![\w.@]){re.escape(code)}(?!\w)", log), code
