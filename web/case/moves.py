"""Any move of the routine as a form: its questions come from the definition, and nothing typed is ever lost.

A move that lets somebody new read the case, or sends it to another step, is looked at in a preview first (lift.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.acting import Refused, Stale, act
from cases.answers import Acted, KeyReused
from cases.database import DatabaseBusy
from cases.shown_before import ShownOtherwise
from cases.whose_view import VIEWS
from cases.wording import POSTS
from web.case.clause import clause_in
from web.case.meanwhile import Answer, by_oneself, gone_answer, news, news_texts, not_here, task, ways_on, written
from web.case.narrowing import landing, narrowed, within_reach
from web.case.opened import Opened, open_case
from web.case.reported import aside, first_answers, receivers, sends
from web.case.subject import own_views, standing, subjects
from web.case.ways import follows, needed_by, needed_when, only_open, taken_by, taken_when, takes, title
from web.choices import Choices
from web.desk import desk
from web.errors import BUSY_AGAIN, answer_to
from web.fields import Asked, Field, fields, values
from web.forms import Summary, form_key, is_proved, shown_in
from web.guard import Right, here, open_to
from web.reporting.on_call import calls
from web.reporting.report_finder import found_operations, offered_operations, search_name, searched
from web.said import view_of
from web.words import words
from workflows.answering import GOES as ANSWER
from workflows.answering import decides
from workflows.nouns import Command, Door, Grant
from workflows.organisation import holder_of

PREVIEWED = frozenset((
    "escalate", "forward", "transfer", "refer", "return", "copy", "convert", "take_position", "hand_over", "redirect",
    "ask_part",
))  # fmt: skip
"""Moves that change who may read the case or where it lies."""

CLIMBS = frozenset(("escalate", "forward"))
"""Moves up the ladder."""

OF_A_REPORT = frozenset(("assign", "acknowledge", "answer"))
"""What is done with a report on the receiving side: with an urgent one, somebody is telephoned meanwhile."""

TAKEN_ALONG = "along"
"""The step by which what was typed for a move is taken along to another one's form: when it is gone, or through the
door beside a refusal."""

pages = Blueprint("moves", __name__)


@pages.get("/cases/<case:number>/moves/<move>")
@open_to(Right.ACTING)
def form(number: str, move: str) -> Answer:
    case = open_case(number)
    offer = case.offer(move)
    if offer is None:
        return gone_answer(case, move)
    refused = tuple(case.reason(r) for r in offer.reasons)
    typed = own_views(case, move) | first_answers(case, move) | standing(case, move) | _told_in_address(case, move)
    return show(case, move, typed, form_key(), refused=refused, door=offer.next_door), 200


def _told_in_address(case: Opened, move: str) -> dict[str, str]:
    """Answers that the address of a form brings with it: the way that a button names, the forum behind a door."""
    return {code: request.args[code] for code in asked_by(case, move).codes if code in request.args}


@pages.post("/cases/<case:number>/moves/<move>")
@open_to(Right.ACTING, refills=True)
def make(number: str, move: str) -> Answer:
    case, typed = open_case(number), request.form.to_dict()
    if not case.rows(move):
        return gone_answer(case, move, typed)
    key = typed.get("key") or form_key()
    if typed.get("step") == TAKEN_ALONG:
        typed |= _told_in_address(case, move)
    if "more" in typed or typed.get("step") in ("change", "search", TAKEN_ALONG):
        return show(case, move, typed, key), 200
    seen = is_proved(typed.get("proof", ""), number, move, expected_of(typed), here().account, typed)
    if move in PREVIEWED and not seen:
        return redirect(url_for("lift.page", number=number, move=move), 307)
    return _act(case, move, typed, key)


def _act(case: Opened, move: str, typed: Mapping[str, str], key: str) -> Answer:
    at, command, shown = desk(), command_of(case, move, typed), shown_in(typed) if move in PREVIEWED else None
    try:
        acted = act(at.record, here().seer, case.number, command, words().now, expected=expected_of(typed), key=key,
                    shown=shown)  # fmt: skip
    except Stale as stale:
        return stale_answer(case, move, typed, stale)
    except ShownOtherwise:
        return redirect(url_for("lift.page", number=case.number, move=move), 307)
    except Refused as refused:
        return refused_answer(case, move, typed, refused)
    except (KeyReused, DatabaseBusy) as error:
        answer = answer_to(error)
        kept = form_key() if isinstance(error, KeyReused) else key
        headers = {"Retry-After": str(BUSY_AGAIN)} if answer.status == 503 else {}
        return show(case, move, typed, kept, {"": [case.w.t(f"error.{answer.key}.text")]}), answer.status, headers
    return _on(acted, move)


def _on(acted: Acted, move: str) -> Response:
    """Back to the case, or to the list for whoever may no longer read it."""
    gone = acted.decision is not None and Grant(holder_of(here().post), "cover") in acted.decision.grants_ended
    if gone:
        return redirect(url_for("worklist.page", left=acted.number), 303)
    return redirect(url_for("case_page.page", number=acted.number, done=move, version=acted.version), 303)


def expected_of(typed: Mapping[str, str]) -> int:
    """The version that the page showed; a form without one is always stale."""
    text = typed.get("expected", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def asked_by(case: Opened, move: str) -> Asked:
    """What the form asks for: of an open move what its rows take, else everything any row of the move takes."""
    offer = case.offer(move)
    if offer is not None and not offer.reasons:
        return Asked(offer.required, offer.inputs, offer.depending)
    rows = case.rows(move)
    codes = tuple(dict.fromkeys(code for row in rows for code in (*row.needs, *row.may)))
    needed = tuple(code for code in codes if all(code in row.needs for row in rows))
    return Asked(needed, codes, tuple(c for c in codes if c not in needed and any(c in row.needs for row in rows)))


def command_of(case: Opened, move: str, typed: Mapping[str, str]) -> Command:
    """What was typed. A part of an answer that stood in the form and was emptied there is said to be empty; a side's
    view that the form began with is left out where the chosen way takes none."""
    emptied = {code: "" for code in standing(case, move) if not typed.get(code, "x").strip()}
    given = values(case.definition, asked_by(case, move).codes, typed)
    idle = {code for code, text in own_views(case, move).items()
            if given.get(code, "").split() == text.split() and not takes(case, move, given, code)}  # fmt: skip
    return Command(move, emptied | {code: value for code, value in given.items() if code not in idle})


def show(
    case: Opened, move: str, typed: Mapping[str, str], key: str, errors: Mapping[str, Sequence[str]] | None = None, *,
    refused: Sequence[str] = (), door: Door | None = None, stale: Stale | None = None,
) -> str:  # fmt: skip
    """The form with what was typed in it. `refused` are reasons that no field can mend; `stale` says who was first."""
    shown = fields_of(case, move, typed, errors)
    readers = dict(_readers(case, move, shown))
    alike = next(iter(readers.values())) if len(readers) > 1 and len(set(readers.values())) == 1 else ""
    return render_template(
        "move.html", case=case, move=move, title=title(case, move, typed), fields=shown, key=key, refused=refused,
        door=door, stale=stale, follows=follows(case, move),
        summary=Summary.of(shown, errors or {}), previewed=move in PREVIEWED,
        about=tuple(subjects(case, move)), readers={} if alike else readers, all_read=alike,
        calls=_to_call(case, move, typed),
        own=bool(stale) and by_oneself(case, expected_of(typed)),
        task=task(case), news=news(case, expected_of(typed)) if stale else (),
        news_texts=news_texts(case, expected_of(typed)) if stale else (),
        kept=_kept(case, typed, shown) if stale or typed.get("step") == TAKEN_ALONG else (),
        ways_on=tuple(ways_on(case, move)) if stale and refused else (), along=TAKEN_ALONG,
    )  # fmt: skip


def fields_of(
    case: Opened, move: str, typed: Mapping[str, str], errors: Mapping[str, Sequence[str]] | None = None
) -> tuple[Field, ...]:
    choices = Choices(case.w, case.view.cover.raising.arena, case.view.cover)
    shown = fields(case.definition, asked_by(case, move), typed, choices, case.w, errors)
    shown = tuple(replace(f, when=needed_when(case, move, f.code)) if f.depends else f for f in shown)
    shown = tuple(
        replace(f, taken_by=taken_by(case, move, f.code), needed_by=needed_by(case, move, f.code)) for f in shown
    )
    shown = tuple(
        replace(f, when=taken_when(case, move, f.code)) if f.taken_by and not (f.required or f.depends) else f
        for f in shown
    )
    shown = tuple(only_open(case, move, replace(f, label=_label(case, f))) for f in shown)
    shown = tuple(_few(case, move, f, typed, [f.code for f in shown]) for f in shown)
    shown = tuple(_with_present(case, move, f) for f in shown)
    if sends(case, move):
        shown = tuple(replace(f, help=" ".join(filter(None, (f.help, aside(case, f.code))))) for f in shown)
    return tuple(within_reach(case, shown) if move in CLIMBS else narrowed(case, move, shown))


def _label(case: Opened, field: Field) -> str:
    """A question for one side's view names the side to whoever writes both; a side's own is asked for as it is."""
    return (view_of(case, field.code) if field.code in VIEWS else "") or field.label


def _with_present(case: Opened, move: str, field: Field) -> Field:
    """A question for a function that the case has already, and keeps when nobody else is chosen."""
    done = {word for row in case.rows(move) for word in row.then}
    keeps = ("remember", field.code) in done and ("forget", field.code) not in done
    held = str(case.view.cover.facts.get(field.code) or "") if field.kind in POSTS and keeps else ""
    if not held:
        return field
    now = case.w.t("form.now", who=case.w.post(held))
    return replace(field, help=" ".join(filter(None, (field.help, now))), blank=case.w.t("form.as_now"))


def _few(case: Opened, move: str, field: Field, typed: Mapping[str, str], codes: Sequence[str]) -> Field:
    """A list as long as the county is offered as a handful: operations as a report's form offers them, those that the
    sending unit is likely to mean; and clauses."""
    if field.kind == "clause":
        return clause_in(case, move, field, typed, codes)
    if field.kind != "operation":
        return field
    side, w = case.view.cover.raising, case.w
    found = found_operations(w, side, typed.get(search_name(field.code), ""))
    at, there = url_for("moves.make", number=case.number, move=move), case.view.cover.receiving
    # Whoever has the case asks another; a report that came back may go to the same one again.
    has = there.operation if there is not None and not sends(case, move) else ""
    return searched(field, typed, [o for o in offered_operations(w, side, ()) if o != has], found, at)


def _to_call(case: Opened, move: str, typed: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Whom to telephone about an urgent case: the operation that the report is sent on to, or the other side."""
    cover, side = case.view.cover, case.side
    if not cover.urgent or not (sends(case, move) or move in OF_A_REPORT):
        return ()
    if sends(case, move):
        return calls(case.w, (typed.get("operation", ""), *receivers(case)))
    other = cover.raising if side == "receiving" else cover.receiving
    return calls(case.w, (other.operation,)) if side and other is not None else ()


