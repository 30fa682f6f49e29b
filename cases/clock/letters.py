"""Letters: written and kept before the first attempt, closed with what became of them.

A letter lives from the claim of its rows to its outcome. Only one whose outcome nobody knows goes again, with the same
Message-ID and bytes; if one of its rows has lapsed it is withheld, and the living rows get a new letter.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from cases.clock.fates import REFUSED, Claimed, ClaimLost
from cases.clock.ran_ahead import AHEAD
from cases.clock.receivers import Receiver
from cases.clock.settling import settle_in
from cases.clock.waits import given_up
from cases.database import Transaction
from cases.record import Record
from cases.reports.follow_links import with_tokens

AT_ONCE = 40
"""History lines that one statement fetches."""

MAIL = "mail: "
"""How the reason begins when a letter could not leave for now; what was heard of the mail server follows."""

NO_ROOM = "after an outage letters leave few at a time"
"""Why somebody's letter waits for a later turn of the line (`mail_line`)."""

GIVEN_BACK_AT_ONCE = 200
"""Letters in one transaction."""

RETURN_BYTES = 10
"""Of chance in the token of a letter's envelope: nobody but the mail server can say that a letter came back."""

_OF_BATCH = """FROM letter_row r JOIN letter l ON l.id = r.letter_id
 WHERE r.docket_id IN (SELECT id FROM docket WHERE token = :token AND status = 'claimed')"""
EARLIER = f"SELECT r.docket_id, l.account, l.outcome {_OF_BATCH} AND l.outcome IN ('delivered', 'refused')"
OPEN = f"""SELECT l.id, l.account, l.address, l.body, l.return_token, x.docket_id FROM letter l
 JOIN letter_row x ON x.letter_id = l.id WHERE l.id IN (SELECT l.id {_OF_BATCH} AND l.outcome = '') ORDER BY l.id"""

KEEP = """INSERT INTO letter (message_id, account, address, subject, body, written_at, outcome, answer, return_token)
 VALUES (:message_id, :account, :address, :subject, :body, :at, :outcome, :answer, :return_token)
 ON CONFLICT (message_id) DO UPDATE SET address = excluded.address, subject = excluded.subject, body = excluded.body,
 written_at = excluded.written_at, outcome = excluded.outcome, answer = excluded.answer,
 return_token = excluded.return_token RETURNING id"""
"""The same rows to the same person have the same Message-ID: a letter that was put off or withheld is written anew."""
KEEP_UNLESS_HAD = KEEP.replace(
    "RETURNING",
    """WHERE letter.outcome IN ('deferred', 'withheld')
 OR (letter.outcome = 'refused' AND letter.address <> excluded.address)
 OR (letter.outcome = '' AND (letter.written_at <= :in_hand OR letter.written_at > :ahead)) RETURNING""",
)
IN_HAND = timedelta(minutes=15)
"""A letter without a docket row, and of unknown outcome, is somebody else's for so long."""
ABOUT = "INSERT INTO letter_row (letter_id, docket_id) VALUES (:letter, :row) ON CONFLICT DO NOTHING"
CLOSE = """UPDATE letter SET outcome = :outcome, answer = :answer, delivered_at = :delivered
 WHERE id = :id AND outcome = ''"""
OUTCOME = "SELECT outcome FROM letter WHERE id = :id"
GOES_ON = "UPDATE docket SET attempts = 0 WHERE id = :id AND token = :token AND status = 'claimed'"
"""A row one of whose letters came to an outcome does not kill its worker, however often that is stopped."""
FORGET = """DELETE FROM letter_row WHERE docket_id = :row
 AND letter_id IN (SELECT id FROM letter WHERE outcome IN ('deferred', 'withheld'))"""
GIVE_UP = """UPDATE letter SET outcome = 'refused' WHERE outcome = 'deferred'
 AND id IN (SELECT letter_id FROM letter_row WHERE docket_id = :row)"""
"""A row that waited for five days in vain is a refusal: the next receiver of the chain is asked instead."""
STALE = """UPDATE letter SET outcome = 'withheld', answer = 'none of its rows holds any more' WHERE outcome = ''
 AND NOT EXISTS (SELECT 1 FROM letter_row x JOIN docket d ON d.id = x.docket_id
 WHERE x.letter_id = letter.id AND d.status IN ('waiting', 'claimed', 'handed_over'))"""
NEWEST_OPEN = """SELECT x.letter_id FROM letter_row x JOIN letter l ON l.id = x.letter_id
 WHERE x.docket_id = r.docket_id AND LENGTH(l.outcome) = 0 ORDER BY x.letter_id DESC LIMIT 1"""
