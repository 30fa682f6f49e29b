"""A unit's link opens the report form and nothing else, until somebody who looks after it takes it away."""

import pytest

from cases.contents.matter import NotAllowed
from cases.functions import NotYourFunction
from cases.organisation.reorganising import give_function
from cases.record import Record
from cases.reports.unit_links import NoSuchLink, link_of, make_link, opened, revoke_link, units_kept_by
from cases.sight import Seer
from tests.cases.deviations import ANNA, HELENA, MAJA, OSKAR
from tests.record import MORNING

UNIT = "hsv-molndal"


def test_the_link_leads_to_its_unit_and_its_token_is_kept_as_a_hash(record: Record) -> None:
    """Else a copy of the database would be a copy of every paper on every wall."""
    token = make_link(record, HELENA, UNIT, MORNING)
    assert opened(record, token, MORNING).unit == UNIT
    assert len(token) >= 40
    with record.database.read() as tx:
        assert token not in repr(tx.all("SELECT * FROM unit_link"))
    kept = link_of(record, MAJA, UNIT, MORNING)
    assert kept is not None
    assert kept.made_as == HELENA.post


def test_a_new_link_takes_the_place_of_the_old_one(record: Record) -> None:
    """Else a paper that was lost would go on opening the form after the unit has made a new one."""
    old, new = make_link(record, HELENA, UNIT, MORNING), make_link(record, MAJA, UNIT, MORNING)
    assert opened(record, new, MORNING).unit == UNIT
    with pytest.raises(NoSuchLink):
        opened(record, old, MORNING)


def test_a_revoked_link_opens_nothing_and_revoking_twice_says_so(record: Record) -> None:
    """Else a link that went astray could never be stopped."""
    token = make_link(record, HELENA, UNIT, MORNING)
    assert revoke_link(record, HELENA, UNIT, MORNING)
    assert not revoke_link(record, HELENA, UNIT, MORNING)
    assert link_of(record, HELENA, UNIT, MORNING) is None
    with pytest.raises(NoSuchLink):
        opened(record, token, MORNING)


@pytest.mark.parametrize("odd", ["", "x", "\x00", "\ud800", "å" * 500])
def test_what_is_no_token_is_no_link(record: Record, odd: str) -> None:
    """Else an address that somebody mistyped would end in a fault page."""
    with pytest.raises(NoSuchLink):
        opened(record, odd, MORNING)


@pytest.mark.parametrize("seer", [ANNA, OSKAR, Seer("kim.savas", "administrator@county")], ids=lambda s: s.post)
def test_only_those_who_look_after_it_make_or_take_away_a_link(record: Record, seer: Seer) -> None:
    """Else another unit could report in this one's name, or close its door."""
    token = make_link(record, HELENA, UNIT, MORNING)
    for forbidden in (make_link, revoke_link, link_of):
        with pytest.raises(NotAllowed):
            forbidden(record, seer, UNIT, MORNING)
    assert opened(record, token, MORNING).unit == UNIT


def test_a_function_that_is_not_held_makes_none(record: Record) -> None:
    """Else whoever knows an account's name could act as it."""
    with pytest.raises(NotYourFunction):
        make_link(record, Seer(ANNA.account, HELENA.post), UNIT, MORNING)


def test_the_contact_person_looks_after_the_links_of_all_own_units(record: Record) -> None:
    """Else a small municipality, where two people hold everything, could not hang up a single paper."""
    with record.database.read() as tx:
        org = record.world(tx, MORNING).org
    contact = f"contact_person@authority:{org.sides[UNIT].authority}"
    kept = units_kept_by(contact, org)
    assert UNIT in kept
    assert {org.sides[unit].authority for unit in kept} == {org.sides[UNIT].authority}
    assert not any(org.sides[unit].provider for unit in kept)
    give_function(record, MAJA.account, "contact_person", contact.partition("@")[2], MORNING.date())
    assert opened(record, make_link(record, Seer(MAJA.account, contact), UNIT, MORNING), MORNING).unit == UNIT
