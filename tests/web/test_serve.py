"""`stegen serve`, as a process of its own: it answers, ends without an error, and says when it cannot."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

from tests.house.tree import HOME

SERVE = [sys.executable, "-m", "stegen", "serve"]


def _environment(folder: Path) -> dict[str, str]:
    own = {"STEGEN_DATA": str(folder), "STEGEN_COUNTY": str(HOME / "config" / "tva_steg")}
    return {name: value for name, value in os.environ.items() if not name.startswith("STEGEN_")} | own


@contextmanager
def _served(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [*SERVE, "--port", "0", *options], cwd=HOME, env=_environment(folder), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().split()[3]
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def test_it_answers_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    """Lost otherwise: the first command of the README would end in a traceback."""
    with _served(tmp_path, "--demo") as (process, url):
        with closing(HTTPConnection(url.removeprefix("http://"))) as asked:
            asked.request("GET", "/healthz")
            assert asked.getresponse().read() == b"ok\n"
        with closing(HTTPConnection(url.removeprefix("http://"))) as asked:
            asked.request("GET", "/sign-in")
            answer = asked.getresponse()
            assert "Björkåsa" in answer.read().decode()
            assert answer.headers["Server"].strip() == "Stegen"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
        assert process.stdout is not None
        assert "Ended." in process.stdout.read()


def test_a_port_that_is_taken_is_said_with_what_to_do(tmp_path: Path) -> None:
    """Lost otherwise: somebody who starts it twice would not learn why the second does nothing."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        tried = subprocess.run(
            [*SERVE, "--port", port], cwd=HOME, env=_environment(tmp_path), capture_output=True, text=True, check=False
        )
    assert tried.returncode == 1
    assert "Choose another one with --port" in tried.stderr
