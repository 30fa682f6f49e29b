"""No test reaches beyond this machine, not even by mistake.

Python itself is asked to report each connection and each name look-up (audit events), so no library slips past;
Unix sockets, and loopback in either family, are free. Refused attempts fail the test even where the code under
test takes the error for an unreachable server and goes on.

Fixture (for every test by itself): `nothing_leaves_this_machine`, the list of this test's refused attempts.
"""

import ipaddress
import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest

SENDS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
LOOK_UPS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})

_refused: list[str] = []


class BeyondLoopback(OSError):
    """A test tried to reach another machine. Start the server inside the test and use 127.0.0.1."""


def is_local(host: object) -> bool:
    """Whether a host, as given to the socket module, means this machine: loopback, any address, its own name."""
    if host is None:
        return True
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return name in ("", "localhost", socket.gethostname())
    return address.is_loopback or address.is_unspecified


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in SENDS:
        address = arguments[1]
        # A Unix socket's address is a path; a send on a connected socket has none.
        host = address[0] if isinstance(address, tuple) else None
    elif event in LOOK_UPS:
        host = arguments[0]
    else:
        return
    if not is_local(host):
        _refused.append(f"{event} {host}")
        raise BeyondLoopback(f"{BeyondLoopback.__doc__} ({event} to {host!r})")


def pytest_configure() -> None:
    sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def nothing_leaves_this_machine() -> Iterator[list[str]]:
    _refused.clear()
    yield _refused
    assert not _refused, f"{BeyondLoopback.__doc__} Refused: {_refused}"
