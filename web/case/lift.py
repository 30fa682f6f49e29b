"""The preview before a lift: what goes, who will read what from now on, which letters leave, which dates are set.

It is the very decision that the lift would write, made and not written; the lift is made from this page only, with
the same words and against the same version of the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for

from cases.acting import Refused, Stale, preview
from cases.chain import canonical
from cases.shown_before import FILE, OPENED, Shown, changed, lines_shown, shown_of
from cases.sight import READS
from cases.view_after import handed_over
from cases.wording import POSTS
from web.case.case_dates import Owing, dates_set_by, owed_by, reading_owed, reading_told
from web.case.many import MANY, crowd_of_places, crowd_of_posts
from web.case.meanwhile import Answer, gone_answer, told
from web.case.moves import CLIMBS, command_of, expected_of, fields_of, refused_answer, stale_answer
from web.case.opened import Opened, open_case
from web.case.seen_after import seen_after
from web.desk import desk
from web.fields import Field
from web.forms import carried, form_key, is_proved, proof_of, shown_in
from web.guard import Right, here, open_to
from web.said import Said, texts_of
from workflows.definition import Definition
from workflows.nouns import Contribution, Decision, DocketRow, Refusal
from workflows.organisation import holder_of
from workflows.roles import FORUM_FUNCTIONS, LEVEL

TOLD = "told:"
"""How a letter that goes at once is marked in the docket; the others are reminders."""

RETURNS = "return"
"""The move by which a forum sends a case back; by others a case comes to a named function and nowhere back."""

REFERS = "refer"
"""The move by which a forum asks a group and waits for it."""

COMPARTMENTS = ("cover", "shared", "file", "forum", "inner")

ORIGINAL = ("open", "submit", "answer", "supplement", "contest", "agree", "sign")
"""Lines of the parties' own record that stand beside the forum file: the matter, and how it was answered."""

pages = Blueprint("lift", __name__)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may read more from now on: the place, its functions that read, and what."""

    place: str
    functions: tuple[str, ...]
    compartments: tuple[str, ...]
    party: bool
    """One of the two parties' own places, which read the case already."""
    given: frozenset[str]
    each: tuple[str, ...] = ()
    """Where many are told as one: their names."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter, or several alike that leave at the same time."""

    who: tuple[str, ...]
    text: str
    when: str
    at_once: bool
    """Word of the step itself; the others are reminders, which lapse when what they ask for is done."""


@pages.route("/cases/<case:number>/preview/<move>", methods=["POST"])
@open_to(Right.ACTING, refills=True)
def page(number: str, move: str) -> Answer:
    case, typed = open_case(number), request.form.to_dict()
    if not case.rows(move):
        return gone_answer(case, move, typed)
    if expected_of(typed) != case.view.cover.version:
        return _stale(case, move, typed)
    answer = preview(desk().record, here().seer, number, command_of(case, move, typed), case.w.now)
    if isinstance(answer, Refusal):
        return refused_answer(case, move, typed, Refused(answer))
    shown = shown_of(answer, case.view.versions, case.view.leaving.revision if case.view.leaving else 0)
    news = _news(case, move, typed, shown)
    return _show(case, move, typed, answer, shown, news), 409 if news else 200


def _news(case: Opened, move: str, typed: Mapping[str, str], shown: Shown) -> tuple[str, ...]:
    """What has become another since the preview that the form comes from; nothing where it comes from none."""
    version = case.view.cover.version
    if not is_proved(typed.get("proof", ""), case.number, move, version, here().account, typed):
        return ()
    before = shown_in(typed)
    return tuple(sentence for part in changed(before, shown) for sentence in _now(case, part, before, shown))


def _now(case: Opened, part: str, before: Shown, shown: Shown) -> Iterator[str]:
    """One part in words: of the file which revision leaves now, of what opens each line that has come."""
    if part == OPENED:
        known = lines_shown(before)
        for line in case.view.lines:
            if line.seq > known.get(line.compartment, line.seq):
                yield case.w.t("preview.now_opened", what=told(case, line))
    elif part == FILE and shown[FILE] != "0":
        yield case.w.t("preview.now_file", revision=shown[FILE])
    else:
        yield case.w.t(f"preview.now_{part}_none" if part == FILE else f"preview.now_{part}")


