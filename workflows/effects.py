"""What a move does to a case besides going to its next stage: a short list of known words.

A routine's file writes them as `then = ["rearm:answer", "owe:text_approval"]`. Each is a plain step on the draft;
everything that follows by itself (deadlines of stages, the docket, grants) is not said here but derived.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from workflows import measures
from workflows.about_when import UNTIL
from workflows.answering import DECIDED, GAVE, OF_THE_FORUM, STANDS
from workflows.clause import clause_named, fault_in, kept_of
from workflows.clocks import contribution_due, pause, recount, resume
from workflows.definition import NONE, SEVERAL, UNKNOWN
from workflows.draft import Draft
from workflows.file_reading import write_anew
from workflows.ladder import Passed, living_forum
from workflows.nouns import Spawn
from workflows.passing_on import ball_there, owed_there, passed_on
from workflows.reached import await_letter, letter_awaited

Effect = Callable[[Draft, str], None]


def ball(d: Draft, arg: str) -> None:
    """`ball:receiving.contact_person`: the ball goes there instead of to the stage's own function."""
    posts = _asked(d, arg)
    if posts:
        d.ball = posts[0]


def pass_on(d: Draft, arg: str) -> None:
    """`pass_on:handed_to`: that function of the same side has the ball from now on, and every date stays."""
    before = d.attempt.cover
    after = passed_on(before, str(d.attempt.given(arg)), d.attempt.world.org)
    d.ball, d.facts = after.ball, dict(after.facts)
    d.change(receiving=after.receiving)
    d.contributions = {key: owed_there(owed, before, after) for key, owed in d.contributions.items()}


def ball_along(d: Draft, arg: str) -> None:
    """Once the receiving side has a unit: what its unit's function had before there was one, that unit's has now."""
    d.ball = ball_there(d.attempt.cover, d.cover) or d.ball


def task(d: Draft, arg: str) -> None:
    d.next_task = arg


def receiver(d: Draft, arg: str) -> None:
    """`receiver:unit`: the place named by that input is the receiving side from now on."""
    org, code = d.attempt.world.org, d.attempt.given(arg)
    side = org.sides.get(f"operation:{code}") or org.sides[code]
    old = d.cover.receiving
    kept = tuple(o for o in d.cover.concerned if old is None or o != old.operation)
    before = d.cover
    d.change(receiving=side, concerned=tuple(dict.fromkeys((*kept, side.operation))))
    d.contributions = {key: owed_there(owed, before, d.cover) for key, owed in d.contributions.items()}


def concern(d: Draft, arg: str) -> None:
    """`concern:operation`: one more operation is concerned (law 3 counts operations)."""
    code = d.attempt.given(arg)
    if code:
        d.change(concerned=tuple(dict.fromkeys((*d.cover.concerned, code))))


def rearm(d: Draft, arg: str) -> None:
    """`rearm:answer` a new date from today; `rearm:answer=new_date` on the date of that input."""
    code, _, name = arg.partition("=")
    d.arm(code, on=d.agreed(name) if name else None)


def extend(d: Draft, arg: str) -> None:
    """`extend:answer=new_date`: the old date stays in the history beside the new one."""
    code, _, name = arg.partition("=")
    deadline, day = d.living(code), d.agreed(name)
    if deadline is not None and day is not None:
        longer = replace(deadline, extended_to=day, extended_on=d.today, revision=deadline.revision + 1)
        d.put(recount(longer, d.definition.deadlines[code], d.cover, d.attempt.world))


def hold(d: Draft, arg: str) -> None:
    """`hold:answer=question`: the clock stands still, at the longest until the other deadline's date, which starts."""
    code, _, until = arg.partition("=")
    d.arm(until)
    deadline, end = d.living(code), d.living(until)
    if deadline is not None and end is not None:
        d.put(pause(deadline, d.definition.deadlines[code], d.cover, d.attempt.world, d.today, end.due, until))


def agree_date(d: Draft, arg: str) -> None:
    """`agree_date:answer=new_date`: a new date that both have agreed on, in place of what the rule would give."""
    d.arm(arg.partition("=")[0])
    extend(d, arg)


def run_on(d: Draft, arg: str) -> None:
    """`run_on:answer`: a standing clock goes on from today."""
    deadline = d.living(arg)
    if deadline is not None:
        d.put(resume(deadline, d.definition.deadlines[arg], d.cover, d.attempt.world, d.today))


def meet(d: Draft, arg: str) -> None:
    deadline = d.living(arg)
    if deadline is not None:
        d.close(deadline, "met")


