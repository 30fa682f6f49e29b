"""The history must show every later change to whoever checks it, and nothing of what was disposed of."""

import json
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from enum import IntEnum, StrEnum
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.chain import (
    START,
    CanonicalError,
    Entry,
    Fault,
    FaultKind,
    Point,
    Row,
    canonical,
    commit,
    link,
    new_salt,
    root,
    verify,
)

MORNING = datetime(2026, 4, 16, 8, 30, tzinfo=UTC)


def history(length: int, draw: random.Random, case: str = "2026-K7QM4TX") -> list[Row]:
    rows, head = [], START
    for seq in range(1, length + 1):
        salt, body = new_salt(draw.randbytes), draw.randbytes(draw.randrange(60))
        entry = Entry(
            case=case,
            compartment="shared",
            seq=seq,
            at=MORNING + timedelta(minutes=seq),
            actor=f"account-{draw.randrange(9)}/handler",
            code=draw.choice(["submit", "assign", "ask", "answer"]),
            outcome=canonical({"stage": draw.choice(["arrived", "answered"]), "met": [seq]}),
            commitment=commit(salt, body),
        )
        head = link(head, entry)
        rows.append(Row(entry, head, salt, body))
    return rows


def ending(rows: list[Row]) -> Point:
    return Point(len(rows), rows[-1].head)


def sealed_anew(rows: list[Row], since: int) -> list[Row]:
    """The rows with every head from row `since` on computed afresh, as somebody who owns the database could."""
    anew, head = rows[: since - 1], rows[since - 2].head if since > 1 else START
    for row in rows[since - 1 :]:
        head = link(head, row.entry)
        anew.append(row._replace(head=head))
    return anew


def with_entry(row: Row, **changes: object) -> Row:
    return row._replace(entry=row.entry._replace(**changes))


# --- an untouched chain -------------------------------------------------------------------------------------------


def test_an_untouched_history_verifies_against_its_end_and_every_published_point() -> None:
    rows = history(30, random.Random(1))
    points = [Point(seq, rows[seq - 1].head) for seq in (1, 7, 30)]
    assert verify(rows, ending(rows), points) is None
    assert verify(iter(rows), passed=points[:2]) is None
    assert verify([], None) is None


def test_a_history_verifies_after_disposal_and_says_nothing_about_what_was_disposed() -> None:
    """Else a lawful disposal would look like a forgery, or leave the text guessable."""
    rows = history(10, random.Random(2))
    disposed = [row._replace(salt=None, body=None) for row in rows]
    assert verify(disposed, ending(rows)) is None
    body = b"yes"
    assert len({commit(new_salt(random.Random(turn).randbytes), body) for turn in range(100)}) == 100


# --- tampering ----------------------------------------------------------------------------------------------------


def edit_a_field(rows: list[Row], at: int, draw: random.Random) -> tuple[list[Row], FaultKind]:
    field, value = draw.choice(
        [
            ("case", "2026-0000000"),
            ("compartment", "inner"),
            ("at", MORNING - timedelta(days=1)),
            ("actor", "account-x/chief"),
            ("code", "withdraw"),
            ("outcome", '{"stage":"closed"}'),
            ("commitment", draw.randbytes(32)),
        ]
    )
    return [*rows[:at], with_entry(rows[at], **{field: value}), *rows[at + 1 :]], FaultKind.EDITED


def edit_the_head(rows: list[Row], at: int, draw: random.Random) -> tuple[list[Row], FaultKind]:
    return [*rows[:at], rows[at]._replace(head=draw.randbytes(32)), *rows[at + 1 :]], FaultKind.EDITED


def edit_the_text(rows: list[Row], at: int, draw: random.Random) -> tuple[list[Row], FaultKind]:
    return [*rows[:at], rows[at]._replace(body=draw.randbytes(61)), *rows[at + 1 :]], FaultKind.TEXT_EDITED


def edit_the_salt(rows: list[Row], at: int, draw: random.Random) -> tuple[list[Row], FaultKind]:
    return [*rows[:at], rows[at]._replace(salt=draw.randbytes(16)), *rows[at + 1 :]], FaultKind.TEXT_EDITED


def erase_the_text_alone(rows: list[Row], at: int, draw: random.Random) -> tuple[list[Row], FaultKind]:
    return [*rows[:at], rows[at]._replace(body=None), *rows[at + 1 :]], FaultKind.HALF_ERASED


def spoil_the_instant(rows: list[Row], at: int, draw: random.Random) -> tuple[list[Row], FaultKind]:
    value = draw.choice([MORNING.replace(tzinfo=None), "yesterday", None])
    return [*rows[:at], with_entry(rows[at], at=value), *rows[at + 1 :]], FaultKind.UNREADABLE


def delete(rows: list[Row], at: int, draw: random.Random) -> tuple[list[Row], FaultKind]:
    left = [*rows[:at], *rows[at + 1 :]]
    return left, FaultKind.TRUNCATED if at == len(rows) - 1 else FaultKind.MISSING


