"""The walls once more, at the pages: every route, every kind of person, what comes back to her browser byte by byte.

The record's own walls (tests/cases/walls) ask what the record answers; here it is what a page makes of it: headings,
counts, links, headers, addresses.
"""

import io
import random
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote_plus

import pypdf
import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from cases.sight import Seer
from tests.cases.walls import world as w
from tests.cases.walls.canaries import Canary, new_word, words_in
from tests.cases.walls.table import PEOPLE, Person, knows, may_know
from tests.cases.walls.test_two_worlds import NAMES, UNAWARE
from tests.cases.walls.worlds import READING, Tell, World
from tests.web.filled import filled
from tests.web.visitor import SERVING, Hands, Visitor
from web.app import create_app
from web.case.moves import PREVIEWED
from web.guard import MACHINE_FIELDS

NEVER = "2026-K7QM4TX"
"""A number that is well formed and was never given."""

HAND_OVER = "/cases/hand-over/preview"
"""Takes numbers that somebody has typed into the form, and answers for those she knows of."""

TABS = ("awaiting", "others", "parked", "closed", "unit")
NUMBER = re.compile(r"20\d\d-[0-9A-Za-z]{7}")
ONCE = re.compile(r'(name="(?:key|csrf|token|form)" value=")[^"]*|(\?v=)[0-9a-f]+|(?<=due for )\d+(?= minutes)')
"""What differs between two answers to the very same question: the keys of forms; and how late the clock is, which in
these worlds never goes, and which whoever looks after it is told to the minute."""

DOCKET = "/administration/docket"
ROUTINES = "/administration/routines"
OF_KEEPERS = frozenset((DOCKET, f"{DOCKET}/waiting", f"{DOCKET}/sent", ROUTINES, f"{ROUTINES}/migration"))
"""How much is to be sent, and to which function, without a case's number; and how many cases follow each version of a
routine, for whoever is to migrate them. More cases are more of it."""

OF_THE_MOMENT = ("Date", "Expires", "Set-Cookie")
"""Headers that a second later are others, whatever is answered."""


class Pages:
    """The pages of one world, and how they are walked through."""

    def __init__(self, world: World, compiled: FileSystemBytecodeCache) -> None:
        self.app: Flask = create_app(world.record, SERVING, Hands(READING), demo=True)
        self.app.jinja_env.bytecode_cache = compiled
        self._world = world

    def visitor(self, seer: Seer) -> Visitor:
        """Somebody signed in; one whose function opens no page stays outside, and is shown what strangers are."""
        visitor = Visitor(self.app.test_client())
        visitor.post("/sign-in/demo", {"account": seer.account, "post": seer.post})
        return visitor

    def answers(self, seer: Seer, numbers: list[str]) -> Iterator[tuple[str, TestResponse]]:
        """Every page that takes nothing, every list, and every page of each of these cases, with what it answers."""
        visitor = self.visitor(seer)
        for path in [*self._plain(), *(f"/cases?tab={tab}" for tab in TABS), "/cases?tab=closed&after=x"]:
            yield path, visitor.get(path)
        for number in numbers:
            for path in self._of_case(number):
                yield path, visitor.get(path)

    def tries(
        self, seer: Seer, numbers: list[str], chosen: Callable[[list[str]], list[str]]
    ) -> Iterator[tuple[str, TestResponse]]:
        """What is answered before anything is done, of each of these cases: the form of each move that is `chosen`,
        and what comes of it all filled in, filled in too late and left empty; a note before it is shared; all handed
        over."""
        visitor = self.visitor(seer)
        for number in numbers:
            case = visitor.get(f"/cases/{number}")
            offered = set(re.findall(rf"/cases/{number}/moves/([a-z_]+)", case.text))
            for move in chosen(sorted(offered | PREVIEWED)) if case.status_code == 200 else ("escalate", "hand_over"):
                yield from _tried(visitor, f"/cases/{number}/moves/{move}", f"/cases/{number}/preview/{move}")
            for word in ("En rad.", "En\x01rad."):
                yield f"/cases/{number}/notes", visitor.post(f"/cases/{number}/notes", {"for": "shared", "note": word})
        words = {"expected": "1", "reason": "x", "handed_why": "x", "step": "look", "handed_to": w.MAJA.post}
        all_of_them = MultiDict([("case", number) for number in numbers] + [*words.items()])
        yield HAND_OVER, visitor.open("POST", HAND_OVER, data=all_of_them, headers=visitor.headers)

    def _plain(self) -> list[str]:
        rules = self.app.url_map.iter_rules()
        plain = {r.rule for r in rules if "GET" in (r.methods or ()) and not r.arguments}
        # The demo's own mailbox shows everybody's letters; readings of the machine are for those who watch it.
        return sorted(plain - {"/mailbox", "/metrics", "/readyz"})

    def _of_case(self, number: str) -> Iterator[str]:
        told = next((t for t in self._world.told.cases.values() if t.number == number), None)
        handles = told.handles if told is not None else []
        moves = ("escalate",)
        given = {"move": moves, "handle": handles, "revision": ("1",), "language": ("sv",)}
        for rule in sorted(self.app.url_map.iter_rules(), key=lambda r: r.rule):
            others = rule.arguments - {"number"}
            if "GET" in (rule.methods or ()) and "number" in rule.arguments and others <= given.keys():
                path = re.sub(r"<case:number>", number, rule.rule)
                yield from _filled(path, sorted(others), given)