def miss(d: Draft, arg: str) -> None:
    deadline = d.living(arg)
    if deadline is not None:
        d.close(deadline, "missed")


def owe(d: Draft, arg: str) -> None:
    """`owe:text_approval`: those that the routine names owe it, by its own date."""
    rule = d.definition.contributions[arg]
    due = contribution_due(rule, d.cover.forum, d.attempt.world, d.today)
    for post in _asked(d, rule.asks):
        d.owe(arg, post, due)


def owe_until(d: Draft, arg: str) -> None:
    """`owe_until:principal=round_end`: owed by that deadline's date. Those asked before and still silent are asked
    anew, so that a round that was extended has one date for all."""
    code, _, until = arg.partition("=")
    end = d.living(until)
    if end is None:
        raise ValueError(f"{arg}: set the date first, with rearm:{until}=…")
    still = [c.asked for c in d.contributions.values() if c.code == code and c.status == "owed"]
    d.settle(code, "withdrawn")
    for post in still or _asked(d, d.definition.contributions[code].asks):
        d.owe(code, post, end.due)


def owe_before(d: Draft, arg: str) -> None:
    """`owe_before:page_read=material`: owed by its own date, and no later than that deadline's, where that one leaves a
    working day at all; asked anew each time, and never of whoever acts for both."""
    code, _, until = arg.partition("=")
    rule, end = d.definition.contributions[code], d.living(until)
    due = contribution_due(rule, d.cover.forum, d.attempt.world, d.today)
    if end is not None and end.due >= d.attempt.world.calendar.days_of(None).add(d.today, 1):
        due = min(due, end.due)
    d.settle(code, "withdrawn")
    for post in _asked(d, rule.asks):
        if post not in d.attempt.actor.posts:
            d.owe(code, post, due)


def page_stands(d: Draft, arg: str) -> None:
    """`page_stands:page_read`: after a wait nobody is asked for a page that is written; the process leader waits for
    whoever still reads it, or chooses the way."""
    if d.facts.get("prepared") and d.stage in d.definition.contributions[arg].covers:
        read = all(c.due < d.today for c in d.contributions.values() if c.code == arg and c.status == "owed")
        ball(d, "forum.process_leader")
        task(d, "choose_way" if read else "await_reading")


def owe_urgent(d: Draft, arg: str) -> None:
    """Owed only when the case is urgent."""
    if d.cover.urgent:
        owe(d, arg)


def renew(d: Draft, arg: str) -> None:
    """`renew:text_approval`: asked of those whom this move makes it be asked of, and of nobody else any more."""
    d.settle(arg, "withdrawn")
    owe(d, arg)


def given(d: Draft, arg: str) -> None:
    """`given:text_approval`: what the actor was asked for is given."""
    d.settle(arg, "given", d.attempt.actor.posts)


def all_given(d: Draft, arg: str) -> None:
    d.settle(arg, "given")


def silent(d: Draft, arg: str) -> None:
    d.settle(arg, "silent")


def climb(d: Draft, arg: str) -> None:
    """The case comes before the lowest competent forum above it; passed steps are kept as a detour (law 3)."""
    land = d.attempt.landing()
    if land is None:
        raise ValueError("a move that climbs must ask ladder_goes_on or next_step first")
    _go_past(d, land.passed)
    _come_before(d, land.forums, land.rung)


def go_past(d: Draft, arg: str) -> None:
    """The forum that has the case is passed, with the reason: before `climb`, when `step_blocked` has let it."""
    why = d.attempt.standstill()
    if why is not None:
        _go_past(d, [Passed(d.cover.forum, why)])


def _go_past(d: Draft, passed: Iterable[Passed]) -> None:
    """Every detour of a case is kept: [forum, why, date]."""
    new = [[p.forum, p.why, d.today.isoformat()] for p in passed]
    if new:
        d.remember("detour", [*d.facts.get("detour", ()), *new])


def cross(d: Draft, arg: str) -> None:
    """`cross:forum`: transfer to the forum of another arena, receipts both ways (X-04)."""
    _before_one(d, str(d.attempt.given(arg)))


def to_owner(d: Draft, arg: str) -> None:
    """The case comes before the governing document's owner, or whoever stands in for it (routine A3 S4)."""
    owner = living_forum(d.attempt.world.org, str(d.facts.get("owner", "")), d.today)
    if owner is not None:
        _before_one(d, owner.code)


def _before_one(d: Draft, code: str) -> None:
    """A group beside the ladder has no rung of its own: the case keeps the one it has, and climbs from there."""
    org = d.attempt.world.org
    rung = org.forums[code].rung
    _come_before(d, (code,), rung if rung in org.ladder else d.cover.rung)


