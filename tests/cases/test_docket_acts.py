"""What an operator does to the docket by hand: each act with its reason, and nothing disappears without a word."""

from datetime import date, timedelta

import pytest

from cases.clock.claiming import claim, new_token
from cases.clock.docket import listing
from cases.clock.docket_acts import DROPPED, RowFault, acts, drop, release, retry
from cases.clock.fates import ClaimLost
from cases.clock.settling import settle
from cases.clock.vacancies import vacancies
from cases.functions import NotYourFunction
from cases.organisation.calendar_changes import BUMP
from cases.organisation.reorganising import end_holding
from cases.reading import view
from cases.record import Record
from cases.soundness.verify import verify
from tests.cases.deviations import MAJA, PETRA, arrived, liftable
from tests.cases.test_docket import LEASE, MONDAY, done, rows
from tests.record import MORNING, SOON

ADMIN = "kim.savas"
NOTCH = "receipt#1/r1/-1/receiver@operation:su"
WHY = "Adressen är rättad."


def parked(record: Record) -> str:
    """A case whose first reminder is parked; the row's key."""
    number = arrived(record)
    done(record, SOON)
    row = next(iter(claim(record, MONDAY, LEASE, 10, new_token(record)).rows))
    settle(record, row, "parked", "no_outcome", MONDAY)
    return f"{number}/{NOTCH}"


def test_a_parked_row_is_tried_again_and_who_asked_for_it_is_kept(record: Record) -> None:
    """Else a letter whose address was mended never leaves, or nobody knows why it went out a week late."""
    key = parked(record)
    retry(record, ADMIN, key, WHY, MONDAY)
    assert rows(record)[NOTCH] == ("waiting", "retried")
    assert [row.row.key for row in claim(record, MONDAY, LEASE, 10, new_token(record)).rows] == [key]
    with record.database.read() as tx:
        assert [(a.key, a.at, a.account, a.act, a.reason) for a in acts(tx, 5)] == [(key, MONDAY, ADMIN, "retry", WHY)]
    assert verify(record, MONDAY) == ()


def test_a_released_row_is_lost_to_the_worker_that_had_it(record: Record) -> None:
    """Else two workers settle the same row, each with another outcome."""
    number = arrived(record)
    taken = claim(record, SOON, LEASE, 10, new_token(record)).rows
    release(record, ADMIN, taken[0].row.key, "Maskinen är avstängd.", SOON)
    with pytest.raises(ClaimLost):
        settle(record, taken[0], "done", "", SOON)
    assert rows(record)[taken[0].row.key.removeprefix(f"{number}/")] == ("waiting", "released")


def test_a_dropped_letter_is_told_to_those_who_would_have_had_it_and_the_next_one_stands(record: Record) -> None:
    """Else a reminder vanishes and the function that missed its date is asked why it did nothing (law 8)."""
    key = parked(record)
    number = key.partition("/")[0]
    drop(record, ADMIN, key, "Mottagaren är redan uppringd.", MONDAY)
    found = rows(record)
    assert found[NOTCH] == ("withheld", "dropped: Mottagaren är redan uppringd.")
    assert found[NOTCH.replace("-1", "+1")] == ("waiting", "")
    told = [line for line in view(record, PETRA, number, MONDAY).lines if line.code == DROPPED]
    assert [(line.compartment, line.texts) for line in told] == [
        ("inner:styrelsen-su", {"reason": "Mottagaren är redan uppringd.", "letter": NOTCH})
    ]
    others = view(record, MAJA, number, MONDAY).lines
    assert DROPPED not in [line.code for line in others], "the two parties' chains never meet"
    assert verify(record, MONDAY) == ()


def test_a_step_of_the_routine_is_never_dropped(record: Record) -> None:
    """Else an operator decides that a case shall stand still."""
    arrived(record)
    with record.database.read() as tx:
        step = next(row.key for row in listing(tx, status="waiting") if row.kind == "step")
    with pytest.raises(RowFault, match="step of the routine"):
        drop(record, ADMIN, step, WHY, MORNING)


