"""What is kept in clear holds nobody's personal number: the one question that every text meets, whichever door it comes
by (law 6)."""

from __future__ import annotations

from collections.abc import Iterable

from cases.contents.identifiers import numbers
from workflows.inputs import has_control

TEXT_LIMIT = 20_000


class BadText(ValueError):
    """The text is empty, longer than 20 000 characters, or holds characters that cannot be read. Write it again."""


class NumberInText(BadText):
    """A personal number stands in the text. Take it out: whom it concerns has a protected field of its own."""


def refuse_numbers(texts: Iterable[str]) -> None:
    """Raises NumberInText where somebody's number certainly stands in one of them."""
    if any(numbers(text) for text in texts):
        raise NumberInText(NumberInText.__doc__)


def checked(text: str) -> str:
    """A text as it may be kept in clear. Raises BadText, and NumberInText for one with somebody's number."""
    refuse_numbers((readable(text),))
    return text


def readable(text: str) -> str:
    """A text as it may be sealed, whatever it says. Raises BadText."""
    if not isinstance(text, str) or not text.strip() or len(text) > TEXT_LIMIT or has_control(text):
        raise BadText(BadText.__doc__)
    return text
