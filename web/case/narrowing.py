"""What a move leaves of a field's choices: those that its own guards would let through, the likely ones first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from web.case.opened import Opened
from web.choices import Group, Option
from web.fields import Field
from workflows.crossing import other_arenas
from workflows.ladder import beside, refused_target
from workflows.organisation import Forum
from workflows.returning import below

TRANSFERS = "transfer"
"""The move that brings a case to the forum of another arena, on the same rung."""

REFERS = "refer"
"""The move that sends a question to a group beside the ladder, or to whoever stands in for it."""


def narrowed(case: Opened, move: str, shown: Sequence[Field]) -> Iterator[Field]:
    """The same fields, with what the move's guards refuse left out of their choices."""
    guards = {guard for row in case.rows(move) for guard in row.guards}
    for field in shown:
        if ("below_forum", field.code) in guards:
            lower = below(case.view.cover, case.w.directory.world.org, case.w.today)
            kept = (Group(g.name, tuple(o for o in g.options if o.value in lower)) for g in field.groups)
            yield replace(field, groups=tuple(group for group in kept if group.options))
        elif ("same_party", field.code) in guards and case.view.cover.receiving is not None:
            here = case.view.cover.receiving.operation
            kept = (Group(g.name, tuple(o for o in g.options if o.value != here)) for g in field.groups)
            yield replace(field, groups=tuple(group for group in kept if group.options))
        elif move == REFERS and ("living_group", field.code) in guards:
            yield replace(field, groups=tuple(group for group in _groups(case) if group.options))
        elif move == TRANSFERS and field.kind == "forum":
            yield replace(field, groups=tuple(_arenas(case)))
        else:
            yield field


def within_reach(case: Opened, shown: Sequence[Field]) -> Iterator[Field]:
    """The same fields of a lift, which lands where law 3 says: nothing is asked where that is one place. Where it is
    one in each of two arenas they are named; whoever wants to go further up reads why not yet, and the way."""
    there = landing(case)
    for field in shown:
        if field.kind != "forum":
            yield field
        elif len(there) > 1:
            lands = case.w.t("form.lands", forums=case.w.together([case.w.place(f"forum:{code}") for code in there]))
            later = Group(case.w.t("form.later"), tuple(_named(case, forum) for forum in _above(case)))
            yield replace(field, groups=(later,), help=lands, blank=case.w.t("form.by_routine"))


def landing(case: Opened) -> tuple[str, ...]:
    """Where a lift from here would come to."""
    return tuple(f for rung in case.said.rungs if rung.state == "next" for f in rung.forums)


def _above(case: Opened) -> Iterator[Forum]:
    """The county's own forums above the step that comes next."""
    org, rungs = case.w.directory.world.org, case.said.rungs
    place = next(n for n, rung in enumerate(rungs) if rung.state == "next")
    for rung in rungs[place + 1 :]:
        yield from (f for f in org.on_rung(rung.code) if not f.arena and f.inside(case.w.today))


def _arenas(case: Opened) -> Iterator[Group]:
    """Forums on the same rung in other arenas where an operation of the case sits, arena by arena."""
    cover = case.view.cover
    there = other_arenas(case.w.directory.world.org, cover.forums, cover.concerned, case.w.today)
    for arena in dict.fromkeys(forum.arena for forum in there):
        alike = tuple(_named(case, forum) for forum in there if forum.arena == arena)
        yield Group(case.w.place(f"arena:{arena}") if arena else "", alike)


def _groups(case: Opened) -> Iterator[Group]:
    """Groups beside the ladder and those that may stand in for them; never a step of the ladder else. A group that
    is paused or has ended says so, and comes last."""
    org, today = case.w.directory.world.org, case.w.today
    arena = case.view.cover.raising.arena
    order = {rung: place for place, rung in enumerate(org.ladder)}
    near = sorted(org.forums.values(), key=lambda f: (f.arena != arena, order.get(f.rung, 0), f.name))
    others = [f for f in near if f.code != case.view.cover.forum]
    groups = [f for f in others if f.rung not in order]
    resting = [f for f in groups if refused_target(org, f.code, today)]
    standing_in = [f for f in others if f.rung in order and f.living(today)]
    open_to = [f for f in standing_in if beside(org, f, case.view.cover.rung, today)]
    yield Group(case.w.t("form.beside"), tuple(_named(case, f) for f in groups if f not in resting))
    yield Group(case.w.t("form.stand_ins"), tuple(_named(case, f) for f in open_to))
    yield Group(case.w.t("form.resting"), tuple(_resting(case, f) for f in resting))


def _named(case: Opened, forum: Forum) -> Option:
    return Option(forum.code, case.w.place(f"forum:{forum.code}"))


def _resting(case: Opened, forum: Forum) -> Option:
    """A group that can receive nothing: why, and who does instead."""
    state = case.w.t("form.group_paused") if forum.paused(case.w.today) else case.w.t("form.group_ended")
    said = {"forum": case.w.place(f"forum:{forum.code}"), "state": state}
    if not forum.stand_in:
        return Option(forum.code, case.w.t("form.group_idle", **said))
    return Option(forum.code, case.w.t("form.group_rests", **said, stand_in=case.w.place(f"forum:{forum.stand_in}")))
