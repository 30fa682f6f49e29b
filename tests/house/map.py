"""The README's map of files, written from the files' own docstrings: ``python -m tests.house.map`` (`make map`)."""

import ast
import re
import sys

from tests.house.tree import COMMAND, HOME, ROOMS, Source, sources

README = HOME / "README.md"
BEGIN, END = "<!-- map: written by `make map` -->\n", "<!-- end of map -->"
FIRST_SENTENCE = re.compile(r".+?(?:\.(?=\s)|$)", re.DOTALL)


def written_map() -> str:
    """One table per room and per room within a room: each file beside the first sentence of its docstring."""
    folders = {_folder(source) for source in sources() if source.room in ROOMS}
    within = sorted(folder for folder in folders if folder.count("/") == 1)
    rooms = [room for top in ROOMS for room in (top, *(inner for inner in within if inner.startswith(f"{top}/")))]
    return "\n".join([_room(room) for room in (*rooms, COMMAND, "tests") if _files(room)])


def _folder(source: Source) -> str:
    return source.path.rpartition("/")[0]


def _files(room: str) -> list[Source]:
    return [source for source in sources() if room in (_folder(source), source.path) and _is_named(source)]


def _is_named(source: Source) -> bool:
    return not source.path.endswith("__init__.py")


def _room(room: str) -> str:
    promise = [f"{_sentence(source)}\n" for source in sources() if source.path == f"{room}/__init__.py"]
    rows = [f"| `{source.path}` | {_sentence(source)} |" for source in _files(room)]
    return "\n".join([f"### `{room}`\n", *promise, "| file | what it holds |", "|---|---|", *rows, ""])


def _sentence(source: Source) -> str:
    found = FIRST_SENTENCE.match(ast.get_docstring(source.tree) or "")
    return " ".join(found.group().split()).replace("|", "\\|") if found else ""


def main() -> None:
    text = README.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        sys.exit(f"README.md has no place for the map: put {BEGIN.strip()} and {END} into it.")
    before, _, rest = text.partition(BEGIN)
    README.write_text(before + BEGIN + "\n" + written_map() + "\n" + END + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
