"""Bad input from the command line: one clear line that says what to do, exit 1 or 2, and nothing written."""

import importlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import Engine, event

from cases.acting import act
from cases.commands import refused
from cases.commands.in_swedish import in_swedish
from tests.cases.deviations import OSKAR, PETRA, arrived
from tests.command import Command
from tests.record import MORNING
from workflows.nouns import Command as Move
from workflows.reasons import Fault, Post, reason_of

PETRAS = ("--as", "petra.lonnroth/receiver")
OSKARS = ("--as", "oskar.nyberg/handler")
ANNAS = ("--as", "anna.lind/reporter")
UNIT = ("--input", "unit=su-molndal-ortopedi")
MEGABYTE = "å" * (2**20 // 2)

REPORT = (
    "case", "report", *ANNAS, "--kind", "deviation", "--operation", "su", "--happened", "16 april 2026",
    "--text", "what=Listan saknades.", "--text", "when=16 april 2026",
)  # fmt: skip


@contextmanager
def unwritten(stegen: Command, exit_code: int, *told: str) -> Iterator[list[Result]]:
    """What is done inside is answered with that exit code and these words, and every table is as it was before."""
    before, answers = stegen.rows(), list[Result]()
    yield answers
    assert len(answers) == 1
    answer = answers[0]
    assert answer.exit_code == exit_code, answer.output
    for word in told:
        assert word in answer.stderr, answer.stderr
    assert "Traceback" not in answer.output
    assert stegen.rows() == before


@pytest.fixture(scope="module")
def number(shared_stegen: Command) -> str:
    """A case that waits for the ward's receiving function."""
    with shared_stegen.record() as record:
        return arrived(record)


@pytest.fixture(scope="module")
def assigned(shared_stegen: Command) -> str:
    """A case that is being investigated."""
    with shared_stegen.record() as record:
        number = arrived(record)
        act(record, PETRA, number, Move("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
        return number


@pytest.fixture
def shared_number(stegen: Command) -> str:
    with stegen.record() as record:
        return arrived(record)


def test_unknown_move(stegen: Command, shared_number: str) -> None:
    """Else a mistyped move would do something else, or nothing, without a word."""
    look = f"`stegen case show {shared_number}` visar de steg du kan ta."
    with unwritten(stegen, 1, "Steget flyga finns inte", look) as answers:
        answers.append(stegen("case", "act", shared_number, "flyga", *PETRAS))
    assert "I stället" not in answers[0].stderr
    assert stegen.refusal("case", "act", shared_number, "flyga", *PETRAS)["next_door"] is None


def test_a_mistyped_move_is_told_the_nearest_one(shared_stegen: Command, number: str) -> None:
    """Else somebody who typed one letter wrong would be sent to another door than the one she stands before."""
    with unwritten(shared_stegen, 1, "asign", "I stället: Utse enhet", "(assign)") as answers:
        answers.append(shared_stegen("case", "act", number, "asign", *PETRAS))
    assert shared_stegen.refusal("case", "act", number, "asign", *PETRAS)["next_door"]["move"] == "assign"


def test_a_version_that_the_case_has_not_come_to(shared_stegen: Command, number: str) -> None:
    """Else a slip of the finger would be told as a colleague who was faster, who does not exist."""
    with unwritten(shared_stegen, 1, "Version 99 finns inte", f"{number} är i version 2") as answers:
        answers.append(shared_stegen("case", "act", number, "assign", *PETRAS, *UNIT, "--expect", "99"))
    told = shared_stegen.refusal("case", "act", number, "assign", *PETRAS, *UNIT, "--expect", "99")
    assert (told["error"], told["version"]) == ("no_such_version", 2)


def test_a_kind_that_is_none_lists_those_that_are(shared_stegen: Command) -> None:
    """Else somebody who thinks in Swedish would have to guess the code of what she means."""
    with unwritten(shared_stegen, 2, "there is no kind 'tvist'", "deviation", "dispute", "systemic_issue") as answers:
        answers.append(shared_stegen("case", "report", *ANNAS, "--kind", "tvist"))


@pytest.mark.parametrize("day", ["32 april 2026", "den 31 april 2026", "2026-04-31", "31/4 2026", "April 31, 2026"])
def test_a_day_that_never_was(shared_stegen: Command, day: str) -> None:
    """Else a slip would be kept as a date that nobody can place, and no clause could be found for it."""
    with unwritten(shared_stegen, 2, day, "is no day of any year") as answers:
        answers.append(shared_stegen("case", "report", *ANNAS, "--kind", "deviation", "--happened", day))


def test_who_has_no_move_is_not_named(shared_stegen: Command) -> None:
    """Else the answer in an ended case would break off: "Nu är det .", because nobody has its ball."""
    with shared_stegen.record() as record, record.database.read() as tx:
        org = record.world(tx, MORNING).org
        reason = reason_of(record.library.in_force("deviation"), Fault("not_yours", {"post": Post("")}), org)
    assert (reason.sv, reason.en) == ("Det är inte din funktion som gör detta.", "This is not for your function.")


def test_stale_version(stegen: Command, shared_number: str) -> None:
    """Else what a colleague did a moment ago would be overwritten; the one who was slower is told who and what."""
    assert stegen("case", "act", shared_number, "assign", *PETRAS, *UNIT, "--expect", "2").exit_code == 0
    with unwritten(stegen, 1, "Någon hann före", "mottagningsfunktion vid", "lämnades till", "version 3") as answers:
        answers.append(stegen("case", "act", shared_number, "assign", *PETRAS, *UNIT, "--expect", "2"))
    told = stegen.refusal("case", "act", shared_number, "assign", *PETRAS, *UNIT, "--expect", "2")
    assert (told["error"], told["version"], told["actor"], told["move"]) == ("stale", 3, PETRA.post, "assign")


def test_missing_and_unknown_inputs_are_told_together(stegen: Command, shared_number: str) -> None:
    """Else whoever types would learn of one fault at a time."""
    with stegen.record() as record:
        act(record, PETRA, shared_number, Move("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    with unwritten(stegen, 1, "Fyll i: Orsak", "Fyll i: Åtgärder", "”fel” hör inte till") as answers:
        answers.append(stegen("case", "act", shared_number, "answer", *OSKARS, "--input", "fel=1"))
    told = stegen.refusal("case", "act", shared_number, "answer", *OSKARS, "--input", "fel=1")
    assert {(r["code"], r["field"]) for r in told["reasons"]} == {
        ("input_missing", "cause"), ("input_missing", "measures"), ("input_unknown", "fel"),
    }  # fmt: skip


def test_another_function_than_the_one_whose_move_it_is(shared_stegen: Command, number: str) -> None:
    """Else anybody could answer for the ward; she is told whose move it is, and where to wait."""
    with unwritten(shared_stegen, 1, "inte din funktion", "mottagningsfunktion vid") as answers:
        answers.append(shared_stegen("case", "act", number, "assign", "--as", "maja.ekdahl/handler", *UNIT))
    told = shared_stegen.refusal("case", "act", number, "assign", "--as", "maja.ekdahl/handler", *UNIT)
    assert told["next_door"]["target"] == "receiver@operation:su"


@pytest.mark.parametrize(
    ("who", "exit_code", "told"),
    [
        (None, 2, "--as ACCOUNT/FUNCTION"),
        ("petra.lonnroth", 2, "--as ACCOUNT/FUNCTION"),
        ("petra.lonnroth/chair", 1, "har inte den funktionen"),
        ("nobody.there/handler", 1, "har inte den funktionen"),
        ("x' OR '1'='1/handler", 1, "har inte den funktionen"),
    ],
)
def test_acting_as_nobody_or_as_what_one_is_not(
    shared_stegen: Command, number: str, who: str | None, exit_code: int, told: str
) -> None:
    """Else the history would not know who acted, or a case would be read by whom nothing was opened to."""
    acts = ("--as", who) if who else ()
    with unwritten(shared_stegen, exit_code, told) as answers:
        answers.append(shared_stegen("case", "act", number, "assign", *acts, *UNIT))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("new_date=2026-06-10", "måste ligga efter måndag 15 juni 2026"),
        ("new_date=2026-04-01", "måste ligga efter måndag 15 juni 2026"),
        ("new_date=1999-01-01", "mellan 2001 och 2043"),
    ],
)
def test_dates_that_cannot_be(shared_stegen: Command, assigned: str, value: str, told: str) -> None:
    """Else a promise would get a day before the event, or none."""
    with unwritten(shared_stegen, 1, told) as answers:
        reason = ("--text", "reason=Vi behöver tid.")
        answers.append(shared_stegen("case", "act", assigned, "extend", *OSKARS, "--input", value, *reason))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("new_date=2026-13-45", "a date such as"),
        ("new_date=i morgon", "a date such as"),
        ("new_date=2045-12-31T10:00", "a date such as"),
        ("risk_goes_on=kanske", "yes or no"),
        ("measures=en ny rutin", "[{"),
        ('measures={"what": "ny rutin"}', "[{"),
        ('measures=[{"what": "ny rutin"}]', "[{"),
    ],
)
def test_values_that_do_not_read_as_their_sort(shared_stegen: Command, number: str, value: str, told: str) -> None:
    """Else a text would be counted with as if it were a day."""
    with unwritten(shared_stegen, 2, "must be", told) as answers:
        answers.append(shared_stegen("case", "act", number, "assign", *PETRAS, "--input", value))


def test_an_event_in_the_future(stegen: Command) -> None:
    """Else a mistyped year would start the clocks of something that has not happened."""
    with unwritten(stegen, 1, "ligger i framtiden") as answers:
        answers.append(stegen(*REPORT, "--happened", "16 april 2027"))


@pytest.mark.parametrize(
    ("more", "exit_code", "told"),
    [
        (("--operation", "finns-inte"), 1, "Verksamheten finns inte"),
        (("--unit", "su-molndal-ortopedi"), 1, "hör inte till din part"),
        (("--input", "document=finns-inte"), 1, "finns inte"),
        (("--input", "harm=mycket"), 1, "Skriv harm som none (Ingen), risk (Risk), "),
        (("--kind", "gnäll"), 2, "there is no kind"),
        (("--stage", "finns-inte"), 2, "there is no stage"),
        (("--rung", "taket"), 2, "there is no rung"),
        (("--forum", "finns-inte"), 2, "there is no forum"),
        (("--text", "what=Igen"), 2, "given twice"),
        (("--text", "what"), 2, "CODE=VALUE"),
        (("--text-from", "agreed=/finns/inte.txt"), 2, "cannot be read"),
        (("--expect", "0"), 2, "No such option"),
    ],
)
def test_reports_that_cannot_be(shared_stegen: Command, more: tuple[str, ...], exit_code: int, told: str) -> None:
    """Else a report would land with the wrong party, under a clause that there is not, or half of it be lost."""
    with unwritten(shared_stegen, exit_code, told) as answers:
        answers.append(shared_stegen(*REPORT, *more))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (MEGABYTE, "för lång"),
        ("Ring \x07 nu", "tecken som inte går att läsa"),
        ("Ring \u202enu", "tecken som inte går att läsa"),
        ("\x1b[31mrött", "tecken som inte går att läsa"),
    ],
)
def test_texts_that_cannot_be_kept(shared_stegen: Command, number: str, text: str, told: str) -> None:
    """Else a text would fill the disk, or play tricks on the terminal of whoever reads it."""
    with unwritten(shared_stegen, 1, told) as answers:
        answers.append(shared_stegen("case", "act", number, "return", *PETRAS, "--text", f"reason={text}"))


