"""Who really asks, when a proxy stands before us: the visitor's own address, believed of our own proxies only.

Nothing else that a proxy could say is used. Links and letters are made from STEGEN_BASE_URL alone, so that a forged
`Host`, `Forwarded` or `X-Forwarded-Host` reaches neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
BY_A_STRANGER = "stegen.forwarded_by_a_stranger"
"""Set where a request came by way of somebody whom we do not know as our proxy."""

FOR_MACHINES = ("/healthz", "/readyz", "/metrics")
"""Asked for by address, by whoever looks after the machine; these answers hold no link, so any name of ours will do."""


class Doorstep:
    """The first thing a request meets. `proxies` are the networks of our own proxies; `base_url` is our address."""

    def __init__(self, app: WSGIApplication, proxies: Sequence[str], base_url: str) -> None:
        self.app = app
        self.proxies = networks(proxies)
        self.own_name = urlsplit(base_url).netloc

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        peer = str(environ.get("REMOTE_ADDR", ""))
        if within(peer, self.proxies):
            environ["REMOTE_ADDR"] = self.visitor(peer, str(environ.get("HTTP_X_FORWARDED_FOR", "")))
        elif any(name in environ for name in FORWARDED):
            environ[BY_A_STRANGER] = True
        if environ.get("PATH_INFO") in FOR_MACHINES:
            environ["HTTP_HOST"] = self.own_name
        return self.app(environ, start_response)

    def visitor(self, peer: str, forwarded: str) -> str:
        """The nearest address that is none of our proxies: read from the right, for what stands left of it is
        whatever the visitor wrote. The last one believed, where the next is no address."""
        for said in reversed([part.strip() for part in forwarded.split(",")]):
            if address(said) is None:
                return peer
            peer = said
            if not within(said, self.proxies):
                return said
        return peer


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in texts)


def within(text: str, allowed: Iterable[Network]) -> bool:
    """Whether that is an address in one of the networks."""
    found = address(text)
    return found is not None and any(found in network for network in allowed)


def address(text: str) -> Address | None:
    """The address that a text writes; an IPv4 one in IPv6's clothes is the IPv4 one."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def knows_its_way(environ: Any) -> bool:
    """Did the request come straight, or through a proxy of ours?"""
    return BY_A_STRANGER not in environ
