"""Writing letters: one to each person for all that a round has for her, a section for each of her functions; to a
function's mailbox one for each case.

A letter says number, kind, what is asked, which day and why, and where to click; never a word from a case, and no
name but that of the receiver's own place (domain.md section 6).
"""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import cast
from urllib.parse import quote

from cases.break_glass import BROKEN
from cases.explaining import explain_deadline
from cases.fates import Claimed
from cases.follow_links import tokens_kept
from cases.letters import Draft, rules_told
from cases.names import Names, names_of
from cases.receivers import Receiver
from cases.record import Record
from cases.relevance import GIVEN_BACK, LISTED, TAKEN_OVER
from cases.wording import LINES
from notifications import markup
from notifications.delivery import Letterhead
from notifications.texts import Form, forms
from workflows.attempt import World
from workflows.calendar import MONTHS, Language, spoken
from workflows.definition import Definition, Move, Text
from workflows.happened import filled
from workflows.in_words import said
from workflows.nouns import Contribution, Deadline
from workflows.organisation import function_of
from workflows.why import Explanation

log = logging.getLogger(__name__)

KINDS: Mapping[str, Text] = {
    "deviation": Text("avvikelse", "deviation"),
    "dispute": Text("tvist", "dispute"),
    "systemic_issue": Text("systemfel", "systemic issue"),
}
SENT = ("submit", "check")
"""The moves with which a report leaves the reporter's unit (routine.md A1); she gets a receipt for them."""

ANSWERED = "answer"
"""The move that brings the reporter her answer, with the question whether it solved the problem."""

LATE = "late"
"""The move that tells the reporter that the promised day has passed without an answer."""

OPEN, FOLLOW = Text("Öppna ärendet", "Open the case"), Text("Följ din rapport", "Follow your report")
SIGNED_IN = Text("när du har loggat in", "when you have signed in")
BY_LINK = Text("genom länken", "by the link")
"""What the link is called and where the matter is read: whoever reported without an account has nowhere to sign in."""

PAGE = 1000
"""Rows in one letter. A function with more has another problem than its letters."""

MOST_REFERENCES = 20
"""Cases whose threads a letter joins; a header line has an end."""

TOLD = "told:"
HANDED = (TAKEN_OVER.removeprefix(TOLD), GIVEN_BACK.removeprefix(TOLD))
GLASS = f"{TOLD}{BROKEN}"
"""An administrator has read the case: said by itself, whoever has the next step and whether there is one."""

REMINDERS = ("before", "after", "list")
"""Texts about the very date that a row names."""
ONE_LINE = frozenset(("start", "rule", "named", "meeting", "fallback", "paused", "extended"))
LEFT_OUT = frozenset(("source", "forum", "event"))
"""What of an explanation fits a letter: these steps, without these facts; the case page has them all."""


@dataclass(frozen=True, slots=True)
class Item:
    """One docket row as its receiver reads it."""

    number: str
    day: date
    subject: str
    text: str
    html: str
    function: str
    row: Claimed

    @property
    def listed(self) -> bool:
        """A line of the monthly list: it comes after all that has a day of its own."""
        return self.row.row.notch.startswith(LISTED)


@dataclass(frozen=True, slots=True)
class WritingDesk:
    """What a round's letters are written with, gathered once."""

    record: Record
    world: World
    names: Names
    forms: Mapping[tuple[str, str], Form]
    letterhead: Letterhead
    rules: Mapping[int, str]
    """Row -> the rule of the move that it tells of."""
    followed: Mapping[int, str]
    """Case -> the token of the link by which a reporter without an account follows it."""


Pairs = Sequence[tuple[Claimed, Receiver]]


def desk_for(record: Record, pairs: Pairs, letterhead: Letterhead, now: datetime) -> WritingDesk:
    functions: dict[str, Text] = {}
    for claimed, _ in pairs:
        functions |= record.library.routine(claimed.case.cover.definition).definition.functions
    with record.database.read() as tx:
        world = record.world(tx, now)
        names = names_of(tx, {receiver.post for _, receiver in pairs}, functions)
        rules = rules_told(tx, (claimed for claimed, _ in pairs))
        followed = tokens_kept(tx, record, (claimed.case_id for claimed, receiver in pairs if not receiver.account))
    return WritingDesk(record, world, names, forms(), letterhead, rules, followed)


def draft_letters(pairs: Pairs, desk: WritingDesk, now: datetime) -> tuple[tuple[Draft, ...], Mapping[int, str]]:
    """A letter for each person's address, and the rows that cannot be put into words, by id, with the fault's name.

    Such a row is left out of every letter, so that it neither holds up the others nor reaches only some.
    """
    items: dict[Receiver, list[Item]] = defaultdict(list)
    broken: dict[int, str] = {}
    for claimed, receiver in pairs:
        try:
            items[receiver].append(_item(claimed, receiver, desk))
        except Exception as error:
            log.exception("The docket row %s cannot be put into words.", claimed.row.key)
            broken[claimed.id] = type(error).__name__
    together: dict[tuple[str, str, str], list[tuple[Receiver, Item]]] = defaultdict(list)
    for receiver, written in items.items():
        for item in written:
            if item.row.id not in broken:
                together[receiver.account, receiver.address, _apart(receiver, item)].append((receiver, item))
    drafts = [draft for found in together.values() for draft in _drafts(found, desk, now)]
    return tuple(drafts), broken


