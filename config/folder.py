"""The files of a county's folder: CSV and TOML opened, and handed on as rows that know their place."""

import csv
import io
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from config.faults import Fault
from config.rows import TOP, Row


@dataclass(slots=True)
class Folder:
    """A county folder being read. `faults` grows as files are opened and rows are read."""

    path: Path
    faults: list[Fault] = field(default_factory=list)

    def lines(self, name: str, columns: Collection[str], required: bool = True) -> list[Row]:
        """The lines of a CSV file, comma or semicolon (as Swedish spreadsheets save it), with exactly these columns."""
        text = self._content(name, required, "with the first line " + ",".join(columns))
        if text is None:
            return []
        try:
            return list(self._rows(name, text, columns))
        except csv.Error as error:
            self.note(name, "whole file", f"cannot be read as CSV: {error}")
            return []

    def table(self, name: str, keys: Collection[str], required: bool = True) -> Row:
        """The whole TOML file as one row, with no other keys than these."""
        text = self._content(name, required, "as the county's README.md shows")
        row = Row(name, TOP, {} if text is None else self.parse(name, text), self.faults)
        row.refuse_unknown(keys)
        return row

    def parse(self, name: str, text: str) -> dict[str, object]:
        """TOML text as a dictionary; an empty one when it is not TOML, which is noted."""
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            reason, _, where = str(error).partition(" (at ")
            self.note(name, where.rstrip(")") or "whole file", f"is not TOML: {reason}")
            return {}

    def text(self, name: str) -> str | None:
        """The file as it stands, line ends included; None when it cannot be read, which is noted."""
        try:
            return (self.path / name).read_bytes().decode("utf-8")
        except OSError as error:
            self.note(name, "whole file", f"cannot be read: {error.strerror}")
        except UnicodeDecodeError as error:
            self.note(name, f"byte {error.start}", "is not UTF-8; save it again with the encoding UTF-8")
        return None

    def note(self, name: str, place: str, text: str) -> None:
        self.faults.append(Fault(name, place, text))

    def _content(self, name: str, required: bool, how: str) -> str | None:
        if not (self.path / name).exists():
            if required:
                self.note(name, "whole file", f"is missing; create it {how}")
            return None
        text = self.text(name)
        return None if text is None else text.removeprefix("\ufeff")

    def _rows(self, name: str, text: str, columns: Collection[str]) -> Iterator[Row]:
        first_line = text.partition("\n")[0]
        delimiter = ";" if ";" in first_line and "," not in first_line else ","
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        header = [cell.strip() for cell in next(lines, [])]
        if sorted(header) != sorted(columns):
            self.note(name, "line 1", f"the columns must be {','.join(columns)}, not {','.join(header)}")
            return
        for cells in lines:
            place = f"line {lines.line_num}"
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) == len(header):
                yield Row(name, place, dict(zip(header, map(str.strip, cells), strict=True)), self.faults)
            else:
                counts = f"{len(cells)} cells where the first line has {len(header)}"
                self.note(name, place, f"has {counts}; put a text that holds a comma in quotation marks")
