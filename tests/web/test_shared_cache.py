"""A cache between the people and the pages, as many offices have one: whatever it may keep, nobody gets another's."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from cases.record import Record
from cases.sight import Seer
from tests.amounts import Amount
from tests.cases.deviations import MAJA, PETRA, arrived
from tests.web.visitor import Visitor

SHEET = "/static/stegen.css"
PERSONAL = ("/cases", "/cases?tab=unit", "/functions", "/account", "/search?q=listan", "/cases/2026-0000000")


@dataclass
class Cache:
    """Keeps all that an answer does not forbid a shared cache to keep (RFC 9111, section 3). A poor one: it heeds
    either the word that nothing is to be kept, or the word on which of a visitor's headers an answer depends."""

    heeds: str
    kept: dict[tuple[str, ...], str] = field(default_factory=dict)
    hits: Counter[str] = field(default_factory=Counter)

    def get(self, visitor: Visitor, path: str) -> str:
        found = self.kept.get((path, *self._told(visitor)), self.kept.get((path,)))
        if found is not None:
            self.hits[path] += 1
            return found
        answer = visitor.get(path)
        if self._may_keep(answer.headers):
            depends = self.heeds == "vary" and "Cookie" in answer.headers.get("Vary", "")
            self.kept[(path, *self._told(visitor)) if depends else (path,)] = answer.text
        return answer.text

    def _may_keep(self, headers: Mapping[str, str]) -> bool:
        forbidden = {"no-store", "private"} & {word.strip() for word in headers.get("Cache-Control", "").split(",")}
        return not (forbidden and self.heeds == "no-store")

    def _told(self, visitor: Visitor) -> tuple[str]:
        cookie = visitor.client.get_cookie("stegen")
        return (cookie.value if cookie is not None else "",)


@pytest.mark.parametrize("heeds", ["no-store", "vary"])
def test_through_a_shared_cache_nobody_gets_another_s_page(
    record: Record, at: Callable[[Seer], Visitor], amount: Amount, heeds: str
) -> None:
    """Lost otherwise: in an office whose proxy keeps pages one would open one's work list and read a colleague's."""
    number = arrived(record)
    cache, people = Cache(heeds), {"Maja Ekdahl": at(MAJA), "Petra Lönnroth": at(PETRA)}
    pages = (*PERSONAL, f"/cases/{number}", f"/cases/{number}/moves/told")
    for turn in range(amount(4, 625) if heeds == "no-store" else amount(2, 4)):
        for path in pages:
            for name, visitor in people.items():
                text = cache.get(visitor, path)
                others = [other for other in people if other != name and f">{other}<" in text]
                assert f">{name}<" in text, (turn, path)
                assert others == [], (turn, path)
        cache.get(people["Maja Ekdahl"], SHEET)
    assert cache.hits[SHEET] > 0, "it does keep what it may"
    assert heeds == "vary" or set(cache.hits) == {SHEET}
