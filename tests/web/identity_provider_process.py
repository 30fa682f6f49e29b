"""A real identity provider as a process of its own: ``python -m tests.web.identity_provider_process PORT USERS``.

The package `oidc-provider-mock` does the protocol. Beside it stands here what a strict provider does and the package
leaves out: a code is given only for its PKCE verifier (RFC 7636). USERS is JSON: a list of objects with a `sub`.
"""

import hashlib
import json
import os
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

from werkzeug.serving import make_server

from tests.house.tree import HOME

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class WithPkce:
    """Remembers the challenge of each code that is given out, and refuses a token for another verifier."""

    def __init__(self, provider: Application) -> None:
        self._provider = provider
        self._challenges: dict[str, str] = {}

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/oauth2/token":
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = BytesIO(body)
            sent = parse_qs(body.decode())
            if not self._fits(sent):
                start("400 BAD REQUEST", [("Content-Type", "application/json")])
                return [b'{"error": "invalid_grant"}']
        return self._provider(environ, self._noting(environ, start))

    def _fits(self, sent: dict[str, list[str]]) -> bool:
        verifier = sent.get("code_verifier", [""])[0]
        digest = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        return self._challenges.pop(sent.get("code", [""])[0], None) == digest

    def _noting(self, environ: dict[str, Any], start: Callable[..., Any]) -> Callable[..., Any]:
        asked = parse_qs(environ.get("QUERY_STRING", ""))

        def noting(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            code = parse_qs(urlsplit(dict(headers).get("Location", "")).query).get("code")
            if code and asked.get("code_challenge_method") == ["S256"]:
                self._challenges[code[0]] = asked["code_challenge"][0]
            return start(status, headers, *more)

        return noting


@contextmanager
def running(users: list[dict[str, Any]]) -> Iterator[str]:
    """The process with these users, on a free port, until the block ends; its issuer."""
    # The package warns of what its own next version needs; that is no concern of ours.
    command = [sys.executable, "-W", "ignore", "-m", __name__, "0", json.dumps(users)]
    process = subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def main(port: int, users: list[dict[str, Any]]) -> None:
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    import oidc_provider_mock

    known = [oidc_provider_mock.User(sub=user.pop("sub"), claims=user) for user in users]
    app = oidc_provider_mock.app(require_nonce=True, user_claims=known)
    app.debug = False
    server = make_server("127.0.0.1", port, WithPkce(app.wsgi_app), threaded=True)
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
