"""Files on their way with a report: stored when they are chosen, carried by the form as sealed words until it is sent.

A browser never gives a chosen file back into a form that is shown again, so that the form remembers it here.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from io import SEEK_END
from typing import BinaryIO, cast

from flask import request
from werkzeug.datastructures import FileStorage

from cases.contents.enclosures import MOST, Enclosed, receive
from cases.contents.paper_limits import count_paper
from cases.contents.papers import PaperRefused
from cases.signing_in.guesses import TooManyTries
from web.desk import desk
from web.guard import here
from web.words import words

FIELD, CARRIED, REMOVED = "files", "paper-", "remove-paper-"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A file that the form carries: the field that carries it, its sealed words, and what it is."""

    field: str
    sealed: str
    paper: Enclosed


def carried(typed: Mapping[str, str]) -> tuple[Chosen, ...]:
    """The files that the form carries and that were not taken away; what is none of ours is left out."""
    return tuple(_carried(typed))


def take_files(typed: dict[str, str], counted: Callable[[int], None] | None = None) -> list[str]:
    """Store the files that came with this request and let the form carry them; what is wrong with those that were not
    taken, in words.

    `counted` is told each file's size in bytes before it is stored. What it raises ends this; the form carries the
    files that were taken until then.
    """
    w, wrong = words(), []
    kept = {f"{CARRIED}{place}": chosen.sealed for place, chosen in enumerate(carried(typed), 1)}
    for name in [name for name in typed if name.startswith((CARRIED, REMOVED))]:
        del typed[name]
    typed |= kept
    for file in request.files.getlist(FIELD):
        if not file.filename:
            continue
        if len(kept) == MOST:
            wrong.append(w.t("report.too_many_files", most=MOST))
            break
        if counted is not None:
            counted(_size(file))
        try:
            paper = receive(desk().record, cast(BinaryIO, file.stream), file.filename)
        except PaperRefused as refused:
            wrong.append(w.t(f"report.file_{refused.reason}", name=file.filename[:80]))
            continue
        field = f"{CARRIED}{len(kept) + 1}"
        kept[field] = typed[field] = _sealed(paper)
    return wrong


def take_own_files(typed: dict[str, str]) -> list[str]:
    """The same for somebody who is signed in: counted for her."""
    at, w = desk(), words()
    try:
        return take_files(typed, lambda _: count_paper(at.record, here().account, w.now))
    except TooManyTries as many:
        return [w.t("report.files_too_much", when=w.moment(many.until))]


def _size(file: FileStorage) -> int:
    size = file.stream.seek(0, SEEK_END)
    file.stream.seek(0)
    return size


def _carried(typed: Mapping[str, str]) -> Iterator[Chosen]:
    for place in range(1, MOST + 1):
        sealed = typed.get(f"{CARRIED}{place}", "")
        paper = _opened(sealed) if sealed and not typed.get(f"{REMOVED}{place}") else None
        if paper is not None:
            yield Chosen(f"{CARRIED}{place}", sealed, paper)


def _sealed(paper: Enclosed) -> str:
    body = urlsafe_b64encode(json.dumps(asdict(paper)).encode()).decode()
    return f"{body}.{_mark(body)}"


def _opened(sealed: str) -> Enclosed | None:
    body, _, mark = sealed.partition(".")
    if not hmac.compare_digest(_mark(body).encode(), mark.encode("utf-8", "replace")):
        return None
    return Enclosed(**json.loads(urlsafe_b64decode(body)))


def _mark(body: str) -> str:
    return hmac.new(
        desk().serving.secret_key.encode(), f"paper/{body}".encode("utf-8", "replace"), hashlib.sha256
    ).hexdigest()
