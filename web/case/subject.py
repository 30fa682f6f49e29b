"""What a move is about: the words that somebody answers, accepts or contests, shown above her own form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cases.reading import Line
from cases.whose_view import VIEWS
from web.case.opened import Opened
from web.case.reported import REPORT
from web.said import Said, texts_of
from workflows.answering import DECIDED, REWORDED, STANDS, words_to_send
from workflows.definition import A_DECISION, A_PROPOSAL

POSITIONS = ("take_position", "decide_chair", "decide_presidium", A_DECISION, A_PROPOSAL)
FORUMS_WORD = (*POSITIONS, "approve", "deliver")
ANSWER_TO_SEND = (POSITIONS, ("supplement",))
"""The answer as it was given, and how a chair has worded it otherwise."""

SENDS = "deliver"

PREPARES = "prepare"
BASIS = ("file", PREPARES, "confirm")
"""What a forum has before it: the file that was handed to it, its preparers' page, and what was said to it."""

PAGE_TO_READ = (("file",), (PREPARES,))
FILE_TO_READ = (("file",),)
OTHER_ARENAS_VIEW = "other_arena"
"""What the forum of the other arena is asked for: it is about the file that came to both."""

ABOUT = {
    "check": (("submit",),),
    "keep_internal": (("submit",),),
    **dict.fromkeys(("assign", "redirect"), (("submit",), ("check",))),
    "answer": (("submit",), ("supplement",)),
    "supplement": (("ask", "answer"),),
    "accept": (("answer", "acknowledge", "offer_times"),),
    "contest": (("answer", "done"),),
    "talk": (("answer",), ("contest",)),
    "read_note": (("answer",), ("contest",), ("talk",)),
    "confirm_agreement": (("contest",), ("talk", "agree")),
    "agree_or_escalate": (("answer",), ("contest",), ("talk",)),
    "agree": (("contest", "done"), ("talk", "agree")),
    "read_answer": (FORUMS_WORD,),
    "confirm": (("answer", *FORUMS_WORD),),
    "done": (("return", "offer_times", *FORUMS_WORD),),
    "sign": (("talk", "sign"),),
    "approve": ANSWER_TO_SEND,
    "deliver": ANSWER_TO_SEND,
    "report_decision": (POSITIONS,),
    "end": (("withdraw_asked",),),
    "reopen": (("answer",), FORUMS_WORD, ("agree", "end", "close")),
    **dict.fromkeys(("acknowledge", "prepare", "return", "refer", "outside_remit"), FILE_TO_READ),
    **dict.fromkeys(
        ("await_reading", "choose_way", "agenda", "forward", "decide", *POSITIONS[:3]), tuple((code,) for code in BASIS)
    ),
}
"""Move or task -> the kinds of earlier step that it is about; of each the newest that has words for this reader."""

RAISED = ("open", "convert")
"""Steps that raise a dispute, with its question."""

HELD_TO = (REPORT, *RAISED)
"""Steps that are read with the agreement which they are about."""

OF_THE_QUESTION = frozenset(("acknowledge", "offer_times"))
"""What the counterpart of a new dispute is asked for: it is about the question, until a forum has its own file."""

WAKE = "wake"
BEGINS = ("park", "refer", "return")
"""What wakes is about the step that began the present wait, and about no earlier one."""


def _in_forum(case: Opened, move: str) -> tuple[tuple[str, ...], ...]:
    """What a move that parties make too is about, for those of the forum: an answer's wording, the page to be read."""
    cover, owed = case.view.cover, [p for p in case.view.contributions if p.status == "owed"]
    if move == "confirm" and any(p.code == OTHER_ARENAS_VIEW and p.asked in case.view.posts for p in owed):
        return FILE_TO_READ
    if f"forum:{cover.forum}" not in case.view.compartments or not case.covered:
        return ()
    if move == "supplement" and case.said.definition.stages[cover.stage].unsent:
        return ANSWER_TO_SEND
    return PAGE_TO_READ if move == "confirm" and any(p.code == "page_read" for p in owed) else ()


