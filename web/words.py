"""What a page says: texts, posts and places, days and instants, each in the language of this request."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from flask import g

from cases.names import Names
from cases.organisation.directory import Directory
from web.desk import Desk, desk
from web.language import language_now, say
from workflows.about_when import when_short, when_spoken
from workflows.calendar import MONTHS, Language, spoken, spoken_short
from workflows.definition import Text
from workflows.in_words import within
from workflows.office_hours import STOCKHOLM, local_date

COUNTED = 1000
"""Where counts stop; more is said as "1 000+"."""


ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


class Words:
    """One request's language, clock and directory; templates have it as `w`."""

    def __init__(self, at: Desk, language: Language) -> None:
        self._desk = at
        self.language = language
        self.now: datetime = at.clock()
        self.today: date = local_date(self.now)

    @cached_property
    def directory(self) -> Directory:
        """Read when a page first names a place: an error's page must not need the database."""
        return self._desk.directories.today(self.now)

    @cached_property
    def names(self) -> Names:
        return Names(self.directory.names, _functions(self._desk))

    def t(self, key: str, **fill: object) -> str:
        """Our own words: `t("file.state", revision=3)`. KeyError for a word that is not in texts.toml."""
        return self._desk.texts.say(key, self.language, **fill)

    def knows(self, key: str) -> bool:
        return self._desk.texts.has(key)

    def say(self, text: Text) -> str:
        return say(text, self.language)

    def all(self, texts: Sequence[Text]) -> str:
        """Sentences one after the other."""
        return " ".join(map(self.say, texts))

    def within(self, text: Text) -> str:
        """The same inside a sentence: a small letter first, unless the word is written in capitals."""
        return within(self.say(text))

    def post(self, key: str) -> str:
        return self.names.post(key, self.language)

    def function(self, name: str) -> str:
        return self.names.function(name, self.language)

    def place(self, holder: str) -> str:
        return self.names.place(holder, self.language)

    def spelled(self, text: str) -> str:
        return self.names.spelled(text, self.language)

    def sentence(self, text: str) -> str:
        """A reason as a sentence: functions and days in words, and no full stop after a question that it quotes."""
        written = ISO_DAY.sub(lambda found: self._written(found.group()), self.spelled(text))
        return written.replace("?.", "?")

    def _written(self, day: str) -> str:
        try:
            return self.day(date.fromisoformat(day))
        except ValueError:
            return day

    def together(self, names: Sequence[str]) -> str:
        """`A, B och C`."""
        return self.t("form.and").join(filter(None, (", ".join(names[:-1]), *names[-1:])))

    def person(self, account: str) -> str:
        return self.directory.people.get(account, account)

    def day(self, day: date) -> str:
        """`måndag 15 juni 2026`."""
        return spoken(day, self.language)

    def short(self, day: date) -> str:
        """`15 juni`, with the year when it is another one."""
        return spoken_short(day, self.language, self.today)

    def when(self, first: date, facts: Mapping[str, Any]) -> str:
        """`juni 2026` or `hösten 2025`, as wide as it was said; a day as `day` says it."""
        return when_spoken(first, facts, self.language)

    def when_short(self, first: date, facts: Mapping[str, Any]) -> str:
        return when_short(first, facts, self.language, self.today)

    def moment(self, instant: datetime) -> str:
        """`16 april 2026 kl. 10.42`, in Stockholm's time."""
        local = instant.astimezone(STOCKHOLM)
        day = f"{local.day} {MONTHS[self.language][local.month - 1]} {local.year}"
        return self.t("day.at", day=day, hour=f"{local.hour:02}", minute=f"{local.minute:02}")

    def iso(self, instant: datetime) -> str:
        return instant.astimezone(STOCKHOLM).isoformat(timespec="minutes")

    def countdown(self, day: date) -> str:
        """How far off a day is, in words: due *on* a day means late the next day."""
        left = (day - self.today).days
        if left == 0:
            return self.t("day.today")
        if left in (1, -1):
            return self.t("day.tomorrow" if left == 1 else "day.late_one")
        return self.t("day.left" if left > 0 else "day.late", days=abs(left))

    def late(self, day: date) -> bool:
        return day < self.today

    def count(self, number: int) -> str:
        return f"{number // 1000} 000+" if number > COUNTED else str(number)


def _functions(at: Desk) -> Mapping[str, Text]:
    """What the county's routines call their functions; they share one ground file."""
    return {name: text for d in at.record.library.definitions.values() for name, text in d.functions.items()}


def words() -> Words:
    """This request's words, made once."""
    if "words" not in g:
        g.words = Words(desk(), language_now())
    found: Words = g.words
    return found
