"""Whoever gets hold of the database or a backup must not learn whom a case is about; those who may must be able to."""

import os
from base64 import b64encode, urlsafe_b64encode
from dataclasses import fields, replace

import pytest

from cases.contents.secrecy import Keyring, KeyringError, Sealed, SecretUnreadable, key_id

CASE, OTHER_CASE = "2026-K7QM4TX", "2026-3V8PZ0C"
REFERENCE = "19121212-1212, Östra Å, rum 4"
OLD, NEW = bytes(range(32)), bytes(range(32, 64))


def test_what_was_sealed_opens_for_its_case() -> None:
    ring = Keyring([NEW])
    for text in (REFERENCE, "", "x" * 100_000, "\ud83d broken", "line\nbreak\0"):
        assert ring.open(CASE, ring.seal(CASE, text)) == text


def test_a_stolen_database_row_says_nothing() -> None:
    sealed = Keyring([NEW]).seal(CASE, REFERENCE)
    stored = sealed.wrapped_key + sealed.nonce + sealed.ciphertext + sealed.key_id.encode()
    for part in (REFERENCE.encode(), b"19121212", b"1212", NEW, NEW[:8]):
        assert part not in stored


def test_the_same_reference_never_looks_the_same_twice() -> None:
    """Else two cases of one person could be told to belong together without a key."""
    ring = Keyring([NEW])
    sealed = [ring.seal(CASE, REFERENCE) for _ in range(50)]
    for field in ("wrapped_key", "nonce", "ciphertext"):
        assert len({getattr(one, field) for one in sealed}) == 50


def test_a_row_moved_to_another_case_does_not_open() -> None:
    """Else whoever can write the database could read a person's name through a case of their own."""
    ring = Keyring([NEW, OLD])
    sealed = ring.seal(CASE, REFERENCE)
    with pytest.raises(SecretUnreadable, match="belongs to another case"):
        ring.open(OTHER_CASE, sealed)
    with pytest.raises(SecretUnreadable, match="belongs to another case"):
        Keyring([OLD, NEW]).rewrap(OTHER_CASE, sealed)


def test_parts_of_two_sealed_fields_cannot_be_put_together() -> None:
    ring = Keyring([NEW])
    mine, theirs = ring.seal(CASE, "mine"), ring.seal(CASE, "theirs")
    with pytest.raises(SecretUnreadable):
        ring.open(CASE, replace(mine, ciphertext=theirs.ciphertext, nonce=theirs.nonce))


@pytest.mark.parametrize("field", ["wrapped_key", "nonce", "ciphertext"])
def test_every_flipped_bit_and_every_cut_is_noticed(field: str) -> None:
    """A damaged reference must never pass for another person's."""
    ring = Keyring([NEW])
    sealed = ring.seal(CASE, REFERENCE)
    stored: bytes = getattr(sealed, field)
    damaged = [stored[:place] + bytes([stored[place] ^ 1]) + stored[place + 1 :] for place in range(len(stored))]
    for wrong in [*damaged, stored[:-1], stored + b"\0", b""]:
        with pytest.raises(SecretUnreadable, match=CASE):
            ring.open(CASE, replace(sealed, **{field: wrong}))


def test_a_new_data_key_takes_over_without_touching_the_ciphertext() -> None:
    """A rotation over a million cases must be able to stop half-way and go on."""
    before = Keyring([OLD]).seal(CASE, REFERENCE)
    both = Keyring([NEW, OLD])
    after = both.rewrap(CASE, before)
    assert (after.nonce, after.ciphertext) == (before.nonce, before.ciphertext)
    assert (before.key_id, after.key_id) == (key_id(OLD), key_id(NEW))
    assert both.rewrap(CASE, after) is after
    assert both.open(CASE, before) == both.open(CASE, after) == Keyring([NEW]).open(CASE, after) == REFERENCE
    with pytest.raises(SecretUnreadable):
        Keyring([OLD]).open(CASE, after)


def test_a_missing_data_key_is_named_with_what_to_do() -> None:
    sealed = Keyring([OLD]).seal(CASE, REFERENCE)
    for attempt in (Keyring([NEW]).open, Keyring([NEW]).rewrap):
        with pytest.raises(SecretUnreadable) as caught:
            attempt(CASE, sealed)
        message = str(caught.value)
        assert caught.value.key_id == key_id(OLD)
        assert all(said in message for said in (key_id(OLD), key_id(NEW), CASE, "Add that key"))


def test_no_error_or_printed_object_shows_a_key_or_a_text() -> None:
    """Errors and objects end up in logs, and logs end up with people who may not know."""
    ring = Keyring([OLD])
    sealed = ring.seal(CASE, REFERENCE)
    shown = repr(ring) + repr(sealed)
    for wrong in (replace(sealed, ciphertext=b"x" * 40), replace(sealed, key_id="0" * 16)):
        with pytest.raises(SecretUnreadable) as caught:
            ring.open(CASE, wrong)
        shown += str(caught.value) + repr(caught.value)
    for secret in (OLD.hex(), b64encode(OLD).decode(), repr(OLD), "1212", "Östra"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ([], "is empty"),
        ([NEW, OLD[:16]], "Key 2 in STEGEN_DATA_KEYS has 16 bytes"),
        ([NEW, b""], "Key 2"),
        ([NEW, OLD, NEW], "stands twice"),
    ],
)
def test_keys_that_cannot_be_used_are_refused_at_the_start(keys: list[bytes], said: str) -> None:
    """Not at the first patient reference, on a Friday evening."""
    with pytest.raises(KeyringError, match=said):
        Keyring(keys)


def test_keys_come_from_the_environment_in_base64() -> None:
    key = bytes([0xFB, 0xFF] * 16)
    for text in (b64encode(key).decode(), urlsafe_b64encode(key).decode(), f" {b64encode(key).decode()}\n"):
        assert Keyring.from_base64([text, b64encode(OLD).decode()]).newest == key_id(key)
    for wrong in ("not base64!", "å" * 44, b64encode(key).decode()[:-2]):
        with pytest.raises(KeyringError, match="Key 2") as caught:
            Keyring.from_base64([b64encode(OLD).decode(), wrong])
        assert wrong not in str(caught.value)


def test_what_is_stored_fits_the_columns() -> None:
    sealed = Keyring([os.urandom(32)]).seal(CASE, "abc")
    assert [field.name for field in fields(Sealed)] == ["wrapped_key", "nonce", "ciphertext", "key_id"]
    assert (len(sealed.wrapped_key), len(sealed.nonce), len(sealed.ciphertext), len(sealed.key_id)) == (60, 12, 19, 16)
