"""The case page: the ladder as a picture, files, measures, doors, the authority's own details, whom it concerns."""

import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pypdf
import pytest
from werkzeug.test import TestResponse

from cases.acting import act
from cases.contents.matter import NEW_PAPER, note, share
from cases.contents.paper_limits import BY_PERSON, IN_ONE, count_paper
from cases.contents.patient import set_patient
from cases.reading import view
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from cases.soundness.verify import verify
from notifications.delivery import Letterhead
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.climb_model import YVONNE
from tests.cases.deviations import (
    ANNA,
    ANSWERED,
    HELENA,
    KATARINA,
    MAJA,
    OSKAR,
    PETRA,
    REPORT,
    STINA,
    WHY,
    arrived,
    contested,
    liftable,
)
from tests.cases.disputes import to_escalate
from tests.cases.test_disposal import ended
from tests.notifications.conftest import Sink, listening
from tests.record import EARLY, MORNING
from tests.web.visitor import Hands, Visitor
from tests.web.whole_record import fingerprint
from web.case.record_pdf import BEYOND, ROOM, pdf_of
from web.case.sheet import Part, Sheet
from workflows.nouns import Command

HEADING = re.compile(r"(<h[1-6])[^>]*>(.*?)</h", re.DOTALL)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def test_the_ladder_is_a_picture_with_the_same_in_words(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: where a case is would be seen by some readers only."""
    number = liftable(record)
    page = at(HELENA).get(f"/cases/{number}").text
    assert '<svg class="rungs"' in page
    assert "Ärendet är här: Lokalt" in page
    assert "Kan gå vidare till: NOSAM Mölndal." in page
    assert 'aria-current="step"' in page
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    lifted = at(STINA).get(f"/cases/{number}").text
    assert "Ärendet är här: NOSAM Mölndal." in lifted
    assert "Har varit: Lokalt" in lifted


def test_a_letter_that_nobody_took_is_an_alarm_in_its_case_for_its_own_side(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a reminder that came back is known to an operator's list alone, and the date passes."""
    number = arrived(record, EARLY)
    with listening(Sink()) as sink:
        gone = (PETRA.account, "harriet.lundqvist.falk")
        sink.answers = {f"{account}@vgr.example.invalid": "550 no such user" for account in gone}
        run_round(record, MORNING, sink.mailer())
        assert [address for address, _ in sink.taken] != []
    petra, maja = at(PETRA), at(MAJA)
    who = "mottagningsfunktion vid Sahlgrenska"
    parked, nobody = f"Ett brev till {who}", f"Ingen kan ta emot brev som {who}"
    page = petra.get(f"/cases/{number}").text
    told = page.partition('aria-labelledby="alarms"')[2].partition("</section>")[0]
    assert (told.count(parked), told.count(nobody)) == (1, 1), "each once, however many addresses were tried"
    front = petra.get("/cases").text.partition('aria-labelledby="unreached"')[2].partition("</section>")[0]
    assert front.count("<li>") == 2
    for path, heading in ((f"/cases/{number}", "alarms"), ("/cases", "unreached")):
        answer = maja.get(path)
        assert answer.status_code == 200
        assert f'aria-labelledby="{heading}"' not in answer.text, "the other side mends no addresses of ours"


def test_an_ended_case_ended_somewhere_and_is_not_told_to_be_there(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: somebody waits for a forum that has been done with the case for months."""
    number, maja, _ = ended(record)
    page = at(maja).get(f"/cases/{number}").text
    assert "Ärendet slutade här: Lokalt" in page
    assert "Ärendet är här" not in page
    assert page.count(">Avslutad<") == 0, "one word for it is enough"
    first = page.partition('id="may"')[0]
    assert "Rutinen brast." in first, "what came of it stands first, and not in the history alone"
    assert "Löst." in first


def test_a_date_that_has_passed_says_what_is_still_to_come_of_it(
    record: Record, at: Callable[[Seer], Visitor], clock: Hands
) -> None:
    """Lost otherwise: "if the date passes" beside one that has, and what has happened as if it were ahead."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    page = at(OSKAR).get(f"/cases/{number}").text
    assert "Om datumet passerar: ärendet blir obesvarat" in page
    assert "rapportören får veta att svaret dröjer" in page
    clock.now = MORNING + timedelta(days=62)
    run_round(record, clock.now, LocalMailbox(Letterhead("http://localhost", "Stegen <stegen@localhost>")))
    late = at(OSKAR).get(f"/cases/{number}").text
    assert "Om inget görs: ärendet blir obesvarat" in late
    assert "Om datumet passerar" not in late
    assert "rapportören får veta att svaret dröjer" not in late, "she has been told"


def test_a_step_where_not_all_concerned_sit_says_so(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a dispute across arenas would look as if it skipped NOSAM without having tried it (law 3)."""
    said = {"document": "hos-avtal/4.4", "disputed_clause": "4.4", "question": "Vem kallar?", "care": MAJA.post}
    new = NewCase("dispute", receiving_unit="nu-nal-medicin", stage="escalating", texts=said)
    page = at(HELENA).get(f"/cases/{report(record, HELENA, new, MORNING).number}").text
    assert "Inget organ där alla berörda sitter: NOSAM" in page
    assert "Inte prövat: NOSAM" not in page
    assert "Inte prövat: VVG" in page


def test_an_open_date_counts_down_in_working_days(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: "60 days" looks like much until the weekends and holidays are taken out."""
    page = at(PETRA).get(f"/cases/{arrived(record)}").text
    assert "om 60 dagar (40 arbetsdagar)" in page


def test_a_measure_has_its_owner_its_day_and_what_it_is(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: what was promised would have to be dug out of the history."""
    number = contested(record)
    page = at(MAJA).get(f"/cases/{number}").text
    part = page[page.index('id="measures"') : page.index('id="papers"')]
    assert "Ny rutin" in part
    assert "handläggare vid Ortopedavdelning" in part
    assert "15 juli 2026" in part


def test_a_refusal_has_its_right_door_as_a_link(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: somebody reads why not, and has to look for the way on herself."""
    number = contested(record)
    act(record, KATARINA, number, Command("talk", {"talk_note": "Vi talades vid."}), MORNING)
    page = at(HELENA).get(f"/cases/{number}").text
    barred = page[page.index('class="barred"') :]
    assert f'href="/cases/{number}/file"' in barred


def test_a_file_comes_back_as_a_file_and_is_kept_where_it_was_put(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: an upload could run in somebody's browser, or reach the other party unasked."""
    number, path = arrived(record), ""
    maja, petra = at(MAJA), at(PETRA)
    for reach, name in (("inner", "egen.pdf"), ("shared", "delad.pdf")):
        sent = maja.post(f"/cases/{number}/papers", {"for": reach, "file": (io.BytesIO(PDF), name)})
        assert sent.status_code == 303, sent.text
    page = maja.get(f"/cases/{number}").text
    assert "egen.pdf" in page
    assert "delad.pdf" in page
    theirs = petra.get(f"/cases/{number}").text
    assert "delad.pdf" in theirs
    assert "egen.pdf" not in theirs
    handles = [part.partition('"')[0] for part in page.split(f'href="/cases/{number}/papers/')[1:]]
    for handle in handles:
        path = f"/cases/{number}/papers/{handle}"
        got = maja.get(path)
        assert got.data == PDF
        assert got.headers["Content-Disposition"].startswith("attachment")
        assert got.headers["X-Content-Type-Options"] == "nosniff"
    answers = sorted(petra.get(f"/cases/{number}/papers/{handle}").status_code for handle in handles)
    assert answers == [200, 404]
    assert maja.get(f"/cases/{number}/papers/{'0' * 32}").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("", b"", "Välj en fil först."), ("x.exe", b"MZ\x90\x00" * 40, "x.exe"), ("tom.pdf", b"", "tom.pdf")],
)
def test_a_file_that_cannot_be_kept_is_told_on_the_page(
    record: Record, at: Callable[[Seer], Visitor], name: str, content: bytes, said: str
) -> None:
    """Lost otherwise: a file would seem kept that was not."""
    number = arrived(record)
    sent = at(MAJA).post(f"/cases/{number}/papers", {"for": "inner", "file": (io.BytesIO(content), name)})
    assert sent.status_code == 422
    assert said in sent.text
    assert "Inga filer än." in sent.text


def test_nobody_fills_the_disk_and_no_side_learns_what_the_other_keeps(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a program gone wrong would take the room of all parties; or a limit would tell of inner files."""
    number, maja = arrived(record), at(MAJA)

    def add(to: str, visitor: Visitor = maja, name: str = "lista.pdf") -> TestResponse:
        return visitor.post(f"/cases/{number}/papers", {"for": to, "file": (io.BytesIO(PDF), name)})

    assert add("inner").status_code == 303
    with record.database.write() as tx:
        row = tx.one("SELECT case_id, compartment, event_seq, sha256, size, media_type, added_at FROM document")
        assert row is not None
        names = ("id", "compartment", "seq", "sha", "size", "type", "at")
        for place in range(IN_ONE - 1):
            tx.run(NEW_PAPER, handle=f"{place:032x}", **dict(zip(names, row, strict=True)))
    full = add("inner", name="en-till.pdf")
    assert full.status_code == 422
    assert "en-till.pdf får inte plats" in full.text
    assert add("shared").status_code == 303
    assert add("inner", at(PETRA)).status_code == 303
    for _ in range(BY_PERSON.most - 2):
        count_paper(record, MAJA.account, MORNING)
    many = add("shared")
    assert many.status_code == 429
    assert "Vänta till 17 april 2026 kl. 10.00" in many.text
    form = maja.form("/report") | {"what": "Kvar.", "step": "review", "files": (io.BytesIO(PDF), "lista.pdf")}
    report = maja.post("/report", form)
    assert "Många filer har kommit" in report.text
    assert "Kvar." in report.text


def test_whom_it_concerns_is_shown_for_a_reason_that_is_kept(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: nobody could tell afterwards who has looked, and why (law 10)."""
    number = arrived(record)
    set_patient(record, MAJA, number, "Fru på fyran", MORNING)
    maja = at(MAJA)
    assert "Fru på fyran" not in maja.get(f"/cases/{number}").text
    nothing = maja.post(f"/cases/{number}/patient", {"reason": " "})
    assert (nothing.status_code, "Fru på fyran" in nothing.text) == (422, False)
    shown = maja.post(f"/cases/{number}/patient", {"reason": "Jag ska ringa."})
    assert "Fru på fyran" in shown.text
    assert maja.get(f"/cases/{number}/patient").location == f"/cases/{number}#patient"
    with record.database.read() as tx:
        log = tx.all("SELECT account, reason, result FROM read_log ORDER BY id")
    assert log[-1] == (MAJA.account, "Jag ska ringa.", "shown")


def test_asking_whom_it_concerns_tells_nothing_to_others(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the answer would tell a function that may not see it whether somebody is named."""
    with_name, without = arrived(record), arrived(record)
    set_patient(record, MAJA, with_name, "Fru på fyran", MORNING)
    petra, pages = at(PETRA), []
    assert 'id="patient"' not in petra.get(f"/cases/{with_name}").text
    for number in (with_name, without):
        answer = petra.post(f"/cases/{number}/patient", {"reason": "Jag undrar."})
        assert answer.status_code == 403
        assert "Fru på fyran" not in answer.text
        pages.append("Här finns inget som din funktion kan visa." in answer.text)
    assert pages == [True, True]
    maja = at(MAJA).post(f"/cases/{without}/patient", {"reason": "Jag ska ringa."})
    assert (maja.status_code, "Ingen uppgift om vem det gäller är sparad" in maja.text) == (404, True)


def test_a_secrecy_marking_warns_its_own_authority_with_ground_and_period(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a request for documents could be answered without anybody trying the secrecy."""
    number = arrived(record)
    maja = at(MAJA)
    marked = {"ground": "26 kap. 7 § OSL", "until": "2026-06-01"}
    assert maja.post(f"/cases/{number}/own/secrecy", marked).status_code == 303
    page = maja.get(f"/cases/{number}").text
    assert "26 kap. 7 § OSL" in page
    assert "Gäller till måndag 1 juni 2026." in page
    assert "26 kap." not in at(PETRA).get(f"/cases/{number}").text
    wrong = maja.post(f"/cases/{number}/own/secrecy", {"ground": "27 kap.", "until": "i juni"})
    assert (wrong.status_code, "27 kap." in wrong.text) == (422, True)
    maja.post(f"/cases/{number}/own/secrecy", {"ground": "", "until": ""})
    assert 'class="marking"' not in maja.get(f"/cases/{number}").text
    maja.post(f"/cases/{number}/own/number", {"registry": "HSN 2026/12"})
    assert "HSN 2026/12" in maja.get(f"/cases/{number}").text
    assert "HSN 2026/12" not in at(PETRA).get(f"/cases/{number}").text
    assert verify(record, MORNING) == ()


def _pdf_text(answer: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer)).pages)


def test_the_record_on_paper_is_what_its_reader_sees(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a print would be the way around a wall (law 7), or begin with dates of one knows not what."""
    headings = ("Om ärendet", "Vad det handlar om", "Var ärendet står", "Datum", "Vad som har hänt")
    number = liftable(record)
    note(record, MAJA, number, "Kanarie-inre", MORNING)
    share(record, MAJA, number, "Kanarie-delad", MORNING)
    set_patient(record, MAJA, number, "Kanarie-patient", MORNING)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    for seer, seen in ((MAJA, {"inre", "delad"}), (OSKAR, {"delad"}), (STINA, set()), (ANNA, set())):
        visitor = at(seer)
        paper, pdf = visitor.get(f"/cases/{number}/print"), visitor.get(f"/cases/{number}/record.pdf")
        assert (paper.status_code, pdf.status_code) == (200, 200)
        assert pdf.headers["Content-Disposition"] == f'attachment; filename="{number}.pdf"'
        assert (stands := [paper.text.index(f">{heading}</h2>") for heading in headings]) == sorted(stands)
        for text in (paper.text, _pdf_text(pdf.data).replace("-\n", "-").replace("\n", " ")):
            assert number in text
            assert {w for w in ("inre", "delad", "patient") if f"Kanarie-{w}" in text} == seen, seer.post
    assert "<nav" not in at(MAJA).get(f"/cases/{number}/print").text
    assert "Listan saknades när personen kom hem." in _pdf_text(at(OSKAR).get(f"/cases/{number}/record.pdf").data)
    stranger = at(Seer("nour.haddad", "reporter@unit:hsv-goteborg-centrum"))
    assert stranger.get(f"/cases/{number}/record.pdf").status_code == 404


def _tags(node: Any) -> Iterator[tuple[str, str]]:
    """(tag, title) of a PDF's structure, in the order in which a screen reader comes to them."""
    node = node.get_object()
    for one in node if isinstance(node, list) else [node]:
        one = one.get_object()
        if isinstance(one, dict) and "/S" in one:
            yield str(one["/S"]), str(one.get("/T", ""))
        if isinstance(one, dict) and "/K" in one and not isinstance(one["/K"], int):
            yield from _tags(one["/K"])


def test_the_pdf_is_tagged_and_says_its_language_and_title(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a screen reader would get a heap of letters (EN 301 549, PDF/UA-1), in a voice of the wrong
    language, or its headings in another order than they stand."""
    number, maja = arrived(record), at(MAJA)
    for language in ("sv", "en"):
        maja.client.set_cookie("stegen_language", language)
        found = pypdf.PdfReader(io.BytesIO(maja.get(f"/cases/{number}/record.pdf").data))
        root: Any = found.trailer["/Root"]
        assert bool(root["/MarkInfo"]["/Marked"])
        assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
        assert root["/Lang"] == language
        assert b"pdfuaid:part" in root["/Metadata"].get_data()
        assert found.metadata is not None
        assert number in str(found.metadata.title)
        tags = list(_tags(root["/StructTreeRoot"]["/K"]))
        assert "/Figure" not in {tag for tag, _ in tags}, "the ladder is told in words, and no picture lacks them"
        headings = [(f"<h{tag[2]}", title) for tag, title in tags if tag.startswith("/H")]
        paper = maja.get(f"/cases/{number}/print").text
        assert headings == [(tag, unescape(" ".join(text.split()))) for tag, text in HEADING.findall(paper)]


def test_whatever_people_write_becomes_text_in_the_pdf() -> None:
    """Lost otherwise: one emoji in a report, or a sign of the layout's own language, and there is no record to keep."""
    signs = "".join(chr(code) for code in range(0x20, ROOM) if chr(code).isprintable()) + "".join(sorted(BEYOND))
    odd = '#panic("x") $x^2$ *a* _b_ @c <d> = e \\ / // /* "quoted" 😀 漢字 \u202e \x07 \u0301'
    text = _pdf_text(pdf_of(Sheet("Titel", "sv", signs, (Part("Del", (("Vad", odd),)),)), MORNING))
    for said in ('#panic("x")', "$x^2$", "*a*", "@c", "[U+1F600]", "[U+202E]"):
        assert said in text.replace("\n", " "), said


def test_looking_at_a_case_on_paper_changes_nothing(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: printing would be a deed."""
    number = arrived(record)
    maja = at(MAJA)
    before = fingerprint(record)
    for path in ("print", "record.pdf"):
        maja.get(f"/cases/{number}/{path}")
    assert fingerprint(record) == before


def test_at_closing_each_authority_goes_through_its_own_notes(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: nobody is asked what of the working notes belongs to the record."""
    number, *_ = ended(record)
    maja, oskar = at(MAJA), at(OSKAR)
    assert "Arbetsanteckningar att gå igenom: 1" in maja.get(f"/cases/{number}").text
    page = maja.get(f"/cases/{number}/working-notes").text
    assert "Vår egen anteckning." in page
    assert "Sjukhusets anteckning." not in page
    assert maja.post(f"/cases/{number}/working-notes", {"clear": "1"}).status_code == 303
    after = maja.get(f"/cases/{number}").text
    assert "Vår egen anteckning." not in after
    assert "Arbetsanteckningar rensades" in after
    assert "rensades" not in oskar.get(f"/cases/{number}").text
    assert "Det finns inga anteckningar" in maja.get(f"/cases/{number}/working-notes").text
    assert at(ANNA).get(f"/cases/{number}/working-notes").status_code == 404


def test_the_report_s_own_words_stand_right_under_whose_move_it_is(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: what it is all about would stand last on the page, below everything that happened since."""
    number = contested(record)
    page = at(OSKAR).get(f"/cases/{number}").text
    assert page.index('id="turn"') < page.index(REPORT["what"]) < page.index('class="about"')
    lifted = liftable(record)
    act(record, HELENA, lifted, Command("escalate", WHY), MORNING)
    assert 'id="report"' not in at(STINA).get(f"/cases/{lifted}").text


def test_what_is_to_be_accepted_stands_above_the_buttons(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a handler on a telephone presses "accept" and looks for the answer in the history."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    act(record, OSKAR, number, ANSWERED, MORNING)
    page = at(MAJA).get(f"/cases/{number}").text
    assert (
        page.index('id="report"') < page.index("Rutinen brast.") < page.index('id="may"') < page.index('class="about"')
    )
    assert '<p class="prose">Ingen åtgärd behövs</p>' in page, "an answer without measures says so"
    assert 'id="about-1"' not in at(PETRA).get(f"/cases/{arrived(record)}").text, "the report stands there once"


def test_the_managers_read_the_answer_and_the_contest_above_their_talk(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a manager would talk about a contest whose ground and reason lie far down in the history."""
    number = contested(record)
    page = at(KATARINA).get(f"/cases/{number}").text
    lines = view(record, KATARINA, number, MORNING).lines
    said = {code: n.texts[code] for n in lines for code in ("cause", "reason") if code in n.texts}
    top = page[: page.index('id="may"')]
    for words in (said["cause"], said["reason"], "Vad gäller det?"):
        assert words in top, words


def test_what_breaks_a_case_off_stands_last_and_as_a_link(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: "End the sent report" would stand as a button between two ways of not agreeing."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    act(record, OSKAR, number, ANSWERED, MORNING)
    page = at(MAJA).get(f"/cases/{number}").text.partition('<ul class="moves">')[2]
    buttons, _, links = page.partition("</ul>")
    places = [buttons.index(text) for text in ("Godta svaret", "Be om komplettering", "Vi är inte överens", "läser")]
    assert places == sorted(places)
    assert "Avsluta den skickade rapporten" not in buttons
    assert "Avsluta den skickade rapporten" in links.partition("</ul>")[0]


def test_how_long_a_draft_was_kept_is_told_of_no_report_that_was_sent(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: whoever answers a report reads first how long its draft would have been saved."""
    number, maja = arrived(record), at(MAJA)
    for path in (f"/cases/{number}", f"/cases/{number}/print"):
        page = maja.get(path).text
        assert "Svar till den som rapporterade" in page
        assert "Utkastet sparas till" not in page


def test_a_consequence_is_told_once_on_paper(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: two answers to one question above each other, which look as if they were two."""
    number, oskar = liftable(record), at(OSKAR)
    told = (oskar.get(f"/cases/{number}/print").text, _pdf_text(oskar.get(f"/cases/{number}/record.pdf").data))
    for paper in (" ".join(text.split()) for text in told):
        assert paper.partition("Var ärendet står")[0].count("Följd för den enskilde") == 1


def test_two_dates_that_one_answer_meets_are_told_as_one(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the same sixty days would stand twice, and look like two things to do."""
    page = at(PETRA).get(f"/cases/{arrived(record)}").text
    part = page[page.index('id="dates"') :]
    assert "<h3>Svar till den som rapporterade</h3>" in part
    assert "<h3>Svaret som rapportören har lovats</h3>" not in part
    assert "Samma dag gäller: Svaret som rapportören har lovats." in part
    petra, number = at(PETRA), arrived(record)
    told = (petra.get(f"/cases/{number}/print").text, _pdf_text(petra.get(f"/cases/{number}/record.pdf").data))
    for paper in (" ".join(text.split()) for text in told):
        assert "Samma dag gäller: Svaret som rapportören har lovats." in paper
        assert "Om datumet passerar: ärendet går till kontaktpersonen." in paper
        assert paper.count("Svaret som rapportören har lovats") == 1


def test_a_measure_without_words_says_where_they_are(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a process leader would think that somebody has promised nothing by a certain day."""
    number = liftable(record)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    page = at(STINA).get(f"/cases/{number}").text
    assert "orden stannar hos dem" in page[page.index('id="measures"') :]
    assert "orden stannar hos dem" not in at(HELENA).get(f"/cases/{number}").text


def test_a_lift_says_who_reads_its_reason(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: whoever lifts writes to a forum that never sees it, or holds back from the party that does."""
    page = at(HELENA).get(f"/cases/{liftable(record)}/moves/escalate").text
    assert "Läses bara av de två parterna, inte av NOSAM Mölndal." in page


def test_the_step_that_comes_next_is_told_with_what_it_lacks_and_the_door(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: whoever is to lift finds three other buttons, and the way on in a folded list further down."""
    number = to_escalate(record)
    page = at(YVONNE).get(f"/cases/{number}").text
    told = page[page.index('id="may"') : page.index('<ul class="moves">')]
    assert "Det som står på tur kan du inte göra nu:" in told
    assert f'<a class="button" href="/cases/{number}/file">' in told
    assert "Det som står på tur" not in at(HELENA).get(f"/cases/{number}").text, "it is not hers"
