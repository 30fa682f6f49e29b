"""Search: cases in whose texts all words stand, among what the seer's function reads and nothing else.

Each word is looked for among the postings of the seer's own holders, compartment by compartment, and through their
grants: what somebody may not read is neither found nor counted, and costs no time (the walls of domain.md section 3).
A page begins at the rarest of the words and reads at most a window of its cases. It ends at a case that the seer
lists, or whose inner record stays hers: where it ends tells of no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from cases.database import Transaction
from cases.functions import NotYourFunction, posts_of
from cases.lists.search_index import LISTED
from cases.lists.search_words import asked
from cases.lists.worklist import FOUND, Item, item_of
from cases.number import NumberError, parse_number
from cases.record import Record
from cases.sight import READS, CaseUnknown, Seer, closed_to, function_name, glimpse, holders_of, lists_of
from workflows.office_hours import local_date
from workflows.organisation import Organisation

SIZE = 25
WINDOW = 2000
"""Cases that one page of a search looks at; the next page goes on where it ends."""
MOST_WORDS = 6
"""Words of a search that are looked for; more make it no sharper."""

Places = tuple[str, ...]
"""Under which names a seer's holders are handed over: ("own",), or ("own", "beside")."""

_KINDS = "substr(x.compartment, 1, 5) IN (:k0, :k1, :k2, :k3, :k4) AND x.compartment <> :closed"
_COVER = "v.holder IN (:list_own, :list_beside) AND v.compartment = 'cover' AND v.ended_at IS NULL"


def _any(rows: str) -> str:
    """Whether there is one among `rows` of the case at hand. Not EXISTS: PostgreSQL may gather for it once what fits
    any case, which is as much as a common word has postings."""
    return f"(SELECT 1 FROM {rows} LIMIT 1) = 1"


_LISTED = _any(f"sight v WHERE v.case_id = c.id AND {_COVER}")


def _open(holder: str, compartment: str = "x.compartment") -> str:
    """Whether the holder has a grant: the index may be behind the grants, so they are asked of each posting."""
    return _any(f"""sight g WHERE g.case_id = x.case_id AND g.holder = :{holder} AND g.compartment = {compartment}
 AND g.ended_at IS NULL""")


def _posted(place: str, n: int) -> str:
    """A posting of the n-th word that a seer reads by one of her holders."""
    return f"x.holder = :{place} AND x.term = :t{n} AND {_KINDS} AND {_open(place)}"


def _fresh(places: Places, n: int) -> str:
    """A row of fresh words with the n-th word that a seer reads."""
    return f"x.words LIKE :w{n} AND {_KINDS} AND ({' OR '.join(map(_open, places))})"


def _has(places: Places, n: int) -> str:
    """Whether the n-th word stands in the case `c`, where the seer reads it. Of fresh words there are few: which cases
    have it is asked once, not case by case."""
    posted = [_any(f"search_term x WHERE x.case_id = c.id AND {_posted(place, n)}") for place in places]
    return f"({' OR '.join(posted)} OR c.id IN (SELECT x.case_id FROM search_fresh x WHERE {_fresh(places, n)}))"


def _window(places: Places, by_word: bool) -> str:
    """The newest cases in which the first word stands. Who reads beside her own list looks at the list, whatever the
    words: a walk along the words of a whole authority would take its time from cases that are none of hers."""
    wanted = [("search_term", _posted(place, 0)) for place in places] if by_word else [("search_term", _ON_LIST)]
    parts = [*wanted, ("search_fresh", _fresh(places, 0) if by_word else _open("list_own", "'cover'"))]
    newest = [f"""SELECT case_id FROM (SELECT DISTINCT x.case_id FROM {table} x WHERE {which} AND x.case_id < :before
 ORDER BY x.case_id DESC LIMIT :window) AS part{n}""" for n, (table, which) in enumerate(parts)]  # fmt: skip
    return f"SELECT case_id FROM ({' UNION '.join(newest)}) AS every_part ORDER BY case_id DESC LIMIT :window"


_ON_LIST = f"x.holder = :list_own AND x.term = '{LISTED}' AND x.compartment = 'cover' AND {_open('list_own')}"


@cache
def _page(places: Places, by_word: bool, words: int) -> str:
    """The cases of a window in which all of so many words stand; the first one does, where the window is its own."""
    others = [_has(places, n) for n in range(1 if by_word else 0, words)]
    return f"""SELECT {FOUND}, c.id FROM ({_window(places, by_word)}) AS w JOIN cases c ON c.id = w.case_id
 WHERE {" AND ".join([_LISTED, *others])} ORDER BY c.id DESC LIMIT :size"""


@cache
def _end(places: Places, by_word: bool) -> str:
    """A window's oldest case, and how many it has."""
    return f"SELECT MIN(case_id), COUNT(*) FROM ({_window(places, by_word)}) AS w"


