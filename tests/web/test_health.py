"""What machines are told about how it stands: alive, ready, figures. Each fault says what to do; no case is in any."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from cases.clock.rounds import note_failure, note_round
from cases.record import Record
from cases.sight import Seer
from notifications.delivery import Letterhead, Unreachable
from notifications.duties import Duties
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.deviations import MAJA, arrived
from tests.record import MORNING
from tests.web.visitor import SECRET, Hands, Visitor, on_both
from web.app import create_app
from web.desk import Serving
from web.serving.tally import ELSEWHERE

WATCHED = ("/readyz", "/metrics")
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")


def _well(record: Record, clock: Hands) -> None:
    run_round(record, clock.now, LocalMailbox(Letterhead("http://localhost", "Stegen <stegen@localhost>")))
    note_round(record, "night", {"faults": 0, "heads": 0}, clock.now)


def _state(nobody: Visitor, check: str) -> tuple[int, str]:
    """The answer's status and the state of that check; a fault must say what to do."""
    answer = nobody.get("/readyz")
    told = json.loads(answer.text)["checks"][check]
    assert told["state"] == "ok" or len(told["do"]) > 10
    return answer.status_code, told["state"]


@on_both
def test_an_installation_that_is_well_is_ready(record: Record, nobody: Visitor, clock: Hands) -> None:
    """Lost otherwise: an alarm that always rings is turned off."""
    arrived(record)
    _well(record, clock)
    answer = nobody.get("/readyz")
    assert answer.status_code == 200
    assert json.loads(answer.text)["ready"] is True
    assert {told["state"] for told in json.loads(answer.text)["checks"].values()} == {"ok"}


@on_both
def test_a_clock_that_stands_still_is_a_fault_and_keeps_no_page_away(
    record: Record, nobody: Visitor, clock: Hands
) -> None:
    """Lost otherwise: no reminder leaves and nobody notices; or a balancer takes the pages away because of it."""
    assert _state(nobody, "clock") == (503, "fault"), "it has never run"
    _well(record, clock)
    clock.now += timedelta(minutes=10)
    assert _state(nobody, "clock") == (200, "ok")
    clock.now += timedelta(minutes=1)
    assert _state(nobody, "clock") == (503, "fault")
    assert nobody.get("/readyz?part=pages").status_code == 200
    assert nobody.get("/healthz").text == "ok\n"


def test_a_round_that_broke_off_is_for_somebody_to_see_to(record: Record, nobody: Visitor, clock: Hands) -> None:
    """Lost otherwise: what the round met would be known to the log alone. Its words may name a case, and stay there."""
    _well(record, clock)
    note_failure(record, "docket", "ValueError: 2026-K7QM4TX Anna Lind", clock.now)
    assert _state(nobody, "clock") == (200, "attention")
    assert "K7QM4TX" not in nobody.get("/readyz").text + nobody.get("/metrics").text


def test_a_record_that_is_not_whole_or_not_looked_at_is_a_fault(record: Record, nobody: Visitor, clock: Hands) -> None:
    """Lost otherwise: somebody has changed the history, and the only one who knows is a log file."""
    _well(record, clock)
    note_failure(record, "night", "1 fault(s), the first: …", clock.now)
    assert _state(nobody, "night") == (503, "fault")
    _well(record, clock)
    clock.now += timedelta(hours=37)
    assert _state(nobody, "night") == (503, "fault")


def test_a_beat_that_was_left_out_is_told_until_the_round_has_ended(
    record: Record, nobody: Visitor, clock: Hands, tmp_path: Path
) -> None:
    """Lost otherwise: a mail server that holds every round for minutes is known to a log file alone."""
    _well(record, clock)
    duties = Duties(record, LocalMailbox(Letterhead("http://localhost", "Stegen <stegen@localhost>")), tmp_path)
    clock.now += timedelta(minutes=2)
    duties.left_out(1, clock.now)
    assert _state(nobody, "clock") == (200, "ok"), "a night's watch may take longer"
    duties.left_out(0, clock.now)
    assert _state(nobody, "clock") == (200, "attention")
    assert "Beats are left out" in nobody.get("/readyz").text
    assert 'stegen_duty_broken{duty="docket"} 1' in nobody.get("/metrics").text
    duties.minute(clock.now)
    assert _state(nobody, "clock") == (200, "ok")
    assert 'stegen_duty_broken{duty="docket"} 0' in nobody.get("/metrics").text


class _Dead(LocalMailbox):
    """A mail server that does not answer."""

    def session(self):
        raise Unreachable("connection refused")


@on_both
def test_letters_that_wait_are_told_with_the_reason(record: Record, nobody: Visitor, clock: Hands) -> None:
    """Lost otherwise: reminders pile up for a day before a handler asks where they are."""
    arrived(record)
    _well(record, clock)
    clock.now = MORNING + timedelta(days=4)
    run_round(record, clock.now, _Dead(Letterhead("http://localhost", "Stegen <stegen@localhost>")))
    clock.now += timedelta(minutes=61)
    note_round(record, "docket", {}, clock.now)
    answer = nobody.get("/readyz")
    assert answer.status_code == 503
    assert json.loads(answer.text)["checks"]["letters"]["state"] == "fault"
    assert "the mail server does not take them" in json.loads(answer.text)["checks"]["letters"]["says"]
    assert "stegen_mail_server_away 1" in nobody.get("/metrics").text


