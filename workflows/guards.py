"""The questions a routine may ask before a move, by name. Each answers None for yes, or what stands in the way.

A file can only name these; a name is looked up here and never imported or called from the file itself. The words a
person reads for each fault stand in the routine (`[reasons.CODE]`), the next door is a living one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from workflows import measures
from workflows.answering import answer_sent, decided
from workflows.attempt import Attempt
from workflows.both_views import alike_long, own_words
from workflows.crossing import other_arenas, seated
from workflows.definition import SEVERAL, Text
from workflows.file_reading import file_ready
from workflows.fuzzy import parse_fuzzy
from workflows.ladder import beside as beside_ladder
from workflows.ladder import living_forum, refused_target
from workflows.nouns import Door
from workflows.organisation import Forum, Side, function_of, holder_of
from workflows.owing import last_to_give, nothing_owed, owed, settled
from workflows.passing_on import can_go_on, over_ball, same_side
from workflows.reached import has_answer, letter_stands
from workflows.reasons import Fault, Post
from workflows.returning import below_forum, with_lower_forum
from workflows.waiting import watcher_reads

Guard = Callable[[Attempt, str], Fault | None]


def below(a: Attempt, arg: str) -> Fault | None:
    """`below:ask=1`: the case has taken the move fewer times than that."""
    move, _, limit = arg.partition("=")
    return None if a.count(move) < int(limit) else Fault(f"limit_{move}", {"limit": limit})


def reached(a: Attempt, arg: str) -> Fault | None:
    """`reached:redirect=2`: the case has taken the move at least that often."""
    move, _, limit = arg.partition("=")
    return None if a.count(move) >= int(limit) else Fault(f"not_yet_{move}", {"limit": limit})


def passed(a: Attempt, arg: str) -> Fault | None:
    """`passed:meeting_offered`: that deadline's date is behind us."""
    deadline = a.deadline(arg)
    if deadline is None or deadline.due < a.today:
        return None
    return Fault("not_passed", {"date": deadline.due.isoformat()})


def in_time(a: Attempt, arg: str) -> Fault | None:
    """`in_time:forward_time`: that deadline's date is not behind us; where it has none any more, nothing is asked."""
    deadline = a.deadline(arg)
    if deadline is None or a.today <= deadline.due:
        return None
    return Fault("out_of_time", {"date": deadline.due.isoformat()}, door=_first_door(a, ("agenda",)))


def same_party(a: Attempt, arg: str) -> Fault | None:
    """The chosen operation belongs to the party that has the case, and is not the one where it lies: to send it there
    again would only give a new date for its receipt."""
    side = _chosen(a, arg)
    if _has_it(a, side):
        return Fault("operation_has_it", field=arg)
    ok = side is not None and a.cover.receiving is not None and side.party == a.cover.receiving.party
    if ok:
        return None
    back = side is not None and side.party == a.cover.raising.party
    return Fault("own_party", field=arg) if back else Fault("other_party", field=arg, door=Door("redirect"))


def other_party(a: Attempt, arg: str) -> Fault | None:
    """The chosen operation belongs to another party than the one that has the case, and not to the sender's."""
    side = _chosen(a, arg)
    if _has_it(a, side):
        return Fault("operation_has_it", field=arg)
    if side is None or (a.cover.receiving is not None and side.party == a.cover.receiving.party):
        return Fault("same_party", field=arg)
    return Fault("own_party", field=arg) if side.party == a.cover.raising.party else None


def _has_it(a: Attempt, side: Side | None) -> bool:
    return side is not None and a.cover.receiving is not None and side.operation == a.cover.receiving.operation


def across(a: Attempt, arg: str) -> Fault | None:
    """`across:operation`: the chosen operation belongs to another party than the sender's."""
    side = _chosen(a, arg)
    return Fault("own_party", field=arg) if side is not None and side.party == a.cover.raising.party else None


