"""What a field lets one choose among: places and functions of the county and of this case, in groups with names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from web.words import Words
from workflows.definition import UNKNOWN, Input
from workflows.nouns import Cover
from workflows.organisation import Agreement, Side, post
from workflows.passing_on import takers
from workflows.returning import OF_A_FORUM as OF_A_LOWER_FORUM
from workflows.returning import earlier
from workflows.roles import LEVEL, at_side

OF_A_SIDE = ("handler", "unit_manager", "chief", "contact_person")
OF_A_FORUM = ("process_leader", "chair", "vice_chair", "secretary", "preparer.municipal", "preparer.regional")


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Group:
    """Options that belong together; a group without a name stands by itself."""

    name: str
    options: tuple[Option, ...]


class Choices:
    """The choices of one form. `arena` puts nearby operations first; `cover` is the case, None before there is one."""

    def __init__(self, w: Words, arena: str, cover: Cover | None = None) -> None:
        self.w = w
        self.arena = arena
        self.cover = cover

    def of(self, rule: Input) -> Iterator[Group]:
        """The groups for a field; none for what is typed freely."""
        if rule.unknown is not None:
            yield Group("", (Option(UNKNOWN, self.w.say(rule.unknown)),))
        known: dict[str, Callable[[], Iterator[Group]]] = {
            "unit": self._units, "operation": self._operations, "forum": self._forums, "post": self._posts,
            "lower_post": self._lower, "own_post": self._takers, "measures": self._promising, "clause": self._clauses,
            "yes_no": self._yes_no,
        }  # fmt: skip
        if rule.type in ("choice", "choices"):
            yield Group("", tuple(Option(code, self.w.say(text)) for code, text in rule.options))
        elif rule.type in known:
            yield from known[rule.type]()

    def _yes_no(self) -> Iterator[Group]:
        yield Group("", (Option("yes", self.w.t("form.yes")), Option("no", self.w.t("form.no"))))

    def _operations(self) -> Iterator[Group]:
        org = self.w.directory.world.org
        near = [o for o in self.w.directory.on_call if org.arena_of(o) == self.arena]
        far = [o for o in self.w.directory.on_call if o not in near]
        if near:
            yield Group(self.w.t("form.near"), tuple(self._place("operation", o) for o in near))
        yield Group(self.w.t("form.elsewhere") if near else "", tuple(self._place("operation", o) for o in far))

    def counterparts(self, party: str) -> Iterator[Group]:
        """Every unit that is not `party`'s, by operation, nearby ones first; an operation as a whole where nobody knows
        which of its units it is (its code begins with `operation:`)."""
        org = self.w.directory.world.org
        others = [o for o in self.w.directory.on_call if self.w.directory.party_of(o) != party]
        for operation in sorted(others, key=lambda o: org.arena_of(o) != self.arena):
            name = self.w.place(f"operation:{operation}")
            whole = Option(f"operation:{operation}", self.w.t("form.whole_operation", name=name))
            units = (self._place("unit", code) for code in self.w.directory.units.get(operation, ()))
            yield Group(name, (whole, *units))

    def _units(self) -> Iterator[Group]:
        """Units of the operation that has the case, else of all that are concerned."""
        cover = self.cover
        wanted = [cover.receiving.operation] if cover is not None and cover.receiving is not None else []
        for operation in wanted or (cover.concerned if cover is not None else ()):
            units = self.w.directory.units.get(operation, ())
            yield Group(self.w.place(f"operation:{operation}"), tuple(self._place("unit", u) for u in units))

    def _forums(self) -> Iterator[Group]:
        org = self.w.directory.world.org
        named = {code: sv if self.w.language == "sv" else en for code, sv, en in self.w.directory.rungs}
        rungs = [*org.ladder, *sorted({f.rung for f in org.forums.values()} - set(org.ladder))]
        for rung in rungs:
            forums = sorted(org.on_rung(rung), key=lambda f: (f.arena != self.arena, f.name))
            if forums:
                options = tuple(self._place("forum", f.code) for f in forums)
                yield Group(named.get(rung, self.w.t("form.beside")), options)

    def _posts(self) -> Iterator[Group]:
        """Functions at the places of this case, the receiving side first."""
        cover = self.cover
        if cover is None:
            return
        for side in (cover.receiving, cover.raising):
            if side is not None:
                yield Group(self.w.place(side.holder("operation")), tuple(self._of_side(side)))
        for code in cover.forums:
            yield Group(self.w.place(f"forum:{code}"), tuple(self._post(post(f, f"forum:{code}")) for f in OF_A_FORUM))

    def _promising(self) -> Iterator[Group]:
        """Functions of the receiving side, which answers: it promises nothing on the other's behalf (law 7)."""
        side = self.cover.receiving if self.cover is not None else None
        if side is not None:
            yield Group("", tuple(self._of_side(side)))

    def _lower(self) -> Iterator[Group]:
        """Functions of the steps below: those of the case's own places, and of the forums that have had it."""
        yield from self._posts()
        org = self.w.directory.world.org
        for forum in earlier(self.cover, org) if self.cover is not None else ():
            yield Group(forum.name, tuple(self._post(post(f, f"forum:{forum.code}")) for f in OF_A_LOWER_FORUM))

    def _takers(self) -> Iterator[Group]:
        """Functions of the side that has the case, but for the one that has it."""
        if self.cover is not None:
            found = takers(self.cover, self.w.directory.world.org)
            yield Group("", tuple(self._post(key) for key in found if key != self.cover.ball))

    def _of_side(self, side: Side) -> Iterator[Option]:
        """Where its unit is not known, nobody can hold a unit's function yet."""
        there = (function for function in OF_A_SIDE if side.unit or LEVEL[function] != "unit")
        yield from (self._post(key) for key in dict.fromkeys(at_side(function, side) for function in there))

    def _clauses(self) -> Iterator[Group]:
        """Documents as they were in force on the day of the event, whole or by section."""
        directory = self.w.directory
        for code, name in directory.documents.items():
            agreement: Agreement | None = directory.world.org.agreements.get(code)
            version = agreement.version_on(self._event_day()) if agreement is not None else None
            if version is None:
                continue
            titles = directory.sections.get((code, version), {})
            sections = (Option(f"{code}/{number}", f"{number} {title}") for number, title in titles.items())
            yield Group(name, (Option(code, self.w.t("form.whole_document", name=name)), *sections))

    def _event_day(self) -> date:
        cover = self.cover
        return self.w.today if cover is None else cover.event_date or cover.opened

    def _place(self, kind: str, code: str) -> Option:
        return Option(code, self.w.place(f"{kind}:{code}"))

    def _post(self, key: str) -> Option:
        return Option(key, self.w.post(key))
