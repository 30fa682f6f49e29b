"""Passwords: long, not among those that are guessed first, and hashed anew when hashing has become stronger."""

import pytest
from argon2 import PasswordHasher

from cases.record import Record
from cases.signing_in.passwords import (
    _NOBODY,
    HASHER,
    LONGEST,
    WeakPassword,
    fits,
    hashed_password,
    set_password,
    stored_password,
)
from cases.signing_in.sign_ins import sign_in
from tests.cases.deviations import ANNA
from tests.record import MORNING

GOOD = "fyra ord i en lång rad"
OWN = ("anna.lind", "Anna Lind", "anna.lind@molndal.example.invalid", "anna.lind", "stegen")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "short"), ("elva tecken", "short"), ("  elva tecken  ", "short"), ("x" * (LONGEST + 1), "long"),
        ("password12345", "common"), ("Lösenord2026!", "common"), ("LOSENORD12345", "common"),
        ("qwertyuiopasdf", "common"), ("123456789012", "common"), ("aaaaaaaaaaaaaaa", "common"),
        ("abc123abc123abc123", "common"), ("Sommar2026!!", "common"), ("2026-04-16-08", "common"),
        ("correcthorsebatterystaple", "common"),
        ("Anna.Lind2026", "own"), ("anna.lind@molndal.example.invalid", "own"), ("12Anna Lind34", "own"),
    ],
)  # fmt: skip
def test_what_is_guessed_first_is_refused_with_a_reason(password: str, code: str) -> None:
    """Lost otherwise: the first hundred guesses of a machine would open some account of the county."""
    with pytest.raises(WeakPassword) as refused:
        hashed_password(password, OWN)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "password", [GOOD, "kvarn moln bricka sten", "        tolv tecken!", "ÅÄÖåäö åäöÅÄÖ", "pass" * 50]
)
def test_length_alone_is_asked_for(password: str) -> None:
    """Lost otherwise: rules about signs and digits would drive people to write their password on a note."""
    if len(set(password)) > 4:
        assert fits(hashed_password(password, OWN), password)
    else:
        with pytest.raises(WeakPassword):
            hashed_password(password, OWN)


def test_a_hash_of_weaker_parameters_is_renewed_at_the_next_sign_in(record: Record) -> None:
    """Lost otherwise: passwords from the first year would stay as easy to crack as that year's machines allowed."""
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    with record.database.write() as tx:
        tx.run("UPDATE person SET password_hash = :h WHERE account = :a", h=weak, a=ANNA.account)
    sign_in(record, ANNA.account, GOOD, "10.0.0.1", MORNING)
    with record.database.read() as tx:
        stored = stored_password(tx, ANNA.account)
    assert stored != weak
    assert not PasswordHasher().check_needs_rehash(stored)
    assert fits(stored, GOOD)
    sign_in(record, ANNA.account, GOOD, "10.0.0.1", MORNING)
    with record.database.read() as tx:
        assert stored_password(tx, ANNA.account) == stored


def test_nobody_s_password_fits_where_there_is_none(record: Record) -> None:
    """Lost otherwise: an account that was never given a password would open with the one that stands in for it."""
    assert not fits("", "nobody has this password")
    assert HASHER.verify(_NOBODY, "nobody has this password")
    assert not HASHER.check_needs_rehash(_NOBODY), "it would be told apart by its time; hash it anew"
    assert not fits("no hash at all", GOOD)
    with pytest.raises(LookupError):
        set_password(record, "ingen.alls", GOOD)
