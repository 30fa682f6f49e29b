"""The names that one page needs, looked up together: one statement for all its places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cases.database import Transaction
from workflows.definition import Text
from workflows.naming import POST, Names
from workflows.organisation import holder_of

__all__ = ["AT_ONCE", "Names", "names_of"]

AT_ONCE = 40
"""Places that one statement looks up; a page seldom has more."""

_TABLES = ("unit", "operation", "authority", "arena", "forum")
_WANTED = ", ".join(f":c{number}" for number in range(AT_ONCE))
NAMES = " UNION ALL ".join(f"SELECT '{t}:' || code, name FROM {t} WHERE code IN ({_WANTED})" for t in _TABLES)


def names_of(tx: Transaction, places: Iterable[str], functions: Mapping[str, Text]) -> Names:
    """The names of these places: holders (`unit:x`), posts (`handler@unit:x`), texts with posts in them, or bare codes
    with commas between them."""
    codes = sorted({code for place in places for code in _codes(place)} - {"", "county"})
    found: dict[str, str] = {}
    for start in range(0, len(codes), AT_ONCE):
        batch = codes[start : start + AT_ONCE]
        padded = {f"c{number}": batch[number] if number < len(batch) else "" for number in range(AT_ONCE)}
        found.update(tx.all(NAMES, **padded))
    return Names(found, functions)


def _codes(place: str) -> Iterable[str]:
    keys = POST.findall(place)
    if keys:
        return (holder_of(key).partition(":")[2] for key in keys)
    return (code.rpartition(":")[2] for code in place.split(",")) if " " not in place else ()
