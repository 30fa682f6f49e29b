"""The command as a whole: help everywhere, fast; errors in one line; as a program of its own; colour on a terminal."""

import json
import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from stegen import COMMANDS, Rooms, main
from tests.cases.deviations import arrived
from tests.command import Command
from tests.house.tree import HOME

STEGEN = [sys.executable, "-m", "stegen"]


def _commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from _commands(found, (*path, name))


def _environment(tmp_path: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "STEGEN_DATA": str(tmp_path / "var"), "STEGEN_NOW": "2026-04-16T10:00:00+02:00", **more}


def test_every_command_has_help_that_says_what_it_is_for() -> None:
    """Else somebody at a terminal would have to read the program."""
    for path, command in _commands(main):
        answer = CliRunner().invoke(main, [*path, "--help"], catch_exceptions=False)
        assert answer.exit_code == 0, path
        assert answer.stdout.startswith("Usage: ")
        assert len(command.help or "") > 10, path
        for option in command.params:
            if isinstance(option, click.Option) and option.name != "language":
                assert option.help or option.required or option.hidden, (path, option.name)


def test_the_first_page_says_of_each_command_what_the_command_says_itself() -> None:
    """Else the overview, which is written down so that it is fast, would drift from what the commands do."""
    assert isinstance(main, Rooms)
    for name, (line, _) in COMMANDS.items():
        command = main.get_command(click.Context(main), name)
        assert command is not None
        assert (command.help or "").startswith(line.rstrip(".")), name


def test_help_does_not_wait_for_the_database_library() -> None:
    """Else a glance at the commands would take a second."""
    look = "import sys; from click.testing import CliRunner; from stegen import main; " \
           "CliRunner().invoke(main, ['--help']); " \
           "print([name for name in ('sqlalchemy', 'pydantic', 'rich', 'flask') if name in sys.modules])"  # fmt: skip
    answer = subprocess.run([sys.executable, "-c", look], cwd=HOME, capture_output=True, text=True, check=True)
    assert answer.stdout == "[]\n"


def test_a_list_waits_for_nothing_that_it_does_not_use(stegen_on_sqlite: Command) -> None:
    """Else every start of the command, for a script hundreds a day, would take twice as long."""
    look = """if True:
        import sys
        from click.testing import CliRunner
        from stegen import main
        answer = CliRunner().invoke(main, ["case", "list", "--as", "anna.lind/reporter"], catch_exceptions=False)
        unused = ["holidays", "sqlmodel", "alembic", "flask", "cases.acting", "cases.case_json", "workflows.decide",
                  "workflows.definition_check"]
        unused = [name for name in unused if name in sys.modules]
        print(answer.stdout.strip(), unused)
    """
    here = {**os.environ, **stegen_on_sqlite.settings}
    answer = subprocess.run(
        [sys.executable, "-c", look], cwd=HOME, env=here, capture_output=True, text=True, check=True
    )
    assert answer.stdout == "Inget här. []\n"


@pytest.mark.parametrize("words", [("tick",), ("docket", "status")])
def test_the_clock_starts_without_the_tables_descriptions(stegen_on_sqlite: Command, words: tuple[str, ...]) -> None:
    """Else a scheduler that runs `stegen tick` each minute would spend half of it on what only a damaged file needs."""
    look = f"""if True:
        import sys
        from click.testing import CliRunner
        from stegen import main
        answer = CliRunner().invoke(main, {words!r}, catch_exceptions=False)
        print(answer.exit_code, [name for name in ("sqlmodel", "pydantic", "alembic", "flask") if name in sys.modules])
    """
    here = {**os.environ, **stegen_on_sqlite.settings}
    answer = subprocess.run(
        [sys.executable, "-c", look], cwd=HOME, env=here, capture_output=True, text=True, check=True
    )
    assert answer.stdout == "0 []\n"


