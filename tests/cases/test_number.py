"""A number read over the telephone must reach the right case or none at all."""

import os
import random
from collections.abc import Callable

import pytest

from cases.number import ALPHABET, NumberError, NumberFault, new_number, parse_number

PRINTED = "2026-K7QM4TX"
"""The number that the pages and letters show as an example."""


def seeded(seed: int) -> Callable[[int], bytes]:
    return random.Random(seed).randbytes


def refused(text: str) -> NumberFault:
    with pytest.raises(NumberError) as caught:
        parse_number(text)
    return caught.value.fault


def numbers(count: int) -> list[str]:
    draw = seeded(7)
    return [new_number(2000 + turn % 60, draw) for turn in range(count)]


def test_the_number_printed_everywhere_is_a_real_one() -> None:
    assert parse_number(PRINTED) == PRINTED


def test_a_new_number_can_be_read_back() -> None:
    for number in numbers(2000):
        assert parse_number(number) == number
        assert len(number) == 12


def test_the_six_characters_use_the_whole_alphabet_evenly() -> None:
    """A skewed draw would let a stranger guess numbers."""
    drawn = numbers(6400)
    for place in range(5, 12):
        seen = [number[place] for number in drawn]
        assert set(seen) == set(ALPHABET)
        assert max(map(seen.count, ALPHABET)) < 290  # 200 expected, standard deviation 14
    assert len(set(drawn)) == len(drawn)


def test_every_single_mistyped_character_is_caught() -> None:
    """One wrong key must not open another party's case."""
    tried = 0
    for number in [PRINTED, *numbers(40)]:
        for place, right in enumerate(number):
            if right == "-":
                continue
            others = ALPHABET[:10] if place < 4 else ALPHABET
            for wrong in others.replace(right, ""):
                assert refused(number[:place] + wrong + number[place + 1 :]) in (NumberFault.CHECK, NumberFault.YEAR)
                tried += 1
    assert tried == 41 * (4 * 9 + 7 * 31)


def test_every_pair_of_neighbours_that_change_places_is_caught() -> None:
    """Exhaustive: each two different characters on each two neighbouring places, with the check made right first."""
    tried = 0
    for place in range(5):
        for first in ALPHABET:
            for second in ALPHABET.replace(first, ""):
                tail = "".join([*"3V8PZ0"[:place], first, second, *"3V8PZ0"[place + 2 :]])
                number = with_check("2026" + tail)
                swapped = number[: place + 5] + second + first + number[place + 7 :]
                assert refused(swapped) is NumberFault.CHECK
                tried += 1
    assert tried == 5 * 32 * 31


def test_neighbours_at_the_check_and_in_the_year_are_caught() -> None:
    for number in numbers(1000):
        for place in (0, 1, 2, 10):
            left, right = number[place], number[place + 1]
            if left != right:
                swapped = number[:place] + right + left + number[place + 2 :]
                assert refused(swapped) in (NumberFault.CHECK, NumberFault.YEAR)


def with_check(ten: str) -> str:
    """The number that begins with these ten characters: drawn from bytes that spell them."""
    spelled = sum(ALPHABET.index(character) << 5 * place for place, character in enumerate(ten[4:]))
    number = new_number(int(ten[:4]), lambda count: spelled.to_bytes(count, "big"))
    assert number.startswith(f"{ten[:4]}-{ten[4:]}")
    return parse_number(number)


def test_exactly_one_check_character_fits() -> None:
    """Else a wrong check would be taken for a right one."""
    for number in numbers(50):
        assert sum(accepted(number[:-1] + last) for last in ALPHABET) == 1


def accepted(text: str) -> bool:
    try:
        return parse_number(text) == text
    except NumberError:
        return False


@pytest.mark.parametrize(
    "written",
    [
        "2026-k7qm4tx",
        " 2026-K7QM4TX\n",
        "2026 K7QM4TX",
        "2026K7QM4TX",
        "2026 - K7Q M4TX",
        "2o26-K7QM4TX",
        "2026\u2013K7QM4TX",
        "2026\u2011K7QM4TX",
        "2026\u00a0K7QM4TX",
        "2026-K7QM\u200b4TX",
    ],
)
def test_a_number_as_people_and_mail_programs_write_it_is_understood(written: str) -> None:
    assert parse_number(written) == PRINTED


def test_letters_that_look_like_digits_are_read_as_them() -> None:
    number = next(number for number in numbers(2000) if "0" in number[5:] and number[5:].count("1") >= 2)
    for one in "IiLl":
        assert parse_number(number.replace("1", one).replace("0", "o")) == number


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("", NumberFault.LENGTH),
        ("2026-K7QM4T", NumberFault.LENGTH),
        ("2026-K7QM4TXX", NumberFault.LENGTH),
        ("2026-K7QM4TX" * 90_000, NumberFault.LENGTH),
        ("K7QM4TX2026", NumberFault.YEAR),
        ("0026-K7QM4TX", NumberFault.YEAR),
        ("\u0662026-K7QM4TX", NumberFault.YEAR),
        ("2026-K7QM4TU", NumberFault.CHARACTER),
        ("2026-K7QM4\u00c5X", NumberFault.CHARACTER),
        ("2026-K7QM4T\u0663", NumberFault.CHARACTER),
        ("2026-K7QM4T\x00", NumberFault.CHARACTER),
        ("2025-K7QM4TX", NumberFault.CHECK),
    ],
)
def test_a_wrong_number_is_refused_with_its_reason(written: str, fault: NumberFault) -> None:
    assert refused(written) is fault


def test_a_message_stays_short_whatever_was_pasted() -> None:
    with pytest.raises(NumberError) as caught:
        parse_number("x" * 1_000_000)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("year", [0, 999, 10_000, -2026])
def test_a_year_without_four_digits_gets_no_number(year: int) -> None:
    with pytest.raises(NumberError):
        new_number(year, os.urandom)
