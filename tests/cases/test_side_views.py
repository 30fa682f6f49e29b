"""Each side words its own view in the forum file, and nobody the other's (law 7)."""

import pytest

from cases.acting import act
from cases.contents.forum_files import findings, read_file, review, write_revision
from cases.contents.matter import NotAllowed
from cases.contents.side_views import views_that_stand
from cases.gather import gather
from cases.reading import view
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from tests.cases.deviations import HELENA, KATARINA, MAJA, OSKAR, PETRA, arrived
from tests.record import MORNING
from workflows.nouns import Command

FILE = {"statement": "Parterna läser avtalet olika.", "question": "Vem kallar?"}


def signed(record: Record, theirs: str = "Kommunen kallar.") -> str:
    """A dispute whose protocol both sides have signed, Mölndal's first; its number."""
    said = {"document": "hos-avtal/4.4", "disputed_clause": "4.4", "question": "Vem kallar?", "care": MAJA.post}
    new = NewCase("dispute", receiving_unit="su-molndal-ortopedi", stage="protocol", texts=said)
    number = report(record, HELENA, new, MORNING).number
    facts = {"agreed_facts": "Mötet uteblev.", "disputed_facts": "Vem som kallar.", "question_up": "Vem kallar?"}
    act(record, HELENA, number, Command("sign", facts | {"our_view": "Sjukhuset kallar."}), MORNING)
    act(record, KATARINA, number, Command("sign", {"our_view": theirs}), MORNING)
    return number


def written(record: Record, seer: Seer, number: str) -> dict[str, str]:
    """The words of the newest revision."""
    return next(dict(line.texts) for line in reversed(view(record, seer, number, MORNING).lines) if line.code == "file")


def test_a_new_revision_takes_the_other_side_s_view_over_as_it_stands(record: Record) -> None:
    """Lost otherwise: one side puts words into the other's mouth, and the forum believes them."""
    number = signed(record)
    write_revision(record, MAJA, number, FILE | {"view_raising": "Den som skriver ut kallar."}, MORNING)
    first = written(record, OSKAR, number)
    assert (first["view_raising"], first["view_receiving"]) == ("Den som skriver ut kallar.", "Kommunen kallar.")
    with pytest.raises(NotAllowed, match="the other side's view"):
        write_revision(record, OSKAR, number, FILE | {"view_raising": "Sjukhuset har fel."}, MORNING)
    revision, _ = write_revision(record, OSKAR, number, FILE | {"view_receiving": "Hemkommunen deltar."}, MORNING)
    second = written(record, MAJA, number)
    assert (second["view_raising"], second["view_receiving"]) == ("Den som skriver ut kallar.", "Hemkommunen deltar.")
    file = view(record, MAJA, number, MORNING).file
    assert file is not None
    assert file.read_by == {"receiving"}, "and it is read anew by the other side"
    review(record, OSKAR, number, revision, MORNING)
    read_file(record, MAJA, number, revision, MORNING)
    write_revision(record, MAJA, number, FILE | {"view_receiving": "Hemkommunen deltar."}, MORNING)
    assert written(record, OSKAR, number)["view_receiving"] == "Hemkommunen deltar.", "the same words may be sent back"
    assert "view_raising" not in written(record, OSKAR, number), "a side may take its own view out"
    write_revision(record, OSKAR, number, FILE, MORNING)
    assert "view_raising" not in written(record, MAJA, number), "and the other side does not put it back"


def test_a_party_s_view_does_not_leave_as_its_successor_s(record: Record) -> None:
    """Lost otherwise: the forum reads one party's words as another's view, which only that other may change."""
    number = arrived(record)
    write_revision(record, MAJA, number, FILE | {"view_raising": "Den som skriver ut kallar."}, MORNING)
    write_revision(record, PETRA, number, FILE | {"view_receiving": "Sjukhusets egna ord."}, MORNING)
    act(record, PETRA, number, Command("redirect", {"operation": "avo-goteborg", "reason": "Fel part."}), MORNING)
    with record.database.read() as tx:
        case_id = tx.value("SELECT id FROM cases WHERE number = :number", number=number)
        org = record.world(tx, MORNING).org
        cover = gather(tx, case_id, org, lock=False).snapshot.cover
        leaves = views_that_stand(tx, case_id, written(record, MAJA, number), cover, org)
    assert leaves == FILE | {"view_raising": "Den som skriver ut kallar."}, "the old revision leaves without it"
    write_revision(record, MAJA, number, FILE | {"view_raising": "Den som skriver ut kallar."}, MORNING)
    assert "view_receiving" not in written(record, MAJA, number), "nor does a new one take it over"


def test_a_view_that_points_out_a_person_stays_behind_and_stops_nobody(record: Record) -> None:
    """Lost otherwise: a counterpart that answers no more keeps the case from ever leaving, by what it wrote."""
    number = signed(record, "Kommunen kallar. Ring Siv på 070-174 06 05.")
    write_revision(record, MAJA, number, FILE, MORNING)
    assert "view_receiving" not in written(record, MAJA, number)
    assert findings(record, MAJA, number, MORNING) == []
    write_revision(record, OSKAR, number, FILE | {"view_receiving": "Kommunen kallar."}, MORNING)
    assert written(record, MAJA, number)["view_receiving"] == "Kommunen kallar."
