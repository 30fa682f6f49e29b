"""Who may act as what, today: holdings in force, substitutes, and functions that fall to somebody else.

A request acts in exactly one function; nothing here outlives the request (domain.md section 3).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cases.database import Transaction
from workflows.nouns import Actor, Cover
from workflows.organisation import Organisation, function_of, holder_of, post
from workflows.roles import LEVEL

SIDED = frozenset(("preparer", "substitute", "member"))
"""Functions that a forum has once for each side, so that their posts name the side too."""

_IN_FORCE = "valid_from <= :today AND (valid_to IS NULL OR valid_to >= :today)"

HELD = f"""SELECT h.function, h.holder, h.side FROM holding h JOIN person p ON p.account = h.account
 WHERE h.account = :account AND {_IN_FORCE} AND NOT p.disabled
 UNION SELECT h.function, h.holder, h.side FROM absence a JOIN holding h ON h.account = a.account
 JOIN person p ON p.account = a.substitute
 WHERE a.substitute = :account AND a.since <= :today AND a.until >= :today AND {_IN_FORCE} AND NOT p.disabled
 ORDER BY 1, 2"""

AT_HOLDERS = f"""SELECT h.function, h.holder, h.side, h.account,
 EXISTS (SELECT 1 FROM absence a WHERE a.account = h.account AND a.since <= :today AND a.until >= :today
  AND NOT EXISTS (SELECT 1 FROM person q WHERE q.account = a.substitute AND NOT q.disabled))
 FROM holding h JOIN person p ON p.account = h.account
 WHERE h.holder IN (:h0, :h1, :h2, :h3, :h4, :h5) AND {_IN_FORCE} AND NOT p.disabled"""

LEADS = f"SELECT holder FROM holding WHERE account = :account AND function = 'chief' AND {_IN_FORCE}"
LEADERS = f"SELECT account, holder FROM holding WHERE function = 'chief' AND {_IN_FORCE}"


class NotYourFunction(Exception):
    """That account does not hold that function today. Name one it holds: `stegen user show ACCOUNT`."""


@dataclass(frozen=True, slots=True)
class Held:
    """A function at a holder, as found for one person."""

    function: str
    holder: str
    side: str

    @property
    def post(self) -> str:
        name = f"{self.function}.{self.side}" if self.function in SIDED and self.side else self.function
        return post(name, self.holder)


def posts_of(tx: Transaction, account: str, today: date) -> tuple[str, ...]:
    """The posts a person can act in today, her own and those she stands in for; none for a disabled account."""
    return tuple(Held(*row).post for row in tx.all(HELD, account=account, today=today))


def choose(posts: Iterable[str], wanted: str) -> str:
    """The post that `handler` or `handler@unit:x` means among those held. Ambiguity is an error that names them."""
    found = [p for p in posts if p == wanted or function_of(p) == wanted or p == wanted.replace("@", "@unit:", 1)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotYourFunction(f"{NotYourFunction.__doc__} (asked for {wanted!r})")
    raise NotYourFunction(f"{wanted!r} fits several functions, name one of: {', '.join(sorted(found))}")


def actor_for(tx: Transaction, account: str, chosen: str, cover: Cover, org: Organisation, today: date) -> Actor:
    """The person in that function before that case, with what falls to the function there. The caller has checked
    that the account holds `chosen` (posts_of)."""
    function = function_of(chosen)
    posts = {chosen}
    if function in ("chair", "vice_chair"):
        posts.add(post("presidium", holder_of(chosen)))
    if function == "contact_person":
        posts |= _unfilled_of_party(tx, chosen, cover, org, today)
    elif holder_of(chosen).startswith("forum:"):
        posts |= _falling_in_forum(tx, chosen, cover, today)
    leads: frozenset[str] = frozenset()
    if holder_of(chosen).startswith("forum:"):
        leads = frozenset(h.partition(":")[2] for (h,) in tx.all(LEADS, account=account, today=today))
    return Actor(account, chosen, frozenset(posts), leads)


def _unfilled_of_party(tx: Transaction, chosen: str, cover: Cover, org: Organisation, today: date) -> set[str]:
    """Two people suffice for a party: every unfilled function falls to its contact person."""
    authority = holder_of(chosen).partition(":")[2]
    sides = [s for s in (cover.raising, cover.receiving) if s is not None and s.authority == authority]
    concerned = (org.sides[f"operation:{o}"] for o in cover.concerned)
    sides += [s for s in concerned if s.authority == authority]
    wanted = {(f, s.holder(level)) for s in sides for f, level in LEVEL.items()}
    rows = _at(tx, sorted({holder for _, holder in wanted}), today)
    filled = {(f, h) for f, h, _, _, away in rows if not away}
    return {post(f, h) for f, h in wanted - filled if f not in ("contact_person", "reporter")}


def _falling_in_forum(tx: Transaction, chosen: str, cover: Cover, today: date) -> set[str]:
    """In a forum: a substitute for those of its side who are away, missing, or lead a concerned operation; the vice
    chair for a missing chair; the process leader for a missing secretary or preparer."""
    holder = holder_of(chosen)
    rows = _at(tx, [holder], today)
    barred = _leading(tx, cover, today)
    able = {(f, side) for f, _, side, account, away in rows if not away and account not in barred}
    side_of = sides_of_chairs((f, side) for f, _, side, _, _ in rows)
    function, _, side = function_of(chosen).partition(".")
    falling: set[str] = set()
    if function == "substitute":
        for office in ("chair", "vice_chair"):
            if side_of.get(office, side) == side and (office, side) not in able:
                falling |= {post(office, holder), post("presidium", holder)}
        if ("preparer", side) not in able:
            falling.add(post(f"preparer.{side}", holder))
    if function == "vice_chair" and _chair_falls_to_vice(rows, able, side_of):
        falling.add(post("chair", holder))
    if function == "process_leader":
        missing = {"secretary"} - {f for f, _ in able}
        falling |= {post(f, holder) for f in missing}
        falling |= {post(f"preparer.{s}", holder) for s in ("municipal", "regional") if ("preparer", s) not in able}
    return falling


def _chair_falls_to_vice(
    rows: list[tuple[str, str, str, str, bool]], able: set[tuple[str, str]], side_of: dict[str, str]
) -> bool:
    """When there is no chair; and when the chair cannot, and nobody of the chair's own side stands in."""
    if not any(f == "chair" for f, *_ in rows):
        return True
    return not any(f == "chair" for f, _ in able) and ("substitute", side_of.get("chair", "")) not in able


