"""A routine's cells as text, one line each, so that a definition can be laid beside the tables of the routine.

`move -> stage | who may | if` ("clock" for what happens by itself, 0 for the routine's own end, "-" for no condition),
`move: what must be filled in`,
`date | length | start event | S or O | default | reminders`, `contribution | who owes it | length | reminders`.
Lengths: wd working days, cd calendar days; reminders in working days before (-) or after (+) the date.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from tests.workflows.routine_files import routines
from workflows.definition import ContributionRule, DeadlineRule, Definition, Move, Notch, Stage
from workflows.due import Rule

KINDS = ("deviation", "dispute", "systemic_issue")
UNITS = {"working": "wd", "calendar": "cd", "months": "months"}

Cells = dict[str, Any]


def definition(kind: str) -> Definition:
    return next(d for d in routines("vastra_gotaland").values() if d.kind == kind)


def cells(d: Definition) -> dict[str, Cells]:
    """Stage id -> its row: `whose` has the ball, `moves`, `inputs`, `dates` and what others owe (`owed`)."""
    return {stage.id: _row(d, stage) for stage in d.stages.values()}


def everywhere(d: Definition) -> list[str]:
    """Contributions that outlive every stage."""
    return sorted(_owed(rule) for rule in d.contributions.values() if "*" in rule.covers)


def _row(d: Definition, stage: Stage) -> Cells:
    rows = [move for move in d.from_stage[stage.code] if "*" not in move.sources]
    asked = (f"{m.code}: {' '.join(m.needs)}" for m in rows if m.needs and not m.automatic)
    return {
        "whose": stage.ball,
        "moves": list(dict.fromkeys(_way(d, m, stage) for m in rows)),
        "inputs": list(dict.fromkeys(asked)),
        "dates": [_date(d, rule) for rule in d.covering[stage.code]],
        "owed": [_owed(rule) for rule in d.contributions.values() if stage.code in rule.covers],
    }


def _way(d: Definition, move: Move, stage: Stage) -> str:
    """Where it leads, who may make it, and on what conditions."""
    goal = {"@same": stage.code, "@before": "before"}.get(move.to, move.to)
    found = d.stages.get(goal)
    ident = goal if found is None else "0" if found.status == "ended" else found.id
    conditions = " ".join(f"{name}:{arg}" if arg else name for name, arg in move.guards)
    return f"{move.code} -> {ident} | {' '.join(move.by)} | {conditions or '-'}"


def _date(d: Definition, rule: DeadlineRule) -> str:
    start = d.stages[rule.starts].id if rule.starts in d.stages else rule.starts
    since = f" ({rule.counts_from})" if rule.counts_from else ""
    source = "S" if rule.source.startswith("S ") else "O"
    steps = (f"{s.move} after {s.after}{' quiet' if s.quiet else ''}" for s in rule.defaults)
    urgent = f", urgent {length(rule.urgent)}" if rule.urgent is not None else ""
    return " | ".join((
        rule.code, length(rule.rule, rule.meeting_of) + urgent, start + since, source, "; ".join(steps) or "-",
        "; ".join(_reminders(rule.notches)) or "-",
    ))  # fmt: skip


def _owed(rule: ContributionRule) -> str:
    reminded = " ".join(_figure(notch.at) for notch in rule.notches) or "-"
    return f"{rule.code} | {rule.asks} | {length(rule.rule, 'lead')} | {reminded}"


def length(rule: Rule, of: str = "") -> str:
    """`60 cd`, `named`, `material of lowest within 20 wd, else 20 wd`."""
    if rule.unit in UNITS:
        awaited = f", or awaited within {rule.awaited} more" if rule.awaited is not None else ""
        return f"{rule.count} {UNITS[rule.unit]}{awaited}"
    if rule.unit == "fixed":
        return "named"
    near = f" within {rule.limit} {UNITS[rule.limit_unit]}" if rule.limit is not None else ""
    near += f" of {rule.limit_of}" if rule.limit_of else ""
    return f"{rule.at} of {of}{near}, else {length(rule.instead)}"


def _reminders(notches: Iterable[Notch]) -> Iterator[str]:
    """`-10 -2 ball`: the figures of each function."""
    figures: dict[str, list[int]] = {}
    for notch in notches:
        for role in notch.to:
            figures.setdefault(role, []).append(notch.at)
    for role, ats in figures.items():
        yield f"{' '.join(_figure(at) for at in sorted(ats))} {role}"


def _figure(at: int) -> str:
    return f"{at:+d}" if at else "0"
