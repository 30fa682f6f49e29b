"""One-time codes: the numbers of the standard itself, and what an authenticator reads off the picture."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from cases.signing_in.one_time_codes import code_at, matching_step, setup_address, step_at, written

KEY = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037"),
     (20000000000, "353130")],
)  # fmt: skip
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """Lost otherwise: no authenticator on earth would show the code that we expect (RFC 6238 appendix B, last six)."""
    now = datetime.fromtimestamp(seconds, UTC)
    assert code_at(KEY, step_at(now)) == code
    assert matching_step(KEY, code, now) == step_at(now)


@pytest.mark.parametrize("typed", ["", "28708", "2870822", "abcdef", "２８７０８２", "287083"])
def test_no_other_code_matches(typed: str) -> None:
    """Lost otherwise: half a code, or one in other digits, would open an account."""
    assert matching_step(KEY, typed, datetime.fromtimestamp(59, UTC)) is None


def test_the_picture_says_whose_key_it_is() -> None:
    """Lost otherwise: the app would show a nameless code, and its owner delete the wrong one."""
    parts = urlsplit(setup_address(KEY, "anna.lind", "Stegen"))
    given = parse_qs(parts.query)
    assert (parts.scheme, parts.netloc, unquote(parts.path)) == ("otpauth", "totp", "/Stegen:anna.lind")
    assert given["secret"] == [written(KEY).replace(" ", "")] == ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"]
    assert given["issuer"] == ["Stegen"]
