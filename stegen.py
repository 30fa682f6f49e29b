"""The command `stegen`: opens the record that the settings name, and puts the rooms' own commands together.

The only file that may import both shells; the outermost line, which asks the clock and reads the environment.
"""

from __future__ import annotations

import gc
import os
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from config.faults import ConfigError
from config.log_lines import kept as kept_log

if TYPE_CHECKING:
    from cases.record import Record
    from config.clock import Clock
    from config.county import County
    from config.county_rules import CountyRules
    from config.settings import Settings


NEW_RECORD = (
    "There was no record in {place}: a new one was set up there for {county}, without cases. If you meant another one, "
    "set STEGEN_DATA or STEGEN_DATABASE_URL; `stegen demo` makes one with cases and prints what to set."
)


NO_RECORD = (
    "There is no record in {place}, and this command sets none up. `stegen demo` makes one with cases, `stegen migrate`"
    " an empty one; if you meant another one, set STEGEN_DATA or STEGEN_DATABASE_URL."
)


class Installation:
    """What every command finds in `ctx.obj`. Each part is read when somebody first asks for it."""

    def __init__(self, environ: Mapping[str, str], county: County | None = None, *, apart: bool = False) -> None:
        """`county` is the settings' county where somebody has read its folder already; `apart` one that a command
        has made for itself, of whose new record nobody need be told."""
        self._environ, self._apart = environ, apart
        self.stays = False
        """Whether the command stays: it trusts no file that was checked at an earlier start."""
        self.sets_up = True
        """Whether a record is set up where there is none yet."""
        if county is not None:
            self.county = county

    @cached_property
    def settings(self) -> Settings:
        from config.settings import load_settings

        settings = load_settings(self._environ)
        clock = None if settings.now else _demo_clock(settings)
        return load_settings({**self._environ, "STEGEN_NOW": clock().isoformat()}) if clock else settings

    @cached_property
    def county(self) -> County:
        from config.county import load_county

        return load_county(self.settings.county)

    @property
    def rules(self) -> County | CountyRules:
        """What a start needs of the county: the whole, checked, where somebody has read it, else its rules alone."""
        from config.county_rules import read_rules

        return self.county if self.stays or "county" in self.__dict__ else read_rules(self.settings.county)

    def _whole_county(self) -> Any:
        """Frozen, which the protocol of what fills a database cannot say."""
        return self.county

    @cached_property
    def record(self) -> Record:
        """Migrate, seed when empty, and open: everything a process needs before its first intention."""
        from cases.installation import NoRecord, filled_with, open_record

        settings, epoch = self.settings, secrets.token_hex(16)
        if self.sets_up:
            settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            record = open_record(
                self.database_url, self.rules, self._whole_county, [k.get_secret_value() for k in settings.data_keys],
                settings.data / "papers", settings.clock(), epoch, checked=self.stays, sets_up=self.sets_up,
            )  # fmt: skip
        except NoRecord as error:
            raise NoRecord(NO_RECORD.format(place=self._database_in_words())) from error
        if not self._apart and filled_with(record.database, epoch):
            click.echo(NEW_RECORD.format(place=self._database_in_words(), county=self.county.name), err=True)
        return record

    def _database_in_words(self) -> str:
        """Without what its address may hold of passwords."""
        own = self.settings.database_url.get_secret_value() == own_database(self.settings)
        return str(self.settings.data) if own else "the database that STEGEN_DATABASE_URL names"

    @property
    def county_folder(self) -> Path:
        return self.settings.county

    @property
    def database_url(self) -> str:
        return self.settings.database_url.get_secret_value()

    def now(self) -> datetime:
        return self.settings.clock()

    def telephones_now(self) -> datetime:
        """What everybody's telephone shows: the machine's own clock, wherever this installation's has been put."""
        from config.clock import Clock

        return Clock()()

    @contextmanager
    def background(self) -> Iterator[None]:
        """The clock, beating beside whatever runs in the block."""
        from notifications.commands import keeping_time

        with keeping_time(self):
            yield

    @property
    def stories(self) -> Sequence[Any]:
        return self.county.stories

    @property
    def data_folder(self) -> Path:
        return self.settings.data

    def apart(self, folder: Path, base_url: str, now: datetime) -> Installation:
        """Another installation in a folder of its own, of the same county; its clock starts at `now`. Nothing else of
        the environment reaches it: no database of ours, and no mail server."""
        environ = {
            "STEGEN_DATA": str(folder), "STEGEN_COUNTY": str(self.settings.county), "STEGEN_BASE_URL": base_url,
            "STEGEN_NOW": now.isoformat(),
        }  # fmt: skip
        return Installation(environ, self.county, apart=True)

    @property
    def variables(self) -> Mapping[str, str]:
        """What another command has to be told so that it works on this installation; without its clock, which the
        folder of a demo remembers."""
        given = {"STEGEN_DATA": str(self.settings.data)}
        named = self._environ.get("STEGEN_COUNTY", "")
        return given if not named or Path(named) == _usual_county() else {**given, "STEGEN_COUNTY": named}

    @property
    def settings_told(self) -> Sequence[Any]:
        """Each setting with where it came from, without what is secret."""
        from config.settings_told import settings_told

        return settings_told(self.settings, self._environ)

    @property
    def program(self) -> str:
        """The command as somebody has just typed it, so that a printed example works where she stands."""
        return sys.argv[0] if Path(sys.argv[0]).name == "stegen" else "stegen"

    def keep_clock(self) -> None:
        """Commands that work in this demo's folder later go by the same clock."""
        from cases.stories.demo_folder import keep_clock

        keep_clock(self.settings.data, self.settings.clock.ahead)

    def run_round(self, now: datetime) -> object:
        """One round of the clock at that instant."""
        from notifications.commands import mailer_for
        from notifications.round import run_round

        return run_round(self.record, now, mailer_for(self.settings))

    def serve_demo(self, context: click.Context, host: str, port: int, language: str) -> None:
        """The pages with ready sign-ins, until interrupted."""
        context.obj = self
        context.invoke(_of_the_web()["serve"], host=host, port=port, demo=True, language=language)

    def close(self) -> None:
        """Gives the database's connections back, when a command has opened the record."""
        if "record" in self.__dict__:
            self.record.database.close()


