"""A deviation brought to a stage by its people, for tests that begin there."""

from datetime import datetime, timedelta

from cases.acting import act
from cases.contents import forum_files
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from tests.record import MORNING
from workflows.nouns import Command

ANNA = Seer("anna.lind", "reporter@unit:hsv-molndal")
MAJA = Seer("maja.ekdahl", "handler@unit:hsv-molndal")
HELENA = Seer("helena.brodin", "unit_manager@unit:hsv-molndal")
PETRA = Seer("petra.lonnroth", "receiver@operation:su")
OSKAR = Seer("oskar.nyberg", "handler@unit:su-molndal-ortopedi")
KATARINA = Seer("katarina.selin", "unit_manager@unit:su-molndal-ortopedi")
STINA = Seer("stina.ekelof", "process_leader@forum:nosam-molndal")
INGALILL = Seer("ingalill.skold", "chair@forum:nosam-molndal")
LEIF = Seer("leif.tengvall", "vice_chair@forum:nosam-molndal")
ERIK = Seer("erik.wedin", "secretary@forum:nosam-molndal")

PREPARERS = {
    "nosam-molndal": ("petra.holmkvist", "mattias.pettersson"), "lgs": ("jenny.bogren", "camilla.gronvall"),
    "vvg": ("rasmus.frisk", "sofia.ljunghede"), "sro": ("leila.fernlund", "ester.akerblad"),
}  # fmt: skip
"""Forum -> who prepares there for the municipalities, and for the region."""

PAGE = {"page": "En sida."}
REPORT = {"what": "Listan saknades när personen kom hem.", "when": "16 april 2026", "harm": "risk"}
WHY = {"reason": "Vi är inte överens.", "subject": "agreement", "pattern": "single"}

ANSWERED = Command("answer", {"cause": "Rutinen brast.", "measures": "none"})
"""An answer that plans nothing: the case may end without anything to watch."""

LIFTABLE_VERSION = 9
"""Lines of the cover's history up to `liftable`: open, submit, assign, answer, contest, talk, sign, and the forum file
put forward and read."""


def arrived(record: Record, now: datetime = MORNING) -> str:
    """Reported by Anna, at the hospital's receiving function; the case's number."""
    return report(record, ANNA, NewCase("deviation", operation="su", texts=REPORT), now).number


def reported(record: Record, now: datetime = MORNING) -> str:
    """Reported by Anna, who does not know which operation it is about: with her unit's own handler."""
    return report(record, ANNA, NewCase("deviation", texts=REPORT), now).number


def contested(record: Record, now: datetime = MORNING) -> str:
    """Answered and contested: the managers are to talk."""
    number = arrived(record, now)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), now)
    measures = [{"what": "Ny rutin", "owner": OSKAR.post, "date": now.date() + timedelta(days=90)}]
    act(record, OSKAR, number, Command("answer", {"cause": "Rutinen brast.", "measures": measures}), now)
    act(record, MAJA, number, Command("contest", {"contest_ground": "facts", "reason": "Listan fanns inte."}), now)
    return number


def liftable(record: Record, now: datetime = MORNING) -> str:
    """Contested and talked over, with a forum file that is reviewed and read by both sides: ready to be lifted by a
    manager."""
    number = contested(record, now)
    act(record, KATARINA, number, Command("talk", {"talk_note": "Vi talades vid."}), now)
    act(record, HELENA, number, Command("sign"), now)
    texts = {"statement": "En person kom hem utan läkemedelslista.", "question": "Vem skickar listan?"}
    revision, _ = forum_files.write_revision(record, MAJA, number, texts, now)
    forum_files.review(record, MAJA, number, revision, now)
    forum_files.read_file(record, OSKAR, number, revision, now)
    return number


def prepared(record: Record, number: str, now: datetime = MORNING, forum: str = "nosam-molndal") -> None:
    """The preparation's page is written by one side and read by the other, so that the question may go on."""
    for seer, command in page_steps(forum):
        act(record, seer, number, command, now)


def page_steps(forum: str = "nosam-molndal") -> tuple[tuple[Seer, Command], ...]:
    """What `prepared` does, in order."""
    municipal, regional = PREPARERS[forum]
    return (
        (Seer(municipal, f"preparer.municipal@forum:{forum}"), Command("prepare", PAGE)),
        (Seer(regional, f"preparer.regional@forum:{forum}"), Command("confirm")),
    )


def ended_with_a_decision_to_report(record: Record, now: datetime = MORNING) -> str:
    """Lifted, answered by the chair between meetings and ended: the next meeting is still to hear of the decision."""
    number = liftable(record, now)
    answer = {"position": "opinion", "answer_text": "Avdelningen skickar listan.", "rests_on": "Rutinen."}
    stage = ""
    act(record, HELENA, number, Command("escalate", WHY), now)
    act(record, STINA, number, Command("acknowledge"), now)
    prepared(record, number, now)
    for seer, move, inputs in (
        (STINA, "agenda", {}), (INGALILL, "decide_chair", answer), (LEIF, "approve", {}), (ERIK, "deliver", {}),
        (HELENA, "done", {}), (KATARINA, "confirm", {}), (OSKAR, "done", {}),
    ):  # fmt: skip
        stage = act(record, seer, number, Command(move, inputs), now).stage
    assert stage == "ended"
    return number
