"""Sight in time: functions begin and end, cases move on, and a right ends the day that it ends."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from cases import merging
from cases.acting import act
from cases.contents import matter
from cases.functions import NotYourFunction, posts_of
from cases.lists.worklist import TABS, work_list
from cases.organisation.reorganising import end_holding, give_function, set_absence
from cases.reading import CaseView, view
from cases.record import Record
from cases.sight import CaseUnknown, Seer
from cases.soundness.verify import verify
from tests.cases.walls import world as w
from tests.cases.walls.canaries import new_word, words_in
from tests.cases.walls.checking import ask, leaked
from tests.cases.walls.table import Person
from tests.cases.walls.worlds import READING, Tell, World
from workflows.nouns import Command

TODAY = READING.date()
TOMORROW = TODAY + timedelta(days=1)


def sees(world: World, seer: Seer, case: str, now: datetime = READING) -> bool:
    """Whether the function can open the case; a function that is not held opens nothing."""
    try:
        view(world.record, seer, world.number(case), now)
    except (CaseUnknown, NotYourFunction):
        return False
    return True


def after(days: int) -> datetime:
    return READING + timedelta(days=days)


def do(world: World, seer: Seer, case: str, move: str, **inputs: object) -> None:
    act(world.record, seer, world.number(case), Command(move, inputs), READING)


def test_a_function_is_held_from_its_first_day_to_its_last(changed: Tell) -> None:
    """Lost otherwise: somebody who has left reads on, or somebody new reads before the day."""
    world = changed()
    end_holding(world.record, w.MAJA.account, "handler", "unit:hsv-molndal", TOMORROW)
    give_function(world.record, "emma.sundling", "handler", "unit:hsv-molndal", TOMORROW, until=TOMORROW)
    emma = Seer("emma.sundling", w.MAJA.post)
    assert [sees(world, w.MAJA, "local", after(d)) for d in (0, 1, 2)] == [True, True, False]
    assert [sees(world, emma, "local", after(d)) for d in (0, 1, 2)] == [False, True, False]


def test_one_day_after_the_function_there_is_no_such_case(changed: Tell) -> None:
    """Lost otherwise: whoever has moved on still learns that her old cases live, from the function she has now."""
    world = changed()
    end_holding(world.record, w.MAJA.account, "handler", "unit:hsv-molndal", TODAY)
    give_function(world.record, w.MAJA.account, "handler", "unit:hsv-partille", TOMORROW)
    now = Seer(w.MAJA.account, "handler@unit:hsv-partille")
    with pytest.raises(CaseUnknown):
        view(world.record, now, world.number("local"), after(1))
    with pytest.raises(NotYourFunction):
        view(world.record, w.MAJA, world.number("local"), after(1))


def test_a_mover_takes_nothing_along_and_finds_what_is_there(changed: Tell) -> None:
    """Lost otherwise: a nurse who goes to the other side reads with her old eyes, or cannot read with her new ones."""
    world = changed()
    end_holding(world.record, w.MAJA.account, "handler", "unit:hsv-molndal", date(2026, 4, 15))
    give_function(world.record, w.MAJA.account, "handler", "unit:su-molndal-ortopedi", date(2026, 4, 16))
    moved = ask(world, Person(Seer(w.MAJA.account, "handler@unit:su-molndal-ortopedi")))
    assert not leaked(world, moved)
    assert {c.word for c in world.told.canaries if c.what == "note by oskar.nyberg"} & moved.words
    assert not {c.word for c in world.told.canaries if c.what == "note by maja.ekdahl"} & moved.words


def test_a_reporter_who_moves_leaves_her_reports_in_the_house(changed: Tell) -> None:
    """Lost otherwise: an account carries one party's reports into another party."""
    world = changed()
    give_function(world.record, w.ANNA.account, "reporter", "unit:hsv-partille", TODAY)
    there = Seer(w.ANNA.account, "reporter@unit:hsv-partille")
    assert sees(world, w.ANNA, "local")
    assert not sees(world, there, "local")
    assert work_list(world.record, w.ANNA, READING).items
    assert not work_list(world.record, there, READING).items


