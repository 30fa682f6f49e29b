"""What a deviation may go through, told a second time and by hand: a plain table that shares nothing with the engine.

Written from routine.md's tables A1 and F. A model state is a stage with the few things that its rules remember.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from cases.sight import Seer
from tests.cases.deviations import ERIK, HELENA, INGALILL, KATARINA, LEIF, MAJA, OSKAR, PETRA, STINA, WHY
from tests.record import MORNING

STRANGER = Seer("ellinor.ravn", "process_leader@forum:vvg")

SENDING = (MAJA, HELENA)
BEGAN = MORNING.date()
OTHER = {HELENA: KATARINA.post, KATARINA: HELENA.post}
"""The two managers, and whom each of them talks with."""

CLOSED = frozenset((date(2026, 5, 1), date(2026, 5, 14), date(2026, 6, 19)))
"""Weekdays in the spring and summer of 2026 on which nobody works."""

AT_FORUM = ("forum_received", "forum_prepared", "forum_meeting", "forum_between")


@dataclass(frozen=True)
class Model:
    """Where the case is, and what it remembers."""

    stage: str = "arrived"
    before: str = ""
    unit: bool = False
    asked: int = 0
    may_ask: bool = False
    extended: int = 0
    consent_owed: bool = False
    supplemented: int = 0
    supplementing: bool = False
    measures: bool = False
    noted: bool = False
    unread: str = ""
    """Of the two managers, whoever has the note of the talk to read; since when is `noted_on`."""
    noted_on: date = BEGAN
    to_confirm: str = ""
    """Of the two managers, whoever has been asked to confirm that they agree."""
    today: date = BEGAN
    file: bool = False
    grounds: frozenset[str] = frozenset()
    text_owed: bool = False
    word_owed: bool = False
    said: bool = False
    carried: int = 0
    handed: bool = False
    """Whether the ward's manager has taken over what its handler had."""
    sent: bool = True
    """Whether the other party has ever had it."""


@dataclass(frozen=True)
class Step:
    seer: Seer
    move: str
    inputs: tuple[tuple[str, Any], ...] = ()


def measure(today: date) -> list[dict[str, Any]]:
    return [{"what": "Ny rutin", "owner": OSKAR.post, "date": today + timedelta(days=60)}]


def steps(today: date) -> list[Step]:
    """Everything that anybody might try, sensible or not."""
    everybody = (MAJA, HELENA, OSKAR, KATARINA, PETRA, STINA, INGALILL, LEIF, ERIK, STRANGER)
    later = today + timedelta(days=40)
    asked: dict[str, dict[str, Any]] = {
        "check": {"operation": "su", "harm": "risk"},
        "keep_internal": {"reason": "Vårt eget"},
        "assign": {"unit": "su-molndal-ortopedi"},
        "return": {"reason": "Fel ärende"},
        "ask": {"question_text": "Vilken avdelning?"},
        "supplement": {"part_text": "Ortopedi 3"},
        "extend": {"new_date": today + timedelta(days=300), "reason": "Sjukdom"},
        "agree": {},
        "answer": {"cause": "Rutinen brast", "measures": measure(today)},
        "accept": {},
        "contest": {"contest_ground": "facts", "reason": "Nej"},
        "escalate": dict(WHY),
        "end": {"reason": "Löst"},
        "done": {},
        "reopen": {"reason": "Hände igen"},
        "acknowledge": {},
        "decide_chair": {"position": "opinion", "answer_text": "Gör så här", "rests_on": "Rutinen"},
        "approve": {},
        "deliver": {},
        "confirm": {},
    }  # fmt: skip
    found = [
        Step(seer, move, tuple(sorted(inputs.items(), key=str))) for seer in everybody for move, inputs in asked.items()
    ]
    found += [Step(seer, "sign") for seer in (HELENA, KATARINA, MAJA)]
    ask_more = {"question_text": "Mer?"}
    found += [Step(seer, "supplement", tuple(ask_more.items())) for seer in (MAJA, OSKAR)]
    found += [Step(seer, "talk", (("talk_note", "Vi talades vid"),)) for seer in (HELENA, KATARINA, MAJA)]
    found += [Step(seer, "agree", (("talk_note", "Vi är överens"),)) for seer in (HELENA, KATARINA, MAJA)]
    for ground in ("not_tried_locally", "incomplete"):
        inputs = {"ground": ground, "forum_reason": "Pröva", "returned_to": HELENA.post, "return_task": "Tala",
                  "return_by": later}  # fmt: skip
        found += [Step(seer, "return", tuple(inputs.items())) for seer in (STINA, INGALILL, MAJA)]
    park = {"waits_for": "Yttrande", "wait_open": "file", "until": later}
    found += [Step(seer, "park", tuple(park.items())) for seer in (STINA, MAJA)]
    found += [Step(seer, "wake", (("forum_reason", "Nu"),)) for seer in (HELENA, STINA, STRANGER)]
    found += [Step(HELENA, "done", (("done_text", "Klart"),)), Step(MAJA, "accept", (("reason", "Löst"),))]
    taken_over = (("handed_to", KATARINA.post), ("handed_why", "Ledighet"))
    found += [Step(seer, "hand_over", taken_over) for seer in (OSKAR, HELENA)]
    found += [Step(OSKAR, "return", (("reason", "Går inte"),)), Step(MAJA, "to_sro"), Step(MAJA, "lapse")]
    return found