def _tried(visitor: Visitor, form: str, preview: str) -> Iterator[tuple[str, TestResponse]]:
    """A move's form and what is answered to it. Nothing is done: what is sent to the form itself is always too late."""
    page = visitor.get(form)
    yield form, page
    typed = next(filter(None, (filled(page.text, action, READING.date()) for action in (form, preview))), {})
    late, empty = {"expected": "0"}, {name: "" for name in typed if name not in MACHINE_FIELDS}
    for given in (typed, typed | empty, typed | late):
        yield preview, visitor.post(preview, given)
    yield form, visitor.post(form, typed | late)


def _filled(path: str, names: list[str], given: dict[str, tuple[str, ...] | list[str]]) -> Iterator[str]:
    if not names:
        yield path
        return
    for value in given[names[0]]:
        yield from _filled(re.sub(f"<([a-z]+:)?{names[0]}>", value, path), names[1:], given)


@pytest.fixture
def pages(compiled_templates: FileSystemBytecodeCache) -> Callable[[World], Pages]:
    return lambda world: Pages(world, compiled_templates)


def whole(answer: TestResponse) -> str:
    """All that reaches a browser: status, headers and body, addresses decoded, a PDF as its reader sees it."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers if name not in OF_THE_MOMENT)
    body = answer.get_data().decode("utf-8", "replace")
    if answer.mimetype == "application/pdf":
        read = pypdf.PdfReader(io.BytesIO(answer.get_data()))
        body = "\n".join((*(page.extract_text() for page in read.pages), *map(str, (read.metadata or {}).values())))
    return unquote_plus(f"{answer.status_code}\n{headers}\n") + body


def secret(world: World, person: Person) -> list[Canary]:
    """What somebody may not know. Whoever may open anything of a case, a guest or whom it has left, finds it by its
    number."""
    planted, cases = world.told.canaries, world.told.cases
    opened = {name for name, told in cases.items() if may_know(person, told)}
    allowed = {c.word for c in planted if knows(person, c, cases) or (c.what == "number" and c.case in opened)}
    return [c for c in planted if c.word not in allowed]


def test_no_page_shows_anybody_a_word_that_is_not_hers(
    changed: Tell, pages: Callable[[World], Pages], amount: Callable[[int, int], int], rng: random.Random
) -> None:
    """Lost otherwise: another party's notes, a forum's talk or somebody's name, on any page or in any header."""
    world = changed()
    open_pages = pages(world)
    found: set[str] = set()
    read: dict[str, frozenset[str]] = {}
    for person in rng.sample(PEOPLE, amount(4, len(PEOPLE))):
        kept = secret(world, person)
        for path, answer in open_pages.answers(person.seer, _all_numbers(world)):
            shown = whole(answer)
            assert answer.status_code < 500, (person.name, path)
            told = _news(path, answer, shown)
            gist = ONCE.sub("", told)
            words = read[gist] = read.get(gist) or words_in(told)
            assert [c for c in kept if c.word in words] == [], (person.name, path)
            found |= words
    assert len(found & {c.word for c in world.told.canaries}) > amount(20, 100), "the pages showed nothing"


def test_no_preview_and_no_refusal_tells_of_what_one_may_not_know(
    changed: Tell, pages: Callable[[World], Pages], amount: Callable[[int, int], int], rng: random.Random
) -> None:
    """Lost otherwise: a form, a look at what will happen, or the answer to a stale or an empty form would show it."""
    world = changed()
    open_pages, numbers, read, seen = pages(world), _all_numbers(world), set[str](), set[tuple[str, int]]()

    def chosen(moves: list[str]) -> list[str]:
        few = amount(4, len(moves))
        return moves if few >= len(moves) else ["copy", *rng.sample(moves, few - 1)]

    for seer, cases in _tried_by(world, numbers, amount, rng):
        person = next(p for p in PEOPLE if p.seer == seer)
        kept = secret(world, person)
        for path, answer in open_pages.tries(seer, cases, chosen):
            assert answer.status_code < 500, (person.name, path)
            seen.add((path.rpartition("/")[2], answer.status_code))
            told = _news(path, answer, whole(answer))
            if (gist := f"{person.name} {ONCE.sub('', told)}") not in read:
                read.add(gist)
                assert [c for c in kept if c.word in words_in(told)] == [], (person.name, path, answer.status_code)
    assert {("copy", 200), ("copy", 409), ("copy", 422)} <= seen
    assert len({move for move, status in seen if status == 200 and move in PREVIEWED}) > amount(0, 7)