@pages.get("/cases/<case:number>/preview/<move>")
@open_to(Right.ACTING)
def again(number: str, move: str) -> Answer:
    """A preview has no address of its own; the form that leads to it has."""
    open_case(number)
    return redirect(url_for("moves.form", number=number, move=move), 303)


def _stale(case: Opened, move: str, typed: Mapping[str, str]) -> Answer:
    line = next(line for line in reversed(case.view.lines) if line.compartment == "cover")
    return stale_answer(case, move, typed, Stale(case.view.cover.version, line.actor, line.code, line.at))


def _show(
    case: Opened, move: str, typed: Mapping[str, str], decision: Decision, shown: Shown, news: Sequence[str]
) -> str:
    version, file, cover = decision.cover.version, case.view.leaving or case.view.file, decision.cover
    new = [f for f in cover.forums if f not in case.view.cover.forums]
    forums = cover.forums if move in CLIMBS else new
    definition = desk().record.library.routine(cover.definition).definition
    carries = canonical(shown)
    readers, leaving = tuple(_readers(case, decision)), handed_over(case.view, cover, case.said.world.org)
    return render_template(
        "preview.html",
        case=case,
        move=move,
        title=case.row_text(decision.rule),
        typed=carried(typed),
        key=typed.get("key") or form_key(),
        expected=version,
        shown=carries,
        news=news,
        proof=proof_of(case.number, move, version, here().account, {**typed, "shown": carries}),
        forums=[case.w.place(f"forum:{f}") for f in forums],
        known=bool(forums) and not new,
        back=_back(case, decision),
        addressee=_addressee(case, decision),
        group=_group(case, decision),
        carries=bool(new) and leaving is not None,
        file=file,
        waited=reading_told(case, file.revision) if file else "",
        waited_for=reading_owed(case, file.revision) if file else None,
        words=tuple(texts_of(case, leaving)) if leaving is not None else (),
        original=tuple(original(case)) if case.side else (),
        written=tuple(_written(case, move, typed)),
        readers=[r for r in readers if not r.party],
        sides=[r for r in readers if r.party],
        seen=seen_after(case, decision, ((r.place, r.given) for r in readers if not r.party)),
        no_more=_no_more(case, decision),
        letters=tuple(_letters(case, decision, definition)),
        dates=dates_set_by(case, decision, definition),
        ball=case.w.post(cover.ball) if cover.ball else "",
        task=case.w.say(definition.task_words(cover.stage, cover.next_task)),
        next_date=cover.next_date,
        owed=tuple(_owed(case, decision, definition)),
    )


def _back(case: Opened, decision: Decision) -> str:
    """The step that a forum returns a case to, and the place there; "" for other moves."""
    stage = case.definition.stages.get(decision.cover.stage)
    if decision.move != RETURNS or stage is None or stage.ball != "named":
        return ""
    if decision.cover.lower_forum:
        return case.w.place(f"forum:{decision.cover.lower_forum}")
    local = next((f"{case.w.say(rung.name)}, " for rung in case.said.rungs), "")
    return local + case.w.place(holder_of(decision.cover.ball))


def _addressee(case: Opened, decision: Decision) -> str:
    """Whom the step makes the receiver, "" for moves that leave that as it is."""
    before, after = case.view.cover.receiving, decision.cover.receiving
    return case.w.place(after.holder("unit")) if after is not None and after != before else ""


def _group(case: Opened, decision: Decision) -> str:
    """The group that a step refers the question to, "" for all others; the case stays where it is."""
    group = str(decision.cover.facts.get("referred") or "")
    return case.w.place(f"forum:{group}") if decision.move == REFERS and group else ""


def _written(case: Opened, move: str, typed: Mapping[str, str]) -> Iterator[Said]:
    """What was filled in, as it will stand in the history."""
    for field in fields_of(case, move, typed):
        if field.kind != "measures" and field.value.strip():
            yield Said(field.label, case.w.sentence(_spoken(case, field)))


def _spoken(case: Opened, field: Field) -> str:
    """An answer as people read it; a place or a function by its name, also where the form did not offer it."""
    if field.spoken != field.value or not field.value:
        return field.spoken
    if field.kind == "forum":
        return case.w.place(f"forum:{field.value}")
    return case.w.post(field.value) if field.kind in POSTS else field.value


