"""Search finds what one may read, by any inflection and any of its names, and of all else nothing at all."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

import pytest

from cases import database
from cases.acting import act
from cases.contents.disposal import dispose
from cases.contents.matter import entered, inner_of, note, set_registry_number, share
from cases.database import Database, DatabaseBusy, DatabaseUnreadable, Transaction
from cases.lists import search as room
from cases.lists import search_index
from cases.lists.search import search
from cases.lists.search_index import differences, rebuild, take_up
from cases.lists.search_words import asked, terms, terms_of
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import CaseUnknown, Seer
from cases.soundness.verify import verify
from tests.cases.deviations import ANNA, HELENA, MAJA, OSKAR, PETRA, REPORT, STINA, WHY, arrived, contested, liftable
from tests.cases.test_disposal import ended
from tests.cases.walls.world import ARVID, HAKAN
from tests.command import Command
from tests.record import MORNING
from workflows.nouns import Command as Move

NOUR = Seer("nour.haddad", "reporter@unit:hsv-goteborg-centrum")


def numbers(record: Record, seer: Seer, query: str, **more: Any) -> list[str]:
    """What a search finds, while words are fresh and when the index has taken them up."""
    fresh = search(record, seer, query, MORNING, **more)
    take_up(record, MORNING)
    assert search(record, seer, query, MORNING, **more) == fresh
    return [item.number for item in fresh.items]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("läkemedelslistor", "Personen kom hem utan läkemedelslistan."),
        ("AVVIKELSE", "avvikelsen"),
        ("ök", "Vi läser överenskommelsen olika"),
        ("överenskommelser", "Enligt ÖK:n"),
        ("sip", "en samordnad individuell plan"),
        ("samordnad individuell plan", "Ingen SIP gjordes"),
        ("nosammöte", "NOSAM-mötet"),
        ("ÅTGÄRD", "åtgärderna"),
    ],
)
def test_a_word_is_found_in_any_form_and_by_any_of_its_names(query: str, text: str) -> None:
    """Else a handler must guess how somebody else inflected a word, or spelt out a short name."""
    assert set(asked(query)) <= terms(text)


def test_each_party_finds_what_it_reads(record: Record) -> None:
    """Else the search would be no use, or find for the one side what the other keeps to itself."""
    number = contested(record)
    for seer in (MAJA, HELENA, OSKAR, PETRA):
        assert numbers(record, seer, "läkemedelslista listan saknades") == []
        assert numbers(record, seer, "listor saknades") == [number], seer
        assert numbers(record, seer, number) == numbers(record, seer, number.lower()) == [number]
    assert numbers(record, STINA, "saknades") == []
    assert numbers(record, NOUR, "saknades") == numbers(record, NOUR, number) == []


def test_a_word_is_found_by_its_beginning(record: Record) -> None:
    """Else `läkemedel` finds no `läkemedelslista`, and who does not know the whole of a long word finds nothing."""
    number = arrived(record)
    note(record, MAJA, number, "Läkemedelslistan var Margaretas", MORNING)
    for query in ("läkemedel", "läkemedelsli", "medicin", "läk saknad", "marg"):
        assert numbers(record, MAJA, query) == [number], query
    for query in ("lä", "mar", "medel"):
        assert numbers(record, MAJA, query) == [], query
    assert numbers(record, PETRA, "läkemedel") == []


def test_an_inflected_word_finds_its_own_forms_and_what_begins_as_it_was_typed(record: Record) -> None:
    """Else a name in the genitive finds every case with a common word that begins like its stem."""
    number, other = arrived(record), arrived(record)
    note(record, MAJA, number, "Anna ringde, som planerat", MORNING)
    note(record, MAJA, other, "En annan rutin gäller annars, planlöst nog. Plankor.", MORNING)
    for query, found in (("Annas", [number]), ("annan", [other]), ("annars", [other]), ("anna", [other, number]),
                         ("annas ringer", [number]), ("ringer annas", [number]), ("plan", [other, number]),
                         ("planerade", [number]), ("annas annars", [])):  # fmt: skip
        assert numbers(record, MAJA, query) == found, query


def test_of_many_words_with_one_beginning_a_page_looks_for_some_and_says_so(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a short beginning makes one page read half the record, or leaves cases out without a word about it."""
    monkeypatch.setattr(room, "WINDOW", 3)
    made = [arrived(record) for _ in range(4)]
    for number, end in zip(made, ("dosett", "lista", "rum", "skåp"), strict=True):
        note(record, MAJA, number, f"Läkemedels{end}", MORNING)
    take_up(record, MORNING)
    assert _all_pages(record, MAJA, "läkemedel") == [(made[3], made[1]), (made[2], made[1]), (made[1], made[1]),
                                                     (made[0], "")]  # fmt: skip
    assert not search(record, MAJA, "läkemedel", MORNING).broad
    assert search(record, MAJA, "läkemedelsl", MORNING) == search(record, MAJA, "läkemedelslista", MORNING)
    monkeypatch.setattr(room, "MOST_FORMS", 2)
    monkeypatch.setattr(room, "_page", room._page.__wrapped__)
    monkeypatch.setattr(room, "_end", room._end.__wrapped__)
    some = search(record, MAJA, "läkemedel", MORNING)
    assert some.broad
    assert [item.number for item in some.items] == [made[1], made[0]]
    assert numbers(record, MAJA, "läkemedelsskå") == [made[3]]


