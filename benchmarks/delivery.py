"""Handing letters to a mail server over one connection, against raw `smtplib` with the same bytes to the same server.

The server only answers, so that what is compared is the sender's own cost. Told beside it: the same with all that a
round does for each letter besides, asking whether it is still ours and closing it.

`python -m benchmarks.delivery [--full] [--rounds N]`
"""

from __future__ import annotations

import smtplib
import socketserver
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from time import perf_counter

from benchmarks._county import databases, filled, record_on
from benchmarks._rounds import Figure, Turn, command, rate, take_turns
from benchmarks._stock import due_reminders
from benchmarks.round import NOW
from cases.clock import letters
from cases.clock.claiming import claim, new_token
from cases.clock.letters import Draft, Kept
from cases.database import Database
from cases.record import Record
from notifications.delivery import DELIVERED, Letterhead, Parcel
from notifications.round import LEASE
from notifications.sending import Outbox
from notifications.smtp import MailServer

GOAL = 0.7
"""Of raw smtplib's rate (issue 3)."""

LETTERHEAD = Letterhead("https://stegen.example.invalid", "Stegen <stegen@stegen.example.invalid>")
TO = "receiver@example.invalid"
LETTER = b"Subject: Svar senast 15 juni\r\n\r\n" + b"A line of an ordinary letter, text and HTML together.\r\n" * 60
"""Three kilobytes, like a letter about one date."""


class Conversation(socketserver.StreamRequestHandler):
    """A mail server that takes everything and keeps nothing."""

    def handle(self) -> None:
        self.wfile.write(b"220 sink\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() != b".\r\n":
                    pass
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 sink\r\n")
            if word == b"QUIT":
                return


@contextmanager
def sink() -> Iterator[int]:
    """Its port, while it listens on loopback."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def run(rounds: int, letters_a_round: int) -> list[Figure]:
    """`rounds` rounds of so many letters over one connection each."""
    with sink() as port, databases("sqlite") as places:
        due = (rounds + 1) * letters_a_round
        url = filled(places, partial(due_reminders, cases=due, due=due, now=NOW))
        with closing(Database(url)) as database:
            sides = {
                "our session": over_our_session(port, letters_a_round),
                "smtplib": over_smtplib(port, letters_a_round),
                "our session, with keeping and closing": with_all_that_belongs_to_it(
                    record_on(database), port, letters_a_round
                ),
            }
            seconds = take_turns(rounds, sides)
    what = f"{letters_a_round} letters over one connection"
    return [
        rate(what, seconds, "our session", "smtplib", GOAL),
        rate(f"{what}, each closed in the record (sqlite)", seconds, list(sides)[2], "smtplib"),
    ]


def over_our_session(port: int, count: int) -> Turn:
    mailer = MailServer(f"smtp://127.0.0.1:{port}", LETTERHEAD)

    def turn() -> float:
        start = perf_counter()
        with mailer.session() as send:
            taken = sum(send(Parcel(LETTER, TO, LETTERHEAD.return_address("0a1b"))) == DELIVERED for _ in range(count))
        seconds = perf_counter() - start
        assert taken == count
        return seconds / count

    return turn


def over_smtplib(port: int, count: int) -> Turn:
    def turn() -> float:
        start = perf_counter()
        with smtplib.SMTP("127.0.0.1", port, local_hostname=LETTERHEAD.domain) as server:
            server.ehlo()
            for _ in range(count):
                server.sendmail(LETTERHEAD.address, [TO], LETTER)
        return (perf_counter() - start) / count

    return turn


def with_all_that_belongs_to_it(record: Record, port: int, count: int) -> Turn:
    """Letters that were kept beforehand; handing them over and closing each is what is timed."""
    mailer = MailServer(f"smtp://127.0.0.1:{port}", LETTERHEAD)

    def turn() -> float:
        kept = keep(record, count)
        outbox = Outbox(record, NOW, mailer, Counter(), lambda: False)
        start = perf_counter()
        with mailer.session() as send:
            outbox.send_drafts(kept, send)
        seconds = perf_counter() - start
        assert outbox.taken == count
        return seconds / count

    return turn


def keep(record: Record, count: int) -> tuple[Kept, ...]:
    """One letter for each of so many rows that are due, to whom it is for: another address is written to anew."""
    batch = claim(record, NOW, LEASE, count, new_token(record))
    drafts = [
        Draft(f"<{c.id}@bench>", to.account, to.address, "", LETTER, (c,)) for c in batch.rows for to in c.receivers[:1]
    ]
    return letters.keep(record, drafts, NOW)[0]


if __name__ == "__main__":
    sys.exit(command(run, small={"rounds": 9, "letters_a_round": 100}, full={"rounds": 15, "letters_a_round": 1_000}))
