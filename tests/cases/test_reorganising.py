"""People and places change: what follows is seen at the next request, on the same day."""

from datetime import datetime, time, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from cases import acting
from cases.acting import Refused, act
from cases.organisation.heirs import UnitEnded, hand_over_left
from cases.organisation.reorganising import UnitStays, end_holding, end_unit, ended_units
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.soundness.verify import verify
from notifications.night import is_due, watch
from tests.cases.deviations import ANNA, MAJA, OSKAR, PETRA, REPORT, arrived
from tests.record import MORNING
from workflows.nouns import Command
from workflows.office_hours import STOCKHOLM

ENDING, HEIR, HEIRS_HEIR = "su-molndal-ortopedi", "su-ostra-psykiatri", "su-ostra-geriatrik"
YESTERDAY, IN_A_MONTH = MORNING.date() - timedelta(days=1), MORNING.date() + timedelta(days=30)
ASSIGN = Command("assign", {"unit": ENDING})


def ball(record: Record, number: str) -> str:
    with record.database.read() as tx:
        return str(tx.value("SELECT ball FROM cases WHERE number = :n", n=number))


def grants(record: Record, number: str, unit: str) -> set[tuple[datetime, datetime | None]]:
    """From when to when a unit could read what the parties share in a case."""
    with record.database.read() as tx:
        return set(
            tx.all(
                "SELECT opened_at, ended_at FROM sight WHERE number = :n AND holder = :h AND compartment = 'shared'",
                n=number,
                h=f"unit:{unit}",
            )
        )


def test_a_forum_whose_people_have_left_is_empty_at_once(record: Record) -> None:
    """Else a case is sent to a forum where nobody is left, because they left during the day."""
    with record.database.read() as tx:
        assert record.world(tx, MORNING).org.forums["nosam-molndal"].staffed
        held = tx.all("SELECT account, function, holder FROM holding WHERE holder = :h", h="forum:nosam-molndal")
    for account, function, holder in held:
        end_holding(record, account, function, holder, MORNING.date() - timedelta(days=1))
    with record.database.read() as tx:
        assert not record.world(tx, MORNING).org.forums["nosam-molndal"].staffed


def test_a_unit_works_on_until_its_last_day_and_its_heir_takes_over_the_night_after(
    record: Record, tmp_path: Path
) -> None:
    """Else a unit that ends in a month loses its cases today; or what comes to it on its last days lies with nobody."""
    number = arrived(record)
    act(record, PETRA, number, ASSIGN, MORNING)
    assert end_unit(record, ENDING, IN_A_MONTH, MORNING, heir=HEIR) == 0
    end_unit(record, HEIR, IN_A_MONTH - timedelta(days=5), MORNING, heir=HEIRS_HEIR)
    late = arrived(record)
    act(record, PETRA, late, ASSIGN, MORNING + timedelta(days=29))
    last, after = MORNING + timedelta(days=30), MORNING + timedelta(days=31)
    assert watch(record, last, tmp_path).faults == (), "the unit is open on its last day"
    assert [ball(record, n) for n in (number, late)] == [f"handler@unit:{ENDING}"] * 2
    night = datetime.combine(after.date(), time(2, 5), STOCKHOLM)
    assert is_due(record, night)
    assert not is_due(record, night - timedelta(minutes=10)), "at 02:00, when nobody is at work"
    assert watch(record, night, tmp_path).faults == ()
    assert [ball(record, n) for n in (number, late)] == [f"handler@unit:{HEIRS_HEIR}"] * 2
    assert grants(record, number, ENDING) == {(MORNING, night)}, "read by the unit until it ended, and no longer"
    assert grants(record, number, HEIRS_HEIR) == {(night, None)}
    assert hand_over_left(record, after) == 0


def test_the_day_and_the_heir_can_be_put_right_until_the_unit_has_ended(record: Record) -> None:
    """Else a slip of the pen would end a unit a month early, and no page could say otherwise."""
    end_unit(record, ENDING, IN_A_MONTH, MORNING, heir=HEIR)
    later = IN_A_MONTH + timedelta(days=30)
    end_unit(record, ENDING, later, MORNING, heir=HEIRS_HEIR)
    assert ended_units(record)[0] == (ENDING, later, HEIRS_HEIR)
    with pytest.raises(UnitStays, match="no_heir"):
        end_unit(record, HEIRS_HEIR, later, MORNING, heir=ENDING)
    with pytest.raises(UnitStays, match="ended"):
        end_unit(record, ENDING, IN_A_MONTH, MORNING + timedelta(days=61), heir=HEIR)


def test_a_unit_that_is_to_end_later_names_its_heir_at_once(record: Record) -> None:
    """Else what comes to it until then would have nobody to go to."""
    with pytest.raises(UnitStays, match="needs_heir"):
        end_unit(record, ENDING, MORNING.date(), MORNING)
    assert end_unit(record, ENDING, YESTERDAY, MORNING) == 0


