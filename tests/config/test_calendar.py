"""The days off: the eves count, a county can correct them, and the revision tells one table from another."""

from datetime import date

import pytest

from config.calendar import Correction, HolidayTable, build_holidays, correction_fault


@pytest.fixture(scope="module")
def table() -> HolidayTable:
    return build_holidays()


def test_the_year_2026_by_name(table: HolidayTable) -> None:
    """Lost otherwise: a deadline lands on Midsummer's Eve, or an explanation names a day in the wrong language."""
    year = {f"{day:%m-%d}": name for day, name in table.names.items() if day.year == 2026}
    assert year == {
        "01-01": "Nyårsdagen",
        "01-06": "Trettondedag jul",
        "04-03": "Långfredagen",
        "04-05": "Påskdagen",
        "04-06": "Annandag påsk",
        "05-01": "Första maj",
        "05-14": "Kristi himmelsfärdsdag",
        "05-24": "Pingstdagen",
        "06-06": "Nationaldagen",
        "06-19": "Midsommarafton",
        "06-20": "Midsommardagen",
        "10-31": "Alla helgons dag",
        "12-24": "Julafton",
        "12-25": "Juldagen",
        "12-26": "Annandag jul",
        "12-31": "Nyårsafton",
    }


def test_the_table_covers_2000_to_2045(table: HolidayTable) -> None:
    """Lost otherwise: a date outside would be counted as if that year had no holidays at all."""
    assert {day.year for day in table.names} == set(range(2000, 2046))


def test_past_changes_of_the_law_are_in_it(table: HolidayTable) -> None:
    """Lost otherwise: a case told afterwards gets dates by today's law (2005: National Day came, Whit Monday went)."""
    assert date(2004, 5, 31) in table.names
    assert date(2006, 6, 5) not in table.names
    assert table.is_working_day(date(2003, 6, 6))
    assert not table.is_working_day(date(2007, 6, 6))


def test_weekends_are_no_working_days(table: HolidayTable) -> None:
    """Lost otherwise: a meeting on a Saturday would raise no eyebrow."""
    assert not table.is_working_day(date(2026, 3, 7))
    assert table.is_working_day(date(2026, 3, 9))


def test_corrections_add_and_remove_days(table: HolidayTable) -> None:
    """Lost otherwise: a county could not say that its offices work, or rest, on another day than the country."""
    rest = Correction(date(2026, 5, 15), "Klämdag", "beslut 2025")
    work = Correction(date(2026, 6, 19), None, "beslut 2025")
    corrected = build_holidays([rest, work])
    assert corrected.names[date(2026, 5, 15)] == "Klämdag"
    assert corrected.is_working_day(date(2026, 6, 19))
    assert len(corrected.names) == len(table.names)


def test_the_revision_changes_with_a_day_or_a_name_and_with_nothing_else(table: HolidayTable) -> None:
    """Lost otherwise: open deadlines are not counted anew after a correction, or all of them are for nothing."""
    day = date(2026, 5, 15)
    revisions = [
        table.revision,
        build_holidays([Correction(day, "Klämdag", "X")]).revision,
        build_holidays([Correction(day, "Annat namn", "X")]).revision,
        build_holidays([Correction(date(2026, 6, 19), None, "X")]).revision,
    ]
    assert len(set(revisions)) == len(revisions)
    assert build_holidays([Correction(day, "Klämdag", "annan källa")]).revision == revisions[1]
    assert build_holidays().revision == table.revision


@pytest.mark.parametrize(
    ("correction", "words"),
    [
        (Correction(date(1999, 12, 31), "X", "X"), "outside the calendar"),
        (Correction(date(2046, 1, 2), None, "X"), "outside the calendar"),
        (Correction(date(2026, 12, 25), "Juldagen", "X"), "already Juldagen"),
        (Correction(date(2026, 3, 3), None, "X"), "is no holiday"),
    ],
)
def test_a_correction_that_changes_nothing_is_refused(correction: Correction, words: str) -> None:
    """Lost otherwise: a slip leaves the calendar as it was, and nobody notices until a deadline is wrong."""
    assert words in (correction_fault(correction) or "")


def test_a_sound_correction_has_no_fault() -> None:
    """Lost otherwise: a holiday could not even be given another name."""
    assert correction_fault(Correction(date(2026, 12, 25), "Juldagen (stängt)", "X")) is None
    assert correction_fault(Correction(date(2026, 6, 19), None, "X")) is None
