"""A report by a unit's link, and its reporter who follows it without an account: from the wall to the answer."""

import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from alembic import command

from cases.acting import Refused, act
from cases.answers import KeyReused
from cases.clock.letters import Tidings
from cases.clock.letters_written import written_letters
from cases.contents import enclosures
from cases.contents.disposal import dispose
from cases.contents.papers import LIMIT_BYTES as LARGEST
from cases.contents.papers import PaperRefused, Papers
from cases.database import Conflict
from cases.lists.worklist import work_list
from cases.migrate import config_for, migrate
from cases.organisation.reorganising import give_function
from cases.reading import view
from cases.record import Record
from cases.reports import link_reports
from cases.reports.following import NotFollowed, NotSaid, ask_back, followed, say_solved, take_back
from cases.reports.link_reports import (
    BY_LINK,
    FILES_BY_ADDRESS,
    FILES_BY_LINK,
    KIB,
    SIZE_BY_ADDRESS,
    SIZE_BY_LINK,
    UNSENT,
    UNSENT_BY_LINK,
    count_file,
    count_report,
    report_by_link,
)
from cases.reports.reporting import Follower, NewCase
from cases.reports.unit_links import NoSuchLink, make_link, revoke_link
from cases.sight import CaseUnknown, Seer
from cases.signing_in.guesses import TooManyTries
from cases.soundness.verify import verify
from notifications.delivery import DELIVERED, Letterhead, Parcel, Send
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.deviations import HELENA, MAJA, OSKAR, PETRA, REPORT
from tests.record import MORNING, SOON
from workflows.nouns import Command

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
UNIT, TOKEN = "hsv-molndal", "a1" * 32
FOLLOWER = Follower(TOKEN, "", "sv")
LATER = MORNING + timedelta(days=400)
MAILER = LocalMailbox(Letterhead("http://localhost", "Stegen <stegen@localhost>"))


def sent(record: Record, *, key: str = "k", new: NewCase | None = None) -> str:
    """Reported through the unit's link; the case's number."""
    link = make_link(record, HELENA, UNIT, MORNING)
    new = new or NewCase("deviation", operation="su", texts=REPORT | {"reach_me": "Anna på kvällen"})
    return report_by_link(record, link, new, FOLLOWER, MORNING, key=key).number


def answered(record: Record) -> str:
    number = sent(record)
    _answered(record, number)
    return number


def _answered(record: Record, number: str) -> None:
    act(record, HELENA, number, Command("check", {"operation": "su", "harm": "risk"}), MORNING)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    measures = [{"what": "Ny rutin", "owner": OSKAR.post, "date": MORNING.date() + timedelta(days=90)}]
    act(record, OSKAR, number, Command("answer", {"cause": "Rutinen brast.", "measures": measures}), MORNING)


def test_it_lands_at_the_unit_to_check_whatever_its_party_s_rule(record: Record) -> None:
    """Else what a stranger wrote at a wall would reach another organisation unread (issue 4, item 2)."""
    number = sent(record)
    seen = view(record, HELENA, number, MORNING)
    assert (seen.cover.stage, seen.cover.ball) == ("own_check", HELENA.post)
    assert [item.number for item in work_list(record, HELENA, MORNING).items] == [number]
    with pytest.raises(CaseUnknown):
        view(record, PETRA, number, MORNING)
    act(record, HELENA, number, Command("check", {"operation": "su", "harm": "risk"}), MORNING)
    assert view(record, PETRA, number, MORNING).cover.stage == "arrived"
    assert verify(record, MORNING) == ()


def test_a_report_without_an_operation_is_completed_at_the_unit(record: Record) -> None:
    """Else a nurse who does not know whose ward it was could not report at all."""
    number = sent(record, new=NewCase("deviation", texts={"what": "Listan saknades.", "when": "i går"}))
    act(record, HELENA, number, Command("check", {"operation": "su", "harm": "none"}), MORNING)
    assert view(record, PETRA, number, MORNING).cover.stage == "arrived"


