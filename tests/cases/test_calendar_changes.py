"""A meeting moves, a party closes, a holiday is corrected: open dates follow, pauses stay, and people are told once."""

from datetime import date, timedelta

from cases.acting import act
from cases.fold import difference
from cases.organisation.calendar_changes import (
    add_meeting,
    cancel_meeting,
    close_party,
    move_meeting,
    needs_recount,
    recount_all,
)
from cases.owed_dates import owed_dates_of
from cases.reading import view
from cases.record import Record
from cases.soundness.verify import verify
from cases.wording import wording
from config.calendar import Correction, build_holidays
from tests.cases.deviations import (
    HELENA,
    MAJA,
    OSKAR,
    PETRA,
    STINA,
    WHY,
    arrived,
    ended_with_a_decision_to_report,
    liftable,
)
from tests.record import MORNING
from workflows.nouns import Command

LATER = MORNING + timedelta(days=1)


def dates(record: Record, number: str) -> dict[str, tuple[date, int]]:
    """Open deadlines by code: date and revision."""
    with record.database.read() as tx:
        rows = tx.all(
            "SELECT d.code, d.due, d.revision FROM deadline d JOIN cases c ON c.id = d.case_id"
            " WHERE c.number = :n AND d.status = 'open'",
            n=number,
        )
    return {code: (due, revision) for code, due, revision in rows}


def letters(record: Record, number: str, status: str) -> list[str]:
    with record.database.read() as tx:
        rows = tx.all(
            "SELECT k.key FROM docket k JOIN cases c ON c.id = k.case_id WHERE c.number = :n AND k.status = :s",
            n=number, s=status,
        )  # fmt: skip
    return [key for (key,) in rows]


def test_a_day_on_which_the_party_is_closed_moves_its_date_and_tells_once(record: Record) -> None:
    """Else the answer is due on a day when nobody is there, or the old date's reminder still goes out."""
    number = arrived(record)
    assert dates(record, number)["answer"][0] == date(2026, 6, 15)
    close_party(record, "vgr", date(2026, 6, 15), "Flyttdag")
    assert recount_all(record, LATER) == 1
    assert dates(record, number)["answer"] == (date(2026, 6, 16), 2)
    assert any("/recount/" in key for key in letters(record, number, "waiting"))
    assert any("answer#1/r1/" in key for key in letters(record, number, "overtaken"))
    assert not any("answer#1/r1/" in key for key in letters(record, number, "waiting"))
    assert recount_all(record, LATER) == 0, "counted twice, told twice"
    assert verify(record, LATER) == ()


def test_a_pause_is_never_forgotten_when_dates_are_counted_anew(record: Record) -> None:
    """Else a corrected holiday takes back the days that the clock stood still (glpi#6902)."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    act(record, OSKAR, number, Command("ask", {"question_text": "Vilken avdelning?"}), MORNING + timedelta(days=4))
    act(record, MAJA, number, Command("supplement", {"part_text": "Ortopedi 3"}), MORNING + timedelta(days=11))
    before = dates(record, number)["answer"][0]
    assert before == date(2026, 6, 22), "60 days and a pause of seven"
    close_party(record, "vgr", before, "Flyttdag")
    recount_all(record, MORNING + timedelta(days=12))
    assert dates(record, number)["answer"][0] == date(2026, 6, 23)


def test_met_dates_never_change(record: Record) -> None:
    """Else yesterday's promise, kept in time, turns into a broken one."""
    number = liftable(record)
    close_party(record, "vgr", date(2026, 6, 15), "Flyttdag")
    recount_all(record, LATER)
    with record.database.read() as tx:
        row = tx.one("SELECT due, status, revision FROM deadline WHERE code = 'answer'")
    assert row == (date(2026, 6, 15), "met", 1)
    assert number


def test_a_date_bound_to_the_meeting_follows_it_and_falls_back_without_one(record: Record) -> None:
    """Else a case waits for a meeting that is not held, or misses an extra one (SRO met 23 April 2021)."""
    number = liftable(record)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    add_meeting(record, "nosam-molndal", date(2026, 5, 12), "extra")
    act(record, STINA, number, Command("acknowledge"), MORNING)
    material = dates(record, number)["material"][0]
    assert material == date(2026, 4, 27), "ten working days before 12 May, with the first of May between"
    move_meeting(record, "nosam-molndal", date(2026, 5, 12), date(2026, 5, 15))
    assert recount_all(record, LATER) == 1
    assert dates(record, number)["material"] == (date(2026, 4, 29), 2)
    cancel_meeting(record, "nosam-molndal", date(2026, 5, 15))
    recount_all(record, LATER)
    assert dates(record, number)["material"][0] != date(2026, 4, 29)
    with record.database.read() as tx:
        assert difference(tx, int(tx.value("SELECT id FROM cases WHERE number = :n", n=number))) is None


def test_what_somebody_owes_by_a_meeting_follows_it_also_when_the_case_has_ended(record: Record) -> None:
    """Else a decision is to be reported at a meeting that is not held, or its process leader is late by an old date."""
    number = ended_with_a_decision_to_report(record)
    assert _report(record, number) == (date(2026, 5, 20), 1)
    move_meeting(record, "nosam-molndal", date(2026, 5, 20), date(2026, 6, 3))
    assert recount_all(record, LATER) == 1
    assert _report(record, number) == (date(2026, 6, 3), 2)
    waiting, gone = letters(record, number, "waiting"), letters(record, number, "overtaken")
    assert [key for key in waiting if "report#1" in key] == [f"{number}/report#1/r2/-10/{STINA.post}"]
    assert [key for key in gone if "report#1" in key] == [f"{number}/report#1/r1/-10/{STINA.post}"]
    assert [key for key in waiting if "/recount/" in key and key.endswith(STINA.post)], "she is told at once"
    seen = view(record, STINA, number, LATER)
    (told,) = [o for o in owed_dates_of(seen, wording(record, seen, LATER)) if o.part.code == "report"]
    assert (told.asked_on, told.other_day()) == (MORNING.date(), None), "the sum is that of the step that asked"
    assert "3 juni 2026" in told.lines("sv")[-1]
    assert seen.lines[-1].code == "recount", "and the history tells it"
    assert recount_all(record, LATER) == 0
    cancel_meeting(record, "nosam-molndal", date(2026, 6, 3))
    recount_all(record, LATER)
    assert _report(record, number) == (date(2026, 9, 9), 3), "the next meeting that is held"
    assert verify(record, LATER) == ()


def _report(record: Record, number: str) -> tuple[date, int]:
    (owed,) = [c for c in view(record, STINA, number, LATER).contributions if c.code == "report"]
    return owed.due, owed.revision


def test_the_record_knows_that_its_dates_were_counted_with_another_calendar(record: Record) -> None:
    """Else a corrected holiday in the county's folder changes nothing until somebody remembers to ask."""
    assert not needs_recount(record)
    record.red_days = build_holidays([Correction(date(2026, 5, 15), "Klämdag", "prov")])
    assert needs_recount(record)
    recount_all(record, LATER)
    assert not needs_recount(record)
