"""A line in the log for each request: which page, what came of it, how long, in which function. Nothing of any case.

The page is named by its route, `/cases/<case:number>`, never by its address: no number, query, body or name is in it.
"""

from __future__ import annotations

import logging
import secrets
import time
from typing import Any

from flask import Flask, Response, g, request

from cases.sight import function_name
from web.desk import desk
from web.serving.tally import ELSEWHERE

log = logging.getLogger("stegen.request")

QUIET = ("health.alive", "health.ready", "health.figures", "static")
"""Asked for every few seconds, or with each page: they are counted, and stand in no line unless they go wrong."""


def set_request_log(app: Flask) -> None:
    """Give each request an id and a stopwatch, and one line when it is answered."""
    app.before_request(_begun)
    app.after_request(_answered)


def request_id() -> str:
    """The id of this request, which a page of a fault shows and the log repeats."""
    found: str = g.setdefault("request_id", _new_id())
    return found


def route() -> str:
    """This request's page as the application knows it; what no route answers has one name for all."""
    return request.url_rule.rule if request.url_rule is not None else ELSEWHERE


def _begun() -> None:
    g.request_id, g.begun = _new_id(), time.monotonic()


def _new_id() -> str:
    return secrets.token_hex(6)


def _answered(answer: Response) -> Response:
    seconds = time.monotonic() - g.begun if "begun" in g else 0.0
    desk().tally.count(route(), answer.status_code, seconds)
    if request.endpoint not in QUIET or answer.status_code >= 500:
        log.info("request", extra={"fields": _fields(answer, seconds)})
    return answer


def _fields(answer: Response, seconds: float) -> dict[str, Any]:
    here = g.get("here")
    return {
        "request": request_id(), "method": _method(), "route": route(), "status": answer.status_code,
        "ms": round(seconds * 1000, 1), "function": function_name(here.post) if here is not None and here.post else "",
    }  # fmt: skip


def _method() -> str:
    return request.method if request.method in ("GET", "HEAD", "POST", "OPTIONS") else "other"