def unit_of_receiver(a: Attempt, arg: str) -> Fault | None:
    """The chosen unit is a living unit of the operation that has the case."""
    code = a.given(arg)
    side = a.world.org.sides.get(code) if isinstance(code, str) else None
    ok = side is not None and a.cover.receiving is not None and side.operation == a.cover.receiving.operation
    return None if ok and code in a.world.org.open_units else Fault("unit_elsewhere", field=arg)


def fact(a: Attempt, arg: str) -> Fault | None:
    """`fact:lex`, `fact:!lex`, `fact:outcome=notes|thanks`: what earlier moves made the case remember."""
    name, _, wanted = arg.lstrip("!").partition("=")
    value = a.cover.facts.get(name)
    holds = bool({*str(value).split(SEVERAL)} & {*wanted.split("|")}) if wanted else bool(value)
    if holds != arg.startswith("!"):
        return None
    return Fault(f"fact_{name}", door=None if wanted or holds else _remembering(a, name))


def answer_is(a: Attempt, arg: str) -> Fault | None:
    """`answer_is:ground=facts|measures`: the choice made in this very move decides the way. Where several are chosen
    one of them is enough; `answer_is:!position=assignment` asks for none of them."""
    name, _, options = arg.lstrip("!").partition("=")
    named = not {*options.split("|")}.isdisjoint(a.chosen(name))
    return None if named != arg.startswith("!") else Fault(f"choice_{name}", field=name)


def kind(a: Attempt, arg: str) -> Fault | None:
    """`kind:dispute` or `kind:!dispute`."""
    return None if (a.cover.kind == arg.lstrip("!")) != arg.startswith("!") else Fault("other_kind")


def own_check(a: Attempt, arg: str) -> Fault | None:
    """`own_check:on|off`: the sending party wants its manager to see a report before it leaves (routine A1.2)."""
    return None if bool(a.cover.facts.get("own_check")) == (arg == "on") else Fault("own_check")


def own_operation(a: Attempt, arg: str) -> Fault | None:
    """Nobody decides in a forum about an operation they lead: a substitute of the same side does (domain.md 3)."""
    led = a.actor.leads & frozenset(a.cover.concerned)
    if not led:
        return None
    chief = Post(f"chief@operation:{min(led)}")
    return Fault("own_operation", {"operation": chief}, door=Door("decide", _instead_of(a)))


def _instead_of(a: Attempt) -> str:
    """Who does in a forum what its own functionary may not: for those who have a side a substitute of it, for the
    process leader, who has none, its chair."""
    function = function_of(a.actor.post).partition(".")[0]
    instead = "chair" if function in ("process_leader", "secretary") else "substitute"
    return f"{instead}@{holder_of(a.actor.post)}"


def care_named(a: Attempt, arg: str) -> Fault | None:
    """Law 5: a dispute names who carries the care meanwhile before it leaves the local step."""
    return None if a.cover.facts.get("care") or a.given("care") else Fault("care_unnamed", field="care")


def care_stands(a: Attempt, arg: str) -> Fault | None:
    """Law 5: whoever carries the care when the dispute is raised goes on, unless the actor's own side takes it over."""
    wanted, named = a.given("care"), a.cover.facts.get("care")
    if wanted is None or named in (None, wanted) or _side_of(a, wanted) == _side_of(a, a.actor.post):
        return None
    return Fault("care_stands", {"post": Post(str(named))}, "care")


def in_remit(a: Attempt, arg: str) -> Fault | None:
    """The remit questions (X-02, D-12): money in one person's case is no forum's matter, a pattern or reading is."""
    subject = a.given("subject") or a.cover.facts.get("subject")
    if subject is None:
        return Fault("remit_unasked", field="subject")
    if subject == "economic":
        return Fault("economic_case", door=_door_out(a, ("talk", "convert", "split")))
    return None


def single_event_ceiling(a: Attempt, arg: str) -> Fault | None:
    """A single event rises to the first forum that law 3 names and not above (A-38, A-21)."""
    single = (a.given("pattern") or a.cover.facts.get("pattern") or "single") == "single"
    if a.cover.kind != "deviation" or not single or a.cover.rung == a.world.org.ladder[0]:
        return None
    return Fault("single_event", door=_first_door(a, ("split", "merge")))


