"""One docket row as its receiver reads it: which text, which day, what is asked and why.

Never a word from a case, and no name but that of the receiver's own place (domain.md section 6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast
from urllib.parse import quote

from cases.clock.fates import Claimed
from cases.clock.letters import Told, moves_told
from cases.clock.receivers import Receiver
from cases.clock.relevance import LISTED
from cases.explaining import explain_deadline
from cases.names import Names, names_of
from cases.record import Record
from cases.reports.follow_links import stand_in, tokens_kept
from cases.wording import LINES
from notifications import markup
from notifications.delivery import Letterhead
from notifications.joined_words import LATE, SENT, Pairs, Words
from notifications.texts import Forms, forms
from notifications.which_text import HANDED, owed_beside, owed_by, promise, text_of
from workflows.attempt import World
from workflows.calendar import MONTHS, Language, spoken
from workflows.definition import Definition, Move, Text
from workflows.definition_posts import CHAIRING
from workflows.happened import UNTOLD, filled
from workflows.in_words import said, within
from workflows.nouns import Actor, Deadline, Snapshot
from workflows.office_hours import local_date
from workflows.organisation import function_of, holder_of
from workflows.why import Explanation
from workflows.word_at_once import TOLD

KINDS: Mapping[str, Text] = {
    "deviation": Text("avvikelse", "deviation"),
    "dispute": Text("tvist", "dispute"),
    "systemic_issue": Text("systemfel", "systemic issue"),
}
URGENT: Mapping[str, Text] = {
    "deviation": Text("skyndsam avvikelse", "urgent deviation"),
    "dispute": Text("skyndsam tvist", "urgent dispute"),
    "systemic_issue": Text("skyndsamt systemfel", "urgent systemic issue"),
}
"""A risk that goes on is seen in the subject already; that it is urgent stands on the cover, like the kind."""

OPEN, FOLLOW = Text("Öppna ärendet", "Open the case"), Text("Följ din rapport", "Follow your report")
SIGNED_IN = Text("när du har loggat in", "when you have signed in")
BY_LINK = Text("genom länken", "by the link")
"""What the link is called and where the matter is read: whoever reported without an account has nowhere to sign in."""

BY, WAS_DUE = Text("Senast {date}.", "By {date}."), Text("Skulle ha varit klart {date}.", "It was due on {date}.")
ALSO = Text("{task} (senast {date})", "{task} (by {date})")
ENDED = Text("Ärendet är avslutat.", "The case has ended.")
REMINDERS = ("before", "after", "passed", "list", "remains")
"""Texts about the very date that a row names."""
ONE_LINE = frozenset(("start", "rule", "named", "meeting", "fallback", "paused", "extended", "awaited"))
LEFT_OUT = frozenset(("source", "forum", "event"))
"""What of an explanation fits a letter: these steps, without these facts; the case page has them all."""


@dataclass(frozen=True, slots=True)
class Item:
    """One docket row as its receiver reads it, or those that tell her of steps in one case at one moment."""

    number: str
    day: date
    subject: str
    text: str
    html: str
    function: str
    form: str
    task: str
    rows: tuple[Claimed, ...]

    @property
    def listed(self) -> bool:
        """A line of the monthly list: it comes after all that has a day of its own."""
        return self.rows[0].row.notch.startswith(LISTED)


@dataclass(frozen=True, slots=True)
class WritingDesk:
    """What a round's letters are written with, gathered once."""

    record: Record
    world: World
    names: Names
    forms: Forms
    letterhead: Letterhead
    told: Mapping[int, Told]
    """Row -> the move that it tells of."""
    followed: Mapping[int, str]
    """Case -> the token of the link by which a reporter without an account follows it."""
    now: datetime

    @property
    def today(self) -> date:
        return local_date(self.now)