def own_database(settings: Settings) -> str:
    """The address of the database that an installation keeps in its own folder."""
    return f"sqlite:///{settings.data}/stegen.db"


def _demo_clock(settings: Settings) -> Clock | None:
    """The clock that a demo's folder remembers. It is heeded for the database in that folder and for no other."""
    from cases.stories.demo_folder import kept_clock
    from config.clock import Clock

    if settings.database_url.get_secret_value() != own_database(settings):
        return None
    ahead = kept_clock(settings.data)
    return Clock(ahead) if ahead is not None else None


def _usual_county() -> Path:
    from config.settings import FIELDS, HOME

    return HOME / str(FIELDS["county"].default)


def _of_a_case() -> Mapping[str, click.Command]:
    from cases.commands.case import case

    return {"case": case}


def _of_routines() -> Mapping[str, click.Command]:
    from cases.commands.workflow import workflow

    return {"workflow": workflow}


def _of_people() -> Mapping[str, click.Command]:
    from cases.commands.user import user

    return {"user": user}


def _of_reads() -> Mapping[str, click.Command]:
    from cases.commands.patient import log

    return {"log": log}


def _of_upkeep() -> Mapping[str, click.Command]:
    from cases.commands.upkeep import county, key, migrate, verify

    return {"county": county, "key": key, "migrate": migrate, "verify": verify}


def _of_backups() -> Mapping[str, click.Command]:
    from cases.commands.backup import backup, restore

    return {"backup": backup, "restore": restore}


def _of_exports() -> Mapping[str, click.Command]:
    from cases.commands.export import export

    return {"export": export}


def _of_told_cases() -> Mapping[str, click.Command]:
    from cases.commands.told_cases import import_cases

    return {"import": import_cases}


def _of_search() -> Mapping[str, click.Command]:
    from cases.commands.search import search

    return {"search": search}


def _of_the_clock() -> Mapping[str, click.Command]:
    from notifications.commands import notification_commands

    return {str(command.name): command for command in notification_commands}


def _of_the_web() -> Mapping[str, click.Command]:
    from web.serving.commands import COMMANDS

    return COMMANDS


def _the_demo() -> Mapping[str, click.Command]:
    from cases.stories.demo import demo

    return {"demo": demo}


def _the_settings() -> Mapping[str, click.Command]:
    from cases.commands.settings import settings

    return {"settings": settings}


