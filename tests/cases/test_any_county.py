"""What must hold in every county: a case's way by commands, walls, lists, letters, dates, replay, and whatever is tried
in whatever order (tests/counties.py)."""

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cases.acting import Refused, act
from cases.contents import matter
from cases.copies.export_file import check_export
from cases.dates import dates_of
from cases.functions import posts_of
from cases.lists.search import search
from cases.lists.worklist import work_list
from cases.reading import view
from cases.replay import replay_all
from cases.sight import READS, CaseUnknown, Seer, function_name
from cases.soundness.verify import verify
from cases.wording import wording
from notifications.delivery import Letterhead
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.counties import Place
from tests.notifications.clockwork import sent
from tests.record import MORNING, SOON
from workflows.calendar import later
from workflows.definition import NONE, Input
from workflows.nouns import Command, Offer
from workflows.office_hours import local_date

NEVER = "2026-K7QM4TX"
"""A number that is well formed and was never given."""

ACCOUNTS = "SELECT account FROM person WHERE NOT disabled ORDER BY account"


def everybody(place: Place) -> list[Seer]:
    """Every person in every function of hers."""
    with place.record.database.read() as tx:
        accounts = [account for (account,) in tx.all(ACCOUNTS)]
        return [Seer(account, post) for account in accounts for post in sorted(posts_of(tx, account, MORNING.date()))]


def test_a_case_goes_all_its_way_by_commands(place: Place, tmp_path: Path) -> None:
    """Lost otherwise: the command line would know the moves, functions and dates of one county only."""
    stegen, who = place.stegen, place.people
    number = place.liftable()
    seer = f"{who.lifter.account}/{who.lifter.post}"
    shown = stegen.json("case", "show", number, "--as", seer)
    assert "escalate" in {action["move"] for action in shown["actions"] if action["allowed"]}
    inputs = [word for code, value in who.why.items() for word in ("--input", f"{code}={value}")]
    stale = stegen.refusal("case", "act", number, "escalate", *inputs, "--expect", "1", "--as", seer)
    assert stale["error"] == "stale", stale
    lifted = stegen.json("case", "act", number, "escalate", *inputs, "--as", seer)
    assert lifted["stage"] == who.before
    leader = f"{who.leader.account}/{who.leader.post}"
    assert number in {item["number"] for item in stegen.json("case", "list", "--as", leader)["items"]}
    told = stegen.json("case", "why", number, "--as", leader)
    assert {step["kind"] for found in told for step in found["why"]} >= {"start", "rule", "result"}
    stranger = f"{who.stranger.account}/{who.stranger.post}"
    unknown = [stegen("case", "show", n, "--as", stranger) for n in (number, NEVER)]
    assert len({(answer.exit_code, answer.output) for answer in unknown}) == 1
    assert unknown[0].exit_code == 1
    [file] = map(Path, stegen.json("export", number, "--as", seer, "--to", str(tmp_path / "out"))["files"])
    assert check_export(file).faults == ()
    assert stegen("verify").exit_code == 0
    assert stegen("workflow", "check").exit_code == 0


def test_nobody_reads_more_than_the_table_says(place: Place, rng: random.Random) -> None:
    """Lost otherwise: walls that stand where they were built, and nowhere else (domain.md section 3)."""
    number, record, who = place.lifted(), place.record, place.people
    notes = {who.handler: "Ordet gräshoppa.", who.across: "Ordet vattenorm.", who.leader: "Ordet fjällräv."}
    for seer, words in notes.items():
        matter.note(record, seer, number, words, MORNING)
    read = 0
    seers = everybody(place)
    near = [seer for seer in seers if seer.post.rpartition(":")[2] in _places_of(place)]
    for seer in (*near, *rng.sample(seers, min(40, len(seers)))):
        allowed = READS[function_name(seer.post)]
        try:
            seen = view(record, seer, number, MORNING)
        except CaseUnknown:
            assert number not in {item.number for item in work_list(record, seer, MORNING).items}, seer
            continue
        read += 1
        assert {name.partition(":")[0] for name in seen.compartments} <= allowed, seer
        words = " ".join(str(line.texts) for line in seen.lines)
        own = {author.post.partition("@")[2] for author, text in notes.items() if text in words}
        assert len(own) <= 1, (seer, own)
        found = search(record, seer, "gräshoppa vattenorm fjällräv".split()[read % 3], MORNING)
        assert {item.number for item in found.items} <= {number}
    assert read > 3
    with pytest.raises(CaseUnknown):
        view(record, who.stranger, number, MORNING)


