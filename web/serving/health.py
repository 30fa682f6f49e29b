"""How it stands, for machines that look: alive, ready, and figures. No case is in any of it."""

from __future__ import annotations

from importlib.metadata import version

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from cases.soundness.readiness import readiness, readiness_json
from web.desk import desk
from web.guard import Right, open_to
from web.serving.metrics import TYPE, exposition

PAGES = "pages"
UNREADY = 503

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@open_to(Right.EVERYBODY)
def alive() -> tuple[str, dict[str, str]]:
    """The process answers; whether the record and the clock are well is another question."""
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}


@pages.get("/readyz")
@open_to(Right.WATCHING)
def ready() -> tuple[Response, int]:
    """Every check with what to do, 503 when one of them is a fault. `?part=pages` asks for what pages need alone: a
    balancer that took machines away because letters are late would take the pages away too."""
    found = readiness(desk().record, desk().clock())
    found = found.of_the_pages() if request.args.get("part") == PAGES else found
    return jsonify(readiness_json(found)), 200 if found.ready else UNREADY


@pages.get("/metrics")
@open_to(Right.WATCHING)
def figures() -> tuple[str, dict[str, str]]:
    at = desk()
    now = at.clock()
    text = exposition(readiness(at.record, now), at.tally.figures(), now, version("stegen"))
    return text, {"Content-Type": TYPE}
