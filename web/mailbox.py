"""The demo's mailbox: letters that would have left, newest first, with nobody's real address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from flask import Blueprint, abort, render_template

from cases.clock.letters_written import WrittenLetter, written_letters
from web.desk import desk
from web.guard import Right, open_to

NEWEST = 200

pages = Blueprint("mailbox", __name__, url_prefix="/mailbox")


@dataclass(frozen=True, slots=True)
class Post:
    """One letter as its receiver would see it."""

    handle: str
    to: str
    subject: str
    language: str
    written_at: datetime
    delivered_at: datetime | None


@pages.get("")
@open_to(Right.DEMO)
def page() -> str:
    return render_template("mailbox.html", letters=[_post(letter) for letter in written_letters(desk().record, NEWEST)])


@pages.get("/<handle>")
@open_to(Right.DEMO)
def letter(handle: str) -> str:
    found = next((item for item in written_letters(desk().record, NEWEST) if _handle(item) == handle), None)
    if found is None:
        abort(404)
    return render_template("letter.html", letter=_post(found), paragraphs=_paragraphs(found))


def _post(letter: WrittenLetter) -> Post:
    language = str(_message(letter).get("Content-Language", "sv"))
    return Post(_handle(letter), letter.address, letter.subject, language, letter.written_at, letter.delivered_at)


def _message(letter: WrittenLetter) -> EmailMessage:
    return message_from_bytes(letter.body, policy=policy.default)


def _handle(letter: WrittenLetter) -> str:
    """The left side of the Message-ID, as `stegen mailbox` names it: no key of the database leaves the process."""
    return letter.message_id.strip("<>").partition("@")[0]


def _paragraphs(letter: WrittenLetter) -> list[tuple[str, str]]:
    """Lines of the plain text, each with the page of ours that it ends with, if any, apart."""
    part = _message(letter).get_body(preferencelist=("plain",))
    text = part.get_content() if part is not None else ""
    return [_parted(line, desk().serving.base_url + "/") for line in str(text).splitlines()]


def _parted(line: str, base: str) -> tuple[str, str]:
    words, _, last = line.strip().rpartition(" ")
    return (words, last) if last.startswith(base) else (line, "")
