"""The clock on a day of the test's choosing, and the letters that it wrote, as their receivers read them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern

from cases.record import Record
from notifications.delivery import Letterhead, Mailer
from notifications.round import Report, run_round
from workflows.office_hours import STOCKHOLM

LETTERHEAD = Letterhead("http://127.0.0.1:5080", "Stegen <stegen@stegen.example.invalid>")

NEXT = "SELECT due_at FROM docket WHERE status = 'waiting' AND due_at > :now ORDER BY due_at LIMIT 1"
DELIVERED = "SELECT written_at, account, body FROM letter WHERE outcome = 'delivered' ORDER BY written_at, account"


@dataclass(frozen=True)
class Sent:
    """A delivered letter: local time of writing, whose it is, and the whole message."""

    when: str
    account: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        body = self.message.get_body((kind,))
        assert body is not None
        return str(body.get_content())


def at(text: str) -> datetime:
    """`2026-04-20 08:00` in Stockholm as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


def play(record: Record, mailer: Mailer, start: datetime, end: datetime) -> list[Report]:
    """Rounds at every instant at which something comes due, from `start` up to and with `end`."""
    return [run_round(record, moment, mailer) for moment in _due(record, start, end)]


def _due(record: Record, start: datetime, end: datetime) -> Iterator[datetime]:
    moment: datetime | None = start
    while moment is not None and moment <= end:
        yield moment
        with record.database.read() as tx:
            moment = tx.value(NEXT, now=moment)


def sent(record: Record, since: datetime | None = None) -> list[Sent]:
    """Every delivered letter, in order of writing and of account."""
    with record.database.read() as tx:
        rows = tx.all(DELIVERED)
    return [
        Sent(f"{when.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}", account, message_from_bytes(bytes(body), policy=modern))
        for when, account, body in rows
        if since is None or when >= since
    ]


def in_short(letters: list[Sent]) -> list[tuple[str, str, str]]:
    """(when, account, how the subject begins) of each."""
    return [(letter.when, letter.account, letter.subject[:15]) for letter in letters]


def statuses(record: Record, like: str = "%") -> dict[str, tuple[str, str]]:
    """Docket rows by key without the case's number: status and reason."""
    with record.database.read() as tx:
        rows = tx.all("SELECT key, status, reason FROM docket WHERE key LIKE :like ORDER BY id", like=like)
    return {key.partition("/")[2]: (status, reason) for key, status, reason in rows}


def anything_waits(record: Record, now: datetime) -> bool:
    """Whether a round at that instant would have anything to look at."""
    with record.database.read() as tx:
        return tx.one("SELECT 1 FROM docket WHERE status = 'waiting' AND due_at <= :now LIMIT 1", now=now) is not None


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)