def test_a_megabyte_from_a_file_or_a_pipe(shared_stegen: Command, number: str, tmp_path: Path) -> None:
    """Else the way round the command line's own limit would be open."""
    file = tmp_path / "text.txt"
    file.write_text(MEGABYTE, encoding="utf-8")
    with unwritten(shared_stegen, 1, "för lång") as answers:
        answers.append(shared_stegen("case", "act", number, "return", *PETRAS, "--text-from", f"reason={file}"))
    with unwritten(shared_stegen, 1, "längre än 20 000") as answers:
        answers.append(shared_stegen("case", "note", number, *PETRAS, "--from", "-", typed=MEGABYTE))
    with unwritten(shared_stegen, 2, "too large") as answers:
        answers.append(shared_stegen("case", "note", number, *PETRAS, "--from", "-", typed=MEGABYTE * 5))
    with unwritten(shared_stegen, 2, "not text in UTF-8") as answers:
        answers.append(shared_stegen("case", "note", number, *PETRAS, "--from", "-", typed=b"\xff\xfe"))


@pytest.mark.parametrize("name", ["2026-K7QM4TY", "K7QM4TX", "2026-K7QM4T!", "", "1; DROP TABLE cases"])
def test_numbers_that_are_none(shared_stegen: Command, number: str, name: str) -> None:
    """Else a mistyped number would be looked for as if it could exist."""
    with unwritten(shared_stegen, 2) as answers:
        answers.append(shared_stegen("case", "show", name, *PETRAS))
    assert answers[0].stderr.startswith("Error: ")
    told = ("ett ärendenummer", "ett tecken är fel")
    assert any(words in answers[0].stderr.lower() for words in told), "Petra is spoken to in Swedish"
    english = shared_stegen("case", "show", name, *PETRAS, "--language", "en").stderr
    assert any(words in english for words in ("case number", "a character is wrong"))