def test_whom_a_case_has_left_keeps_the_own_notes_and_finds_no_form_of_it(
    changed: Tell, pages: Callable[[World], Pages]
) -> None:
    """Lost otherwise: a saved address answers with a fault, or with the case's stage, where the case is elsewhere."""
    world = changed()
    visitor, case = pages(world).visitor(w.PETRA), f"/cases/{world.number('redirected')}"
    assert visitor.get(case).status_code == 200
    for path in (f"{case}/moves/accept", f"{case}/moves/ask_part", case.replace("/cases/", "/report/receipt/")):
        assert visitor.get(path).status_code == 404, path
    for move in ("ask_part", "redirect"):
        for step in ("moves", "preview"):
            late = visitor.post(f"{case}/{step}/{move}", {"expected": "0", "step": "change"})
            assert late.status_code == 404, (step, move)


def _news(path: str, answer: TestResponse, shown: str) -> str:
    """What is answered without the number that was asked for: that comes back to her, and is no news. Where there is
    nothing, nor are the numbers that she typed."""
    if answer.status_code == 404:
        return NUMBER.sub("", shown)
    asked = NUMBER.search(path)
    return re.sub(asked[0], "", shown, flags=re.IGNORECASE) if asked else shown


def _tried_by(
    world: World, numbers: list[str], amount: Callable[[int, int], int], rng: random.Random
) -> list[tuple[Seer, list[str]]]:
    """Who tries which cases: everybody all, or in small numbers a manager hers, and somebody some."""
    if amount(0, 1):
        return [(person.seer, numbers) for person in PEOPLE]
    return [(w.HELENA, [world.number("swapped")]), (rng.choice(PEOPLE).seer, rng.sample(numbers, 3))]


def test_no_search_tells_of_what_one_may_not_know(
    changed: Tell, pages: Callable[[World], Pages], amount: Callable[[int, int], int], rng: random.Random
) -> None:
    """Lost otherwise: a guessed word would be answered otherwise than an invented one."""
    world = changed()
    open_pages = pages(world)
    for person in rng.sample(PEOPLE, amount(3, len(PEOPLE))):
        kept, visitor = secret(world, person), open_pages.visitor(person.seer)
        for canary in rng.sample(kept, min(len(kept), amount(4, len(kept)))):
            nowhere = new_word(f"never planted, unlike {canary.word}")
            for word in (canary.word, canary.word[:6], f"-{canary.word}", f'"{canary.word}"'):
                beside = word.replace(canary.word, nowhere).replace(canary.word[:6], nowhere[:6])
                found, none = (_without(whole(visitor.get("/search", query_string={"q": q})), q)
                               for q in (word, beside))  # fmt: skip
                assert found == none, (person.name, word, canary.what)


def _without(shown: str, asked: str) -> str:
    """A page without the word that it was asked for, and which it gives back."""
    return ONCE.sub(r"\1\2", shown.replace(asked.strip('-"'), ""))


def _all_numbers(world: World) -> list[str]:
    return [told.number for told in world.told.cases.values() if told.number]


def test_two_worlds_that_differ_in_what_one_may_not_know_have_the_same_pages(
    changed: Tell, pages: Callable[[World], Pages], amount: Callable[[int, int], int], rng: random.Random
) -> None:
    """Lost otherwise: a count, an order, a header or the length of a page would tell of a note that nobody showed."""
    for without, seer in rng.sample(UNAWARE, amount(1, len(UNAWARE))):
        whole_world, poorer = changed(), changed(*without)
        numbers = [*_all_numbers(whole_world), NEVER]
        # A paper that one world lacks is asked for in both: its address must tell nothing either.
        one, beside = dict(pages(whole_world).answers(seer, numbers)), pages(poorer).visitor(seer)
        other = {path: beside.get(path) for path in one}
        for path in one.keys() - OF_KEEPERS:
            first, second = (ONCE.sub(r"\1\2", whole(answers[path])) for answers in (one, other))
            assert first == second, (NAMES[without], seer.post, path)


def test_the_worlds_pages_do_differ_for_those_who_may_know(changed: Tell, pages: Callable[[World], Pages]) -> None:
    """Lost otherwise: pages that show nothing at all would be the same in every world."""
    whole_world, poorer = changed(), changed("local: note by maja.ekdahl")
    path = f"/cases/{whole_world.number('local')}"
    one, other = (whole(pages(world).visitor(w.MAJA).get(path)) for world in (whole_world, poorer))
    assert ONCE.sub(r"\1\2", one) != ONCE.sub(r"\1\2", other)
