"""A date that cannot be explained is disputed: each step, each free day and each meeting passed by must be named."""

import json
from datetime import date, timedelta

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows import oracle
from workflows.calendar import Calendar
from workflows.due import Meeting, Pause, Rule, due
from workflows.why import Explanation, explain, explain_owed

RED = dict(country_holidays("SE", categories=("public", "de_facto"), language="sv", years=range(2000, 2046)))
DAYS = Calendar(RED, revision="se-2").days_of(None)
SIXTY = Rule("calendar", 60, source="D-05")
NEXT = Rule("meeting", forum="VVG", lead=10, limit=30, fallback=Rule("calendar", 30, source="ours"), source="A-12")
VVG = [Meeting("VVG", date(2021, 6, 14)), Meeting("VVG", date(2021, 9, 2))]


EVERY_DAY = (SIXTY, *(Rule("working", n, source="ours") for n in (3, 10, 15, 40)))


def free_days(told: Explanation, kind: str) -> list[tuple[date | None, str]]:
    """The days it names as skipped or rolled over, with their Swedish names."""
    steps = [step for step in told.steps if step.kind == kind]
    return [(step.day, name[0]) for step in steps if isinstance(name := step.facts["name"], tuple)]


def kinds(told: Explanation) -> list[str]:
    return [step.kind for step in told.steps]


@pytest.mark.parametrize("rule", EVERY_DAY, ids=lambda rule: f"{rule.count} {rule.unit}")
def test_every_start_day_from_2024_to_2040(rule: Rule) -> None:
    """The date, the explained date and the wall calendar's date are one, and every free day passed over is named."""
    start = date(2024, 1, 1)
    while start <= date(2040, 12, 31):
        told = explain(rule, start, DAYS)
        wall = oracle.count_days(rule.unit, rule.count, start)
        assert due(rule, start, DAYS) == told.result == wall.day, start
        assert free_days(told, "skipped") == wall.skipped, start
        assert free_days(told, "rolled") == wall.rolled, start
        start += timedelta(days=1)


def test_sixty_days_in_both_languages() -> None:
    event = ("rapporten kom till Mölndal", "the report reached Mölndal")
    told = explain(SIXTY, date(2026, 4, 16), DAYS, started_by=event)
    assert told.lines("sv") == [
        "Räknas från torsdag 16 april 2026, som är dag noll. Händelse: rapporten kom till Mölndal.",
        "Regel: 60 kalenderdagar; slutar tiden på en ledig dag gäller nästa arbetsdag. Källa: D-05.",
        "Tiden, 60 kalenderdagar, slutar måndag 15 juni 2026.",
        "Kalender: se-2.",
        "Sista dag är måndag 15 juni 2026, hela dagen.",
    ]
    assert told.lines("en") == [
        "Counted from Thursday 16 April 2026, which is day zero. Event: the report reached Mölndal.",
        "Rule: 60 calendar days; if the time ends on a day off, the next working day holds. Source: D-05.",
        "The time, 60 calendar days, ends on Monday 15 June 2026.",
        "Calendar: se-2.",
        "The last day is Monday 15 June 2026, all of it.",
    ]


def test_each_day_rolled_over_at_midsummer_is_named() -> None:
    told = explain(SIXTY, date(2026, 4, 20), DAYS)
    names = "fredag 19 juni 2026 (Midsommarafton), lördag 20 juni 2026 (Midsommardagen), söndag 21 juni 2026"
    assert f"Flyttas fram förbi {names}." in told.lines("sv")
    assert [s.day for s in told.steps if s.kind == "rolled"] == [date(2026, 6, d) for d in (19, 20, 21)]


def test_every_skipped_day_is_an_item_of_its_own_in_json() -> None:
    told = explain(Rule("working", 3, source="ours"), date(2026, 4, 30), DAYS)
    assert [item for item in told.as_json() if item["kind"] == "skipped"] == [
        {
            "kind": "skipped",
            "date": day,
            "name_sv": sv,
            "name_en": en,
            "text_sv": f"Räknas inte: {text_sv}.",
            "text_en": f"Not counted: {text_en}.",
        }
        for day, sv, en, text_sv, text_en in (
            ("2026-05-01", "Första maj", "May Day", "fredag 1 maj 2026 (Första maj)", "Friday 1 May 2026 (May Day)"),
            ("2026-05-02", "lördag", "Saturday", "lördag 2 maj 2026", "Saturday 2 May 2026"),
            ("2026-05-03", "söndag", "Sunday", "söndag 3 maj 2026", "Sunday 3 May 2026"),
        )
    ]


def test_a_partys_own_closed_day_is_named() -> None:
    days = Calendar(RED, closed={"ale": {date(2026, 5, 15): "Klämdag"}}).days_of("ale")
    told = explain(Rule("working", 3, source="ours"), date(2026, 5, 12), days)
    names = "torsdag 14 maj 2026 (Kristi himmelsfärdsdag), fredag 15 maj 2026 (Klämdag)"
    assert any(line.startswith(f"Räknas inte: {names}, lördag 16 maj") for line in told.lines("sv"))


