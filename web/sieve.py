"""The work list's filter: what its address asks for, the choices it offers, and the same filter kept under a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from cases.lists.saved_filters import FilterRefused, SavedFilter, forget_filter, save_filter, saved_filters
from cases.lists.worklist import MINE, TABS, Sieve
from web.choices import Group, Option
from web.desk import desk
from web.guard import Right, here, open_to
from web.words import Words, words

pages = Blueprint("sieve", __name__, url_prefix="/cases/filters")

ASKED = ("kind", "rung", "stage", "operation", "document")
SHOWN = (*TABS[:1], MINE, *TABS[1:])
"""The tabs in the order of the page."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A filtered list as its address asks for it."""

    tab: str
    sieve: Sieve

    @property
    def listed(self) -> str:
        """The tab of the record that is read: `mine` is a part of what awaits."""
        return TABS[0] if self.tab == MINE else self.tab

    @property
    def filled(self) -> dict[str, str]:
        """The filter's own part of the address."""
        typed = {name: value for name, value in asdict(self.sieve).items() if name in ASKED and value}
        return typed | ({"late": "yes"} if self.sieve.late else {})

    @property
    def query(self) -> str:
        return urlencode({"tab": self.tab, **self.filled})


def asked_for(given: MultiDict[str, str], w: Words, post: str) -> Asked:
    """What an address asks for; one that names what the county does not have is no page."""
    tab = given.get("tab", TABS[0])
    chosen = {name: given.get(name, "") for name in ASKED}
    known = {field.code: {o.value for g in field.groups for o in g.options} for field in fields(w, {})}
    if tab not in SHOWN or any(value and value not in known[name] for name, value in chosen.items()):
        abort(404)
    return Asked(tab, Sieve(**chosen, late=given.get("late") == "yes", mine=post if tab == MINE else ""))


@dataclass(frozen=True, slots=True)
class SieveField:
    code: str
    label: str
    value: str
    groups: tuple[Group, ...]


def fields(w: Words, chosen: Mapping[str, str]) -> tuple[SieveField, ...]:
    """The filter's questions with what is chosen."""
    routines = {d.kind: d for d in desk().record.library.definitions.values()}
    kinds = tuple(Option(kind, w.say(d.title)) for kind, d in routines.items())
    rungs = tuple(Option(code, sv if w.language == "sv" else en) for code, sv, en in w.directory.rungs)
    places = tuple(Option(code, w.place(f"operation:{code}")) for code in w.directory.on_call)
    papers = tuple(Option(code, name) for code, name in w.directory.documents.items())
    groups = {
        "kind": (Group("", kinds),), "rung": (Group("", rungs),), "stage": tuple(_stages(w)),
        "operation": (Group("", places),), "document": (Group("", papers),),
    }  # fmt: skip
    return tuple(SieveField(code, w.t(f"list.by_{code}"), chosen.get(code, ""), groups[code]) for code in ASKED)


def _stages(w: Words) -> Iterator[Group]:
    """By routine; a stage that several share stands once, with the first."""
    told: set[str] = set()
    for definition in desk().record.library.definitions.values():
        new = [code for code in definition.stages if code not in told]
        told.update(new)
        options = tuple(Option(code, w.say(definition.stages[code].title)) for code in new)
        if options:
            yield Group(w.say(definition.title), options)


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept filter as a link."""

    name: str
    href: str
    here: bool


def kept(asked: Asked) -> tuple[Kept, ...]:
    found: tuple[SavedFilter, ...] = saved_filters(desk().record, here().account)
    base = url_for("worklist.page")
    return tuple(Kept(one.name, f"{base}?{one.query}", one.query == asked.query) for one in found)


@pages.post("/save")
@open_to(Right.ACTING)
def save() -> Response:
    """Keep the list as it is filtered now. What cannot be kept comes back to the list, which says what to do."""
    w = words()
    asked = asked_for(request.form, w, here().post)
    try:
        save_filter(desk().record, here().account, request.form.get("name", ""), asked.query, w.now)
    except FilterRefused:
        return redirect(f"{url_for('worklist.page')}?{asked.query}&unsaved=yes#keep", 303)
    return redirect(f"{url_for('worklist.page')}?{asked.query}", 303)


@pages.post("/forget")
@open_to(Right.ACTING)
def forget() -> Response:
    forget_filter(desk().record, here().account, request.form.get("name", ""))
    return redirect(url_for("worklist.page"), 303)