def test_the_same_form_twice_is_one_report_and_another_one_is_told(record: Record) -> None:
    """Else a slow telephone that sends twice would make two cases."""
    link = make_link(record, HELENA, UNIT, MORNING)
    new = NewCase("deviation", operation="su", texts=REPORT)
    first = report_by_link(record, link, new, FOLLOWER, MORNING, key="one")
    assert report_by_link(record, link, new, FOLLOWER, MORNING, key="one").number == first.number
    with pytest.raises(KeyReused):
        report_by_link(record, link, NewCase("deviation", texts=REPORT), FOLLOWER, MORNING, key="one")


def test_a_revoked_link_takes_no_report(record: Record) -> None:
    """Else the form that somebody still has open would go on after the link was taken away."""
    link = make_link(record, HELENA, UNIT, MORNING)
    revoke_link(record, HELENA, UNIT, MORNING)
    with pytest.raises(NoSuchLink):
        report_by_link(record, link, NewCase("deviation", texts=REPORT), FOLLOWER, MORNING, key="k")
    assert work_list(record, HELENA, MORNING).items == ()


def test_reports_through_one_link_are_counted(record: Record) -> None:
    """Else a program with a photo of the paper could bury the unit in reports."""
    for _ in range(BY_LINK.most):
        count_report(record, "a link", "192.0.2.1", MORNING)
    with pytest.raises(TooManyTries):
        count_report(record, "a link", "192.0.2.2", MORNING)
    count_report(record, "another link", "192.0.2.2", MORNING)


def test_papers_come_with_the_report_and_with_the_shared_part(record: Record) -> None:
    """Else the photo of the list, which says it all, would stay in the telephone."""
    paper = enclosures.receive(record, io.BytesIO(PDF), "lista.pdf")
    number = sent(record, new=NewCase("deviation", operation="su", texts=REPORT, papers=(paper,)))
    assert [p["type"] for p in view(record, HELENA, number, MORNING).papers] == ["application/pdf"]
    assert verify(record, MORNING) == ()
    with pytest.raises(PaperRefused):
        enclosures.receive(record, io.BytesIO(b"MZ\x00\x01"), "lista.exe")


def test_papers_of_reports_that_were_never_sent_are_swept(record: Record) -> None:
    """Else every photo that somebody thought better of would lie on the disk for ever, and belong to nobody."""
    kept = enclosures.receive(record, io.BytesIO(PDF), "lista.pdf")
    sent(record, new=NewCase("deviation", operation="su", texts=REPORT, papers=(kept,)))
    unsent = enclosures.receive(record, io.BytesIO(PDF + b"2"), "fel.pdf")
    now = datetime.now(UTC)
    assert enclosures.sweep_unsent(record, now + enclosures.KEPT_FOR - timedelta(hours=1)) == ()
    assert enclosures.sweep_unsent(record, now + enclosures.KEPT_FOR + timedelta(hours=1)) == (unsent.sha256,)
    assert record.papers.verify(kept.sha256)


def test_no_two_reports_have_one_follow_link(record: Record) -> None:
    """Else the second reporter's receipt would open the first one's report."""
    sent(record)
    with pytest.raises(Conflict):
        sent(record, key="other")
    with pytest.raises(ValueError, match="needs its form's key"):
        sent(record, key="")
    assert len(work_list(record, HELENA, MORNING).items) == 1


def taken(record: Record, now: datetime, files: Iterable[tuple[str, str]], size: int = LARGEST) -> int:
    """How many files are taken, of those that come through (link, address) one after the other."""
    count = 0
    with suppress(TooManyTries):
        for link, address in files:
            count_file(record, link, address, size, now)
            count += 1
    return count


