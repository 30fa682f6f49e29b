"""Do a routine's stages, deadlines and contributions name things that exist? Each open stage needs ball, task and date.

A deadline needs a clock, a start, stages that it covers, and defaults that the clock can take there; a contribution
somebody who is asked, a move that gives it, and one that asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable

from workflows.definition import ContributionRule, DeadlineRule
from workflows.definition_words import Checker, check_holder, check_role, check_source
from workflows.file_reading import FILE_READ, FILE_READY


def check_dates(c: Checker) -> None:
    d = c.definition
    for stage in d.stages.values():
        if stage.status != "ended":
            _stage(c, stage.code)
        if c.rungs and stage.rung not in ("", "forum", *c.rungs):
            known = ", ".join(sorted(c.rungs))
            text = f"{stage.rung!r} is no rung of this county; write one of {known}, or forum for that of its forum"
            c.fault(f"stages.{stage.code}.rung", text)
        if stage.until_done:
            _until_done(c, stage.code, stage.until_done)
    for deadline in d.deadlines.values():
        _deadline(c, deadline)
    for contribution in d.contributions.values():
        _contribution(c, contribution)
    for move in d.moves:
        if FILE_READ not in d.contributions and any(name == FILE_READY for name, _ in move.guards):
            c.fault(f"{move.place}.if", f"{FILE_READY} asks who has read the file; add [contributions.{FILE_READ}]")


def _stage(c: Checker, code: str) -> None:
    stage, place = c.definition.stages[code], f"stages.{code}"
    for key in ("ball", "task", "date"):
        if not getattr(stage, key).strip():
            c.fault(f"{place}.{key}", f"an open stage needs its {key}: no case may fall silent (law 1)")
    if stage.ball.strip():
        check_holder(c, f"{place}.ball", stage.ball)
    deadline = c.definition.deadlines.get(stage.date)
    if stage.date.strip() and deadline is None:
        c.fault(f"{place}.date", f"date names the unknown deadline {stage.date!r}; describe it in [deadlines.…]")
    elif deadline is not None and code not in deadline.covers:
        c.fault(f"{place}.date", f"its date {stage.date!r} does not cover this stage; add it to that deadline's covers")
    check_source(c, place, stage.source)


def _until_done(c: Checker, code: str, waits: str) -> None:
    """An end waits in a living stage of this routine, with the measure's own date and owner."""
    d, place = c.definition, f"stages.{code}.until_done"
    there = d.stages.get(waits)
    if d.stages[code].status != "ended":
        c.fault(place, "only an end waits for measures; take until_done away")
    elif there is None or there.status == "ended":
        c.fault(place, f"until_done names {waits!r}, which is no living stage; name the one where measures are watched")


def _deadline(c: Checker, rule: DeadlineRule) -> None:
    d, place = c.definition, f"deadlines.{rule.code}"
    if rule.clock not in ("raising", "receiving", "forum", "case"):
        c.fault(f"{place}.clock", "clock must be raising, receiving, forum or case")
    if rule.starts not in d.stages and rule.starts not in d.by_code:
        c.fault(f"{place}.starts", f"starts names neither a stage nor a move of this routine: {rule.starts!r}")
    elif not _starts_where_it_runs(c, rule):
        c.fault(
            f"{place}.starts", f"starts at {rule.starts!r}, which is not among covers: there it ends at once; add it"
        )
    if not rule.covers:
        c.fault(f"{place}.covers", "covers names no stage; it would never be kept")
    _known_stages(c, place, rule.covers)
    for key, codes in (("met_by", rule.met_by), ("missed_by", rule.missed_by)):
        for code in sorted(codes):
            if not any(rule.covers & set(m.sources) or "*" in m.sources for m in d.by_code.get(code, ())):
                c.fault(f"{place}.{key}", f"no move {code!r} is possible in the stages that it covers")
    _promised(c, rule)
    for name in (rule.given_by, rule.counts_from):
        if name and name not in d.inputs and name not in c.kept:
            key = "given_by" if name == rule.given_by else "counts_from"
            c.fault(f"{place}.{key}", f"{key} names {name!r}, which is neither an input nor remembered")
    if rule.rule.limit_of and (rule.rule.limit_of not in c.kept or rule.rule.limit_unit == "working"):
        c.fault(f"{place}.rule", f"of names {rule.rule.limit_of!r}; name a day that is remembered, and within in days")
    if rule.rule.unit == "fixed" and not rule.given_by:
        c.fault(f"{place}.rule", "a named date needs given_by, the input that carries it")
    if rule.rule.awaited is not None and not rule.given_by:
        c.fault(f"{place}.rule", "awaited needs given_by, the input that says when something is awaited")
    if rule.unless and (rule.unless not in d.deadlines or rule.unless == rule.code):
        c.fault(f"{place}.unless", f"unless names no other deadline of this routine: {rule.unless!r}")
    for default in rule.defaults:
        _default(c, rule, default.move)
    check_source(c, place, rule.source)
    _roles(c, f"{place}.remind", (role for n in rule.notches for role in n.to))


