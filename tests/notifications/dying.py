"""A worker that dies at a named point of its round, by `kill -9` of itself: run in a process of its own."""

from __future__ import annotations

import os
import signal
import smtplib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cases.clock import automatic, claiming, letters, mail_line, monthly_lists, taking_back
from cases.database import Transaction
from config.county import load_county
from notifications import round as rounds
from notifications.round import run_round
from notifications.smtp import MailServer
from tests.notifications.clockwork import LETTERHEAD
from tests.record import CONFIG, checked, open_at

COUNTY = checked(load_county(CONFIG / "vastra_gotaland"))


def _die(*_words: object, **_values: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _before(place: Any, name: str) -> None:
    setattr(place, name, _die)


def _after(place: Any, name: str, when: Callable[..., bool] = lambda *_: True) -> None:
    original = getattr(place, name)

    def and_die(*words: Any, **values: Any) -> Any:
        answer = original(*words, **values)
        if when(*words):
            _die()
        return answer

    setattr(place, name, and_die)


def _half_of_the_letter(server: smtplib.SMTP, message: bytes | str) -> None:
    assert server.sock is not None
    if len(message) < 500:
        server.sock.sendall(message.encode() if isinstance(message, str) else message)
        return
    server.sock.sendall(bytes(message[: len(message) // 2]))  # type: ignore[arg-type]
    _die()


def _whole_letter(server: smtplib.SMTP, message: bytes | str) -> None:
    assert server.sock is not None
    server.sock.sendall(message.encode() if isinstance(message, str) else message)
    if len(message) >= 500:
        _die()


POINTS: dict[str, Callable[[], None]] = {
    "K13": lambda: _before(taking_back, "rescue"),
    "K14": lambda: _after(claiming, "take", lambda _, which, *__: which == claiming.LETTERS),
    "K15": lambda: _after(mail_line, "take_turn"),
    "K16": lambda: _before(rounds, "_all_due"),
    "K17": lambda: _after(claiming, "claim", lambda *words: "step" not in words),
    "K18": lambda: _after(letters, "keep"),
    "K19": lambda: _after(smtplib.SMTP, "rcpt"),
    "K20": lambda: setattr(smtplib.SMTP, "send", _half_of_the_letter),
    "K21": lambda: setattr(smtplib.SMTP, "send", _whole_letter),
    "K22": lambda: _before(letters, "close"),
    "K23": lambda: _after(letters, "_settle_rows"),
}
"""The kill points of docs/clock.md."""


WRITING: dict[str, Callable[[], None]] = {
    "month's list, not committed": lambda: _after(monthly_lists, "_write"),
    "month's list, not noted": lambda: _before(monthly_lists, "note_round"),
    "own reminders, not committed": lambda: _after(Transaction, "many", _is_own),
    "step, its letters not settled": lambda: _after(claiming, "claim", lambda *words: "step" in words),
    "step, not committed": lambda: _after(automatic, "act_by_clock"),
    "step, the next not begun": lambda: _after(rounds, "take_step"),
}
"""Points at which a round writes what nobody asked for just then, in the order in which it comes to them."""


def _is_own(_tx: Transaction, _statement: str, rows: Sequence[Mapping[str, Any]]) -> bool:
    return any("/own:" in str(row.get("key")) for row in rows)


def die_at(point: str, now: datetime, url: str, folder: str, port: int) -> None:
    """One round at that instant, up to that point."""
    record = open_at(url, COUNTY, Path(folder))
    (POINTS | WRITING)[point]()
    run_round(record, now, MailServer(f"smtp://127.0.0.1:{port}", LETTERHEAD, seconds=10))