"""Letters close in their order, so that the newest of a row is open until its last. By LENGTH neither database takes
the index of all open letters: there may be ten thousand of other rows."""
OUTCOMES = f"""SELECT x.docket_id, l.outcome, l.answer FROM letter_row x JOIN letter l ON l.id = x.letter_id
 WHERE x.docket_id IN (SELECT r.docket_id FROM letter_row r WHERE r.letter_id = :id AND ({NEWEST_OPEN}) IS NULL)
 ORDER BY l.id"""
"""Of a letter's rows none of whose letters is open any more: what became of each of their letters."""
NEWEST = 1000
"""Letters that are looked at for one that was taken."""
LAST_TAKEN = """SELECT delivered_at FROM (SELECT delivered_at FROM letter ORDER BY id DESC LIMIT :newest) AS newest
 WHERE delivered_at IS NOT NULL ORDER BY delivered_at DESC LIMIT 1"""
RULES = f"""SELECT case_id, seq, outcome FROM event WHERE compartment = 'cover'
 AND (case_id, seq) IN (VALUES {", ".join(f"(:c{number}, :s{number})" for number in range(AT_ONCE))})"""
PASSED_ON = frozenset(("ball", "stage", "next_task"))
"""What of the cover says whose move it is and what is to be done."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter as it was written: all bytes that will be sent, and the rows it is about.

    `refused` is why it can never be sent (an address that is none); such a letter is kept with that answer.
    """

    message_id: str
    account: str
    address: str
    subject: str
    body: bytes
    rows: tuple[Claimed, ...]
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A letter on its way; `body` is what leaves, with links that the record does not keep."""

    id: int
    address: str
    body: bytes
    return_token: str
    rows: tuple[Claimed, ...]
    again: bool = False
    """It was handed over before, and nobody knows whether it arrived."""


class Tidings(NamedTuple):
    """What became of one attempt, with the words for it: `delivered`, `refused` for good, `deferred` for a while, or
    `withheld` when there was no attempt after all."""

    outcome: str
    answer: str = ""


class Fate(NamedTuple):
    """What becomes of a row once its letters' outcomes are known."""

    status: str
    reason: str
    deferred: bool = False


STILL_OPEN = Fate("claimed", "")

Open = tuple[tuple[Claimed, Receiver], ...]


def carry_on(record: Record, rows: Sequence[Claimed], now: datetime) -> tuple[tuple[Kept, ...], Open]:
    """Letters of unknown outcome that go again as they were, and the (row, receiver) pairs that still need a letter.

    Whoever had a row's letter before gets none again; a row that is settled by that is settled here.
    """
    if not rows:
        return (), ()
    with record.database.write() as tx:
        tx.run(STALE)
        had = _had(tx, rows)
        again, covered = _again(tx, record, rows)
        left = []
        for claimed in rows:
            open_to = [r for r in claimed.receivers if r.account not in had[claimed.id]]
            left += [(claimed, r) for r in open_to if (claimed.id, r.account) not in covered]
            if not open_to:
                told = "delivered" in had[claimed.id].values()
                reason = "" if told else f"{REFUSED}the same addresses as before"
                settle_in(tx, record, (claimed,), "done" if told else "parked", reason, now)
    return again, tuple(left)


def keep(record: Record, drafts: Iterable[Draft], now: datetime) -> tuple[tuple[Kept, ...], Counter[str]]:
    """Store letters before anything is sent; those that can be sent, in order. Refused ones are closed at once: how
    many rows went to which status with them."""
    kept, settled = [], Counter[str]()
    with record.database.write() as tx:
        stored = [(*_store(tx, record, draft, now), draft) for draft in drafts]
        for letter_id, return_token, draft in stored:
            if draft.refused:
                settled += _settle_rows(tx, record, letter_id, draft.rows, now)
            else:
                body = _as_it_leaves(tx, record, draft.account, draft.body, draft.rows)
                kept.append(Kept(letter_id, draft.address, body, return_token, draft.rows))
    return tuple(kept), settled


def keep_unless_had(record: Record, drafts: Iterable[Draft], now: datetime) -> tuple[Kept, ...]:
    """Store letters that stand in no docket; only those that nobody has had, or is about to get from another round.
    The letter's own row is what two rounds of one moment meet at."""
    kept = []
    with record.database.write() as tx:
        for draft in drafts:
            token = record.random_bytes(RETURN_BYTES).hex()
            values = _columns_of(draft, now, token) | {"in_hand": now - IN_HAND, "ahead": now + AHEAD}
            letter_id = tx.value(KEEP_UNLESS_HAD, **values)
            if letter_id is not None and not draft.refused:
                kept.append(Kept(int(letter_id), draft.address, draft.body, token, draft.rows))
    return tuple(kept)


