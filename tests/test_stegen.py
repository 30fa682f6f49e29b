"""The command as a whole: help everywhere, fast; errors in one line; as a program of its own; colour on a terminal."""

import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from stegen import COMMANDS, Rooms, main
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


def test_a_list_waits_for_no_library_that_it_does_not_use(stegen_on_sqlite: Command) -> None:
    """Else every start of the command, for a script hundreds a day, would take twice as long."""
    look = """if True:
        import sys
        from click.testing import CliRunner
        from stegen import main
        answer = CliRunner().invoke(main, ["case", "list", "--as", "anna.lind/reporter"], catch_exceptions=False)
        unused = [name for name in ("holidays", "sqlmodel", "alembic", "flask") if name in sys.modules]
        print(answer.stdout.strip(), unused)
    """
    here = {**os.environ, **stegen_on_sqlite.settings}
    answer = subprocess.run(
        [sys.executable, "-c", look], cwd=HOME, env=here, capture_output=True, text=True, check=True
    )
    assert answer.stdout == "Inget här. []\n"


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

    assert run("case", "list", "--as", "anna.lind/reporter").returncode == 0
    refused = run("case", "show", "2026-K7QM4TX", "--as", "anna.lind/reporter")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "Error: There is no such case. Check the number; it has the form 2026-K7QM4TX.\n"
    settings = run("case", "list", "--as", "anna.lind/reporter", STEGEN_DATABSE_URL="x")
    assert settings.returncode == 2
    assert "STEGEN_DATABSE_URL is not a setting; the nearest one is STEGEN_DATABASE_URL" in settings.stderr


def test_a_record_that_is_set_up_now_is_told_once(tmp_path: Path) -> None:
    """Else somebody in the wrong folder would read "Nothing here." and believe that no case awaits her."""
    here, words = _environment(tmp_path), ["case", "list", "--as", "anna.lind/reporter", "--json"]
    first, second = (CliRunner().invoke(main, words, env=here, catch_exceptions=False) for _ in range(2))
    assert first.exit_code == second.exit_code == 0
    assert json.loads(first.stdout) == json.loads(second.stdout) == {"tab": "awaiting", "items": [], "cursor": ""}
    assert f"There was no record in {tmp_path / 'var'}: a new one was set up" in first.stderr
    assert "STEGEN_DATA" in first.stderr
    assert second.stderr == ""


def test_a_new_record_is_told_without_its_password(tmp_path: Path) -> None:
    """Else the first start of an installation would write its database's password into a log."""
    here = _environment(tmp_path, STEGEN_DATABASE_URL=f"sqlite:///{tmp_path}/s3cret.db")
    answer = CliRunner().invoke(main, ["case", "list", "--as", "anna.lind/reporter"], env=here, catch_exceptions=False)
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
    answer = CliRunner().invoke(main, ["case", "list", "--as", "anna.lind/reporter"], env=_environment(tmp_path))
    assert answer.exit_code == 2
    assert str(tmp_path / "var") in answer.stderr


def test_an_error_that_nobody_foresaw_is_shown_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a fault in the program would look like a fault of the one who typed, and nobody would hear of it."""
    monkeypatch.setattr("cases.commands.reading.work_list", lambda *_, **__: 1 // 0)
    words = ["case", "list", "--as", "anna.lind/reporter"]
    answer = CliRunner().invoke(main, words, env=_environment(tmp_path))
    assert isinstance(answer.exception, ZeroDivisionError)


def test_a_terminal_gets_colour_and_a_pipe_does_not(stegen_on_sqlite: Command) -> None:
    """Else either people would read grey walls of text, or programs would read colour codes."""
    words = [*STEGEN, "user", "show", "petra.lonnroth"]
    here = {**os.environ, **stegen_on_sqlite.settings, "TERM": "xterm-256color", "COLUMNS": "100"}
    master, terminal = pty.openpty()
    subprocess.run(words, cwd=HOME, env=here, stdout=terminal, check=True)
    os.close(terminal)
    shown = _read(master)
    piped = subprocess.run(words, cwd=HOME, env=here, capture_output=True, check=True).stdout
    assert b"\x1b[1m" in shown
    assert b"\x1b" not in piped
    assert b"receiver@operation:su" in shown
    assert b"receiver@operation:su" in piped


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
