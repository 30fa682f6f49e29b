"""Search: cases in whose texts all words stand or begin others, among what the seer's function reads and nothing else.

Each word is looked for among the postings of the seer's own holders, compartment by compartment, and through their
grants: what somebody may not read is neither found nor counted, and costs no time (the walls of domain.md section 3).
A page begins at the rarest of the words and reads at most a window of its cases. It ends at a case that the seer
lists, or whose inner record stays hers: where it ends tells of no other. Which words begin like one that was typed is
read off the same postings, so that there is no list of words beside them that could tell of anybody else's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from cases.database import Transaction
from cases.functions import NotYourFunction, posts_of
from cases.lists.search_index import LISTED
from cases.lists.search_words import Wanted, wanted
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

MOST_FORMS = 16
"""Words with the same beginning whose cases a page looks through when they stand in more cases than a window holds."""

NO_WORD = " "
"""Stands where there are fewer words, or holders, to look for: none is called that."""

By = Literal["few", "many", "list"]
"""Where a page's cases come from: all postings of the rarest word and what it begins; where those are more than a
window, the newest of up to 16 such words; or the seer's list."""

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


def _posted(place: str, which: str) -> str:
    """A posting of a word that a seer reads by one of her holders."""
    return f"x.holder = :{place} AND {which} AND {_KINDS} AND {_open(place)}"


def _begun(n: int, inflected: bool) -> list[str]:
    """What postings are of the n-th word: what it begins, and its stem where it was typed in another form. Each is a
    stretch of the index, so they are asked for one by one and not joined by an OR."""
    return [f"x.term >= :t{n} AND x.term < :e{n}", *([f"x.term = :s{n}"] if inflected else [])]


def _fresh(places: Places, n: int) -> str:
    """A row of fresh words with the n-th word that a seer reads."""
    return f"(x.words LIKE :w{n} OR x.words LIKE :v{n}) AND {_KINDS} AND ({' OR '.join(map(_open, places))})"


def _has(places: Places, n: int, inflected: bool) -> str:
    """Whether the n-th word stands in the case `c`, where the seer reads it. Of fresh words there are few: which cases
    have it is asked once, not case by case."""
    posted = [_any(f"search_term x WHERE x.case_id = c.id AND {_posted(place, which)}")
              for place in places for which in _begun(n, inflected)]  # fmt: skip
    return f"({' OR '.join(posted)} OR c.id IN (SELECT x.case_id FROM search_fresh x WHERE {_fresh(places, n)}))"


def _newest(table: str, which: str) -> str:
    return f"""SELECT DISTINCT x.case_id FROM {table} x WHERE {which} AND x.case_id < :before
 ORDER BY x.case_id DESC LIMIT :window"""


def _all_few(place: str, which: str) -> str:
    """All cases of the first word, which are known to fit a window. The inner limit keeps PostgreSQL from walking along
    everybody's cases, in their order, instead of along the word."""
    posted = _posted(place, which)
    return f"""SELECT DISTINCT case_id FROM (SELECT x.case_id FROM search_term x WHERE {posted} AND x.case_id < :before
 LIMIT :window) AS all_few"""


def _window(places: Places, by: By, inflected: bool) -> str:
    """The newest cases in which the first word stands. Who reads beside her own list looks at the list, whatever the
    words: a walk along the words of a whole authority would take its time from cases that are none of hers."""
    if by == "list":
        parts = [_newest("search_term", _ON_LIST), _newest("search_fresh", _open("list_own", "'cover'"))]
    else:
        forms = [_newest("search_term", _posted(p, f"x.term = :f{n}")) for p in places for n in range(MOST_FORMS)]
        few = [_all_few(place, which) for place in places for which in _begun(0, inflected)]
        parts = [*(forms if by == "many" else few), _newest("search_fresh", _fresh(places, 0))]
    newest = [f"SELECT case_id FROM ({part}) AS part{n}" for n, part in enumerate(parts)]
    return f"SELECT case_id FROM ({' UNION '.join(newest)}) AS every_part ORDER BY case_id DESC LIMIT :window"


_ON_LIST = f"x.holder = :list_own AND x.term = '{LISTED}' AND x.compartment = 'cover' AND {_open('list_own')}"


@cache
def _page(places: Places, by: By, inflected: tuple[bool, ...]) -> str:
    """The cases of a window in which all words stand; the first one does, where the window is its own. `inflected` says
    of each word whether its stem is looked for beside what it begins."""
    others = [_has(places, n, inflected[n]) for n in range(0 if by == "list" else 1, len(inflected))]
    return f"""SELECT {FOUND}, c.id FROM ({_window(places, by, inflected[0])}) AS w JOIN cases c ON c.id = w.case_id
 WHERE {" AND ".join([_LISTED, *others])} ORDER BY c.id DESC LIMIT :size"""


