"""A report becomes a case that both parties can follow, with the dates that the routine promises."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest

from cases.acting import Refused, act
from cases.answers import KeyReused
from cases.contents.enclosures import Enclosed
from cases.contents.kept_in_clear import BadText
from cases.contents.secrecy import Keyring
from cases.fold import difference
from cases.lists.worklist import work_list
from cases.organisation.reorganising import give_function
from cases.reading import view
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from cases.soundness.verify import verify
from tests.amounts import Amount
from tests.cases.deviations import HELENA, REPORT
from tests.record import MORNING
from workflows.nouns import Command

ANNA = Seer("anna.lind", "reporter@unit:hsv-molndal")
PETRA = Seer("petra.lonnroth", "receiver@operation:su")
FIELDS = (
    "kind",
    "unit",
    "operation",
    "receiving_unit",
    "happened",
    "urgent",
    "stage",
    "rung",
    "forums",
    "texts",
    "patient",
)
KEYS = ("", "", "one", "two")
ODD: tuple[Any, ...] = (
    None, True, 7, 2.5, float("nan"), "", "su", "deviation", "\x00", "\ud800", "igår", "arrived", "local", "lgs",
    "x" * 30_000, [], ["lgs"], ["lgs", 7], (), {}, {"what": "x"}, {"what": 7, "when": ["y"]}, {7: "x"},
    {"what": "x", "when": "igår"},
)  # fmt: skip


def test_the_receipt_names_the_promised_dates_of_the_first_story(record: Record) -> None:
    """Else the nurse waits for a date that the ward never got: receipt 21 April, answer Monday 15 June 2026."""
    told = {"what": "Patienten kom hem utan läkemedelslista.", "when": "16 april 2026", "harm": "risk"}
    acted = report(record, ANNA, NewCase("deviation", operation="su", happened="16 april 2026", texts=told), MORNING)
    assert acted.stage == "arrived"
    assert acted.decision is not None
    dates = {d.code: d.due for d in acted.decision.deadlines if d.status == "open"}
    assert (dates["receipt"], dates["answer"]) == (date(2026, 4, 21), date(2026, 6, 15))
    assert [item.number for item in work_list(record, PETRA, MORNING).items] == [acted.number]


def test_the_stored_state_is_what_its_history_adds_up_to(record: Record) -> None:
    """Else nobody could trust the record: the row says one thing and its history another."""
    told = {"what": "Listan saknades.", "when": "igår", "harm": "none"}
    number = report(record, ANNA, NewCase("deviation", operation="su", texts=told), MORNING).number
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    with record.database.read() as tx:
        assert difference(tx, int(tx.value("SELECT id FROM cases WHERE number = :n", n=number))) is None


HERE = {"operation": "su", "stage": "forum_received", "rung": "nosam", "forums": ("nosam-molndal",)}


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"kind": "complaint"}, "kind", "no_kind"),
        ({"stage": "nowhere"}, "stage", "no_stage"),
        ({"rung": "heaven"}, "rung", "no_rung"),
        ({"rung": "vvg"}, "rung", "rung_elsewhere"),
        ({"forums": ("nobody",)}, "forums", "input_no_forum"),
        ({"forums": ()}, "forums", "forum_missing"),
        ({"operation": "nobody"}, "operation", "input_no_operation"),
        ({"stage": "investigated", "operation": ""}, "operation", "operation_missing"),
        ({"stage": "watched"}, "stage", "stage_dateless"),
        ({"stage": "returned"}, "return_by", "input_missing"),
        ({"texts": {"nonsense": "x"}}, "nonsense", "input_unknown"),
        ({"happened": "1 januari 2030"}, "happened", "event_ahead"),
        ({"happened": "1 april 1026"}, "happened", "before_calendar"),
    ],
)
def test_a_told_case_is_checked_by_the_record(record: Record, wrong: dict[str, Any], field: str, code: str) -> None:
    """Else a program that goes past the command line makes a case that stands nowhere, for ever without a date."""
    with pytest.raises(Refused) as refused:
        report(record, HELENA, NewCase(**({"kind": "deviation"} | HERE | wrong)), MORNING)
    assert (field, code) in {(r.field, r.code) for r in refused.value.refusal.reasons}
    with record.database.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM cases") == 0


AT_ONCE: tuple[tuple[dict[str, Any], dict[str, str]], ...] = (
    (
        {"operation": "nope", "happened": "2030-01-01",
         "texts": {"what": "", "when": "", "harm": "death", "bogus": "1", "document": "zzz"}},
        {"operation": "input_no_operation", "happened": "event_ahead", "what": "input_missing", "when": "input_missing",
         "harm": "input_not_option", "bogus": "input_unknown", "document": "input_no_clause"},
    ),
    (
        {"texts": {"what": "191212121212", "when": "", "harm": "death"}},
        {"what": "number_found", "when": "input_missing", "harm": "input_not_option"},
    ),
    (
        {"rung": "heaven", "forums": ("nobody",), "texts": {"what": "", "when": "31 april 2026"}},
        {"rung": "no_rung", "forums": "input_no_forum", "what": "input_missing", "when": "input_no_such_day"},
    ),
    ({"texts": REPORT | {"when": "1 april 1026"}}, {"when": "input_before_calendar"}),
)  # fmt: skip
"""What a report says, and for what it is refused, by field."""


def test_a_report_is_refused_for_everything_at_once(record: Record) -> None:
    """Else whoever writes a report mends it once for each check that the report comes to, and is refused anew."""
    for wrong, reasons in AT_ONCE:
        with pytest.raises(Refused) as refused:
            report(record, ANNA, NewCase(**({"kind": "deviation", "operation": "su"} | wrong)), MORNING)
        told = [(reason.field, reason.code) for reason in refused.value.refusal.reasons]
        assert sorted(told) == sorted(reasons.items())


def test_anything_at_all_can_be_handed_in(record: Record, rng: Random, amount: Amount) -> None:
    """Else a form that a program filled in ends in an error page, or leaves half a case behind."""
    made, answered = 0, (Refused, KeyReused, BadText)
    for _ in range(amount(120, 5_000)):
        odd = {name: rng.choice(ODD) for name in rng.sample(FIELDS, rng.randrange(4))}
        new = NewCase(**({"kind": "deviation", "operation": "su"} | odd))
        with suppress(*answered):
            report(record, ANNA, new, MORNING, key=rng.choice(KEYS))
            made += 1
    assert made
    assert verify(record, MORNING) == ()


def test_a_case_taken_up_before_a_forum_stands_on_its_step(record: Record) -> None:
    """Else leaving out what the forum says anyway would put the case on the lowest step."""
    told = {name: value for name, value in HERE.items() if name != "rung"}
    number = report(record, HELENA, NewCase("deviation", **told), MORNING).number
    cover = view(record, HELENA, number, MORNING).cover
    assert (cover.stage, cover.rung, cover.forums) == ("forum_received", "nosam", ("nosam-molndal",))
    assert verify(record, MORNING) == ()


@pytest.mark.parametrize(("post", "unit"), [
    ("handler@unit:vc-lyckan", "vc-solgarde"),
    ("handler@unit:vc-lyckan", "vc-molndal"),
    ("handler@unit:vc-molndal", "vc-lyckan"),
])  # fmt: skip
def test_a_private_provider_reports_for_itself_and_nobody_else_for_it(record: Record, post: str, unit: str) -> None:
    """Else one company files cases in a competitor's name, and the competitor has to answer for them."""
    give_function(record, ANNA.account, "handler", post.partition("@")[2], MORNING.date())
    with pytest.raises(Refused) as refused:
        report(record, Seer(ANNA.account, post), NewCase("deviation", unit=unit, operation="vo-molndal", texts=REPORT),
               MORNING)  # fmt: skip
    assert [reason.code for reason in refused.value.refusal.reasons] == ["input_no_unit"]


