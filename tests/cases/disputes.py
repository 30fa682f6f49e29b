"""A dispute as people bring it about: between home care in Mölndal and the hospital, up to its nearest forum."""

from cases.acting import act
from cases.contents import forum_files
from cases.record import Record
from cases.reports.reporting import NewCase, report
from tests.cases.climb_model import YVONNE
from tests.cases.deviations import HELENA, KATARINA, MAJA, OSKAR
from tests.record import MORNING
from workflows.nouns import Command

WHY = {"reason": "Vi läser avtalet olika.", "subject": "agreement", "pattern": "pattern"}


def to_escalate(record: Record) -> str:
    """A dispute that the raising chief is to lift, without a forum file so far; its number."""
    said = {"document": "hos-avtal/4.4", "disputed_clause": "4.4", "question": "Vem kallar?", "care": MAJA.post}
    new = NewCase("dispute", receiving_unit="su-molndal-ortopedi", stage="escalating", texts=said)
    return report(record, HELENA, new, MORNING).number


def at_nosam(record: Record) -> str:
    """A dispute that has been tried locally and lifted to NOSAM Mölndal; its number."""
    number = to_escalate(record)
    write_anew(record, number, "Parterna läser avtalet olika.")
    assert act(record, YVONNE, number, Command("escalate", WHY), MORNING).stage == "forum_received"
    return number


def write_anew(record: Record, number: str, statement: str) -> None:
    """A revision of the forum file, reviewed and read by both sides."""
    texts = {"statement": statement, "question": "Hur läses avsnitt 4.4?"}
    revision, _ = forum_files.write_revision(record, MAJA, number, texts, MORNING)
    forum_files.review(record, MAJA, number, revision, MORNING)
    forum_files.read_file(record, OSKAR, number, revision, MORNING)


def split_off(record: Record, number: str) -> None:
    """From the lift to the chiefs' talk about the money, and on to a new protocol of the question of principle."""
    act(record, HELENA, number, Command("talk", {"reason": "Vem betalar för den här personen?"}), MORNING)
    anew = {"question_anew": "Vem kallar till planering?", "settled_text": "Räkningen delas."}
    act(record, YVONNE, number, Command("split", anew), MORNING)
    facts = {"agreed_facts": "Det görs olika.", "disputed_facts": "Vem som kallar.", "question_up": "Vem kallar?"}
    act(record, HELENA, number, Command("sign", facts | {"our_view": "Den som skriver ut."}), MORNING)
    act(record, KATARINA, number, Command("sign", {"our_view": "Den som tar emot."}), MORNING)


def both_views_written(record: Record) -> str:
    """A dispute whose protocol both sides have signed, each with its own view; its number."""
    said = {"document": "hos-avtal/4.4", "disputed_clause": "4.4", "question": "Vem kallar?", "care": MAJA.post}
    new = NewCase("dispute", receiving_unit="su-molndal-ortopedi", stage="protocol", texts=said)
    number = report(record, HELENA, new, MORNING).number
    facts = {"agreed_facts": "Mötet uteblev.", "disputed_facts": "Vem som kallar.", "question_up": "Vem kallar?"}
    act(record, HELENA, number, Command("sign", facts | {"our_view": "Sjukhuset kallar."}), MORNING)
    act(record, KATARINA, number, Command("sign", {"our_view": "Kommunen kallar."}), MORNING)
    return number