@cache
def _end(places: Places, by: By, inflected: bool) -> str:
    """A window's oldest case, and how many it has."""
    return f"SELECT MIN(case_id), COUNT(*) FROM ({_window(places, by, inflected)}) AS w"


def _postings(place: str) -> str:
    return f"""(SELECT COUNT(*) FROM (SELECT 1 FROM search_term
 WHERE holder = :{place} AND term >= :begin AND term < :end LIMIT :most) AS {place})"""


HOW_MANY = f"SELECT {_postings('own')} + {_postings('beside')}"
FORMS = """WITH RECURSIVE form(term, n) AS (
 SELECT (SELECT MIN(term) FROM search_term WHERE holder = :holder AND term >= :begin AND term < :end), 1
 UNION ALL SELECT (SELECT MIN(x.term) FROM search_term x WHERE x.holder = :holder AND x.term > form.term
  AND x.term < :end), n + 1 FROM form WHERE form.term IS NOT NULL AND n < :most)
 SELECT term FROM form WHERE term IS NOT NULL"""
NUMBER_OF = "SELECT number FROM cases WHERE id = :id"
BEYOND = 2**62

COMPARTMENTS = {"cover": "cover", "shared": "share", "inner": "inner", "file": "file:", "forum": "forum"}
"""Kinds of compartment as the first five characters of a compartment's name."""


@dataclass(frozen=True, slots=True)
class Found:
    """Up to 25 cases, newest first. `cursor` goes on among older ones, "" at the end: a page may be empty and yet not
    the last. `broad`: more words begin like that than were looked for; more letters find the rest."""

    items: tuple[Item, ...]
    cursor: str
    broad: bool = False


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
    words: Sequence[Wanted] = wanted(query)[:MOST_WORDS]
    if not words:
        return Found((), "")
    places = ("own", "beside") if holders["own"] != holders["beside"] else ("own",)
    by: By = "list"
    forms: tuple[str, ...] = ()
    if _lists_all(holders):
        words, few = _rarest_first(tx, words, holders)
        by, forms = "few" if few else "many", _forms(tx, words[0], holders)
    known = [COMPARTMENTS[kind] for kind in COMPARTMENTS if kind in kinds]
    values: dict[str, Any] = {
        **holders, "before": before, "window": WINDOW,
        **{f"k{n}": known[n] if n < len(known) else "" for n in range(len(COMPARTMENTS))},
        **{f"f{n}": forms[n] if n < len(forms) else NO_WORD for n in range(MOST_FORMS)},
        **{f"{name}{n}": part for n, word in enumerate(words)
           for name, part in (("t", word.begin), ("e", word.end), ("s", word.stem or NO_WORD), ("w", word.pattern),
                              ("v", word.whole))},
    }  # fmt: skip
    broad = by == "many" and len(forms) > MOST_FORMS
    inflected = tuple(bool(word.stem) for word in words)
    items = tuple(item_of(row[:-1]) for row in tx.all(_page(places, by, inflected), **values, size=SIZE))
    if len(items) == SIZE:
        return Found(items, items[-1].number, broad)
    last, looked = tx.one(_end(places, by, inflected[0]), **values) or (None, 0)
    return Found(items, str(tx.value(NUMBER_OF, id=last)) if looked == WINDOW else "", broad)


def _rarest_first(tx: Transaction, words: Sequence[Wanted], holders: dict[str, str]) -> tuple[tuple[Wanted, ...], bool]:
    """The words, the rarest first, and whether its postings fit a window."""
    own, beside = holders["own"], holders["beside"]
    mine = {"own": own, "beside": beside if beside != own else NO_WORD}
    counted = {
        word: sum(
            int(tx.value(HOW_MANY, **mine, begin=begin, end=end, most=WINDOW + 1)) for begin, end in _ranges(word)
        )
        for word in words
    }
    first, *others = sorted(words, key=lambda word: counted[word])
    return (first, *others), counted[first] <= WINDOW


def _ranges(word: Wanted) -> Iterator[tuple[str, str]]:
    """The stretches of the index in which a word's postings stand."""
    yield word.begin, word.end
    if word.stem:
        yield word.stem, f"{word.stem}\x01"


def _forms(tx: Transaction, word: Wanted, holders: dict[str, str]) -> tuple[str, ...]:
    """The words that begin like one and its own stem, in the seer's own postings, one more than a page looks for."""
    own = dict.fromkeys((holders["own"], holders["beside"]))
    rows = (tx.all(FORMS, holder=one, begin=word.begin, end=word.end, most=MOST_FORMS + 1) for one in own)
    begun = sorted({term for found in rows for (term,) in found})
    return tuple(dict.fromkeys((*([word.stem] if word.stem else []), *begun)))


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
