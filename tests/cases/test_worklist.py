"""The work list shows all that awaits a function: the next step of a case, and what it owes beside that (law 1)."""

from datetime import date, timedelta

import pytest

from cases.acting import act
from cases.lists.listed_reasons import reasons_of
from cases.lists.standing import list_whose_turn_it_is
from cases.lists.worklist import ALL, Sieve, counts, work_list
from cases.organisation.administration import By
from cases.organisation.people import end_holding, hold, set_disabled
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import CaseUnknown, Seer
from cases.soundness.verify import verify
from tests.cases.deviations import ANNA, HELENA, KATARINA, MAJA, OSKAR, PETRA, REPORT, arrived, contested
from tests.record import MORNING
from workflows.nouns import Command

NOUR = Seer("nour.haddad", "reporter@unit:hsv-goteborg-centrum")


def test_a_contribution_that_is_owed_stands_in_the_work_list_with_its_own_date(record: Record) -> None:
    """Else the handler who is asked for a new date finds nothing in her list, and never answers."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    act(record, OSKAR, number, Command("extend", {"new_date": date(2026, 7, 1), "reason": "Prov väntas."}), MORNING)
    [item] = work_list(record, MAJA, MORNING).items
    assert (item.number, item.owed, item.next_date) == (number, "consent", date(2026, 4, 23))
    definition = record.library.routine(item.definition).definition
    assert item.asked(definition).sv == "Medgivande till ny svarsdag"
    assert counts(record, MAJA, MORNING)["awaiting"] == 1
    [with_ball] = work_list(record, OSKAR, MORNING).items
    assert (with_ball.owed, with_ball.asked(definition).sv) == ("", "Svara med orsak och åtgärder")
    assert verify(record, MORNING) == ()


def test_what_nobody_is_there_to_give_awaits_the_contact_person_until_somebody_is_named(record: Record) -> None:
    """Else a party of two people gets a letter about what its handler owes, and finds nothing of it in any list."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    act(record, OSKAR, number, Command("extend", {"new_date": date(2026, 7, 1), "reason": "Prov väntas."}), MORNING)
    contact = contact_of(record, "von-molndal")
    by = By("", MORNING)
    for account in (MAJA.account, "ulf.granberg"):
        assert work_list(record, contact, MORNING).items == (), "as long as one of them is there"
        end_holding(record, account, MAJA.post, MORNING.date() - timedelta(days=1), by=by)
    [item] = work_list(record, contact, MORNING).items
    assert (item.number, item.owed, item.next_date) == (number, "consent", date(2026, 4, 23))
    assert counts(record, contact, MORNING)["awaiting"] == 1
    assert [r.owed for r in reasons_of(record, [item], MORNING, "sv").values()] == [True]
    assert verify(record, MORNING) == ()
    hold(record, HELENA.account, MAJA.post, MORNING.date(), by=by)
    assert work_list(record, contact, MORNING).items == ()
    assert counts(record, contact, MORNING)["awaiting"] == 0
    set_disabled(record, HELENA.account, True, by=by)
    assert [item.owed for item in work_list(record, contact, MORNING).items] == ["consent"], (
        "a closed account holds none"
    )
    set_disabled(record, HELENA.account, False, by=by)
    end_holding(record, HELENA.account, MAJA.post, MORNING.date(), by=by)
    assert work_list(record, contact, MORNING).items == (), "today is her last day"
    tomorrow = MORNING + timedelta(days=1)
    list_whose_turn_it_is(record, tomorrow)
    assert [item.owed for item in work_list(record, contact, tomorrow).items] == ["consent"], "the night has seen to it"
    act(record, contact, number, Command("agree"), tomorrow)
    assert work_list(record, contact, tomorrow).items == (), "given, by her who had it"
    assert verify(record, tomorrow) == ()


def contact_of(record: Record, authority: str) -> Seer:
    """An authority's contact person."""
    post = f"contact_person@authority:{authority}"
    with record.database.read() as tx:
        account = tx.value("SELECT MIN(account) FROM holding WHERE function = 'contact_person' AND holder = :h",
                           h=f"authority:{authority}")  # fmt: skip
    return Seer(str(account), post)


def test_what_is_given_leaves_the_list(record: Record) -> None:
    """Else a list fills up with what was done long ago, and nobody looks at it any more."""
    number = contested(record)
    act(record, KATARINA, number, Command("agree", {"talk_note": "Vi kom överens."}), MORNING)
    act(record, HELENA, number, Command("agree"), MORNING)
    assert work_list(record, HELENA, MORNING).items == ()
    assert [item.number for item in work_list(record, HELENA, MORNING, tab="others").items] == [number]
    assert verify(record, MORNING) == ()


def test_what_a_reporter_is_asked_awaits_her_and_not_her_unit(record: Record) -> None:
    """Else every handler of a ward is reminded of a question that only the one who reported can answer."""
    number = contested(record)
    act(record, KATARINA, number, Command("agree", {"talk_note": "Vi kom överens."}), MORNING)
    act(record, HELENA, number, Command("agree"), MORNING)
    assert [(item.number, item.owed) for item in work_list(record, ANNA, MORNING).items] == [(number, "solved")]
    assert work_list(record, MAJA, MORNING).items == ()
    assert {seer.account for seer in (OSKAR, PETRA) if work_list(record, seer, MORNING).items} == {OSKAR.account}


def test_a_reporter_reaches_all_her_reports_page_by_page(record: Record) -> None:
    """Else the report before her fiftieth is one that she never sees again, nor what was answered to it."""
    made = [arrived(record) for _ in range(5)]
    listed, cursor = [], ""
    for _ in made:
        page = work_list(record, ANNA, MORNING, cursor=cursor, size=2)
        listed += [item.number for item in page.items]
        cursor = page.cursor
        if not cursor:
            break
    assert listed == made[::-1]
    assert cursor == ""
    hers = report(record, NOUR, NewCase("deviation", operation="su", texts=REPORT), MORNING).number
    for tampered in ("/2026-0000000", f"2026-04-16/{hers}"):
        with pytest.raises(CaseUnknown):
            work_list(record, ANNA, MORNING, cursor=tampered)


@pytest.mark.parametrize("tab", ["awaiting", "others", "parked"])
@pytest.mark.parametrize("sieve", [ALL, Sieve(kind="deviation")])
def test_a_place_without_a_day_is_one_of_the_closed_list_alone(record: Record, tab: str, sieve: Sieve) -> None:
    """Else an address that was typed by hand is answered as if the record had broken."""
    number = arrived(record)
    for cursor in (f"/{number}", f"i går/{number}"):
        with pytest.raises(CaseUnknown):
            work_list(record, PETRA, MORNING, tab=tab, cursor=cursor, sieve=sieve)
    assert work_list(record, PETRA, MORNING, tab="closed", cursor=f"/{number}", sieve=sieve).items == ()
