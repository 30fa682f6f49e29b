"""From a forum's first look to the end, clicked: prepared, read, decided, approved by both, sent, and taken to heart;
and the dispute of two arenas that is lifted two steps too high, stopped, and shown the right door."""

from collections.abc import Callable

from cases.acting import act
from cases.contents import forum_files
from cases.reading import view
from cases.record import Record
from cases.reports.reporting import NewCase, report
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
from tests.cases.walls.world import GOREL, IDA, PATRIK, TOMAS
from tests.journeys.person import Person
from tests.record import MORNING
from workflows.nouns import Command

ANSWER = "Avdelningen skickar listan med personen hem."
BY_ONE_BUTTON = (
    (LEIF, "approve", "Godkänn svarstexten"), (ERIK, "deliver", "Skicka svaret"), (HELENA, "done", "Läst: vi gör så"),
    (KATARINA, "confirm", "Läst: vi gör så"), (OSKAR, "done", "Åtgärden är genomförd"),
)  # fmt: skip
"""Who takes which step after the position, by which button."""


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
    for seer, _, button in BY_ONE_BUTTON:
        _press_through(_at(enter, seer, number), button)
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


def test_a_dispute_between_arenas_is_stopped_at_the_skip_and_shown_both_doors(
    served_record: Record, enter: Callable[[Seer], Person]
) -> None:
    """Lost otherwise: the Kungälv dispute goes two steps too high again, and comes back a year later."""
    said = {"document": "unknown", "question": "Vem svarar för insatsen?", "care": GOREL.post}
    new = NewCase("dispute", operation="su", receiving_unit="su-utskrivning", stage="escalating", texts=said)
    number = report(served_record, GOREL, new, MORNING).number
    texts = {"statement": "Parterna läser avtalet olika.", "question": "Hur läses avsnittet?"}
    revision, _ = forum_files.write_revision(served_record, GOREL, number, texts, MORNING)
    forum_files.review(served_record, GOREL, number, revision, MORNING)
    forum_files.read_file(served_record, IDA, number, revision, MORNING)
    patrik = enter(PATRIK)
    patrik.open(f"/cases/{number}/moves/escalate")
    patrik.page.evaluate(TWO_STEPS_TOO_HIGH)
    _asks(patrik)
    assert patrik.sees("kan inte ta emot ärendet än")
    patrik.follow("Lyft till samverkan: SIMBA styrgrupp och LGS")
    _asks(patrik)
    patrik.press("Lyft till samverkan")
    assert view(served_record, PATRIK, number, MORNING).cover.forums == ("simba-styrgrupp", "lgs")
    tomas = _at(enter, TOMAS, number)
    tomas.follow("Underlag till samverkan")
    assert tomas.sees("Hur läses avsnittet?")


TWO_STEPS_TOO_HIGH = """() => {
  const forums = document.getElementById("f-forum");
  forums.add(new Option("VVG", "vvg"));
  forums.value = "vvg";
}"""
"""The form offers what is right alone; a program, or a page that was kept, may ask for more."""


def _asks(patrik: Person) -> None:
    patrik.answer("Skäl", "Vi läser avtalet olika.")
    patrik.choose("Vad en överenskommelse säger eller hur den följs")
    patrik.choose("Ett mönster")
    patrik.press("Förhandsgranska")