def test_a_disabled_account_has_no_function(changed: Tell) -> None:
    """Lost otherwise: closing an account closes the door but not the windows."""
    world = changed()
    with world.record.database.write() as tx:
        tx.run("UPDATE person SET disabled = :yes WHERE account = :account", yes=True, account=w.MAJA.account)
    assert not sees(world, w.MAJA, "local")
    with pytest.raises(NotYourFunction):
        work_list(world.record, w.MAJA, READING)
    with world.record.database.read() as tx:
        assert posts_of(tx, w.MAJA.account, TODAY) == ()


def test_a_substitute_reads_only_while_the_other_is_away(changed: Tell) -> None:
    """Lost otherwise: a week's stand-in reads the other unit's cases for ever."""
    world = changed()
    set_absence(world.record, w.MAJA.account, TOMORROW, TOMORROW + timedelta(days=1), substitute="emma.sundling")
    emma = Seer("emma.sundling", w.MAJA.post)
    assert [sees(world, emma, "local", after(d)) for d in range(4)] == [False, True, True, False]
    assert not sees(world, Seer("emma.sundling", "handler@unit:hsv-partille"), "local", after(1))


def test_an_acting_chair_reads_inside_the_dates(changed: Tell) -> None:
    """Lost otherwise: an acting chair keeps the forum's own record when the chair is back."""
    world = changed()
    with world.record.database.write() as tx:
        tx.run(
            "INSERT INTO holding (account, function, holder, side, acting, valid_from, valid_to)"
            " VALUES ('emma.sundling', 'chair', :forum, 'municipal', :yes, :since, :until)",
            forum="forum:nosam-molndal", yes=True, since=TOMORROW, until=TOMORROW,
        )  # fmt: skip
    emma = Seer("emma.sundling", w.INGALILL.post)
    assert [sees(world, emma, "nosam", after(d)) for d in range(3)] == [False, True, False]


@pytest.mark.parametrize(
    ("party", "forum"),
    [(w.KATARINA, "member.regional@forum:nosam-molndal"), (w.HELENA, "member.municipal@forum:nosam-molndal"),
     (w.PATRIK, "member.municipal@forum:simba-styrgrupp")],
)  # fmt: skip
def test_two_hats_are_worn_one_at_a_time(world: World, party: Seer, forum: str) -> None:
    """Lost otherwise: who decides in a forum reads the inner record of one of its parties, and the reverse."""
    hats = [ask(world, Person(Seer(party.account, post))) for post in (party.post, forum)]
    assert not [c for hat in hats for c in leaked(world, hat)]
    for one, other in pairwise((hats[0].words, hats[1].words, hats[0].words)):
        assert one - other, "each hat must see something that the other does not"


def test_a_forum_reads_while_the_case_is_before_it(changed: Tell) -> None:
    """Lost otherwise: every forum that a case once passed goes on reading it, with its guests."""
    world = changed()
    for seer in (w.STINA, w.INGALILL, w.GUEST):
        assert sees(world, seer, "nosam")
    do(world, w.STINA, "nosam", "return", ground="incomplete", forum_reason="Mer behövs.", return_task="Komplettera.",
       returned_to=w.HELENA.post, return_by=TODAY + timedelta(days=20))  # fmt: skip
    assert sees(world, w.STINA, "nosam"), "it comes back to the forum that returned it"
    do(world, w.MAJA, "nosam", "accept", reason="Löst.")
    for seer in (w.STINA, w.INGALILL, w.GUEST):
        assert not sees(world, seer, "nosam")
        listed = [i.number for tab in TABS for i in work_list(world.record, seer, READING, tab=tab).items]
        assert world.number("nosam") not in listed
    assert sees(world, w.MAJA, "nosam")


def test_an_earlier_forum_reads_its_own_file_while_it_has_a_task(changed: Tell) -> None:
    """Lost otherwise: NOSAM gets a task that it cannot read, reads what LGS weighs, or reads on when it is done."""
    world = changed()
    number, asked, answered = world.number("lgs"), new_word("asked"), new_word("answered")
    its_own = {"cover", f"file:{w.NOSAM}", f"forum:{w.NOSAM}"}
    others = {c.word for c in world.told.canaries if c.case == "lgs" and not its_own & c.places}
    assert not sees(world, w.STINA, "lgs")
    do(world, w.ELLINOR, "lgs", "return", ground="incomplete", forum_reason="Har de talat?", returned_to=w.STINA.post,
       return_task=f"Fråga {asked}.", return_by=TODAY + timedelta(days=20))  # fmt: skip
    seen = view(world.record, w.STINA, number, READING)
    assert seen.compartments == its_own
    assert asked in words_in(seen)
    assert others
    assert not others & words_in(seen), "what the parties share, and what LGS has, it does not read"
    assert number in [i.number for i in work_list(world.record, w.STINA, READING, tab="awaiting").items]
    assert sees(world, w.INGALILL, "lgs")
    assert not sees(world, w.GUEST, "lgs"), "a guest is let in to each case anew"
    do(world, w.STINA, "lgs", "done", lower_word=f"Båda {answered}.")
    assert not sees(world, w.STINA, "lgs")
    assert not sees(world, w.INGALILL, "lgs")
    assert answered in words_in(view(world.record, w.ELLINOR, number, READING))
    assert verify(world.record, READING) == ()


