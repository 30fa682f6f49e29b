"""What the pages say: dates with their reasons, the ladder, what may be done and what not, lists by date, letters."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from cases.acting import act
from cases.contents.matter import note, share
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from notifications.delivery import Letterhead
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.deviations import ANNA, HELENA, KATARINA, MAJA, OSKAR, PETRA, REPORT, STINA, WHY, arrived, liftable
from tests.record import MORNING, SOON
from tests.web.visitor import Hands, Visitor, form_of, on_both
from workflows.nouns import Command

BOLD = "<b>kanarie</b>"


def test_a_date_tells_its_sum(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: one would have to believe a date (law 2)."""
    number = arrived(record)
    page = at(MAJA).get(f"/cases/{number}").text
    assert "måndag 15 juni 2026" in page
    assert "60 kalenderdagar" in page
    turn = at(PETRA).get(f"/cases/{number}").text.partition('<section class="turn')[2].partition("</section>")[0]
    assert "Varför detta datum?" in turn, "beside what is asked of her, and not further down alone"
    assert "Om datumet passerar: " in turn
    assert "Räknas från torsdag 16 april 2026" in page


def test_whoever_reported_reads_when_she_is_answered_and_no_task_of_others(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a nurse opens her report and is told to name unit and handler by Tuesday."""
    number, anna = arrived(record), at(ANNA)
    turn = anna.get(f"/cases/{number}").text.partition('<section class="turn')[2].partition("</section>")[0]
    assert re.search("Mottagaren ska svara senast <time[^>]*><strong>måndag 15 juni 2026", turn)
    assert "Just nu hos mottagningsfunktion vid Sahlgrenska" in turn
    assert "Utse enhet" not in turn
    rows = anna.get("/cases").text
    heading = rows.partition(f'href="/cases/{number}">')[2].partition("</h3>")[0]
    assert heading.startswith(REPORT["what"])
    assert "Väntar på mottagningsfunktion vid Sahlgrenska Universitetssjukhuset: utse enhet" in rows


def test_the_ladder_says_where_the_case_is_and_may_go(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: nobody would see how far up a case is, nor which step comes next."""
    number = liftable(record)
    page = at(MAJA).get(f"/cases/{number}").text
    here = re.search(r'<li class="here" aria-current="step">(.*?)</li>', page, re.DOTALL)
    following = re.search(r'<li class="next">(.*?)</li>', page, re.DOTALL)
    assert here is not None
    assert "Lokalt" in here[1]
    assert following is not None
    assert "NOSAM Mölndal" in following[1]
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    page = at(STINA).get(f"/cases/{number}").text
    here = re.search(r'<li class="here" aria-current="step">(.*?)</li>', page, re.DOTALL)
    assert here is not None
    assert "NOSAM Mölndal" in here[1]


def test_what_may_not_be_done_says_why(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a missing button would leave one guessing."""
    number = liftable(record)
    page = at(KATARINA).get(f"/cases/{number}").text
    assert "Vi är överens" in page
    assert "Det här gör andra" in page
    assert "handler@" not in page
    assert "unit_manager@" not in page


def test_a_move_of_the_stage_stands_before_those_of_every_stage(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: what is asked for next would hide behind what can always be done."""
    page = at(PETRA).get(f"/cases/{arrived(record)}").text
    moves = re.findall(r'href="/cases/[^/"]+/moves/([a-z_]+)"', page)
    assert moves[0] == "assign"


def test_notes_stay_inside_or_are_shared_by_an_act_of_their_own(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a note meant for colleagues could reach the other party by a slip."""
    number, maja = liftable(record), at(MAJA)
    path = f"/cases/{number}/notes"
    assert maja.post(path, {"note": "Bara vi", "for": "inner"}).status_code == 303
    slip = maja.post(path, {"note": "Till er", "for": "shared"})
    assert slip.status_code == 200
    assert "Innan du delar anteckningen" in slip.text
    assert "Ortopedavdelning, Mölndals sjukhus" in slip.text
    assert "handläggare, enhetschef" in slip.text
    assert "Till er" not in at(OSKAR).get(f"/cases/{number}").text
    assert form_of(slip, path)["note"] == "Till er"
    assert "Till er" in maja.post(path, form_of(slip, path) | {"step": "change"}).text
    assert maja.post(path, form_of(slip, path)).status_code == 303
    other = at(OSKAR).get(f"/cases/{number}").text
    assert "Till er" in other
    assert "Bara vi" not in other


@pytest.mark.parametrize("text", ["", "   ", "x" * 20_001, "a\x01b"])
def test_a_note_that_cannot_be_kept_is_given_back(record: Record, at: Callable[[Seer], Visitor], text: str) -> None:
    """Lost otherwise: too long a note would vanish."""
    answer = at(MAJA).post(f"/cases/{liftable(record)}/notes", {"note": text, "for": "inner"})
    assert answer.status_code == 422
    assert text[:50] in answer.text


def test_words_of_different_compartments_stand_apart(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: one would not see which of one's own words the other party reads."""
    new = NewCase("deviation", operation="su", texts=REPORT | {"reach_me": "Ankn 4412"})
    number = report(record, ANNA, new, MORNING).number
    page = at(MAJA).get(f"/cases/{number}").text
    for words, readers in (("Ankn 4412", "inner"), (REPORT["what"], "shared")):
        before = page[: page.index(words)]
        assert before.rindex('class="tag ') == before.rindex(f'class="tag {readers}"'), words


def test_the_work_list_is_by_date_with_the_late_first(
    record: Record, at: Callable[[Seer], Visitor], clock: Hands
) -> None:
    """Lost otherwise: the oldest promise would drown among the new ones."""
    early = arrived(record)
    late = arrived(record, MORNING + timedelta(days=6))
    clock.now = MORNING + timedelta(days=7)
    page = at(PETRA).get("/cases").text
    assert page.index("Försenat") < page.index(early) < page.index(late)
    assert "2 dagar försenat" in page


@on_both
def test_the_list_goes_on_where_it_stopped(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a function with many cases would never see the fifty-first."""
    numbers = {arrived(record) for _ in range(53)}
    petra = at(PETRA)
    first = petra.get("/cases").text
    more = re.search(r'href="(/cases\?[^"]*cursor=[^"]+)"', first)
    assert more is not None
    second = petra.get(more[1].replace("&amp;", "&")).text
    shown = [set(re.findall(r'href="/cases/(2026-[0-9A-Z]+)"', page)) for page in (first, second)]
    assert shown[0] | shown[1] == numbers
    assert not shown[0] & shown[1]


@pytest.mark.parametrize("query", ["tab=all", "tab=awaiting&cursor=x", "tab=awaiting&cursor=2026-13-01/2026-0000000"])
def test_a_list_that_does_not_exist_is_a_page_that_does_not_exist(at: Callable[[Seer], Visitor], query: str) -> None:
    """Lost otherwise: a changed address would end in a fault page."""
    assert at(MAJA).get(f"/cases?{query}").status_code == 404


def test_markup_in_any_text_is_text(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: somebody's text could change the page of the other party (abuse case 11)."""
    anna, maja = at(ANNA), at(MAJA)
    words = dict.fromkeys(("what", "agreed", "consequence", "reach_me"), BOLD)
    form = anna.form("/report") | words | {"when": BOLD, "operation": "su", "patient": BOLD}
    review = anna.post("/report", form | {"step": "review"})
    number = anna.post("/report", form_of(review, "/report") | {"step": "send"}).location.rpartition("/")[2]
    pages = [review.text, at(PETRA).move(number, "assign", {"unit": BOLD}).text]
    at(PETRA).move(number, "assign", {"unit": "su-molndal-ortopedi", "assign_note": BOLD})
    measure = {"measures-0-what": BOLD, "measures-0-owner": OSKAR.post, "measures-0-date": "2026-09-01"}
    at(OSKAR).move(number, "answer", {"cause": BOLD, "answer_words": BOLD} | measure)
    maja.move(number, "contest", {"contest_ground": "facts", "reason": BOLD})
    note(record, MAJA, number, BOLD, MORNING)
    share(record, MAJA, number, BOLD, MORNING)
    maja.post(f"/cases/{number}/file", {"statement": BOLD, "question": BOLD})
    maja.post(f"/cases/{number}/file/review", {"revision": "1"})
    at(OSKAR).post(f"/cases/{number}/file/read", {"revision": "1"})
    helena = at(HELENA)
    helena.move(number, "talk", {"talk_note": BOLD})
    act(record, KATARINA, number, Command("sign"), MORNING)
    preview = f"/cases/{number}/preview/escalate"
    words = {"reason": BOLD, "subject": "agreement", "pattern": "single"}
    pages.append(helena.post(preview, helena.form(f"/cases/{number}/moves/escalate", preview) | words).text)
    helena.move(number, "escalate", words)
    paths = [f"/cases/{number}", f"/cases/{number}/file", f"/cases?tab={BOLD}", f"/cases/{number}?done={BOLD}"]
    pages += [at(s).get(p).text for s in (ANNA, MAJA, HELENA, OSKAR, PETRA, STINA) for p in paths]
    assert any("&lt;b&gt;kanarie" in page for page in pages)
    assert [page for page in pages if BOLD in page] == []


def test_the_file_is_written_cleared_reviewed_and_read_by_both(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: nothing could be made ready to leave the local step."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    maja, path = at(MAJA), f"/cases/{number}/file"
    lead = "Vid frågor om utskrivningen från sjukhuset,"
    assert maja.post(path, {"statement": "Bara detta", "question": ""}).status_code == 422
    number_in_it = "Erik 19121212-1212 hör av sig."
    for refused in (
        maja.post(path, {"statement": number_in_it, "question": "Vem?"}),
        maja.post(f"/cases/{number}/notes", {"note": number_in_it, "for": "shared"}),
        maja.post(f"/cases/{number}/notes", {"note": number_in_it}),
        maja.post(f"/cases/{number}/own/number", {"registry": number_in_it}),
    ):
        assert refused.status_code == 422
        assert "Ett personnummer står i texten. Ta bort det" in refused.text
    maja.post(path, {"statement": f"{lead} ring 070-123 45 67.", "question": "Vem skickar listan?"})
    page = maja.get(path).text
    assert "…från sjukhuset, ring <mark>070-123 45 67</mark>.</p>" in page, "cut between words"
    assert f'action="{path}/review"' not in page
    assert "Gå först igenom ställena" in page
    refused = maja.post(f"{path}/review", {"revision": "1"})
    assert refused.status_code == 422
    assert "Inte granskat än" in refused.text
    place = form_of(maja.get(path), f"{path}/clear")["place"]
    assert maja.post(f"{path}/clear", {"place": place, "reason": " "}).status_code == 422
    assert maja.post(f"{path}/clear", {"place": place, "reason": "Växelns nummer"}).status_code == 303
    assert maja.post(f"{path}/review", {"revision": "1"}).status_code == 303
    assert at(KATARINA).post(f"{path}/read", {"revision": "1"}).status_code == 303
    page = maja.get(path).text
    for said in ("Granskat", "Läst av den sändande sidan", "Läst av den mottagande sidan"):
        assert said in page, said
    assert maja.post(f"{path}/review", {"revision": "7"}).status_code == 409


def test_the_mailbox_shows_a_letter(record: Record, nobody: Visitor, clock: Hands) -> None:
    """Lost otherwise: nobody trying the demo would see what the clock sends."""
    number = arrived(record)
    clock.now = MORNING + timedelta(hours=1)
    run_round(record, clock.now, LocalMailbox(Letterhead("http://localhost", "Stegen <stegen@localhost>")))
    listed = nobody.get("/mailbox").text
    letters = re.findall(r'href="(/mailbox/[^"]+)"', listed)
    assert len(letters) >= 2
    pages = [nobody.get(path).text for path in letters]
    assert any(f'href="http://localhost/cases/{number}' in page for page in pages)
    assert not any(REPORT["what"] in page for page in pages)
    assert nobody.get("/mailbox/1").status_code == 404


def test_a_letter_on_an_english_page_says_that_it_is_swedish(record: Record, nobody: Visitor) -> None:
    """Lost otherwise: a screen reader reads Swedish letters with an English voice (WCAG 3.1.2)."""
    arrived(record)
    run_round(record, SOON, LocalMailbox(Letterhead("http://localhost", "Stegen <stegen@localhost>")))
    nobody.client.set_cookie("stegen_language", "en")
    listed = nobody.get("/mailbox").text
    letters = re.findall(r'<h2 lang="sv"><a href="(/mailbox/[^"]+)"', listed)
    assert len(letters) == listed.count("<h2") >= 2
    page = nobody.get(letters[0]).text
    assert '<html lang="en">' in page
    for part in ("<title", "<h1", '<div class="paper"'):
        assert f'{part} lang="sv">' in page, part
    nobody.client.set_cookie("stegen_language", "sv")
    assert 'lang="sv"' not in nobody.get(letters[0]).text.partition('<html lang="sv">')[2].partition("<footer")[0]


def test_a_fault_shows_an_id_that_stands_in_the_log(
    record: Record, at: Callable[[Seer], Visitor], caplog: pytest.LogCaptureFixture
) -> None:
    """Lost otherwise: whoever helps could not find what happened, or the page would tell what it should not."""
    number, maja = arrived(record), at(MAJA)
    with record.database.write() as tx:
        tx.run("UPDATE cases SET facts = 'spoilt kanarie'")
    answer = maja.get(f"/cases/{number}")
    assert answer.status_code == 500
    fault = re.search(r"Felets nummer: ([0-9a-f]{12})", answer.text)
    assert fault is not None
    assert fault[1] in caplog.text
    assert "kanarie" not in answer.text
    assert "Traceback" not in answer.text
    assert "Inget har ändrats." in answer.text, "whoever only read a page is not sent to look for a change"
    sent = maja.post(f"/cases/{number}/moves/told", {"told_text": "Samma sak hände."})
    assert sent.status_code == 500
    assert "se om ändringen finns där" in sent.text
    assert "Samma sak hände." in sent.text


@on_both
def test_a_database_that_does_not_answer_is_said_without_it(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the page about the fault would itself fail, for it greets whoever is signed in."""
    maja = at(MAJA)
    with record.database.write() as tx:
        tx.run("ALTER TABLE sign_in RENAME TO hidden_sign_in")
    answer = maja.get("/cases")
    with record.database.write() as tx:
        tx.run("ALTER TABLE hidden_sign_in RENAME TO sign_in")
    assert answer.status_code == 503
    assert "Databasen svarar inte" in answer.text
    assert "Maja Ekdahl" in maja.get("/cases").text


def test_the_process_says_that_it_lives(nobody: Visitor) -> None:
    """Lost otherwise: whoever watches over the installation would not see that it has stopped."""
    assert nobody.get("/healthz").text == "ok\n"
