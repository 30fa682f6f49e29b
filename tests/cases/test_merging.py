"""Several similar cases become one systemic issue, and nobody sees a member that they did not see before."""

from datetime import timedelta

import pytest

from cases.acting import Refused, act
from cases.answers import KeyReused
from cases.contents import forum_files, matter
from cases.merging import join, propose
from cases.reading import view
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import CaseUnknown, Seer, look
from cases.soundness.verify import verify
from tests.cases.deviations import ANSWERED, MAJA, OSKAR, PETRA, REPORT, arrived
from tests.record import MORNING
from workflows.nouns import Command

ELLINOR = Seer("ellinor.ravn", "process_leader@forum:lgs")
GUNNEL = Seer("gunnel.ask", "contact_person@authority:von-molndal")
VIKTOR = Seer("viktor.lilja", "contact_person@authority:von-partille")
HARRIET = Seer("harriet.lundqvist.falk", "contact_person@authority:styrelsen-su")
EDVIN = Seer("edvin.malmsten", "reporter@unit:hsv-partille")
EMMA = Seer("emma.sundling", "handler@unit:hsv-partille")
GABRIEL = Seer("gabriel.brunell", "reporter@unit:hsv-harryda")
JOSEFINE = Seer("josefine.malmsten", "handler@unit:hsv-harryda")
TOMAS = Seer("tomas.hallsten", "process_leader@forum:simba-styrgrupp")
PREPARER = Seer("jenny.bogren", "preparer.municipal@forum:lgs")
EVERYBODY = (
    ELLINOR, GUNNEL, VIKTOR, HARRIET, EDVIN, EMMA, GABRIEL, JOSEFINE, TOMAS, PREPARER, MAJA, OSKAR, PETRA,
    Seer("ragnar.ekelund", "chair@forum:lgs"), Seer("ewa.cronholm", "chair@forum:vvg"),
    Seer("stina.ekelof", "process_leader@forum:nosam-molndal"), Seer("vendela.storm", "routine_owner@county"),
)  # fmt: skip
SENTENCE = "Läkemedelslistan stämmer inte vid hemgång."


def three(record: Record) -> list[str]:
    """One case each of Mölndal, Partille and Härryda about the hospital."""
    others = (report(record, seer, NewCase("deviation", operation="su", texts=REPORT), MORNING).number
              for seer in (EDVIN, GABRIEL))  # fmt: skip
    return [arrived(record), *others]


def seen(record: Record, number: str) -> dict[str, frozenset[str]]:
    """Who may know of a case, and which of its compartments."""
    found = {}
    with record.database.read() as tx:
        org = record.world(tx, MORNING).org
        for seer in EVERYBODY:
            try:
                found[seer.post] = look(tx, number, seer, org).compartments
            except CaseUnknown:
                found[seer.post] = frozenset()
    return found


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.refusal.reasons}


def test_members_are_linked_and_keep_their_walls(record: Record) -> None:
    """Else merging would show Partille what Mölndal reported, or take a case from its unit."""
    members = three(record)
    before = [(seen(record, number), view(record, ELLINOR, number, MORNING)) for number in members]
    acted = propose(record, ELLINOR, members, SENTENCE, MORNING)
    for number, (sight, shown) in zip(members, before, strict=True):
        now = view(record, ELLINOR, number, MORNING)
        assert seen(record, number) == sight
        assert (now.cover, now.deadlines, now.versions) == (shown.cover, shown.deadlines, shown.versions)
        assert (acted.number, "merged") in now.links
    issue = view(record, ELLINOR, acted.number, MORNING)
    assert set(issue.links) == {(number, "merged") for number in members}
    assert (issue.cover.kind, issue.cover.stage, issue.cover.facts["members"]) == ("systemic_issue", "proposed", 3)
    assert set(issue.cover.concerned) == {"vo-molndal", "su", "vo-partille", "vo-harryda"}
    assert verify(record, MORNING) == ()


