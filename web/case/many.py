"""Many who are meant alike, told together: all principals in a few words, and of others how many they are, with their
names for whoever opens the list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from web.case.opened import Opened
from workflows.organisation import function_of, holder_of

MANY = 6
"""From so many on they are told together (ours)."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """`text` stands for all of them; `each` names them, where it does not say who they are."""

    text: str
    each: tuple[str, ...] = ()


def crowd_of_places(case: Opened, holders: Sequence[str], known: Collection[str]) -> Crowd:
    """Places that read it from now on, beside those that do already: all the county's principals in a word, else how
    many."""
    every = _principals(case)
    if every >= {*holders} >= every - {*known}:
        return Crowd(_all(case))
    return Crowd(case.w.t("many.readers", count=len(holders)), tuple(case.w.place(holder) for holder in holders))


def crowd_of_posts(case: Opened, posts: Iterable[str]) -> tuple[str, ...]:
    """Functions in words; one that all principals have is told once for them all, before the others."""
    found, every = tuple(posts), _principals(case)
    at: dict[str, set[str]] = defaultdict(set)
    for post in found:
        at[function_of(post)].add(holder_of(post))
    whole = {function for function, holders in at.items() if len(every) >= MANY and holders >= every}
    together = [case.w.t("many.post", function=case.w.function(name), who=_all(case)) for name in sorted(whole)]
    apart = (post for post in found if function_of(post) not in whole or holder_of(post) not in every)
    return (*together, *map(case.w.post, apart))


def _principals(case: Opened) -> frozenset[str]:
    return frozenset(f"authority:{code}" for code in case.said.world.org.principals)


def _all(case: Opened) -> str:
    """`alla 49 kommuner och regionen`, where the county has one region."""
    org = case.said.world.org
    kinds = {side.party: side.kind for side in org.sides.values()}
    regions = sum(kinds.get(org.parties[code]) == "regional" for code in org.principals)
    count = len(org.principals)
    return case.w.t("many.all_and_region", count=count - 1) if regions == 1 else case.w.t("many.all", count=count)
