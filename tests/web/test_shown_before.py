"""What a preview has shown is what the move does: where something has come since, it is shown again (design.md §4)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from cases.acting import act, preview
from cases.contents import forum_files
from cases.contents.matter import note, share
from cases.organisation.administration import By
from cases.organisation.forum_changes import give_seat
from cases.reading import view
from cases.record import Record
from cases.shown_before import ShownOtherwise, shown_of
from cases.sight import Seer
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.deviations import HELENA, KATARINA, MAJA, PETRA, STINA, WHY, arrived, liftable
from tests.notifications.clockwork import LETTERHEAD
from tests.notifications.clockwork import at as when
from tests.record import MORNING
from tests.web.visitor import Hands, Visitor, form_of
from tests.web.whole_record import fingerprint
from workflows.nouns import Command

SELMA = Seer("selma.karlberg", "receiver@operation:avo-goteborg")
ZAHRA = Seer("zahra.dahlgren", "process_leader@forum:nosam-alingsas")
UNREAD = "Det nya, som motparten inte har hunnit läsa."


def _written_anew(record: Record, number: str) -> datetime:
    """A newer revision that the other side is asked to read; ten minutes before midnight of the last day for it."""
    texts = {"statement": UNREAD, "question": "Vem skickar listan?"}
    revision, _ = forum_files.write_revision(record, MAJA, number, texts, MORNING)
    forum_files.review(record, MAJA, number, revision, MORNING)
    owed = view(record, HELENA, number, MORNING).contributions
    last = next(c.due for c in owed if c.code == "file_read" and c.status == "owed")
    return when(f"{last} 23:50")


def _shown(visitor: Visitor, number: str, move: str, given: dict[str, str]) -> dict[str, str]:
    """The form that confirms what a preview shows."""
    path, action = f"/cases/{number}/moves/{move}", f"/cases/{number}/preview/{move}"
    page = visitor.post(action, visitor.form(path, action) | given)
    assert page.status_code == 200, page.text
    return form_of(page, path)


def test_what_became_able_to_leave_overnight_is_shown_first(
    record: Record, at: Callable[[Seer], Visitor], clock: Hands
) -> None:
    """Lost otherwise: a chief confirms what she read before midnight, and a forum reads a revision that she has never
    seen (law 6)."""
    number = liftable(record)
    clock.now = _written_anew(record, number)
    helena = at(HELENA)
    path = f"/cases/{number}/moves/escalate"
    form = _shown(helena, number, "escalate", WHY | {"reason": "Mitt skäl"})
    clock.now += timedelta(minutes=15)
    before = fingerprint(record)
    answer = helena.post(path, form)
    assert answer.status_code == 307
    again = helena.post(answer.location, form)
    assert again.status_code == 409
    assert fingerprint(record) == before
    for said in ("Något har ändrats", "Underlaget som följer med är nu revision 2", UNREAD, "Mitt skäl"):
        assert said in again.text, said
    assert helena.post(path, form_of(again, path)).status_code == 303
    assert any(UNREAD in str(line.texts) for line in view(record, STINA, number, clock.now).lines)


def test_what_the_parties_have_shared_since_is_shown_before_a_third_reads_it(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a note between two parties is read by a third, and nobody has decided that it should."""
    number, petra = arrived(record), at(PETRA)
    path = f"/cases/{number}/moves/redirect"
    form = _shown(petra, number, "redirect", {"operation": "avo-goteborg", "reason": "Fel part."})
    share(record, MAJA, number, "Mellan oss och er.", MORNING)
    answer = petra.post(path, form)
    assert answer.status_code == 307
    again = petra.post(answer.location, form)
    assert again.status_code == 409
    for said in ("Nytt i det som blir läsbart", "Mellan oss och er.", "Fel part."):
        assert said in again.text, said
    assert petra.post(path, form_of(again, path)).status_code == 303
    assert any("Mellan oss" in str(line.texts) for line in view(record, SELMA, number, MORNING).lines)


def test_a_note_is_shared_with_those_who_were_shown(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: words that were meant for one party reach another, which has the case by then."""
    number, maja = arrived(record), at(MAJA)
    path = f"/cases/{number}/notes"
    form = form_of(maja.post(path, {"note": "Mellan oss och er.", "for": "shared"}), path)
    act(record, PETRA, number, Command("redirect", {"operation": "avo-goteborg", "reason": "Fel part."}), MORNING)
    again = maja.post(path, form)
    assert again.status_code == 409
    for said in ("Vem som får läsa vad har ändrats", "Mellan oss och er.", "Äldre samt vård"):
        assert said in again.text, said
    with pytest.raises(ShownOtherwise):
        share(record, MAJA, number, "Mellan oss och er.", MORNING, shown=form["shown"])
    assert maja.post(path, form_of(again, path)).status_code == 303
    assert any("Mellan oss" in str(line.texts) for line in view(record, SELMA, number, MORNING).lines)


def test_nothing_is_asked_twice_on_an_ordinary_day(record: Record, at: Callable[[Seer], Visitor], clock: Hands) -> None:
    """Lost otherwise: whoever looks in the morning and confirms in the afternoon, after the clock has written letters
    and the other side a note of its own, reads the same page twice for nothing."""
    number = liftable(record)
    form = _shown(at(HELENA), number, "escalate", WHY)
    clock.now += timedelta(hours=7)
    run_round(record, clock.now, LocalMailbox(LETTERHEAD))
    note(record, KATARINA, number, "Vår egen.", clock.now)
    assert at(HELENA).post(f"/cases/{number}/moves/escalate", form).status_code == 303


def test_every_part_that_was_shown_is_held(record: Record) -> None:
    """Lost otherwise: a preview names readers, letters and dates, and the move gives others."""
    number, command = liftable(record), Command("escalate", WHY)
    decision, seen = preview(record, HELENA, number, command, MORNING), view(record, HELENA, number, MORNING)
    assert seen.leaving is not None
    shown = shown_of(decision, seen.versions, seen.leaving.revision)
    assert shown["file"] == "1"
    before = fingerprint(record)
    for part in shown:
        with pytest.raises(ShownOtherwise) as otherwise:
            act(record, HELENA, number, command, MORNING, shown={**shown, part: "cover=1"})
        assert otherwise.value.parts == (part,)
    with pytest.raises(ShownOtherwise) as otherwise:
        act(record, HELENA, number, command, MORNING + timedelta(days=1), shown=shown)
    assert set(otherwise.value.parts) == {"dates", "after"}, "other dates than those that were shown"
    assert fingerprint(record) == before
    assert act(record, HELENA, number, command, MORNING, shown=shown).stage == "forum_received"


def test_a_forum_sends_on_what_it_has_read(record: Record) -> None:
    """Lost otherwise: from midnight until the night's round a forum hands a file upward that it has never read, and
    its preview shows another."""
    number = liftable(record)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    give_seat(record, "nosam-alingsas", "su", MORNING.date(), None, By("", MORNING))
    night = _written_anew(record, number) + timedelta(minutes=15)
    other = {"forum": "nosam-alingsas", "forum_reason": "Deras fråga."}
    act(record, STINA, number, Command("transfer", other), night)
    lines = view(record, ZAHRA, number, night).lines
    assert [line.outcome["revision"] for line in lines if line.code == "file"] == [1]