def test_letters_go_to_those_of_the_case_and_hold_nothing_of_it(place: Place) -> None:
    """Lost otherwise: in another county nobody is written to, or a letter tells what was reported."""
    number, record = place.lifted(), place.record
    mailer = LocalMailbox(Letterhead("http://127.0.0.1:5080", "Stegen <stegen@stegen.example.invalid>"))
    assert run_round(record, SOON, mailer).sent > 0
    letters = sent(record)
    assert any(number in letter.subject for letter in letters if letter.account == place.people.leader.account)
    for secret in (place.people.words["what"], place.people.why["reason"]):
        assert not [letter.account for letter in letters if secret in letter.text + letter.html]
    seen = view(record, place.people.lifter, number, MORNING)
    for found in dates_of(seen, wording(record, seen, MORNING)):
        assert found.sv.result == found.deadline.due


def sound(rule: Input, place: Place, today: date, rng: random.Random) -> Any:
    """Something that the input may well take."""
    people = place.people
    known: dict[str, Any] = {
        "text": "Vi läser det så.", "yes_no": True, "number": 3, "measures": NONE,
        "date": later(today, rng.randrange(1, 40)), "operation": people.operation, "forum": people.forum,
        "post": people.handler.post, "own_post": people.lifter.post, "lower_post": people.lifter.post,
    }  # fmt: skip
    if rule.options:
        return rng.choice(rule.options)[0]
    return known.get(rule.type)


def attempts(place: Place, number: str, seers: list[Seer], now: datetime, rng: random.Random) -> Iterator[Offer]:
    """Moves that somebody may make now, each with who."""
    for seer in rng.sample(seers, len(seers)):
        try:
            offers = view(place.record, seer, number, now).offers
        except CaseUnknown:
            continue
        open_now = [offer for offer in offers if not offer.reasons]
        if not open_now:
            continue
        offer = rng.choice(open_now)
        inputs = {a.code: sound(a.rule, place, local_date(now), rng) for a in offer.asks if a.required}
        try:
            act(place.record, seer, number, Command(offer.move, inputs), now)
        except Refused:
            continue
        yield offer


def test_whatever_is_done_in_whatever_order_leaves_the_case_whole(
    place: Place, rng: random.Random, amount: Callable[[int, int], int]
) -> None:
    """Lost otherwise: some way through another county's routine leaves a case without ball, task or date (law 1), or a
    history that does not add up, or that would be decided otherwise today."""
    seers, made = everybody(place), 0
    near = [s for s in seers if s.post.partition("@")[2].rpartition(":")[2] in _places_of(place)]
    for _ in range(amount(4, 100)):
        number, now = place.lifted() if rng.random() < 0.5 else place.answered(), MORNING
        for _ in range(4):
            now += timedelta(hours=rng.randrange(1, 60))
            made += next((1 for _ in attempts(place, number, near, now, rng)), 0)
    assert made >= 5, "cases move on"
    end = MORNING + timedelta(days=30)
    assert verify(place.record, end) == ()
    for definition in place.record.library.definitions.values():
        routine = place.record.library.routine(definition.key)
        assert not [line for line in replay_all(place.record, routine, end) if line.replayed.differs]


def _places_of(place: Place) -> set[str]:
    """Codes of the holders that have a part in the case."""
    people = (place.people.handler, place.people.lifter, place.people.across, place.people.leader)
    own = {seer.post.rpartition(":")[2] for seer in people}
    with place.record.database.read() as tx:
        return own | {
            code for row in tx.all("SELECT raising_operation, receiving_operation FROM cases") for code in row
        }