def standing(case: Opened, move: str) -> dict[str, str]:
    """The words as they stand, for whoever changes them: a chair the answer, a preparer the page that hers replaces."""
    if move == PREPARES:
        page = case.lines(f"forum:{case.view.cover.forum}", PREPARES)[-1:]
        return {code: str(text) for line in page for code, text in line.texts.items()}
    if _in_forum(case, move) is not ANSWER_TO_SEND:
        return {}
    own = f"forum:{case.view.cover.forum}"
    lines = ((line.code, line.texts) for line in case.view.lines if line.compartment == own)
    asked = {code for row in case.rows(move) for code in (*row.needs, *row.may)}
    return {code: str(text) for code, text in words_to_send(case.definition, lines).items() if code in asked}


def own_views(case: Opened, move: str) -> dict[str, str]:
    """Each side's view as it stands in the file that the forum has, for a form in which both may be needed: neither
    side words the other's, and no chair either's (law 7)."""
    file = case.lines(f"file:{case.view.cover.forum}", "file")
    needed = {code for row in case.rows(move) for code in row.needs}
    return {code: str(file[-1].texts[code]) for code in VIEWS if file and code in needed and code in file[-1].texts}


@dataclass(frozen=True, slots=True)
class Subject:
    """An earlier step: its move, what it was, by whom and when, and its words."""

    code: str
    text: str
    who: str
    when: str
    said: tuple[Said, ...]


def subjects(case: Opened, move: str) -> Iterator[Subject]:
    """What the form of a move, or a task, is about, as far as this person reads it."""
    if move == WAKE:
        yield from _begun(case)
    cover = case.view.cover
    if move in OF_THE_QUESTION and cover.kind == "dispute" and not cover.forums:
        yield from newest(case, RAISED)
    falls = _falling(case) if move == SENDS else ()
    for codes in _in_forum(case, move) or ABOUT.get(move, ()):
        yield from newest(case, codes, falls)


def _falling(case: Opened) -> tuple[Line, ...]:
    """The words that do not go if the answer is sent: worded otherwise, and not approved by the other chair."""
    stands = case.view.cover.facts.get(DECIDED, {}).get(STANDS)
    own = [n for n in case.view.lines if n.compartment == f"forum:{case.view.cover.forum}" and n.texts]
    return tuple(line for line in own[stands:] if line.code == REWORDED) if stands is not None else ()


def newest(case: Opened, codes: tuple[str, ...], but: tuple[Line, ...] = ()) -> Iterator[Subject]:
    """The newest step with one of these codes that has words, whatever compartments they stand in."""
    last = next((n for n in reversed(case.view.lines) if n.code in codes and n.texts and n not in but), None)
    if last is not None:
        yield _step(case, last)


def _begun(case: Opened) -> Iterator[Subject]:
    """The step that began the wait; nothing where its words are not for this reader."""
    staged = (
        n for n in reversed(case.view.lines) if n.compartment == "cover" and "stage" in n.outcome.get("cover", {})
    )
    last = next(staged, None)
    if last is not None and last.code in BEGINS:
        begun = _step(case, last)
        if begun.said:
            yield begun


def _step(case: Opened, last: Line) -> Subject:
    act = [n for n in case.view.lines if (n.at, n.actor, n.code) == (last.at, last.actor, last.code)]
    said = (*_said_once(case, act), *(clause_named(case) if last.code in HELD_TO else ()))
    return Subject(last.code, case.w.say(case.said.line(act[0])), case.w.post(last.actor), case.w.moment(last.at), said)


def clause_named(case: Opened) -> Iterator[Said]:
    """The agreement that the case is held to, as it is named now; it is chosen and kept beside what was written."""
    if case.clause:
        yield Said(case.w.t("report.clause"), case.clause)


def _said_once(case: Opened, act: list[Line]) -> Iterator[Said]:
    """One step's words; what stands in several compartments is read once."""
    known: list[Said] = []
    for said in (s for line in sorted(act, key=_cover_last) for s in texts_of(case, line)):
        if said not in known:
            known.append(said)
            yield said


def _cover_last(line: Line) -> bool:
    """The report's words first, then what was chosen beside them."""
    return line.compartment == "cover"
