"""Passwords that cost next to nothing, for tests that sign in to see something else.

Fixtures
- `quick_passwords` (module): hashing with argon2's smallest parameters. What hashing must cost stands in
  tests/cases/test_passwords.py, which does not ask for this.
"""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from cases.signing_in import passwords


@pytest.fixture(scope="module")
def quick_passwords() -> Iterator[None]:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", quick)
        patch.setattr(passwords, "_NOBODY", quick.hash("nobody has this password"))
        yield
