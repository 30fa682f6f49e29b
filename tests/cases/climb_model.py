"""How a dispute may climb, told a second time by hand: rungs and stages of routine.md, table F, nothing of the engine.

Home care in Mölndal against the hospital: NOSAM Mölndal → LGS → VVG → SRO → the principals. The hospital's chief is
LGS' chair, so there the substitute of the same side sits in the presidium.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from cases.sight import Seer
from tests.cases.deviations import HELENA, KATARINA, MAJA, OSKAR

YVONNE = Seer("yvonne.sandin", "chief@operation:vo-molndal")
RAGNAR = Seer("ragnar.ekelund", "chief@operation:su")


@dataclass(frozen=True)
class Seats:
    """Who sits where in one forum; `barred` may not take part in this case."""

    forum: str
    rung: str
    leader: Seer
    chair: Seer
    vice: Seer
    secretary: Seer
    preparers: tuple[Seer, ...]
    barred: Seer | None = None


def _seat(forum: str, function: str, account: str) -> Seer:
    return Seer(account, f"{function}@forum:{forum}")


LADDER = (
    Seats("nosam-molndal", "nosam", _seat("nosam-molndal", "process_leader", "stina.ekelof"),
          _seat("nosam-molndal", "chair", "ingalill.skold"), _seat("nosam-molndal", "vice_chair", "leif.tengvall"),
          _seat("nosam-molndal", "secretary", "erik.wedin"),
          (_seat("nosam-molndal", "preparer.municipal", "petra.holmkvist"),
           _seat("nosam-molndal", "preparer.regional", "mattias.pettersson"))),
    Seats("lgs", "delregional", _seat("lgs", "process_leader", "ellinor.ravn"),
          _seat("lgs", "substitute.regional", "viktor.thunell"), _seat("lgs", "vice_chair", "britt.marie.gren"),
          _seat("lgs", "secretary", "hedda.svedberg"),
          (_seat("lgs", "preparer.municipal", "jenny.bogren"), _seat("lgs", "preparer.regional", "camilla.gronvall")),
          barred=_seat("lgs", "chair", "ragnar.ekelund")),
    Seats("vvg", "vvg", _seat("vvg", "process_leader", "ellinor.ravn"), _seat("vvg", "chair", "ewa.cronholm"),
          _seat("vvg", "vice_chair", "sten.alvemark"), _seat("vvg", "secretary", "sven.fernlund"),
          (_seat("vvg", "preparer.municipal", "rasmus.frisk"), _seat("vvg", "preparer.regional", "sofia.ljunghede"))),
    Seats("sro", "sro", _seat("sro", "process_leader", "birger.malmros"),
          _seat("sro", "chair", "gudrun.pahlsson.lund"), _seat("sro", "vice_chair", "holger.backvall"),
          _seat("sro", "secretary", "ivar.westling"),
          (_seat("sro", "preparer.municipal", "leila.fernlund"), _seat("sro", "preparer.regional", "ester.akerblad"))),
)  # fmt: skip

RAISING = (MAJA, HELENA, YVONNE)
DECIDING = (HELENA, KATARINA, YVONNE, RAGNAR)
"""Managers and chiefs of both sides: they lift."""

OPEN = ("forum_received", "forum_prepared", "forum_meeting", "forum_between")


@dataclass(frozen=True)
class Climb:
    """Where the dispute is, and what its forum still waits for."""

    step: int = 0
    stage: str = "forum_received"
    before: str = ""
    grounds: frozenset[tuple[int, str]] = frozenset()
    carried: frozenset[int] = frozenset()
    """The steps whose forum has carried the case over."""
    proposal: Seer | None = None
    text_owed: Seer | None = None
    """The one of chair and vice chair who did not write the answer: both approve its text (F5)."""
    word_owed: bool = False
    said: bool = False
    page_owed: Seer | None = None
    """The preparer who is to read what the other has written."""
    ball: Seer | None = None
    """Who has the ball in the preparation; None where the model does not say."""
    returned_to: str = ""
    """The function that a return has named: of a party, or of a forum below that has had the case."""

    @property
    def seats(self) -> Seats:
        return LADDER[self.step]

    @property
    def is_last(self) -> bool:
        return self.step == len(LADDER) - 1


@dataclass(frozen=True)
class Try:
    """Somebody tries something."""

    seer: Seer
    move: str
    inputs: tuple[tuple[str, Any], ...] = ()


def tries(today: date) -> list[Try]:
    """Everything that anybody might try at any rung, sensible or not."""
    return [Try(seer, move, tuple(inputs.items())) for seer in EVERYBODY for move, inputs in _inputs(today)]


EVERYBODY = (
    MAJA, HELENA, YVONNE, OSKAR, KATARINA, RAGNAR,
    *(s for seats in LADDER for s in (seats.leader, seats.chair, seats.vice, seats.secretary, *seats.preparers)),
    *(seats.barred for seats in LADDER if seats.barred),
)  # fmt: skip


def _inputs(today: date) -> Iterator[tuple[str, dict[str, Any]]]:
    later = today + timedelta(days=40)
    answer = {"answer_text": "Så här läser vi avtalet.", "rests_on": "Avtalet, avsnitt 4.4"}
    for move in ("acknowledge", "agenda", "approve", "deliver", "done", "confirm"):
        yield move, {}
    yield "prepare", {"page": "En sida."}
    for position in ("opinion", "notes", "forwards", "hands_over"):
        yield "take_position", {"position": position} | answer
    for position in ("opinion", "notes"):
        yield "decide_presidium", {"position": position} | answer
    yield "decide_chair", {"position": "opinion"} | answer
    yield "carry_over", {"forum_reason": "Vi hann inte"}
    yield "forward", {"forum_reason": "Frågan är länets"}
    for ground in ("not_tried_locally", "incomplete"):
        for post in (HELENA.post, LADDER[0].leader.post, LADDER[1].leader.post):
            yield "return", {"ground": ground, "forum_reason": "Pröva", "returned_to": post, "return_task": "Tala",
                             "return_by": later}  # fmt: skip
    yield "park", {"waits_for": "Yttrande", "wait_open": "forum", "until": later}
    yield "wake", {"forum_reason": "Nu"}
    yield "escalate", {"reason": "Vi behöver ett svar"}
    yield "escalate", {"reason": "Direkt till toppen", "forum": "sro"}
    yield "done", {"done_text": "Vi har talat"}
    yield "done", {"lower_word": "De har talat"}
    yield "done", {"reason": "Beslutat"}
    yield "accept", {"reason": "Löst"}
    yield "close", {"reason": "Nämnden", "decision_by": later}
    # A case of a forum's, or of the raising side's, is never handed over to the other party.
    yield "hand_over", {"handed_to": KATARINA.post, "handed_why": "Ledighet"}


def after(c: Climb, t: Try) -> Climb | None:
    """The state after the attempt, or None when the routine refuses it."""
    rule = RULES.get((c.stage, t.move))
    return rule(c, t, dict(t.inputs)) if rule else None


def _presidium(c: Climb, seer: Seer) -> bool:
    return seer in (c.seats.chair, c.seats.vice)


def _up(c: Climb) -> Climb | None:
    """The next forum, where everything begins anew; never two at once, and nowhere above the last."""
    return None if c.is_last else Climb(step=c.step + 1, grounds=c.grounds, carried=c.carried)


def _acknowledge(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    if t.seer != c.seats.leader:
        return None
    return replace(c, stage="forum_prepared", page_owed=None, ball=c.seats.preparers[0])


def _prepare(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    """Either side writes, and the other is to read; the process leader has the ball."""
    if t.seer not in c.seats.preparers:
        return None
    first, second = c.seats.preparers
    return replace(c, page_owed=second if t.seer == first else first, ball=c.seats.leader)


def _read_page(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    return replace(c, page_owed=None) if t.seer == c.page_owed else None


def _forward(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    return _up(c) if _presidium(c, t.seer) else None


def _take_position(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    if not _presidium(c, t.seer):
        return None
    position = given["position"]
    if position == "opinion" or (position == "hands_over" and c.is_last):
        other = c.seats.vice if t.seer == c.seats.chair else c.seats.chair
        return replace(c, stage="answer_out", proposal=None, text_owed=other)
    return _up(c) if position in ("forwards", "hands_over") else None


def _carry_over(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    """Once in each forum. Who leads a concerned operation may still say that there was no time."""
    chairs = (c.seats.leader, c.seats.chair, *((c.seats.barred,) if c.seats.barred else ()))
    allowed = t.seer in chairs and c.step not in c.carried
    return replace(c, carried=c.carried | {c.step}) if allowed else None


def _propose(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    return replace(c, proposal=t.seer) if _presidium(c, t.seer) and given["position"] == "opinion" else None


def _adopt(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    """The one of the two who did not propose it; so both have approved the text already."""
    if c.proposal is None or not _presidium(c, t.seer) or t.seer == c.proposal:
        return None
    return replace(c, stage="answer_out", proposal=None)


def _to_meeting(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    allowed = t.seer == c.seats.leader or _presidium(c, t.seer)
    return replace(c, stage="forum_meeting", proposal=None) if allowed else None


def _approve_text(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    return replace(c, text_owed=None) if t.seer == c.text_owed else None


def _deliver(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    allowed = t.seer in (c.seats.secretary, c.seats.leader) and not c.text_owed
    return replace(c, stage="word", word_owed=True) if allowed else None


def _said(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    if t.seer not in RAISING or given:
        return None
    return replace(c, said=True) if c.word_owed else replace(c, stage="ended")


def _confirmed(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    if t.seer != KATARINA or not c.word_owed:
        return None
    return replace(c, stage="ended") if c.said else replace(c, word_owed=False)


def _lift(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    if t.seer not in DECIDING:
        return None
    if c.is_last:
        return None if "forum" in given else replace(c, stage="ended")
    skips = given.get("forum") == "sro" and LADDER[c.step + 1].forum != "sro"
    return None if skips else _up(c)


def _close(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    return replace(c, stage="own_decision") if t.seer in DECIDING else None


def _decided(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    return replace(c, stage="ended") if t.seer in DECIDING and given.keys() == {"reason"} else None


def _return(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    ground = (c.step, given["ground"])
    if t.seer not in (c.seats.leader, c.seats.chair, c.seats.vice) or ground in c.grounds:
        return None
    named = given["returned_to"]
    below = [HELENA.post, *(seats.leader.post for seats in LADDER[: c.step])]
    if named not in below:
        return None
    return replace(c, stage="returned", grounds=c.grounds | {ground}, proposal=None, page_owed=None, returned_to=named)


def _done(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    """The parties do what was asked of them; what was asked of a forum below, that forum answers, and nobody else."""
    forum = [seats.leader for seats in LADDER if seats.leader.post == c.returned_to]
    word = "lower_word" if forum else "done_text"
    allowed = t.seer in (forum or [HELENA, KATARINA]) and given.keys() == {word}
    return replace(c, stage="forum_received", returned_to="") if allowed else None


def _take_back(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    """Whoever returned it, and nobody above or below."""
    allowed = t.seer in (c.seats.leader, c.seats.chair)
    return replace(c, stage="forum_received", returned_to="") if allowed else None


def _solved(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    return replace(c, stage="ended") if t.seer in RAISING else None


def _park(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    allowed = t.seer in (c.seats.leader, c.seats.chair, c.seats.vice)
    return replace(c, stage="parked", before=c.stage, proposal=None) if allowed else None


def _wake(c: Climb, t: Try, given: dict[str, Any]) -> Climb | None:
    allowed = t.seer in (c.seats.leader, c.seats.chair, *DECIDING)
    first = c.seats.preparers[0] if c.before == "forum_prepared" else None
    return replace(c, stage=c.before, before="", ball=first) if allowed else None


Rule = Callable[[Climb, Try, dict[str, Any]], Climb | None]

RULES: dict[tuple[str, str], Rule] = {
    ("forum_received", "acknowledge"): _acknowledge,
    ("forum_prepared", "forward"): _forward,
    ("forum_prepared", "prepare"): _prepare,
    ("forum_prepared", "confirm"): _read_page,
    ("parked", "confirm"): _read_page,
    ("forum_meeting", "take_position"): _take_position,
    ("forum_meeting", "carry_over"): _carry_over,
    ("forum_between", "forward"): _forward,
    ("forum_between", "decide_presidium"): _propose,
    ("forum_between", "approve"): _adopt,
    ("forum_between", "agenda"): _to_meeting,
    ("answer_out", "approve"): _approve_text,
    ("answer_out", "deliver"): _deliver,
    ("word", "done"): _said,
    ("word", "confirm"): _confirmed,
    ("word", "escalate"): _lift,
    ("word", "close"): _close,
    ("own_decision", "done"): _decided,
    ("returned", "done"): _done,
    ("returned", "wake"): _take_back,
    ("returned", "accept"): _solved,
    ("parked", "wake"): _wake,
    **{(stage, "return"): _return for stage in OPEN},
    **{(stage, "park"): _park for stage in OPEN},
}
"""`agenda` from the preparation is the test's own step: whether the meeting is near enough is a matter of dates."""
