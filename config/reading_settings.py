"""From the text of an environment variable to the value of a setting; a ValueError says what to write instead."""

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import getaddresses
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

from config.keys import KEY_BYTES
from config.secret import Secret

HOME = Path(__file__).parent.parent
"""Where the package `config` is installed; the counties that come with it are found from here."""

DATABASES = ("sqlite", "postgresql", "postgresql+psycopg")
SHORTEST_SECRET = 32
LONGEST_CONTACT = 200
SHORTEST_GLASS, LONGEST_GLASS = 5, 480
REQUIRED = ("browser", "postgres")
MAIL = ("smtp", "smtps")


def folder(text: str) -> Path:
    return Path(text).absolute()


def county(text: str) -> Path:
    places = (Path(text).absolute(), HOME / text)
    for place in places:
        if (place / "county.toml").is_file():
            return place
    tried = " nor in ".join(dict.fromkeys(map(str, places)))
    raise ValueError(f"no county.toml in {tried}; name a county's folder")


def database(url: str) -> Secret[str]:
    scheme, separator, rest = url.partition("://")
    if scheme not in DATABASES or not separator or not rest:
        raise ValueError("write sqlite:///path or postgresql+psycopg://user:password@host/name")
    return Secret(url)


def secret_key(text: str) -> Secret[str]:
    if len(text) < SHORTEST_SECRET:
        raise ValueError(f"must have at least {SHORTEST_SECRET} characters; `openssl rand -base64 32` makes one")
    return Secret(text)


def data_keys(text: str) -> tuple[Secret[bytes], ...]:
    keys = [_data_key(part) for part in _listed(text)]
    if len(set(keys)) < len(keys):
        raise ValueError("the same key stands twice; keep the first")
    if not keys:
        raise ValueError("holds no key")
    return tuple(Secret(key) for key in keys)


def _data_key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"each must be base64 of {KEY_BYTES} bytes, as `openssl rand -base64 {KEY_BYTES}` writes it")
    return key


def address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("write an address such as https://stegen.example.org")
    return url.rstrip("/")


def networks(text: str) -> tuple[str, ...]:
    return tuple(_network(part) for part in _listed(text))


def _network(text: str) -> str:
    try:
        network = ip_network(text)
    except ValueError as error:
        raise ValueError(f"{text} is no address and no network; write 10.0.0.5 or 10.0.0.0/24") from error
    if network.prefixlen == 0:
        raise ValueError(f"{text} is everybody; write the addresses that are yours, such as 10.0.0.0/24")
    return str(network)


def mail_server(url: str) -> Secret[str]:
    """Whatever a mail server could not be asked with is refused here, not letter by letter. No message has a password
    in it."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna"), parts.port
    except ValueError:
        parts, host, port = urlsplit(""), b"", None
    if url and (parts.scheme not in MAIL or not host or port == 0 or parts.path.strip("/") or parts.query):
        raise ValueError(
            "write smtp://user:password@host:587 or smtps://user:password@host; in a password %40 stands for @, %2F "
            "for /, %3A for :, %23 for #, %3F for ?"
        )
    if not _sendable(unquote(parts.username or "")) or not _sendable(unquote(parts.password or "")):
        raise ValueError(
            "holds a letter outside a-z in the account or the password, which cannot be sent when signing in to a mail "
            "server; give the account a password without one"
        )
    return Secret(url)


def _sendable(text: str) -> bool:
    return text.isascii() and (text.isprintable() or not text)


def sender(text: str) -> str:
    every = getaddresses([text])
    bare = every[0][1] if len(every) == 1 else ""
    try:
        sound = bool(Address(addr_spec=bare).domain) and bare.isascii() and text.isprintable()
    except (MessageError, ValueError, IndexError):
        sound = False
    if not sound:
        raise ValueError(
            "write an address such as Stegen <stegen@example.org>; a domain with å, ä or ö is written xn--…"
        )
    return text


def contact(text: str) -> str:
    if not text.isprintable():
        raise ValueError("write it on one line, such as stegen@example.org")
    if len(text) > LONGEST_CONTACT:
        raise ValueError(f"write at most {LONGEST_CONTACT} characters")
    return text.strip()


def issuer(url: str) -> str:
    parts = urlsplit(url)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if url and (not parts.hostname or parts.query or parts.scheme not in (("http", "https") if local else ("https",))):
        raise ValueError("write the provider's issuer as it gives it, such as https://idp.example.org/oidc")
    return url


def as_it_is_sent(text: str) -> str:
    if not text.isprintable():
        raise ValueError("holds characters that cannot be sent; copy it again")
    return text


def secret_as_it_is_sent(text: str) -> Secret[str]:
    return Secret(as_it_is_sent(text))


def one_line(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("write it on one line")
    return text


def levels(text: str) -> tuple[str, ...]:
    found = tuple(_listed(text))
    if any(not level.isprintable() or " " in level for level in found):
        raise ValueError("write levels separated by commas, each without blanks")
    return found


def yes_or_no(text: str) -> bool:
    if text.lower() not in ("yes", "no"):
        raise ValueError("write yes or no")
    return text.lower() == "yes"


def glass_minutes(text: str) -> int:
    if not text.isdecimal() or not SHORTEST_GLASS <= int(text) <= LONGEST_GLASS:
        raise ValueError(f"write whole minutes, {SHORTEST_GLASS} to {LONGEST_GLASS}")
    return int(text)


def instant(text: str) -> datetime | None:
    """None where none is given."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        found = None
    if text and (found is None or found.tzinfo is None):
        raise ValueError("write an instant with its offset, such as 2026-04-16T08:00:00+02:00")
    return found


def required(text: str) -> frozenset[str]:
    found = frozenset(_listed(text))
    if not found <= set(REQUIRED):
        raise ValueError(f"write {' or '.join(REQUIRED)}, or both with a comma between")
    return found


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


Read = Callable[[str], object]
"""What every function above is, for a setting that names one."""
