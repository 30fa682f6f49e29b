"""`stegen serve` and `stegen web`, as processes of their own: they answer, end without an error, and keep a log."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.house.tree import HOME

STEGEN = [sys.executable, "-m", "stegen"]
SERVE = [*STEGEN, "serve"]
PATIENCE = 60
NOON = "2026-04-16T12:00:00+00:00"


def _environment(folder: Path) -> dict[str, str]:
    # At noon, whatever the hour: the watch of a night that has begun is due only from two o'clock.
    own = {"STEGEN_DATA": str(folder), "STEGEN_COUNTY": str(HOME / "config" / "tva_steg"), "STEGEN_NOW": NOON}
    return {name: value for name, value in os.environ.items() if not name.startswith("STEGEN_")} | own


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a record in it, set up once and filled by the first command that reads; no round of the clock."""
    folder = tmp_path_factory.mktemp("record")
    for words in (["migrate"], ["user", "list"]):
        subprocess.run([*STEGEN, *words], cwd=HOME, env=_environment(folder), capture_output=True, check=True)
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(prepared, tmp_path / "record"))


@contextmanager
def _served(
    folder: Path, *options: str, command: str = "serve", **settings: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, which writes its log to `log` in the folder, and its address."""
    words = [*STEGEN, command, "--port", "0", *options]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            words, cwd=HOME, env=_environment(folder) | settings, stdout=subprocess.PIPE, stderr=log, text=True
        )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().split()[3]
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def test_it_answers_and_ends_when_it_is_told_to(folder: Path) -> None:
    """Lost otherwise: the first command of the README would end in a traceback."""
    with _served(folder, "--demo") as (process, url):
        with closing(HTTPConnection(url.removeprefix("http://"))) as asked:
            asked.request("GET", "/healthz")
            assert asked.getresponse().read() == b"ok\n"
        with closing(HTTPConnection(url.removeprefix("http://"))) as asked:
            asked.request("GET", "/sign-in")
            answer = asked.getresponse()
            assert "Björkåsa" in answer.read().decode()
            assert answer.headers["Server"] == "gunicorn", "the software, and never its version"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=PATIENCE) == 0
        assert process.stdout is not None
        assert "Ended." in process.stdout.read()


def test_a_port_that_is_taken_is_said_with_what_to_do(folder: Path) -> None:
    """Lost otherwise: somebody who starts it twice would not learn why the second does nothing."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        tried = subprocess.run(
            [*SERVE, "--port", port], cwd=HOME, env=_environment(folder), capture_output=True, text=True, check=False
        )
    assert tried.returncode == 1
    assert "Choose another one with --port" in tried.stderr


def _get(url: str, path: str, **headers: str) -> tuple[int, str]:
    with closing(HTTPConnection(url.removeprefix("http://"))) as asked:
        asked.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = asked.getresponse()
        return answer.status, answer.read().decode()


def _log(folder: Path) -> list[dict[str, Any]]:
    """Every line of the log; what is no JSON fails here."""
    return [json.loads(line) for line in (folder / "log").read_text().splitlines() if not line.startswith("There was")]


def _booted(folder: Path) -> int:
    """How many processes have begun to carry pages."""
    return (folder / "log").read_text().count("Booting worker")


def test_several_processes_answer_as_one_and_end_together(folder: Path) -> None:
    """Lost otherwise: figures would jump from request to request, or a process would be left behind with the port."""
    with _served(folder, "--workers", "2", "--threads", "2", command="web") as (process, url):
        with ThreadPoolExecutor(8) as visitors:
            answers = list(visitors.map(lambda _: _get(url, "/sign-in")[0], range(40)))
        assert answers == [200] * 40
        assert _booted(folder) == 2
        status, figures = _get(url, "/metrics")
        assert status == 200
        assert 'stegen_http_requests_total{route="/sign-in",status="2xx"} 40' in figures
        assert _get(url, "/readyz?part=pages")[0] == 200
        process.send_signal(signal.SIGHUP)
        asked = 40
        while _booted(folder) < 4:
            assert _get(url, "/sign-in")[0] == 200, "while the processes are renewed"
            asked += 1
        assert f'route="/sign-in",status="2xx"}} {asked}' in _get(url, "/metrics")[1], "and nothing counted is lost"
        status, told = _get(url, "/readyz")
        assert (status, json.loads(told)["checks"]["clock"]["state"]) == (503, "fault"), "no clock runs beside it"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0
    assert not [line for line in _log(folder) if line["level"] in ("error", "warning")]