def no_identity(a: Attempt, arg: str) -> Fault | None:
    """Law 6: nothing that points out a person leaves the local step; what leaves is an older revision, if one may."""
    older = a.snapshot.leaving(a.today).revision not in (0, a.snapshot.file.revision)
    count = 0 if older else a.snapshot.findings
    return Fault("identity_found", {"count": str(count)}, door=Door("file")) if count else None


def next_step(a: Attempt, arg: str) -> Fault | None:
    """Law 3: the lift goes to the lowest competent forum, one step at a time; a skip is told the right door."""
    land = a.landing()
    wanted = a.given("forum")
    if land is None:
        return Fault("ladder_ends", door=Door("done"))
    if wanted is None or wanted in land.forums:
        return None
    return _skip(a, wanted, land.forums)


def _skip(a: Attempt, wanted: str, right: tuple[str, ...]) -> Fault:
    forums = a.world.org.forums
    target = forums.get(wanted)
    names = Text(*(f" {word} ".join(forums[f].name for f in right) for word in ("och", "and")))
    door = Door("escalate", ",".join(right))
    if target is None:
        return Fault("unknown_forum", {"forum": wanted}, "forum", door)
    order = a.world.org.ladder
    if target.rung in order and order.index(target.rung) > order.index(forums[right[0]].rung):
        return Fault("skip", {"forum": target.name, "right": names}, "forum", door)
    return Fault("not_competent", {"forum": target.name, "right": names}, "forum", door)


def ladder_goes_on(a: Attempt, arg: str) -> Fault | None:
    """There is a step above; `ladder_goes_on:no` asks for the last one (there "hands over to the principals")."""
    more = a.landing() is not None
    return None if more == (arg != "no") else Fault("ladder_ends" if not more else "ladder_goes_on")


def toward_owner(a: Attempt, arg: str) -> Fault | None:
    """`toward_owner:there`: the next step up is the governing document's owner, and no case of this kind goes further;
    `toward_owner:step`: a lower step comes first, or no owner is named."""
    there = _owner_is_next(a)
    return None if there == (arg == "there") else Fault("owner_next" if there else "owner_ahead", door=Door("forward"))


def _owner_is_next(a: Attempt) -> bool:
    org, land = a.world.org, a.landing()
    owner = living_forum(org, str(a.cover.facts.get("owner", "")), a.today)
    if owner is None:
        return False
    if land is None or owner.rung not in org.ladder:
        return True
    return org.ladder.index(owner.rung) <= org.ladder.index(land.rung)


def living_group(a: Attempt, arg: str) -> Fault | None:
    """A referral to a paused or ended group is refused; its stand-in is the door where a question may be referred there
    (X-08, Kungaelv step 9)."""
    code = a.given(arg)
    forum = a.world.org.forums.get(str(code))
    fill = {"forum": forum.name if forum else str(code)}
    if code and code == a.cover.forum:
        return Fault("group_own", fill, arg)
    refused = refused_target(a.world.org, str(code), a.today) if code else None
    if refused is None:
        return None
    why, stand_in = refused
    other = a.world.org.forums.get(stand_in)
    if other is None or stand_in == a.cover.forum:
        return Fault(f"group_{why}", fill, arg)
    if _may_refer(a, other):
        return Fault(f"group_{why}", fill, arg, Door("refer", stand_in))
    return Fault(f"group_{why}", fill | {"stand_in": other.name}, arg, words="group_leans_up")


def beside(a: Attempt, arg: str) -> Fault | None:
    """`beside:forum`: a group beside the ladder, or its stand-in: a referral is no lift by another door (law 3)."""
    forum = a.world.org.forums.get(str(a.given(arg)))
    if forum is None or forum.code == a.cover.forum or _may_refer(a, forum):
        return None
    there = forum in other_arenas(a.world.org, a.cover.forums, a.cover.concerned, a.today)
    return Fault("group_on_ladder", {"forum": forum.name}, arg, _first_door(a, ("transfer",)) if there else None)


def _may_refer(a: Attempt, forum: Forum) -> bool:
    return beside_ladder(a.world.org, forum, a.cover.rung, a.today)


