"""An administrator opens one case in an emergency: for a short time, read only, and told to both parties."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from cases.break_glass import broken_now, look_through
from cases.clock import standstill
from cases.clock.docket_acts import RowFault, drop
from cases.lists.worklist import work_list
from cases.organisation.people import hold
from cases.organisation.read_log import reads
from cases.reading import view
from cases.record import Record
from cases.sight import CaseUnknown, Seer
from cases.soundness.verify import verify
from notifications.delivery import Letterhead
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.deviations import ANNA, MAJA, PETRA, STINA, arrived, liftable, reported
from tests.record import MORNING, SOON
from tests.web.test_walls import canaries
from tests.web.visitor import Hands, Visitor, on_both
from tests.web.whole_record import fingerprint

KIM = Seer("kim.savas", "administrator@county")
RUNE = Seer("rune.ekvall", "auditor@county")
GLASS = "/administration/glass"
WHY = {"reason": "Systemet visar fel frist, felet syns bara i ärendet."}
TOLD = "SELECT d.post FROM docket d JOIN cases c ON c.id = d.case_id WHERE d.notch = :notch AND c.number = :number"
LETTERS = "SELECT account FROM letter WHERE subject LIKE 'En administratör har öppnat ett ärende%'"
WAITS = "SELECT post, status FROM docket WHERE notch = :notch AND status <> 'done'"
NOTCH = "told:glass_broken"
KEYS = re.compile(r'name="key" value="[^"]*"')
"""What makes each form another one."""


@pytest.fixture
def kim(at: Callable[[Seer], Visitor]) -> Visitor:
    visitor = at(KIM)
    visitor.post("/language", {"language": "sv", "next": "/"})
    return visitor


def _told(record: Record, number: str) -> set[str]:
    with record.database.read() as tx:
        return {post for (post,) in tx.all(TOLD, notch=NOTCH, number=number)}


@on_both
def test_one_case_is_read_for_an_hour_and_everybody_is_told(
    record: Record, clock: Hands, kim: Visitor, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a case that only its own page can explain would be mended blindly, or read in secret."""
    number = arrived(record)
    opened = kim.post(GLASS, {"number": number.lower(), **WHY}, follow_redirects=True)
    assert "Båda parterna får ett brev" in opened.text
    assert "Minuter kvar: 60" in opened.text
    shown = kim.post(f"{GLASS}/case", {"number": number})
    assert "Listan saknades när personen kom hem." in shown.text
    assert f"/cases/{number}" not in shown.text, "nothing can be done from here"
    assert kim.get(f"/cases/{number}").status_code == 404
    assert _told(record, number) == {f"{f}@authority:{a}" for f in ("contact_person", "registrar")
                                     for a in ("von-molndal", "styrelsen-su")}  # fmt: skip
    for party in (MAJA, PETRA):
        page = at(party).get(f"/cases/{number}").text
        assert "En administratör öppnade ärendet i ett nödläge" in page
        assert WHY["reason"] in page
        assert "torsdag 16 april 2026 kl. 11.00" in page
        assert "Kim" not in page, "the function is told, the log knows the name"
    looks = [(look.account, look.what, look.reason) for look in reads(record, RUNE, MORNING)]
    assert looks == [(KIM.account, "case", WHY["reason"])]
    assert WHY["reason"] in at(RUNE).get("/review").text
    log = kim.get("/administration/log").text
    assert "Ärende öppnat i nödläge: " + number in log
    clock.now = MORNING + timedelta(minutes=59)
    assert "Minuter kvar: 1." in kim.post(f"{GLASS}/case", {"number": number}).text
    clock.now = MORNING + timedelta(minutes=60)
    assert kim.post(f"{GLASS}/case", {"number": number}).status_code == 404
    assert number not in kim.get(GLASS).text
    assert verify(record, clock.now) == ()