def sides_of_chairs(holdings: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Of a forum's (function, side): chair and vice chair come from opposite sides, so that a vacant office has its
    side from the other. Who acts for them, and who is written to in their place, is of that side."""
    other = {"municipal": "regional", "regional": "municipal"}
    found = {f: side for f, side in holdings if f in ("chair", "vice_chair")}
    for vacant, held in (("chair", "vice_chair"), ("vice_chair", "chair")):
        if held in found and vacant not in found:
            found[vacant] = other.get(found[held], "")
    return found


def _leading(tx: Transaction, cover: Cover, today: date) -> frozenset[str]:
    """Everybody who leads an operation that the case concerns: they are as many as there are operations, and few."""
    concerned = {f"operation:{o}" for o in cover.concerned}
    return frozenset(account for account, holder in tx.all(LEADERS, today=today) if holder in concerned)


def _at(tx: Transaction, holders: list[str], today: date) -> list[tuple[str, str, str, str, bool]]:
    """Who holds what at those holders today: (function, holder, side, account, away without a substitute)."""
    found = []
    for start in range(0, len(holders), 6):
        some = holders[start : start + 6]
        padded = {f"h{i}": some[i] if i < len(some) else "" for i in range(6)}
        found += tx.all(AT_HOLDERS, today=today, **padded)
    return [(f, h, side, account, bool(away)) for f, h, side, account, away in found]