def close(record: Record, letter: Kept, tidings: Tidings, now: datetime) -> Counter[str]:
    """Write down what became of a letter, and settle the rows that wait for no other letter; how many of them went to
    which status. Raises ClaimLost."""
    with record.database.write() as tx:
        delivered = now if tidings.outcome == "delivered" else None
        closed = tx.run(CLOSE, id=letter.id, outcome=tidings.outcome, answer=tidings.answer, delivered=delivered)
        if closed != 1 and tx.value(OUTCOME, id=letter.id) != "refused":
            raise ClaimLost(ClaimLost.__doc__)
        # The report that it cannot be delivered may be here before the word that it was taken.
        return _settle_rows(tx, record, letter.id, letter.rows, now)


def give_back(record: Record, untried: Sequence[Kept], reason: str, now: datetime) -> Counter[str]:
    """Letters that were not handed over after all: their rows wait again, as if they had never been claimed. One of
    unknown outcome stays so, and goes again as it is. How many rows went to which status. Raises ClaimLost; then the
    rest of a batch stays claimed until its lease ends."""
    settled: Counter[str] = Counter()
    for start in range(0, len(untried), GIVEN_BACK_AT_ONCE):
        with record.database.write() as tx:
            for letter in untried[start : start + GIVEN_BACK_AT_ONCE]:
                if letter.again:
                    settled += settle_in(tx, record, letter.rows, "waiting", f"{MAIL}{reason}", now)
                else:
                    tx.run(CLOSE, id=letter.id, outcome="withheld", answer=reason, delivered=None)
                    settled += _settle_rows(tx, record, letter.id, letter.rows, now)
    return settled


def unanswered(record: Record, letter: Kept, words: str, now: datetime) -> Counter[str]:
    """A letter was handed over and nobody knows whether it arrived: its rows wait, and it goes again as it is. How many
    rows went to which status. Raises ClaimLost."""
    with record.database.write() as tx:
        return settle_in(tx, record, letter.rows, "waiting", f"{MAIL}{words}", now, deferred=True)


def any_taken(record: Record, since: datetime) -> bool:
    """Whether the mail server has taken a letter since then, as far as the newest ones tell."""
    with record.database.read() as tx:
        last = tx.value(LAST_TAKEN, newest=NEWEST)
    return last is not None and last >= since


class Told(NamedTuple):
    """The very move that a word-at-once row tells of."""

    rule: str = ""
    """`deviation.v1:moves[7].answer`: several rows of a routine share one move code."""
    passed_on: bool = False
    """Whether it changed whose move it is, or what is to be done next."""
    asked: frozenset[str] = frozenset()
    """The contributions that it touched, by key."""


def moves_told(tx: Transaction, rows: Iterable[Claimed]) -> dict[int, Told]:
    """Row -> the move that a word-at-once row tells of."""
    told = {claimed.id: (claimed.case_id, _line(claimed.row.key)) for claimed in rows if not claimed.row.deadline}
    lines, found = sorted(set(told.values())), dict[tuple[int, int], Told]()
    for start in range(0, len(lines), AT_ONCE):
        batch = lines[start : start + AT_ONCE]
        padded = {f"{name}{number}": 0 for number in range(AT_ONCE) for name in "cs"}
        for number, (case_id, seq) in enumerate(batch):
            padded |= {f"c{number}": case_id, f"s{number}": seq}
        for case_id, seq, outcome in tx.all(RULES, **padded):
            found[case_id, seq] = _told(json.loads(outcome))
    return {row_id: found.get(line, Told()) for row_id, line in told.items()}


def _told(outcome: Mapping[str, Any]) -> Told:
    passed_on = not PASSED_ON.isdisjoint(outcome.get("cover", {}))
    asked = frozenset(str(owed["key"]) for owed in outcome.get("contributions", ()))
    return Told(str(outcome.get("rule", "")), passed_on, asked)


def _line(key: str) -> int:
    """The line of the cover's history that a word-at-once row came with: `2026-K7QM4TX/answer/v5/…` -> 5."""
    version = key.split("/")[2]
    return int(version[1:]) if version[1:].isdecimal() else 0


def means(claimed: Claimed, account: str, address: str) -> bool:
    """Whether that row is to reach that person at that address."""
    return any(r.account == account and r.address == address for r in claimed.receivers)


def _had(tx: Transaction, rows: Sequence[Claimed]) -> dict[int, dict[str, str]]:
    """Row -> account -> what became of the letter that this person had about it."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for row_id, account, outcome in _of_batches(tx, EARLIER, rows):
        found[row_id][account] = outcome
    return found


def _of_batches(tx: Transaction, statement: str, rows: Sequence[Claimed]) -> Iterator[tuple[Any, ...]]:
    """A round's rows come from few claims; one statement for each."""
    for token in dict.fromkeys(claimed.token for claimed in rows):
        yield from tx.all(statement, token=token)