HOW_MANY = """SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM search_term WHERE holder = :own AND term = :term
 LIMIT :most) AS own) + (SELECT COUNT(*) FROM (SELECT 1 FROM search_term WHERE holder = :beside AND term = :term
 LIMIT :most) AS beside)"""
NUMBER_OF = "SELECT number FROM cases WHERE id = :id"
BEYOND = 2**62

COMPARTMENTS = {"cover": "cover", "shared": "share", "inner": "inner", "file": "file:", "forum": "forum"}
"""Kinds of compartment as the first five characters of a compartment's name."""


@dataclass(frozen=True, slots=True)
class Found:
    """Up to 25 cases, newest first. `cursor` goes on among older ones, "" at the end: a page may be empty and yet not
    the last."""

    items: tuple[Item, ...]
    cursor: str


def search(record: Record, seer: Seer, query: str, now: datetime, *, cursor: str = "") -> Found:
    """What fits a query of words, or a number. A reporter finds nothing: her reports stand in her list.

    Raises NotYourFunction, and CaseUnknown for a cursor that is none of hers.
    """
    with record.database.read() as tx:
        if seer.post not in posts_of(tx, seer.account, local_date(now)):
            raise NotYourFunction(NotYourFunction.__doc__)
        kinds = READS.get(function_name(seer.post), frozenset())
        if function_name(seer.post) == "reporter" or "cover" not in kinds:
            return Found((), "")
        org = record.organisation(tx, now)
        own, beside = holders_of(seer.post, org)
        places = dict(zip(("list_own", "list_beside"), lists_of(seer.post, org), strict=True))
        places |= {"own": own, "beside": beside, "closed": closed_to(function_name(seer.post), own)}
        number = _number(query)
        if number:
            return Found(_by_number(tx, number, places), "")
        return _by_words(tx, query, kinds, places, _before(tx, cursor, seer, org, places))


def _number(query: str) -> str:
    try:
        return parse_number(query.strip())
    except NumberError:
        return ""


def _by_number(tx: Transaction, number: str, places: dict[str, str]) -> tuple[Item, ...]:
    row = tx.one(f"SELECT {FOUND} FROM cases c WHERE c.number = :number AND {_LISTED}", number=number, **_lists(places))
    return (item_of(row),) if row is not None else ()


def _lists(places: dict[str, str]) -> dict[str, str]:
    return {name: place for name, place in places.items() if name.startswith("list_")}


def _by_words(tx: Transaction, query: str, kinds: frozenset[str], holders: dict[str, str], before: int) -> Found:
    words = asked(query)[:MOST_WORDS]
    if not words:
        return Found((), "")
    by_word, places = _lists_all(holders), ("own", "beside") if holders["own"] != holders["beside"] else ("own",)
    if by_word:
        words = _rarest_first(tx, words, {"own": holders["own"], "beside": holders["beside"]})
    known = [COMPARTMENTS[kind] for kind in COMPARTMENTS if kind in kinds]
    values: dict[str, Any] = {
        **holders, "before": before, "window": WINDOW,
        **{f"k{n}": known[n] if n < len(known) else "" for n in range(len(COMPARTMENTS))},
        **{f"t{n}": word for n, word in enumerate(words)}, **{f"w{n}": f"% {word} %" for n, word in enumerate(words)},
    }  # fmt: skip
    items = tuple(item_of(row[:-1]) for row in tx.all(_page(places, by_word, len(words)), **values, size=SIZE))
    if len(items) == SIZE:
        return Found(items, items[-1].number)
    last, looked = tx.one(_end(places, by_word), **values) or (None, 0)
    return Found(items, str(tx.value(NUMBER_OF, id=last)) if looked == WINDOW else "")


def _rarest_first(tx: Transaction, words: Sequence[str], mine: dict[str, str]) -> tuple[str, ...]:
    if len(words) == 1:
        return tuple(words)
    return tuple(sorted(words, key=lambda word: int(tx.value(HOW_MANY, **mine, term=word, most=WINDOW + 1))))


def _before(tx: Transaction, cursor: str, seer: Seer, org: Organisation, places: dict[str, str]) -> int:
    """The key that a cursor stands for. A number that is not among one's own is unknown, whether it exists or not."""
    if not cursor:
        return BEYOND
    found = glimpse(tx, cursor, seer, org).case_id
    if not _lists_all(places) and not tx.value(
        f"SELECT 1 FROM cases c WHERE c.id = :id AND {_LISTED}", id=found, **_lists(places)
    ):
        raise CaseUnknown
    return found


def _lists_all(places: dict[str, str]) -> bool:
    """Whether the seer's lists hold all that she reads."""
    return (places["own"], places["beside"]) == (places["list_own"], places["list_beside"])
