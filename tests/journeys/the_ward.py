"""What the hospital does with a report about its ward, clicked in several journeys: sorted, and answered there."""

from tests.journeys.person import Person

WARD = "Ortopedavdelning, Mölndals sjukhus"
CAUSE = "Utskrivningen gick för fort."


def lead_to_the_ward(petra: Person) -> None:
    """From the case's page."""
    petra.follow("Utse enhet")
    petra.answer("Enhet", WARD)
    petra.press("Utse enhet")
    assert petra.sees(f"Gjort: Ärendet lämnades till {WARD} för utredning")


def answer_from_the_ward(oskar: Person, number: str) -> None:
    oskar.open(f"/cases/{number}")
    assert oskar.part("Det är er tur").is_visible()
    oskar.follow("Svara")
    oskar.answer("Orsak", CAUSE)
    oskar.answer("Vad?", "Ny rutin för listan")
    oskar.answer("Vem?", f"handläggare vid {WARD}")
    oskar.answer("När?", "2026-09-01")
    oskar.press("Svara")
    assert oskar.sees("Besvarad")
