"""Whom to telephone, and what the telephone dials: Stegen is never the alarm (domain.md section 4)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from web.words import Words

DIALLED = re.compile(r"\+?\d[\d ()-]+")


def calls(w: Words, operations: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(operation, what to telephone) for each, once; those without a number are left out."""
    known = w.directory.on_call
    return tuple((w.place(f"operation:{o}"), known[o]) for o in dict.fromkeys(operations) if known.get(o))


def near(w: Words, arena: str) -> list[tuple[str, str]]:
    """The same for every operation in an arena, by name."""
    org = w.directory.world.org
    return sorted(calls(w, (o for o in w.directory.on_call if org.arena_of(o) == arena)))


def dialled(number: str) -> str:
    """What a telephone dials for a number as it is written: `031-390 06 00, be om jour` -> `0313900600`."""
    found = DIALLED.search(number)
    return "".join(sign for sign in found.group() if sign in "+0123456789") if found is not None else ""