def test_what_was_opened_by_hand_ends_with_the_cover(world: World) -> None:
    """Lost otherwise: a guest let in for one meeting is let in again, by nobody, when the case comes back."""
    held = "SELECT s.holder FROM sight s JOIN cases c ON c.id = s.case_id WHERE c.number = :number"
    with world.record.database.read() as tx:
        before, left = (
            tx.all(f"{held} AND s.ground = 'act' AND s.ended_at IS NULL", number=world.number(case))
            for case in ("nosam", "lgs")
        )
    assert before == [("guest:nosam-molndal",)]
    assert left == []


def test_the_first_receiver_keeps_its_own_record_and_nothing_else(world: World) -> None:
    """Lost otherwise: a redirect leaves two receivers, or takes from an authority what it wrote itself."""
    seen = view(world.record, w.PETRA, world.number("redirected"), READING)
    assert seen.compartments == {"inner:styrelsen-su"}
    assert {line.code for line in seen.lines} == {"note", "registry_number", "paper"}
    assert seen.registry_number
    assert (seen.deadlines, seen.docket, seen.contributions, seen.links, seen.offers) == ((), (), (), (), ())
    assert (seen.cover.stage, seen.cover.ball, dict(seen.cover.facts)) == ("", "", {})
    listed = [i.number for tab in TABS for i in work_list(world.record, w.PETRA, READING, tab=tab).items]
    assert world.number("redirected") not in listed
    assert world.number("local") in listed


def test_a_redirect_back_opens_the_case_again(changed: Tell) -> None:
    """Lost otherwise: the first receiver gets the case back and cannot read what it is asked to answer."""
    world = changed()
    do(world, w.SELMA, "redirected", "redirect", operation="su", reason="Ändå ni.")
    seen = view(world.record, w.PETRA, world.number("redirected"), READING)
    assert {"cover", "shared", "inner:styrelsen-su"} <= seen.compartments
    kept = view(world.record, w.SELMA, world.number("redirected"), READING)
    assert kept.compartments == {"inner:avon-goteborg"}


def test_inside_one_authority_only_the_present_operation_reads_on(changed: Tell) -> None:
    """Lost otherwise: an operation that sent a case on to its neighbour reads what the neighbour writes about it."""
    world = changed()
    number = world.number("moved within")
    do(world, w.PETRA, "moved within", "redirect", operation="narhalsan-simba", reason="Primärvården i Kungälv.")
    with pytest.raises(CaseUnknown):
        view(world.record, w.JON, number, READING)
    chief = Seer("rebecka.ronnlund", "chief_physician@authority:styrelsen-narhalsan")
    assert "inner:styrelsen-narhalsan" in view(world.record, chief, number, READING).compartments


def test_the_provider_reads_the_inner_record_once_it_is_opened(changed: Tell) -> None:
    """Lost otherwise: a private provider reads what its principal writes about it."""
    world = changed()
    number = world.number("provider")
    note = next(c.word for c in world.told.canaries if c.case == "provider" and c.what == "note by hakan.stalnacke")

    def read(seer: Seer) -> bool:
        return note in words_in(view(world.record, seer, number, READING))

    assert [read(s) for s in (w.NILS, w.LYDIA, w.HAKAN, w.ARVID)] == [False, False, True, True]
    for nobody in (w.NILS, w.LYDIA, w.ARVID):
        with pytest.raises(matter.NotAllowed):
            matter.open_inner_to_provider(world.record, nobody, number, READING)
    matter.open_inner_to_provider(world.record, w.HAKAN, number, READING)
    assert [read(s) for s in (w.NILS, w.LYDIA)] == [True, True]
    do(world, w.MAJA, "provider", "end", reason="Löst.")
    assert read(w.NILS), "an ended case keeps its readers"


