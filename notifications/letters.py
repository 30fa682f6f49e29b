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
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import cast

from cases.clock.fates import FAILED
from cases.clock.letters import Draft
from cases.clock.receivers import Receiver
from cases.clock.relevance import LISTED
from notifications import markup
from notifications.addressing import NoAddress, to_address
from notifications.delivery import Letterhead
from notifications.items import BY_LINK, SIGNED_IN, Item, WritingDesk, item_of
from notifications.joined_words import Pairs, join_words
from notifications.subjects import Subject
from notifications.texts import Form, Forms, TextFaults
from notifications.which_text import HANDED
from workflows.calendar import Language
from workflows.in_words import said

log = logging.getLogger(__name__)

PAGE = 1000
"""Rows in one letter. A function with more has another problem than its letters."""

MOST_REFERENCES = 20
"""Cases whose threads a letter joins; a header line has an end."""

TEXT = "text: "
"""How the reason begins when a row waits for a text with a fault; the file, the line and what is wrong there follow."""

ARRIVALS = frozenset(("turn", *HANDED))
"""Texts that say what is to be done, by which day, to whoever it has just come to."""


def draft_letters(pairs: Pairs, desk: WritingDesk, now: datetime) -> tuple[tuple[Draft, ...], Mapping[int, str]]:
    """A letter for each person's address, and the rows that cannot be put into words, by id, with the reason.

    Such a row is left out of every letter, so that it neither holds up the others nor reaches only some.
    """
    items: dict[Receiver, list[Item]] = defaultdict(list)
    broken: dict[int, str] = {}
    for words in join_words(pairs):
        try:
            _around(words.receiver, desk.forms)
            items[words.receiver].append(item_of(words, desk))
        except TextFaults as error:
            log.error("The docket row %s waits for a text of letters. %s", words.row.row.key, error)
            broken |= dict.fromkeys((claimed.id for claimed in words.all), TEXT + error.faults[0])
        except Exception as error:
            log.exception("The docket row %s cannot be put into words.", words.row.row.key)
            broken |= dict.fromkeys((claimed.id for claimed in words.all), FAILED + type(error).__name__)
    _wait_together(broken, [item for written in items.values() for item in written])
    together: dict[tuple[str, str, str], list[tuple[Receiver, Item]]] = defaultdict(list)
    for receiver, written in items.items():
        for item in written:
            if item.rows[0].id not in broken:
                together[receiver.account, receiver.address, _apart(receiver, item)].append((receiver, item))
    drafts = [draft for found in together.values() for draft in _drafts(found, desk, now)]
    return tuple(drafts), broken


def _wait_together(broken: dict[int, str], items: Sequence[Item]) -> None:
    """What one reader is told together with a row that waits for its text waits with it, for every reader."""
    joined = [item.rows for item in items if len(item.rows) > 1]
    while broken and (torn := [rows for rows in joined if 0 < sum(one.id in broken for one in rows) < len(rows)]):
        for rows in torn:
            reason = next(broken[one.id] for one in rows if one.id in broken)
            broken |= {one.id: broken.get(one.id, reason) for one in rows}


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
    rows = tuple(claimed for item in items for claimed in item.rows)
    message_id = _message_id([claimed.row.key for claimed in rows], receiver.account, desk.letterhead.domain)
    draft = Draft(message_id, receiver.account, receiver.address, subject, b"", rows)
    try:
        numbers = list(dict.fromkeys(item.number for item in items))
        body = _message(draft, text, html, receiver.language, numbers, desk.letterhead, now)
    except NoAddress as fault:
        # An address that is none must not stop the letters to those whose addresses are sound.
        return replace(draft, refused=str(fault))
    return replace(draft, body=body)


def _around(receiver: Receiver, texts: Forms) -> tuple[Form, Form]:
    """The texts around all that one function, and one person, gets. Raises TextFaults."""
    return texts["office" if receiver.shared else "section", receiver.language], texts["letter", receiver.language]


def _whole(items: Sequence[Item], page: str, receiver: Receiver, texts: Forms) -> tuple[str, str, str]:
    """Subject, text and HTML of a letter: of one case, or of several."""
    language = cast(Language, receiver.language)
    by_function: dict[str, dict[str, str]] = defaultdict(dict)
    for item in _not_said_twice(items):
        # Two functions of a party that fall to one person say the same thing to her once.
        by_function[item.function].setdefault(item.text, item.html)
    section, letter = _around(receiver, texts)
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


def _not_said_twice(items: Sequence[Item]) -> Iterator[Item]:
    """A reminder of the very step that has come to its reader with the same letter says nothing more."""
    came = {(i.function, i.number, i.task, i.day) for i in items if i.form in ARRIVALS}
    for item in items:
        if (
            item.form not in ("before", "after", "passed", "remains")
            or (item.function, item.number, item.task, item.day) not in came
        ):
            yield item


def _message(
    draft: Draft, text: str, html: str, language: str, numbers: Sequence[str], letterhead: Letterhead, now: datetime
) -> bytes:
    """The whole message, headers and all, as it will be sent every time. Raises NoAddress."""
    message = EmailMessage(policy=SMTP)
    message["From"] = letterhead.sender
    message["To"] = to_address(draft.address)
    message["Subject"] = Subject(draft.subject)
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
