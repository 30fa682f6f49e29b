"""The administrator's first page: how it stands, what the installation is set to, what was done. No case is in it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, render_template, request

from cases.clock.dead_addresses import DeadAddress, dead_addresses, functions_behind
from cases.organisation.administration import By, acts
from cases.soundness.readiness import readiness
from web.desk import desk
from web.guard import Right, here, open_to
from web.upkeep.acts_told import told
from web.words import words

AT_ONCE = 50
"""Acts on one page of the log."""
MOST_DEAD = 20
"""Dead addresses that the first page names; those behind them come when these are corrected."""

pages = Blueprint("administration", __name__, url_prefix="/administration")


@pages.get("")
@open_to(Right.ADMINISTERING)
def page() -> str:
    at = desk()
    found = readiness(at.record, at.clock())
    dead, behind = _dead_addresses() if found.standing is not None else ((), {})
    return render_template(
        "administration.html", found=found, contact=at.serving.contact, dead=dead[:MOST_DEAD], behind=behind,
        dead_in_all=len(dead),
    )  # fmt: skip


def _dead_addresses() -> tuple[tuple[DeadAddress, ...], dict[str, tuple[str, ...]]]:
    """All that take no letters, and the functions whose letters go to them."""
    with desk().record.database.read() as tx:
        dead = dead_addresses(tx)
        return dead, functions_behind(tx, dead, words().today)


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
    found, w = acts(desk().record, _before(), AT_ONCE + 1), words()
    further = found[AT_ONCE - 1].at.isoformat() if len(found) > AT_ONCE else ""
    return render_template(template, acts=[told(act, w) for act in found[:AT_ONCE]], further=further, endpoint=endpoint)


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