def test_an_heir_is_open_and_stays_open(record: Record) -> None:
    """Else cases would be handed to a unit that ended a year ago, or round in a circle of ended units."""
    number = arrived(record)
    act(record, PETRA, number, ASSIGN, MORNING)
    end_unit(record, HEIR, MORNING.date() - timedelta(days=300), MORNING)
    for last in (YESTERDAY, IN_A_MONTH):
        with pytest.raises(UnitStays, match="no_heir"):
            end_unit(record, ENDING, last, MORNING, heir=HEIR)
    end_unit(record, HEIRS_HEIR, IN_A_MONTH, MORNING, heir=ENDING)
    with pytest.raises(UnitStays, match="no_heir"):
        end_unit(record, ENDING, YESTERDAY, MORNING, heir=HEIRS_HEIR)
    assert ball(record, number) == f"handler@unit:{ENDING}"


def test_a_unit_ends_once(record: Record) -> None:
    """Else the day on which a unit ended, and who answers for it since, could be written anew."""
    end_unit(record, ENDING, YESTERDAY, MORNING)
    with pytest.raises(UnitStays, match="ended"):
        end_unit(record, ENDING, IN_A_MONTH, MORNING)
    end_unit(record, ENDING, IN_A_MONTH, MORNING, heir=HEIR)
    assert (ENDING, YESTERDAY, HEIR) in ended_units(record), "an heir can still be named; the day stands"
    with pytest.raises(UnitStays, match="ended"):
        end_unit(record, ENDING, YESTERDAY, MORNING, heir=HEIRS_HEIR)
    assert end_unit(record, ENDING, YESTERDAY, MORNING, heir=HEIR) == 0, "the same can be said again"
    end_unit(record, HEIRS_HEIR, IN_A_MONTH, MORNING, heir=HEIR)
    with pytest.raises(UnitStays, match="needs_heir"):
        end_unit(record, HEIR, YESTERDAY, MORNING)


def test_a_measure_keeps_its_unit_until_somebody_takes_it_over(record: Record) -> None:
    """Else a promised measure would come due with a unit that is gone."""
    number = arrived(record)
    act(record, PETRA, number, ASSIGN, MORNING)
    measures = [{"what": "Ny rutin", "owner": OSKAR.post, "date": IN_A_MONTH}]
    act(record, OSKAR, number, Command("answer", {"cause": "Rutinen brast.", "measures": measures}), MORNING)
    act(record, MAJA, number, Command("accept"), MORNING)
    with record.database.write() as tx:  # as after the case went to another unit of the same operation
        assert tx.run("UPDATE cases SET facts = replace(facts, :a, :b) WHERE number = :n", a=ENDING, b=HEIR, n=number)
    with pytest.raises(UnitStays, match="needs_heir"):
        end_unit(record, HEIR, YESTERDAY, MORNING)
    assert end_unit(record, HEIR, YESTERDAY, MORNING, heir=HEIRS_HEIR) == 1


def test_a_report_from_a_unit_that_has_ended_is_its_heir_s(record: Record) -> None:
    """Else whoever is slow to change her function would report into a unit where nobody is left."""
    new = NewCase("deviation", operation="su", texts=REPORT)
    end_unit(record, "hsv-molndal", YESTERDAY, MORNING)
    with pytest.raises(Refused, match="The unit has ended"):
        report(record, ANNA, new, MORNING)
    with record.database.read() as tx:
        sides = record.world(tx, MORNING).org.sides
    sibling = next(u for u, s in sides.items() if s.unit and s.party == "molndal" and u != "hsv-molndal")
    end_unit(record, "hsv-molndal", YESTERDAY, MORNING, heir=sibling)
    number = report(record, ANNA, new, MORNING).number
    with record.database.read() as tx:
        assert tx.value("SELECT raising_unit FROM cases WHERE number = :n", n=number) == sibling


def test_a_case_that_is_on_its_way_to_a_unit_does_not_miss_the_unit_s_end(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else what somebody assigns in the moment in which a unit ends lies with the ended unit, and nobody hears of
    it."""
    number, arrives, goes = arrived(record), Event(), Event()
    carry_out, told = acting.carry_out, []

    def late(*args: Any) -> Any:
        arrives.set()
        assert goes.wait(10)
        return carry_out(*args)

    def run(go: Any) -> None:
        try:
            told.append(go())
        except (UnitEnded, UnitStays) as no:
            told.append(no)
        finally:
            goes.set()

    monkeypatch.setattr(acting, "carry_out", late)
    assigning = Thread(target=run, args=[lambda: act(record, PETRA, number, ASSIGN, MORNING)])
    assigning.start()
    assert arrives.wait(10)
    if not record.database.postgres:  # there the one who writes has the record alone, and the other waits
        goes.set()
    run(lambda: end_unit(record, ENDING, YESTERDAY, MORNING))
    assigning.join(20)
    assert sum(isinstance(no, UnitEnded | UnitStays) for no in told) == 1, told
    assert verify(record, MORNING) == ()
