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
  AND a.substitute IS NULL)
 FROM holding h JOIN person p ON p.account = h.account
 WHERE h.holder IN (:h0, :h1, :h2, :h3, :h4, :h5) AND {_IN_FORCE} AND NOT p.disabled"""

LEADS = f"SELECT holder FROM holding WHERE account = :account AND function = 'chief' AND {_IN_FORCE}"
LEADERS = (
    f"SELECT account, holder FROM holding WHERE function = 'chief' AND {_IN_FORCE} AND holder IN (:o0, :o1, :o2, :o3)"
)


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
    owing = [o for o in cover.concerned if org.sides[f"operation:{o}"].authority == authority]
    sides += [org.sides[f"operation:{o}"] for o in owing]
    holders = list(dict.fromkeys(s.holder(level) for s in sides for level in ("unit", "operation", "authority")))[:6]
    if not holders:
        return set()
    filled = {(f, h) for f, h, _, _, away in _at(tx, holders, today) if not away}
    wanted = {(f, s.holder(level)) for s in sides for f, level in LEVEL.items()}
    return {post(f, h) for f, h in wanted - filled if f not in ("contact_person", "reporter")}


def _falling_in_forum(tx: Transaction, chosen: str, cover: Cover, today: date) -> set[str]:
    """In a forum: a substitute for those of its side who are away, missing, or lead a concerned operation; the vice
    chair for a missing chair; the process leader for a missing secretary or preparer."""
    holder = holder_of(chosen)
    rows = _at(tx, [holder], today)
    barred = _leading(tx, cover, today)
    able = {(f, side) for f, _, side, account, away in rows if not away and account not in barred}
    side_of = {f: side for f, _, side, _, _ in rows if f in ("chair", "vice_chair")}
    function, _, side = function_of(chosen).partition(".")
    falling: set[str] = set()
    if function == "substitute":
        for office in ("chair", "vice_chair"):
            if side_of.get(office, side) == side and (office, side) not in able:
                falling |= {post(office, holder), post("presidium", holder)}
        if ("preparer", side) not in able:
            falling.add(post(f"preparer.{side}", holder))
    if (
        function == "vice_chair"
        and not any(f == "chair" for f, _ in able)
        and not _has_substitute(rows, side_of.get("chair"))
    ):
        falling.add(post("chair", holder))
    if function == "process_leader":
        missing = {"secretary"} - {f for f, _ in able}
        falling |= {post(f, holder) for f in missing}
        falling |= {post(f"preparer.{s}", holder) for s in ("municipal", "regional") if ("preparer", s) not in able}
    return falling


def _has_substitute(rows: list[tuple[str, str, str, str, bool]], side: str | None) -> bool:
    return any(f == "substitute" and s == side and not away for f, _, s, _, away in rows)


def _leading(tx: Transaction, cover: Cover, today: date) -> frozenset[str]:
    operations = [f"operation:{o}" for o in cover.concerned][:4]
    padded = {f"o{i}": operations[i] if i < len(operations) else "" for i in range(4)}
    return frozenset(account for account, _ in tx.all(LEADERS, today=today, **padded))


def _at(tx: Transaction, holders: list[str], today: date) -> list[tuple[str, str, str, str, bool]]:
    padded = {f"h{i}": holders[i] if i < len(holders) else "" for i in range(6)}
    return [
        (f, h, side, account, bool(away)) for f, h, side, account, away in tx.all(AT_HOLDERS, today=today, **padded)
    ]