def once_per_ground(a: Attempt, arg: str) -> Fault | None:
    """A forum returns a case once for each ground; after that it takes a position (routine F1)."""
    ground = a.given(arg)
    if ground is None or f"{a.cover.forum}:{ground}" not in a.cover.facts.get("returned_for", ()):
        return None
    decide = "decide_presidium" if a.cover.kind == "dispute" else "decide_chair"
    door = _first_door(a, ("acknowledge", "take_position", decide, "agenda"))
    return Fault("returned_before", {"ground": _option(a, arg, ground)}, arg, door)


def first_here(a: Attempt, arg: str) -> Fault | None:
    """`first_here:carry_over`: this forum has not done that with this case before."""
    return Fault(f"limit_{arg}") if f"{a.cover.forum}:{arg}" in a.cover.facts.get("done_here", ()) else None


def meeting_near(a: Attempt, arg: str) -> Fault | None:
    """`meeting_near:30`: the forum meets so soon, its material date still ahead; `meeting_near:!30` the reverse."""
    days = int(arg.lstrip("!"))
    forum = a.world.org.forums[a.cover.forum]
    calendar = a.world.calendar.days_of(None)
    start = a.fact_date("forum_since") or a.today
    limit = start + timedelta(days=days)
    near = any(
        a.today <= m <= limit and calendar.add(m, -a.setting("material_days")) >= a.today for m in forum.meetings
    )
    return None if near != arg.startswith("!") else Fault("meeting_far" if not near else "meeting_soon")


def not_late(a: Attempt, arg: str) -> Fault | None:
    """`not_late:reopen_months`: within so many months after the case ended (routine A1.6)."""
    ended = a.fact_date("ended_on")
    months = a.setting(arg)
    return None if ended is None or a.today <= ended + timedelta(days=31 * months) else Fault("too_late")


def last_step(a: Attempt, arg: str) -> Fault | None:
    """`last_step:yes`/`no` by the case's own rung."""
    last = a.cover.rung == a.world.org.ladder[-1]
    return None if last == (arg != "no") else Fault("ladder_ends" if last else "ladder_goes_on")


def step_can_answer(a: Attempt, arg: str) -> Fault | None:
    """The forum that has the case can answer it in time; when not, the case may pass it as a detour (law 3)."""
    forum = a.world.org.forums[a.cover.forum]
    return Fault("step_blocked", {"forum": forum.name}) if a.standstill() else None


def step_blocked(a: Attempt, arg: str) -> Fault | None:
    """The reverse: the forum that has the case is paused, ended, without members, silent, or late with it."""
    return Fault("step_open") if step_can_answer(a, arg) is None else None


def in_future(a: Attempt, arg: str) -> Fault | None:
    """`in_future:until`: the date lies after today."""
    day = a.given(arg)
    return None if day is None or day > a.today else Fault("date_behind", field=arg)


def happened(a: Attempt, arg: str) -> Fault | None:
    """`happened:met_on`: the date is not ahead of today."""
    day = a.given(arg)
    return None if day is None or day <= a.today else Fault("date_ahead", field=arg)


def behind_us(a: Attempt, arg: str) -> Fault | None:
    """`behind_us:told_when`: words for a time, none of which lies ahead of today altogether."""
    said = a.given(arg)
    first = parse_fuzzy(said, a.today).earliest if isinstance(said, str) else None
    return None if first is None or first <= a.today else Fault("told_ahead", field=arg)


def enough_members(a: Attempt, arg: str) -> Fault | None:
    """`enough_members:members_needed`: so many cases show the same pattern (routine A3 S1)."""
    needed, found = a.setting(arg), int(a.cover.facts.get("members", 0))
    return None if found >= needed else Fault("few_members", {"needed": str(needed), "found": str(found)})


def later_than_due(a: Attempt, arg: str) -> Fault | None:
    """`later_than_due:answer=new_date`: an extension really extends."""
    code, _, name = arg.partition("=")
    deadline, day = a.deadline(code), a.given(name)
    ok = deadline is None or day is None or day > deadline.due
    return None if ok else Fault("not_later", {"date": deadline.due.isoformat() if deadline else ""}, name)