def _apart(receiver: Receiver, item: Item) -> str:
    """What keeps letters to one address apart: an office files by case, and its monthly list is one letter."""
    if not receiver.shared:
        return ""
    return LISTED if item.listed else item.number


def _drafts(found: Sequence[tuple[Receiver, Item]], desk: WritingDesk, now: datetime) -> Iterator[Draft]:
    """One letter, however much there is; only beyond a thousand rows it comes in pages."""
    items = sorted((item for _, item in found), key=lambda item: (item.listed, item.day, item.number))
    pages = [items[start : start + PAGE] for start in range(0, len(items), PAGE)]
    for number, page in enumerate(pages, 1):
        yield _draft(found[0][0], page, f" ({number}/{len(pages)})" if len(pages) > 1 else "", desk, now)


def _draft(receiver: Receiver, items: Sequence[Item], page: str, desk: WritingDesk, now: datetime) -> Draft:
    subject, text, html = _whole(items, page, receiver, desk.forms)
    message_id = _message_id([item.row.row.key for item in items], receiver.account, desk.letterhead.domain)
    draft = Draft(message_id, receiver.account, receiver.address, subject, b"", tuple(i.row for i in items))
    try:
        numbers = list(dict.fromkeys(item.number for item in items))
        body = _message(draft, text, html, receiver.language, numbers, desk.letterhead, now)
    except (MessageError, ValueError, IndexError) as error:
        # An address that is none must not stop the letters to those whose addresses are sound.
        return replace(draft, refused=f"the address cannot be written to ({error}); correct it with `stegen user`")
    return replace(draft, body=body)


def _whole(
    items: Sequence[Item], page: str, receiver: Receiver, texts: Mapping[tuple[str, str], Form]
) -> tuple[str, str, str]:
    """Subject, text and HTML of a letter: of one case, or of several."""
    language = cast(Language, receiver.language)
    by_function: dict[str, dict[str, str]] = defaultdict(dict)
    for item in items:
        # Two functions of a party that fall to one person say the same thing to her once.
        by_function[item.function].setdefault(item.text, item.html)
    section, letter = texts["office" if receiver.shared else "section", language], texts["letter", language]
    sections, parts = [], []
    for function, written in by_function.items():
        words = {"function": function, "items": "\n\n".join(written)}
        sections.append(section.filled(words)[1])
        parts.append(markup.section_part(section, words, "\n".join(written.values())))
    count = len({item.number for item in items})
    where = said(SIGNED_IN if receiver.account else BY_LINK, language)
    words = {"count": str(count), "sections": "\n\n\n".join(sections), "where": where}
    subject, text = letter.filled(words)
    subject = (subject if count > 1 else items[0].subject) + page
    return subject, text, markup.whole(letter, words, subject, "\n".join(parts), language)


def _message(
    draft: Draft, text: str, html: str, language: str, numbers: Sequence[str], letterhead: Letterhead, now: datetime
) -> bytes:
    """The whole message, headers and all, as it will be sent every time. Raises for an address that is none."""
    draft.address.encode("ascii")
    message = EmailMessage(policy=SMTP)
    message["From"] = letterhead.sender
    message["To"] = Address(addr_spec=draft.address)
    message["Subject"] = draft.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = draft.message_id
    message["References"] = " ".join(f"<case.{number}@{letterhead.domain}>" for number in numbers[:MOST_REFERENCES])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text + "\n", cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = language
    message.set_boundary(f"={draft.message_id[1:33]}=")
    return message.as_bytes()


def _message_id(keys: Sequence[str], account: str, domain: str) -> str:
    """The same rows to the same person always have the same id, whoever writes the letter and however often."""
    text = "\n".join([account, *sorted(keys)])
    return f"<{hashlib.sha256(text.encode()).hexdigest()[:32]}@{domain}>"


def _item(claimed: Claimed, receiver: Receiver, desk: WritingDesk) -> Item:
    cover, language = claimed.case.cover, cast(Language, receiver.language)
    definition = desk.record.library.routine(cover.definition).definition
    name = _form(claimed, receiver)
    kind = said(KINDS[cover.kind], language)
    day, words = _about(name, claimed, definition, desk.world, language)
    words["step"] = _step(claimed, desk, language)
    words |= {"kind": kind, "Kind": kind.capitalize(), "number": cover.number, "link": _link(claimed, receiver, desk)}
    words["open"] = said(OPEN if receiver.account else FOLLOW, language)
    words["day"] = f"{day.day} {MONTHS[language][day.month - 1]}" if day else ""
    words["date"] = spoken(day, language) if day else ""
    form = desk.forms[name, language]
    subject, text = form.filled(words)
    html = markup.case_part(form, words)
    return Item(cover.number, day or date.max, subject, text, html, desk.names.post(receiver.post, language), claimed)