def cut_the_end(rows: list[Row], at: int, draw: random.Random) -> tuple[list[Row], FaultKind]:
    return rows[:at], FaultKind.TRUNCATED


def repeat(rows: list[Row], at: int, draw: random.Random) -> tuple[list[Row], FaultKind]:
    return [*rows[: at + 1], rows[at], *rows[at + 1 :]], FaultKind.REPEATED


def swap_rows(rows: list[Row], at: int, draw: random.Random) -> tuple[list[Row], FaultKind]:
    at = min(at, len(rows) - 2)
    return [*rows[:at], rows[at + 1], rows[at], *rows[at + 2 :]], FaultKind.REORDERED


def swap_numbers(rows: list[Row], at: int, draw: random.Random) -> tuple[list[Row], FaultKind]:
    at = min(at, len(rows) - 2)
    second, first = with_entry(rows[at + 1], seq=at + 1), with_entry(rows[at], seq=at + 2)
    return [*rows[:at], second, first, *rows[at + 2 :]], FaultKind.REORDERED


def take_a_row_from_another_case(rows: list[Row], at: int, draw: random.Random) -> tuple[list[Row], FaultKind]:
    at = max(at, 1)  # a chain is read by its case, so its first row says whose it is
    other = history(at + 1, draw, case="2026-AAAAAAA")
    return [*rows[:at], other[at], *rows[at + 1 :]], FaultKind.EDITED


def touched(tamper: object, at: int) -> int:
    """The first place that a tampering asked for at `at` can touch in a history of twelve rows."""
    if tamper in (swap_rows, swap_numbers):
        return min(at, 10)
    return max(at, 1) if tamper is take_a_row_from_another_case else at


TAMPERINGS: list[Callable[[list[Row], int, random.Random], tuple[list[Row], FaultKind]]] = [
    edit_a_field,
    edit_the_head,
    edit_the_text,
    edit_the_salt,
    erase_the_text_alone,
    spoil_the_instant,
    delete,
    cut_the_end,
    repeat,
    swap_rows,
    swap_numbers,
    take_a_row_from_another_case,
]


@pytest.mark.parametrize("tamper", TAMPERINGS)
def test_tampering_is_found_and_its_row_named(tamper: Callable[..., tuple[list[Row], FaultKind]]) -> None:
    """Else a changed history would be believed, or nobody would know where to look in the backup."""
    draw = random.Random(tamper.__name__)
    rows = history(12, draw)
    for turn in range(240):
        at = turn % len(rows)
        forged, kind = tamper(rows, at, draw)
        fault = verify(forged, ending(rows))
        assert fault is not None
        assert (fault.kind, fault.since) == (kind, touched(tamper, at) + 1)
        assert str(fault.since) in str(fault)


def test_a_row_edited_together_with_its_own_head_breaks_the_chain_behind_it() -> None:
    rows = history(9, random.Random(3))
    forged = with_entry(rows[4], code="withdraw")
    forged = forged._replace(head=link(rows[3].head, forged.entry))
    fault = verify([*rows[:4], forged, *rows[5:]], ending(rows))
    assert fault == Fault(FaultKind.EDITED, 6, 6)
    assert "row 5 was replaced" in str(fault)


def test_a_rewritten_chain_is_caught_by_a_point_published_outside() -> None:
    """The owner of the database can make every hash fit; only what left the house can contradict it."""
    rows = history(20, random.Random(4))
    published = [Point(5, rows[4].head), Point(10, rows[9].head), Point(15, rows[14].head)]
    forged = list(rows)
    forged[7] = with_entry(rows[7], outcome='{"stage":"closed"}')
    forged = sealed_anew(forged, 8)
    assert verify(forged, ending(forged)) is None
    assert verify(forged, ending(forged), published) == Fault(FaultKind.REWRITTEN, 6, 10)


def test_a_chain_cut_together_with_its_stored_end_is_caught_by_a_published_point() -> None:
    rows = history(20, random.Random(5))
    assert verify(rows[:12], ending(rows[:12]), [ending(rows)]) == Fault(FaultKind.TRUNCATED, 13, 20)
    assert verify([], None, [ending(rows)]) == Fault(FaultKind.TRUNCATED, 1, 20)


def test_a_row_added_behind_the_known_end_is_named() -> None:
    rows = history(8, random.Random(6))
    assert verify(rows, ending(rows[:6])) == Fault(FaultKind.SURPLUS, 7, 8)


def test_two_published_points_that_contradict_each_other_cannot_both_be_met() -> None:
    rows = history(4, random.Random(7))
    assert verify(rows, ending(rows), [Point(4, bytes(32))]) == Fault(FaultKind.REWRITTEN, 1, 4)


# --- the seals ----------------------------------------------------------------------------------------------------