def after(m: Model, step: Step) -> Model | None:
    """The state after the step, or None when the routine refuses it."""
    names = frozenset(name for name, _ in step.inputs)
    if step.seer == STRANGER:
        return None
    rule = _RULES.get((m.stage, step.move))
    came = rule(m, step, names) if rule is not None else _anywhere(m, step)
    # Each stage gives the case to its own function anew.
    return replace(came, handed=False) if came is not None and came.stage != m.stage else came


def _anywhere(m: Model, step: Step) -> Model | None:
    sent = ("arrived", "investigated", "questioned", "answered", "talk")
    if step.move == "end" and m.stage in sent and step.seer in SENDING:
        return _over(replace(m, consent_owed=False))
    return None


def _over(m: Model) -> Model:
    """The end; but a planned measure is watched until it is done, whichever way the case came here (A1, row 6)."""
    return replace(m, stage="watched" if m.measures else "ended")


def _complete(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    """No operation was named: the unit's own handler has the ball, and its manager may as well."""
    return replace(m, stage="arrived", sent=True) if s.seer in SENDING else None


def _keep(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    return replace(m, stage="ended") if s.seer in SENDING else None


def _arrived_assign(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    return replace(m, stage="investigated", unit=True) if s.seer == PETRA else None


def _arrived_return(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    return _over(m) if s.seer == PETRA and names == {"reason"} else None


def _take_over(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    """The ward's own handler, while he has it, and nobody of the sending side."""
    return replace(m, handed=True) if s.seer == OSKAR and not m.handed else None


def _ask(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    if s.seer not in (OSKAR, KATARINA) or not (m.asked == 0 or m.may_ask) or m.supplementing:
        return None
    return replace(m, stage="questioned", asked=m.asked + 1, may_ask=m.may_ask and m.asked == 0)


def _extend(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    if s.seer not in (OSKAR, KATARINA) or m.extended or m.supplementing:
        return None
    return replace(m, extended=1, consent_owed=True)


def _consent(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    if s.seer != MAJA or not m.consent_owed or names:
        return None
    return replace(m, consent_owed=False, may_ask=True)


def _answer(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    if s.seer not in (OSKAR, KATARINA):
        return None
    return replace(m, stage="answered", measures=True, consent_owed=False, supplementing=False)


def _reply(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    return replace(m, stage="investigated") if s.seer in SENDING and names == {"part_text"} else None


def _accept(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    return _over(m) if s.seer in SENDING and not names else None


def _ask_more(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    if s.seer not in SENDING or m.supplemented or names != {"question_text"}:
        return None
    return replace(m, stage="investigated", supplemented=1, supplementing=True)


def _contest(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    return replace(m, stage="talk", noted=False, unread="", to_confirm="") if s.seer in SENDING else None


def _note(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    """The other manager is to read it; whoever writes has read what the other wrote."""
    if s.seer not in OTHER or names != {"talk_note"}:
        return None
    reader = OTHER[s.seer]
    return replace(m, noted=True, unread=reader, noted_on=m.noted_on if m.unread == reader else m.today)


def _read_note(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    return replace(m, unread="") if m.noted and s.seer.post == m.unread else None


def _settle(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    """One manager says so and the other confirms it; with words of her own the other asks back instead (law 7)."""
    if s.seer not in OTHER:
        return None
    if s.seer.post == m.to_confirm and not names:
        return _over(m)
    if names != {"talk_note"} and not (m.noted and not names):
        return None
    read = m.noted and m.unread == s.seer.post
    return replace(m, to_confirm=OTHER[s.seer], unread="" if read else m.unread)


def _lift(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    """A note that the other has read, or has not read within five working days."""
    days = (m.noted_on + timedelta(days=n) for n in range(1, (m.today - m.noted_on).days + 1))
    late = sum(day.weekday() < 5 and day not in CLOSED for day in days) > 5
    known = m.noted and (late or not m.unread)
    return replace(m, stage="forum_received") if s.seer in OTHER and known and m.file else None


def _measure_done(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    if s.seer not in (OSKAR, KATARINA):
        return None
    return replace(m, stage="ended", measures=False)


def _another_day(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    return m if s.seer in (OSKAR, KATARINA) else None


def _not_done(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    return replace(m, stage="investigated") if s.seer in (OSKAR, KATARINA, MAJA) and names == {"reason"} else None


def _reopen(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    if s.seer not in SENDING or not m.sent:
        return None
    return replace(m, stage="investigated" if m.unit else "arrived", supplementing=False)


def _acknowledge(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    return replace(m, stage="forum_prepared") if s.seer == STINA else None


def _return_down(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    ground = dict(s.inputs).get("ground")
    if s.seer not in (STINA, INGALILL) or ground is None or ground in m.grounds:
        return None
    return replace(m, stage="returned", before=m.stage, grounds=m.grounds | {ground})


def _park(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    return replace(m, stage="parked", before=m.stage) if s.seer == STINA else None


def _wake(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    return replace(m, stage=m.before) if s.seer in (HELENA, STINA) else None


def _task_done(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    return replace(m, stage="forum_received") if s.seer in (HELENA, KATARINA) and names == {"done_text"} else None


def _take_back(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    return replace(m, stage="forum_received") if s.seer == STINA else None


def _solved(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    return _over(m) if s.seer in SENDING and names == {"reason"} else None


def _decide(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    return replace(m, stage="answer_out", text_owed=True) if s.seer == INGALILL else None


def _approve(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    return replace(m, text_owed=False) if s.seer == LEIF and m.text_owed else None


def _deliver(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    if s.seer not in (ERIK, STINA) or m.text_owed:
        return None
    return replace(m, stage="word", word_owed=True, said=False)


def _say(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    if s.seer not in SENDING or names:
        return None
    return replace(m, said=True) if m.word_owed else _over(m)


def _confirm(m: Model, s: Step, names: frozenset[str]) -> Model | None:
    if s.seer != KATARINA or not m.word_owed:
        return None
    return _over(replace(m, word_owed=False)) if m.said else replace(m, word_owed=False)


_RULES = {
    ("own_check", "check"): _complete, ("own_check", "keep_internal"): _keep,
    ("arrived", "assign"): _arrived_assign, ("arrived", "return"): _arrived_return, ("investigated", "ask"): _ask,
    ("investigated", "hand_over"): _take_over, ("watched", "hand_over"): _take_over,
    ("investigated", "extend"): _extend, ("investigated", "agree"): _consent, ("questioned", "agree"): _consent,
    ("investigated", "answer"): _answer, ("questioned", "supplement"): _reply, ("answered", "accept"): _accept,
    ("answered", "supplement"): _ask_more, ("answered", "contest"): _contest, ("talk", "agree"): _settle,
    ("talk", "talk"): _note, ("talk", "sign"): _read_note, ("talk", "escalate"): _lift,
    ("watched", "done"): _measure_done, ("watched", "return"): _not_done,
    ("watched", "extend"): _another_day,
    ("ended", "reopen"): _reopen, ("watched", "reopen"): _reopen,
    ("forum_received", "acknowledge"): _acknowledge, ("parked", "wake"): _wake,
    ("returned", "wake"): _take_back, ("returned", "done"): _task_done, ("returned", "accept"): _solved,
    ("forum_between", "decide_chair"): _decide,
    ("answer_out", "approve"): _approve, ("answer_out", "deliver"): _deliver, ("word", "done"): _say,
    ("word", "confirm"): _confirm,
    **{(stage, "return"): _return_down for stage in AT_FORUM}, **{(stage, "park"): _park for stage in AT_FORUM},
}  # fmt: skip
