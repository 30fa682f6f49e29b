"""A parked case's page: what it waits for, and the button by which a party asks for a position all the same."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from cases.acting import act
from cases.record import Record
from cases.sight import Seer
from tests.cases.climb_model import YVONNE
from tests.cases.deviations import STINA
from tests.cases.disputes import at_nosam
from tests.record import MORNING
from tests.web.visitor import Visitor
from workflows.nouns import Command


def test_a_party_reads_what_its_case_waits_for_and_asks_for_a_position(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: the parties would look for the reason in the history, and for the way on among all moves."""
    number = at_nosam(record)
    act(record, STINA, number, Command("acknowledge"), MORNING)
    form = at(STINA).get(f"/cases/{number}/moves/park").text
    assert "av parterna om du väljer det nedan (Vem får läsa vad ärendet väntar på)" in form
    waits = {"waits_for": "juridiska synpunkter", "asked_whom": "regionens jurister", "asked_on": "2026-04-15",
             "until": "2026-05-11", "wait_open": "file"}  # fmt: skip
    assert at(STINA).move(number, "park", waits).status_code == 303
    told = "Ärendet väntar på juridiska synpunkter (regionens jurister, begärt 15 april). Det väntas senast 11 maj."
    for tab in ("parked", "awaiting", "mine"):
        listed = at(STINA).get(f"/cases?tab={tab}").text
        assert number in listed, "who parked it finds it again, among what is parked and among what awaits her"
        assert re.search(r'Parkerade <span class="count">1</span>', listed), tab
    page = at(YVONNE).get(f"/cases/{number}").text
    panel = page[page.index('class="turn') : page.index('id="may"')]
    assert told in panel
    asks = f'Vill du att det avgörs ändå? <a class="button second" href="/cases/{number}/moves/wake">'
    assert f"{asks}Begär ställningstagande</a>" in panel
    assert told in at(YVONNE).get(f"/cases/{number}/print").text
    kept = {**waits, "asked_on": date(2026, 4, 15), "until": date(2026, 5, 11), "wait_open": "forum"}
    act(record, STINA, number, Command("wake", {"forum_reason": "Fel."}), MORNING)
    act(record, STINA, number, Command("park", kept), MORNING + timedelta(minutes=1))
    page = at(YVONNE).get(f"/cases/{number}").text
    panel = page[page.index('class="turn') : page.index('id="may"')]
    assert "Ärendet väntar. Det väntas senast 11 maj." in panel
    assert "juridiska synpunkter" in page, "what was told before is still read"
    assert "juridiska synpunkter" not in panel
    form = at(YVONNE).get(f"/cases/{number}/moves/wake").text
    assert "juridiska synpunkter" not in form, "an earlier wait's reason is not this one's"
    assert "juridiska synpunkter" in at(STINA).get(f"/cases/{number}/moves/wake").text
    assert at(YVONNE).move(number, "wake", {"forum_reason": "Vi vill ha ett svar."}).status_code == 303
    page = at(STINA).get(f"/cases/{number}").text
    assert "En part begärde ställningstagande, ärendet väcktes" in page, "the forum learns what is wanted of it"
    assert "Vi vill ha ett svar." not in page, "a party's words stay with the parties"
