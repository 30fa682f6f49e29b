"""`user invite`, `revoke`, `reset-code`, `identity`: how the first administrator gets in, and others are let out."""

import re

import pytest

from cases.clock.letters_written import written_letters
from cases.signing_in.authenticators import has_authenticator
from cases.signing_in.invitations import accept
from cases.signing_in.one_time_codes import code_at, step_at
from cases.signing_in.passwords import fits, stored_password
from cases.signing_in.sign_ins import complete, sign_in
from tests.cases.deviations import MAJA
from tests.command import Command
from tests.record import MORNING
from tests.web.second_step import PASSWORD, SECRET, with_authenticator

LINK = re.compile(r"http://127\.0\.0\.1:5080/invitation/([0-9a-f]{64})")
NEW_KEY = "c29tZSBvdGhlciB0aGlydHktdHdvIGJ5dGVzIGtleSE="


def test_the_first_administrator_gets_in_by_command(stegen: Command) -> None:
    """Else a fresh installation would have nobody who can let anybody in."""
    add = ("user", "add", "rut.berg", "--name", "Rut Berg", "--email", "rut.berg@example.invalid")
    assert stegen(*add).exit_code == 0
    assert stegen("user", "hold", "rut.berg", "administrator@county").exit_code == 0
    shown = stegen("user", "invite", "rut.berg", "--here")
    found = LINK.search(shown.stdout)
    assert found is not None, shown.output
    assert "invitation shown, until 2026-04-23 10:00" in stegen("user", "show", "rut.berg").stdout
    with stegen.record() as record:
        assert accept(record, found.group(1), PASSWORD, MORNING) == "rut.berg"
        assert found.group(1) not in repr(stegen.rows())
        with record.database.read() as tx:
            assert fits(stored_password(tx, "rut.berg"), PASSWORD)


def test_an_invitation_by_letter_leaves_with_the_next_round(stegen_on_sqlite: Command) -> None:
    """Else an operator would have to carry links to people by hand."""
    assert "anna.lind@molndal.example.invalid" in stegen_on_sqlite("user", "invite", "anna.lind").stdout
    assert "invitation due" in stegen_on_sqlite("user", "show", "anna.lind").stdout
    assert stegen_on_sqlite.json("tick", "--now", "2026-04-16T10:05:00+02:00")["sent"] == 1
    with stegen_on_sqlite.record() as record:
        assert [letter.subject for letter in written_letters(record, 10)] == ["Välj lösenord till Stegen"]
    assert "invitation sent, until 2026-04-23" in stegen_on_sqlite("user", "show", "anna.lind").stdout
    assert stegen_on_sqlite("user", "revoke", "anna.lind").exit_code == 0
    assert "invitation revoked" in stegen_on_sqlite("user", "show", "anna.lind").stdout


def test_a_lost_telephone_is_forgotten(stegen_on_sqlite: Command) -> None:
    """Else somebody without her telephone and her recovery codes could never work again."""
    with stegen_on_sqlite.record() as record:
        with_authenticator(record, MAJA.account, MORNING)
        assert stegen_on_sqlite("user", "reset-code", MAJA.account).exit_code == 0
        assert not has_authenticator(record, MAJA.account)
        with record.database.read() as tx:
            assert tx.all("SELECT * FROM recovery_code") == []


def test_an_identity_is_given_and_taken_away(stegen_on_sqlite: Command) -> None:
    """Else nobody could sign in with a service card, or a wrong card could never be untied."""
    assert stegen_on_sqlite("user", "identity", "anna.lind", "SE2120000000-A1B2").exit_code == 0
    assert "SE2120000000-A1B2" in stegen_on_sqlite("user", "show", "anna.lind").stdout
    assert stegen_on_sqlite.json("user", "show", "anna.lind")["identity"] == "SE2120000000-A1B2"
    assert stegen_on_sqlite("user", "identity", "anna.lind", "").exit_code == 0
    assert stegen_on_sqlite.json("user", "show", "anna.lind")["identity"] == ""


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("invite", "ingen.alls"), "no account"),
        (("invite", "ingen.alls", "--here"), "no account"),
        (("revoke", "anna.lind"), "nothing to take back"),
        (("revoke", "ingen.alls"), "no account"),
        (("reset-code", "ingen.alls"), "no account"),
        (("identity", "ingen.alls", "SE1"), "no account"),
        (("identity", "anna.lind", " SE1"), "no identity"),
        (("identity", "anna.lind", "S" * 201), "no identity"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    shared_stegen: Command, words: tuple[str, ...], told: str
) -> None:
    """Else a mistyped account would be let in, or locked out, unseen."""
    before = shared_stegen.rows()
    answer = shared_stegen("user", *words)
    assert answer.exit_code == 1, answer.output
    assert told in answer.stderr
    assert shared_stegen.rows() == before


def test_a_closed_account_is_not_invited(stegen_on_sqlite: Command) -> None:
    """Else a slip would give somebody who has left a new way in."""
    stegen_on_sqlite("user", "disable", "anna.lind")
    answer = stegen_on_sqlite("user", "invite", "anna.lind", "--here")
    assert answer.exit_code == 1
    assert "no open account" in answer.stderr


def test_authenticators_follow_a_new_data_key(stegen: Command) -> None:
    """Else the first change of keys would lock every handler out of the county."""
    old = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    with stegen.record() as record:
        with_authenticator(record, MAJA.account, MORNING)
    rotated = stegen.json("key", "rotate", STEGEN_DATA_KEYS=f"{NEW_KEY},{old}")
    assert rotated["rotated"] == 1
    assert stegen.json("key", "rotate", STEGEN_DATA_KEYS=NEW_KEY) == rotated | {"rotated": 0}
    with stegen.record() as record:
        record.keyring = type(record.keyring).from_base64([NEW_KEY])
        token = sign_in(record, MAJA.account, PASSWORD, "10.0.0.1", MORNING)
        assert complete(record, token, code_at(SECRET, step_at(MORNING)), MORNING)