def test_the_calendars_revision_is_named() -> None:
    """Lost otherwise: after a corrected holiday nobody could tell why the date is another than in the letter."""
    public_only = {day: name for day, name in RED.items() if not name.endswith("afton")}
    first = explain(SIXTY, date(2026, 4, 20), Calendar(public_only, revision="se-1").days_of(None))
    second = explain(SIXTY, date(2026, 4, 20), DAYS)
    assert (first.result, second.result) == (date(2026, 6, 19), date(2026, 6, 22))
    assert "Kalender: se-1." in first.lines("sv")
    assert "Kalender: se-2." in second.lines("sv")


def test_a_pause_says_when_why_and_how_much() -> None:
    pause = Pause(date(2026, 12, 18), date(2027, 1, 4), "fråga till avsändaren")
    told = explain(Rule("working", 15, source="ours"), date(2026, 12, 7), DAYS, pauses=[pause])
    assert told.result == date(2027, 1, 13)
    still = "Klockan står still efter fredag 18 december 2026 till och med måndag 4 januari 2027"
    assert f"{still}: 7 arbetsdagar räknas inte. Skäl: fråga till avsändaren." in told.lines("sv")
    told = explain(SIXTY, date(2026, 12, 1), DAYS, pauses=[pause])
    assert f"{still}: 17 kalenderdagar räknas inte. Skäl: fråga till avsändaren." in told.lines("sv")


def test_a_pause_in_the_middle_of_the_week_counts_its_days_right() -> None:
    pause = Pause(date(2026, 4, 14), date(2026, 4, 16))
    told = explain(Rule("working", 5, source="ours"), date(2026, 4, 13), DAYS, pauses=[pause])
    assert told.result == date(2026, 4, 22)
    assert any(": 2 arbetsdagar räknas inte." in line for line in told.lines("sv"))


def test_each_weekend_has_a_line_of_its_own() -> None:
    lines = explain(Rule("working", 7, source="ours"), date(2026, 4, 16), DAYS).lines("en")
    assert [line for line in lines if line.startswith("Not")] == [
        "Not counted: Saturday 18 April 2026, Sunday 19 April 2026.",
        "Not counted: Saturday 25 April 2026, Sunday 26 April 2026.",
    ]


def test_a_pause_that_changed_nothing_is_not_told() -> None:
    told = explain(SIXTY, date(2026, 4, 16), DAYS, pauses=[Pause(date(2026, 7, 1), date(2026, 7, 9))])
    assert "paused" not in kinds(told)


def test_an_extension_shows_the_old_date_and_the_new() -> None:
    told = explain(
        *(SIXTY, date(2020, 6, 15), DAYS),
        extended_to=date(2020, 9, 15),
        extended_on=date(2020, 8, 3),
        extended_because="semestertid",
    )
    line = "Förlängt från fredag 14 augusti 2020 till tisdag 15 september 2020. Skäl: semestertid."
    assert f"{line} Den nya dagen sattes måndag 3 augusti 2020." in told.lines("sv")
    assert told.result == date(2020, 9, 15)


def test_an_agreed_saturday_is_kept_and_said_to_be_one() -> None:
    told = explain(Rule("fixed", source="agreed"), date(2026, 4, 16), DAYS, named=date(2026, 12, 26))
    assert told.result == date(2026, 12, 26)
    kept = "Ledig dag: lördag 26 december 2026 (Annandag jul). En dag som någon har angett flyttas ändå inte."
    assert kept in told.lines("sv")


def test_a_meeting_says_what_was_passed_by_and_why() -> None:
    """The summer gap of 80 days: 14 June is too near, 2 September too far, so the presidium's thirty days hold."""
    told = explain(NEXT, date(2021, 6, 1), DAYS, meetings=VVG)
    assert told.lines("sv")[1:-2] == [
        "Regel: forumets nästa möte vars materialdatum, 10 arbetsdagar före, inte har passerat. Källa: A-12.",
        "Mötet måndag 14 juni 2021 hinns inte med. Material senast måndag 31 maj 2021. Forum: VVG.",
        "Mötet torsdag 2 september 2021 är för långt bort: gränsen är torsdag 1 juli 2021, 30 kalenderdagar från start."
        " Forum: VVG.",
        "I stället gäller 30 kalenderdagar; slutar tiden på en ledig dag gäller nästa arbetsdag. Källa: ours.",
        "Tiden, 30 kalenderdagar, slutar torsdag 1 juli 2021.",
    ]


def test_the_chosen_meeting_is_named_with_its_material_date() -> None:
    told = explain(NEXT, date(2021, 5, 28), DAYS, meetings=VVG)
    line = "Närmaste möte som hinns med: måndag 14 juni 2021. Material senast måndag 31 maj 2021. Forum: VVG."
    assert line in told.lines("sv")
    assert "fallback" not in kinds(told)


