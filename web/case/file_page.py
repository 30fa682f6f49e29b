"""The forum file: written anew beside the original, looked through for what points out a person, read by both sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.contents.forum_files import MayPointOut, clear_finding, findings, read_file, review, write_revision
from cases.contents.kept_in_clear import BadText
from cases.contents.side_views import FIELDS, SIGNED, since_split, standing_in
from cases.whose_view import OWN_VIEW, VIEWS, side_of, side_then
from web.case.case_dates import reading_owed, reading_told
from web.case.lift import original
from web.case.opened import Opened, open_case
from web.desk import desk
from web.errors import why_not_kept
from web.guard import Right, here, open_to
from web.said import Said, texts_of, view_of
from web.words import words

AROUND = 30
"""Characters of a text shown on each side of a finding."""

pages = Blueprint("file_page", __name__, url_prefix="/cases/<case:number>/file")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the file that may point out a person. `key` names it without telling a row's number."""

    key: str
    field: str
    kind: str
    before: str
    found: str
    after: str
    certain: bool


@pages.get("")
@open_to(Right.ACTING)
def page(number: str) -> str:
    return show(open_case(number))


def show(case: Opened, typed: Mapping[str, str] | None = None, wrong: str = "") -> str:
    compartments = sorted(c for c in case.view.compartments if c.startswith("file:"))
    if not case.side and not compartments:
        abort(404)
    words_now, file = _newest(case), case.view.file
    before_split = file is not None and file.before_split(case.view.cover)
    labels = {name: view_of(case, name) or case.w.t(f"file.{name}") for name in FIELDS}
    sent = [(case.w.place(f"forum:{c.partition(':')[2]}"), _said(case, c), _unread(case, c)) for c in compartments]
    return render_template(
        "file.html", case=case, own=bool(case.side), fields=labels, wrong=wrong,
        texts=_protocol(case) | ({} if before_split else words_now) | dict(typed or {}), theirs=_theirs(case),
        original=tuple(original(case)) if case.side else (), places=_places(case) if case.side else (),
        file=file, before_split=before_split, newest=words_now, sent=[one for one in sent if one[1]],
        waited=reading_told(case, file.revision) if file and not before_split else "",
        waited_for=reading_owed(case, file.revision) if file else None,
        folded=bool(file and file.reviewed and not before_split and typed is None and not wrong),
        has_read=bool(file and case.side in file.read_by),
    )  # fmt: skip


@pages.post("")
@open_to(Right.ACTING, refills=True)
def write(number: str) -> Response | tuple[str, int] | str:
    case, typed = open_case(number), request.form.to_dict()
    if typed.get("step") == "change":
        return show(case, typed)
    own = (name for name in FIELDS if name != _theirs(case) and typed.get(name, "").strip())
    texts = {name: typed[name].replace("\r\n", "\n") for name in own}
    try:
        write_revision(desk().record, here().seer, number, texts, words().now)
    except BadText as error:
        return show(case, typed, why_not_kept(error, case.w.t("file.needs"))), 422
    return _back(number)


@pages.post("/review")
@open_to(Right.ACTING)
def look_through(number: str) -> Response | tuple[str, int]:
    case = open_case(number)
    try:
        review(desk().record, here().seer, number, _revision(), case.w.now)
    except MayPointOut:
        return show(case, wrong=case.w.t("file.clear_first")), 422
    return _back(number)


@pages.post("/read")
@open_to(Right.ACTING)
def have_read(number: str) -> Response:
    read_file(desk().record, here().seer, number, _revision(), words().now)
    return _back(number)


@pages.post("/clear")
@open_to(Right.ACTING)
def clear(number: str) -> Response | tuple[str, int]:
    """Somebody has looked: this place points out nobody, and says why."""
    case, at = open_case(number), desk()
    open_now = findings(at.record, here().seer, number, case.w.now)
    wanted = next((i for i, field, _, start, _, _ in open_now if f"{field}/{start}" == request.form.get("place")), None)
    if wanted is None:
        return _back(number)
    try:
        clear_finding(at.record, here().seer, number, wanted, request.form.get("reason", ""), case.w.now)
    except BadText as error:
        return show(case, wrong=why_not_kept(error, case.w.t("file.why_cleared"))), 422
    return _back(number)


def _theirs(case: Opened) -> str:
    """The question that the other side alone answers."""
    return next((name for name, whose in VIEWS.items() if case.side and whose != case.side), "")


def _revision() -> int:
    text = request.form.get("revision", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def _back(number: str) -> Response:
    return redirect(url_for("file_page.page", number=number), 303)


def _newest(case: Opened) -> dict[str, str]:
    """The words of the newest revision as it would leave, by field: without the view of a party that the case has
    left."""
    lines = case.lines("shared", "file")
    if not lines:
        return {}
    texts = standing_in(case.view.lines, lines[-1].texts, case.view.cover, case.said.world.org)
    return {name: str(text) for name, text in texts.items() if name in FIELDS}


def _protocol(case: Opened) -> dict[str, str]:
    """Each side's view as it wrote it in the protocol, to begin the file with."""
    found: dict[str, str] = {}
    cover, org = case.view.cover, case.said.world.org
    for line in since_split(case.view.lines):
        if line.code != SIGNED:
            continue
        side = side_of(line.actor, cover, org)
        if OWN_VIEW in line.texts and side_then(side, cover, case.view.lines, line, org) == getattr(cover, side):
            found |= {name: str(line.texts[OWN_VIEW]) for name, whose in VIEWS.items() if whose == side}
    return found


def _said(case: Opened, compartment: str) -> tuple[Said, ...]:
    lines = case.lines(compartment, "file")
    return tuple(texts_of(case, lines[-1])) if lines else ()


def _unread(case: Opened, compartment: str) -> str:
    """That the newest revision there came without having been read in time by one side; "" for one that was read."""
    lines = case.lines(compartment, "file")
    return reading_told(case, lines[-1].outcome.get("revision", 0)) if lines else ""


def _places(case: Opened) -> tuple[Place, ...]:
    if not case.view.findings:
        return ()
    texts, found = _newest(case), []
    for _, field, kind, start, end, certain in findings(desk().record, here().seer, case.number, case.w.now):
        text = texts.get(field, "")
        before, after = _around(text, start, end)
        found.append(Place(f"{field}/{start}", field, kind, before, text[start:end], after, certain))
    return tuple(found)


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before a finding and after it, cut between words and marked where it is cut."""
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    if start > AROUND:
        before = "…" + (before.partition(" ")[2] or before)
    if end + AROUND < len(text):
        after = (after.rpartition(" ")[0] or after) + "…"
    return before, after