def desk_for(record: Record, pairs: Pairs, letterhead: Letterhead, now: datetime) -> WritingDesk:
    functions: dict[str, Text] = {}
    for claimed, _ in pairs:
        functions |= record.library.routine(claimed.case.cover.definition).definition.functions
    with record.database.read() as tx:
        world = record.world(tx, now)
        posts = {_whose(name, claimed) for claimed, _ in pairs for name in ("told", "before")} - {""}
        names = names_of(tx, posts | {receiver.post for _, receiver in pairs}, functions)
        told = moves_told(tx, (claimed for claimed, _ in pairs))
        followed = tokens_kept(tx, record, (claimed.case_id for claimed, receiver in pairs if not receiver.account))
    return WritingDesk(record, world, names, forms(), letterhead, told, followed, now)


def item_of(said_together: Words, desk: WritingDesk) -> Item:
    claimed, receiver, rows = said_together
    cover, language = claimed.case.cover, cast(Language, receiver.language)
    definition = desk.record.library.routine(cover.definition).definition
    name = text_of(said_together, desk.told)
    day, words = _about(name, said_together, definition, desk, language)
    if name == "before" and day is not None and day < desk.today:
        # It waited in an outage: nobody is asked for something by a day that has been.
        name = "after"
    if name == "after" and not _may_have_more_time(claimed, receiver, desk):
        name = "passed"
    kind = said((URGENT if cover.urgent else KINDS)[cover.kind], language)
    words["step"] = "; ".join(dict.fromkeys(filter(None, (_step(one, desk, language) for one in rows))))
    if name in ("turn", "still"):
        words["also"] = _also(said_together, definition, desk, language)
    words["ended"] = said(ENDED, language) if cover.status == "ended" else ""
    whose = _whose(name, claimed)
    words["own" if _is_own(claimed.row.post, whose) else "theirs"] = words["task"]
    words["whose"] = desk.names.post(whose, language) if whose else ""
    words |= {"kind": kind, "Kind": kind.capitalize(), "number": cover.number, "link": _link(claimed, receiver, desk)}
    words["open"] = said(OPEN if receiver.account else FOLLOW, language)
    words["day"] = f"{day.day} {MONTHS[language][day.month - 1]}" if day else ""
    words["date"] = spoken(day, language) if day else ""
    words["by"] = said(BY if day is None or day >= desk.today else WAS_DUE, language).format(**words) if day else ""
    form = desk.forms[name, language]
    subject, text = form.filled(words)
    html = markup.case_part(form, words)
    function = desk.names.post(receiver.post, language)
    return Item(cover.number, day or date.max, subject, text, html, function, name, words["task"], rows)


def _link(claimed: Claimed, receiver: Receiver, desk: WritingDesk) -> str:
    """The case's page, opened in the receiver's function; for a reporter without an account the link that is hers,
    with a stand-in for its token until the letter leaves."""
    base = desk.letterhead.base_url
    if not receiver.account:
        return f"{base}/follow/{stand_in(claimed.case.cover.number, desk.followed[claimed.case_id])}"
    return f"{base}/cases/{claimed.case.cover.number}?as={quote(receiver.post, safe='@:.')}"


def _may_have_more_time(claimed: Claimed, receiver: Receiver, desk: WritingDesk) -> bool:
    """Whether the date that has passed can be moved by whoever is written to: else no letter asks her for a new day."""
    case, post = claimed.case, claimed.row.post
    deadline = case.deadlines.get(claimed.row.deadline)
    if deadline is None:
        return False
    snapshot = Snapshot(case.cover, tuple(case.deadlines.values()), tuple(case.contributions.values()))
    actor = Actor(receiver.account, post, frozenset((post, receiver.post)))
    routine = desk.record.library.routine(case.cover.definition)
    return routine.may_extend(snapshot, deadline.code, actor, desk.world, desk.now)