def original(case: Opened) -> Iterator[Said]:
    for line in case.view.lines:
        if line.compartment == "shared" and line.code in ORIGINAL:
            yield from texts_of(case, line)


def _readers(case: Opened, decision: Decision) -> Iterator[Reader]:
    """Holders that are given something new, forums first; then that the others keep what they have is said once."""
    sides = [s for s in (case.view.cover.raising, case.view.cover.receiving) if s is not None]
    parties = {s.holder(level) for s in sides for level in ("unit", "operation", "authority")}
    opened: dict[str, list[str]] = {}
    lead = {f"forum:{code}": place for place, code in enumerate(decision.cover.forums)}
    for grant in sorted(decision.grants_opened, key=lambda g: (lead.get(g.holder, len(lead)), g.holder)):
        opened.setdefault(grant.holder, []).append(grant.compartment)
    alike: dict[tuple[tuple[str, ...], frozenset[str], bool], list[str]] = {}
    for holder, compartments in opened.items():
        kinds = {name.partition(":")[0] for name in compartments}
        functions = tuple(case.w.function(f) for f in functions_at(holder) if READS[f] & kinds)
        alike.setdefault((functions, frozenset(compartments), holder in parties), []).append(holder)
    for (functions, given, party), holders in alike.items():
        kinds = {name.partition(":")[0] for name in given}
        read = tuple(case.w.t(f"compartment.{k}") for k in COMPARTMENTS if k in kinds)
        if len(holders) >= MANY:
            crowd = crowd_of_places(case, holders, parties)
            yield Reader(crowd.text[:1].upper() + crowd.text[1:], functions, read, party, given, crowd.each)
        else:
            yield from (Reader(case.w.place(holder), functions, read, party, given) for holder in holders)


def _no_more(case: Opened, decision: Decision) -> list[str]:
    """Places that know of the case today and not after the step."""
    return sorted(case.w.place(g.holder) for g in decision.grants_ended if g.compartment == "cover")


def functions_at(holder: str) -> list[str]:
    """Functions that a place of this kind has and that read anything of a case."""
    kind = holder.partition(":")[0]
    if kind == "forum":
        known = sorted(FORUM_FUNCTIONS & set(READS), key=list(READS).index)
        return [f for f in known if f not in ("guest", "co_opted")]
    if kind == "arena":
        return ["process_leader"]
    return [f for f in READS if LEVEL.get(f) == kind]


def _letters(case: Opened, decision: Decision, definition: Definition) -> Iterator[Letter]:
    """By time; those that say the same at the same time are told together."""
    alike: dict[tuple[bool, str, str], list[str]] = {}
    for row in sorted(decision.docket_new, key=lambda r: (r.due_at, r.post)):
        if row.kind == "letter":
            told = (row.notch.startswith(TOLD), _about(case, row, definition), case.w.moment(row.due_at))
            alike.setdefault(told, []).append(row.post)
    for (at_once, text, when), posts in alike.items():
        yield Letter(crowd_of_posts(case, posts), text, when, at_once)


def _about(case: Opened, row: DocketRow, definition: Definition) -> str:
    if row.notch.startswith(TOLD):
        return case.w.t("preview.told")
    code = row.deadline.partition("#")[0]
    rule = definition.deadlines.get(code) or definition.contributions[code]
    return case.w.t("preview.reminder", what=case.w.say(rule.text))


def _owed(case: Opened, decision: Decision, definition: Definition) -> Iterator[tuple[Owing, tuple[str, ...]]]:
    """What others are asked for by this step, and who of them for the same."""
    known, alike = {part.key for part in case.view.contributions}, dict[tuple[str, date], list[Contribution]]()
    for part in _new(decision.contributions, known):
        alike.setdefault((part.code, part.due), []).append(part)
    for asked in alike.values():
        posts = (part.asked for part in asked)
        yield owed_by(case, decision, asked[0], definition), crowd_of_posts(case, posts)


def _new(contributions: Iterable[Contribution], known: set[str]) -> list[Contribution]:
    return sorted((c for c in contributions if c.status == "owed" and c.key not in known), key=lambda c: c.due)
