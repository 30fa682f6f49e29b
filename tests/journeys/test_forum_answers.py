"""From a forum's first look to the end, clicked: prepared, read, decided, approved by both, sent, and done."""

from collections.abc import Callable

from cases.acting import act
from cases.reading import view
from cases.record import Record
from cases.sight import Seer
from tests.cases.deviations import (
    ERIK,
    HELENA,
    INGALILL,
    KATARINA,
    LEIF,
    OSKAR,
    PREPARERS,
    STINA,
    WHY,
    liftable,
)
from tests.journeys.person import Person
from tests.record import MORNING
from workflows.nouns import Command

ANSWER = "Avdelningen skickar listan med personen hem."
BOTH_HAVE_READ = ((HELENA, "done"), (KATARINA, "confirm"))
"""What test_kungalv.py clicks."""


def test_a_lifted_case_is_prepared_answered_and_ended(served_record: Record, enter: Callable[[Seer], Person]) -> None:
    """Lost otherwise: a case could be lifted in the pages, and never come back with an answer."""
    number = liftable(served_record)
    act(served_record, HELENA, number, Command("escalate", WHY), MORNING)
    act(served_record, STINA, number, Command("acknowledge"), MORNING)
    municipal, regional = PREPARERS["nosam-molndal"]
    prepares = _at(enter, Seer(municipal, "preparer.municipal@forum:nosam-molndal"), number)
    prepares.follow("Lägg fram beredningens sida")
    prepares.answer("Beredningens sida", "Listan saknades. Rutinen säger att den följer med.")
    prepares.press("Lägg fram beredningens sida")
    reads = _at(enter, Seer(regional, "preparer.regional@forum:nosam-molndal"), number)
    assert reads.sees("Rutinen säger att den följer med.")
    _press_through(reads, "Bekräfta att beredningens sida är läst")
    _press_through(_at(enter, STINA, number), "Till beslut mellan möten")
    _the_chair_decides(_at(enter, INGALILL, number))
    _press_through(_at(enter, LEIF, number), "Godkänn svarstexten")
    _press_through(_at(enter, ERIK, number), "Skicka svaret")
    for seer, move in BOTH_HAVE_READ:
        act(served_record, seer, number, Command(move), MORNING)
    _press_through(_at(enter, OSKAR, number), "Åtgärden är genomförd")
    end = view(served_record, HELENA, number, MORNING).cover
    assert (end.stage, end.status) == ("ended", "ended")
    helena = _at(enter, HELENA, number)
    assert helena.sees(ANSWER)
    assert helena.sees("Ärendet är avslutat")


def _at(enter: Callable[[Seer], Person], seer: Seer, number: str) -> Person:
    person = enter(seer)
    person.open(f"/cases/{number}")
    return person


def _press_through(person: Person, button: str) -> None:
    """To the move's form, and through it."""
    person.follow(button)
    person.press(button)


def _the_chair_decides(chair: Person) -> None:
    chair.follow("Ordförandebeslut")
    chair.choose("Lämnar synpunkt")
    chair.press("Ordförandebeslut")
    assert chair.sees("Fyll i: Svar till parterna"), "what is missing is said"
    chair.answer("Svar till parterna", ANSWER)
    chair.answer("Vad svaret vilar på", "Rutinen, avsnitt 4.")
    chair.press("Ordförandebeslut")
    assert chair.sees("Gjort")
