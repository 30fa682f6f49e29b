"""The days on which nobody works, by name: Swedish public holidays, the eves, and a county's corrections."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from types import MappingProxyType

FIRST_YEAR, LAST_YEAR = 2000, 2045


@dataclass(frozen=True, slots=True)
class Correction:
    """A day added to the calendar (with its name) or taken out of it (`name` is None), and who says so."""

    date: date
    name: str | None
    source: str


@dataclass(frozen=True)
class HolidayTable:
    """The published days with a county's corrections applied in order, worked out when somebody first asks."""

    corrections: tuple[Correction, ...] = ()

    @cached_property
    def names(self) -> Mapping[date, str]:
        """Each holiday 2000-01-01..2045-12-31 and its Swedish name, weekends only where they are holidays too."""
        names = dict(_published())
        for correction in self.corrections:
            if correction.name is None:
                names.pop(correction.date, None)
            else:
                names[correction.date] = correction.name
        return MappingProxyType(dict(sorted(names.items())))

    @cached_property
    def revision(self) -> str:
        """Changes exactly when a date or a name does, not when the library behind it does."""
        return _revision(self.names)

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.names


def build_holidays(corrections: Iterable[Correction] = ()) -> HolidayTable:
    """The table with the corrections applied in order; the caller has checked them with `correction_fault`."""
    return HolidayTable(tuple(corrections))


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
    from holidays.constants import DE_FACTO, PUBLIC
    from holidays.countries.sweden import Sweden

    years = range(FIRST_YEAR, LAST_YEAR + 1)
    table = Sweden(categories=(PUBLIC, DE_FACTO), language="sv", years=years)
    return MappingProxyType({day: name for day, name in table.items() if FIRST_YEAR <= day.year <= LAST_YEAR})


def _revision(names: Mapping[date, str]) -> str:
    rows = [(day.isoformat(), name) for day, name in sorted(names.items())]
    digest = hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
    return f"se-{FIRST_YEAR}-{LAST_YEAR}-{digest[:12]}"