def _link(claimed: Claimed, receiver: Receiver, desk: WritingDesk) -> str:
    """The case's page, opened in the receiver's function; for a reporter without an account the link that is hers."""
    base = desk.letterhead.base_url
    if not receiver.account:
        return f"{base}/follow/{desk.followed[claimed.case_id]}"
    return f"{base}/cases/{claimed.case.cover.number}?as={quote(receiver.post, safe='@:.')}"


def _form(claimed: Claimed, receiver: Receiver) -> str:
    """Which text a row asks for."""
    cover, notch = claimed.case.cover, claimed.row.notch
    if notch.startswith(LISTED):
        return "list"
    if not notch.startswith(TOLD):
        return "after" if notch.startswith("+") and notch != "+0" else "before"
    if notch == GLASS:
        return "glass"
    if cover.status == "ended":
        return "ended"
    if notch in (TAKEN_OVER, GIVEN_BACK):
        return notch.removeprefix(TOLD)
    if function_of(receiver.post) == "reporter" and notch.removeprefix(TOLD) == LATE:
        return "late"
    if function_of(receiver.post) == "reporter" and notch.removeprefix(TOLD) in SENT and _promise(claimed) is not None:
        return "receipt"
    if claimed.row.post == cover.ball:
        return "turn"
    if not _owed(claimed):
        return "told"
    reporter = function_of(receiver.post) == "reporter"
    return "answered" if reporter and notch.removeprefix(TOLD) == ANSWERED else "asked"


def _owed(claimed: Claimed) -> list[Contribution]:
    """What is asked of the very function that a row goes to, the first date first."""
    owed = (c for c in claimed.case.contributions.values() if c.status == "owed" and c.asked == claimed.row.post)
    return sorted(owed, key=lambda c: (c.due, c.key))


def _about(
    name: str, claimed: Claimed, definition: Definition, world: World, language: Language
) -> tuple[date | None, dict[str, str]]:
    """The day that a text is about, and what it says of it."""
    case, row = claimed.case, claimed.row
    cover = case.cover
    words = dict.fromkeys(("task", "step", "why", "silence"), "")
    if name in REMINDERS and row.deadline in case.contributions:
        owed = case.contributions[row.deadline]
        rule = definition.contributions[owed.code]
        return owed.due, words | {"task": said(rule.text, language), "silence": said(rule.silence, language)}
    if name in ("asked", "answered") or (name in HANDED and row.post != cover.ball):
        asked = _owed(claimed)
        texts = (said(definition.contributions[c.code].text, language) for c in asked)
        return asked[0].due, words | {"task": "; ".join(texts)}
    deadline = _deadline(name, claimed, definition)
    if name != "ended":
        words["task"] = said(definition.task_words(cover.stage, cover.next_task), language)
    if deadline is not None:
        words["why"] = _why(deadline, definition, world, language)
        return deadline.due, words
    return cover.next_date, words


def _deadline(name: str, claimed: Claimed, definition: Definition) -> Deadline | None:
    """The date that a reminder is about, the promise that a reporter is told, or the stage's one date (law 1)."""
    case = claimed.case
    if name in REMINDERS:
        return case.deadlines[claimed.row.deadline]
    if name == "receipt":
        return _promise(claimed)
    if name == "late":
        broken = {r.code for r in definition.deadlines.values() if any(by.move == LATE for by in r.defaults)}
        return max((d for d in case.deadlines.values() if d.code in broken), key=lambda d: d.due, default=None)
    code = definition.stages[case.cover.stage].date
    return next((d for d in case.deadlines.values() if d.code == code and d.status == "open"), None)


def _promise(claimed: Claimed) -> Deadline | None:
    """By when the receiving side has promised to be done: the last of its open dates."""
    dates = [d for d in claimed.case.deadlines.values() if d.status == "open" and d.clock == "receiving"]
    return max(dates, key=lambda d: d.due, default=None)


def _step(claimed: Claimed, desk: WritingDesk, language: Language) -> str:
    """The move that a row tells of, in the words of the routine that it was made under; "" for reminders."""
    if not claimed.row.notch.startswith(TOLD):
        return ""
    code = claimed.row.notch.removeprefix(TOLD)
    routine, _, place = desk.rules[claimed.id].partition(":")
    known = desk.record.library.definitions.get(routine)
    rows = known.by_code.get(code, ()) if known is not None else ()
    taken = next((move for move in rows if move.place == place), None)
    if taken is None or _betrays(taken):
        taken = next((move for move in rows if not _betrays(move)), None)
    told = said(filled(taken.happened) if taken is not None else LINES.get(code, Text("", "")), language)
    return told[:1].lower() + told[1:]


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
    return " ".join(Explanation(told.result, steps).lines(language))