def test_a_key_is_one_functions(record: Record) -> None:
    """Else a person with two functions is answered in one of them with what was done in the other."""
    give_function(record, ANNA.account, "handler", "unit:hsv-partille", MORNING.date())
    new = NewCase("deviation", operation="su", texts=REPORT)
    report(record, ANNA, new, MORNING, key="form 7")
    with pytest.raises(KeyReused):
        report(record, Seer(ANNA.account, "handler@unit:hsv-partille"), new, MORNING, key="form 7")


FIRST = NewCase("deviation", operation="su", texts=REPORT, patient="Boende i rum 4")
OTHER_BODIES = {
    "patient": replace(FIRST, patient="Boende i rum 5"),
    "papers": replace(FIRST, papers=(Enclosed("0" * 64, 9, "text/plain", "svar.txt"),)),
    "texts": replace(FIRST, texts=REPORT | {"what": "Något annat."}),
    "operation": replace(FIRST, operation="narhalsan-goteborg"),
    "happened": replace(FIRST, happened="hösten 2018"),
    "urgent": replace(FIRST, urgent=True),
}


@pytest.mark.parametrize("what", OTHER_BODIES)
def test_the_same_key_with_another_body_is_refused(record: Record, what: str) -> None:
    """Else the second report, about another person, is dropped without a word and its sender thinks it was sent."""
    first = report(record, ANNA, FIRST, MORNING, key="form 8")
    assert report(record, ANNA, FIRST, MORNING, key="form 8").number == first.number
    with pytest.raises(KeyReused):
        report(record, ANNA, OTHER_BODIES[what], MORNING, key="form 8")


def test_what_is_kept_of_a_request_tells_nobody_whom_it_concerns(record: Record) -> None:
    """Else whoever has the database tries all personal numbers against the hash of a request until one fits."""
    one, other = Keyring([bytes(32)]), Keyring([bytes(31) + b"1"])
    assert one.marks("Boende i rum 4") == one.marks("Boende i rum 4")
    assert one.marks("Boende i rum 4") != other.marks("Boende i rum 4")
    assert Keyring([bytes(31) + b"1", bytes(32)]).marks("x")[1:] == one.marks("x"), "an older key still knows it"
    report(record, ANNA, FIRST, MORNING, key="form 9")
    with record.database.read() as tx:
        kept = tx.value("SELECT fingerprint FROM answered WHERE key = 'form 9'")
    record.keyring = Keyring([bytes(32)])
    with pytest.raises(KeyReused):
        report(record, ANNA, FIRST, MORNING, key="form 9")
    assert "Boende" not in kept
