"""Several cases handed over at once: chosen in the work list, looked through, and then each on its own.

A case that one may not know of is answered like a number that never was: it is left out, and nothing tells that it was
among them. What stands in the way of one case stops no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, abort, render_template, request

from cases.acting import Refused, Stale, act, preview
from cases.answers import KeyReused
from cases.apply import CaseMovedOn
from cases.database import DatabaseBusy
from cases.lists.listed_subjects import subjects_of
from cases.lists.worklist import PAGE, Item
from cases.number import NumberError, parse_number
from cases.sight import CaseUnknown, function_name
from web.case.opened import Opened, open_case
from web.choices import Choices, Group, Option
from web.desk import desk
from web.errors import answer_to
from web.fields import Asked, Field, fields
from web.forms import Summary, form_key
from web.guard import Right, here, open_to
from web.words import words
from workflows.nouns import Command, Decision, Reason, Refusal
from workflows.organisation import holder_of
from workflows.passing_on import ABOVE, HANDLING, takers

MOVE = "hand_over"
HAS_IT = "has_it_already"
ASKED = Asked(("handed_to", "handed_why"))

pages = Blueprint("hand_over", __name__, url_prefix="/cases/hand-over")


@dataclass(frozen=True, slots=True)
class Chosen:
    """One case that was chosen, and what became of it. `why` is what stands in the way; `reads` says who reads it from
    now on where that changes; `seen` is the cover's version; `gone` whether the one who gave it reads it no more."""

    number: str
    subject: str = ""
    task: str = ""
    day: str = ""
    giver: str = ""
    why: tuple[str, ...] = ()
    reads: str = ""
    seen: int = -1
    gone: bool = False


def may_pick(post: str, ball: str) -> bool:
    """Whether a row of the list has a box: for whoever has the case, or a function that stands above others."""
    return post == ball or (function_name(post) in ABOVE and function_name(ball) in HANDLING)


@pages.get("")
@open_to(Right.ACTING)
def form() -> str:
    return _form(_opened(request.args.getlist("case")), {})


@pages.post("/preview")
@open_to(Right.ACTING)
def look_through() -> str | tuple[str, int]:
    """Which would go and which not; nothing is written."""
    typed, cases = request.form.to_dict(), _opened(request.form.getlist("case"))
    if not cases:
        return _form(cases, typed), 422
    command = Command(MOVE, _given(typed))
    found = {case.number: preview(desk().record, here().seer, case.number, command, words().now) for case in cases}
    errors = _at_fields(found.values(), cases[0]) or _has_them(found.values(), command)
    if errors:
        return _form(cases, typed, errors), 422
    about = _about(cases)
    looked = [_looked(about[case.number], case, found[case.number]) for case in cases]
    return render_template(
        "hand_over_review.html", going=[c for c in looked if not c.why], staying=[c for c in looked if c.why],
        taker=words().post(typed["handed_to"]), typed={code: typed[code] for code in ASKED.needs}, key=form_key(),
        chosen=[case.number for case in cases],
    )  # fmt: skip


@pages.post("")
@open_to(Right.ACTING, refills=True)
def make() -> str | tuple[str, int]:
    """Each case by the one way that every move goes, with a key of its own: sent twice, it has one effect."""
    typed, seen = request.form.to_dict(), dict(_seen(request.form.getlist("seen")))
    if typed.get("step") == "change":
        return _form(_opened(request.form.getlist("case")), typed)
    given = _given(typed)
    done = [
        one for one in (_made(number, given, version, typed) for number, version in seen.items()) if one is not None
    ]
    if not done:
        return _form((), typed), 422
    return render_template(
        "hand_over_done.html", went=[c for c in done if not c.why], stayed=[c for c in done if c.why],
        taker=words().post(typed.get("handed_to", "")),
    )  # fmt: skip


def _made(number: str, inputs: Mapping[str, str], version: int, typed: Mapping[str, str]) -> Chosen | None:
    """What became of one; None for what one may not know of."""
    w, key = words(), typed.get("key") or form_key()
    try:
        acted = act(
            desk().record, here().seer, number, Command(MOVE, inputs), w.now, expected=version, key=f"{key}/{number}"
        )
    except CaseUnknown:
        # The same form sent again, after the case has left one's sight, is answered by its key before it comes here.
        return None
    except Refused as refused:
        return Chosen(number, why=_told(refused.refusal.reasons))
    except (Stale, CaseMovedOn):
        return Chosen(number, why=(w.t("hand.stale"),))
    except (KeyReused, DatabaseBusy) as error:
        return Chosen(number, why=(w.t(f"error.{answer_to(error).key}.text"),))
    return Chosen(number, gone=acted.decision is None or _leaves(acted.decision))


def _leaves(decision: Decision) -> bool:
    return any(g.holder == holder_of(here().post) and g.compartment == "cover" for g in decision.grants_ended)


def _opened(numbers: Iterable[str]) -> tuple[Opened, ...]:
    """The chosen cases that one may know of, each once, at most a page of a list."""
    if function_name(here().post) not in HANDLING:
        abort(404)
    return tuple(filter(None, (_known(number) for number in list(dict.fromkeys(numbers))[:PAGE])))


