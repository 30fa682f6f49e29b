"""What administrators do is kept with who, when and why; nobody can change it, or give herself a function by it."""

from datetime import date, timedelta

import pytest

from cases.clock.docket_acts import drop
from cases.contents.patient import set_patient, show_patient
from cases.database import DatabaseError
from cases.functions import posts_of
from cases.organisation.administration import By, acts
from cases.organisation.people import (
    PeopleFault,
    add_person,
    end_absence,
    end_holding,
    hold,
    person,
    set_address,
    set_disabled,
    set_identity,
    stand_in,
)
from cases.organisation.read_review import SAMPLE, HalfYear, last_half_year, note_review, review_of, sample
from cases.organisation.reorganising import end_unit
from cases.record import Record
from cases.signing_in.authenticators import forget
from cases.signing_in.invitations import invite, revoke
from tests.cases.deviations import MAJA, OSKAR, arrived
from tests.command import Command
from tests.record import MORNING

LEILA = "leila.flodin"
KIM = "kim.savas"
TODAY = MORNING.date()
LATER = MORNING + timedelta(hours=1)
BY = By(KIM, MORNING, "hon har slutat")


def _everything(record: Record) -> list[str]:
    """Each act once; the acts that the log tells of, oldest first."""
    add_person(record, "ny.person", "Ny Person", "ny@example.org", "sv", by=BY)
    hold(record, "ny.person", "handler@unit:hsv-molndal", TODAY, by=BY)
    end_holding(record, "ny.person", "handler@unit:hsv-molndal", TODAY, by=BY)
    stand_in(record, MAJA.account, TODAY, TODAY, substitute="ny.person", by=BY)
    end_absence(record, MAJA.account, TODAY, TODAY, by=BY)
    set_disabled(record, "ny.person", True, by=BY)
    set_disabled(record, "ny.person", False, by=BY)
    invite(record, "ny.person", MORNING, by=BY)
    revoke(record, "ny.person", by=BY)
    forget(record, "ny.person", by=BY)
    set_identity(record, "ny.person", "SE1", by=BY)
    set_address(record, "ny.person", "ny.person@example.org", by=BY)
    end_unit(record, "hsv-harryda", TODAY - timedelta(days=1), MORNING, by=BY)
    return [
        "person_added", "function_given", "function_ended", "absence_set", "absence_ended", "account_closed",
        "account_opened", "invited", "invitation_revoked", "code_reset", "identity_set", "address_set", "unit_ended",
    ]  # fmt: skip


def test_every_act_is_kept_with_who_when_and_why(record: Record) -> None:
    """Lost otherwise: somebody could give a friend a handler's function for an hour, and nobody would ever know."""
    done = _everything(record)
    kept = acts(record, LATER, 100)
    assert sorted(act.act for act in kept) == sorted(done)
    assert {(act.account, act.at, act.reason) for act in kept} == {(KIM, MORNING, "hon har slutat")}
    given = next(act for act in kept if act.act == "function_given")
    assert given.about == "ny.person"
    assert given.facts == {"post": "handler@unit:hsv-molndal", "since": "2026-04-16"}


def test_a_refused_act_is_no_act(record: Record) -> None:
    """Lost otherwise: the log would tell of what never happened, and be believed."""
    with pytest.raises(PeopleFault):
        hold(record, "ingen.alls", "handler@unit:hsv-molndal", TODAY, by=BY)
    assert acts(record, LATER, 10) == ()


@pytest.mark.parametrize("spoil", ["UPDATE administration_act SET reason = 'x'", "DELETE FROM administration_act"])
def test_the_database_itself_refuses_to_change_the_log(record: Record, spoil: str) -> None:
    """Lost otherwise: whoever has done wrong could take it out again with one statement."""
    set_disabled(record, MAJA.account, True, by=BY)
    with pytest.raises(DatabaseError), record.database.write() as tx:
        tx.run(spoil)
    assert len(acts(record, LATER, 10)) == 1


def test_acts_on_the_docket_stand_in_the_same_log(record: Record) -> None:
    """Lost otherwise: an auditor would have to know that letters are dropped elsewhere."""
    arrived(record)
    with record.database.read() as tx:
        key = tx.value("SELECT key FROM docket WHERE status = 'waiting' AND kind = 'letter' ORDER BY id")
    drop(record, KIM, key, "adressen finns inte", MORNING)
    [act] = acts(record, LATER, 10)
    assert (act.act, act.about, act.account, act.reason) == ("docket_drop", key, KIM, "adressen finns inte")
    assert act.at == MORNING


def test_the_log_goes_on_where_it_stopped(record: Record) -> None:
    """Lost otherwise: only the newest page of the log could be read."""
    for minute in range(5):
        set_disabled(record, MAJA.account, bool(minute % 2), by=By(KIM, MORNING + timedelta(minutes=minute)))
    newest = acts(record, LATER, 2)
    assert [act.at.minute for act in newest] == [4, 3]
    assert [act.at.minute for act in acts(record, newest[-1].at, 2)] == [2, 1]