def test_a_forum_without_a_date_is_told_to_set_one() -> None:
    told = explain(NEXT, date(2021, 9, 3), DAYS, meetings=VVG)
    assert "Inget möte som hinns med har fått datum. Forumet bör bestämma ett. Forum: VVG." in told.lines("sv")
    assert "No meeting that can be reached has a date yet. The forum ought to set one. Forum: VVG." in told.lines("en")


def test_a_cancelled_and_a_provisional_meeting_are_called_so() -> None:
    held = [Meeting("VVG", date(2021, 6, 14), "cancelled"), Meeting("VVG", date(2021, 6, 16), "provisional")]
    held.append(Meeting("VVG", date(2021, 9, 2), "cancelled"))
    told = explain(NEXT, date(2021, 5, 20), DAYS, meetings=held)
    lines = told.lines("sv")
    assert kinds(told).count("cancelled") == 1, "what comes after the chosen meeting is nobody's question"
    assert "Mötet måndag 14 juni 2021 är inställt. Forum: VVG." in lines
    assert any(line.endswith("Forum: VVG. Mötesdagen är preliminär.") for line in lines)


def test_a_meeting_is_not_moved_by_a_pause_and_says_so() -> None:
    told = explain(NEXT, date(2021, 5, 28), DAYS, meetings=VVG, pauses=[Pause(date(2021, 6, 1), date(2021, 6, 20))])
    assert told.result == date(2021, 6, 14)
    assert "Ett möte flyttas inte av pauser." in told.lines("sv")


def test_the_material_date_and_a_meeting_without_material_have_their_own_words() -> None:
    material = Rule("meeting", at="material", lead=10, fallback=SIXTY, source="ours")
    told = explain(material, date(2021, 5, 28), DAYS, meetings=VVG)
    assert told.result == date(2021, 5, 31)
    assert "Regel: materialdatum, 10 arbetsdagar före mötet, för forumets nästa" in told.lines("sv")[1]
    told = explain(Rule("meeting", fallback=SIXTY, source="ours"), date(2021, 6, 1), DAYS, meetings=VVG)
    assert told.lines("sv")[1:3] == [
        "Regel: forumets nästa möte. Källa: ours.",
        "Närmaste möte som hinns med: måndag 14 juni 2021. Forum: VVG.",
    ]


def test_what_is_owed_by_another_date_says_which() -> None:
    """Else somebody is asked to read a page by a day that no rule gives."""
    three, bound = Rule("working", 3, source="ours"), ("Materialdatum", "Material date")
    free = explain_owed(three, date(2026, 4, 16), DAYS, until=date(2026, 5, 4), bound=bound)
    assert (free.result, "no_later" in kinds(free)) == (date(2026, 4, 21), False)
    held = explain_owed(three, date(2026, 4, 16), DAYS, until=date(2026, 4, 20), bound=bound)
    assert held.result == date(2026, 4, 20)
    assert "Dock inte senare än ”Materialdatum”: måndag 20 april 2026." in held.lines("sv")
    round_end = explain_owed(
        Rule("fixed", source="ours"), date(2026, 4, 16), DAYS, until=date(2026, 9, 15), bound=bound
    )
    assert round_end.result == date(2026, 9, 15)
    assert "The same day as “Material date”: Tuesday 15 September 2026." in round_end.lines("en")


def test_a_short_month_says_so() -> None:
    told = explain(Rule("months", 1, source="ours"), date(2024, 1, 31), DAYS)
    assert told.result == date(2024, 2, 29)
    assert "Månaden har ingen dag 31; dess sista dag gäller." in told.lines("sv")
    assert "Tiden, 1 månad, slutar torsdag 29 februari 2024." in told.lines("sv")


def test_braces_in_peoples_words_are_only_words() -> None:
    pause = Pause(date(2026, 5, 4), date(2026, 5, 6), "{day} {0}")
    assert any("{day} {0}" in line for line in explain(SIXTY, date(2026, 4, 16), DAYS, pauses=[pause]).lines("sv"))


@given(st.dates(date(2024, 1, 1), date(2040, 12, 31)), st.integers(0, 90), st.integers(-10, 60), st.integers(0, 40))
def test_the_days_of_an_explanation_add_up(start: date, count: int, after: int, length: int) -> None:
    """Lost otherwise: a reader who counts on the wall calendar would not arrive at the same day."""
    pause = Pause(start + timedelta(days=after), start + timedelta(days=after + length))
    told = explain(Rule("working", count, source="ours"), start, DAYS, pauses=[pause])
    wall = oracle.count_days("working", count, start, [(pause.start, pause.end)])
    assert told.result == wall.day
    assert free_days(told, "skipped") == wall.skipped
    assert free_days(told, "rolled") == wall.rolled
    items = json.loads(json.dumps(told.as_json()))
    assert items[-1] == {
        "kind": "result",
        "date": told.result.isoformat(),
        "text_sv": told.lines("sv")[-1],
        "text_en": told.lines("en")[-1],
    }
    assert {item["date"] for item in items if item["kind"] == "skipped"} == {d.isoformat() for d, _ in wall.skipped}
