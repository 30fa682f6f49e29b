"""When it was, where nobody knows the day: a month, a season, a year, or some time between two days.

People say "hösten 2025"; the cover keeps what that can mean (its first day, and its last as the fact `event_until`),
and it is said again as wide as it was said, never as a day that nobody named (domain.md section 5, law 7). The words
themselves may point somebody out and stay with the report.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from workflows.calendar import MONTHS, Language, spoken, spoken_short

if TYPE_CHECKING:
    from workflows.fuzzy import Fuzzy

UNTIL = "event_until"
OPEN = "open"
"""It began then and has no end that anybody named."""

_SEASONS: Mapping[int, Mapping[Language, str]] = {
    3: {"sv": "våren", "en": "spring"}, 6: {"sv": "sommaren", "en": "summer"},
    9: {"sv": "hösten", "en": "autumn"}, 12: {"sv": "vintern", "en": "winter"},
}  # fmt: skip


def until_of(said: Fuzzy) -> dict[str, str]:
    """The fact beside the first day of what was said: its last day, or that it has none; nothing for one day."""
    if said.earliest is None or said.earliest == said.latest:
        return {}
    return {UNTIL: said.latest.isoformat() if said.latest else OPEN}


def when_spoken(first: date, facts: Mapping[str, Any], language: Language) -> str:
    """`måndag 15 juni 2026`, `juni 2026`, `hösten 2025`, `2024`, `från 1 maj 2025`, `mellan 1 och 20 juni 2025`."""
    return _wide(first, facts, language) or spoken(first, language)


def when_short(first: date, facts: Mapping[str, Any], language: Language, today: date) -> str:
    """The same for a list: `15 juni`, and a day's year only when it is another one than today's."""
    return _wide(first, facts, language) or spoken_short(first, language, today)


def _wide(first: date, facts: Mapping[str, Any], language: Language) -> str:
    until = str(facts.get(UNTIL) or "")
    never = date.max
    if not until:
        return ""
    if until == OPEN:
        return f"{'från' if language == 'sv' else 'since'} {spoken_short(first, language, never)}"
    last, whole = date.fromisoformat(until), first.day == 1
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if whole and (last + timedelta(days=1)).day == 1:
        if months == 1:
            return f"{MONTHS[language][first.month - 1]} {first.year}"
        if months == 3 and first.month in _SEASONS:
            year = f"{first.year}/{last.year}" if last.year != first.year else f"{first.year}"
            return f"{_SEASONS[first.month][language]} {year}"
        if months == 12 and first.month == 1:
            return str(first.year)
    began = str(first.day) if months == 1 else spoken_short(first, language, last)
    ended = spoken_short(last, language, never)
    return f"mellan {began} och {ended}" if language == "sv" else f"between {began} and {ended}"