def _readers(case: Opened, move: str, shown: Sequence[Field]) -> Iterator[tuple[str, str]]:
    """Who will read what is written: a forum and the parties, the parties alone, or the forum alone. What somebody of a
    party writes about a person's case stays with the parties, whatever forum it lies before (law 6)."""
    w, cover = case.w, case.view.cover
    forums = cover.forums or landing(case)
    local = cover.kind != "systemic_issue" and not holder_of(here().post).startswith("forum:")
    lead = w.place(f"forum:{forums[0]}") if forums else w.t("move.a_forum")
    others = w.together([w.place(f"forum:{f}") for f in forums])
    lower = any(f.kind == "lower_post" for f in shown)
    for field in (f for f in shown if f.lines):
        rule = case.definition.inputs[field.code]
        goes = rule.goes if rule.goes != ANSWER or _waits(case, move) else "file"
        if rule.chosen_by:
            asked = case.definition.inputs[rule.chosen_by].label
            yield field.code, w.t("move.reads_chosen", who=lead, question=w.say(asked).rstrip("?"))
        elif goes in ("file", "forum", ANSWER) and not local:
            yield field.code, w.t(f"move.reads_{'lower' if lower else goes}", who=lead)
        elif goes == "file" and others and not cover.forums:
            yield field.code, w.t("move.reads_later", who=others[:1].upper() + others[1:])
        elif (goes in ("file", "forum") or (goes == "shared" and move in CLIMBS)) and others:
            yield field.code, w.t("move.reads_parties", who=others)


