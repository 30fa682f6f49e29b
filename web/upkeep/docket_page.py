"""What the clock has put aside: tried again, or dropped, with a reason; what waits, and which letters left lately.
Number, kind and date of what was put aside, nothing of the case; of all others not even the number."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for

from cases.clock.docket import listing
from cases.clock.docket_acts import RowFault, drop, retry
from cases.clock.docket_pages import NoSuchPlace, sent_letters, tally, waiting_rows
from cases.clock.receivers import NOBODY
from web.desk import desk
from web.guard import Right, here, open_to
from web.signing_in.sign_in import Answer
from web.words import words

MOST = 50
"""Rows on one page of what is put aside; those behind them come when these are dealt with."""

pages = Blueprint("docket_page", __name__, url_prefix="/administration/docket")


@pages.get("")
@open_to(Right.ADMINISTERING)
def page() -> str:
    return _page()


@pages.get("/waiting")
@open_to(Right.ADMINISTERING)
def waiting() -> str:
    with desk().record.database.read() as tx:
        counted = tally(tx, words().now)
        try:
            rows, further = waiting_rows(tx, request.args.get("after", ""))
        except NoSuchPlace:
            abort(404)
    return render_template("docket_waiting.html", rows=rows, further=further, tally=counted, nobody=NOBODY)


@pages.get("/sent")
@open_to(Right.ADMINISTERING)
def sent() -> str:
    with desk().record.database.read() as tx:
        counted = tally(tx, words().now)
        try:
            letters, further = sent_letters(tx, request.args.get("before", ""))
        except NoSuchPlace:
            abort(404)
    return render_template("docket_sent.html", letters=letters, further=further, tally=counted)


@pages.post("")
@open_to(Right.ADMINISTERING)
def act() -> Answer:
    at, typed = desk(), request.form.to_dict()
    row, reason, w = typed.get("row", ""), typed.get("reason", "").strip(), words()
    if not reason:
        return _page(w.t("parked.why"), typed), 422
    try:
        (drop if typed.get("do") == "drop" else retry)(at.record, here().account, row, reason, w.now)
    except RowFault:
        return _page(w.t("parked.not_now"), typed), 422
    return redirect(url_for("docket_page.page", done=1), 303)


def _page(wrong: str = "", typed: dict[str, str] | None = None) -> str:
    with desk().record.database.read() as tx:
        rows, counted = listing(tx, status="parked", limit=MOST), tally(tx, words().now)
    return render_template(
        "parked.html", rows=rows, wrong=wrong, typed=typed or {}, done=bool(request.args.get("done")), most=MOST,
        tally=counted,
    )  # fmt: skip
