"""The Kungälv dispute as Stegen takes it, clicked: each step by the person whose move it is, on the page that she sees.

What two arenas lost in two years is met on the way: the skip, the wrong remit, the judge in his own case, the answer to
the wrong receiver, and the group that was paused. What the parties say among themselves, and each says to itself, is
looked for on everybody else's pages after every step.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cases.acting import act
from cases.contents import forum_files
from cases.reading import view
from cases.record import Record
from cases.sight import Seer
from tests.journeys.person import Person
from tests.web.visitor import Hands
from workflows.nouns import Command

MAGNUS = Seer("magnus.ehnebom", "unit_manager@unit:bistand-kungalv")
VIVEKA = Seer("viveka.dahlin", "handler@unit:bistand-kungalv")
PATRIK = Seer("patrik.holmdahl", "chief@operation:vo-kungalv")
TOVE = Seer("tove.bergstrand", "unit_manager@unit:su-ostra-psykiatri")
TOMAS = Seer("tomas.hallsten", "process_leader@forum:simba-styrgrupp")
NORA = Seer("nora.hellgren", "preparer.municipal@forum:simba-styrgrupp")
LENA = Seer("lena.holmkvist", "preparer.regional@forum:simba-styrgrupp")
OSTEN = Seer("osten.wallmark", "chair@forum:simba-styrgrupp")
FILIPPA = Seer("filippa.noren", "vice_chair@forum:simba-styrgrupp")
KRISTINA = Seer("kristina.frisk", "secretary@forum:simba-styrgrupp")
RAGNAR = Seer("ragnar.ekelund", "chair@forum:lgs")
VIKTOR = Seer("viktor.thunell", "substitute.regional@forum:lgs")
ELSEWHERE = Seer("helena.brodin", "unit_manager@unit:hsv-molndal")

JANUARY = datetime(2026, 1, 12, 8, tzinfo=UTC)
"""Monday 12 January 2026, nine o'clock in Stockholm; all is done that day, for nobody's sign-in to end."""

ASKED = "Ska sjukhuset dela kostnaden för en persons placering?"
ANEW = "Hur läses avtalet, avsnitt 4.4, vid hemgång över arenagränsen?"
FIRST = "En placering kostar mer än någon har räknat med."
LGS = "LGS, Ledningsgrupp för samverkan i Göteborgsområdet"
IMPATIENT = "Vi har väntat i över ett år."
STATEMENT = "Ett sjukhus i en arena och en kommun i en annan läser avtalet olika."
ARENAS_VIEW = "LGS läser avtalet så att den som skriver ut kallar."
ANSWER = "Båda arenorna läser avtalet så att den som skriver ut kallar till planering."
KUNGALVS, HOSPITALS, SIMBAS = "Bara Kungälv läser detta", "Bara sjukhuset läser detta", "Bara SIMBA läser detta"
"""What is written in each one's own notes."""

Steps = tuple[tuple[Seer, str, dict[str, Any]], ...]

MET: Steps = (
    (TOVE, "acknowledge", {"time_one": "måndag kl. 9", "time_two": "tisdag kl. 9"}),
    (MAGNUS, "done", {"met_on": date(2026, 1, 12), "meeting_note": "Vi möttes och såg fortfarande olika på frågan."}),
    (MAGNUS, "contest", {"subject": "agreement"}),
)
SIGNED: Steps = (
    (MAGNUS, "sign", {"agreed_facts": "Hemgångar planeras olika.", "disputed_facts": "Vem som kallar.",
                      "our_view": "Den som skriver ut kallar.", "question_up": ANEW}),
    (TOVE, "sign", {"our_view": "Hemkommunen deltar alltid."}),
)  # fmt: skip
PREPARED: Steps = ((NORA, "prepare", {"page": "Frågan och de två synsätten."}), (LENA, "confirm", {}))
SENT: Steps = ((KRISTINA, "deliver", {}),)
"""What other journeys click."""


