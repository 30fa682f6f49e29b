"""A report by the unit's link or QR code, without an account: the same seven questions, and a receipt.

Whoever has the link reads nothing but the form: the operations that are offered come from the organisation, never from
what the unit has reported. Nothing that is typed is kept by the telephone or by us until it is sent: a ward's
telephone has many hands, so that there are no drafts here.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.contents.enclosures import PaperGone
from cases.contents.identifiers import Kind, find
from cases.reports.link_reports import count_file, count_report, count_step, report_by_link
from cases.reports.reporting import Follower
from cases.reports.unit_links import NoSuchLink, UnitLink, hash_of, opened
from cases.signing_in.guesses import TooManyTries
from web.desk import desk
from web.forms import form_key
from web.guard import Right, open_to
from web.reporting.beginning import NotTaken, handed_in
from web.reporting.report_form import ANSWER, KIND, Asker, errors_of, new_case, reviewed, shown, to_call
from web.reporting.report_papers import take_files
from web.signing_in.sign_in import address_here, retry_after
from web.words import words

Answer = Response | str | tuple[str, int] | tuple[str, int, Mapping[str, str]]

pages = Blueprint("unit_report", __name__, url_prefix="/r")


@pages.get("/<token>")
@open_to(Right.EVERYBODY)
def form(token: str) -> Answer:
    try:
        return shown(_asker(token, _link(token)), {}, form_key())
    except NoSuchLink:
        return gone()


@pages.post("/<token>")
@open_to(Right.EVERYBODY, files=True)
def take(token: str) -> Answer:
    """Look the report through, change it, search, or send it: the same words travel along, whatever stands in the
    way."""
    try:
        asker = _asker(token, _link(token))
    except NoSuchLink:
        return gone()
    typed = request.form.to_dict()
    key, step = typed.get("key") or form_key(), typed.get("step", "review")
    try:
        count_step(desk().record, token, address_here(), words().now)
    except TooManyTries as many:
        return _too_many(asker, typed, key, many)
    try:
        wrong = take_files(typed, lambda size: count_file(desk().record, token, address_here(), size, words().now))
    except TooManyTries as many:
        return _too_many(asker, typed, key, many, "files")
    if step in ("change", "search") and not wrong:
        return shown(asker, typed, key)
    errors = errors_of(asker, typed) | ({"files": wrong} if wrong else {})
    if step == "send" and not typed.get("key"):
        # Her own link is made of the form's key: without one, everybody's would be the same.
        errors[""] = [words().t("report.no_key")]
    if errors:
        return shown(asker, typed, key, errors), 422
    return _send(asker, token, typed, key) if step == "send" else reviewed(asker, typed, key)


def gone() -> tuple[str, int]:
    """The same for a link that was revoked and for one that never was, without a word of the address."""
    g.lost = True
    return render_template("link_gone.html"), 404


def _send(asker: Asker, token: str, typed: Mapping[str, str], key: str) -> Answer:
    at, w = desk(), words()
    try:
        count_report(at.record, token, address_here(), w.now)
    except TooManyTries as many:
        return _too_many(asker, typed, key, many)
    own, address = _own_token(token, key), letter_address(typed.get("reach_me", ""))
    follower = Follower(own, address, w.language)
    try:
        acted = handed_in(
            lambda: report_by_link(at.record, token, new_case(asker, typed), follower, w.now, key=key), key,
            {"happened": "when"},
        )  # fmt: skip
    except PaperGone:
        return shown(asker, typed, key, {"files": [w.t("report.file_gone")]}), 422
    except NoSuchLink:
        return gone()
    if isinstance(acted, NotTaken):
        return shown(asker, typed, acted.key, acted.errors), acted.status, acted.headers
    return _receipt(asker, typed, acted.number, own, address)


def _receipt(asker: Asker, typed: Mapping[str, str], number: str, own: str, address: str) -> str:
    """Shown as the answer to the form: the link in it is told here and never again."""
    definition = desk().record.library.in_force(KIND)
    promising = next((rule for rule in definition.deadlines.values() if ANSWER in rule.met_by), None)
    return render_template(
        "receipt.html", number=number, promised=None, inside="check", rule=promising.rule if promising else None,
        follow=f"{desk().serving.base_url}{url_for('follow.page', token=own)}", address=address,
        again=asker.action,
        calls=to_call(asker, typed, words()) if typed.get("risk_goes_on") == "yes" else (),
    )  # fmt: skip


def letter_address(reach_me: str) -> str:
    """The mail address in the answer to "how do we reach you", where there is exactly one."""
    found = [f for f in find(reach_me) if f.kind is Kind.MAIL and f.certain]
    return reach_me[found[0].start : found[0].end] if len(found) == 1 else ""


def _own_token(token: str, key: str) -> str:
    """The reporter's own link: made of our secret and her form, so that the same form sent twice gets the same one."""
    secret = desk().serving.secret_key.encode()
    return hmac.new(secret, f"follow/{hash_of(token)}/{key}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _too_many(asker: Asker, typed: Mapping[str, str], key: str, many: TooManyTries, what: str = "") -> Answer:
    """`what` "files": files are what is too many, so that the report can leave without them."""
    w = words()
    said = w.t("report.files_too_much", when=w.moment(many.until)) if what else _waiting(many)
    return shown(asker, typed, key, {what: [said]}), 429, retry_after(many.until)


def _waiting(many: TooManyTries) -> str:
    w = words()
    return w.t("report.too_many", minutes=max(1, -(-int((many.until - w.now).total_seconds()) // 60)))


def _link(token: str) -> UnitLink:
    return opened(desk().record, token, desk().clock())


def _asker(token: str, link: UnitLink) -> Asker:
    side = words().directory.world.org.sides[link.unit]
    return Asker(side, True, (), url_for("unit_report.take", token=token), signed_in=False)
