"""The days on which nobody works, by name: Swedish public holidays, the eves, and a county's corrections."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType

from holidays.constants import DE_FACTO, PUBLIC
from holidays.countries.sweden import Sweden

FIRST_YEAR, LAST_YEAR = 2000, 2045


@dataclass(frozen=True, slots=True)
class Correction:
    """A day added to the calendar (with its name) or taken out of it (`name` is None), and who says so."""

    date: date
    name: str | None
    source: str


@dataclass(frozen=True, slots=True)
class HolidayTable:
    """`names`: each holiday 2000-01-01..2045-12-31 and its Swedish name, weekends only where they are holidays too.
    `revision` changes exactly when a date or a name does, not when the library behind it does.
    """

    names: Mapping[date, str]
    revision: str

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.names


def build_holidays(corrections: Iterable[Correction] = ()) -> HolidayTable:
    """The table with the corrections applied in order; the caller has checked them with `correction_fault`."""
    names = dict(_published())
    for correction in corrections:
        if correction.name is None:
            names.pop(correction.date, None)
        else:
            names[correction.date] = correction.name
    return HolidayTable(MappingProxyType(dict(sorted(names.items()))), _revision(names))


def correction_fault(correction: Correction) -> str | None:
    """Why a correction changes nothing or cannot be applied; None when it is sound."""
    if not FIRST_YEAR <= correction.date.year <= LAST_YEAR:
        return f"{correction.date} is outside the calendar; give a date in {FIRST_YEAR}-{LAST_YEAR}"
    published = _published().get(correction.date)
    if correction.name is None and published is None:
        return f"{correction.date} is no holiday and cannot be removed; take the line out"
    if correction.name is not None and published == correction.name:
        return f"{correction.date} is already {published}; take the line out"
    return None


@cache
def _published() -> Mapping[date, str]:
    """The eves count as holidays in practice (semesterlagen 7 §), so PUBLIC alone would be wrong."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    table = Sweden(categories=(PUBLIC, DE_FACTO), language="sv", years=years)
    return MappingProxyType({day: name for day, name in table.items() if FIRST_YEAR <= day.year <= LAST_YEAR})


def _revision(names: Mapping[date, str]) -> str:
    rows = [(day.isoformat(), name) for day, name in sorted(names.items())]
    digest = hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
    return f"se-{FIRST_YEAR}-{LAST_YEAR}-{digest[:12]}"