def test_a_party_sees_only_its_own_members_behind_the_issue(record: Record) -> None:
    """Else the systemic issue would be a list of other municipalities' cases."""
    members = three(record)
    number = propose(record, ELLINOR, members, SENTENCE, MORNING).number
    for seer, own in ((GUNNEL, members[0]), (VIKTOR, members[1])):
        shown = view(record, seer, number, MORNING)
        assert shown.links == ((own, "merged"),)
        told = " ".join(str(line.texts) + str(line.outcome) for line in shown.lines)
        assert not [other for other in members if other != own and other in told]


def test_the_sentence_is_where_the_arena_reads_it(record: Record) -> None:
    """Else the process leader would be asked to confirm a pattern that she cannot read."""
    number = propose(record, GUNNEL, three(record)[:1], SENTENCE, MORNING, principle=True).number
    for seer in (ELLINOR, PREPARER, HARRIET):
        texts = [line.texts.get("sentence") for line in view(record, seer, number, MORNING).lines]
        assert SENTENCE in texts, seer.post


def test_three_are_needed_or_one_of_principle(record: Record) -> None:
    """Else two coincidences would occupy a forum, or a question of principle would have to wait for a third."""
    members = three(record)
    with pytest.raises(Refused) as refused:
        propose(record, ELLINOR, members[:2], SENTENCE, MORNING)
    assert codes(refused) == {"few_members"}
    with pytest.raises(Refused) as refused:
        propose(record, ELLINOR, [members[0], f" {members[0]} ", members[0]], SENTENCE, MORNING)
    assert codes(refused) == {"few_members"}
    assert propose(record, ELLINOR, members[:1], SENTENCE, MORNING, principle=True).stage == "proposed"
    with pytest.raises(Refused):
        propose(record, ELLINOR, [], SENTENCE, MORNING, principle=True)


@pytest.mark.parametrize("seer", [VIKTOR, TOMAS, GUNNEL])
def test_nobody_proposes_cases_that_they_do_not_know_of(record: Record, seer: Seer) -> None:
    """Else a guessed number could be confirmed by trying to merge it."""
    members = three(record)
    with pytest.raises(CaseUnknown):
        propose(record, seer, members, SENTENCE, MORNING)
    with pytest.raises(CaseUnknown):
        propose(record, ELLINOR, [*members, "2026-K7QM4TX"], SENTENCE, MORNING)
    assert view(record, ELLINOR, members[0], MORNING).links == ()


def test_a_handler_asks_her_contact_person(record: Record) -> None:
    """Else anybody with three cases could put them before a forum."""
    number = arrived(record)
    with pytest.raises(Refused) as refused:
        propose(record, MAJA, [number], SENTENCE, MORNING, principle=True)
    assert codes(refused) == {"not_yours"}


@pytest.mark.parametrize(
    ("sentence", "code"),
    [("Se 20180101-2392 för detaljer.", "number_found"), ("x" * 401, "input_too_long"), ("\x07", "input_control")],
)
def test_the_sentence_names_nobody_and_is_one_sentence(record: Record, sentence: str, code: str) -> None:
    """Else a person's number would stand before the arena (law 6)."""
    members = three(record)
    with pytest.raises(Refused) as refused:
        propose(record, ELLINOR, members, sentence, MORNING)
    assert codes(refused) == {code}
    assert view(record, ELLINOR, members[0], MORNING).links == ()


def test_the_same_key_proposes_once(record: Record) -> None:
    """Else pressing twice would make two systemic issues of one pattern."""
    members = three(record)
    first = propose(record, ELLINOR, members, SENTENCE, MORNING, key="form-1")
    assert propose(record, ELLINOR, members, SENTENCE, MORNING, key="form-1").number == first.number
    with pytest.raises(KeyReused):
        propose(record, ELLINOR, members, "En annan mening.", MORNING, key="form-1")