def test_the_seals_are_those_that_the_documentation_describes() -> None:
    """An outsider writes a checker from the description alone; the format can never change unnoticed."""
    salt, body = bytes(range(16)), "Läkemedelslistan saknades".encode()
    commitment = sha256(b"stegen/commit/1\0" + salt + body).digest()
    assert commit(salt, body) == commitment

    entry = Entry("2026-K7QM4TX", "cover", 1, MORNING, "ek/handler", "submit", '{"stage":"arrived"}', commitment)
    texts = [
        "2026-K7QM4TX",
        "cover",
        "1",
        "2026-04-16T08:30:00.000000+00:00",
        "ek/handler",
        "submit",
    ]
    outcome = sha256(b'stegen/outcome/1\0{"stage":"arrived"}').digest()
    head = sha256(b"stegen/link/2\0" + START + commitment + outcome + "\0".join(texts).encode()).digest()
    assert link(START, entry._replace(outcome="withheld"), outcome) == head
    assert link(START, entry) == head
    assert head.hex() == "0d8b7b9c661ad327e5304c6d95667469b49eb82b9d08f220a13c5e99e83c648e"


def test_the_same_instant_seals_the_same_in_every_time_zone() -> None:
    """The two databases hand instants back in different zones."""
    rows = history(1, random.Random(8))
    stockholm = rows[0].entry.at.astimezone(timezone(timedelta(hours=2)))
    assert verify([with_entry(rows[0], at=stockholm)], ending(rows)) is None


def test_no_two_rows_can_be_sealed_alike_by_moving_text_between_fields() -> None:
    entry = history(1, random.Random(9))[0].entry
    left, right = entry._replace(actor="ab", code="c"), entry._replace(actor="a", code="bc")
    assert link(START, left) != link(START, right)
    with pytest.raises(ValueError, match="NUL"):
        link(START, entry._replace(actor="a\0b"))


def test_seals_of_a_wrong_size_are_refused() -> None:
    entry = history(1, random.Random(10))[0].entry
    with pytest.raises(ValueError, match="32 bytes"):
        link(b"", entry)
    with pytest.raises(ValueError, match="32 bytes"):
        link(START, entry._replace(commitment=b"x"))
    with pytest.raises(ValueError, match="16 bytes"):
        commit(b"", b"body")


# --- the root -----------------------------------------------------------------------------------------------------


def test_the_root_moves_with_every_head_and_not_with_the_order() -> None:
    """What is published tonight must bind every chain, whatever order the database returns them in."""
    draw = random.Random(11)
    for count in (0, 1, 2, 3, 4, 7, 64, 101):
        heads = [(f"2026-{turn:07}/cover", draw.randbytes(32)) for turn in range(count)]
        published = root(heads)
        assert root(draw.sample(heads, count)) == published
        for turn in range(count):
            chain, _ = heads[turn]
            assert root([*heads[:turn], (chain, draw.randbytes(32)), *heads[turn + 1 :]]) != published
            assert root([*heads[:turn], *heads[turn + 1 :]]) != published
        assert root([*heads, ("2027-0000000/cover", draw.randbytes(32))]) != published


def test_a_chain_given_twice_has_no_root() -> None:
    with pytest.raises(ValueError, match="twice"):
        root([("a", START), ("b", START), ("a", bytes(range(32)))])


# --- canonical ----------------------------------------------------------------------------------------------------


class Stage(StrEnum):
    ARRIVED = "arrived"


class Rank(IntEnum):
    FIRST = 1


def test_a_value_has_one_written_form() -> None:
    value = {
        "å": 'Ärende \u2028 "citat" \\ \n',
        "b": [1, True, None, (2, -3), {}],
        "a": date(2026, 6, 15),
        "at": datetime(2026, 4, 16, 10, 30, tzinfo=timezone(timedelta(hours=2))),
        "stage": Stage.ARRIVED,
        "rank": Rank.FIRST,
    }
    written = (
        '{"a":"2026-06-15","at":"2026-04-16T08:30:00.000000+00:00","b":[1,true,null,[2,-3],{}],'
        '"rank":1,"stage":"arrived","å":"Ärende \u2028 \\"citat\\" \\\\ \\n"}'
    )
    assert canonical(value) == written
    assert canonical(dict(reversed(value.items()))) == written


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=20,
)


@given(json_values)
def test_what_is_written_is_json_and_reads_back_as_it_was(value: object) -> None:
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text
    assert text == json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


CIRCLE: list[object] = []
CIRCLE.append(CIRCLE)


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        float("nan"),
        {"a": [{"b": 0.0}]},
        {1: "a"},
        {None: "a"},
        {"a": 1, 2: "b"},
        datetime(2026, 4, 16, 8, 30),
        b"bytes",
        {"a": {1, 2}},
        object(),
        "half a character \ud83d",
        {"\ud83d": 1},
        CIRCLE,
    ],
)
def test_a_value_without_one_written_form_is_refused(value: object) -> None:
    """Else the stored outcome could not be checked again, and a sound history would look forged."""
    with pytest.raises(CanonicalError):
        canonical(value)