def test_a_command_on_the_machine_is_kept_as_such(stegen: Command) -> None:
    """Lost otherwise: what is done at the terminal would be the way around the log."""
    assert stegen("user", "disable", MAJA.account).exit_code == 0
    assert stegen("user", "disable", MAJA.account, "--undo").exit_code == 0
    with stegen.record() as record:
        kept = [(act.account, act.act, act.about) for act in acts(record, LATER, 10)]
    assert sorted(kept) == [("", "account_closed", MAJA.account), ("", "account_opened", MAJA.account)]


def test_nobody_gives_herself_a_function(record: Record) -> None:
    """Lost otherwise: whoever looks after the system could read every case by being handler for a minute."""
    before = person(record, KIM)
    with pytest.raises(PeopleFault, match="herself"):
        hold(record, KIM, "handler@unit:hsv-molndal", TODAY, by=BY)
    with pytest.raises(PeopleFault, match="herself"):
        stand_in(record, MAJA.account, TODAY, TODAY, substitute=KIM, by=BY)
    assert person(record, KIM) == before
    with record.database.read() as tx:
        assert posts_of(tx, KIM, TODAY) == ("administrator@county",)


def test_an_absence_hands_over_and_ends(record: Record) -> None:
    """Lost otherwise: a handler on leave would be written to, and nobody else; or somebody of the other party would
    read for her what it is never to read, and get both sides' letters."""
    with pytest.raises(PeopleFault, match="another party") as other:
        stand_in(record, MAJA.account, TODAY, date(2026, 5, 1), substitute=OSKAR.account, by=BY)
    assert other.value.code == "other_party"
    stand_in(record, MAJA.account, TODAY, date(2026, 5, 1), substitute=LEILA, by=BY)
    with record.database.read() as tx:
        assert MAJA.post in posts_of(tx, LEILA, TODAY)
    for since, until, code in ((TODAY, TODAY, "away"), (date(2026, 6, 2), date(2026, 6, 1), "dates")):
        with pytest.raises(PeopleFault) as fault:
            stand_in(record, MAJA.account, since, until, by=BY)
        assert fault.value.code == code
    end_absence(record, MAJA.account, TODAY, TODAY, by=BY)
    with record.database.read() as tx:
        assert MAJA.post not in posts_of(tx, LEILA, TODAY)
    with pytest.raises(PeopleFault, match="no absence"):
        end_absence(record, MAJA.account, TODAY, TODAY, by=BY)


def _reads(record: Record, number: str, count: int) -> None:
    set_patient(record, MAJA, number, "Fru på fyran", MORNING)
    for minute in range(count):
        show_patient(record, MAJA, number, f"läser {minute}", MORNING + timedelta(minutes=minute))


def test_the_sample_is_of_the_half_year_that_has_ended(record: Record) -> None:
    """Lost otherwise: reads of the last weeks of June would never be looked at."""
    number = arrived(record)
    _reads(record, number, 3)
    assert last_half_year(MORNING) == HalfYear(2025, 2)
    half = last_half_year(MORNING.replace(month=7))
    assert half.name == "2026-1"
    assert [read.reason for read in sample(record, half)] == ["läser 0", "läser 1", "läser 2"]
    assert sample(record, HalfYear(2025, 2)) == sample(record, HalfYear(2026, 2)) == ()


def test_the_sample_is_the_same_for_whoever_looks_and_has_a_limit(record: Record) -> None:
    """Lost otherwise: somebody could draw until her own read is not in it, or the page would grow for ever."""
    _reads(record, arrived(record), 2 * SAMPLE)
    found = sample(record, HalfYear(2026, 1))
    assert found == sample(record, HalfYear(2026, 1))
    assert SAMPLE // 3 < len(found) <= SAMPLE
    assert [read.at for read in found] == sorted(read.at for read in found)


def test_a_review_is_kept_with_its_words(record: Record) -> None:
    """Lost otherwise: nobody could show that the log was ever looked at."""
    half = HalfYear(2025, 2)
    assert review_of(record, half) is None
    note_review(record, half, By("rune.ekvall", MORNING, "Inget att anmärka."))
    found = review_of(record, half)
    assert found is not None
    assert (found.account, found.reason) == ("rune.ekvall", "Inget att anmärka.")


def test_the_county_keeps_an_administrator(record: Record) -> None:
    """Lost otherwise: one slip, and nobody could give out a function again but at the machine itself."""
    post = "administrator@county"
    with pytest.raises(PeopleFault, match="last administrator"):
        set_disabled(record, KIM, True, by=BY)
    with pytest.raises(PeopleFault, match="last administrator"):
        end_holding(record, KIM, post, TODAY, by=BY)
    hold(record, MAJA.account, post, TODAY, TODAY + timedelta(days=5), by=BY)
    with pytest.raises(PeopleFault, match="last administrator"):
        end_holding(record, KIM, post, TODAY + timedelta(days=5), by=BY)
    end_holding(record, KIM, post, TODAY, by=BY)
    with pytest.raises(PeopleFault, match="last administrator"):
        set_disabled(record, MAJA.account, True, by=By("", LATER + timedelta(days=1)))
    set_disabled(record, "rune.ekvall", True, by=BY)
    assert [act.about for act in acts(record, LATER, 9) if act.act == "account_closed"] == ["rune.ekvall"]