def test_one_more_case_joins_once_and_is_named_to_nobody(record: Record) -> None:
    """Else an eighth case would be counted twice, or its number told to the other municipalities."""
    members = three(record)
    issue = propose(record, ELLINOR, members, SENTENCE, MORNING).number
    late = arrived(record, MORNING + timedelta(hours=1))
    sight = seen(record, late)
    now = MORNING + timedelta(hours=2)
    assert join(record, GUNNEL, late, issue, now).stage == "proposed"
    assert view(record, GUNNEL, issue, now).cover.facts["members"] == 4
    assert seen(record, late) == sight
    with pytest.raises(Refused) as refused:
        join(record, ELLINOR, late, issue, now)
    assert codes(refused) == {"already_member"}
    told = view(record, VIKTOR, issue, now)
    assert late not in " ".join(str(line.texts) + str(line.outcome) for line in told.lines)
    assert verify(record, now) == ()


def test_what_cannot_join(record: Record) -> None:
    """Else an unseen case, a number that never was, or another systemic issue could become a member."""
    members = three(record)
    issue = propose(record, ELLINOR, members, SENTENCE, MORNING).number
    other = propose(record, ELLINOR, members[:1], "En annan mening.", MORNING, principle=True).number
    with pytest.raises(CaseUnknown):
        join(record, GUNNEL, members[1], issue, MORNING)
    with pytest.raises(CaseUnknown):
        join(record, ELLINOR, "2026-K7QM4TX", issue, MORNING)
    with pytest.raises(Refused) as refused:
        join(record, ELLINOR, other, issue, MORNING)
    assert codes(refused) == {"not_a_member"}
    with pytest.raises(Refused) as refused:
        join(record, ELLINOR, "Mölndals ärende", issue, MORNING)
    assert codes(refused) == {"input_no_case"}
    assert view(record, ELLINOR, issue, MORNING).cover.facts["members"] == 3


