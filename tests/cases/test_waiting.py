"""What a parked case waits for is said to those who may know it, and changes when the wait has lasted too long."""

from datetime import date, datetime, timedelta

import pytest

from cases.acting import act, act_by_clock
from cases.case_json import case_json
from cases.reading import view
from cases.record import Record
from cases.sight import Seer
from cases.waiting import Waiting, waiting
from cases.wording import wording
from tests.cases.climb_model import YVONNE
from tests.cases.deviations import KATARINA, MAJA, STINA, prepared
from tests.cases.disputes import at_nosam
from tests.record import MORNING
from workflows.nouns import Command
from workflows.office_hours import local_date

ADVICE = {
    "waits_for": "Juridiska synpunkter.", "asked_whom": "Regionens jurister", "asked_on": date(2026, 4, 15),
    "until": date(2026, 5, 11),
}  # fmt: skip
LEADER = "Processledare i NOSAM Mölndal"
ASK = "Vill du att det avgörs ändå?"


def told(record: Record, seer: Seer, number: str, now: datetime) -> Waiting:
    seen = view(record, seer, number, now)
    found = waiting(seen, wording(record, seen, now), local_date(now))
    assert found is not None
    return found


def swedish(record: Record, seer: Seer, number: str, now: datetime = MORNING) -> str:
    return " ".join(sentence.sv for sentence in told(record, seer, number, now).told)


def by_clock(record: Record, number: str, move: str, now: datetime) -> None:
    with record.database.write() as tx:
        act_by_clock(tx, record, int(tx.value("SELECT id FROM cases WHERE number = :n", n=number)), move, now)


@pytest.fixture
def number(record: Record) -> str:
    """A dispute that NOSAM has acknowledged."""
    number = at_nosam(record)
    act(record, STINA, number, Command("acknowledge"), MORNING)
    return number


def test_both_sides_read_what_their_case_waits_for(record: Record, number: str) -> None:
    """Lost otherwise: a party sees "parked" and no more, and does not know whom to ask, until when, or that it may have
    a decision all the same (routine.md Fp, its eighth text)."""
    act(record, STINA, number, Command("park", {**ADVICE, "wait_open": "file"}), MORNING)
    wait = "Ärendet väntar på juridiska synpunkter (regionens jurister, begärt 15 april). Det väntas senast 11 maj."
    checked = f"{wait} {LEADER} stämmer av 11 maj."
    assert swedish(record, MAJA, number) == checked, "a handler reads it; the chiefs and managers ask"
    for manager in (YVONNE, KATARINA, STINA):
        assert swedish(record, manager, number) == f"{checked} {ASK}"
    english = " ".join(sentence.en for sentence in told(record, MAJA, number, MORNING).told)
    assert english.startswith("The case waits for juridiska synpunkter (regionens jurister, asked for on 15 April).")
    late = MORNING + timedelta(days=28)
    assert "Det väntades senast 11 maj, och dagen har passerat." in swedish(record, MAJA, number, late)
    seen = view(record, MAJA, number, MORNING)
    json = case_json(seen, wording(record, seen, MORNING), (), today=local_date(MORNING))["waiting"]
    assert (json["what"], json["until"], json["may_wake"]) == ("Juridiska synpunkter.", "2026-05-11", False)
    assert json["told_sv"] == checked


def test_what_the_forum_keeps_to_itself_is_a_day_to_others(record: Record, number: str) -> None:
    """Lost otherwise: the parties read what the forum weighs; or the day is hidden with the reason."""
    act(record, STINA, number, Command("park", {**ADVICE, "wait_open": "forum"}), MORNING)
    for party in (MAJA, YVONNE, KATARINA):
        found = told(record, party, number, MORNING)
        text = swedish(record, party, number)
        assert text.removesuffix(f" {ASK}") == (
            f"Ärendet väntar. Det väntas senast 11 maj. {LEADER} stämmer av 11 maj."
        )
        assert (found.what, found.asked_whom, found.asked_on) == ("", "", None)
    assert "juridiska synpunkter (regionens jurister" in swedish(record, STINA, number)


def test_after_ninety_days_the_wait_is_over_and_says_so(record: Record, number: str) -> None:
    """Lost otherwise: a case is checked for ever, or wakes and nobody knows that it had waited in vain."""
    act(record, STINA, number, Command("park", {**ADVICE, "wait_open": "file"}), MORNING)
    days = [MORNING + timedelta(days=passed) for passed in (33, 63, 95)]
    by_clock(record, number, "lapse", days[0])
    assert f"{LEADER} stämmer av 18 juni." in swedish(record, MAJA, number, days[0])
    by_clock(record, number, "lapse", days[1])
    last = "Längre än till 15 juli väntar ärendet inte: då vaknar det av sig självt, och ställning tas på nytt."
    assert last in swedish(record, MAJA, number, days[1])
    assert "stämmer av" not in swedish(record, MAJA, number, days[1])
    by_clock(record, number, "expire", days[2])
    assert view(record, MAJA, number, days[2]).cover.stage == "forum_prepared"
    assert swedish(record, YVONNE, number, days[2]) == (
        "Ärendet väntade på juridiska synpunkter (regionens jurister, begärt 15 april), från 16 april till 20 juli."
        " Väntan är slut, och ställning tas på nytt."
    )
    prepared(record, number, days[2])
    act(record, STINA, number, Command("agenda"), days[2])
    seen = view(record, MAJA, number, days[2])
    assert waiting(seen, wording(record, seen, days[2]), local_date(days[2])) is None, "it has gone on"
