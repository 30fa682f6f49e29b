"""When it was, said as wide as it was said: nobody named a day, and none may stand on the page (law 7)."""

from datetime import date

import pytest

from workflows.about_when import UNTIL, until_of, when_short, when_spoken
from workflows.fuzzy import parse_fuzzy

TODAY = date(2026, 11, 20)
SAID = {
    "16 april 2026": ("torsdag 16 april 2026", "Thursday 16 April 2026"),
    "augusti 2026": ("augusti 2026", "August 2026"),
    "hösten 2025": ("hösten 2025", "autumn 2025"),
    "spring 2025": ("våren 2025", "spring 2025"),
    "vintern 2025": ("vintern 2024/2025", "winter 2024/2025"),
    "2024": ("2024", "2024"),
    "tidigast 1998": ("från 1 januari 1998", "since 1 January 1998"),
    "3 maj till 20 maj 2026": ("mellan 3 och 20 maj 2026", "between 3 and 20 May 2026"),
    "juni till juli 2026": ("mellan 1 juni och 31 juli 2026", "between 1 June and 31 July 2026"),
}


@pytest.mark.parametrize("words", SAID)
def test_a_time_is_said_as_wide_as_it_was_said(words: str) -> None:
    """Else "hösten 2025" would stand as a Monday in September, which nobody has said and the other party denies."""
    said = parse_fuzzy(words, TODAY)
    assert said.earliest is not None
    facts = until_of(said)
    assert tuple(when_spoken(said.earliest, facts, language) for language in ("sv", "en")) == SAID[words]
    if facts:
        assert when_short(said.earliest, facts, "sv", TODAY) == SAID[words][0]
    else:
        assert when_short(said.earliest, facts, "sv", TODAY) == "16 april"


def test_what_has_no_first_day_has_no_last_one_either() -> None:
    """Else the cover would tell the end of something that nobody knows the beginning of."""
    assert until_of(parse_fuzzy("vet inte", TODAY)) == {}
    assert UNTIL not in until_of(parse_fuzzy("16 april 2026", TODAY))
