"""Files are rooms, not drawers: named after a thing of the domain, one idea each, short."""

import ast
import re
from collections.abc import Iterator

from tests.house.tree import HOME, OUTSIDE, ROOMS, Source, product, sources

DRAWERS = {"common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}
FILE_LIMIT = 500
FUNCTION_LIMIT = 70
FROZEN = "cases/migrations/"
"""A migration is a list of statements that never changes again; its length says nothing about it."""
LEFT_FOR_LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
THIS_FILE = "tests/house/test_files.py"


def test_no_file_is_a_drawer() -> None:
    """Lost otherwise: things land where nobody looks for them, and are written again next door."""
    drawers = [
        path.relative_to(HOME).as_posix()
        for folder in (*ROOMS, *OUTSIDE, "docs")
        for path in (HOME / folder).rglob("*")
        if path.stem.lower() in DRAWERS
    ]
    assert not drawers


def test_files_and_functions_are_short() -> None:
    """Lost otherwise: nobody can check a rule against the routine without holding the whole file in the head."""
    written = [source for source in sources() if not source.path.startswith(FROZEN)]
    long_files = [source.path for source in written if source.text.count("\n") > FILE_LIMIT]
    long_functions = [
        f"{source.path}:{function.lineno} {function.name}"
        for source in written
        for function in source.functions()
        if (function.end_lineno or function.lineno) - function.lineno + 1 > FUNCTION_LIMIT
    ]
    assert not long_files + long_functions


def test_nothing_is_left_for_later() -> None:
    """Lost otherwise: a half-finished rule looks finished to the one who relies on it."""
    left = [
        f"{source.path}:{number}"
        for source in sources()
        if source.path != THIS_FILE
        for number, line in enumerate(source.text.splitlines(), 1)
        if LEFT_FOR_LATER.search(line)
    ]
    assert not left


def test_no_error_is_swallowed() -> None:
    """Lost otherwise: a letter, a line of history or an upload could vanish without a trace."""
    swallowed = [
        f"{source.path}:{node.lineno}"
        for source in product()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler) and all(isinstance(line, ast.Pass) for line in node.body)
    ]
    assert not swallowed


def test_tests_neither_sleep_nor_fake() -> None:
    """Lost otherwise: a green run would say that a stand-in works, or that this machine was fast enough today."""
    fakes = [
        f"{source.path}:{imported.line} imports {imported.module}"
        for source in sources()
        for imported in source.imports()
        if source.room == "tests" and imported.module.startswith(("unittest.mock", "mock."))
    ]
    sleeps = [
        f"{source.path}:{line}"
        for source in sources()
        for name, line in source.mentions()
        if source.room == "tests" and name == "time.sleep"
    ]
    assert not fakes + sleeps


def test_every_test_can_fail() -> None:
    """Lost otherwise: a test that asserts nothing is counted as a promise kept."""
    toothless = [
        f"{source.path}:{function.lineno} {function.name}"
        for source in sources()
        if source.room == "tests"
        for function in source.functions()
        if function.name.startswith("test_") and not _asserts(source, function, depth=2)
    ]
    assert not toothless


def _asserts(source: Source, function: ast.FunctionDef | ast.AsyncFunctionDef, depth: int) -> bool:
    if any(isinstance(node, ast.Assert | ast.Raise) for node in ast.walk(function)):
        return True
    called = set(_called(function))
    if called & {"raises", "warns", "fail", "run_state_machine_as_test", "expect"}:
        return True
    nearby = [other for other in source.functions() if other.name in called and other is not function]
    return depth > 0 and any(_asserts(source, other, depth - 1) for other in nearby)


def _called(function: ast.AST) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id
            elif isinstance(node.func, ast.Attribute):
                yield node.func.attr