@on_both
def test_what_is_shown_is_what_both_parties_share(record: Record, clock: Hands, kim: Visitor) -> None:
    """Lost otherwise: one reason would open each authority's own notes, a forum's record or a patient's name."""
    number = canaries(record)
    assert kim.post(GLASS, {"number": number, **WHY}).status_code == 303
    seen = look_through(record, KIM, number, MORNING)
    assert seen.compartments == {"cover", "shared"}
    assert {line.compartment for line in seen.lines} == {"cover", "shared"}
    assert (seen.offers, seen.registry_number) == ((), "")
    shown = kim.post(f"{GLASS}/case", {"number": number}).text
    for secret in ("kanarie-inre", "kanarie-patient", "kanarie-forum"):
        assert secret not in shown


@on_both
def test_it_can_be_closed_early_and_ends_for_good(record: Record, kim: Visitor) -> None:
    """Lost otherwise: what was opened by mistake would stand open for an hour."""
    number = arrived(record)
    kim.post(GLASS, {"number": number, **WHY})
    closed = kim.post(f"{GLASS}/end", {"number": number}, follow_redirects=True)
    assert "stängt för dig igen" in closed.text
    for path in ("case", "end"):
        assert kim.post(f"{GLASS}/{path}", {"number": number}).status_code == 404
    lines = [line.code for line in view(record, MAJA, number, MORNING).lines if line.code.startswith("glass")]
    assert lines == ["glass_broken", "glass_ended"]
    assert verify(record, MORNING) == ()