def test_a_pattern_that_a_handler_sees_carries_its_sentence_and_its_first_member(record: Record) -> None:
    """Else contesting an answer as a pattern would open an issue that says nothing and counts nobody."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    act(record, OSKAR, number, ANSWERED, MORNING)
    ground = {"contest_ground": "pattern", "reason": "Tredje gången i år.", "sentence": SENTENCE}
    act(record, MAJA, number, Command("contest", ground), MORNING)
    ((issue, kind),) = view(record, MAJA, number, MORNING).links
    shown = view(record, ELLINOR, issue, MORNING)
    assert kind == "pattern"
    assert shown.cover.facts["members"] == 1
    assert SENTENCE in [line.texts.get("sentence") for line in shown.lines]


def test_the_page_follows_to_the_arena_when_both_have_read_it(record: Record) -> None:
    """Else the arena would be asked to lift a page that only the parties can read."""
    issue = propose(record, ELLINOR, three(record), SENTENCE, MORNING).number
    texts = {"statement": "Listan stämmer inte.", "question": "När skrivs listan ut?"}
    revision, _ = forum_files.write_revision(record, GUNNEL, issue, texts, MORNING)
    forum_files.review(record, GUNNEL, issue, revision, MORNING)
    assert not _arena_has(record, issue)
    forum_files.read_file(record, HARRIET, issue, revision, MORNING)
    assert _arena_has(record, issue)
    forum_files.read_file(record, HARRIET, issue, revision, MORNING)
    lines = [line for line in view(record, ELLINOR, issue, MORNING).lines if line.code == "file"]
    assert len(lines) == 1


def _arena_has(record: Record, issue: str) -> bool:
    return any(line.code == "file" for line in view(record, ELLINOR, issue, MORNING).lines)


JOINING = {"forum_reason": "Samma mönster."}


def test_members_go_along_when_their_issue_joins_another(record: Record) -> None:
    """Else the municipalities whose cases began it would never hear how it went, or their cases be shown to others."""
    members = three(record)
    first = propose(record, ELLINOR, members, SENTENCE, MORNING).number
    late = arrived(record, MORNING + timedelta(hours=1))
    other = propose(record, ELLINOR, [members[0], late], "Listan kommer för sent.", MORNING, principle=True).number
    sight = [seen(record, number) for number in (*members, late)]
    now = MORNING + timedelta(hours=2)
    acted = act(record, ELLINOR, first, Command("join", {"joined_to": other, **JOINING}), now)
    assert acted.stage == "ended"
    shown = view(record, ELLINOR, other, now)
    assert set(shown.links) == {(number, "merged") for number in (*members, late)} | {(first, "related")}
    assert shown.cover.facts["members"] == 4
    assert set(view(record, ELLINOR, first, now).links) == {(other, "related")}
    assert [seen(record, number) for number in (*members, late)] == sight
    told = view(record, VIKTOR, first, now)
    assert other not in " ".join(str(line.texts) + str(line.outcome) for line in told.lines)
    assert verify(record, now) == ()


def test_the_letter_when_it_ends_goes_to_those_who_came_along(record: Record) -> None:
    """Else joining a running issue would be a way to be forgotten."""
    owner = Seer("vendela.storm", "routine_owner@county")
    running = NewCase(
        "systemic_issue", unit="hsv-molndal", operation="su", stage="effect", texts={"sentence": SENTENCE}
    )
    issue = report(record, GUNNEL, running, MORNING).number
    members = three(record)
    mine = propose(record, ELLINOR, members, SENTENCE, MORNING).number
    act(record, ELLINOR, mine, Command("join", {"joined_to": issue, **JOINING}), MORNING)
    with record.database.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM docket WHERE notch = :n", n="told:pattern_ended") == 0
    words = {"before_text": "Åtta på sju veckor.", "after_text": "En på ett halvår."}
    act(record, owner, issue, Command("close", words), MORNING + timedelta(days=190))
    with record.database.read() as tx:
        rows = tx.all("SELECT c.number, d.post FROM docket d JOIN cases c ON c.id = d.case_id"
                      " WHERE d.notch = :n", n="told:pattern_ended")  # fmt: skip
    assert {number for number, _ in rows} == set(members)
    assert sum(post.startswith("reporter@") for _, post in rows) == 3
    assert verify(record, MORNING + timedelta(days=190)) == ()


def test_what_an_issue_cannot_join(record: Record) -> None:
    """Else an issue could join itself, an ended one, an ordinary case, or one that its process leader may not know."""
    members = three(record)
    first = propose(record, ELLINOR, members, SENTENCE, MORNING).number
    ended = propose(record, ELLINOR, members[:1], SENTENCE, MORNING, principle=True).number
    act(record, ELLINOR, ended, Command("join", {"joined_to": first, **JOINING}), MORNING)
    for wrong in (first, ended, members[0]):
        with pytest.raises(Refused) as refused:
            act(record, ELLINOR, first, Command("join", {"joined_to": wrong, **JOINING}), MORNING)
        assert codes(refused) == {"not_an_issue"}
    with pytest.raises(CaseUnknown):
        act(record, ELLINOR, first, Command("join", {"joined_to": "2026-K7QM4TX", **JOINING}), MORNING)
    assert view(record, ELLINOR, first, MORNING).cover.facts["members"] == 3
    assert {kind for _, kind in view(record, ELLINOR, first, MORNING).links} == {"merged", "related"}


def test_a_case_that_was_called_related_can_still_become_a_member(record: Record) -> None:
    """Else somebody who links two cases first keeps the second out of the pattern for good."""
    issue = propose(record, ELLINOR, three(record), SENTENCE, MORNING).number
    other = arrived(record)
    matter.link(record, GUNNEL, other, issue, MORNING)
    join(record, ELLINOR, other, issue, MORNING)
    assert (issue, "merged") in view(record, ELLINOR, other, MORNING).links
    with pytest.raises(Refused) as refused:
        join(record, ELLINOR, other, issue, MORNING)
    assert codes(refused) == {"already_member"}
    matter.link(record, GUNNEL, other, issue, MORNING)
    assert (issue, "merged") in view(record, ELLINOR, other, MORNING).links, "a link makes no member less"


def test_a_case_is_not_linked_to_itself(record: Record) -> None:
    """Else a slip in a number lists a case beside itself for ever."""
    number = arrived(record)
    with pytest.raises(matter.NotAllowed):
        matter.link(record, MAJA, number, number, MORNING)