def _waits(case: Opened, move: str) -> bool:
    """Whether an answer's words stay with the forum after this move, until the answer is sent."""
    rows = case.definition.from_stage[case.view.cover.stage]
    return case.definition.stages[case.view.cover.stage].unsent or any(decides(r) for r in rows if r.code == move)


def stale_answer(case: Opened, move: str, typed: Mapping[str, str], stale: Stale) -> Answer:
    """Somebody was first: the case as it is now, and beside it everything that was typed."""
    now = open_case(case.number)
    offer = now.offer(move)
    refused = tuple(now.reason(r) for r in offer.reasons) if offer is not None else (not_here(now, move, opened=True),)
    return show(now, move, typed, form_key(), refused=refused, stale=stale), 409


def refused_answer(case: Opened, move: str, typed: Mapping[str, str], refused: Refused) -> Answer:
    """Every reason at its field, those of no field above, and the next door."""
    errors: dict[str, list[str]] = {}
    for reason in refused.refusal.reasons:
        errors.setdefault(reason.field, []).append(case.reason(reason))
    for code in _not_asked_yet(case, move, errors):
        del errors[code]
    # A question that was left open is answered here; another door is for what no answer can mend.
    mendable = all(r.field and r.code.startswith("input_") for r in refused.refusal.reasons)
    door = None if mendable else refused.refusal.next_door
    here = door is not None and door.move == move and not door.target
    return show(case, move, typed, typed.get("key", ""), errors, door=None if here else door), 422


def _not_asked_yet(case: Opened, move: str, errors: Mapping[str, Sequence[str]]) -> list[str]:
    """Questions that only some answers need, where the one that decides has no answer yet."""
    deciding = {code: needed_by(case, move, code).partition("=")[0] for code in errors}
    return [code for code, question in deciding.items() if question and question != code and question in errors]


def _kept(case: Opened, typed: Mapping[str, str], shown: Sequence[Field]) -> tuple[str, ...]:
    """Texts that the form as it is now has no field for."""
    codes = {f.code for f in shown}
    return tuple(said.text for code, said in written(case, typed) if code not in codes)