@on_both
def test_a_parked_row_is_told_and_rings_no_alarm(record: Record, nobody: Visitor, clock: Hands) -> None:
    """Lost otherwise: one dead mail address would make the whole installation unready for weeks."""
    arrived(record)
    _well(record, clock)
    with record.database.write() as tx:
        tx.run("UPDATE docket SET status = 'parked', reason = 'refused' WHERE status = 'waiting'")
    assert _state(nobody, "parked") == (200, "attention")


@on_both
def test_a_database_of_another_form_is_told_with_both(record: Record, nobody: Visitor) -> None:
    """Lost otherwise: after a half-done upgrade pages fail one by one, each with a fault of its own."""
    with record.database.write() as tx:
        tx.run("UPDATE alembic_version SET version_num = '0001'")
    assert _state(nobody, "migration") == (503, "fault")
    assert nobody.get("/readyz?part=pages").status_code == 503
    assert 'stegen_ready{check="migration"} 0' in nobody.get("/metrics").text


def test_a_database_that_is_gone_is_told_without_its_address(record: Record, nobody: Visitor) -> None:
    """Lost otherwise: the answer would be a fault page, or would hold the database's password."""
    with record.database.write() as tx:
        tx.run("DROP TABLE round")
    answer = nobody.get("/readyz")
    assert answer.status_code == 503
    assert json.loads(answer.text)["checks"]["database"]["state"] == "fault"
    assert "round" not in json.loads(answer.text)["checks"]["database"]["do"]
    assert nobody.get("/metrics").status_code == 200


@pytest.mark.parametrize("path", WATCHED)
def test_the_world_is_not_told(record: Record, app: Flask, nobody: Visitor, path: str) -> None:
    """Lost otherwise: anybody could follow how much is reported, when nobody looks, and which version is open to
    what; also through a proxy on this very machine that nobody has told us about."""
    unknown = nobody.get("/nowhere")
    for environ in ({"REMOTE_ADDR": "203.0.113.9"}, {"REMOTE_ADDR": "::ffff:203.0.113.9"}, {"REMOTE_ADDR": ""}):
        answer = nobody.get(path, environ_overrides=environ)
        assert (answer.status_code, answer.text) == (404, unknown.text.replace("/nowhere", path)), environ
    for header in FORWARDED:
        assert nobody.get(path, headers={header: "127.0.0.1"}).status_code == 404, header
    assert nobody.get(path, environ_overrides={"REMOTE_ADDR": "::ffff:127.0.0.1"}).status_code != 404


def test_a_watcher_behind_our_proxy_is_let_in_by_its_own_address(record: Record, clock: Hands) -> None:
    """Lost otherwise: with a proxy either nobody could watch, or everybody."""
    serving = Serving("https://stegen.example.org", SECRET, proxies=("10.0.0.2/32",), watchers=("192.0.2.0/24",))
    visitor = Visitor(create_app(record, serving, clock, demo=False).test_client())

    def asked(forwarded: str) -> int:
        """By the proxy's own name for us, as scrapers do."""
        headers = {"X-Forwarded-For": forwarded, "Host": "10.0.0.7:5080"}
        return visitor.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": "10.0.0.2"}).status_code

    assert asked("192.0.2.7") == 200
    assert asked("203.0.113.9, 192.0.2.7") == 200
    assert asked("192.0.2.7, 203.0.113.9") == 404, "what stands left of the visitor was written by her"
    assert asked("") == 404


def test_figures_tell_routes_and_never_what_was_asked_for(
    app: Flask, record: Record, at: Callable[[Seer], Visitor], nobody: Visitor
) -> None:
    """Lost otherwise: numbers of cases would stand in a monitoring system, or anybody could fill it with names."""
    number, maja = arrived(record), at(MAJA)
    maja.get(f"/cases/{number}?q=kanarie")
    for name in ("kanarie-a", "kanarie-b"):
        maja.get(f"/{name}")
    text = maja.get("/metrics").text
    assert number not in text
    assert "kanarie" not in text
    assert 'stegen_http_requests_total{route="/cases/<case:number>",status="2xx"} 1' in text
    assert f'stegen_http_requests_total{{route="{ELSEWHERE}",status="4xx"}} 2' in text
    routes = {rule.rule for rule in app.url_map.iter_rules()} | {ELSEWHERE}
    named = {line.split('"')[1] for line in text.splitlines() if line.startswith("stegen_http")}
    assert named <= routes


def test_the_text_is_as_prometheus_reads_it(nobody: Visitor) -> None:
    """Lost otherwise: a monitoring system would refuse the page, and ring nowhere."""
    nobody.get("/healthz")
    answer = nobody.get("/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    declared, seen = "", set()
    for line in answer.text.splitlines():
        if line.startswith("# HELP "):
            declared = line.split()[2]
            assert declared not in seen, "each family stands together"
            seen.add(declared)
        elif not line.startswith("#"):
            name, value = line.partition("{")[0].split()[0], line.rsplit(" ", 1)[1]
            assert name.startswith(declared)
            assert float(value) >= 0
    buckets = [float(line.rsplit(" ", 1)[1]) for line in answer.text.splitlines() if "_bucket{" in line]
    assert buckets == sorted(buckets)
