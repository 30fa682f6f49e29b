"""The second step as somebody with a telephone takes it: the key is read off the page, the code off the app."""

import re
from base64 import b32decode
from datetime import datetime

from werkzeug.test import TestResponse

from cases.record import Record
from cases.signing_in.authenticators import set_up
from cases.signing_in.one_time_codes import code_at, step_at
from cases.signing_in.passwords import set_password
from tests.web.visitor import Visitor

PASSWORD = "fyra ord i en lång rad"
SECRET = b"twenty bytes of them"


def with_authenticator(record: Record, account: str, now: datetime) -> tuple[str, ...]:
    """An account with a password and an authenticator, set up an hour ago; its recovery codes."""
    set_password(record, account, PASSWORD)
    then = datetime.fromtimestamp(now.timestamp() - 3600, now.tzinfo)
    return set_up(record, account, SECRET, code_at(SECRET, step_at(then)), then)


def code_now(now: datetime, secret: bytes = SECRET) -> str:
    return code_at(secret, step_at(now))


def key_on(page: TestResponse) -> bytes:
    """The secret that the page of the set-up shows."""
    found = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page.text)
    assert found is not None, page.text
    return b32decode(found.group(1).replace(" ", ""))


def give_password(visitor: Visitor, account: str, password: str = PASSWORD, path: str = "/cases") -> TestResponse:
    return visitor.post("/sign-in", {"account": account, "password": password, "next": path})


def sign_in_in_two(visitor: Visitor, account: str, now: datetime, path: str = "/cases") -> TestResponse:
    """Password and code of an account that `with_authenticator` made."""
    given = give_password(visitor, account, path=path)
    assert given.status_code == 303, given.text
    return visitor.post("/sign-in/code", {"code": code_now(now), "next": path})
