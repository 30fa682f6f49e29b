"""`user`: who may do what, from which day; what is given, ended and closed, and what is refused."""

import pytest

from tests.cases.deviations import arrived
from tests.command import Command

NEW = ("user", "add", "nils.holm", "--name", "Nils Holm", "--email", "nils.holm@example.invalid")


def test_somebody_new_gets_a_function_and_can_act_at_once(stegen: Command) -> None:
    """Else a new handler would wait for a restart, or for the next morning."""
    with stegen.record() as record:
        number = arrived(record)
    assert stegen(*NEW).exit_code == 0
    acts = ("case", "show", number, "--as", "nils.holm/receiver")
    assert stegen(*acts).exit_code == 1
    assert stegen("user", "hold", "nils.holm", "receiver@operation:su").exit_code == 0
    assert stegen(*acts).exit_code == 0
    shown = stegen.json("user", "show", "nils.holm")
    assert shown["holdings"] == [{"post": "receiver@operation:su", "side": "", "acting": False, "since": "2026-04-16",
                                  "until": None, "in_force": True}]  # fmt: skip


def test_functions_have_a_first_and_a_last_day(stegen_on_sqlite: Command) -> None:
    """Else somebody who has left, or not begun, could read the ward's cases."""
    stegen_on_sqlite(*NEW)
    coming = ("--from", "2026-05-01", "--to", "2026-05-31")
    assert stegen_on_sqlite("user", "hold", "nils.holm", "chief@operation:su", *coming).exit_code == 0
    acts = ("case", "list", "--as", "nils.holm/chief")
    assert stegen_on_sqlite(*acts).exit_code == 1
    assert stegen_on_sqlite(*acts, STEGEN_NOW="2026-05-31T12:00:00+02:00").exit_code == 0
    assert stegen_on_sqlite(*acts, STEGEN_NOW="2026-06-01T12:00:00+02:00").exit_code == 1
    ended = stegen_on_sqlite("user", "end", "nils.holm", "chief@operation:su", "--on", "2026-05-10")
    assert ended.exit_code == 0
    assert stegen_on_sqlite(*acts, STEGEN_NOW="2026-05-11T12:00:00+02:00").exit_code == 1


def test_a_closed_account_can_do_nothing_until_it_is_opened_again(stegen: Command) -> None:
    """Else somebody who has left could still sign in."""
    acts = ("case", "list", "--as", "petra.lonnroth/receiver")
    assert stegen("user", "disable", "petra.lonnroth").exit_code == 0
    assert stegen(*acts).exit_code == 1
    assert stegen.json("user", "show", "petra.lonnroth")["disabled"]
    assert "closed" in stegen("user", "list", "lonnroth").stdout
    assert "There is no account with 'lonroth'" in stegen("user", "list", "lonroth").stderr
    assert stegen("user", "disable", "petra.lonnroth", "--undo").exit_code == 0
    assert stegen(*acts).exit_code == 0


def test_forum_functions_name_their_side(stegen_on_sqlite: Command) -> None:
    """Else a preparer would prepare for nobody: a forum has one for each side."""
    stegen_on_sqlite(*NEW)
    assert stegen_on_sqlite("user", "hold", "nils.holm", "preparer.municipal@forum:nosam-molndal").exit_code == 0
    held = stegen_on_sqlite.json("user", "show", "nils.holm")["holdings"][0]
    assert (held["post"], held["side"]) == ("preparer.municipal@forum:nosam-molndal", "municipal")
    assert "preparer.municipal" in stegen_on_sqlite("user", "show", "nils.holm").stdout


def test_people_are_found_by_a_part_of_their_name(stegen_on_sqlite: Command) -> None:
    """Else an operator would read through all of a county to find one account."""
    found = stegen_on_sqlite.json("user", "list", "Lönnroth")
    assert [p["account"] for p in found] == ["petra.lonnroth"]
    assert stegen_on_sqlite.json("user", "list", "%") == stegen_on_sqlite.json("user", "list")


def test_an_absence_is_shown_with_its_substitute(stegen_on_sqlite: Command) -> None:
    """Else nobody could see why a letter went to somebody else."""
    with stegen_on_sqlite.record() as record, record.database.write() as tx:
        tx.run("INSERT INTO absence (account, since, until, substitute)"
               " VALUES ('petra.lonnroth', '2026-04-10', '2026-04-20', 'oskar.nyberg')")  # fmt: skip
    shown = stegen_on_sqlite("user", "show", "petra.lonnroth").stdout
    assert "away 2026-04-10 – 2026-04-20, oskar.nyberg instead" in shown


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "Nils Holm", "--name", "N", "--email", "n@x.invalid"), "no account name"),
        (("add", "anna.lind", "--name", "N", "--email", "n@x.invalid"), "already an account"),
        (("add", "n.holm", "--name", "\x07", "--email", "n@x.invalid"), "the name is empty"),
        (("add", "n.holm", "--name", "N", "--email", "ingen"), "no mail address"),
        (("show", "ingen.alls"), "no account"),
        (("disable", "ingen.alls"), "no account"),
        (("hold", "ingen.alls", "handler@unit:hsv-molndal"), "no account"),
        (("hold", "anna.lind", "kung@unit:hsv-molndal"), "no function"),
        (("hold", "anna.lind", "handler@unit:finns-inte"), "no unit"),
        (("hold", "anna.lind", "handler@operation:su"), "is not held at"),
        (("hold", "anna.lind", "handler"), "is not held at"),
        (("hold", "anna.lind", "auditor@unit:hsv-molndal"), "auditor@county"),
        (("hold", "anna.lind", "presidium@forum:lgs"), "no function"),
        (("hold", "anna.lind", "chair@forum:lgs"), "--side"),
        (("hold", "anna.lind", "handler@unit:hsv-molndal", "--side", "regional"), "leave the side out"),
        (("hold", "anna.lind", "reporter@unit:hsv-molndal"), "already holds"),
        (("hold", "anna.lind", "chief@operation:su", "--from", "2026-05-02", "--to", "2026-05-01"), "before the first"),
        (("end", "anna.lind", "chief@operation:su"), "does not hold"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    shared_stegen: Command, words: tuple[str, ...], told: str
) -> None:
    """Else a mistyped code would take away, or give, a function that nobody can see."""
    before = shared_stegen.rows()
    answer = shared_stegen("user", *words)
    assert answer.exit_code == 1, answer.output
    assert told in answer.stderr
    assert shared_stegen.rows() == before


def test_a_function_gets_a_mailbox_and_loses_it(stegen_on_sqlite: Command) -> None:
    """Else an operator who looks after a county by commands cannot say where an office reads its letters."""
    before = stegen_on_sqlite.json("user", "mailboxes")
    box = ("user", "mailbox", "receiver@operation:su")
    assert stegen_on_sqlite(*box, "samverkan@su.example.invalid", "--language", "en").exit_code == 0
    mine = {"post": "receiver@operation:su", "address": "samverkan@su.example.invalid", "language": "en"}
    assert mine in stegen_on_sqlite.json("user", "mailboxes")
    assert "samverkan@su.example.invalid" in stegen_on_sqlite("user", "mailboxes").stdout
    refused = stegen_on_sqlite("user", "mailbox", "chair@forum:lgs", "lgs@example.org")
    assert refused.exit_code == 1
    assert "there can be one for handler@unit:CODE" in " ".join(refused.output.split())
    assert stegen_on_sqlite(*box).exit_code == 2, "an address, or --remove"
    assert stegen_on_sqlite(*box, "--remove").exit_code == 0
    assert stegen_on_sqlite.json("user", "mailboxes") == before
