"""Old cases are told with the dates that people remember; forcing a day on them would write down what nobody said."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.calendar import MONTHS, spoken
from workflows.fuzzy import LONGEST, Fuzzy, before_calendar, no_such_day, parse_fuzzy

THURSDAY = date(2026, 4, 16)


def read(text: str, today: date | None = None) -> tuple[str, str, str]:
    found = parse_fuzzy(text, today)
    assert found.text == text
    return found.precision, str(found.earliest or ""), str(found.latest or "")


@pytest.mark.parametrize(
    ("text", "precision", "earliest", "latest"),
    [
        # as the minutes have them
        ("hösten 2018", "season", "2018-09-01", "2018-11-30"),
        ("sedan hösten 2018", "season", "2018-09-01", "2018-11-30"),
        ("i februari 2020", "month", "2020-02-01", "2020-02-29"),
        ("april 2022", "month", "2022-04-01", "2022-04-30"),
        ("tidigast november 2021", "earliest", "2021-11-01", ""),
        ("tidigast under november 2021", "earliest", "2021-11-01", ""),
        ("februari - mars 2019", "month", "2019-02-01", "2019-03-31"),
        ("våren 2022", "season", "2022-03-01", "2022-05-31"),
        ("sommaren 2020", "season", "2020-06-01", "2020-08-31"),
        ("senast 14/9 2020", "latest", "", "2020-09-14"),
        ("2018-2019", "year", "2018-01-01", "2019-12-31"),
        # days
        ("2026-04-16", "day", "2026-04-16", "2026-04-16"),
        ("20260416", "day", "2026-04-16", "2026-04-16"),
        ("16 april 2026", "day", "2026-04-16", "2026-04-16"),
        ("den 16:e april 2026", "day", "2026-04-16", "2026-04-16"),
        ("16 apr. 2026.", "day", "2026-04-16", "2026-04-16"),
        ("16/4 2026", "day", "2026-04-16", "2026-04-16"),
        ("16/4-2026", "day", "2026-04-16", "2026-04-16"),
        ("16.4.2026", "day", "2026-04-16", "2026-04-16"),
        ("omkring den 3 maj 2020", "day", "2020-05-03", "2020-05-03"),
        ("12–14 april 2020", "day", "2020-04-12", "2020-04-14"),
        ("12 april - 3 maj 2020", "day", "2020-04-12", "2020-05-03"),
        # longer
        ("vecka 12 2020", "week", "2020-03-16", "2020-03-22"),
        ("v. 12, 2020", "week", "2020-03-16", "2020-03-22"),
        ("2022-04", "month", "2022-04-01", "2022-04-30"),
        ("mellan mars och maj 2020", "month", "2020-03-01", "2020-05-31"),
        ("början av mars 2020", "month", "2020-03-01", "2020-03-10"),
        ("i slutet av 2019", "year", "2019-09-01", "2019-12-31"),
        ("kvartal 3 2021", "season", "2021-07-01", "2021-09-30"),
        ("vintern 2020", "season", "2019-12-01", "2020-02-29"),
        ("vintern 2019/2020", "season", "2019-12-01", "2020-02-29"),
        ("vintern 2019-20", "season", "2019-12-01", "2020-02-29"),
        ("hösten -18", "season", "2018-09-01", "2018-11-30"),
        ("hösten 2018 - våren 2019", "season", "2018-09-01", "2019-05-31"),
        ("mars 2020 till 2021", "year", "2020-03-01", "2021-12-31"),
        ("2019", "year", "2019-01-01", "2019-12-31"),
        ("år 2019", "year", "2019-01-01", "2019-12-31"),
        ("fr.o.m. november 2021", "earliest", "2021-11-01", ""),
        # English
        ("autumn 2018", "season", "2018-09-01", "2018-11-30"),
        ("March of 2018", "month", "2018-03-01", "2018-03-31"),
        ("the autumn of 2018", "season", "2018-09-01", "2018-11-30"),
        ("Summer 2020", "season", "2020-06-01", "2020-08-31"),
        ("in February 2020", "month", "2020-02-01", "2020-02-29"),
        ("April 16, 2026", "day", "2026-04-16", "2026-04-16"),
        ("16th of April 2026", "day", "2026-04-16", "2026-04-16"),
        ("mid-March 2020", "month", "2020-03-11", "2020-03-20"),
        ("the end of 2019", "year", "2019-09-01", "2019-12-31"),
        ("November 2021 at the earliest", "earliest", "2021-11-01", ""),
        ("by 15 May 2021", "latest", "", "2021-05-15"),
        ("Q1 2021", "season", "2021-01-01", "2021-03-31"),
    ],
)
def test_what_people_write_is_understood(text: str, precision: str, earliest: str, latest: str) -> None:
    assert read(text) == (precision, earliest, latest)


@pytest.mark.parametrize(
    ("text", "precision", "earliest", "latest"),
    [
        ("i dag", "day", "2026-04-16", "2026-04-16"),
        ("igår kväll", "day", "2026-04-15", "2026-04-15"),
        ("yesterday", "day", "2026-04-15", "2026-04-15"),
        ("i förrgår", "day", "2026-04-14", "2026-04-14"),
        ("i tisdags", "day", "2026-04-14", "2026-04-14"),
        ("i torsdags", "day", "2026-04-09", "2026-04-09"),
        ("last Monday", "day", "2026-04-13", "2026-04-13"),
        ("förra veckan", "week", "2026-04-06", "2026-04-12"),
        ("för tre veckor sedan", "week", "2026-03-23", "2026-03-29"),
        ("3 months ago", "month", "2026-01-01", "2026-01-31"),
        ("förra månaden", "month", "2026-03-01", "2026-03-31"),
        ("i fjol", "year", "2025-01-01", "2025-12-31"),
        ("i höstas", "season", "2025-09-01", "2025-11-30"),
        ("förra våren", "season", "2025-03-01", "2025-05-31"),
        ("i februari", "month", "2026-02-01", "2026-02-28"),
        ("december", "month", "2025-12-01", "2025-12-31"),
        ("14/9", "day", "2025-09-14", "2025-09-14"),
        ("29 februari", "day", "2024-02-29", "2024-02-29"),
        ("vecka 50", "week", "2025-12-08", "2025-12-14"),
        ("tidigast november", "earliest", "2026-11-01", ""),
        ("senast 14/9", "latest", "", "2026-09-14"),
        ("senast i april", "latest", "", "2026-04-30"),
        ("senast i mars", "latest", "", "2027-03-31"),
    ],
)
def test_what_needs_today_is_understood_when_it_is_known(text: str, precision: str, earliest: str, latest: str) -> None:
    assert read(text, THURSDAY) == (precision, earliest, latest)
    assert read(text) == ("unknown", "", "")


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", "i", "kanske", "tidigast", "hösten", "hösten 20188", "3020", "\0\n\t"),
        *("31 februari 2020", "29 februari 2023", "2026-13", "vecka 54 2020", "32/1 2020", "maj 2020 - april 2020"),
    ],
)
def test_what_is_not_understood_is_unknown_and_keeps_its_words(text: str) -> None:
    assert read(text) == ("unknown", "", "")


def test_a_day_that_no_year_has_is_told_from_words_that_nobody_understands() -> None:
    """Lost otherwise: "31 november" would pass, and the case would have no day of its event."""
    for text in ("31 november", "den 30 februari 2026", "på 31/4", "2026-13-01", "senast 31 juni 2026"):
        assert no_such_day(text), text
    for text in ("29 februari", "16 april", "i går", "hösten 2018", "en kväll", "30 november 2026", "avd 31", ""):
        assert not no_such_day(text), text


def test_a_time_before_the_calendar_is_told_from_one_that_it_has() -> None:
    """Lost otherwise: a slip of the pen puts an event a thousand years back, and no agreement was in force then; or
    what began long ago and goes on is refused ("sedan 1998")."""
    for text in (
        "1 april 1026",
        "1026-04-01",
        "april 1926",
        "hösten 1999",
        "senast 1998",
        "1985",
        "från 1997 till 1998",
    ):
        assert before_calendar(text, THURSDAY), text
    for text in (
        "sedan 1998", "Sedan hösten 1998.", "från 1998", "since about 1998", "from May 1998", "tidigast 1998",
        "fr.o.m. 1998", "sedan 1998 till 2020",
    ):  # fmt: skip
        assert not before_calendar(text, THURSDAY), text
    for text in ("hösten 2000", "16 april 2026", "1026", "kl 1430", "i våras", "för tre år sedan", "en kväll", ""):
        assert not before_calendar(text, THURSDAY), text


def test_a_long_account_is_kept_and_not_searched() -> None:
    text = "april" + " " * LONGEST + "2022"
    assert parse_fuzzy(text) == Fuzzy(text, None, None, "unknown")


@given(st.text(max_size=LONGEST + 10), st.none() | st.dates())
def test_no_text_is_an_error(text: str, today: date | None) -> None:
    """Lost otherwise: a report could not be sent because of how its writer put the date."""
    check(parse_fuzzy(text, today), text)


WORDS = (
    *("i", "tidigast", "senast", "hösten", "vintern", "vecka", "mars", "29", "31", "2020", "-", "till", "början av"),
    *("för", "två", "999", "år", "sedan", "last", "monday", "q1", "februari", "at the earliest", "0", "sent", "/"),
)


@given(st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join), st.none() | st.dates())
def test_no_heap_of_date_words_is_an_error(text: str, today: date | None) -> None:
    """Lost otherwise: somebody who tells an old case in her own words gets a fault in place of "unknown day"."""
    check(parse_fuzzy(text, today), text)


def check(found: Fuzzy, text: str) -> None:
    assert found.text == text
    sides = (found.earliest is not None, found.latest is not None)
    assert sides == {"unknown": (False, False), "earliest": (True, False), "latest": (False, True)}.get(
        found.precision, (True, True)
    )
    if found.earliest and found.latest:
        assert found.earliest <= found.latest


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_written_day_is_read_back(day: date) -> None:
    for text in (day.isoformat(), spoken(day, "sv").partition(" ")[2], spoken(day, "en").partition(" ")[2]):
        assert read(text) == ("day", day.isoformat(), day.isoformat())


@given(st.sampled_from([*MONTHS["sv"], *MONTHS["en"]]), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_a_month_without_a_year_has_begun_and_is_the_latest_such(month: str, today: date) -> None:
    found = parse_fuzzy(month, today)
    assert found.earliest is not None
    assert found.earliest <= today < found.earliest + timedelta(days=366)
    assert found.earliest.month in {names.index(month) + 1 for names in MONTHS.values() if month in names}


def test_fuzzy_dates_sort_by_when_they_can_first_have_been() -> None:
    said = ["kanske", "2019", "hösten 2018", "tidigast september 2018", "3 september 2018", "september 2018"]
    ordered = [found.text for found in sorted(map(parse_fuzzy, said), key=lambda found: found.order)]
    assert ordered == [
        *("september 2018", "hösten 2018", "tidigast september 2018", "3 september 2018", "2019", "kanske"),
    ]