def test_a_spoilt_county_is_found_by_whoever_reads_it(stegen_on_sqlite: Command, tmp_path: Path) -> None:
    """Else a start that does not read a file again would hide that it was spoilt: a routine from every command, the
    organisation from those that stay and from the one that compares."""
    folder = tmp_path / "county"
    shutil.copytree(HOME / "config" / "vastra_gotaland", folder)
    county, listing = {"STEGEN_COUNTY": str(folder)}, ("case", "list", "--as", "anna.lind/reporter")
    assert stegen_on_sqlite(*listing, **county).exit_code == 0
    (folder / "units.csv").write_text("code\n", encoding="utf-8")
    assert stegen_on_sqlite(*listing, **county).exit_code == 0
    for words in (("county", "diff"), ("worker",)):
        answer = stegen_on_sqlite(*words, **county)
        assert answer.exit_code == 2
        assert "units.csv, line 1: the columns must be" in answer.stderr
    routine = folder / "workflows" / "dispute.v1.toml"
    routine.write_text(routine.read_text(encoding="utf-8").replace('initial = "', 'initial = "un'), encoding="utf-8")
    answer = stegen_on_sqlite(*listing, **county)
    assert answer.exit_code == 2
    assert "dispute.v1.toml" in answer.stderr


def test_the_program_answers_with_its_exit_codes(tmp_path: Path) -> None:
    """Else a script could not tell done from refused, or refused from broken."""
    here = _environment(tmp_path)

    def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*STEGEN, *words], cwd=HOME, env=here | more, capture_output=True, text=True, check=False)

    assert run("tick").returncode == 0
    assert run("case", "list", "--as", "anna.lind/reporter").returncode == 0
    refused = run("case", "show", "2026-K7QM4TX", "--as", "anna.lind/reporter")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "Error: Det finns inget sådant ärende. Kontrollera numret; det ser ut som 2026-K7QM4TX.\n"
    settings = run("case", "list", "--as", "anna.lind/reporter", STEGEN_DATABSE_URL="x")
    assert settings.returncode == 2
    assert "STEGEN_DATABSE_URL is not a setting; the nearest one is STEGEN_DATABASE_URL" in settings.stderr


@pytest.fixture
def careless() -> Iterator[None]:
    """A machine on which new files may be read and written by everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("careless")
def test_a_record_that_is_set_up_now_is_told_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    """Else somebody in the wrong folder would read "Nothing here." and believe that no case awaits her; or whoever
    has an account on the machine would read all cases in the file."""
    here = _environment(tmp_path)
    first, second = (CliRunner().invoke(main, ["tick"], env=here, catch_exceptions=False) for _ in range(2))
    places = [tmp_path / "var", *(tmp_path / "var").iterdir()]
    assert tmp_path / "var" / "stegen.db" in places
    assert [place.name for place in places if place.stat().st_mode & 0o077] == []
    assert first.exit_code == second.exit_code == 0
    assert f"There was no record in {tmp_path / 'var'}: a new one was set up" in first.stderr
    assert "STEGEN_DATA" in first.stderr
    assert second.stderr == ""


READING = (
    ("case", "list", "--as", "anna.lind/reporter"), ("case", "show", "2026-K7QM4TX", "--as", "anna.lind/reporter"),
    ("case", "why", "2026-K7QM4TX", "--as", "anna.lind/reporter"), ("verify",), ("docket", "list"), ("user", "list"),
    ("mailbox",), ("log", "--as", "liv.gran/auditor"),
)  # fmt: skip


def test_whoever_only_reads_sets_no_record_up(tmp_path: Path) -> None:
    """Else a word typed in the wrong folder makes an empty county there, and "Nothing here." is believed."""
    here, folder = _environment(tmp_path), tmp_path / "var"
    for words in READING:
        answer = CliRunner().invoke(main, words, env=here, catch_exceptions=False)
        assert answer.exit_code == 2, words
        assert f"There is no record in {folder}" in answer.stderr, words
        assert "`stegen demo` makes one" in answer.stderr
        assert {path.name for path in folder.iterdir()} == {"keys"}, words
    assert CliRunner().invoke(main, ["migrate"], env=here, catch_exceptions=False).exit_code == 0
    listed = CliRunner().invoke(main, [*READING[0], "--json"], env=here, catch_exceptions=False)
    assert json.loads(listed.stdout) == {"tab": "awaiting", "items": [], "cursor": ""}


def test_a_new_record_is_told_without_its_password(tmp_path: Path) -> None:
    """Else the first start of an installation would write its database's password into a log."""
    here = _environment(tmp_path, STEGEN_DATABASE_URL=f"sqlite:///{tmp_path}/s3cret.db")
    answer = CliRunner().invoke(main, ["tick"], env=here, catch_exceptions=False)
    assert "no record in the database that STEGEN_DATABASE_URL names" in answer.stderr
    assert "s3cret" not in answer.stderr


