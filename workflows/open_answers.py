"""Which answers lead anywhere, of a question whose answer decides the way: only those are offered.

Where another is given all the same, by a program or on a page from before, it is refused with what stands in its way
alone, and with the move that can be made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from workflows.against import ELSEWHERE, closed, door_of, lasting
from workflows.attempt import Attempt
from workflows.definition import Input, Move
from workflows.nouns import Door, Refusal, altered
from workflows.reasons import Fault, reason_of

DECIDES = "answer_is"
"""The guard by which a row is taken with some answers and not with others."""


def offered(rule: Input, rows: Iterable[Move]) -> Input:
    """The question with the answers that some of these rows takes."""
    asking = [row for row in rows if rule.code in (*row.needs, *row.may)]
    left = tuple(option for option in rule.options if any(takes(row, rule, option[0]) for row in asking))
    return altered(rule, options=left) if len(left) < len(rule.options) else rule


def takes(row: Move, rule: Input, option: str) -> bool:
    """Whether a row may be taken with that answer: alone, or beside another that it goes with."""
    for not_these, named in _asked_for(row, rule):
        alone = option in named
        beside = rule.type == "choices" and any(rule.apart((option, other)) is None for other in named)
        if alone if not_these else not (alone or beside):
            return False
    return True


def names(row: Move, rule: Input, option: str) -> bool:
    """Whether that answer is one by which this very row is taken."""
    return any(option in named for not_these, named in _asked_for(row, rule) if not not_these)


def answered_in_vain(attempt: Attempt, rows: Sequence[Move]) -> Refusal | None:
    """The refusal of a move with an answer that none of its rows takes here; None where each is taken by some row, or
    where no row is open to the actor whatever she answers."""
    bare = attempt.bare(attempt.command.move)
    here = [row for row in rows if not closed(bare, row)]
    for rule, chosen in _answers(attempt) if here else ():
        option = next((o for o in chosen if not any(takes(row, rule, o) for row in here)), "")
        way = _way_to(bare, rule, option) if option else None
        if option:
            faults = _in_its_way(bare, rows, rule, option, anywhere=way is None)
        elif any(names(row, rule, o) for row in here for o in chosen) or not _decides(here, rule):
            continue
        else:
            faults = (_none_alone(attempt, rule),)
        door = next((f.door for f in faults if f.door), None) or way or door_of(here[0])
        reasons = tuple(reason_of(attempt.definition, fault, attempt.world.org) for fault in faults)
        return Refusal(attempt.command.move, reasons, door)
    return None


def _answers(attempt: Attempt) -> Iterator[tuple[Input, tuple[str, ...]]]:
    """Each question with options that was answered, with those of them that were chosen."""
    inputs = attempt.definition.inputs
    for rule in (inputs[code] for code in attempt.inputs if code in inputs and inputs[code].options):
        chosen = tuple(option for option in _options(attempt.given(rule.code)) if option in dict(rule.options))
        if chosen and (len(chosen) == 1 or rule.apart(chosen) is None):
            yield rule, chosen


def _none_alone(attempt: Attempt, rule: Input) -> Fault:
    """What was chosen goes along with other answers and leads nowhere by itself: in words of its own where the routine
    has them."""
    words = f"alone_{rule.code}"
    known = words in attempt.definition.reasons
    return Fault(f"choice_{rule.code}", field=rule.code, words=words if known else "")


def _in_its_way(
    bare: Attempt, rows: Sequence[Move], rule: Input, option: str, *, anywhere: bool
) -> tuple[Fault, ...]:  # fmt: skip
    """Why an answer leads nowhere: what stands against the nearest row that it names, here or else in any stage; else
    that it is none of this kind of case."""
    against = [closed(bare, row) for row in rows if names(row, rule, option)]
    if anywhere:
        others = (row for row in bare.definition.moves if row not in rows and names(row, rule, option))
        against += [tuple(lasting(bare, row)) for row in others]
    meant = (faults for faults in against if faults and not any(f.code in ELSEWHERE for f in faults))
    return min(meant, key=len, default=(Fault(f"choice_{rule.code}", field=rule.code),))


def _way_to(bare: Attempt, rule: Input, option: str) -> Door | None:
    """A move that is open to the actor and leads to where that answer can be given."""
    stages = bare.definition.from_stage
    for move in stages.get(bare.cover.stage, ()):
        there = (row for row in stages.get(move.to, ()) if names(row, rule, option))
        if move.automatic or not any(not tuple(lasting(bare, row)) for row in there):
            continue
        if not closed(bare.bare(move.code), move):
            return door_of(move)
    return None


def _decides(rows: Iterable[Move], rule: Input) -> bool:
    """Whether each of these rows is taken with some answers to that question and not with others."""
    return all(any(not not_these for not_these, _ in _asked_for(row, rule)) for row in rows)


def _options(value: object) -> tuple[str, ...]:
    """What was chosen, whatever a program may have sent in its place."""
    several = (value,) if isinstance(value, str) else value if isinstance(value, (list, tuple)) else ()
    return tuple(option for option in several if isinstance(option, str))


def _asked_for(row: Move, rule: Input) -> Iterator[tuple[bool, frozenset[str]]]:
    """What a row asks of that answer: (none of these, or one of them; the options)."""
    for name, arg in row.guards:
        code, _, named = arg.lstrip("!").partition("=")
        if name == DECIDES and code == rule.code:
            yield arg.startswith("!"), frozenset(named.split("|"))
