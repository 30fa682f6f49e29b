"""Pages in the states that no journey comes by: a form sent empty, or too late, the look before each step; and all of
them in forced colours, enlarged and narrow. The answers of a test client are shown in one browser's page."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinja2 import FileSystemBytecodeCache
from werkzeug.test import TestResponse

from cases.acting import act
from cases.organisation.administration import By
from cases.organisation.forum_changes import give_seat
from cases.reading import view
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import CaseUnknown, Seer
from tests.cases.deviations import HELENA, STINA, WHY, liftable, prepared
from tests.cases.walls import world as w
from tests.cases.walls.table import PEOPLE
from tests.cases.walls.worlds import READING, Tell, World
from tests.journeys.person import WIDE, look_at
from tests.web.filled import filled
from tests.web.visitor import SERVING, Hands, Visitor
from web.app import create_app
from web.case.moves import PREVIEWED
from web.guard import MACHINE_FIELDS, Right, right_of
from workflows.nouns import Command

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

ORIGIN = "http://localhost"
GUDRUN = Seer("gudrun.pahlsson.lund", "chair@forum:sro")
FEW = (w.HELENA, w.PETRA, w.INGALILL, w.STINA, GUDRUN)
"""Who together are offered every step that is looked at before it is made."""

OTHERS = frozenset(("assign", "park"))
"""Steps made at once, whose forms are looked at sent empty in small numbers; in full ones all are, in every state."""

CHOSEN = {"take_position": {"owner_says": "agreement", "round_last": "2026-09-30"}}
"""Where the first choice of a form asks for more than its other questions give."""

KEEPERS = {
    Right.ADMINISTERING: Seer("kim.savas", "administrator@county"),
    Right.AUDITING: Seer("rune.ekvall", "auditor@county"),
    Right.KEEPING_ROUTINES: Seer("vendela.storm", "routine_owner@county"),
}  # fmt: skip


class Screen:
    """One browser's page, which shows what the application has answered as if it had come over the network."""

    def __init__(self, page: "Page", statics: Visitor) -> None:
        self.page = page
        self._statics, self._answer = statics, statics.get("/healthz")
        page.route("**/*", self._give)

    def show(self, path: str, answer: TestResponse) -> None:
        self._answer = answer
        self.page.goto(ORIGIN + path)

    def _give(self, route: "Route") -> None:
        path = route.request.url.removeprefix(ORIGIN)
        given = self._statics.get(path) if path.startswith("/static/") else self._answer
        route.fulfill(status=given.status_code, headers=dict(given.headers), body=given.get_data())


@dataclass(frozen=True, slots=True)
class State:
    """A page in one of its states: where, and what stands there."""

    name: str
    path: str
    answer: TestResponse