def test_the_kungalv_dispute_goes_to_its_end(
    served_record: Record, clock: Hands, enter: Callable[[Seer], Person]
) -> None:
    """Lost otherwise: the case that Stegen was made for is told at a terminal, and cannot be walked through by the
    people who have one like it."""
    clock.now = JANUARY
    magnus, patrik, tove, uninvolved = (enter(seer) for seer in (MAGNUS, PATRIK, TOVE, ELSEWHERE))
    number = _the_municipality_raises(magnus)
    walls = Walls(number, uninvolved)
    _keeps_a_note(magnus, KUNGALVS)
    tove.open(f"/cases/{number}")
    _keeps_a_note(tove, HOSPITALS)
    walls.hide({magnus: (HOSPITALS, SIMBAS), patrik: (HOSPITALS, SIMBAS), tove: (KUNGALVS, SIMBAS)})
    _act(served_record, number, (*MET, *SIGNED), clock)
    _a_file_is_ready(served_record, number, clock.now)
    _the_skip_is_stopped(patrik, number)
    _the_remit_is_asked(patrik)
    walls.hold()
    _only_the_question_of_principle_goes_on(patrik)
    _act(served_record, number, SIGNED, clock)
    _the_file_is_written_and_read(magnus, tove, number)
    walls.hold()
    _lifted_to_both_arenas(patrik, number)
    walls.hold()
    tomas, ragnar = enter(TOMAS), enter(RAGNAR)
    _received(tomas, number)
    walls.hide({tomas: (KUNGALVS, HOSPITALS, ASKED), ragnar: (KUNGALVS, HOSPITALS, ASKED, SIMBAS)})
    _act(served_record, number, PREPARED, clock)
    _no_group_that_rests(tomas)
    _between_meetings(tomas)
    _the_chief_does_not_judge_his_own_hospital(ragnar, enter(VIKTOR), number)
    walls.hold()
    _the_presidium_answers(enter(OSTEN), enter(FILIPPA), number)
    _act(served_record, number, SENT, clock)
    walls.hold()
    _both_parties_end_it(magnus, tove, number)
    walls.closed_to(ragnar)
    assert view(served_record, MAGNUS, number, clock.now).cover.status == "ended"


@dataclass
class Walls:
    """What each of those who know of a case must not read on its pages; and one who must not know that there is one."""

    number: str
    uninvolved: Person
    hidden: dict[Person, tuple[str, ...]] = field(default_factory=dict)

    def hide(self, more: dict[Person, tuple[str, ...]]) -> None:
        self.hidden |= more
        self.hold()

    def hold(self) -> None:
        pages = [f"/cases/{self.number}{page}" for page in ("", "/print", "/file")]
        for person, secrets in self.hidden.items():
            for path in pages:
                status, text = self._read(person, path)
                assert (status, self.number in text) == (200, True), path
                assert [secret for secret in secrets if secret in text] == [], path
        assert {self._read(self.uninvolved, path)[0] for path in pages} == {404}
        assert self.number not in self._read(self.uninvolved, "/cases")[1]

    def closed_to(self, person: Person) -> None:
        """A forum's chair reads what is before the forum."""
        del self.hidden[person]
        self.hold()
        assert self._read(person, f"/cases/{self.number}")[0] == 404

    def _read(self, person: Person, path: str) -> tuple[int, str]:
        answer = person.page.request.get(person.base_url + path)
        return answer.status, answer.text()


def _act(record: Record, number: str, steps: Steps, clock: Hands) -> None:
    for seer, move, inputs in steps:
        clock.now += timedelta(seconds=1)
        act(record, seer, number, Command(move, inputs), clock.now)


def _a_file_is_ready(record: Record, number: str, now: datetime) -> None:
    texts = {"statement": FIRST, "question": ASKED}
    revision, _ = forum_files.write_revision(record, MAGNUS, number, texts, now)
    forum_files.review(record, MAGNUS, number, revision, now)
    forum_files.read_file(record, TOVE, number, revision, now)


def _the_municipality_raises(magnus: Person) -> str:
    magnus.follow("Väck en tvist")
    magnus.page.locator("summary", has_text="Sök bland alla").first.click()
    magnus.page.locator("#f-counterpart_search").fill("Östra")
    magnus.page.locator("#f-counterpart_search").press("Enter")
    magnus.choose("Psykiatriavdelning, Östra sjukhuset")
    magnus.answer("Vilken är frågan?", ASKED)
    magnus.choose("Motparten fortsätter")
    magnus.press("Granska och väck")
    assert magnus.sees("Samverkansorganen läser det inte")
    magnus.press("Väck tvisten")
    number = magnus.number
    magnus.follow("Visa ärendet")
    return number


def _keeps_a_note(person: Person, words: str) -> None:
    person.answer("Inre anteckning", words)
    person.press("Spara inre anteckning")
    assert person.sees(words)


def _the_skip_is_stopped(patrik: Person, number: str) -> None:
    patrik.open(f"/cases/{number}/moves/escalate")
    patrik.answer("Samverkansorgan", "VVG, Vårdsamverkan Västra Götaland")
    _answers_the_remit(patrik, "Kostnaden för en enskild person", "En enskild händelse")
    assert patrik.sees(f"kan inte ta emot ärendet än. Det har inte prövats i SIMBA styrgrupp och {LGS}.")
    patrik.press(f"Lyft till samverkan: SIMBA styrgrupp och {LGS}")
    assert patrik.page.get_by_label("Skäl").input_value() == IMPATIENT, "what was typed goes through the door"


