"""Mailboxes of functions, as an administrator gives and takes them."""

from collections.abc import Callable

from cases.clock.function_mailboxes import FunctionMailbox, mailboxes
from cases.organisation.administration import acts
from cases.record import Record
from cases.sight import Seer
from tests.record import MORNING
from tests.web.visitor import Visitor

KIM = Seer("kim.savas", "administrator@county")
PAGE = "/administration/mailboxes"
FILLED = {"function": "receiver", "where": "operation:su", "address": "samverkan@su.example.invalid", "speaks": "en"}
BOX = FunctionMailbox("receiver@operation:su", "samverkan@su.example.invalid", "en")


def test_an_administrator_gives_a_function_a_mailbox_and_takes_it_away(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: an office's letters can be moved by somebody at the machine alone, and nobody sees where to."""
    kim = at(KIM)
    kim.post("/language", {"language": "sv", "next": "/"})
    refused = kim.post(PAGE, FILLED | {"address": "a@example.org\r\nBcc: b@example.org"})
    assert refused.status_code == 422
    assert "Skriv en e-postadress" in refused.text
    assert kim.post(PAGE, FILLED | {"function": "chair", "where": "forum:lgs"}).status_code == 422
    before = mailboxes(record)
    assert BOX not in before
    assert kim.post(PAGE, FILLED).status_code == 303
    assert BOX in mailboxes(record)
    shown = kim.get(PAGE).text
    assert "samverkan@su.example.invalid" in shown
    assert "brev på engelska" in shown
    assert kim.post(PAGE, {"do": "remove", "post": BOX.post}).status_code == 303
    assert mailboxes(record) == before
    assert kim.post(PAGE, {"do": "remove", "post": BOX.post}).status_code == 422
    with record.database.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM administration_act WHERE act LIKE 'mailbox_%'") == 2
    kept = [(act.act, act.account, act.about) for act in acts(record, MORNING.replace(year=2030), 9)]
    assert kept[:2] == [("mailbox_removed", KIM.account, BOX.post), ("mailbox_set", KIM.account, BOX.post)]
    log = kim.get("/administration/log").text
    assert "Brevlåda för en funktion satt: mottagningsfunktion vid Sahlgrenska" in log
