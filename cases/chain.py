"""The history's seals: salted commitments, one hash chain per compartment, one root over all chains.

A history row seals only a *commitment* to its texts. Disposal erases salt and text together; what is left says
nothing about them, and the chain still verifies. A chain alone does not stop an owner of the database who rewrites
all of it, nor a cut at its end: for that, `root` is published outside every night and `verify` is told the points
that a chain is known to have passed.

A head is over the outcome's hash and not its text: whoever may not know an outcome can still work out every head. All
hashes are SHA-256 over bytes that begin with a tag of their own, so that none can stand in for another:

    commitment  "stegen/commit/1" NUL, salt (16 bytes), body
    outcome     "stegen/outcome/1" NUL, outcome in UTF-8
    head        "stegen/link/2" NUL, head before (32), commitment (32), the outcome's hash (32), then in UTF-8 with a
                NUL between them case, compartment, seq, at (in UTC with microseconds), actor, code
    leaf, node  "stegen/leaf/1" NUL, head (32), chain id; "stegen/node/1" NUL, left, right; of an odd number of them
                the last goes up as it is
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise
from json.encoder import encode_basestring as _text
from types import NoneType
from typing import Any, NamedTuple

SALT_BYTES = 16
HEAD_BYTES = 32
START = bytes(HEAD_BYTES)
"""What stands before the first row of every chain."""

_COMMIT = b"stegen/commit/1\0"
_OUTCOME = b"stegen/outcome/1\0"
_LINK = b"stegen/link/2\0"
_LEAF = b"stegen/leaf/1\0"
_NODE = b"stegen/node/1\0"
_EMPTY = b"stegen/empty/1\0"


class CanonicalError(ValueError):
    """The value has no single written form; store a text, a whole number, a date or an instant instead."""


class Entry(NamedTuple):
    """The sealed fields of a history row. A tuple because a nightly check makes a million of them."""

    case: str
    compartment: str
    seq: int
    at: datetime
    actor: str
    code: str
    outcome: str
    """As `canonical` wrote it and as it is stored: a check reads it and never has to write it again."""
    commitment: bytes


class Row(NamedTuple):
    """A stored row as a check reads it; salt and body are None once they are disposed of."""

    entry: Entry
    head: bytes
    salt: bytes | None
    body: bytes | None


class Point(NamedTuple):
    """Where a chain stood: after `length` rows its head was `head`."""

    length: int
    head: bytes


class FaultKind(StrEnum):
    """What can be wrong with a chain."""

    EDITED = "edited"
    TEXT_EDITED = "text_edited"
    HALF_ERASED = "half_erased"
    UNREADABLE = "unreadable"
    MISSING = "missing"
    REPEATED = "repeated"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    SURPLUS = "surplus"
    REWRITTEN = "rewritten"


_EXPLANATIONS = {
    FaultKind.EDITED: "row {since} was edited, or row {before} was replaced together with its head",
    FaultKind.TEXT_EDITED: "the text, name or salt kept beside row {since} was edited",
    FaultKind.HALF_ERASED: "row {since} kept only one of salt and text; disposal erases both",
    FaultKind.UNREADABLE: "row {since} holds a value that was never written by Stegen",
    FaultKind.MISSING: "row {since} is missing",
    FaultKind.REPEATED: "row {since} stands there twice",
    FaultKind.REORDERED: "row {since} has changed places with a later one",
    FaultKind.TRUNCATED: "the chain is cut: row {since} and all up to {until} are missing",
    FaultKind.SURPLUS: "row {since} was added behind the known end",
    FaultKind.REWRITTEN: "one of the rows {since} to {until} was rewritten, and every head after it",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """The first bad row of a chain. `since` and `until` differ where only a stretch can be named."""

    kind: FaultKind
    since: int
    until: int

    def __str__(self) -> str:
        return _EXPLANATIONS[self.kind].format(since=self.since, until=self.until, before=self.since - 1)


def new_salt(random_bytes: Callable[[int], bytes]) -> bytes:
    """16 bytes, drawn anew for each row: equal texts get different commitments, and short ones cannot be guessed."""
    return random_bytes(SALT_BYTES)


def commit(salt: bytes, body: bytes) -> bytes:
    """The commitment (32 bytes) to `body`."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"A salt has {SALT_BYTES} bytes, this one has {len(salt)}; take it from new_salt().")
    return sha256(_COMMIT + salt + body).digest()


def outcome_hash(outcome: str) -> bytes:
    """What stands for an outcome (32 bytes) in its head."""
    return sha256(_OUTCOME + outcome.encode()).digest()


def link(previous: bytes, entry: Entry, hashed: bytes | None = None) -> bytes:
    """The head of a chain (32 bytes) after `entry`, when `previous` was its head before; `START` for the first.
    `hashed` is given where only the outcome's hash may be known; `entry.outcome` is then not looked at."""
    case, compartment, seq, at, actor, code, outcome, commitment = entry
    hashed = outcome_hash(outcome) if hashed is None else hashed
    if not len(previous) == len(commitment) == len(hashed) == HEAD_BYTES:
        raise ValueError(f"A head, a commitment and an outcome's hash have {HEAD_BYTES} bytes each.")
    fields = f"{case}\0{compartment}\0{seq}\0{_instant(at)}\0{actor}\0{code}"
    if fields.count("\0") != 5:
        raise ValueError("A sealed field holds a NUL, which keeps the fields apart. Clean it where it came in.")
    return sha256(_LINK + previous + commitment + hashed + fields.encode()).digest()