def test_the_providers_own_record_is_its_own(world: World) -> None:
    """Lost otherwise: what a private provider writes for itself lands with its principal, and it cannot read it."""
    number = world.number("provider")
    note = next(c.word for c in world.told.canaries if c.case == "provider" and c.what == "note by nils.aronsson")

    def read(seer: Seer) -> bool:
        return note in words_in(view(world.record, seer, number, READING))

    assert [read(s) for s in (w.NILS, w.HAKAN, w.ARVID, w.MAJA)] == [True, False, False, False]
    with pytest.raises(matter.NotAllowed):
        matter.set_registry_number(world.record, w.NILS, number, "1", READING)


def test_a_note_to_the_handler_is_read_where_the_work_is_done(world: World) -> None:
    """Lost otherwise: a private provider's handler is not told what is asked of him, or the other side is."""
    number = world.number("provider")
    note = next(c.word for c in world.told.canaries if c.case == "provider" and c.what == "note to the handler")

    def read(seer: Seer) -> bool:
        return note in words_in(view(world.record, seer, number, READING))

    assert [read(s) for s in (w.NILS, w.LYDIA, w.HAKAN, w.ARVID, w.MAJA)] == [True, True, True, True, False]


def test_a_part_answer_is_asked_for_a_time(changed: Tell) -> None:
    """Lost otherwise: whoever was once asked for a part follows the whole case to its end."""
    world = changed()
    assert sees(world, w.SELMA, "shown")
    do(world, w.SELMA, "shown", "supplement", part_text="Vi fick aldrig listan.")
    assert not sees(world, w.SELMA, "shown")
    assert sees(world, w.JON, "shown"), "a copy for knowledge stays"


def test_a_pattern_opens_no_member(changed: Tell) -> None:
    """Lost otherwise: gathering cases into a systemic issue tears down the walls of each (S D-06)."""
    world = changed()
    members = [world.number(case) for case in ("local", "lgs", "provider")]
    people = (w.HEDDA, w.ELLINOR, w.OSKAR, w.NILS, w.PONTUS)
    before = [_known(world.record, seer, members) for seer in people]
    issue = merging.propose(world.record, w.ELLINOR, members, "Listor saknas vid utskrivning.", READING).number
    assert [_known(world.record, seer, members) for seer in people] == before
    links = {s: _links(world.record, s, issue) for s in (w.HEDDA, w.ELLINOR)}
    assert links[w.ELLINOR] == set(members)
    assert links[w.HEDDA] == {world.number("lgs")}, "the forum knows of the one that is before it"


def _known(record: Record, seer: Seer, numbers: list[str]) -> list[frozenset[str]]:
    found = []
    for number in numbers:
        try:
            found.append(view(record, seer, number, READING).compartments)
        except CaseUnknown:
            found.append(frozenset())
    return found


def _links(record: Record, seer: Seer, number: str) -> set[str]:
    return {linked for linked, _ in view(record, seer, number, READING).links}


def test_a_hidden_mark_moves_nothing_for_the_other_side(changed: Tell) -> None:
    """Lost otherwise: a date, a version or a reminder that stirs tells the municipality of a lex Maria (D-70)."""
    world, later = changed(), after(40)
    number = world.number("swapped")
    before = _all(world.record, number, later)
    act(world.record, w.KATARINA, number,
        Command("inform_serious", {"serious": "lex_maria", "telephoned": "Ringde i går."}), later)  # fmt: skip
    seen = _all(world.record, number, later)
    assert seen[w.MAJA.post] == before[w.MAJA.post]
    assert seen[w.ELLINOR.post] == before[w.ELLINOR.post]
    assert seen[w.LINA.post] == before[w.LINA.post]
    added = seen[w.KATARINA.post].lines[-1]
    assert (added.compartment, added.code) == ("inner:styrelsen-su", "inform_serious")
    assert seen[w.KATARINA.post].cover == before[w.KATARINA.post].cover


def _all(record: Record, number: str, now: datetime) -> dict[str, CaseView]:
    return {s.post: view(record, s, number, now) for s in (w.MAJA, w.ELLINOR, w.LINA, w.KATARINA)}