def is_urgent(a: Attempt, arg: str) -> Fault | None:
    """`is_urgent:yes|no`."""
    return None if a.cover.urgent == (arg != "no") else Fault("not_urgent" if arg != "no" else "is_urgent")


def telephoned(a: Attempt, arg: str) -> Fault | None:
    """`telephoned:telephoned_first`: what is urgent has been told by telephone before it is sent (routine A1.2)."""
    return None if not a.cover.urgent or a.given(arg) is True else Fault("telephone_first", field=arg)


def marked(a: Attempt, arg: str) -> Fault | None:
    """`marked:lex`: the actor's own party has marked a serious event; nobody else can see that it has (D-70)."""
    return None if arg in a.snapshot.marks else Fault("not_marked")


def measures_left(a: Attempt, arg: str) -> Fault | None:
    """`measures_left` some planned measure remains; `:no` none; `:more` another after this; `:last` only this one."""
    left = len(measures.left(a.cover.facts))
    holds = {"": left > 0, "no": left == 0, "more": left > 1, "last": left == 1}[arg]
    return None if holds else Fault("measures_remain" if arg in ("no", "last") else "no_measures_left")


def convertible(a: Attempt, arg: str) -> Fault | None:
    """The county has a routine for that kind of case."""
    return None if arg in a.successors else Fault("not_convertible")


def unit_named(a: Attempt, arg: str) -> Fault | None:
    """`unit_named`, `unit_named:no`: whether the receiving side has named the unit that handles the case."""
    named = a.cover.receiving is not None and bool(a.cover.receiving.unit)
    return None if named == (arg != "no") else Fault("no_unit_named" if not named else "unit_named")


def was_sent(a: Attempt, arg: str) -> Fault | None:
    """`was_sent`, `was_sent:no`: whether the case has once reached the other party."""
    sent = a.cover.receiving is not None
    if sent == (arg != "no"):
        return None
    return Fault("sent_already", door=_first_door(a, ("end",))) if sent else Fault("never_sent")


def _first_door(a: Attempt, moves: tuple[str, ...]) -> Door | None:
    here = {m.code for m in a.definition.from_stage.get(a.cover.stage, ())}
    return next((Door(m) for m in moves if m in here), None)


def _door_out(a: Attempt, moves: tuple[str, ...]) -> Door | None:
    """The first of these moves that leads out of this stage: the same code may stand for a note that changes none."""
    out = {m.code for m in a.definition.from_stage.get(a.cover.stage, ()) if m.to != "@same"}
    return next((Door(m) for m in moves if m in out), None)


def _remembering(a: Attempt, name: str) -> Door | None:
    """The move of this stage that makes the case remember that, where it is the actor's."""
    for move in a.definition.from_stage.get(a.cover.stage, ()):
        kept = any(word == "remember" and arg.partition("=")[0] == name for word, arg in move.then)
        if kept and not move.automatic and any(a.is_actor(role) for role in move.by):
            return Door(move.code, sv=move.text.sv, en=move.text.en)
    return None


def _option(a: Attempt, code: str, value: str) -> Text:
    """A choice in the words of the routine."""
    return dict(a.definition.inputs[code].options)[value]


def _side_of(a: Attempt, key: str) -> Side | None:
    """The side of the case that a post belongs to."""
    sides = (s for s in (a.cover.raising, a.cover.receiving) if s is not None)
    holder = holder_of(key)
    return next((s for s in sides if holder in {s.holder(at) for at in ("unit", "operation", "authority")}), None)


def _chosen(a: Attempt, arg: str) -> Side | None:
    """The place that an input names: an operation, or a unit."""
    code = a.given(arg)
    if not isinstance(code, str):
        return None
    return a.world.org.sides.get(f"operation:{code}") or a.world.org.sides.get(code)