OF_OTHER_COMMANDS = frozenset((
    "cases.signing_in.guesses.TooManyTries", "cases.organisation.people.PeopleFault", "workflows.calendar.DateError",
    "cases.signing_in.invitations.CannotInvite", "cases.contents.papers.PaperRefused",
))  # fmt: skip
"""Of an administrator's commands, or with words of their own each time."""


def test_what_the_record_says_no_to_is_said_in_swedish_as_well() -> None:
    """Else a refusal that is worded anew, or a new one, reaches a case worker in English in the midst of Swedish."""
    refusing = {name for name, (exit_code, _) in refused.KINDS.items() if exit_code == refused.REFUSED}
    for name in sorted(refusing - OF_OTHER_COMMANDS):
        room, _, kind = name.rpartition(".")
        said = " ".join(getattr(importlib.import_module(room), kind).__doc__.split())
        assert in_swedish(said) != said, name
        assert "{" not in in_swedish(said), name
    for english in ("The file is empty. Open it to see whether it is the right one.",
                    "'x' fits several functions, name one of: a@unit:b, c@unit:d"):  # fmt: skip
        assert in_swedish(english) != english
    assert in_swedish("Something that nobody has put into Swedish.") == "Something that nobody has put into Swedish."


def test_a_key_that_was_used_for_something_else(stegen: Command, shared_number: str) -> None:
    """Else the answer to another request would be taken for this one's."""
    assert stegen("case", "act", shared_number, "assign", *PETRAS, *UNIT, "--key", "form-1").exit_code == 0
    again = stegen.json("case", "act", shared_number, "assign", *PETRAS, *UNIT, "--key", "form-1")
    assert again["repeated"]
    with unwritten(stegen, 1, "ny nyckel") as answers:
        answers.append(stegen("case", "act", shared_number, "return", *PETRAS, "--key", "form-1"))


