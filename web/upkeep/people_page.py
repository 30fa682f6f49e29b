"""People and what they may act as: accounts, functions from a day to a day, absences, and how an account is entered.

An administrator gives functions to others and never to herself; each of these acts stands in the log.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.clock.dead_addresses import DeadAddress, dead_addresses
from cases.organisation.leaders import Leaderless, left_without
from cases.organisation.people import (
    HELD_IN_FORUM,
    SIDES,
    PeopleFault,
    Person,
    account_meant,
    add_person,
    end_absence,
    end_holding,
    hold,
    people,
    person,
    set_address,
    set_disabled,
    sided,
    stand_in,
)
from cases.signing_in.authenticators import forget
from cases.signing_in.invitations import CannotInvite, invitation_of, invite, revoke
from web.choices import Group, Option
from web.desk import desk
from web.guard import Right, open_to
from web.signing_in.sign_in import Answer
from web.upkeep.administration import by_me
from web.words import words
from workflows.calendar import Language
from workflows.organisation import holder_of
from workflows.roles import COUNTY_FUNCTIONS, LEVEL
from workflows.texts import authority_of

MOST = 50
"""People on one page; a search finds the others."""

KINDS = ("unit", "operation", "authority", "party", "arena", "forum")

pages = Blueprint("people_page", __name__, url_prefix="/administration/people")


@pages.get("")
@open_to(Right.ADMINISTERING)
def page() -> str:
    return _list()


@pages.post("")
@open_to(Right.ADMINISTERING)
def add() -> Answer:
    typed = request.form.to_dict()
    language: Language = "en" if typed.get("speaks") == "en" else "sv"
    account = typed.get("new_account", "").strip()
    try:
        add_person(desk().record, account, typed.get("name", ""), typed.get("email", "").strip(), language, by=by_me())
    except PeopleFault as fault:
        return _list(wrong=_said(fault), typed=typed), 422
    return _back(account, "added")


@pages.get("/<account>")
@open_to(Right.ADMINISTERING)
def one(account: str) -> str:
    return _one(account)


@pages.post("/<account>/address")
@open_to(Right.ADMINISTERING)
def correct(account: str) -> Answer:
    """Where her letters go from now on."""
    typed = request.form.to_dict()
    email = typed.get("email", "").strip()
    return _done(account, "address", lambda: set_address(desk().record, account, email, by=by_me()), typed, "address")


@pages.post("/<account>/functions")
@open_to(Right.ADMINISTERING)
def give(account: str) -> Answer:
    """A function from a day, to a day or until further notice."""
    typed = request.form.to_dict()
    post, side = sided(f"{typed.get('function', '')}@{typed.get('where', '')}", typed.get("side", ""))

    def act() -> None:
        since, until = _day(typed.get("since", "")), _day(typed.get("until", ""))
        first = since or words().today
        hold(desk().record, account, post, first, until, side=side, acting=typed.get("acting") == "yes", by=by_me())

    return _done(account, "given", act, typed, "function")


@pages.post("/<account>/functions/end")
@open_to(Right.ADMINISTERING)
def end(account: str) -> Answer:
    """Its last day; where another forum then answers for one that nobody leads, that is looked at first."""
    typed = request.form.to_dict()
    post, side = sided(typed.get("post", "@"), typed.get("side", ""))
    left = _left_without(account, post, typed) if typed.get("step") != "do" else None
    if left is not None and left.stand_in:
        return render_template("people_end.html", account=account, left=left, typed=typed), 200

    def act() -> None:
        end_holding(desk().record, account, post, _day(typed.get("last", "")) or words().today, side=side, by=by_me())

    return _done(account, "ended", act, typed, "end")


def _left_without(account: str, post: str, typed: dict[str, str]) -> Leaderless | None:
    """The forum that nobody would lead; a day that cannot be read is told when the act is tried."""
    try:
        last = _day(typed.get("last", "")) or words().today
    except PeopleFault:
        return None
    with desk().record.database.read() as tx:
        return left_without(tx, account, post, last, words().today)


@pages.post("/<account>/absences")
@open_to(Right.ADMINISTERING)
def away(account: str) -> Answer:
    typed = request.form.to_dict()

    def act() -> None:
        since, until = _day(typed.get("since", "")), _day(typed.get("until", ""))
        if since is None or until is None:
            raise PeopleFault("write the first day and the last", "days")
        substitute = account_meant(desk().record, typed.get("substitute", ""))
        stand_in(desk().record, account, since, until, substitute=substitute, by=by_me())

    return _done(account, "away", act, typed, "absence")


@pages.post("/<account>/absences/end")
@open_to(Right.ADMINISTERING)
def back(account: str) -> Answer:
    today = words().today
    since = _day(request.form.get("since", "")) or today
    return _done(account, "back", lambda: end_absence(desk().record, account, since, today, by=by_me()), {}, "absence")


@pages.post("/<account>/entry")
@open_to(Right.ADMINISTERING)
def entry(account: str) -> Answer:
    """How the account is entered: invited, its invitation taken back, a lost telephone forgotten, closed, opened."""
    record, by, asked = desk().record, by_me(request.form.get("reason", "")[:500]), request.form.get("do", "")
    acts: dict[str, Callable[[], object]] = {
        "invite": lambda: invite(record, account, by.at, by=by),
        "revoke": lambda: revoke(record, account, by=by),
        "reset": lambda: forget(record, account, by=by),
        "close": lambda: set_disabled(record, account, True, by=by),
        "open": lambda: set_disabled(record, account, False, by=by),
    }
    if asked not in acts:
        abort(400)
    return _done(account, asked, acts[asked], {}, "entry")


def _done(account: str, done: str, act: Callable[[], object], typed: dict[str, str], form: str) -> Answer:
    """Do it and show the person anew; or show, at that form, why not, with all that was typed."""
    _known(account)
    try:
        act()
    except PeopleFault as fault:
        return _one(account, wrong=_said(fault), typed=typed, form=form), 422
    except CannotInvite:
        return _one(account, wrong=words().t("people.fault_closed"), form=form), 422
    return _back(account, done)


def _back(account: str, done: str) -> Response:
    return redirect(url_for("people_page.one", account=account, done=done), 303)


def _list(wrong: str = "", typed: dict[str, str] | None = None) -> str:
    asked = request.args.get("q", "").strip()[:100]
    found = people(desk().record, asked)
    return render_template(
        "people.html", asked=asked, found=found[:MOST], more=len(found) > MOST, wrong=wrong, typed=typed or {}
    )


def _one(account: str, wrong: str = "", typed: dict[str, str] | None = None, form: str = "") -> str:
    _known(account)
    at, w = desk(), words()
    done, known = request.args.get("done", ""), person(at.record, account)
    return render_template(
        "people_one.html", person=known, dead=_dead(known), unconnected=_unconnected(known),
        invitation=invitation_of(at.record, account),
        done=done if w.knows(f"people.done_{done}") else "", wrong=wrong, typed=typed or {}, form=form,
        functions=_functions(), places=_places(), sides=[Option(side, w.t(f"people.side_{side}")) for side in SIDES],
    )  # fmt: skip


def _dead(known: Person) -> DeadAddress | None:
    """Her address, where it takes no letters."""
    with desk().record.database.read() as tx:
        return next((one for one in dead_addresses(tx) if one.account == known.account), None)


def _unconnected(known: Person) -> frozenset[str]:
    """The posts of hers that are at a party which is entered as not connected."""
    org = words().directory.world.org
    parties = {side.authority: side.party for side in org.sides.values()}
    return frozenset(
        held.post for held in known.holdings
        if parties.get(authority_of(holder_of(held.post), org)) in org.unconnected
    )  # fmt: skip


def _known(account: str) -> None:
    if not account.isprintable():  # a NUL in the path; PostgreSQL cannot be asked for one
        abort(404)
    try:
        person(desk().record, account)
    except PeopleFault:
        abort(404)


def _functions() -> list[Group]:
    w = words()
    kinds = (
        ("people.in_party", LEVEL.keys()),
        ("people.in_forum", HELD_IN_FORUM),
        ("people.in_county", COUNTY_FUNCTIONS),
    )
    return [
        Group(w.t(name), tuple(sorted((Option(code, w.function(code)) for code in codes), key=lambda o: o.label)))
        for name, codes in kinds
    ]


def _places() -> list[Group]:
    """Every place of the county, by kind."""
    w = words()
    county = Group("", (Option("county", w.place("county")),))
    named = sorted(w.directory.names.items(), key=lambda item: item[1])
    groups = [
        Group(w.t(f"people.kind_{kind}"), tuple(Option(key, name) for key, name in named if key.startswith(f"{kind}:")))
        for kind in KINDS
    ]
    return [county, *groups]


def _day(text: str) -> date | None:
    """None for an empty one. Raises PeopleFault."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise PeopleFault(f"{text} is no day; write it as 2026-04-16", "day") from error


def _said(fault: PeopleFault) -> str:
    return words().t(f"people.fault_{fault.code}")