def test_the_pages_of_serve_have_a_clock_beside_them(folder: Path) -> None:
    """Lost otherwise: the embedded installation would send no reminder."""
    with _served(folder) as (process, url):
        told: dict[str, Any] = {}
        while not told or told["checks"]["clock"]["state"] != "ok" or told["checks"]["night"]["says"].startswith("No"):
            assert process.poll() is None
            told = json.loads(_get(url, "/readyz")[1])
        assert told["ready"] is True
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0


def _carrying(folder: Path) -> int:
    """The newest process that carries pages."""
    return int(re.findall(r"Booting worker with pid: (\d+)", (folder / "log").read_text())[-1])


def test_a_killed_process_is_replaced_together_with_its_clock(folder: Path) -> None:
    """Lost otherwise: after a night when memory ran out, pages might answer and no reminder would leave."""
    with _served(folder) as (process, url):
        assert _get(url, "/sign-in")[0] == 200
        os.kill(_carrying(folder), signal.SIGKILL)
        while _booted(folder) < 2:
            assert process.poll() is None
        assert _get(url, "/sign-in")[0] == 200
        assert 'route="/sign-in",status="2xx"} 2' in _get(url, "/metrics")[1], "counted on in the same row"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0


def _knock_until_nobody_hears(url: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    while True:
        with suppress(ConnectionResetError):  # heard by one that ended in the same moment
            socket.create_connection((host, int(port)), timeout=PATIENCE).close()


def test_when_the_first_process_is_killed_the_others_leave_the_port(folder: Path) -> None:
    """Lost otherwise: the service could not be started again, or two versions would answer in turns."""
    with _served(folder, "--workers", "2", command="web") as (process, url):
        assert _get(url, "/healthz")[0] == 200
        process.kill()
        with pytest.raises(ConnectionRefusedError):
            _knock_until_nobody_hears(url)


def test_what_is_under_way_is_finished_before_the_end(folder: Path) -> None:
    """Lost otherwise: each new version would cut off somebody who has just pressed send."""
    body = b"account=ingen.alls&password=fel+helt+och+h%C3%A5llet"
    with _served(folder, "--workers", "1", command="web") as (process, url):
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=PATIENCE) as sent:
            sent.sendall(
                b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\nExpect: 100-continue\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
                % len(body)
            )
            assert sent.recv(100).startswith(b"HTTP/1.1 100 ")
            process.send_signal(signal.SIGTERM)
            sent.sendall(body)
            assert sent.recv(100).startswith(b"HTTP/1.1 422 ")
        assert process.wait(timeout=PATIENCE) == 0


def test_the_log_tells_requests_without_what_they_were_about(folder: Path) -> None:
    """Lost otherwise: whoever collects logs would read numbers, searches and what somebody typed."""
    with _served(folder, "--demo") as (process, url):
        _get(url, "/cases/2026-K7QM4TX?q=kanarie", Cookie="stegen=kanarie", User_Agent="kanarie", Referer="/kanarie")
        _get(url, "/kanarie-2026-K7QM4TX", X_Forwarded_For="kanarie")
        with socket.create_connection(tuple(url.removeprefix("http://").split(":")), timeout=PATIENCE) as spoilt:
            spoilt.sendall(b"GET /kanarie 2026-K7QM4TX HTTP/kanarie\r\n\r\n")
            assert spoilt.recv(100).startswith(b"HTTP/1.1 400 ")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0
    text = (folder / "log").read_text()
    assert "kanarie" not in text
    assert "K7QM4TX" not in text
    asked, unknown = [line for line in _log(folder) if line["from"] == "stegen.request"]
    assert (asked["method"], asked["route"], asked["status"], asked["function"]) == (
        "GET", "/cases/<case:number>", 303, "",
    )  # fmt: skip
    assert re.fullmatch("[0-9a-f]{12}", asked["request"])
    assert asked["ms"] > 0
    assert (unknown["route"], unknown["status"]) == ("(none)", 404)
