"""Protected fields: what tells who a case is about is stored only as ciphertext.

Each field has a key of its own (AES-256-GCM), and that key is stored wrapped by one of the installation's data keys,
which stand in STEGEN_DATA_KEYS, newest first, and never in the database or a backup. A new data key takes over by
wrapping the small keys anew; the ciphertext stays as it is. Erasing the wrapped key erases the field.
"""

import hmac
import os
from base64 import b64decode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12
_FIELD = b"stegen/field/1\0"
_WRAP = b"stegen/wrap/1\0"
_KEY_ID = b"stegen/key-id/1\0"
_MARK = b"stegen/mark/1\0"


class SecrecyError(Exception):
    """A protected field could not be sealed or opened; the message says what to do."""


class KeyringError(SecrecyError):
    """STEGEN_DATA_KEYS cannot be used as it stands."""


class SecretUnreadable(SecrecyError):
    """A sealed field cannot be opened: its data key is missing, or it is not what was sealed for this case."""

    def __init__(self, message: str, key_id: str) -> None:
        super().__init__(message)
        self.key_id = key_id


@dataclass(frozen=True, slots=True)
class Sealed:
    """A protected field as it is stored. `key_id` (16 hex digits) names the data key that wraps its own key."""

    wrapped_key: bytes
    nonce: bytes
    ciphertext: bytes
    key_id: str


class Keyring:
    """The installation's data keys, newest first. The newest seals, all of them open."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Raises KeyringError when there is no key, one has another length than 32 bytes, or one stands twice."""
        if not keys:
            raise KeyringError("STEGEN_DATA_KEYS is empty. Put a key of 32 random bytes in it, written in base64.")
        for place, key in enumerate(keys, 1):
            if len(key) != KEY_BYTES:
                raise KeyringError(
                    f"Key {place} in STEGEN_DATA_KEYS has {len(key)} bytes, not {KEY_BYTES}. Copy it again in full."
                )
        self._keys = {key_id(key): AESGCM(key) for key in keys}
        if len(self._keys) < len(keys):
            raise KeyringError("A key stands twice in STEGEN_DATA_KEYS. Remove one of the two.")
        self.newest = next(iter(self._keys))
        self._marking = [sha256(_MARK + key).digest() for key in keys]

    @classmethod
    def from_base64(cls, texts: Iterable[str]) -> Self:
        """The keyring of keys written in base64, newest first. Raises KeyringError; it never repeats a key."""
        keys = []
        for place, text in enumerate(texts, 1):
            try:
                keys.append(b64decode(text.strip().translate(_URL_SAFE), validate=True))
            except ValueError:
                raise KeyringError(f"Key {place} in STEGEN_DATA_KEYS is not base64. Copy it again in full.") from None
        return cls(keys)

    def knows(self, name: str) -> bool:
        """Whether the data key of that name (`key_id`) is here."""
        return name in self._keys

    def seal(self, case: str, plaintext: str) -> Sealed:
        """`plaintext` sealed for the case of that number, with a fresh key of its own."""
        own_key, nonce = AESGCM.generate_key(8 * KEY_BYTES), os.urandom(_NONCE_BYTES)
        ciphertext = AESGCM(own_key).encrypt(nonce, plaintext.encode("utf-8", "surrogatepass"), _FIELD + case.encode())
        return Sealed(self._wrap(case, own_key), nonce, ciphertext, self.newest)

    def open(self, case: str, sealed: Sealed) -> str:
        """What was sealed for this case. Raises SecretUnreadable."""
        own_key = self._unwrap(case, sealed)
        try:
            plain = AESGCM(own_key).decrypt(sealed.nonce, sealed.ciphertext, _FIELD + case.encode())
        except (InvalidTag, ValueError):
            raise _altered(case, sealed) from None
        return plain.decode("utf-8", "surrogatepass")

    def rewrap(self, case: str, sealed: Sealed) -> Sealed:
        """The same field under the newest data key, its ciphertext untouched. Raises SecretUnreadable.

        Safe to repeat: what the newest key wraps already comes back as it is.
        """
        if sealed.key_id == self.newest:
            return sealed
        own_key = self._unwrap(case, sealed)
        return replace(sealed, wrapped_key=self._wrap(case, own_key), key_id=self.newest)

    def marks(self, text: str) -> tuple[str, ...]:
        """What a text is recognised by, under each key, newest first: nobody without the key can try texts against
        it, as with a plain hash of a personal number."""
        return tuple(hmac.new(key, text.encode("utf-8", "surrogatepass"), sha256).hexdigest() for key in self._marking)

    def _wrap(self, case: str, own_key: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._keys[self.newest].encrypt(nonce, own_key, _WRAP + case.encode())

    def _unwrap(self, case: str, sealed: Sealed) -> bytes:
        data_key = self._keys.get(sealed.key_id)
        if data_key is None:
            raise SecretUnreadable(
                f"The protected field of case {case} was sealed with data key {sealed.key_id}, which is not in "
                f"STEGEN_DATA_KEYS (there: {', '.join(self._keys)}). Add that key behind the newest one and start "
                "Stegen again; without it the field is lost.",
                sealed.key_id,
            )
        nonce, wrapped = sealed.wrapped_key[:_NONCE_BYTES], sealed.wrapped_key[_NONCE_BYTES:]
        try:
            return data_key.decrypt(nonce, wrapped, _WRAP + case.encode())
        except (InvalidTag, ValueError):
            raise _altered(case, sealed) from None


def key_id(key: bytes) -> str:
    """The name of a data key (16 hex digits), which tells nothing about the key itself."""
    return sha256(_KEY_ID + key).hexdigest()[:16]


_URL_SAFE = str.maketrans("-_", "+/")


def _altered(case: str, sealed: Sealed) -> SecretUnreadable:
    return SecretUnreadable(
        f"The protected field of case {case} was changed after it was sealed, or belongs to another case. "
        "Run `stegen verify`, then restore this row from a backup.",
        sealed.key_id,
    )
