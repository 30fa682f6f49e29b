"""Passwords that cost next to nothing, for tests that sign in to see something else.

Fixtures
- `quick_passwords` (module): hashing with argon2's smallest parameters. What hashing must cost stands in
  tests/cases/test_passwords.py, which does not ask for this.
- `costly_passwords`: the product's own parameters again, for a test of what hashing takes.
"""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from cases.signing_in import passwords

HASHER, NOBODY = passwords.HASHER, passwords._NOBODY


@pytest.fixture(scope="module")
def quick_passwords() -> Iterator[None]:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", quick)
        patch.setattr(passwords, "_NOBODY", quick.hash("nobody has this password"))
        yield


@pytest.fixture
def costly_passwords(quick_passwords: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", HASHER)
    monkeypatch.setattr(passwords, "_NOBODY", NOBODY)