@on_both
def test_the_wall_stands_for_everybody_else(record: Record, clock: Hands, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: what one administrator opens would be open to another, to an auditor, or in a list or search."""
    number, closed = arrived(record), arrived(record)
    hold(record, MAJA.account, KIM.post, MORNING.date())
    other, kim = at(Seer(MAJA.account, KIM.post)), at(KIM)
    kim.post(GLASS, {"number": number, **WHY})
    asked = ("2026-0000000", closed, f"{number}\x01")
    answers = [kim.post(f"{GLASS}/{path}", {"number": n}) for n in asked for path in ("case", "end")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({a.text.replace(n, "") for n, a in zip((n for n in asked for _ in "12"), answers, strict=True)}) == 1
    assert other.post(f"{GLASS}/case", {"number": number}).status_code == 404
    for visitor in (at(RUNE), at(STINA)):
        assert visitor.post(f"{GLASS}/case", {"number": number}).status_code == 403
    with pytest.raises(CaseUnknown):
        view(record, KIM, number, MORNING)
    assert work_list(record, KIM, MORNING).items == ()
    for path in ("print", "record.pdf", "patient", "file"):
        assert "Listan saknades" not in kim.get(f"/cases/{number}/{path}").text
    assert "Listan saknades" not in kim.get(f"/search?q={number}").text
    assert kim.post(f"/cases/{number}/notes", {"text": "x"}).status_code in (404, 405)


@on_both
def test_whoever_is_no_party_cannot_tell_that_it_was_opened(
    record: Record, kim: Visitor, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: an emergency at two parties would be the talk of the county."""
    number = canaries(record)
    paths = ["/cases", "/cases?tab=others", f"/cases/{number}", f"/cases/{number}/print", "/search?q=felet"]

    def seen(visitor: Visitor) -> list[tuple[int, str]]:
        answers = [visitor.get(path) for path in paths]
        return [(answer.status_code, KEYS.sub("", answer.text)) for answer in answers]

    others = [at(STINA), at(Seer("ingalill.skold", "chair@forum:nosam-molndal")), at(RUNE)]
    before = [seen(visitor) for visitor in others]
    assert kim.post(GLASS, {"number": number, **WHY}).status_code == 303
    kim.post(f"{GLASS}/case", {"number": number})
    assert [seen(visitor) for visitor in others] == before


def test_what_has_not_left_its_sender_is_told_to_the_sender_alone(record: Record, kim: Visitor) -> None:
    """Lost otherwise: the letter would tell the other party of a report that may never be sent."""
    number = reported(record)
    kim.post(GLASS, {"number": number, **WHY})
    assert {post.partition("@")[2] for post in _told(record, number)} == {"authority:von-molndal"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"reason": " "}, "Skriv ett skäl"),
        ({"reason": "Det gäller 19121212-1212"}, "Skriv ett skäl"),
        ({"reason": "x" * 1001}, "Skriv ett skäl"),
        ({"number": "2026-0000000"}, "Inget ärende har det numret"),
        ({"number": "mitt ärende"}, "Inget ärende har det numret"),
    ],
)
def test_what_cannot_be_opened_is_said_with_what_was_typed(
    record: Record, kim: Visitor, typed: dict[str, str], said: str
) -> None:
    """Lost otherwise: a slip would open a case without a reason, or lose the one that was written."""
    before = fingerprint(record)
    answer = kim.post(GLASS, {"number": arrived(record) if "reason" in typed else "x", **WHY, **typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert typed.get("reason", WHY["reason"]).strip() in answer.text
    assert "reason" in typed or fingerprint(record) == before


@on_both
def test_once_more_within_a_day_is_said_and_one_s_own_case_has_its_own_way(
    record: Record, clock: Hands, kim: Visitor, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: an hour would become a week by pressing again, or a letter of alarm follow on one's own work."""
    number = arrived(record)
    for _ in range(2):  # the second press while it is open changes nothing
        assert kim.post(GLASS, {"number": number, **WHY}).status_code == 303
    assert len(broken_now(record, KIM.account, MORNING)) == 1
    clock.now = MORNING + timedelta(hours=2)
    kim = at(KIM)
    kim.post("/language", {"language": "sv", "next": "/"})
    refused = kim.post(GLASS, {"number": number, **WHY})
    assert (refused.status_code, "det senaste dygnet" in refused.text) == (422, True)
    assert kim.post(GLASS, {"number": number, "again": "yes", **WHY}).status_code == 303
    for own in (MAJA, ANNA):
        hold(record, own.account, KIM.post, MORNING.date())
        answer = at(Seer(own.account, KIM.post)).post(GLASS, {"number": number, **WHY})
        assert answer.status_code == 422
        assert "dina andra funktioner" in answer.text or "your other functions" in answer.text


@on_both
def test_both_parties_get_their_letter_whoever_has_the_case(record: Record, clock: Hands, kim: Visitor) -> None:
    """Lost otherwise: who looked would be known to nobody but those who happen to open the history."""
    number = liftable(record)
    kim.post(GLASS, {"number": number, **WHY})
    run_round(record, clock.now, LocalMailbox(Letterhead("http://localhost", "Stegen <stegen@localhost>")))
    with record.database.read() as tx:
        assert tx.all(WAITS, notch=NOTCH) == []
        assert len({account for (account,) in tx.all(LETTERS)}) >= 2


@on_both
def test_no_administrator_can_keep_the_letters_about_her_from_leaving(
    record: Record, clock: Hands, kim: Visitor
) -> None:
    """Lost otherwise: she who opened a case would drop the letters that tell of it, or call them sent."""
    number = arrived(record)
    standstill.stop(record, KIM.account, "Flyttar maskinen.", MORNING)
    kim.post(GLASS, {"number": number, **WHY})
    with record.database.read() as tx:
        keys = [key for (key,) in tx.all("SELECT key FROM docket WHERE notch = :notch", notch=NOTCH)]
    assert len(keys) == 4
    for key in keys:
        with pytest.raises(RowFault, match="cannot be dropped"):
            drop(record, KIM.account, key, "Ur vägen.", MORNING)
    standstill.go_on(record, KIM.account, "De har gått.", MORNING, MORNING)
    run_round(record, SOON, LocalMailbox(Letterhead("http://localhost", "Stegen <stegen@localhost>")))
    with record.database.read() as tx:
        fates = tx.all("SELECT status, reason FROM docket WHERE notch = :notch", notch=NOTCH)
        assert tx.all(LETTERS) != []
    assert set(fates) == {("done", "")}
    log = kim.get("/administration/log").text
    assert "Klockan stannad" in log
    assert "Klockan i gång igen" in log
    assert "De har gått." in log
