"""One-time codes by the clock (TOTP, RFC 6238 on RFC 4226): six digits, a new one every thirty seconds."""

from __future__ import annotations

import hmac
from base64 import b32encode
from datetime import datetime
from urllib.parse import quote, urlencode

SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
"""As long as the hash that every authenticator knows, SHA-1 (RFC 4226 section 4, R6)."""

DRIFT = 1
"""Steps that a telephone's clock may be off, to either side (RFC 6238 section 5.2 recommends one)."""


def step_at(now: datetime) -> int:
    """The number of the time step, counted from 1970."""
    return int(now.timestamp()) // SECONDS


def code_at(secret: bytes, step: int) -> str:
    """The six digits of one time step (RFC 4226 section 5.3)."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    place = digest[-1] & 0x0F
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def matching_step(secret: bytes, code: str, now: datetime) -> int | None:
    """The newest step that the code belongs to, among those that a drifting clock may show; None for a wrong one."""
    middle = step_at(now)
    steps = range(middle + DRIFT, middle - DRIFT - 1, -1)
    fitting = [step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), code.encode())]
    return fitting[0] if fitting else None


def written(secret: bytes) -> str:
    """The secret as people type it into an authenticator: base32, in groups of four."""
    text = b32encode(secret).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def setup_address(secret: bytes, account: str, issuer: str) -> str:
    """What the QR code holds: the address that authenticators agree on (`otpauth://totp/…`)."""
    given = {"secret": written(secret).replace(" ", ""), "issuer": issuer, "digits": DIGITS, "period": SECONDS}
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{urlencode(given, quote_via=quote)}"
