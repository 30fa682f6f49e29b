"""The application: every page with its guard, its errors and its words, put together for one record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g, url_for

from cases.organisation.directory import Directories
from cases.record import Record
from web import accessibility, home, language, mailbox, reminders, search_page, sieve, worklist
from web.case import (
    case_page,
    case_papers,
    case_print,
    closing_notes,
    file_page,
    hand_over,
    lift,
    moves,
    notes,
    own_record,
    patient,
)
from web.desk import EXTENSION, Clock, Desk, Serving
from web.errors import set_errors
from web.guard import Right, open_to, set_guard
from web.paths import CaseNumber
from web.paths import here as this_page
from web.reporting import dispute, follow, received_report, report, unit_link, unit_report
from web.reporting.on_call import dialled
from web.serving import health
from web.serving.proxy import Doorstep
from web.serving.request_log import set_request_log
from web.serving.tally import Tally
from web.signing_in import account, functions, invitation, kept, provider, second_step, sign_in
from web.signing_in.identity_provider import IdentityProvider
from web.texts import FILE, Texts, closed
from web.upkeep import (
    administration,
    days_page,
    docket_page,
    documents_page,
    forums_page,
    glass_page,
    mailboxes_page,
    people_page,
    read_log_page,
    routines_page,
    units_page,
)
from web.uploads import FormRequest
from web.words import words
from workflows.drawing import draw

ROOM = Path(__file__).parent
LARGEST_FORM = 2_000_000
"""Bytes of one request: the longest text a routine takes is far below, and papers have their own limit."""
MOST_FIELDS = 500
A_YEAR = 365 * 24 * 3600


ROOMS = (
    health, home, language, accessibility, sign_in, second_step, provider, functions, invitation, account, reminders,
    kept, report, received_report, unit_report, follow, unit_link, dispute, worklist, sieve, hand_over, search_page,
    case_page, moves, lift, file_page, notes, case_papers, case_print, patient, own_record, closing_notes,
    administration, people_page, mailboxes_page, units_page, forums_page, documents_page, days_page, docket_page,
    routines_page, glass_page, read_log_page, mailbox,
)  # fmt: skip


def create_app(
    record: Record, serving: Serving, clock: Clock, *, demo: bool, identity_provider: IdentityProvider | None = None,
    processes: int = 1, settings_told: Callable[[], Sequence[Any]] = tuple, telephones: Clock | None = None,
) -> Flask:  # fmt: skip
    """The pages of one record. `clock` answers the present instant; `demo` adds ready sign-ins and the mailbox;
    `processes` is how many will share this application's figures; `settings_told` tells what is set, without secrets.
    `telephones` is the clock that authenticators go by, where `clock` is another than theirs.

    Raises UndeclaredRight when a route does not say who may open it.
    """
    app = _pages(serving, demo=demo)
    tally = Tally(sorted({rule.rule for rule in app.url_map.iter_rules()}), processes)
    desk = Desk(
        record, serving, clock, telephones or clock, Directories(record), Texts(FILE), demo, tally, settings_told,
        identity_provider,
    )  # fmt: skip
    app.extensions[EXTENSION] = desk
    return app


def _pages(serving: Serving, *, demo: bool) -> Flask:
    """All that does not depend on the record: routes, templates, guard and errors. Raises UndeclaredRight."""
    app = Flask("web", root_path=str(ROOM))
    app.request_class = FormRequest
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=MOST_FIELDS,
        TRUSTED_HOSTS=serving.hosts,
        SEND_FILE_MAX_AGE_DEFAULT=A_YEAR,
    )
    app.url_map.converters["case"] = CaseNumber
    open_to(Right.EVERYBODY)(app.view_functions["static"])
    for room in ROOMS:
        app.register_blueprint(room.pages)
    _set_templates(app, demo)
    app.jinja_env.globals["training"] = serving.training
    set_request_log(app)
    set_errors(app)
    set_guard(app)
    app.wsgi_app = Doorstep(app.wsgi_app, serving.proxies, serving.base_url)  # type: ignore[method-assign]
    return app


def _set_templates(app: Flask, demo: bool) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(asset=_asset, this_page=this_page, demo=demo, has_list=home.has_list)
    app.jinja_env.globals.update(reports_as=report.may_report)
    app.jinja_env.globals.update(drafts_here=report.drafts_here, keeps_links=unit_link.keeps_links, drawn=draw)
    app.jinja_env.globals.update(enters_reports=received_report.enters_reports)
    app.jinja_env.filters.update(closed=closed, dialled=dialled)

    @app.context_processor
    def at_hand() -> dict[str, object]:
        w = words()
        return {"w": w, "t": w.t, "me": g.get("here")}


def _asset(name: str) -> str:
    """The address of a file of ours; it changes with its content, so that browsers may keep it."""
    return url_for("static", filename=name, v=_fingerprint(name))


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256((ROOM / "static" / name).read_bytes()).hexdigest()[:12]
