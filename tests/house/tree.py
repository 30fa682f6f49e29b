"""The project's own source files, read once, as the house's tests look at them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HOME = Path(__file__).parent.parent.parent
ROOMS = ("config", "workflows", "cases", "notifications", "web")
COMMAND = "stegen.py"
OUTSIDE = ("tests", "benchmarks")
"""They use every room and every library; no room uses them."""


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name: the module it is taken from, in full (``from a.b import c`` → ``a.b.c``), and where."""

    module: str
    line: int
    inside: str
    """The function that the import stands in; empty at the top of the file."""


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file: its path from the project's folder, its text, and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """The top folder, or the file itself for the command."""
        return self.path.partition("/")[0]

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def imports(self) -> tuple[Import, ...]:
        return _all_imports(self)

    def names(self) -> dict[str, str]:
        """What each imported name stands for: ``from datetime import date as d`` → ``{"d": "datetime.date"}``."""
        known: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.Import):
                # ``import a.b`` binds ``a``, so only a renamed import stands for something else than itself.
                known |= {alias.asname: alias.name for alias in node.names if alias.asname}
        return known

    def mentions(self) -> tuple[tuple[str, int], ...]:
        """Every name and dotted name that is used, written out in full, with its line."""
        return _all_mentions(self)


@cache
def _all_imports(source: Source) -> tuple[Import, ...]:
    return tuple(_imports(source.tree, inside=""))


@cache
def _all_mentions(source: Source) -> tuple[tuple[str, int], ...]:
    return tuple(_mentions(source))


def _mentions(source: Source) -> Iterator[tuple[str, int]]:
    known = source.names()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name | ast.Attribute) and (dotted := _dotted(node)):
            first, dot, rest = dotted.partition(".")
            yield known.get(first, first) + dot + rest, node.lineno


def _imports(node: ast.AST, inside: str) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, child.lineno, inside) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            # A relative import is reported with its dots, which no direction allows.
            module = "." * child.level + (child.module or "")
            yield from (Import(f"{module}.{alias.name}", child.lineno, inside) for alias in child.names)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _imports(child, inside=child.name)
        else:
            yield from _imports(child, inside)


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (front := _dotted(node.value)):
        return f"{front}.{node.attr}"
    return ""


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file of the project, by path."""
    files = sorted(file for folder in (*ROOMS, *OUTSIDE) for file in (HOME / folder).rglob("*.py"))
    files += [file for file in [HOME / COMMAND] if file.exists()]
    return tuple(_read(file) for file in files)


def product() -> tuple[Source, ...]:
    """The files that an installation runs: the rooms and the command."""
    return tuple(source for source in sources() if source.room not in OUTSIDE)


def _read(file: Path) -> Source:
    text = file.read_text(encoding="utf-8")
    return Source(file.relative_to(HOME).as_posix(), text, ast.parse(text))