def _answers_the_remit(patrik: Person, subject: str, pattern: str) -> None:
    patrik.answer("Skäl", IMPATIENT)
    patrik.choose(subject)
    patrik.choose(pattern)
    patrik.press("Förhandsgranska")


def _the_remit_is_asked(patrik: Person) -> None:
    patrik.press("Förhandsgranska")
    assert patrik.sees("Frågan gäller kostnaden för en enskild person.")
    patrik.press("Frågan gäller kostnaden för en person: till cheferna")
    patrik.press("Frågan gäller kostnaden för en person: till cheferna")


def _only_the_question_of_principle_goes_on(patrik: Person) -> None:
    patrik.follow("Lyft principfrågan för sig, skriven på nytt")
    patrik.answer("Principfrågan", ANEW)
    patrik.answer("Vad som är löst", "Kostnaden prövar var och en i sin ordning.")
    patrik.press("Lyft principfrågan för sig, skriven på nytt")
    assert patrik.sees("Protokoll om oenighet")


def _the_file_is_written_and_read(magnus: Person, tove: Person, number: str) -> None:
    magnus.open(f"/cases/{number}/file")
    magnus.answer("Vad frågan gäller, utan person", STATEMENT)
    magnus.answer("Frågan till samverkansorganet", ANEW)
    magnus.press("Spara som ny revision")
    magnus.press("Jag har granskat underlaget")
    tove.open(f"/cases/{number}/file")
    tove.press("Vår sida har läst underlaget")


def _lifted_to_both_arenas(patrik: Person, number: str) -> None:
    patrik.open(f"/cases/{number}/moves/escalate")
    _answers_the_remit(patrik, "Vad en överenskommelse säger eller hur den följs", "Ett mönster")
    assert patrik.sees(STATEMENT)
    patrik.press("Lyft till samverkan")
    here = patrik.page.locator(".ladder [aria-current=step]").text_content() or ""
    assert "SIMBA styrgrupp" in here
    assert "LGS" in here


def _received(tomas: Person, number: str) -> None:
    tomas.open(f"/cases/{number}")
    assert tomas.sees(ANEW)
    tomas.follow("Kvittera och lämna till beredning")
    tomas.press("Kvittera och lämna till beredning")
    _keeps_a_note(tomas, SIMBAS)


def _no_group_that_rests(tomas: Person) -> None:
    tomas.page.reload()
    tomas.follow("Hänvisa till en grupp")
    group = tomas.page.get_by_label("Samverkansorgan", exact=True)
    group.select_option(label=f"Temagrupp Mitt i livet (pausad, ersätts av {LGS})")
    tomas.answer("Skäl", "Målgruppen finns där.")
    tomas.answer("Väntas senast", "2026-06-30")
    tomas.press("Förhandsgranska")
    assert tomas.sees("pausad")


def _between_meetings(tomas: Person) -> None:
    tomas.follow("Tillbaka till ärendet")
    tomas.follow("Till beslut mellan möten")
    tomas.press("Till beslut mellan möten")


def _the_chief_does_not_judge_his_own_hospital(ragnar: Person, viktor: Person, number: str) -> None:
    ragnar.open(f"/cases/{number}")
    assert ragnar.sees("Det som står på tur kan du inte göra nu")
    assert ragnar.sees("Den som inte leder verksamheten tar ställning i stället.")
    assert not ragnar.page.get_by_role("link", name="Lämna arenans syn").count()
    viktor.open(f"/cases/{number}")
    viktor.follow("Lämna arenans syn")
    assert viktor.sees(ANEW), "what the view is asked of stands above it"
    viktor.answer("Arenans syn", ARENAS_VIEW)
    viktor.press("Lämna arenans syn")


def _the_presidium_answers(osten: Person, filippa: Person, number: str) -> None:
    osten.open(f"/cases/{number}")
    assert osten.sees(ARENAS_VIEW)
    osten.follow("Presidiets förslag till svar")
    osten.choose("Lämnar synpunkt")
    osten.answer("Svar till parterna", ANSWER)
    osten.answer("Vad svaret vilar på", "Avtalet, avsnitt 4.4, och LGS syn.")
    osten.press("Presidiets förslag till svar")
    filippa.open(f"/cases/{number}")
    assert filippa.sees(ANSWER)
    filippa.follow("Godkänn presidiets svar")
    filippa.press("Godkänn presidiets svar")


def _both_parties_end_it(magnus: Person, tove: Person, number: str) -> None:
    for person in (magnus, tove):
        person.open(f"/cases/{number}")
        assert person.sees(ANSWER)
        person.follow("Läst: vi gör så")
        person.press("Läst: vi gör så")
    assert tove.sees("Ärendet är avslutat")