def _starts_where_it_runs(c: Checker, rule: DeadlineRule) -> bool:
    """Whether the case is in a covered stage once the date has started: the stage itself, or one that the move that
    starts it stays in or leads to."""
    d = c.definition
    if rule.starts in d.stages:
        return rule.starts in rule.covers or not rule.covers
    reached = {s for move in d.by_code[rule.starts] for s in (move.to, *(move.sources if move.to == "@same" else ()))}
    return bool(reached & {*rule.covers, "@before"}) or not rule.covers


def _promised(c: Checker, rule: DeadlineRule) -> None:
    """What is to be missed by a step of the clock is promised in `default_text`, and needs the step as its default."""
    taken = {default.move for default in rule.defaults}
    for code in sorted(rule.missed_by - taken):
        rows = [m for m in c.definition.by_code.get(code, ()) if rule.covers & set(m.sources)]
        if rows and all(move.automatic for move in rows):
            text = f"{code!r} is to miss it, and no default takes that step: default_text promises what never happens"
            c.fault(f"deadlines.{rule.code}.default", f'{text}; write default = [{{ move = "{code}" }}]')


def _default(c: Checker, rule: DeadlineRule, code: str) -> None:
    place = f"deadlines.{rule.code}.default"
    rows = [m for m in c.definition.by_code.get(code, ()) if m.automatic]
    if not rows:
        c.fault(place, f'its default {code!r} is no move of the clock; give a move do = "{code}" by = ["clock"]')
        return
    reach = {s for m in rows for s in m.sources}
    if "*" not in reach and not rule.covers <= reach:
        c.fault(place, f"its default {code!r} is not possible in {', '.join(sorted(rule.covers - reach))}")


def _known_stages(c: Checker, place: str, covers: Iterable[str]) -> None:
    for stage in sorted(set(covers) - c.definition.stages.keys()):
        c.fault(f"{place}.covers", f"covers the unknown stage {stage!r}")


def _contribution(c: Checker, rule: ContributionRule) -> None:
    d, place = c.definition, f"contributions.{rule.code}"
    check_role(c, f"{place}.asks", rule.asks)
    for code in sorted(rule.given_by - d.by_code.keys()):
        c.fault(f"{place}.given_by", f"given_by names the unknown move {code!r}")
    _known_stages(c, place, rule.covers - {"*", "open"})
    check_source(c, place, rule.source)
    _roles(c, f"{place}.remind", (role for n in rule.notches for role in n.to))
    if rule.code == FILE_READ:
        _file_read(c, rule, place)
        return
    if not rule.given_by:
        c.fault(f"{place}.given_by", "given_by names no move; nobody could give it")
    words = {w for m in d.moves for w, arg in m.then if arg.partition("=")[0] == rule.code}
    by_itself = rule.code == "other_arena" and any(w == "climb" for m in d.moves for w, _ in m.then)
    if not words & {"owe", "renew", "reword", "owe_urgent", "owe_until", "owe_before"} and not by_itself:
        c.fault(place, f'no move asks for it; write then = ["owe:{rule.code}"] where it is asked for')
    if not words & {"given", "all_given"}:
        c.fault(place, f'no move settles it; write then = ["given:{rule.code}"] where it is given')


def _file_read(c: Checker, rule: ContributionRule, place: str) -> None:
    """No move asks for it or gives it: a review of the forum file does, and reading it."""
    if rule.asks.partition(".")[0] != "both":
        c.fault(f"{place}.asks", "whichever side has not read the file is asked; write both.handler, both.chief, …")
    if rule.given_by:
        c.fault(f"{place}.given_by", "it is given by reading the file, which is no move; leave given_by out")


def _roles(c: Checker, place: str, roles: Iterable[str]) -> None:
    for role in roles:
        check_role(c, place, role)
