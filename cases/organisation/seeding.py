"""The county folder seeds an empty database; from then on the database is master (design.md section 1).

Loading the folder again shows what differs and changes nothing until somebody says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import groupby
from typing import Any, Protocol

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, insert, select

from cases.chain import canonical
from cases.database import Database
from cases.tables.organisation import (
    Arena,
    Authority,
    Category,
    ClosedDay,
    DocumentSection,
    DocumentVersion,
    Forum,
    GoverningDocument,
    Installation,
    Meeting,
    Operation,
    Party,
    Rung,
    Seat,
    Unit,
)
from cases.tables.people import Absence, FunctionMailbox, Holding, Person


class CountyData(Protocol):
    """What config hands over: a checked county. Its parts have the fields that the rows below name."""

    @property
    def code(self) -> Any: ...

    @property
    def parties(self) -> Any: ...

    @property
    def authorities(self) -> Any: ...

    @property
    def arenas(self) -> Any: ...

    @property
    def operations(self) -> Any: ...

    @property
    def units(self) -> Any: ...

    @property
    def ladder(self) -> Any: ...

    @property
    def forums(self) -> Any: ...

    @property
    def seats(self) -> Any: ...

    @property
    def meetings(self) -> Any: ...

    @property
    def documents(self) -> Any: ...

    @property
    def categories(self) -> Any: ...

    @property
    def people(self) -> Any: ...

    @property
    def holdings(self) -> Any: ...

    @property
    def absences(self) -> Any: ...

    @property
    def mailboxes(self) -> Any: ...

    @property
    def calendar(self) -> Any: ...


class AnotherCounty(Exception):
    """This database serves another county. One installation is one county: use another database."""


def rows_of(county: CountyData) -> list[SQLModel]:
    """Every row of a county folder, in an order that keeps references whole."""
    return [*_places(county), *_forums(county), *_agreements(county), *_people(county)]


def _places(c: CountyData) -> Iterable[SQLModel]:
    for p in c.parties:
        yield Party(code=p.code, name=p.name, kind=p.kind, connected=p.connected, own_check=p.own_check)
        yield from (ClosedDay(party=p.code, day=d.date, name=d.name) for d in p.closed_days)
    yield from (Authority(code=a.code, name=a.name, party=a.party, position=place)
                for place, a in enumerate(c.authorities))  # fmt: skip
    yield from (Arena(code=a.code, name=a.name) for a in c.arenas)
    for o in c.operations:
        yield Operation(code=o.code, name=o.name, authority=o.authority, arena=o.arena, on_call=o.on_call,
                        valid_from=o.valid_from, valid_to=o.valid_to)  # fmt: skip
    for u in _after_those_they_name(c.units, "heir"):
        yield Unit(code=u.code, name=u.name, operation=u.operation, provider=u.provider, heir=u.heir,
                   valid_from=u.valid_from, valid_to=u.valid_to)  # fmt: skip
    for position, rung in enumerate(c.ladder.rungs):
        yield Rung(code=rung.code, position=position, name_sv=rung.name.sv, name_en=rung.name.en, scope=rung.scope)


def _forums(c: CountyData) -> Iterable[SQLModel]:
    for f in _after_those_they_name(c.forums, "stand_in"):
        yield Forum(code=f.code, name=f.name, rung=f.rung, arena=f.arena, kind=f.kind, mandate_sv=f.mandate.sv,
                    mandate_en=f.mandate.en, valid_from=f.valid_from, valid_to=f.valid_to, state=f.state,
                    stand_in=f.stand_in, chair_side=f.chair_side)  # fmt: skip
    for s in c.seats:
        yield Seat(forum=s.forum, operation=s.operation, side=s.side, valid_from=s.valid_from, valid_to=s.valid_to)
    for m in c.meetings:
        yield Meeting(forum=m.forum, day=m.date, starts=_hour(m.start), ends=_hour(m.end), place=m.place or "",
                      status=m.status, source=m.source)  # fmt: skip


def _agreements(c: CountyData) -> Iterable[SQLModel]:
    for d in c.documents:
        clause = d.dispute_clause
        yield GoverningDocument(code=d.code, name=d.name, kind=d.kind, owner=d.owner,
                                dispute_clause=clause.text if clause else "",
                                dispute_route=",".join(clause.route) if clause else "")  # fmt: skip
        for v in d.versions:
            yield DocumentVersion(document=d.code, version=v.version, valid_from=v.valid_from, valid_to=v.valid_to)
            yield from (DocumentSection(document=d.code, version=v.version, number=s.number, title=s.title)
                        for s in v.sections)  # fmt: skip
    yield from (Category(code=k.code, name_sv=k.sv, name_en=k.en) for k in c.categories)


def _people(c: CountyData) -> Iterable[SQLModel]:
    yield from (Person(account=p.account, name=p.name, email=p.email, language=p.language) for p in c.people)
    for h in c.holdings:
        yield Holding(account=h.person, function=h.function, holder=str(h.holder), side=h.side or "",
                      acting=bool(h.acting), valid_from=h.valid_from, valid_to=h.valid_to)  # fmt: skip
    for a in c.absences:
        yield Absence(account=a.person, since=a.valid_from, until=a.valid_to, substitute=a.substitute)
    for m in c.mailboxes:
        yield FunctionMailbox(post=f"{m.function}@{m.holder}", address=m.address, language=m.language)


def _after_those_they_name(rows: Any, name: str) -> Iterable[Any]:
    """Rows that point at others of their own table come after those."""
    left, done = list(rows), set[str]()
    while left:
        ready = [r for r in left if not getattr(r, name) or getattr(r, name) in done]
        yield from ready or left
        done |= {r.code for r in ready or left}
        left = [r for r in left if r.code not in done]


def _hour(value: Any) -> str:
    return value.strftime("%H:%M") if value is not None else ""


def fingerprint(rows: Iterable[SQLModel]) -> str:
    texts = sorted(f"{type(r).__name__} {canonical(r.model_dump())}" for r in rows)
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def seed(database: Database, county: CountyData, epoch: str) -> bool:
    """Fill an empty database; False when it is already filled from this county. AnotherCounty when from another."""
    with Session(database.engine) as session:
        here = session.get(Installation, 1)
        if here is not None:
            if here.county != county.code:
                raise AnotherCounty(f"{AnotherCounty.__doc__} (it serves {here.county}, the folder is {county.code})")
            return False
        rows = rows_of(county)
        session.add(Installation(id=1, county=county.code, county_hash=fingerprint(rows), organisation_revision=1,
                                 calendar_revision=county.calendar.revision, epoch=epoch))  # fmt: skip
        # In the given order, a table at a time: the unit of work would not know who names whom.
        for table, together in groupby(rows, key=type):
            session.execute(insert(table), [row.model_dump(exclude={"id"}) for row in together])
        session.commit()
        return True


def differences(database: Database, county: CountyData) -> list[str]:
    """What the folder says otherwise than the database, one line each; the database is master until told.

    Meetings, holdings, absences and mailboxes are left out: those are the database's own from the first day.
    """
    found: list[str] = []
    with Session(database.engine) as session:
        for table, rows in groupby((r for r in rows_of(county) if not isinstance(r, OWN)), key=type):
            here: Iterable[SQLModel] = session.exec(select(table))
            stored = {_key(row): row for row in here}
            found += (line for row in rows if (line := _difference(row, stored.get(_key(row)))))
    return found


OWN = (Meeting, Holding, Absence, FunctionMailbox)


def _key(row: SQLModel) -> tuple[Any, ...]:
    return tuple(getattr(row, column.name) for column in inspect(type(row)).primary_key)


def _difference(row: SQLModel, stored: SQLModel | None) -> str:
    name = f"{type(row).__name__} {'/'.join(map(str, _key(row)))}"
    if stored is None:
        return f"{name}: only in the folder"
    old, new = stored.model_dump(), row.model_dump()
    changed = ", ".join(f"{k}: {old[k]!r} -> {new[k]!r}" for k in new if old[k] != new[k])
    return f"{name}: {changed}" if changed else ""