COMMANDS: Mapping[str, tuple[str, Callable[[], Mapping[str, click.Command]]]] = {
    "demo": ("Tell the county's stories, and serve the pages with ready sign-ins.", _the_demo),
    "serve": ("Serve the pages, and run the clock beside them.", _of_the_web),
    "web": ("Serve the pages in several processes, behind a proxy, until told to end.", _of_the_web),
    "tick": ("Run one round of the clock.", _of_the_clock),
    "worker": ("Run the clock alone.", _of_the_clock),
    "docket": ("What the clock is still to do.", _of_the_clock),
    "mailbox": ("The letters that were written here.", _of_the_clock),
    "case": ("Report, list, show and move cases, each time as one function.", _of_a_case),
    "workflow": ("The county's routines: check the files, draw one, try one on what has been.", _of_routines),
    "user": ("Accounts, the functions they hold, and how they are entered.", _of_people),
    "county": ("The county's folder beside the database.", _of_upkeep),
    "key": ("The keys that protect patient references.", _of_upkeep),
    "log": ("Show who has read protected fields, as an auditor.", _of_reads),
    "verify": ("Check the whole record; exit 1 names the first bad row.", _of_upkeep),
    "import": ("Bring in cases that were kept in a spreadsheet, from FILE.", _of_told_cases),
    "export": ("Write cases to files, NUMBER.zip each, as the function may know them.", _of_exports),
    "backup": ("Write a backup of the record to FILE, while people work.", _of_backups),
    "restore": ("Make a record out of the backup FILE, in an empty place.", _of_backups),
    "search": ("The index that searches read.", _of_search),
    "migrate": ("Bring the database to this version's form.", _of_upkeep),
    "settings": ("Show what this installation is set to, and where each setting came from.", _the_settings),
}
"""Each command with its line in `stegen --help`, and the room that carries it, imported when it is asked for."""


SERVING = ("demo", "serve", "web", "worker")
"""Commands that stay: somebody collects their log, and they check the county's whole folder before they begin."""


SETTING_UP = (*SERVING, "tick", "restore")
"""Commands that set a record up where there is none. All others work on cases, and whoever types one in the wrong
folder must not take a new and empty record for her own; `stegen migrate` makes an empty one without opening it."""


COLLECT_AFTER = 100_000
"""New objects after which Python looks for garbage (its own default is 700): a start makes a hundred thousand that all
stay, and looking through them again and again was a tenth of it."""


class Wrong(click.ClickException):
    """Settings or county folder that cannot be used; every fault at once."""

    exit_code = 2


class Rooms(click.Group):
    """The rooms' commands. Errors become one line that says what to do, with exit code 1 or 2 (cases.commands.refused);
    what nobody has foreseen is shown whole."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = COMMANDS.get(cmd_name)
        return found[1]()[cmd_name] if found is not None else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (line, _) in COMMANDS.items()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if any("\0" in arg or not _is_text(arg) for arg in args):
            raise click.UsageError("An argument is not text in UTF-8. Check the terminal's encoding, or use a file.")
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        gc.set_threshold(COLLECT_AFTER)
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.Abort, click.ClickException):
            raise
        except ConfigError as error:
            raise Wrong(str(error)) from error
        except Exception as error:
            known = _told(error)
            if known is None:
                raise
            raise known from error


def _is_text(arg: str) -> bool:
    try:
        arg.encode()
    except UnicodeEncodeError:
        return False
    return True


def _told(error: Exception) -> click.ClickException | None:
    """The error in one line, with its exit code; None when nobody has foreseen it."""
    from cases.commands.refused import told

    return told(error)


@click.group(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="stegen")
@click.pass_context
def main(context: click.Context) -> None:
    """Stegen keeps disputes and deviations between municipalities and a region: whose move it is, by when, and why.

    Settings are environment variables (STEGEN_…, docs/operators.md). Exit codes: 0 done, 1 refused or a fault found,
    2 the question or the installation is wrong.
    """
    context.obj = context.obj or Installation(os.environ)
    context.call_on_close(context.obj.close)
    context.obj.stays = context.invoked_subcommand in SERVING
    context.obj.sets_up = context.invoked_subcommand in SETTING_UP
    if context.obj.stays:
        context.with_resource(kept_log())


if __name__ == "__main__":
    main()