def _about(
    name: str, together: Words, definition: Definition, desk: WritingDesk, language: Language
) -> tuple[date | None, dict[str, str]]:
    """The day that a text is about, and what it says of it."""
    claimed = together.row
    case, row = claimed.case, claimed.row
    cover = case.cover
    words = dict.fromkeys(("task", "own", "theirs", "step", "why", "silence", "default", "also"), "")
    if name in REMINDERS and row.deadline in case.contributions:
        owed = case.contributions[row.deadline]
        rule = definition.contributions[owed.code]
        return owed.due, words | {"task": said(rule.text, language), "silence": within(said(rule.silence, language))}
    if name in ("asked", "answered") or (name in HANDED and row.post != cover.ball):
        asked = owed_by(together)
        texts = (said(definition.contributions[c.code].text, language) for c in asked)
        return asked[0].due, words | {"task": "; ".join(dict.fromkeys(texts))}
    deadline = _deadline(name, claimed, definition)
    if name != "ended":
        words["task"] = said(definition.task_words(cover.stage, cover.next_task), language)
    if deadline is not None:
        words["why"] = _why(deadline, definition, desk.world, language)
        words["default"] = within(said(definition.deadlines[deadline.code].default_text, language))
        return deadline.due, words
    return cover.next_date, words


def _whose(name: str, claimed: Claimed) -> str:
    """Whose move it is that a text is about: a reminder may climb, and is told to others than the one who is asked."""
    case, row = claimed.case, claimed.row
    if name in REMINDERS and row.deadline in case.contributions:
        return case.contributions[row.deadline].asked
    return case.cover.ball


def _is_own(post: str, whose: str) -> bool:
    """Between meetings a forum's chairs have one question together, whichever of them has the ball (routine.md F4)."""
    alike = {function_of(post), function_of(whose)} <= CHAIRING and holder_of(post) == holder_of(whose)
    return post == whose or alike


def _also(together: Words, definition: Definition, desk: WritingDesk, language: Language) -> str:
    """What is asked of the reader beside the next step, each with its day."""
    owed = ((definition.contributions[c.code].text, c.due) for c in owed_beside(together, desk.told))
    return "; ".join(
        said(ALSO, language).format(task=said(text, language), date=spoken(due, language)) for text, due in owed
    )


def _deadline(name: str, claimed: Claimed, definition: Definition) -> Deadline | None:
    """The date that a reminder is about, the promise that a reporter is told, or the stage's one date (law 1)."""
    case = claimed.case
    if name in REMINDERS:
        return case.deadlines[claimed.row.deadline]
    if name in SENT.values():
        return promise(claimed)
    if name == "late":
        broken = {r.code for r in definition.deadlines.values() if any(by.move == LATE for by in r.defaults)}
        return max((d for d in case.deadlines.values() if d.code in broken), key=lambda d: d.due, default=None)
    code = definition.stages[case.cover.stage].date
    return next((d for d in case.deadlines.values() if d.code == code and d.status == "open"), None)


def _step(claimed: Claimed, desk: WritingDesk, language: Language) -> str:
    """The move that a row tells of, in the words of the routine that it was made under; "" for reminders."""
    if not claimed.row.notch.startswith(TOLD):
        return ""
    code = claimed.row.notch.removeprefix(TOLD)
    routine, _, place = desk.told[claimed.id].rule.partition(":")
    known = desk.record.library.definitions.get(routine)
    rows = known.by_code.get(code, ()) if known is not None else ()
    return within(said(_happened(code, rows, place), language))


def _happened(code: str, rows: Sequence[Move], place: str) -> Text:
    """The words of the very row that was taken; of one that asks for a hidden mark, what everybody can see of it."""
    taken = next((move for move in rows if move.place == place), None)
    if taken is not None and _betrays(taken) and code in UNTOLD:
        return UNTOLD[code]
    if taken is None or _betrays(taken):
        taken = next((move for move in rows if not _betrays(move)), None)
    return filled(taken.happened) if taken is not None else LINES.get(code, Text("", ""))


def _betrays(move: Move) -> bool:
    """The words of a row that asks for a hidden mark would tell the other party of it (D-70)."""
    return any(name == "marked" for name, _ in move.guards)


def _why(deadline: Deadline, definition: Definition, world: World, language: Language) -> str:
    """Where the date comes from in one line; sources and skipped days stand on the case's page."""
    told = explain_deadline(deadline, definition, world, language)
    steps = tuple(
        replace(step, facts={name: fact for name, fact in step.facts.items() if name not in LEFT_OUT})
        for step in told.steps
        if step.kind in ONE_LINE
    )
    named = tuple(step for step in steps if step.kind == "named")
    return " ".join(Explanation(told.result, named or steps).lines(language))
