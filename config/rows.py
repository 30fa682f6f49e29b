"""Rows that know their place: CSV lines and TOML tables read into values, every fault noted, none raised.

A cell that cannot be read is noted in the folder's `faults` and replaced by an empty value, so that reading goes on and
finds the next fault; nobody sees these empty values, since a folder with faults never becomes a county.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, time
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from config.faults import Fault

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_CODE = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{2}:\d{2}")
_FLAGS = MappingProxyType({"yes": True, "no": False})
_CODED = frozenset({"code", "account"})


def columns_of(kind: type, *without: str) -> tuple[str, ...]:
    """The columns that hold a value of this dataclass: its fields, but for those read elsewhere."""
    return tuple(item.name for item in fields(kind) if item.name not in without)


@dataclass(frozen=True, slots=True)
class Placed(Generic[T_co]):
    """A value and where it was read."""

    value: T_co
    file: str
    place: str

    def fault(self, column: str, text: str) -> Fault:
        return Fault(self.file, f"{self.place}, {column}", text)


class Row:
    """One line of a CSV file or one table of a TOML file."""

    def __init__(self, file: str, place: str, cells: Mapping[str, object], faults: list[Fault]) -> None:
        self._file = file
        self._place = place
        self._cells = cells
        self._faults = faults

    def fill(self, kind: type[T], **known: object) -> Placed[T]:
        """A value of the dataclass `kind`: each field from the column of its name, read by its type, but for `known`.

        A field may be empty when its type admits None or when it has a default.
        """
        values = dict(known)
        for column, hint, has_default, default in _columns(kind):  # type: ignore[arg-type]
            if column not in known:
                values[column] = self._cell(column, hint, has_default, default)
        return Placed(kind(**values), self._file, self._place)

    def note(self, column: str, text: str) -> None:
        self._faults.append(Fault(self._file, f"{self._place}, {column}", text))

    def given(self, column: str) -> bool:
        return self._cells.get(column) not in (None, "")

    def text(self, column: str) -> str:
        cell = self._cells.get(column)
        text = cell.strip() if isinstance(cell, str) else ""
        if not text:
            self.note(column, f"{cell!r} is not a text" if self.given(column) else "is missing; fill it in")
        elif not text.isprintable():
            self.note(column, f"{text!r} holds a character that cannot be seen; write it anew on one line")
        return text

    def code(self, column: str) -> str:
        text = self.text(column)
        if text and not _CODE.fullmatch(text):
            self.note(column, f"'{text}' is not a code; use a-z and 0-9, with single - _ or . between them")
        return text

    def choice(self, column: str, allowed: Collection[str]) -> str:
        text = self.text(column)
        if text and text not in allowed:
            self.note(column, f"'{text}' is not known; use one of {', '.join(allowed)}")
        return text

    def flag(self, column: str) -> bool:
        cell = self._cells.get(column)
        return cell if isinstance(cell, bool) else _FLAGS.get(self.choice(column, _FLAGS), False)

    def day(self, column: str) -> date:
        cell = self._cells.get(column)
        return cell if type(cell) is date else self._iso(column, _DATE, date.fromisoformat, date.min, "2026-04-16")

    def time_of_day(self, column: str) -> time:
        return self._iso(column, _TIME, time.fromisoformat, time.min, "09:00")

    def texts(self, column: str) -> tuple[str, ...]:
        cell = self._cells.get(column)
        if isinstance(cell, list) and cell and all(isinstance(item, str) and item.strip() for item in cell):
            return tuple(item.strip() for item in cell)
        self.note(column, "must be a list of texts, at least one")
        return ()

    def tables(self, key: str, columns: Collection[str]) -> list["Row"]:
        """The tables of a list inside this TOML table, each a row of its own; a list that is not there is empty."""
        found = self._cells.get(key, [])
        if not isinstance(found, list) or not all(isinstance(table, dict) for table in found):
            self.note(key, f"must be a list of tables, [[{key}]]")
            return []
        return [self._table(key, number, table, columns) for number, table in enumerate(found, start=1)]

    def table(self, key: str, columns: Collection[str]) -> list["Row"]:
        """The one table under `key`, or none."""
        found = self._cells.get(key)
        if found is not None and not isinstance(found, dict):
            self.note(key, f"must be a table, [{key}]")
            return []
        return [] if found is None else [self._table(key, None, found, columns)]

    def _table(self, key: str, number: int | None, cells: Mapping[str, object], columns: Collection[str]) -> "Row":
        name = cells.get("code") or cells.get("version") or cells.get("date") or cells.get("arena")
        place = key + (f" {number}" if number else "") + (f" ({name})" if name else "")
        row = Row(self._file, place if self._place == TOP else f"{self._place}, {place}", cells, self._faults)
        row.refuse_unknown(columns)
        return row

    def refuse_unknown(self, columns: Collection[str]) -> None:
        for key in self._cells:
            if key not in columns:
                self.note(key, f"is not known here; use {', '.join(columns)}")

    def _cell(self, column: str, hint: object, has_default: bool, default: object) -> object:
        kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
        if not self.given(column) and (has_default or NoneType in kinds):
            return default
        kind = next(kind for kind in kinds if kind is not NoneType)
        if get_origin(kind) is Literal:
            return self.choice(column, get_args(kind))
        return self.code(column) if column in _CODED else _READERS[kind](self, column)

    def _iso(self, column: str, form: re.Pattern[str], read: Callable[[str], T], empty: T, example: str) -> T:
        text = self.text(column)
        if not text:
            return empty
        try:
            # Python also reads other ISO forms, such as 20260416; the files keep to one.
            return read(text if form.fullmatch(text) else "")
        except ValueError:
            self.note(column, f"'{text}' is not in the calendar or the clock; write it as {example}")
            return empty


@cache
def _columns(kind: Any) -> tuple[tuple[str, object, bool, object], ...]:
    """(name, type, whether it may be left out, what it is then) of each field; a county has two thousand rows of some
    twenty kinds, and looking the types up costs more than reading a row."""
    hints = get_type_hints(kind)
    return tuple(
        (item.name, hints[item.name], item.default is not MISSING, None if item.default is MISSING else item.default)
        for item in fields(kind)
    )


TOP = "top level"
_READERS: Mapping[object, Callable[[Row, str], object]] = MappingProxyType(
    {str: Row.text, bool: Row.flag, date: Row.day, time: Row.time_of_day}
)