def _known(number: str) -> Opened | None:
    try:
        found = open_case(parse_number(number))
    except (NumberError, CaseUnknown):
        return None
    return found if found.covered else None


def _seen(pairs: Iterable[str]) -> Iterator[tuple[str, int]]:
    """(number, the version that the preview showed) of what the form carries."""
    for pair in list(pairs)[:PAGE]:
        number, _, version = pair.partition(":")
        try:
            known = parse_number(number)
        except NumberError:
            continue
        yield known, int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else -1


def _given(typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed, as the rules take it; what is blank is left out."""
    found = {code: typed.get(code, "").replace("\r\n", "\n") for code in ASKED.needs}
    return {code: text for code, text in found.items() if text.strip()}


def _form(cases: Sequence[Opened], typed: Mapping[str, str], errors: Mapping[str, Sequence[str]] | None = None) -> str:
    """Who takes over, and why. Without a case there is nothing to ask, whatever was chosen."""
    shown = tuple(_fields(cases, typed, errors)) if cases else ()
    about = _about(cases)
    return render_template(
        "hand_over.html", cases=[replace(about[c.number], why=_told(_against(c))) for c in cases], fields=shown,
        summary=Summary.of(shown, errors or {}),
    )  # fmt: skip


def _fields(
    cases: Sequence[Opened], typed: Mapping[str, str], errors: Mapping[str, Sequence[str]] | None
) -> Iterator[Field]:
    """The routine's own questions; whom to choose among are all that could take any of the cases, and have it not
    already."""
    w, first = words(), cases[0]
    choices = Choices(w, first.view.cover.raising.arena, first.view.cover)
    open_now = (case.view.cover for case in cases if not _against(case))
    org = w.directory.world.org
    found = dict.fromkeys(key for cover in open_now for key in takers(cover, org) if key != cover.ball)
    group = Group("", tuple(Option(key, w.post(key)) for key in found))
    for field in fields(first.definition, ASKED, typed, choices, w, errors):
        yield replace(field, groups=(group,)) if field.kind == "own_post" else field


def _against(case: Opened) -> tuple[Reason, ...]:
    """Why this case is not for the one who looks to hand over, whoever would take it."""
    offer = case.offer(MOVE)
    return offer.reasons if offer is not None else ()


def _about(cases: Sequence[Opened]) -> dict[str, Chosen]:
    """What tells each case from its neighbours."""
    w = words()
    lines = subjects_of(desk().record, here().seer, [_item(case) for case in cases], w.now)
    return {case.number: _chosen(case, lines.get(case.number, "")) for case in cases}


def _chosen(case: Opened, subject: str) -> Chosen:
    cover, w = case.view.cover, case.w
    task = w.say(case.said.task(cover.stage, cover.next_task)) if cover.next_task else ""
    day = w.day(cover.next_date) if cover.next_date else ""
    return Chosen(cover.number, subject, task, day, giver=w.post(cover.ball), seen=cover.version)


def _item(case: Opened) -> Item:
    cover = case.view.cover
    return Item(
        cover.number, cover.kind, cover.status, cover.stage, cover.rung, cover.definition, cover.ball, cover.next_task,
        cover.next_date, cover.urgent, cover.version,
    )  # fmt: skip


def _at_fields(found: Iterable[Decision | Refusal], case: Opened) -> dict[str, list[str]]:
    """What is wrong with the form itself, whichever the case: a question left open, or a number in the reason."""
    errors: dict[str, list[str]] = {}
    for answer in found:
        for reason in answer.reasons if isinstance(answer, Refusal) else ():
            told = case.reason(reason)
            if _of_form(reason) and told not in errors.setdefault(reason.field, []):
                errors[reason.field].append(told)
    return errors


def _has_them(found: Iterable[Decision | Refusal], command: Command) -> dict[str, list[str]]:
    """The function that was chosen, by its name, where it has every one of the cases already."""
    if not all(isinstance(answer, Refusal) and HAS_IT in {r.code for r in answer.reasons} for answer in found):
        return {}
    w = words()
    return {"handed_to": [w.t("hand.has_them", who=w.post(str(command.inputs["handed_to"])))]}


def _of_form(reason: Reason) -> bool:
    return reason.field == "handed_why" or (reason.field == "handed_to" and reason.code.startswith("input_"))


def _looked(about: Chosen, case: Opened, answer: Decision | Refusal) -> Chosen:
    if isinstance(answer, Refusal):
        return replace(about, why=_told(answer.reasons))
    opened = sorted({g.holder for g in answer.grants_opened if g.compartment == "cover"})
    ended = sorted({g.holder for g in answer.grants_ended if g.compartment == "cover"})
    if not opened:
        return about
    new, old = (", ".join(case.w.place(holder) for holder in holders) for holders in (opened, ended))
    return replace(about, reads=case.w.t("hand.reads", new=new, old=old))


def _told(reasons: Iterable[Reason]) -> tuple[str, ...]:
    w = words()
    return tuple(w.sentence(r.sv if w.language == "sv" else r.en) for r in reasons)