def _come_before(d: Draft, forums: tuple[str, ...], rung: str) -> None:
    d.change(forums=forums, rung=rung)
    # What one forum was about to say is no business of the next one's.
    d.remember(DECIDED, None)
    d.remember("prepared", None)
    d.remember("forum_since", d.today.isoformat())
    d.remember("visited", list(dict.fromkeys((*d.facts.get("visited", ()), *forums))))
    if len(forums) > 1 and "other_arena" in d.definition.contributions:
        owe(d, "other_arena")


def again(d: Draft, arg: str) -> None:
    """The forum has the case again, after a return or a wait: its time to meet counts from today."""
    d.remember("forum_since", d.today.isoformat())


def down(d: Draft, arg: str) -> None:
    """The case leaves its forum for the local step."""
    d.change(rung=d.attempt.world.org.ladder[0], forums=())


def remember(d: Draft, arg: str) -> None:
    """`remember:care` keeps that input as a fact; `remember:named=function`; `remember:lex=!yes` a constant."""
    name, _, source = arg.partition("=")
    value = source[1:] if source.startswith("!") else _kept(d, source or name)
    if value is not None:
        d.remember(name, value)


def _kept(d: Draft, code: str) -> Any:
    """An input as a case remembers it: a day as text, several options in the routine's order with a sign between."""
    value, asked = d.attempt.given(code), d.definition.inputs.get(code)
    if asked is not None and asked.type == "choices" and value is not None:
        chosen = d.attempt.chosen(code)
        return SEVERAL.join(option for option, _ in asked.options if option in chosen)
    return value.isoformat() if isinstance(value, date) else value


def unless_said(d: Draft, arg: str) -> None:
    """`unless_said:care=raising.unit_manager`: where nobody has said who, it is that function from now on."""
    name, _, role = arg.partition("=")
    if not d.facts.get(name):
        d.remember(name, next(iter(_asked(d, role)), None))


def forget(d: Draft, arg: str) -> None:
    d.remember(arg, None)


def once(d: Draft, arg: str) -> None:
    """`once:ground`: this forum has now used that ground for a return."""
    used = f"{d.cover.forum}:{d.attempt.given(arg)}"
    d.remember("returned_for", [*d.facts.get("returned_for", ()), used])


def here(d: Draft, arg: str) -> None:
    """`here:carry_over`: this forum has now done that; what another forum did before does not count against it."""
    d.remember("done_here", [*d.facts.get("done_here", ()), f"{d.cover.forum}:{arg}"])


def member(d: Draft, arg: str) -> None:
    """One more case belongs to this pattern; the record links it (domain.md 4: members keep their walls)."""
    d.joins.append(str(d.attempt.given(arg)).strip())
    d.remember("members", int(d.facts.get("members", 0)) + 1)


def join(d: Draft, arg: str) -> None:
    """`join:joined_to`: another issue has this one's members from now on; the record moves their links."""
    d.joined = str(d.attempt.given(arg)).strip()


def tell_members(d: Draft, arg: str) -> None:
    """The members' units and reporters are written to: the record knows who they are (routine A3 S8)."""
    d.remember("members_told", d.today.isoformat())


def urgent(d: Draft, arg: str) -> None:
    d.change(urgent=arg != "no")


def spawn(d: Draft, arg: str) -> None:
    """`spawn:systemic_issue=pattern`: a case of its own comes out of this one; `pattern` names the link."""
    kind, _, link = arg.partition("=")
    carried = {k: v for k, v in d.attempt.inputs.items() if d.definition.inputs[k].goes == "file"}
    d.spawns.append(Spawn(kind, link, carried))


def convert(d: Draft, arg: str) -> None:
    """`convert:dispute=raised`: the same case goes on under another routine, from that stage."""
    kind, _, stage = arg.partition("=")
    d.converted = kind
    d.stage = stage


def show(d: Draft, arg: str) -> None:
    """`show:operation`: a copy for knowledge; that operation reads along, the ball does not move."""
    code = d.attempt.given(arg)
    d.remember("copied", list(dict.fromkeys((*d.facts.get("copied", ()), code))))


def anchor(d: Draft, arg: str) -> None:
    """`anchor:document`: which document and section, in the version of the day of the event; its owner and its own
    order for disputes come with it."""
    value = d.attempt.given(arg)
    if value in (None, UNKNOWN):
        return
    for fact, kept in kept_of(d.attempt, str(value)).items():
        d.remember(fact, kept)


