"""The last quarter of a telling, letter by letter: a line for each as it leaves, and one opened whole with its sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from cases.clock.letters_written import plain_text
from cases.dates import Explained, dates_of
from cases.functions import NotYourFunction
from cases.names import names_of
from cases.reading import view
from cases.record import Record
from cases.sight import CaseUnknown, Seer
from cases.stories.story_words import say
from cases.wording import wording
from workflows.calendar import MONTHS, Language, spoken
from workflows.in_words import said
from workflows.office_hours import local_date

QUARTER = timedelta(days=92)

LEFT = """SELECT l.id, l.written_at, l.account, l.subject, l.body, c.number, d.post, d.deadline, d.notch FROM letter l
 JOIN letter_row r ON r.letter_id = l.id JOIN docket d ON d.id = r.docket_id JOIN cases c ON c.id = d.case_id
 WHERE l.id > :last AND l.outcome = 'delivered' AND l.written_at >= :since ORDER BY l.id, d.id"""


@dataclass(frozen=True, slots=True)
class About:
    """What one row of a letter is about; `deadline` "" for a word at once."""

    number: str
    post: str
    deadline: str
    notch: str


@dataclass(frozen=True, slots=True)
class Left:
    """A letter that has left."""

    id: int
    at: datetime
    account: str
    subject: str
    body: bytes
    about: tuple[About, ...]


class Quarter:
    """Watches the letters that leave from `since` on. Ask `fresh` after each round of the clock."""

    def __init__(self, record: Record, since: datetime, language: Language) -> None:
        self._record, self._since, self._language = record, since, language
        self._letters: list[Left] = []
        self._functions = {
            code: text for known in record.library.definitions.values() for code, text in known.functions.items()
        }

    def fresh(self) -> Iterator[Text]:
        """A line for each letter that has left since the last time: its day, the function it is for, its subject; those
        that several people had in one function stand in one line.

        Before the first one stands what is beginning.
        """
        found, first = self._found(), not self._letters
        self._letters += found
        if found and first:
            day = spoken(local_date(self._since), self._language)
            yield Text(say("quarter", self._language).format(day=day), "bold")
        yield from self._lines(found)

    def told(self) -> str:
        """How many there were."""
        return say("letters_told", self._language).format(letters=len(self._letters), days=QUARTER.days)

    def opened(self, now: datetime) -> RenderableType | None:
        """The reminder whose date has the longest story, whole, and that story; None without any reminder."""
        reminders = [(letter, why) for letter in self._letters if (why := self._why(letter, now)) is not None]
        if not reminders:
            return None
        letter, why = max(reminders, key=lambda one: len(one[1].lines(self._language)))
        sum_of_it = Text(f"{said(why.rule.text, self._language)}: ").append(
            spoken(why.deadline.due, self._language), "bold"
        )
        for line in why.lines(self._language):
            sum_of_it.append(f"\n{line}")
        return Group(
            Text(say("opened", self._language), "bold"),
            Padding(Text(f"{letter.subject}\n\n{plain_text(letter.body)}"), (0, 0, 0, 2)),
            Text(say("why", self._language), "bold"),
            Padding(sum_of_it, (0, 0, 1, 2)),
        )

    def _found(self) -> list[Left]:
        last = self._letters[-1].id if self._letters else 0
        with self._record.database.read() as tx:
            rows = tx.all(LEFT, last=last, since=self._since)
        letters: dict[int, Left] = {}
        for letter_id, at, account, subject, body, *about in rows:
            before = letters[letter_id].about if letter_id in letters else ()
            letters[letter_id] = Left(letter_id, at, account, subject, bytes(body), (*before, About(*about)))
        return list(letters.values())

    def _lines(self, letters: Iterable[Left]) -> Iterator[Text]:
        posts = {about.post for letter in letters for about in letter.about}
        with self._record.database.read() as tx:
            names = names_of(tx, posts, self._functions)
        alike: Counter[tuple[date, str, str]] = Counter()
        for letter in letters:
            first, *others = dict.fromkeys(names.post(about.post, self._language) for about in letter.about)
            whom = f"{first} (+{len(others)})" if others else first
            alike[local_date(letter.at), whom, letter.subject] += 1
        for (day, whom, subject), people in alike.items():
            text = Text(f"  {day.day:2} {MONTHS[self._language][day.month - 1]:<9}  ", "dim")
            text.append(f"{whom}{f' × {people}' if people > 1 else ''}: ", "not dim")
            yield text.append(subject, "not dim bold")

    def _why(self, letter: Left, now: datetime) -> Explained | None:
        """The sum behind the date of a letter about one reminder, as its receiver may know it."""
        (about, *others) = letter.about
        if others or not about.deadline or about.notch[0] not in "+-":
            return None
        try:
            seen = view(self._record, Seer(letter.account, about.post), about.number, now)
        except (NotYourFunction, CaseUnknown):
            return None  # it went to whoever stood in, or she has left the function since
        dates = dates_of(seen, wording(self._record, seen, now))
        return next((date for date in dates if date.deadline.key == about.deadline), None)
