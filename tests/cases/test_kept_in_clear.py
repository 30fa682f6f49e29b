"""No personal number is kept in clear, whichever door a text comes by (law 6): also those that belong to no case."""

from collections.abc import Callable, Iterator

import click
import pytest

from cases.clock.standstill import go_on, stop
from cases.contents.kept_in_clear import NumberInText
from cases.lists.saved_filters import save_filter, saved_filters
from cases.organisation.administration import By, note_act
from cases.organisation.people import add_person, set_disabled
from cases.record import Record
from stegen import main
from tests.cases.deviations import MAJA
from tests.command import Command
from tests.record import MORNING
from tests.web.whole_record import fingerprint

NUMBER = "19850709-9805"
SAID = f"Det gäller {NUMBER}"
KIM = "kim.savas"
BY = By(KIM, MORNING, SAID)


def _noted(record: Record, by: By, about: str, **facts: str) -> None:
    with record.database.write() as tx:
        note_act(tx, by, "unit_added", about, **facts)


DOORS: dict[str, Callable[[Record], object]] = {
    "the reason of an act": lambda record: set_disabled(record, MAJA.account, True, by=BY),
    "a person's name": lambda record: add_person(record, "ny", SAID, "ny@example.org", "sv", by=By(KIM, MORNING)),
    "what an act sets": lambda record: _noted(record, By(KIM, MORNING), "unit", name=SAID),
    "what an act is about": lambda record: _noted(record, By(KIM, MORNING), SAID),
    "stopping the clock": lambda record: stop(record, KIM, SAID, MORNING),
    "a filter's name": lambda record: save_filter(record, MAJA.account, SAID, "q=lista", MORNING),
    "a filter's search": lambda record: save_filter(record, MAJA.account, "Min", f"q={NUMBER}", MORNING),
    "the same, as an address has it": lambda record: save_filter(
        record, MAJA.account, "Min", "q=850709%2D9805&tab=mine", MORNING
    ),
}  # fmt: skip


def test_no_door_beside_the_cases_takes_a_personal_number(record: Record) -> None:
    """Lost otherwise: a number stands in a log or a list for good, where no case's disposal ever reaches it."""
    before = fingerprint(record)
    for door, enter in DOORS.items():
        with pytest.raises(NumberInText):
            enter(record)
        assert fingerprint(record) == before, door
    save_filter(record, MAJA.account, "Kvällens", "q=2026-04-16+lista", MORNING)
    assert [kept.name for kept in saved_filters(record, MAJA.account)] == ["Kvällens"], "a date is none"
    stop(record, KIM, "Övning", MORNING)
    with pytest.raises(NumberInText):
        go_on(record, KIM, SAID, None, MORNING)


AS_KIM = ("--as", KIM)
WITH_REASON: dict[str, tuple[str, ...]] = {
    "docket drop": ("step:1", *AS_KIM), "docket release": ("step:1", *AS_KIM), "docket retry": ("step:1", *AS_KIM),
    "docket stop": AS_KIM,
}  # fmt: skip
"""Commands that keep a reason, each with what else it asks for."""

ELSEWHERE = {"case file clear", "case patient", "docket go-on", "workflow migrate"}
"""Within a case, kept through `checked` or sealed; a clock that stands (above); two versions of a routine
(test_migrating.py)."""


def _with_reason(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[str]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _with_reason(inner, (*path, name))
    elif any("--reason" in option.opts for option in command.params):
        yield " ".join(path)


def test_no_command_keeps_a_reason_with_a_personal_number(stegen_on_sqlite: Command) -> None:
    """Lost otherwise: a new command with a reason writes down whom a case is about, and nobody notices."""
    found = set(_with_reason(main))
    assert found == WITH_REASON.keys() | ELSEWHERE, "say here how a new command's reason is tried"
    with stegen_on_sqlite.record() as record:
        before = fingerprint(record)
    for command, asked in WITH_REASON.items():
        answer = stegen_on_sqlite(*command.split(), *asked, "--reason", SAID)
        assert answer.exit_code == 1, f"{command}: {answer.output}"
        assert "personal number" in answer.stderr, command
    with stegen_on_sqlite.record() as record:
        assert fingerprint(record) == before
