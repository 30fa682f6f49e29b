"""Behind a proxy: whose address counts, and that nothing a visitor writes into a header is believed."""

import pytest

from cases.record import Record
from cases.signing_in.guesses import ADDRESS, Guess, count
from tests.web.second_step import give_password
from tests.web.visitor import SAME_ORIGIN, SECRET, Hands, Visitor
from web.app import create_app
from web.desk import Serving
from web.serving.proxy import Doorstep

PROXIES = ("10.0.0.0/24", "2001:db8::1/128")
BEHIND = Serving("https://stegen.example.org", SECRET, proxies=PROXIES)


def _through(forwarded: str, peer: str = "10.0.0.2") -> str:
    """The address that the pages see."""
    seen: list[str] = []

    def pages(environ, start_response):
        seen.append(environ["REMOTE_ADDR"])
        return [b""]

    environ = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded, "PATH_INFO": "/"}
    list(Doorstep(pages, PROXIES, BEHIND.base_url)(environ, lambda *_: None))
    return seen[0]


@pytest.mark.parametrize(
    ("forwarded", "peer", "seen"),
    [
        ("203.0.113.9", "10.0.0.2", "203.0.113.9"),
        ("203.0.113.9, 10.0.0.3", "10.0.0.2", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", "10.0.0.2", "203.0.113.9"),
        ("10.0.0.3", "10.0.0.2", "10.0.0.3"),
        ("2001:db8:1::9", "2001:db8::1", "2001:db8:1::9"),
        ("203.0.113.9", "::ffff:10.0.0.2", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.7", "198.51.100.7"),
        ("", "10.0.0.2", "10.0.0.2"),
        ("nobody, 10.0.0.3", "10.0.0.2", "10.0.0.3"),
        ("203.0.113.9, unknown", "10.0.0.2", "10.0.0.2"),
        ("203.0.113.9; DROP TABLE guess", "10.0.0.2", "10.0.0.2"),
        (", ,", "10.0.0.2", "10.0.0.2"),
        ("9" * 5000, "10.0.0.2", "10.0.0.2"),
    ],
)
def test_the_visitor_is_the_nearest_address_that_is_no_proxy_of_ours(forwarded: str, peer: str, seen: str) -> None:
    """Lost otherwise: whoever writes a header of her own could guess for ever from ever new addresses, or lock out a
    whole hospital by guessing in its name (abuse case 21)."""
    assert _through(forwarded, peer) == seen


def test_guesses_are_counted_for_the_visitor_and_not_for_the_proxy(record: Record, clock: Hands) -> None:
    """Lost otherwise: one person's guesses would close the sign-in page for the county."""
    app = create_app(record, BEHIND, clock, demo=False)

    def guess(address: str, account: str) -> int:
        client = app.test_client()
        client.environ_base |= {"REMOTE_ADDR": "10.0.0.2", "HTTP_X_FORWARDED_FOR": f"192.0.2.1, {address}"}
        visitor = Visitor(client, {**SAME_ORIGIN, "Host": "stegen.example.org"})
        return give_password(visitor, account, "fel lösenord helt").status_code

    count(record, clock.now, *[Guess(ADDRESS, "203.0.113.9")] * (ADDRESS.most - 1))
    assert guess("203.0.113.9", "ingen.annan") == 422, "the hundredth, counted for the very visitor"
    assert guess("203.0.113.9", "ingen.alls") == 429
    assert guess("203.0.113.10", "ingen.alls") == 422


def test_a_forged_host_gets_no_page(record: Record, clock: Hands) -> None:
    """Lost otherwise: a page, a link or a letter could be made to point elsewhere (abuse case: forged hosts)."""
    visitor = Visitor(create_app(record, BEHIND, clock, demo=False).test_client())
    for host in ("evil.example", "stegen.example.org.evil.example", "stegen.example.org@evil.example", ""):
        answer = visitor.get("/sign-in", headers={"Host": host})
        assert answer.status_code == 400, host
        assert "evil" not in answer.text + str(answer.headers), host


@pytest.mark.parametrize("peer", ["10.0.0.2", "203.0.113.9"])
def test_forwarded_names_are_never_read(record: Record, clock: Hands, peer: str) -> None:
    """Lost otherwise: a header that a proxy passes on would decide where a link leads, if a cookie is secure, or who is
    signed in (abuse case 14)."""
    visitor = Visitor(create_app(record, BEHIND, clock, demo=False).test_client())
    plain = {"Host": "stegen.example.org"}
    forged = plain | {
        "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "X-Forwarded-Prefix": "/evil",
        "X-Forwarded-Port": "81", "X-Original-URL": "/evil", "Forwarded": "host=evil.example",
        "X-Forwarded-Server": "evil.example", "X-Host": "evil.example",
        "Remote-User": "kim.savas", "X-Remote-User": "kim.savas", "X-Forwarded-User": "kim.savas",
        "X-HTTP-Method-Override": "POST", "X-Rewrite-URL": "/evil",
    }  # fmt: skip
    environ = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": "203.0.113.9"}
    for path in ("/", "/sign-in", "/cases", "/healthz", "/readyz", "/nowhere"):
        honest, lied = (visitor.get(path, headers=given, environ_overrides=environ) for given in (plain, forged))
        assert "evil" not in lied.text + str(lied.headers), path
        same = (lied.status_code, lied.text, lied.headers) == (honest.status_code, honest.text, honest.headers)
        assert same, path