class Town:
    """The people of the world at their pages, each signed in once."""

    def __init__(self, world: World, compiled: FileSystemBytecodeCache) -> None:
        self.world = world
        self.app = create_app(world.record, SERVING, Hands(READING), demo=True)
        self.app.jinja_env.bytecode_cache = compiled
        self._visitors: dict[Seer, Visitor] = {}
        self._cases = [told.number for told in world.told.cases.values()] + list(_on_the_way(world.record))

    def at(self, seer: Seer) -> Visitor:
        if seer not in self._visitors:
            self._visitors[seer] = visitor = Visitor(self.app.test_client())
            visitor.post("/sign-in/demo", {"account": seer.account, "post": seer.post})
        return self._visitors[seer]

    def offered(self, people: list[Seer]) -> dict[tuple[str, str, str], tuple[Seer, str]]:
        """(kind, stage, move) that can be made now -> by whom, in which case."""
        found: dict[tuple[str, str, str], tuple[Seer, str]] = {}
        for seer in people:
            for number in self._cases:
                try:
                    seen = view(self.world.record, seer, number, READING)
                except CaseUnknown:
                    continue
                for offer in seen.offers if "cover" in seen.compartments else ():
                    if not offer.reasons:
                        found.setdefault((seen.cover.kind, seen.cover.stage, offer.move), (seer, number))
        return found

    def of_move(self, seer: Seer, number: str, move: str) -> Iterator[State]:
        """A move's form, sent empty, too late, and looked at before it is made."""
        form, preview, visitor = f"/cases/{number}/moves/{move}", f"/cases/{number}/preview/{move}", self.at(seer)
        page = visitor.get(form)
        typed = filled(page.text, preview if move in PREVIEWED else form, READING.date())
        empty = {name: "" for name in typed if name not in MACHINE_FIELDS}
        yield State(f"{move} form", form, page)
        late = preview if move in PREVIEWED else form
        yield State(f"{move} late", late, visitor.post(late, typed | {"expected": "0"}))
        yield State(f"{move} empty", preview, visitor.post(preview, typed | empty))
        if move in PREVIEWED:
            yield State(f"{move} preview", preview, _fitting(visitor, preview, typed | CHOSEN.get(move, {})))

    def of_dispute(self) -> Iterator[State]:
        """The question that begins a dispute: asked, sent empty, and looked through."""
        visitor = self.at(w.HELENA)
        page = visitor.get("/dispute")
        typed = filled(page.text, "/dispute", READING.date()) | {"step": "review"}
        yield State("dispute form", "/dispute", page)
        yield State("dispute empty", "/dispute", visitor.post("/dispute", {"step": "review"}))
        found = visitor.post("/dispute", typed | {"counterpart_search": "ortoped", "step": "search"})
        yield State("dispute searched", "/dispute", found)
        looked = visitor.post("/dispute", typed | {"counterpart": "su-molndal-ortopedi"})
        yield State("dispute review", "/dispute", looked)

    def of_keepers(self) -> Iterator[State]:
        """Every page that takes nothing, as who may open it."""
        for rule in sorted(self.app.url_map.iter_rules(), key=lambda rule: rule.rule):
            if "GET" in (rule.methods or ()) and not rule.arguments:
                seer = KEEPERS.get(right_of(self.app, rule.endpoint), w.HELENA)
                answer = self.at(seer).get(rule.rule)
                if answer.status_code == 200 and answer.mimetype == "text/html":
                    yield State(rule.rule, rule.rule, answer)

    def of_cases(self) -> Iterator[State]:
        """Every case's own page, as everybody who may open it."""
        for person in PEOPLE:
            for number in self._cases:
                answer = self.at(person.seer).get(f"/cases/{number}")
                if answer.status_code == 200:
                    yield State("case", f"/cases/{number}", answer)


def _fitting(visitor: Visitor, path: str, typed: dict[str, str]) -> TestResponse:
    """What is answered to a form all filled in; without what does not belong to the first choice that was made."""
    answer = visitor.post(path, typed)
    odd = set(re.findall(r'href="#f-([a-z_]+)', answer.text)) if answer.status_code == 422 else set()
    fit = {name: value for name, value in typed.items() if name.partition("-")[0] not in odd}
    return visitor.post(path, fit) if odd else answer


def _on_the_way(record: Record) -> Iterator[str]:
    """What the world has no case for: one to be lifted, one that another arena could take, one that its forum may send
    on, one before the owner of an agreement."""
    yield liftable(record, READING)
    give_seat(record, "nosam-alingsas", "su", READING.date(), None, By("", READING))
    number = liftable(record, READING)
    act(record, HELENA, number, Command("escalate", WHY), READING)
    yield number
    number = liftable(record, READING)
    act(record, HELENA, number, Command("escalate", WHY | {"pattern": "pattern"}), READING)
    act(record, STINA, number, Command("acknowledge"), READING)
    prepared(record, number, READING)
    yield number
    asked = {"sentence": "Det är oklart vem som bedömer på nytt.", "document": "hos-avtal/3.4"}
    new = NewCase("systemic_issue", unit="hsv-molndal", operation="narhalsan-goteborg", stage="owner", forums=("sro",),
                  texts=asked)  # fmt: skip
    yield report(record, w.GUNNEL, new, READING).number


