"""The administrator's first page: how it stands, what the installation is set to, what was done. No case is in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, render_template, request

from cases.organisation.administration import By, acts
from cases.soundness.readiness import readiness
from web.desk import desk
from web.guard import Right, here, open_to
from web.words import words

AT_ONCE = 50
"""Acts on one page of the log."""

pages = Blueprint("administration", __name__, url_prefix="/administration")


@pages.get("")
@open_to(Right.ADMINISTERING)
def page() -> str:
    at = desk()
    return render_template("administration.html", found=readiness(at.record, at.clock()), contact=at.serving.contact)


@pages.get("/settings")
@open_to(Right.ADMINISTERING)
def settings() -> str:
    return render_template("administration_settings.html", told=desk().settings_told())


@pages.get("/log")
@open_to(Right.ADMINISTERING)
def log() -> str:
    """The newest acts before `before`, an instant of the page before; of its own newest ones without it."""
    return log_page("administration_log.html", "administration.log")


def log_page(template: str, endpoint: str) -> str:
    """Shared with the auditor, who reads the same log from a page of her own."""
    found = acts(desk().record, _before(), AT_ONCE + 1)
    further = found[AT_ONCE - 1].at.isoformat() if len(found) > AT_ONCE else ""
    return render_template(template, acts=[_told(act) for act in found[:AT_ONCE]], further=further, endpoint=endpoint)


def by_me(reason: str = "") -> By:
    """Whoever is at the page, now."""
    return By(here().account, desk().clock(), reason)


def _before() -> datetime:
    """An instant that was tampered with, or that lies before or after all time in UTC, is no place: the first page."""
    try:
        asked = datetime.fromisoformat(request.args.get("before", ""))
        return asked.astimezone(UTC) if asked.tzinfo is not None else asked.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return datetime.max.replace(tzinfo=UTC)


def _told(act: Any) -> dict[str, Any]:
    w = words()
    facts = [(w.t(f"administration.fact_{name}"), _spoken(name, value)) for name, value in act.facts.items()]
    who = w.person(act.account) if act.account else w.t("administration.machine")
    about = w.post(act.about) if act.act.startswith("mailbox_") else w.person(act.about)
    about = w.directory.documents.get(act.about, about) if act.act == "document_given" else about
    return {"at": act.at, "who": who, "what": w.t(f"administration.act_{act.act}"), "about": about,
            "facts": facts, "reason": act.reason}  # fmt: skip


def _spoken(name: str, value: Any) -> str:
    w = words()
    if name == "post":
        return w.post(str(value))
    if name == "until" and "T" in str(value):
        return w.moment(datetime.fromisoformat(value))
    if name in ("operation", "stand_in", "owner"):
        return w.place(f"{name if name == 'operation' else 'forum'}:{value}")
    if name == "state":
        return w.t(f"forums.state_{value}")
    if name == "heir":
        return w.place(f"unit:{value}")
    return w.person(str(value)) if name == "substitute" else str(value)
