"""Figures for a monitoring system, in Prometheus' text format: the clock's standing, and requests by route.

Nothing is about any case: labels are names of our own routes, duties and checks, and numbers are counts and times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from cases.soundness.readiness import Readiness
from web.serving.tally import BOUNDS, STATUSES, Figures

TYPE = "text/plain; version=0.0.4; charset=utf-8"
Sample = tuple[Mapping[str, str], float]


def exposition(found: Readiness, figures: Sequence[Figures], now: datetime, version: str) -> str:
    """The whole text. Instants are seconds since 1970, as Prometheus has them."""
    lines = [*_of_the_record(found, now), *_of_requests(figures)]
    lines += _family("stegen_build_info", "gauge", "Which version answers.", [({"version": version}, 1)])
    return "\n".join(lines) + "\n"


def _of_the_record(found: Readiness, now: datetime) -> Iterator[str]:
    states = [({"check": check.name}, float(check.state != "fault")) for check in found.checks]
    yield from _family("stegen_ready", "gauge", "1 for each check of /readyz that is no fault.", states)
    if found.standing is None:
        return
    at, duties = found.standing, found.standing.duties
    rounds = [({"duty": duty.name}, duty.finished_at.timestamp()) for duty in duties if duty.finished_at is not None]
    broken = [({"duty": duty.name}, float(bool(duty.error))) for duty in duties]
    oldest = (now - at.oldest_due).total_seconds() if at.oldest_due is not None else 0.0
    yield from _family("stegen_duty_last_good_seconds", "gauge", "When a duty of the clock was last done well.", rounds)
    yield from _family("stegen_duty_broken", "gauge", "1 when a duty's last round broke off or is late.", broken)
    yield from _family("stegen_docket_due", "gauge", "Rows due and not done; stops at 1000.", [({}, at.due)])
    yield from _family("stegen_docket_oldest_due_seconds", "gauge", "How long the oldest has been due.", [({}, oldest)])
    yield from _family("stegen_docket_parked", "gauge", "Rows that wait for an operator.", [({}, at.parked)])
    heard = float(at.without_receiver)
    yield from _family("stegen_docket_without_receiver", "gauge", "Rows due that have nobody to go to.", [({}, heard)])
    away = float(at.outage is not None)
    yield from _family("stegen_mail_server_away", "gauge", "1 while the mail server takes no letters.", [({}, away)])


def _of_requests(figures: Sequence[Figures]) -> Iterator[str]:
    answers = [
        ({"route": one.route, "status": f"{status // 100}xx"}, float(count))
        for one in figures
        for status, count in zip(STATUSES, one.by_status, strict=True)
        if count
    ]
    yield from _family("stegen_http_requests_total", "counter", "Requests answered.", answers)
    if not figures:
        return
    name = "stegen_http_request_seconds"
    yield f"# HELP {name} How long answers took."
    yield f"# TYPE {name} histogram"
    for one in figures:
        for bound, count in zip([*map(str, BOUNDS), "+Inf"], one.within, strict=True):
            yield _line(f"{name}_bucket", {"route": one.route, "le": bound}, count)
        yield _line(f"{name}_sum", {"route": one.route}, one.seconds)
        yield _line(f"{name}_count", {"route": one.route}, one.within[-1])


def _family(name: str, kind: str, says: str, samples: Sequence[Sample]) -> Iterator[str]:
    if samples:
        yield f"# HELP {name} {says}"
        yield f"# TYPE {name} {kind}"
        yield from (_line(name, labels, value) for labels, value in samples)


def _line(name: str, labels: Mapping[str, str], value: float) -> str:
    inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    return f"{name}{{{inside}}} {value:.15g}" if inside else f"{name} {value:.15g}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