def test_an_argument_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """Else a terminal with another encoding would end in a traceback, or in the record."""
    words: list[str | bytes] = [*STEGEN, "case", "list", "--as", b"anna\xff/reporter"]
    answer = subprocess.run(words, cwd=HOME, env=_environment(tmp_path), capture_output=True, check=False)
    assert answer.returncode == 2
    assert b"not text in UTF-8" in answer.stderr
    assert b"Traceback" not in answer.stderr


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """Else an installation on a full or foreign disk would end in a traceback."""
    (tmp_path / "var").write_text("a file where the folder should be", encoding="utf-8")
    answer = CliRunner().invoke(main, ["tick"], env=_environment(tmp_path))
    assert answer.exit_code == 2
    assert str(tmp_path / "var") in answer.stderr


def test_an_error_that_nobody_foresaw_is_shown_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a fault in the program would look like a fault of the one who typed, and nobody would hear of it."""
    monkeypatch.setattr("cases.commands.case_list.work_list", lambda *_, **__: 1 // 0)
    CliRunner().invoke(main, ["migrate"], env=_environment(tmp_path), catch_exceptions=False)
    words = ["case", "list", "--as", "anna.lind/reporter"]
    answer = CliRunner().invoke(main, words, env=_environment(tmp_path))
    assert isinstance(answer.exception, ZeroDivisionError)


def test_a_terminal_gets_colour_and_a_pipe_does_not(stegen_on_sqlite: Command) -> None:
    """Else either people would read grey walls of text, or programs would read colour codes."""
    words = ["user", "show", "petra.lonnroth"]
    shown = _on_terminal(stegen_on_sqlite, 100, *words)
    here = {**os.environ, **stegen_on_sqlite.settings, "TERM": "xterm-256color", "COLUMNS": "100"}
    piped = subprocess.run([*STEGEN, *words], cwd=HOME, env=here, capture_output=True, check=True).stdout
    assert b"\x1b[1m" in shown
    assert b"\x1b" not in piped
    assert b"receiver@operation:su" in shown
    assert b"receiver@operation:su" in piped


def test_a_list_has_room_on_a_narrow_terminal(stegen_on_sqlite: Command) -> None:
    """Else nine columns share eighty places, and a handler reads each word of her list on a line of its own."""
    with stegen_on_sqlite.record() as record:
        number = arrived(record)
    words = ["case", "list", "--as", "petra.lonnroth/receiver", "--language", "en"]
    narrow, wide = (COLOUR.sub("", _on_terminal(stegen_on_sqlite, columns, *words).decode()) for columns in (80, 300))
    lines = [line.rstrip() for line in narrow.splitlines()]
    assert all(len(line) <= 80 for line in lines), lines
    assert lines[0].startswith(f"{number}  Deviation in collaboration · Arrived")
    assert len(lines) <= 5, "one case, a few lines"
    assert "Counterpart" not in narrow
    assert "Listan saknades när personen kom hem." in " ".join(line.strip() for line in lines)
    assert [line.split()[0] for line in wide.splitlines()] == ["Case", number]


COLOUR = re.compile("\x1b\\[[0-9;]*m")


def _on_terminal(stegen: Command, columns: int, *words: str) -> bytes:
    """What somebody at a terminal of that width is shown."""
    here = {**os.environ, **stegen.settings, "TERM": "xterm-256color", "COLUMNS": str(columns)}
    master, terminal = pty.openpty()
    subprocess.run([*STEGEN, *words], cwd=HOME, env=here, stdout=terminal, check=True)
    os.close(terminal)
    return _read(master)


def _read(master: int) -> bytes:
    found = b""
    while True:
        try:
            part = os.read(master, 4096)
        except OSError:  # the other end is closed and everything has been read
            part = b""
        if not part:
            os.close(master)
            return found
        found += part
