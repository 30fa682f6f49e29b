"""An act of administration in words: who was concerned, and what was set, in the reader's language and with her dates.

The log keeps codes and ISO dates, so that it says the same for ever; this says what they stand for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cases.organisation.administration import Administered
from web.desk import desk
from web.words import Words

ABOUT_PLACE = {
    "unit_ended": "unit", "unit_added": "unit", "forum_changed": "forum", "seat_given": "forum", "seat_ended": "forum",
    "meeting_added": "forum", "meeting_moved": "forum", "meeting_cancelled": "forum", "day_closed": "party",
}  # fmt: skip
"""Acts on a place -> what kind of place."""

PLACES = {"operation": "operation", "stand_in": "forum", "owner": "forum", "heir": "unit"}
"""Facts that name a place -> what kind of place."""

DAYS = frozenset(("since", "until", "day", "to"))
INVITATION = "invitation"


@dataclass(frozen=True, slots=True)
class Told:
    """One act as a page shows it; `facts` are (what, value)."""

    at: datetime
    who: str
    what: str
    about: str
    facts: tuple[tuple[str, str], ...]
    reason: str


def told(act: Administered, w: Words) -> Told:
    facts = ((w.t(f"administration.fact_{name}"), _value(name, str(value), w)) for name, value in act.facts.items())
    who = w.person(act.account) if act.account else w.t("administration.machine")
    return Told(act.at, who, w.t(f"administration.act_{act.act}"), _about(act, w), tuple(facts), act.reason)


def _about(act: Administered, w: Words) -> str:
    if act.act in ABOUT_PLACE:
        return w.place(f"{ABOUT_PLACE[act.act]}:{act.about}")
    if act.act.startswith("docket_"):
        return _of_the_docket(act.about, w)
    said: Mapping[str, Callable[[str], str]] = {
        "mailbox_set": w.post, "mailbox_removed": w.post, "cases_migrated": lambda key: _routine(key, w),
        "document_given": lambda code: w.directory.documents.get(code, code),
        "reads_reviewed": lambda name: _half(name, w),
    }  # fmt: skip
    return said.get(act.act, w.person)(act.about)


def _value(name: str, value: str, w: Words) -> str:
    if name in DAYS:
        return w.moment(datetime.fromisoformat(value)) if "T" in value else w.day(date.fromisoformat(value))
    if name in PLACES:
        return w.place(f"{PLACES[name]}:{value}")
    said: Mapping[str, Callable[[str], str]] = {
        "post": w.post, "substitute": w.person, "routine": lambda key: _routine(key, w),
        "state": lambda state: w.t(f"forums.state_{state}"), "side": lambda side: w.t(f"people.side_{side}"),
    }  # fmt: skip
    return said[name](value) if name in said else value


def _of_the_docket(key: str, w: Words) -> str:
    """`2026-K7QM4TX/answer#1/r1/-2/handler@unit:x`: the case and whom the letter is for; of an automatic step the
    case alone, of an invitation the person."""
    number, *parts = key.split("/")
    if number == INVITATION:
        return w.person("/".join(parts))
    return f"{number}, {w.post(parts[-1])}" if parts and "@" in parts[-1] else number


def _routine(key: str, w: Words) -> str:
    """`deviation.v1`: what it is called, and its version."""
    known = desk().record.library.definitions.get(key)
    if known is None:
        return key
    return f"{w.say(known.title)}, {w.t('administration.version', version=known.version)}"


def _half(name: str, w: Words) -> str:
    """`2026-1`: the first half of the year."""
    year, _, half = name.partition("-")
    return w.t(f"review.half_{half}", year=year)