def unname(d: Draft, arg: str) -> None:
    """`unname:document`: answered with "don't know", the clause that the report had named is taken back."""
    if d.attempt.given(arg) == UNKNOWN:
        for fact in ("clause", "owner", "route"):
            d.remember(fact, None)


def event_day(d: Draft, arg: str) -> None:
    """`event_day:happened_on`: the day of the event, put right by whoever checks the report; her words stay, and the
    clause that she named holds in the version of that day."""
    day = d.attempt.given(arg)
    if day is None:
        return
    d.change(event_date=day)
    d.remember(UNTIL, None)
    named = clause_named(d.facts)
    if named and fault_in(d.attempt, named) is None:
        for fact, kept in kept_of(d.attempt, named).items():
            d.remember(fact, kept)


def toward(d: Draft, arg: str) -> None:
    """`toward:operation`: the reporter's suggestion, kept until the own check has seen it."""
    d.remember("toward", d.attempt.given(arg))


def count(d: Draft, arg: str) -> None:
    """`count:asked_more`: a tally of its own, for a move whose code means several things."""
    d.counted.append(arg)


def decide(d: Draft, arg: str) -> None:
    """`decide:outcome=position`, `decide:named=assigned_to`, `decide:outcome=!outside_remit`: what the case will
    remember when the answer is sent. A new decision takes the place of the whole of an earlier one."""
    name, _, source = arg.partition("=")
    d.decided[name] = source[1:] if source.startswith("!") else _kept(d, source or name)
    d.remember(DECIDED, {"forum": d.cover.forum, GAVE: d.attempt.actor.post, **d.decided})


def reword(d: Draft, arg: str) -> None:
    """`reword:text_approval`: the other is asked for the new words. Until both stand behind them, silence lets out what
    stood before: only whoever gave an answer that nobody has approved yet may give it in other words."""
    waits = dict(d.facts.get(DECIDED, {}))
    if waits.get(GAVE) not in d.attempt.actor.posts or not d.attempt.owed(arg):
        waits.setdefault(STANDS, len(d.attempt.snapshot.unsent))
    d.remember(DECIDED, waits)
    renew(d, arg)


def words_stand(d: Draft, arg: str) -> None:
    """`words_stand:text_approval`: an answer's words as they are now, when nobody is asked to approve them any more."""
    if not any(c.code == arg and c.status == "owed" for c in d.contributions.values()):
        d.remember(DECIDED, {name: v for name, v in d.facts.get(DECIDED, {}).items() if name != STANDS})


def send_answer(d: Draft, arg: str) -> None:
    """What was decided is the case's own from now on, and its words go to those who read the forum's file."""
    for name, value in d.facts.pop(DECIDED, {}).items():
        if name not in OF_THE_FORUM:
            d.remember(name, value)
    d.sends = True


def plan_measures(d: Draft, arg: str) -> None:
    """`plan_measures:measures`: owner and date of each are kept, what is to be done stays in the shared text."""
    rows = d.attempt.given(arg)
    _keep(d, measures.planned(() if rows in (None, NONE) else rows))


def measure_done(d: Draft, arg: str) -> None:
    _keep(d, measures.done(d.facts))


def measure_moved(d: Draft, arg: str) -> None:
    """`measure_moved:new_date`: the next measure gets another date; the old one stays in the history."""
    _keep(d, measures.moved(d.facts, d.agreed(arg)))


def _keep(d: Draft, facts: Mapping[str, Any]) -> None:
    for name, value in facts.items():
        d.remember(name, value)


def outcome(d: Draft, arg: str) -> None:
    """`outcome:agreed` a word for how it ended, or `outcome:=position` the input that says it. Never a verdict."""
    d.remember("outcome", _kept(d, arg[1:]) if arg.startswith("=") else arg)


def _asked(d: Draft, role: str) -> tuple[str, ...]:
    return d.attempt.posts(role, replace(d.cover, facts=d.facts))


EFFECTS: dict[str, Effect] = {
    e.__name__: e
    for e in (
        ball, task, receiver, concern, rearm, extend, hold, run_on, meet, miss, owe, given, all_given, silent, climb,
        cross, down, remember, forget, once, urgent, spawn, convert, outcome, agree_date, owe_urgent, show, anchor,
        toward, count, plan_measures, measure_done, measure_moved, owe_until, to_owner, member, tell_members,
        again, here, go_past, join, unless_said, pass_on, event_day,
        await_letter, letter_awaited, unname, decide, send_answer, renew, owe_before,
        reword, words_stand, page_stands, write_anew, ball_along,
    )
}  # fmt: skip