def root(heads: Iterable[tuple[str, bytes]]) -> bytes:
    """One hash (32 bytes) over all (chain id, head), in whatever order they come; publish it with their number."""
    chains = sorted(heads)
    if any(left[0] == right[0] for left, right in pairwise(chains)):
        raise ValueError("A chain stands twice among the heads; give each chain's newest head once.")
    level = [sha256(_LEAF + head + chain.encode()).digest() for chain, head in chains]
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [sha256(_NODE + left + right).digest() for left, right in pairs] + odd
    return level[0] if level else sha256(_EMPTY).digest()


def verify(rows: Iterable[Row], end: Point | None = None, passed: Iterable[Point] = ()) -> Fault | None:
    """The first fault of one chain whose rows come in stored order, or None.

    `end` is where the chain stands according to its stored head; `passed` are points published earlier.
    """
    known = sorted({*passed, *([end] if end else [])})
    ahead = iter(known)
    point = next(ahead, None)
    previous, seq, sound = START, 0, 0
    stored = iter(rows)
    for row in stored:
        seq += 1
        if fault := _fault_of_row(row, seq, previous, stored):
            return fault
        previous = row.head
        while point and point.length == seq:
            if point.head != previous:
                return Fault(FaultKind.REWRITTEN, sound + 1, seq)
            sound, point = seq, next(ahead, None)
    if point:
        return Fault(FaultKind.TRUNCATED, seq + 1, known[-1].length)
    if end and seq > end.length:
        return Fault(FaultKind.SURPLUS, end.length + 1, seq)
    return None


def canonical(value: object) -> str:
    """The one JSON text of `value`: keys sorted by code point, no spaces, no escapes but JSON's own.

    Dates become ISO dates, instants ISO in UTC with microseconds. Raises CanonicalError for floats, instants without
    a time zone, keys that are no text, and all that JSON does not know.
    """
    try:
        text = _WRITERS[type(value)](value)
        text.encode()
    except UnicodeEncodeError:
        raise CanonicalError("A text holds half a character (a lone surrogate). Clean it where it came in.") from None
    except TypeError:
        raise CanonicalError("A field is named by something other than a text. Name every field by a text.") from None
    except RecursionError:
        raise CanonicalError("The value contains itself or is nested too deep. Flatten it.") from None
    return text


def _fault_of_row(row: Row, seq: int, previous: bytes, rest: Iterator[Row]) -> Fault | None:
    if row.entry.seq != seq:
        return _out_of_order(row.entry.seq, seq, rest)
    try:
        kind = _kind_of_fault(row, previous)
    except (TypeError, ValueError, AttributeError):
        kind = FaultKind.UNREADABLE
    if kind is FaultKind.EDITED and any(_belongs(other, seq, previous) for other in rest):
        kind = FaultKind.REORDERED
    return Fault(kind, seq, seq) if kind else None


def _kind_of_fault(row: Row, previous: bytes) -> FaultKind | None:
    entry, head, salt, body = row
    if link(previous, entry) != head:
        return FaultKind.EDITED
    if salt is None or body is None:
        return None if salt is body else FaultKind.HALF_ERASED
    return None if commit(salt, body) == entry.commitment else FaultKind.TEXT_EDITED


def _out_of_order(found: int, expected: int, rest: Iterator[Row]) -> Fault:
    if not isinstance(found, int):
        return Fault(FaultKind.UNREADABLE, expected, expected)
    if found < expected:
        return Fault(FaultKind.REPEATED, found, found)
    moved = any(row.entry.seq == expected for row in rest)
    return Fault(FaultKind.REORDERED if moved else FaultKind.MISSING, expected, expected)


def _belongs(row: Row, seq: int, previous: bytes) -> bool:
    """Whether the row was written as number `seq`, though it now carries another."""
    try:
        return link(previous, row.entry._replace(seq=seq)) == row.head
    except (TypeError, ValueError, AttributeError):
        return False


def _instant(at: datetime) -> str:
    if at.tzinfo is not UTC:
        if at.tzinfo is None:
            raise CanonicalError("An instant without a time zone can be read in two ways. Give it in UTC.")
        at = at.astimezone(UTC)
    return at.isoformat(timespec="microseconds")


def _list(values: list[object] | tuple[object, ...]) -> str:
    return f"[{','.join([_WRITERS[type(value)](value) for value in values])}]"


def _object(fields: dict[str, object]) -> str:
    pairs = [f"{_text(name)}:{_WRITERS[type(value := fields[name])](value)}" for name in sorted(fields)]
    return f"{{{','.join(pairs)}}}"


class _Writers(dict[type, Callable[[Any], str]]):
    """Who writes which type; a type that is none of them, but made from one (an enumeration), is written as that."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        for known in (str, int, datetime, date, dict, list, tuple):
            if issubclass(kind, known):
                return self[known]
        raise CanonicalError(
            f"A {kind.__name__} has no one written form. Store a text, a whole number, a date, a list or named fields."
        )


# The writer of the standard library is no quicker and cannot be told to refuse floats, or the key 1 beside "1".
_WRITERS = _Writers(
    {
        str: _text,
        int: int.__repr__,
        bool: {True: "true", False: "false"}.__getitem__,
        NoneType: lambda _: "null",
        date: lambda value: f'"{value.isoformat()}"',
        datetime: lambda value: f'"{_instant(value)}"',
        list: _list,
        tuple: _list,
        dict: _object,
    }
)