def test_words_that_begin_alike_in_what_one_does_not_read_change_nothing(
    record: Record, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the other party's notes would crowd one's own words out of the search, or show by what it takes."""
    monkeypatch.setattr(room, "WINDOW", 2)
    made = [arrived(record) for _ in range(3)]
    for number in made:
        note(record, PETRA, number, "Kanariefågel och kanariegul", MORNING)

    def asks() -> tuple[object, list[str]]:
        take_up(record, MORNING)
        statements.clear()
        found = [search(record, PETRA, query, MORNING) for query in ("kanarie", "kanarie saknades", "kanariex")]
        return found, list(statements)

    one_world = asks()
    for number in made:
        note(record, MAJA, number, "Kanariebur kanariedans kanariefrö kanariehona kanarietamt kanariexenon", MORNING)
    assert asks() == one_world


def test_words_of_several_compartments_are_one_search(record: Record) -> None:
    """Else a word of one's own note beside one of the report would find nothing."""
    number = arrived(record)
    note(record, MAJA, number, "Ring anhörigstödjaren", MORNING)
    assert numbers(record, MAJA, "anhörigstödjare ortopedi") == []
    assert numbers(record, MAJA, "anhörigstödjare saknades") == [number]
    assert numbers(record, PETRA, "anhörigstödjare saknades") == []


def test_a_word_in_another_s_inner_note_finds_and_counts_nothing(record: Record) -> None:
    """Else one party could ask the search what the other writes to itself."""
    number = arrived(record)
    note(record, MAJA, number, "Kanariefågel", MORNING)
    set_registry_number(record, MAJA, number, "HSN 4711", MORNING)
    for seer in (PETRA, OSKAR, STINA, NOUR):
        for query in ("kanariefågel", "4711"):
            assert search(record, seer, query, MORNING) == room.Found((), "")
    share(record, MAJA, number, "Kanariefågel", MORNING)
    assert numbers(record, PETRA, "kanariefågel") == [number]


def test_a_forum_finds_its_file_when_the_case_comes_and_the_redirected_party_nothing_any_more(record: Record) -> None:
    """Else an opened or ended right would not be one in the search."""
    number = liftable(record)
    assert numbers(record, STINA, "utskriven läkemedelslista") == []
    act(record, HELENA, number, Move("escalate", WHY), MORNING)
    assert numbers(record, STINA, "läkemedelslista") == [number]
    assert numbers(record, STINA, "saknades") == []
    other = arrived(record)
    assert numbers(record, PETRA, "saknades") == [other, number]
    act(record, PETRA, other, Move("redirect", {"operation": "narhalsan-goteborg", "reason": "Fel."}), MORNING)
    assert numbers(record, PETRA, "saknades") == [number]
    with record.database.read() as tx:
        assert differences(tx, 0, 1000) == ([], [])


def test_what_is_disposed_of_is_found_no_more(record: Record) -> None:
    """Else the search would still tell what an authority has decided to erase."""
    number, ours, theirs = ended(record)
    note(record, MAJA, number, "Kanariefågel", MORNING)
    assert numbers(record, MAJA, "kanariefågel") == [number]
    dispose(record, ours, number, "Beslut § 12", MORNING)
    assert numbers(record, MAJA, "kanariefågel") == []
    assert numbers(record, OSKAR, "saknades") == [number]
    dispose(record, theirs, number, "Beslut § 7", MORNING)
    assert numbers(record, OSKAR, "saknades") == []
    with record.database.read() as tx:
        assert differences(tx, 0, 1000) == ([], [])


def test_the_index_can_be_built_anew(record: Record) -> None:
    """Else a record from before the search, or one with a lost index, would never be searched whole."""
    number = liftable(record)
    act(record, HELENA, number, Move("escalate", WHY), MORNING)
    take_up(record, MORNING)
    with record.database.write() as tx:
        kept = tx.all("SELECT holder, term, case_id, compartment FROM search_term ORDER BY 1, 2, 3, 4")
        tx.run("DELETE FROM search_term WHERE term LIKE 'l%'")
    with record.database.read() as tx:
        missing, extra = differences(tx, 0, 1000)
    assert missing
    assert extra == []
    assert rebuild(record) == len(kept)
    with record.database.read() as tx:
        assert tx.all("SELECT holder, term, case_id, compartment FROM search_term ORDER BY 1, 2, 3, 4") == kept


def test_the_index_takes_up_what_is_fresh_and_leaves_what_comes_meanwhile(
    record: Record, hasty: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else fresh words pile up until every search is slow, or those of the very moment are found by nobody."""
    first, second = arrived(record), arrived(record)
    with entered(record, MAJA, first, MORNING):
        assert take_up(hasty, MORNING) == 1 if record.database.postgres else True
    assert take_up(record, MORNING) == (1 if record.database.postgres else 2)
    assert take_up(record, MORNING) == 0
    with record.database.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM search_fresh") == 0
    assert numbers(record, MAJA, "saknades") == [second, first]


@pytest.fixture
def hasty(record: Record, monkeypatch: pytest.MonkeyPatch) -> Iterator[Record]:
    """The same record for somebody who does not wait for another who writes."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    monkeypatch.setattr(database, "POSTGRES_OPTIONS", "-c timezone=UTC -c lock_timeout=100")
    with closing(Database(record.database.url)) as impatient:
        yield Record(impatient, record.library, record.red_days, record.keyring, record.papers)


def test_what_is_written_while_the_index_is_built_anew_is_found(
    record: Record, hasty: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a note of that moment stands in the case, and no search ever finds it."""
    number = arrived(record)
    reads, told = search_index.wanted_between, []

    def somebody_writes(tx: Transaction, after: int, until: int) -> list[search_index.Posting]:
        found = reads(tx, after, until)
        try:
            note(hasty, MAJA, number, "Kanariefågel", MORNING)
        except DatabaseBusy as busy:
            told.append(busy)
        return found

    monkeypatch.setattr(search_index, "wanted_between", somebody_writes)
    rebuild(record)
    monkeypatch.setattr(search_index, "wanted_between", reads)
    if told:
        note(record, MAJA, number, "Kanariefågel", MORNING)
    assert numbers(record, MAJA, "kanariefågel") == [number]
    with record.database.read() as tx:
        assert differences(tx, 0, 1000) == ([], [])


def test_a_case_that_somebody_writes_in_is_built_anew_when_she_is_done(record: Record, hasty: Record) -> None:
    """Else the one who rebuilds and the one who writes wait for each other, or the case is left out."""
    taken, free = arrived(record), arrived(record)
    take_up(record, MORNING)
    with record.database.write() as tx:
        tx.run("DELETE FROM search_term")
    with entered(record, MAJA, taken, MORNING) as room_of_taken:
        room_of_taken.write(inner_of(room_of_taken), "note", {"note": "Kanariefågel"})
        with pytest.raises(DatabaseBusy):
            rebuild(hasty)
    if record.database.postgres:
        assert [item.number for item in search(record, MAJA, "saknades", MORNING).items] == [free]
    rebuild(hasty)
    assert numbers(record, MAJA, "saknades") == [free, taken]
    assert numbers(record, MAJA, "kanariefågel") == [taken]
    with record.database.read() as tx:
        assert differences(tx, 0, 1000) == ([], [])


def test_a_day_has_the_same_words_when_it_is_written_and_when_it_is_read_again() -> None:
    """Else the nightly check would call every record with a meeting's day in it faulty, and nobody would look again."""
    assert terms_of({"met_on": date(2026, 1, 20)}) == terms_of({"met_on": "2026-01-20"}) != frozenset()


def test_one_damaged_line_keeps_no_other_words_from_the_index(record: Record, caplog: pytest.LogCaptureFixture) -> None:
    """Lost otherwise: the clock would stop at that line for good, and each search look through all words since."""
    damaged, whole = arrived(record), liftable(record)
    with record.database.write() as tx:
        tx.run("UPDATE event_text SET body = '{' WHERE compartment = 'shared' AND seq = 1 AND case_id ="
               " (SELECT id FROM cases WHERE number = :number)", number=damaged)  # fmt: skip
    assert take_up(record, MORNING) == 2
    with record.database.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM search_fresh") == 0
    assert [item.number for item in search(record, PETRA, "läkemedelslista", MORNING).items] == [whole]
    assert "stegen verify" in caplog.text
    assert rebuild(record) > 0
    assert damaged in {fault.place.partition(" ")[0] for fault in verify(record, MORNING)}


def test_a_line_that_the_database_cannot_give_out_keeps_no_other_case_from_the_index(
    stegen_on_sqlite: Command,
) -> None:
    """Lost otherwise: one broken bit on the disk would stop the index for everybody, and be told to nobody."""
    with stegen_on_sqlite.record() as record:
        damaged = arrived(record)
        liftable(record)
        with record.database.write() as tx:
            tx.run("UPDATE event_text SET body = CAST(x'534bff' AS TEXT) WHERE compartment = 'shared' AND case_id ="
                   " (SELECT id FROM cases WHERE number = :number)", number=damaged)  # fmt: skip
        with pytest.raises(DatabaseUnreadable) as told:
            take_up(record, MORNING)
        assert "SK" not in str(told.value), "what is told of it stands on the administrator's page"
        with record.database.read() as tx:
            waits = tx.all("SELECT DISTINCT c.number FROM search_fresh f JOIN cases c ON c.id = f.case_id")
    assert waits == [(damaged,)]


def test_verify_tells_of_a_posting_that_is_lost_or_should_not_be(record: Record) -> None:
    """Else a word could be found by somebody who may not read it, and the nightly check would not know."""
    number = arrived(record)
    assert verify(record, MORNING) == ()
    take_up(record, MORNING)
    assert verify(record, MORNING) == ()
    with record.database.write() as tx:
        tx.run(
            "UPDATE search_term SET holder = :to WHERE term = 'list' AND holder = :of",
            to="forum:sro",
            of="operation:su",
        )
    [fault] = verify(record, MORNING)
    assert (fault.check, fault.place) == ("search", number)
    assert "stegen search rebuild" in fault.text


def test_a_search_is_paged_and_never_looks_further_than_a_window(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a common word would make one page read the whole record, and older cases could not be reached."""
    monkeypatch.setattr(room, "SIZE", 2)
    monkeypatch.setattr(room, "WINDOW", 3)
    made = [report(record, ANNA, NewCase("deviation", operation="su", texts={
        "what": f"Listan saknades {'ovanligt' if n in (0, 5) else ''}", "when": "16 april 2026"}), MORNING).number
        for n in range(6)]  # fmt: skip
    seen, cursor = [], ""
    for _ in range(3):
        page = search(record, MAJA, "saknades", MORNING, cursor=cursor)
        seen += [item.number for item in page.items]
        cursor = page.cursor
    assert seen == made[::-1]
    assert numbers(record, MAJA, "ovanliga saknades") == [made[5], made[0]]
    with pytest.raises(CaseUnknown):
        search(record, PETRA, "saknades", MORNING, cursor="2026-0000000")


def test_where_a_page_ends_tells_nothing_of_cases_that_are_not_listed(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a contract manager reads the number of a case that does not exist for her off the next page's address, and
    how many of her authority's cases have a word in them."""
    monkeypatch.setattr(room, "WINDOW", 2)
    listed = [_at_the_provider(record) for _ in range(3)]
    one_world = _all_pages(record, HAKAN, "saknades")
    assert [number for number, _ in one_world] == listed[::-1]
    for _ in range(3):
        _at_the_provider(record, unit="")
    assert _all_pages(record, HAKAN, "saknades") == one_world
    assert search(record, HAKAN, "kanariefågel", MORNING).items == ()
    hidden = _at_the_provider(record, unit="", what="Kanariefågel")
    note(record, ARVID, hidden, "Kanariefågel", MORNING)
    for query in ("kanariefågel", "kanariefågel saknades"):
        assert hidden not in search(record, HAKAN, query, MORNING).cursor
    with pytest.raises(CaseUnknown):
        search(record, HAKAN, "saknades", MORNING, cursor=hidden)


def test_a_search_goes_on_past_cases_that_one_s_authority_has_left(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the page after a case that was redirected is one that does not exist, and older cases cannot be reached."""
    monkeypatch.setattr(room, "WINDOW", 1)
    older = arrived(record)
    note(record, PETRA, older, "Kanariefågel", MORNING)
    left = arrived(record)
    note(record, PETRA, left, "Kanariefågel", MORNING)
    act(record, PETRA, left, Move("redirect", {"operation": "narhalsan-goteborg", "reason": "Fel."}), MORNING)
    assert [number for number, _ in _all_pages(record, PETRA, "kanariefågel")] == [older]


def _at_the_provider(record: Record, unit: str = "vc-lyckan", what: str = REPORT["what"]) -> str:
    """A case of the principal's operation, given to the private provider's unit unless `unit` is ""."""
    new = NewCase("deviation", operation="vardval-goteborg", texts=REPORT | {"what": what})
    number = report(record, ANNA, new, MORNING).number
    if unit:
        act(record, ARVID, number, Move("assign", {"unit": unit}), MORNING)
    return number


def _all_pages(record: Record, seer: Seer, query: str) -> list[tuple[str, str]]:
    """(number, cursor of its page) of all that a search comes to, page by page."""
    found, cursor = [], ""
    for _ in range(20):
        page = search(record, seer, query, MORNING, cursor=cursor)
        found += [(item.number, page.cursor) for item in page.items]
        cursor = page.cursor
        if not cursor:
            return found
    raise AssertionError("a search does not come to its end")