@pytest.mark.parametrize("cursor", ["x", "2026-99-99/2026-K7QM4TX", "2026-04-16/", "'; --"])
def test_a_cursor_that_is_no_place_in_a_list(shared_stegen: Command, cursor: str) -> None:
    """Else a list would begin somewhere else, or the program fail."""
    with unwritten(shared_stegen, 2, "no place in a list") as answers:
        answers.append(shared_stegen("case", "list", *PETRAS, "--cursor", cursor))


def test_a_locked_database(shared_stegen: Command, number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a backup that holds the lock would make a move seem done, or the program fall."""
    monkeypatch.setattr("cases.database.BUSY_SECONDS", 0.05)
    with (
        unwritten(shared_stegen, 2, "Somebody else is writing", "try again") as answers,
        closing(sqlite3.connect(_file(shared_stegen), isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        answers.append(shared_stegen("case", "act", number, "assign", *PETRAS, *UNIT))
        other.execute("ROLLBACK")


def test_a_full_disk(stegen_on_sqlite: Command) -> None:
    """Else half a step would be kept when the disk fills in the middle of it."""
    with stegen_on_sqlite.record() as record:
        number = arrived(record)
    long = ("--text", "reason=" + "Vi har inte sett listan. " * 150)
    with closing(sqlite3.connect(_file(stegen_on_sqlite))) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute("VACUUM")

    def full(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(Engine, "connect", full)
    try:
        with unwritten(stegen_on_sqlite, 2, "disk is full", "free some space") as answers:
            answers.append(stegen_on_sqlite("case", "act", number, "return", *PETRAS, *long))
    finally:
        event.remove(Engine, "connect", full)


def test_a_read_only_database(shared_stegen: Command, number: str) -> None:
    """Else a standby, or a file with the wrong owner, would take a move and lose it."""
    readable = shared_stegen.url + "?mode=ro&uri=true"
    url = readable.replace("sqlite:///", "sqlite:///file:")
    with unwritten(shared_stegen, 2, "cannot be written to", "permissions") as answers:
        answers.append(shared_stegen("case", "act", number, "assign", *PETRAS, *UNIT, STEGEN_DATABASE_URL=url))


def test_a_damaged_database(stegen_on_sqlite: Command) -> None:
    """Else a damaged file would be written on."""
    file = _file(stegen_on_sqlite)
    file.write_bytes(b"not a database" * 1000)
    answer = stegen_on_sqlite("case", "list", *PETRAS)
    assert answer.exit_code == 2
    assert "cannot be opened or read" in answer.stderr
    assert file.read_bytes() == b"not a database" * 1000


def test_a_database_that_is_not_there(shared_stegen: Command, tmp_path: Path) -> None:
    """Else a mistyped folder would be made and look like an empty installation."""
    url = f"sqlite:///{tmp_path}/no/such/folder/stegen.db"
    answer = shared_stegen("case", "list", *PETRAS, STEGEN_DATABASE_URL=url)
    assert answer.exit_code == 2
    assert "STEGEN_DATABASE_URL" in answer.stderr
    assert not (tmp_path / "no").exists()


def test_a_database_of_a_newer_program(stegen: Command) -> None:
    """Else an older program would write rows that a newer one can no longer read."""
    with stegen.record() as record, record.database.write() as tx:
        tx.run("UPDATE alembic_version SET version_num = '9999'")
    with unwritten(stegen, 2, "another version of Stegen", "Install that version") as answers:
        answers.append(stegen("case", "list", *PETRAS))


def test_another_countys_database(stegen: Command) -> None:
    """Else two counties' cases would lie in one record."""
    with unwritten(stegen, 2, "serves another county", "use another database") as answers:
        answers.append(stegen("case", "list", *PETRAS, STEGEN_COUNTY="config/tva_steg"))


def test_a_county_folder_that_cannot_be_read(shared_stegen: Command, tmp_path: Path) -> None:
    """Else an installation would start with half a county."""
    missing = shared_stegen("case", "list", *PETRAS, STEGEN_COUNTY=str(tmp_path / "inget"))
    assert missing.exit_code == 2
    assert "no county.toml" in missing.stderr
    (tmp_path / "county.toml").write_bytes(b"\xff\xfe")
    for words, told in ((("case", "list", *PETRAS), ("county.toml", "UTF-8")), (("worker",), ("UTF-8", "units.csv"))):
        with unwritten(shared_stegen, 2, *told) as answers:  # what stays reads the whole folder
            answers.append(shared_stegen(*words, STEGEN_COUNTY=str(tmp_path)))


def test_a_routine_that_cases_follow_and_somebody_changed(stegen: Command, shared_number: str, tmp_path: Path) -> None:
    """Else a running case would change its rules overnight (law 9)."""
    folder = tmp_path / "county"
    for path in Path("config/vastra_gotaland").rglob("*"):
        if path.is_file():
            (folder / path.relative_to("config/vastra_gotaland")).parent.mkdir(parents=True, exist_ok=True)
            (folder / path.relative_to("config/vastra_gotaland")).write_bytes(path.read_bytes())
    with (folder / "workflows" / "deviation.v1.toml").open("a") as file:
        file.write("# one more word\n")
    with unwritten(stegen, 2, "has another text now", "deviation.v1") as answers:
        answers.append(stegen("case", "show", shared_number, *PETRAS, STEGEN_COUNTY=str(folder)))
    with unwritten(stegen, 1, "deviation.v1.toml:", "cases already follow deviation.v1", "deviation.v2") as answers:
        answers.append(stegen("workflow", "check", str(folder)))
    last = len((folder / "workflows" / "deviation.v1.toml").read_text().splitlines())
    assert f"deviation.v1.toml:{last}: " in answers[0].stderr
    assert stegen("workflow", "check").exit_code == 0


def test_a_post_of_ones_own_is_named_when_one_has_several(shared_stegen: Command, number: str) -> None:
    """Else a person with two functions would act in the wrong one."""
    who = "ellinor.ravn/process_leader"
    answer = shared_stegen("case", "show", number, "--as", who)
    assert answer.exit_code == 1
    assert "process_leader@forum:lgs" in answer.stderr
    assert "process_leader@forum:vvg" in answer.stderr
    assert OSKAR.account not in answer.stderr


def _file(stegen: Command) -> Path:
    return Path(stegen.url.removeprefix("sqlite:///"))


@pytest.mark.parametrize("name", refused.KINDS)
def test_every_error_that_is_told_exists(name: str) -> None:
    """Else an error that was renamed would fall on somebody as a traceback."""
    module, _, kind = name.rpartition(".")
    found = getattr(importlib.import_module(module), kind)
    assert issubclass(found, Exception)
    assert f"{found.__module__}.{found.__qualname__}" == name


def test_a_full_disk_says_which_disk_it_is() -> None:
    """Else an operator reads "No space left on device: None", and does not know where to make room."""
    with pytest.raises(OSError, match="No space left") as full, Path("/dev/full").open("wb", buffering=0) as disk:
        disk.write(b"a paper")
    answer = refused.told(full.value)
    assert answer is not None
    assert str(answer) == (
        "No space left on device. Make room on the disk that has the folder STEGEN_DATA, and do it again."
    )
