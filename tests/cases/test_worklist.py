"""The work list shows all that awaits a function: the next step of a case, and what it owes beside that (law 1)."""

from datetime import date

from cases.acting import act
from cases.record import Record
from cases.verify import verify
from cases.worklist import counts, work_list
from tests.cases.deviations import ANNA, HELENA, KATARINA, MAJA, OSKAR, PETRA, arrived, contested
from tests.record import MORNING
from workflows.nouns import Command


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


def test_what_is_given_leaves_the_list(record: Record) -> None:
    """Else a list fills up with what was done long ago, and nobody looks at it any more."""
    number = contested(record)
    act(record, KATARINA, number, Command("agree", {"talk_note": "Vi kom överens."}), MORNING)
    assert work_list(record, HELENA, MORNING).items == ()
    assert [item.number for item in work_list(record, HELENA, MORNING, tab="others").items] == [number]
    assert verify(record, MORNING) == ()


def test_what_a_reporter_is_asked_awaits_her_and_not_her_unit(record: Record) -> None:
    """Else every handler of a ward is reminded of a question that only the one who reported can answer."""
    number = contested(record)
    act(record, KATARINA, number, Command("agree", {"talk_note": "Vi kom överens."}), MORNING)
    assert [(item.number, item.owed) for item in work_list(record, ANNA, MORNING).items] == [(number, "solved")]
    assert work_list(record, MAJA, MORNING).items == ()
    assert {seer.account for seer in (OSKAR, PETRA) if work_list(record, seer, MORNING).items} == {OSKAR.account}