def test_a_form_sent_empty_or_too_late_and_the_look_before_each_step_serve_every_eye(
    changed: Tell, page: "Page", compiled_templates: FileSystemBytecodeCache, amount: Callable[[int, int], int]
) -> None:
    """Lost otherwise: whoever reads by ear, or on a telephone, is alone where something has just gone wrong."""
    town = Town(changed(), compiled_templates)
    screen = Screen(page, Visitor(town.app.test_client()))
    full = bool(amount(0, 1))
    looked: set[str] = set()
    for state in (*town.of_dispute(), *_of_moves(town, full), *(_all_the_rest(town) if full else ())):
        screen.show(state.path, state.answer)
        look_at(page)
        looked.add(f"{state.name} {state.answer.status_code}")
    assert looked >= {"dispute empty 422", "escalate late 409", "escalate empty 422", "assign empty 422"}
    assert {move for move in PREVIEWED if f"{move} preview 200" in looked} == PREVIEWED


def _of_moves(town: Town, full: bool) -> Iterator[State]:
    offered = town.offered([*(person.seer for person in PEOPLE), GUDRUN] if full else list(FEW))
    once = {move: who for (_, _, move), who in offered.items()}
    for move, (seer, number) in [(k[2], who) for k, who in offered.items()] if full else once.items():
        wanted = {"preview"} if move in PREVIEWED else {"empty"} if move in OTHERS else set[str]()
        wanted |= {"late", "empty"} if move == "escalate" else set()
        if full or wanted:
            yield from (s for s in town.of_move(seer, number, move) if full or s.name.rpartition(" ")[2] in wanted)


def _all_the_rest(town: Town) -> Iterator[State]:
    yield from town.of_keepers()
    yield from town.of_cases()


ENLARGED = {"width": WIDE["width"] // 2, "height": WIDE["height"] // 2}
EDGES = """() => [...document.querySelectorAll("button, .button, input, select, textarea")]
  .filter(e => e.checkVisibility() && e.type != "hidden" && !["radio", "checkbox", "file"].includes(e.type))
  .filter(e => parseFloat(getComputedStyle(e).borderTopWidth) == 0
    && !getComputedStyle(e).textDecorationLine.includes("underline")).map(e => e.outerHTML)"""
"""What one presses or writes in that has neither an edge nor a line: in forced colours its background is gone."""

OUTLINE = "() => getComputedStyle(document.activeElement).outlineStyle"


def test_the_list_a_case_and_a_form_hold_in_forced_colours_and_enlarged(
    changed: Tell, page: "Page", compiled_templates: FileSystemBytecodeCache
) -> None:
    """Lost otherwise: with high contrast a button is a word among others, and enlarged the page runs off the screen."""
    town = Town(changed(), compiled_templates)
    screen, helena = Screen(page, Visitor(town.app.test_client())), town.at(w.HELENA)
    number = next(n for (_, _, move), (_, n) in town.offered([w.HELENA]).items() if move == "escalate")
    for path in ("/cases?tab=others", f"/cases/{number}", "/dispute"):
        page.emulate_media(forced_colors="active")
        screen.show(path, helena.get(path))
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
        assert page.evaluate(EDGES) == [], path
        for _ in range(3):
            page.keyboard.press("Tab")
            assert page.evaluate(OUTLINE) not in ("none", "hidden"), path
        page.emulate_media(forced_colors="none")
        for width, size in ((ENLARGED, ""), (WIDE, "200%")):
            page.set_viewport_size(width)  # type: ignore[arg-type]
            page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
            assert page.evaluate("document.documentElement.scrollWidth") <= width["width"], (path, width, size)
        page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": 320, "height": 800})
    screen.show(f"/cases/{number}", helena.get(f"/cases/{number}"))
    page.evaluate("document.querySelector('.prose').textContent = 'nisse.prov@molndal.example.invalid'.repeat(3)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, "a long address makes the case page wider"