def test_files_are_counted_by_bytes_and_number_for_the_link_and_for_the_address(record: Record) -> None:
    """Else whoever has a photo of the paper fills the disk, from one telephone or from many."""
    one_link, one_address = [("l", f"a{n}") for n in range(300)], [(f"l{n}", "a") for n in range(300)]
    for hours, (files, size, most) in enumerate((
        (one_link, LARGEST, SIZE_BY_LINK.most * KIB // LARGEST), (one_link, 1, FILES_BY_LINK.most),
        (one_address, LARGEST, SIZE_BY_ADDRESS.most * KIB // LARGEST), (one_address, 1, FILES_BY_ADDRESS.most),
    )):  # fmt: skip
        assert taken(record, MORNING + timedelta(hours=hours), files, size) == most


def test_files_that_are_never_sent_have_a_ceiling(record: Record) -> None:
    """Else patience is enough to fill the disk: a little each hour, faster than the nights take it away."""
    hours = [MORNING + timedelta(hours=number) for number in range(48)]
    one = sum(taken(record, now, [("l", "a")] * 10) for now in hours)
    assert 0 < one <= UNSENT_BY_LINK.most * KIB // LARGEST
    others = sum(taken(record, now, [(f"l{hour}", f"a{hour}")] * 6) for hour, now in enumerate(hours))
    assert one + others == UNSENT.most * KIB // LARGEST
    assert taken(record, MORNING + UNSENT.within, [("l", "a")]) == 1


def test_what_was_sent_makes_room_and_only_once(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a busy unit would be stopped by its own reports, or one file sent again and again would lift the ceiling."""
    monkeypatch.setattr(link_reports, "UNSENT_BY_LINK", replace(UNSENT_BY_LINK, most=2))
    link = make_link(record, HELENA, UNIT, MORNING)
    paper = enclosures.receive(record, io.BytesIO(PDF), "lista.pdf")
    new = NewCase("deviation", operation="su", texts=REPORT, papers=(paper, paper))
    assert taken(record, MORNING, [(link, "a")] * 9, len(PDF)) == 2
    for key, room in (("k1", 1), ("k2", 0)):
        report_by_link(record, link, new, Follower(key, "", "sv"), MORNING, key=key)
        assert taken(record, MORNING, [(link, "a")] * 9, len(PDF)) == room


def test_a_paper_that_waited_long_is_not_swept_while_its_report_is_sent(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the night comes between the look at the file and the row that names it, and the photo is gone for good."""
    paper = enclosures.receive(record, io.BytesIO(PDF), "lista.pdf")
    old = (datetime.now(UTC) - enclosures.KEPT_FOR - timedelta(hours=1)).timestamp()
    with record.papers.open(paper.sha256) as file:
        os.utime(file.name, (old, old))
    verifies, swept = Papers.verify, []

    def then_the_night_comes(papers: Papers, sha256: str) -> bool:
        whole = verifies(papers, sha256)
        swept.append(enclosures.sweep_unsent(record, datetime.now(UTC)))
        return whole

    monkeypatch.setattr(Papers, "verify", then_the_night_comes)
    number = sent(record, new=NewCase("deviation", operation="su", texts=REPORT, papers=(paper,)))
    monkeypatch.undo()
    assert swept == [()]
    assert len(view(record, HELENA, number, MORNING).papers) == 1
    assert record.papers.verify(paper.sha256)


def test_a_paper_that_was_swept_meanwhile_is_asked_for_again(record: Record) -> None:
    """Else a case would name a paper that nobody can open."""
    gone = enclosures.Enclosed("0" * 64, 7, "application/pdf", "lista.pdf")
    with pytest.raises(enclosures.PaperGone):
        sent(record, new=NewCase("deviation", operation="su", texts=REPORT, papers=(gone,)))
    assert work_list(record, HELENA, MORNING).items == ()


def test_the_reporter_follows_her_report_and_the_answer_and_nothing_else(record: Record) -> None:
    """Else she would never hear, or would read what the parties write to each other."""
    number = answered(record)
    act(record, MAJA, number, Command("contest", {"contest_ground": "facts", "reason": "kanarie-emot"}), MORNING)
    seen = followed(record, TOKEN, MORNING)
    assert seen.number == number
    words = str([line.texts for line in seen.view.lines])
    assert REPORT["what"] in words
    assert "Rutinen brast." in words
    assert "kanarie-emot" not in words
    assert "Anna på kvällen" not in words
    assert not any(line.by for line in seen.view.lines)


def test_she_says_once_whether_it_solved_the_problem(record: Record) -> None:
    """Else the one question that a reporter is asked could not be answered, or could be answered a hundred times."""
    number = answered(record)
    assert followed(record, TOKEN, MORNING).asks
    say_solved(record, TOKEN, "partly", MORNING, key="a")
    assert not followed(record, TOKEN, MORNING).asks
    assert view(record, MAJA, number, MORNING).cover.facts["solved"] == "partly"
    with pytest.raises(Refused):
        say_solved(record, TOKEN, "yes", MORNING, key="b")
    assert verify(record, MORNING) == ()


def test_what_has_not_left_the_unit_she_takes_back_herself(record: Record) -> None:
    """Else a report that was a mistake would have to be explained to another organisation (story 13)."""
    number = sent(record)
    assert followed(record, TOKEN, MORNING).may_withdraw
    take_back(record, TOKEN, "Jag såg fel.", MORNING, key="a")
    assert view(record, HELENA, number, MORNING).cover.status == "ended"
    assert not followed(record, TOKEN, MORNING).may_withdraw


def test_what_was_sent_she_asks_the_unit_to_end(record: Record) -> None:
    """Else her second thoughts would reach nobody, or the other party without her handler (domain.md 4)."""
    number = answered(record)
    assert not followed(record, TOKEN, MORNING).may_withdraw
    with pytest.raises(Refused):
        take_back(record, TOKEN, "", MORNING, key="a")
    ask_back(record, TOKEN, "kanarie-ångrar", MORNING, key="b")
    with pytest.raises(NotSaid):
        ask_back(record, TOKEN, "En gång till.", MORNING, key="c")
    assert "kanarie-ångrar" in str(view(record, MAJA, number, MORNING).lines)
    assert "kanarie-ångrar" not in str(view(record, OSKAR, number, MORNING))
    assert followed(record, TOKEN, MORNING).asked_back
    run_round(record, SOON, MAILER)
    with record.database.read() as tx:
        rows = tx.all("SELECT account, body FROM letter l WHERE l.account = :a", a=MAJA.account)
    assert any(b"/cases/" in bytes(body) for _, body in rows)
    assert verify(record, MORNING) == ()


def test_disposal_ends_the_link_and_erases_the_address(record: Record) -> None:
    """Else words that were erased by decision could still be read by whoever kept a link."""
    number = sent(record)
    with record.database.write() as tx:
        tx.run("UPDATE report SET address = 'anna@example.org'")
        authority = record.world(tx, MORNING).org.sides[UNIT].authority
    act(record, HELENA, number, Command("keep_internal", {"reason": "Vårt eget."}), MORNING)
    assert followed(record, TOKEN, LATER).number == number
    give_function(record, MAJA.account, "registrar", f"authority:{authority}", MORNING.date())
    dispose(record, Seer(MAJA.account, f"registrar@authority:{authority}"), number, "Beslut 1", LATER)
    with pytest.raises(NotFollowed):
        followed(record, TOKEN, LATER)
    with record.database.read() as tx:
        assert "anna@example.org" not in repr(tx.all("SELECT * FROM report"))


@pytest.mark.parametrize("odd", ["", "x", "\x00", "\ud800"])
def test_what_is_no_link_follows_no_case(record: Record, odd: str) -> None:
    """Else all reports that have no link of their own would be followed by the empty one."""
    act_number = sent(record)
    with pytest.raises(NotFollowed):
        followed(record, odd, MORNING)
    assert followed(record, TOKEN, MORNING).number == act_number


class Outbox:
    """Takes every letter, and keeps what left."""

    def __init__(self, letterhead: Letterhead) -> None:
        self.letterhead = letterhead
        self.left: list[Parcel] = []

    @contextmanager
    def session(self) -> Iterator[Send]:
        yield self._take

    def _take(self, parcel: Parcel) -> Tidings:
        self.left.append(parcel)
        return DELIVERED


def test_a_letter_brings_the_answer_s_link_to_the_address_that_was_given(record: Record) -> None:
    """Else a nurse who has lost the receipt would never read the answer; and no letter may hold a word of the case. Who
    reads kept letters, or a backup of them, must not be able to follow it."""
    link = make_link(record, HELENA, UNIT, MORNING)
    follower = Follower(TOKEN, "anna@ward.example", "sv")
    number = report_by_link(record, link, NewCase("deviation", texts=REPORT), follower, MORNING, key="k").number
    _answered(record, number)
    outbox = Outbox(MAILER.letterhead)
    run_round(record, SOON, outbox)
    with record.database.read() as tx:
        letters = tx.all("SELECT account, body FROM letter WHERE address = 'anna@ward.example'")
        sealed = repr([bytes(row[4]) for row in tx.all("SELECT * FROM protected")])
    [(account, kept)], [leaving] = letters, [parcel for parcel in outbox.left if parcel.address == "anna@ward.example"]
    text = leaving.message.decode()
    assert account == ""
    assert TOKEN not in bytes(kept).decode().replace("=\r\n", ""), "nor in any backup"
    assert leaving.message.split(b"\r\n") != bytes(kept).split(b"\r\n")
    assert [len(line) for line in leaving.message.split(b"\r\n")] == [len(line) for line in bytes(kept).split(b"\r\n")]
    assert [w.body for w in written_letters(record, 9) if w.address == "anna@ward.example"] == [leaving.message]
    assert f"/follow/{TOKEN}" in text.replace("=\r\n", "")
    assert REPORT["what"][:12] not in text
    assert "/cases/" not in text
    assert "n=C3=A4r du har loggat in" not in text.replace("=\r\n", "")
    assert "genom l=C3=A4nken" in text.replace("=\r\n", "")
    assert TOKEN not in sealed
    assert verify(record, MORNING) == ()


def test_letters_that_an_earlier_version_kept_lose_her_link_in_the_upgrade(record: Record) -> None:
    """Lost otherwise: whoever reads letters of last year, or a backup made tomorrow, could follow her report."""
    link = make_link(record, HELENA, UNIT, MORNING)
    follower = Follower(TOKEN, "anna@ward.example", "sv")
    report = report_by_link(record, link, NewCase("deviation", texts=REPORT), follower, MORNING, key="k")
    _answered(record, report.number)
    outbox = Outbox(MAILER.letterhead)
    run_round(record, SOON, outbox)
    [leaving] = [parcel.message for parcel in outbox.left if parcel.address == "anna@ward.example"]
    with record.database.read() as tx:
        [(kept,)] = tx.all("SELECT body FROM letter WHERE address = 'anna@ward.example'")
        others = set(tx.all("SELECT id, body FROM letter WHERE address <> 'anna@ward.example'"))
    once = b"Z" * 20
    renewed = b'https://x/follow/%b=\r\n%b\r\n\r\n<a href=3D"https://x/fol=\r\nlow/%b">' % (once, once, once)
    record.database.engine.dispose()
    command.downgrade(config_for(record.database.url), "0017")
    with record.database.write() as tx:
        tx.run("UPDATE letter SET body = :body WHERE address = 'anna@ward.example'", body=leaving)
        for name, outcome in (("renewed", "delivered"), ("on its way", "")):
            tx.run("""INSERT INTO letter (message_id, account, address, subject, body, written_at, outcome, answer)
 VALUES (:name, '', 'x@y', 's', :body, :now, :outcome, '')""", name=name, body=renewed, now=MORNING,
                   outcome=outcome)  # fmt: skip
    record.database.engine.dispose()
    migrate(record.database.url)
    with record.database.read() as tx:
        bodies = {name: bytes(body) for name, body in tx.all("SELECT message_id, body FROM letter")}
        assert tx.value("SELECT body FROM letter WHERE address = 'anna@ward.example'") == kept, "as it is kept today"
        assert others <= set(tx.all("SELECT id, body FROM letter"))
    assert bodies["renewed"] == renewed.replace(b"Z", b"x"), "nor a link that has been renewed since"
    assert bodies["on its way"] == renewed, "nobody could put its token in again"


def test_without_an_address_her_letters_are_withheld(record: Record) -> None:
    """Else rows for a reporter whom nobody can write to would stand parked as if somebody had to mend them."""
    answered(record)
    run_round(record, SOON, MAILER)
    with record.database.read() as tx:
        fates = set(tx.all("SELECT status, reason FROM docket WHERE post LIKE 'reporter@%' AND notch LIKE 'told:%'"))
    assert fates == {("withheld", "reporter_gone")}