GUARDS: dict[str, Guard] = {
    g.__name__: g
    for g in (
        below, reached, passed, same_party, other_party, across, unit_of_receiver, fact, answer_is, kind, own_check,
        nothing_owed, owed, own_operation, care_named, in_remit, single_event_ceiling, file_ready, no_identity,
        next_step, ladder_goes_on, living_group, beside, seated, once_per_ground, first_here, meeting_near, not_late,
        last_step, step_can_answer, step_blocked, in_future, later_than_due, settled, is_urgent, marked,
        measures_left, convertible, was_sent, unit_named, care_stands, toward_owner, happened, behind_us,
        enough_members, in_time, telephoned, over_ball, same_side, can_go_on, below_forum, with_lower_forum,
        watcher_reads, has_answer, letter_stands, decided, answer_sent, last_to_give, own_words, alike_long,
    )
}  # fmt: skip

REASONS: dict[str, tuple[str, ...]] = {
    "below": ("limit_{name}",), "reached": ("not_yet_{name}",), "passed": ("not_passed",),
    "in_time": ("out_of_time",),
    "same_party": ("other_party", "own_party", "operation_has_it"),
    "other_party": ("same_party", "own_party", "operation_has_it"),
    "across": ("own_party",), "unit_of_receiver": ("unit_elsewhere",),
    "fact": ("fact_{name}",), "answer_is": ("choice_{name}",), "kind": ("other_kind",), "own_check": ("own_check",),
    "nothing_owed": ("owed_{name}",), "owed": ("not_owed_{name}",),
    "last_to_give": ("given_by_others_{name}", "others_owe_{name}"), "own_operation": ("own_operation",),
    "care_named": ("care_unnamed",), "in_remit": ("remit_unasked", "economic_case"),
    "single_event_ceiling": ("single_event",),
    "file_ready": ("file_missing", "file_before_split", "file_unread", "file_unasked"),
    "no_identity": ("identity_found",), "next_step": ("ladder_ends", "unknown_forum", "skip", "not_competent"),
    "ladder_goes_on": ("ladder_ends", "ladder_goes_on"),
    "living_group": ("group_paused", "group_ended", "group_unknown", "group_own", "group_leans_up"),
    "beside": ("group_on_ladder",), "seated": ("no_other_arena", "strangers"),
    "once_per_ground": ("returned_before",), "first_here": ("limit_{name}",),
    "meeting_near": ("meeting_far", "meeting_soon"), "not_late": ("too_late",),
    "last_step": ("ladder_ends", "ladder_goes_on"), "step_can_answer": ("step_blocked",),
    "step_blocked": ("step_open",), "in_future": ("date_behind",), "later_than_due": ("not_later",),
    "settled": ("owed_{name}",), "is_urgent": ("not_urgent", "is_urgent"), "marked": ("not_marked",),
    "measures_left": ("measures_remain", "no_measures_left"), "convertible": ("not_convertible",),
    "was_sent": ("never_sent", "sent_already"), "unit_named": ("no_unit_named", "unit_named"),
    "care_stands": ("care_stands",),
    "toward_owner": ("owner_ahead", "owner_next"),
    "happened": ("date_ahead",), "behind_us": ("told_ahead",), "enough_members": ("few_members",),
    "telephoned": ("telephone_first",),
    "below_forum": ("inside_forum", "earlier_resting"), "with_lower_forum": ("returned_elsewhere",),
    "watcher_reads": ("watcher_blind",), "has_answer": ("answer_there", "answer_not_there"),
    "letter_stands": ("letter_not_yet", "letter_stands"), "decided": ("answer_decided",),
    "answer_sent": ("answer_unsent",), "own_words": ("view_not_own",), "alike_long": ("views_uneven",),
    "over_ball": ("ball_elsewhere", "not_handed_over"),
    "same_side": ("has_it_already", "other_side"), "can_go_on": ("cannot_go_on",),
}  # fmt: skip
"""The reasons that each guard may give; a routine must have the words for all of those it uses."""


def reasons_of(name: str, arg: str) -> tuple[str, ...]:
    subject = arg.lstrip("!").partition("=")[0]
    return tuple(code.format(name=subject) for code in REASONS[name])
