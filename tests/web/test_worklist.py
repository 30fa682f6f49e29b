"""The work list's page: rows that can be told apart, a reason beside each date, filters in the address, and search."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from cases.acting import act
from cases.contents.matter import admit_guests, note
from cases.database import Transaction
from cases.lists import worklist as room
from cases.lists.saved_filters import saved_filters
from cases.lists.worklist import Sieve, without_next_step, work_list
from cases.organisation.people import add_person, hold
from cases.reading import view
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from tests.cases.deviations import (
    ANNA,
    HELENA,
    KATARINA,
    MAJA,
    OSKAR,
    PETRA,
    STINA,
    WHY,
    arrived,
    contested,
    ended_with_a_decision_to_report,
    liftable,
)
from tests.cases.disputes import at_nosam
from tests.record import MORNING
from tests.web.visitor import Hands, Visitor, on_both
from workflows.nouns import Command

SELMA = Seer("selma.karlberg", "receiver@operation:avo-goteborg")


def asked_for_a_part(record: Record) -> str:
    """The ward answers, and another operation owes a part of it; the case's number."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    asking = {"part_of": "avo-goteborg", "question_text": "Vad vet ni?"}
    act(record, OSKAR, number, Command("ask_part", asking), MORNING)
    return number


def test_a_row_tells_a_case_from_its_neighbours(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: ten rows that all say "Assign a unit", and each must be opened to know which it is."""
    number = arrived(record)
    page = at(PETRA).get("/cases").text
    for said in (number, "Avvikelse i samverkan", "Hemsjukvården, Mölndal", "Listan saknades när personen kom hem.",
                 "16 april", "Utse enhet", "vid Sahlgrenska Universitetssjukhuset"):  # fmt: skip
        assert said in page, said
    assert "Sahlgrenska Universitetssjukhuset" in at(MAJA).get("/cases?tab=others").text


def test_what_is_left_in_an_ended_case_is_said_and_makes_no_case_late(
    record: Record, at: Callable[[Seer], Visitor], clock: Hands
) -> None:
    """Lost otherwise: a process leader is told that a case which the parties have left is a month late."""
    number = ended_with_a_decision_to_report(record)
    clock.now = MORNING + timedelta(days=120)
    listed = at(STINA).get("/cases").text.partition("<main")[2]
    assert "Kvar att göra i avslutade ärenden" in listed
    assert "Anmäl beslutet på nästa möte" in listed
    assert "Avslutat. Senast" in listed
    assert "försenat" not in listed.lower()
    assert number not in at(STINA).get("/cases?late=yes").text


def test_an_ended_case_says_when_it_ended_and_how(record: Record, at: Callable[[Seer], Visitor], clock: Hands) -> None:
    """Lost otherwise: whoever looks for last month's case opens fifty that all say "ended"."""
    number, later = arrived(record), MORNING + timedelta(days=4)
    act(record, MAJA, number, Command("end", {"reason": "Kanariefågel."}), later)
    clock.now = later + timedelta(days=1)
    for seer in (MAJA, PETRA):
        page = at(seer).get("/cases?tab=closed").text
        assert '<time datetime="2026-04-20">20 april</time>' in page
        assert "Den som skickade rapporten avslutade den." in page
        assert "Kanariefågel" not in page
    maja = at(MAJA)
    assert "Den som skickade rapporten avslutade den." in maja.get("/search?q=saknades").text
    maja.post("/language", {"language": "en", "next": "/cases"})
    assert "The report was ended by the side that sent it." in maja.get("/cases?tab=closed").text
    ended_with_a_decision_to_report(record)
    page = at(STINA).get("/cases").text
    assert "Avslutat 16 april. Åtgärden genomfördes och ärendet avslutades." in page


def test_a_row_has_the_reason_of_its_date_at_hand(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: to learn why something is due one has to leave the list (law 2)."""
    arrived(record)
    page = at(PETRA).get("/cases").text
    assert "<details" in page
    assert "Räknas från torsdag 16 april 2026" in page
    assert "Händelse: Rapporten skickades till mottagaren." in page
    assert "Väntar på mottagningsfunktion" not in page, "her own move awaits nobody else"
    assert "Väntar på mottagningsfunktion" in at(MAJA).get("/cases?tab=others").text
    asked_for_a_part(record)
    owed = at(SELMA).get("/cases").text
    assert "Delsvar" in owed
    assert "Om inget kommer" in owed


@on_both
def test_a_reporter_s_list_pairs_each_task_with_its_own_date(
    record: Record, at: Callable[[Seer], Visitor], clock: Hands
) -> None:
    """Lost otherwise: she would be asked "did it solve the problem?" by another step's date, with that date's reason
    (law 2), and after her own day still be awaited (law 1)."""
    number = liftable(record)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    found = view(record, ANNA, number, MORNING)
    [hers] = [part for part in found.contributions if part.asked == ANNA.post]
    assert hers.due != found.cover.next_date
    [item] = work_list(record, ANNA, MORNING).items
    assert (item.owed, item.next_date) == (hers.code, hers.due)
    clock.now = later = MORNING + (hers.due - MORNING.date()) + timedelta(days=1)
    [item] = work_list(record, ANNA, later).items
    assert (item.owed, item.next_date) == ("", found.cover.next_date)
    assert "Löste det problemet?" not in at(ANNA).get("/cases").text
    page = at(MAJA).get(f"/cases/{number}").text
    assert "kom inte i tid" in page
    assert "Inget kom: ärendet går vidare ändå" in page


def test_a_forum_s_row_says_both_sides_and_its_file_alone(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a process leader could not tell cases apart, or would read the parties' own words in a list."""
    number = liftable(record)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    page = at(STINA).get("/cases").text
    assert "Hemsjukvården, Mölndal – Ortopedavdelning, Mölndals sjukhus" in page
    assert "Vem skickar listan?" in page or "utan läkemedelslista" in page
    assert "Listan saknades" not in page


def test_what_awaits_oneself_is_told_from_what_awaits_the_unit(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a handler looks through her manager's tasks every morning to find her own."""
    number = contested(record)
    katarina, oskar = at(KATARINA), at(OSKAR)
    assert number in katarina.get("/cases?tab=mine").text
    assert number in oskar.get("/cases").text
    assert number not in oskar.get("/cases?tab=mine").text
    owed = asked_for_a_part(record)
    hers = work_list(record, SELMA, MORNING, sieve=Sieve(mine=SELMA.post)).items
    assert [item.number for item in hers] == [owed], "what she owes is hers"


@pytest.mark.parametrize("asked", ["", "tab=mine&", "tab=others&", "tab=parked&kind=deviation&"])
@on_both
def test_a_place_without_a_day_is_a_page_that_does_not_exist(
    record: Record, at: Callable[[Seer], Visitor], asked: str
) -> None:
    """Lost otherwise: an address that was cut short is answered as if Stegen had broken, and somebody is called."""
    number = arrived(record)
    for cursor in (f"/{number}", "/2026-K7QM4TX"):
        assert at(MAJA).get(f"/cases?{asked}cursor={cursor}").status_code == 404


def test_letters_that_reached_nobody_are_told_on_the_first_page_to_the_own_party(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: an empty function is found when a date has passed, and the other party hears of it first."""
    number, petra = arrived(record), at(PETRA)
    assert "Brev som inte nådde fram" not in petra.get("/cases").text
    with record.database.write() as tx:
        tx.run(
            "UPDATE docket SET status = 'parked', reason = 'refused: 550' WHERE key LIKE :k", k="%/submit/v2/receiver%"
        )
        tx.run("UPDATE docket SET reason = 'no_receiver', due_at = :at WHERE notch = '-1'", at=MORNING)
    page = petra.get("/cases").text
    for said in ("Brev som inte nådde fram (2)", "adressen tar inte emot", "ingen har funktionen"):
        assert said in page, said
    assert page.index(f'href="/cases/{number}"') < page.index("ingen har funktionen")
    assert "Brev som inte nådde fram" not in at(MAJA).get("/cases").text
    petra.post("/language", {"language": "en"})
    assert "Letters that reached nobody (2)" in petra.get("/cases").text


FILTERS = (
    ("kind=deviation", True), ("kind=dispute", False), ("rung=local", True), ("rung=sro", False),
    ("stage=arrived", True), ("stage=answered", False), ("operation=su", True), ("operation=narhalsan-goteborg", False),
    ("late=yes", False), ("document=samverkan-utskrivning", False),
)  # fmt: skip


@on_both
def test_filters_stand_in_the_address(record: Record, at: Callable[[Seer], Visitor], clock: Hands) -> None:
    """Lost otherwise: a filtered list could not be kept, sent or come back to."""
    number = arrived(record)
    petra = at(PETRA)
    documents = petra.get("/cases").text
    for query, fits in FILTERS:
        name, _, value = query.partition("=")
        if f'value="{value}"' not in documents:
            assert petra.get(f"/cases?{query}").status_code == 404
            continue
        page = petra.get(f"/cases?{query}")
        assert (number in page.text) is fits, query
        assert name == "late" or f'value="{value}" selected' in page.text
    clock.now = MORNING + timedelta(days=90)
    assert number in at(PETRA).get("/cases?late=yes").text
    clock.now = MORNING
    petra = at(PETRA)
    for odd in ("kind=x", "stage=%01", "operation=' OR 1=1", "rung=nosam%25", "tab=x"):
        assert petra.get(f"/cases?{odd}").status_code == 404


def test_a_document_s_cases_are_found_by_it(record: Record) -> None:
    """Lost otherwise: nobody could see how often one guideline was not followed."""
    with record.database.read() as tx:
        document = tx.value("SELECT document FROM document_version ORDER BY document LIMIT 1")
    texts = {"what": "Listan saknades.", "when": "16 april 2026", "document": document}
    number = report(record, ANNA, NewCase("deviation", operation="su", texts=texts), MORNING).number
    arrived(record)
    assert [i.number for i in work_list(record, PETRA, MORNING, sieve=Sieve(document=document)).items] == [number]
    assert work_list(record, PETRA, MORNING, sieve=Sieve(document=f"{document}x")).items == ()


def test_a_filtered_page_reads_a_window_and_goes_on_behind_it(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost otherwise: a filter that fits nothing would read every case of a large unit at each click."""
    monkeypatch.setattr(room, "WINDOW", 2)
    made = sorted(arrived(record) for _ in range(5))
    found, cursor = [], ""
    for _ in range(3):
        page = work_list(record, PETRA, MORNING, sieve=Sieve(kind="deviation"), cursor=cursor, size=5)
        found += [item.number for item in page.items]
        cursor = page.cursor
    assert found == made
    assert cursor == ""


def test_a_filter_is_kept_under_a_name_for_oneself(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the same five choices are made every morning; or a colleague's list shows what one looks for."""
    petra = at(PETRA)
    saved = petra.post("/cases/filters/save", {"tab": "awaiting", "kind": "deviation", "name": "Mina  avvikelser"})
    assert saved.location == "/cases?tab=awaiting&kind=deviation"
    page = petra.get(saved.location).text
    assert 'href="/cases?tab=awaiting&amp;kind=deviation" aria-current="page">Mina avvikelser</a>' in page
    assert "Mina avvikelser" not in at(MAJA).get("/cases").text
    nameless = petra.post("/cases/filters/save", {"tab": "awaiting", "kind": "deviation", "name": " "})
    assert "Filtret sparades inte" in petra.get(nameless.location).text
    assert petra.post("/cases/filters/save", {"kind": "x", "name": "x"}).status_code == 404
    petra.post("/cases/filters/forget", {"name": "Mina avvikelser"})
    assert saved_filters(record, PETRA.account) == ()


def test_the_counter_of_silent_cases_is_asked_of_the_record(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the first page would claim that no case has fallen silent, and nobody would have looked."""
    arrived(record)
    assert "Ärenden i länet utan nästa steg: 0" in at(PETRA).get("/cases").text
    assert without_next_step(record) == 0
    if not record.database.postgres:
        with record.database.write() as tx:
            tx.run("PRAGMA ignore_check_constraints = ON")
            tx.run("UPDATE cases SET ball = ''")
        assert without_next_step(record) == 1


@on_both
def test_a_page_takes_the_same_number_of_statements_however_many_cases(
    record: Record, at: Callable[[Seer], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lost otherwise: the list of a large operation would grow slower with each case that it holds."""
    heard: list[str] = []
    for name in ("one", "all"):
        plain = getattr(Transaction, name)

        def listen(
            self: Transaction, statement: str, *, plain: Callable[..., object] = plain, **values: object
        ) -> object:
            heard.append(statement)
            return plain(self, statement, **values)

        monkeypatch.setattr(Transaction, name, listen)
    petra = at(PETRA)
    asked = []
    for count in (1, 8):
        for _ in range(count):
            arrived(record)
            act(record, MAJA, arrived(record), Command("end", {"reason": "Fel."}), MORNING)
        for path in ("/cases", "/cases?kind=deviation", "/cases?tab=closed", "/search?q=saknades"):
            petra.get(path)
            heard.clear()
            assert petra.get(path).text.count('class="case-row"') >= count
            asked.append(len(heard))
    assert asked[:4] == asked[4:]


def test_search_finds_what_one_reads_and_nothing_of_another_s(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the page would show, or count, what the record's search keeps apart."""
    number = arrived(record)
    note(record, MAJA, number, "Kanariefågel", MORNING)
    maja, petra = at(MAJA), at(PETRA)
    assert number in maja.get("/search?q=kanariefågel").text
    assert number in petra.get("/search?q=listorna").text
    for visitor, query in ((petra, "kanariefågel"), (at(STINA), "listorna"), (at(ANNA), "listorna")):
        page = visitor.get(f"/search?q={query}").text
        assert number not in page
        assert "Inget som du får läsa stämmer" in page
    never = petra.get("/search?q=ingenstans").text.replace("ingenstans", "kanariefågel")
    assert petra.get("/search?q=kanariefågel").text == never
    assert petra.get("/search?q=x&cursor=2026-0000000").status_code == 404


def test_every_word_typed_is_given_back_and_runs_nothing(app: Flask, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a search address in a letter could run a script in somebody's work list."""
    page = at(PETRA).get("/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_guest_finds_what_she_was_let_in_to_and_nothing_else(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a guest of a meeting signs in to an empty list, and reads her one point only by a link."""
    guest = Seer("rut.gast", "guest@forum:nosam-molndal")
    add_person(record, guest.account, "Rut", "rut@example.org", "sv")
    hold(record, guest.account, guest.post, MORNING.date(), None)
    number, other = at_nosam(record), at_nosam(record)
    assert number not in at(guest).get("/cases").text
    admit_guests(record, STINA, number, MORNING)
    listed = at(guest).get("/cases").text
    assert f"/cases/{number}/file" in listed
    assert other not in listed
    read = at(guest).get(f"/cases/{number}/file").text
    assert "Parterna läser avtalet olika." in read
    assert "Skriv det på nytt" not in read
