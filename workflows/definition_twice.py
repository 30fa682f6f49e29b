"""Is anything said twice in a routine? A stage's id, a row of a move that another one always takes before it, a task,
a notch.

Nothing of it stops a case, and each is a slip: of two rows only the first is ever taken, of two stages that a list
calls alike nobody knows which is meant, of a task with two sets of words one stage is told the other's, and of two
reminders on the same day one is a letter too many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from workflows.definition import Move, Notch
from workflows.definition_words import Checker


def check_twice(c: Checker) -> None:
    _ids(c)
    _rows(c)
    _tasks(c)
    for section, rules in (("deadlines", c.definition.deadlines), ("contributions", c.definition.contributions)):
        for code, rule in rules.items():
            _notches(c, f"{section}.{code}.remind", rule.notches)


def _ids(c: Checker) -> None:
    stages = c.definition.stages.values()
    for number, times in Counter(stage.id for stage in stages).items():
        alike = [stage.code for stage in stages if stage.id == number]
        for code in alike[1:] if times > 1 else ():
            c.fault(f"stages.{code}.id", f"{number!r} is the id of {alike[0]!r} already; give this stage its own")


def _rows(c: Checker) -> None:
    """Rows of a move are tried in the file's order: one that asks no more than a later one is taken in its stead."""
    for rows in c.definition.by_code.values():
        for place, row in enumerate(rows):
            if any(_takes_all_of(earlier, row) for earlier in rows[:place]):
                text = f"a row of {row.code!r} above this one is always taken first; let one differ, or take it away"
                c.fault(f"{row.place}.do", text)


def _tasks(c: Checker) -> None:
    """What a move sets is told in its own words wherever a case stands: a stage with that task would lose its own."""
    for stage in c.definition.stages.values():
        if c.definition.tasks.get(stage.task, stage.task_text) != stage.task_text:
            text = f"{stage.task!r} has other words in [tasks], which would be told here; give this task its own code"
            c.fault(f"stages.{stage.code}.task", text)


def _takes_all_of(earlier: Move, later: Move) -> bool:
    """Whether whoever could take the later row, wherever and with whatever filled in, takes the earlier one."""
    return (
        ("*" in earlier.sources or {*later.sources} <= {*earlier.sources})
        and {*later.by} <= {*earlier.by}
        and {*earlier.guards} <= {*later.guards}
        and {*earlier.needs} <= {*later.needs}
        and {*later.needs, *later.may} <= {*earlier.needs, *earlier.may}
    )


def _notches(c: Checker, place: str, notches: Sequence[Notch]) -> None:
    told = Counter((role, notch.at) for notch in notches for role in notch.to)
    for (role, at), times in told.items():
        if times > 1:
            c.fault(place, f"{role} is reminded {times} times at {at:+d}; write that notch once")