def _again(tx: Transaction, record: Record, rows: Sequence[Claimed]) -> tuple[tuple[Kept, ...], set[tuple[int, str]]]:
    """Open letters all of whose rows are claimed here for the same person and address; the others are withheld."""
    by_id = {claimed.id: claimed for claimed in rows}
    about: dict[int, list[int]] = defaultdict(list)
    letters = {}
    for letter_id, account, address, body, return_token, row_id in _of_batches(tx, OPEN, rows):
        about[letter_id].append(row_id)
        letters[letter_id] = (account, address, bytes(body), return_token)
    again, covered = [], set()
    for letter_id, (account, address, body, return_token) in letters.items():
        living = [by_id[i] for i in about[letter_id] if i in by_id and means(by_id[i], account, address)]
        if len(living) == len(about[letter_id]):
            body = _as_it_leaves(tx, record, account, body, living)
            again.append(Kept(letter_id, address, body, return_token, tuple(living), again=True))
            covered |= {(claimed.id, account) for claimed in living}
        else:
            tx.run(CLOSE, id=letter_id, outcome="withheld", answer="a row of it has lapsed", delivered=None)
            tx.run("DELETE FROM letter_row WHERE letter_id = :id", id=letter_id)
    return tuple(again), covered


def _as_it_leaves(tx: Transaction, record: Record, account: str, body: bytes, rows: Sequence[Claimed]) -> bytes:
    """Only who has no account gets links that open by themselves."""
    return body if account else with_tokens(tx, record, body, {r.case_id: r.case.cover.number for r in rows})


def _store(tx: Transaction, record: Record, draft: Draft, now: datetime) -> tuple[int, str]:
    return_token = record.random_bytes(RETURN_BYTES).hex()
    letter_id = int(tx.value(KEEP, **_columns_of(draft, now, return_token)))
    tx.many(ABOUT, [{"letter": letter_id, "row": claimed.id} for claimed in draft.rows])
    return letter_id, return_token


def _columns_of(draft: Draft, now: datetime, return_token: str) -> dict[str, Any]:
    """A new letter's columns, as KEEP takes them."""
    return {"message_id": draft.message_id, "account": draft.account, "address": draft.address,
            "subject": draft.subject, "body": draft.body, "at": now, "outcome": "refused" if draft.refused else "",
            "answer": draft.refused, "return_token": return_token}  # fmt: skip


def _settle_rows(
    tx: Transaction, record: Record, letter_id: int, rows: Sequence[Claimed], now: datetime
) -> Counter[str]:
    """A row is over when none of its letters is open: done when anybody has it, put off while somebody may yet get
    it, parked when every address refused it."""
    outcomes: dict[int, dict[str, str]] = defaultdict(dict)
    for row_id, outcome, answer in tx.all(OUTCOMES, id=letter_id):
        outcomes[row_id][outcome] = answer
    fates: dict[Fate, list[Claimed]] = defaultdict(list)
    for claimed in rows:
        over = claimed.id in outcomes
        fates[_fate(outcomes[claimed.id], claimed.partly) if over else STILL_OPEN].append(claimed)
    tx.many(GOES_ON, [{"id": claimed.id, "token": claimed.token} for claimed in fates.pop(STILL_OPEN, ())])
    settled: Counter[str] = Counter()
    for (status, reason, deferred), together in fates.items():
        given_up_now = [{"row": claimed.id} for claimed in together if deferred and _is_over(claimed, now)]
        tx.many(GIVE_UP, given_up_now)
        tx.many(FORGET, [{"row": claimed.id} for claimed in together if status == "waiting"])
        settled += settle_in(tx, record, together, status, reason, now, deferred=deferred)
    return settled


def _is_over(claimed: Claimed, now: datetime) -> bool:
    return claimed.deferred_since is not None and given_up(claimed.deferred_since, now)


def _fate(outcomes: Mapping[str, str], partly: bool) -> Fate:
    """Status and reason of a row by the outcomes of its letters, and whether it was an attempt in vain."""
    if "deferred" in outcomes:
        return Fate("waiting", f"{MAIL}{outcomes['deferred']}", True)
    if "withheld" in outcomes:
        return Fate("waiting", f"{MAIL}{outcomes['withheld']}")
    if partly:
        return Fate("waiting", f"{MAIL}{NO_ROOM}")
    return Fate("done", "") if "delivered" in outcomes else Fate("parked", REFUSED + outcomes.get("refused", ""))
