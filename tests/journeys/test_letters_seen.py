"""The HTML part of letters, as a mail program shows it: fit for every eye, on every width."""

from typing import TYPE_CHECKING

from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.deviations import arrived
from tests.journeys.person import Person
from tests.notifications.clockwork import LETTERHEAD, at, play, sent
from tests.record import MORNING, SOON

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from cases.record import Record


def test_a_letter_of_one_case_and_one_of_several_are_fit_for_every_eye(
    served_record: "Record", browser: "Browser"
) -> None:
    """Lost otherwise: whoever reads her mail with a screen reader, or on a telephone, gets reminders that she cannot
    use."""
    with served_record.database.write() as tx:
        tx.run("UPDATE person SET language = 'en' WHERE account = 'petra.lonnroth'")
    mailbox = LocalMailbox(LETTERHEAD)
    for _ in range(2):
        arrived(served_record)
        run_round(served_record, SOON, mailbox)
    play(served_record, mailbox, MORNING, at("2026-05-04 08:00"))
    letters = sent(served_record)
    kinds = {(letter.message["Content-Language"], letter.subject.startswith("2 ")) for letter in letters}
    assert kinds == {("sv", False), ("sv", True), ("en", False), ("en", True)}
    reader = Person(browser, "about:blank")
    for letter in letters:
        reader.page.set_content(letter.html)
        assert reader.page.title() == letter.subject
        reader.look()
    reader.leave()