@pytest.mark.parametrize("act", [retry, release, drop])
def test_nobody_else_touches_the_docket_and_never_without_a_reason(record: Record, act: object) -> None:
    """Else anybody at the terminal silences a county, and nobody can say why."""
    key = parked(record)
    before = rows(record)
    assert callable(act)
    with pytest.raises(NotYourFunction, match="administrator"):
        act(record, "maja.ekdahl", key, WHY, MONDAY)
    for reason in (" ", "a\nb", "x" * 501):
        with pytest.raises(RowFault, match="reason"):
            act(record, ADMIN, key, reason, MONDAY)
    with pytest.raises(RowFault, match="docket list"):
        act(record, ADMIN, "2026-XXXXXXX/nothing", WHY, MONDAY)
    assert rows(record) == before


def test_what_is_settled_stays_settled(record: Record) -> None:
    """Else a letter that arrived is sent again by a slip of the hand."""
    number = arrived(record)
    done(record, SOON)
    key = f"{number}/submit/v2/receiver@operation:su"
    for act in (retry, release, drop):
        with pytest.raises(RowFault, match="it is settled"):
            act(record, ADMIN, key, WHY, MORNING)


def test_vacancies_are_known_before_a_letter_falls_into_them(record: Record) -> None:
    """Else a county learns in July that nobody has held the function since May."""
    number = arrived(record)
    assert vacancies(record, MORNING) == ()
    with record.database.write() as tx:
        tx.run("UPDATE person SET disabled = :yes WHERE account = 'petra.lonnroth'", yes=True)
    assert vacancies(record, MORNING) == (), "the contact person stands in"
    end_holding(record, "harriet.lundqvist.falk", "contact_person", "authority:styrelsen-su", date(2026, 4, 18))
    found = {(v.number, v.deadline, v.post, v.day, v.why) for v in vacancies(record, MORNING)}
    assert (number, "receipt#1", "receiver@operation:su", date(2026, 4, 20), "nobody") in found
    assert (number, "", "receiver@operation:su", date(2026, 4, 21), "nobody") in found
    assert vacancies(record, MORNING, timedelta(days=2)) == (), "within two days she is still there"


def test_an_absence_without_a_substitute_is_a_vacancy_on_the_days_that_it_lasts(record: Record) -> None:
    """Else a summer of leave is seen when the first reminder finds an empty office."""
    number = arrived(record)
    end_holding(record, "harriet.lundqvist.falk", "contact_person", "authority:styrelsen-su", date(2026, 4, 18))
    with record.database.write() as tx:
        tx.run("INSERT INTO absence (account, since, until) VALUES ('petra.lonnroth', :since, :until)",
               since=date(2026, 4, 20), until=date(2026, 4, 20))  # fmt: skip
    found = {(v.number, v.post, v.day, v.why) for v in vacancies(record, MORNING)}
    assert (number, "receiver@operation:su", date(2026, 4, 20), "nobody") in found
    assert (number, "receiver@operation:su", date(2026, 4, 21), "nobody") not in found, "she is back"


def test_a_paused_forum_and_a_dead_address_are_vacancies(record: Record) -> None:
    """Else a case is reminded of at a forum that does not meet, as in the Kungälv case."""
    number = liftable(record)
    with record.database.write() as tx:
        tx.run("UPDATE docket SET post = :p WHERE status = 'waiting' AND kind = 'letter' AND deadline <> ''",
               p="process_leader@forum:nosam-molndal")  # fmt: skip
        tx.run("UPDATE forum SET state = 'paused' WHERE code = 'nosam-molndal'")
        tx.run(BUMP)
    assert {(v.number, v.why) for v in vacancies(record, MORNING, timedelta(days=60))} == {(number, "paused")}


def test_a_function_whose_every_address_refuses_letters_is_a_vacancy(record: Record) -> None:
    """Else a letter is known to come back, and is sent there again and again until its date has passed."""
    number = arrived(record)
    with record.database.write() as tx:
        for account in ("petra.lonnroth", "harriet.lundqvist.falk"):
            address = f"{account}@vgr.example.invalid"
            tx.run("INSERT INTO letter (message_id, account, address, subject, body, written_at, outcome, answer)"
                   " VALUES (:a, :a, :e, '', '', :at, 'refused', '550')", a=account, e=address, at=MORNING)  # fmt: skip
    assert {(v.number, v.why) for v in vacancies(record, MORNING)} == {(number, "address")}
    with record.database.write() as tx:
        tx.run("UPDATE person SET email = 'new@vgr.example.invalid' WHERE account = 'petra.lonnroth'")
    left = {v.post for v in vacancies(record, MORNING)}
    assert left == {"contact_person@authority:styrelsen-su"}, "a corrected address is a new one"
