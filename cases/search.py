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

from cases.database import Transaction
from cases.functions import NotYourFunction, posts_of
from cases.number import NumberError, parse_number
from cases.record import Record
from cases.search_words import asked
from cases.sight import READS, CaseUnknown, Seer, closed_to, function_name, glimpse, holders_of, lists_of
from cases.worklist import FOUND, Item, item_of
from workflows.office_hours import local_date
from workflows.organisation import Organisation

SIZE = 25
WINDOW = 2000
"""Cases that one page of a search looks at; the next page goes on where it ends."""
MOST_WORDS = 6
"""Words of a search that are looked for; more make it no sharper."""

_KINDS = "substr(x.compartment, 1, 5) IN (:k0, :k1, :k2, :k3, :k4) AND x.compartment <> :closed"
# A word that was not asked for is "", and fits every case. The grant is asked too: the index is a copy of it.
_HAS = f"""(:t{{n}} = '' OR EXISTS (SELECT 1 FROM search_term x JOIN sight g ON g.case_id = x.case_id
 AND g.holder = x.holder AND g.compartment = x.compartment AND g.ended_at IS NULL
 WHERE x.holder IN (:own, :beside) AND x.term = :t{{n}} AND x.case_id = c.id AND {_KINDS}))"""
_ALL = " AND ".join(_HAS.format(n=n) for n in range(MOST_WORDS))
_COVER = "v.holder IN (:list_own, :list_beside) AND v.compartment = 'cover' AND v.ended_at IS NULL"
_LISTED = f"EXISTS (SELECT 1 FROM sight v WHERE v.case_id = c.id AND {_COVER})"

_OF_HOLDER = f"""SELECT case_id FROM (SELECT DISTINCT x.case_id FROM search_term x WHERE x.holder = :{{holder}}
 AND x.term = :rarest AND {_KINDS} AND x.case_id < :before
 ORDER BY x.case_id DESC LIMIT :window) AS {{holder}}_cases"""
_OF_BOTH = " UNION ".join(_OF_HOLDER.format(holder=name) for name in ("own", "beside"))
_BY_WORD = f"SELECT case_id FROM ({_OF_BOTH}) AS of_both ORDER BY case_id DESC LIMIT :window"
# Who reads beside her own list looks at the list, whatever the words: a walk along the words of a whole authority would
# take its time from cases that are none of hers.
_BY_LIST = f"""SELECT DISTINCT v.case_id FROM sight v WHERE {_COVER} AND v.case_id < :before
 ORDER BY v.case_id DESC LIMIT :window"""


def _paged(window: str) -> tuple[str, str]:
    """(cases of a window in which all words stand, the window's oldest case and how many it has)."""
    page = f"""SELECT {FOUND}, c.id FROM ({window}) AS w JOIN cases c ON c.id = w.case_id
 WHERE {_LISTED} AND {_ALL} ORDER BY c.id DESC LIMIT :size"""
    return page, f"SELECT MIN(case_id), COUNT(*) FROM ({window}) AS w"


BY_WORD, BY_LIST = _paged(_BY_WORD), _paged(_BY_LIST)
HOW_MANY = """SELECT COUNT(*) FROM (SELECT 1 FROM search_term WHERE holder IN (:own, :beside) AND term = :term
 LIMIT :most) AS counted"""
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
        org = record.world(tx, now).org
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


def _by_words(tx: Transaction, query: str, kinds: frozenset[str], places: dict[str, str], before: int) -> Found:
    words = asked(query)[:MOST_WORDS]
    if not words:
        return Found((), "")
    mine = {"own": places["own"], "beside": places["beside"]}
    lists, by_word = _lists(places), _lists_all(places)
    page, end = BY_WORD if by_word else BY_LIST
    rarest = _rarest(tx, words, mine) if by_word else ""
    known = [COMPARTMENTS[kind] for kind in COMPARTMENTS if kind in kinds]
    window = {
        **mine, **lists, "rarest": rarest, "closed": places["closed"], "before": before,
        "window": WINDOW,
        **{f"k{n}": known[n] if n < len(known) else "" for n in range(len(COMPARTMENTS))},
    }  # fmt: skip
    wanted = {f"t{n}": words[n] if n < len(words) else "" for n in range(MOST_WORDS)}
    rows = tx.all(page, **window, **wanted, size=SIZE)
    last, looked = tx.one(end, **window) or (None, 0)
    items = tuple(item_of(row[:-1]) for row in rows)
    if len(items) == SIZE:
        return Found(items, items[-1].number)
    return Found(items, str(tx.value(NUMBER_OF, id=last)) if looked == WINDOW else "")


def _rarest(tx: Transaction, words: Sequence[str], mine: dict[str, str]) -> str:
    return min(words, key=lambda word: int(tx.value(HOW_MANY, **mine, term=word, most=WINDOW + 1)))


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
