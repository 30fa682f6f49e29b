"""Who is in a county: parties, authorities, operations, units, and the people who hold functions in them.

Codes are stable strings, unique within their kind. Dates are inclusive; `None` means without end (or from the start).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

PartyKind = Literal["municipality", "region"]
Side = Literal["municipal", "regional"]
Language = Literal["sv", "en"]
HolderKind = Literal["unit", "operation", "authority", "arena", "forum", "county"]

SIDE_OF_PARTY: Mapping[str, Side] = MappingProxyType({"municipality": "municipal", "region": "regional"})

HOLDERS_OF_FUNCTION: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "reporter": frozenset({"unit"}),
        "handler": frozenset({"unit"}),
        "unit_manager": frozenset({"unit"}),
        "contract_manager": frozenset({"unit"}),
        "receiver": frozenset({"operation"}),
        "chief": frozenset({"operation"}),
        "contact_person": frozenset({"authority"}),
        "registrar": frozenset({"authority"}),
        "mas": frozenset({"authority"}),
        "mar": frozenset({"authority"}),
        "sas": frozenset({"authority"}),
        "chief_physician": frozenset({"authority"}),
        "process_leader": frozenset({"forum", "arena"}),
        "chair": frozenset({"forum"}),
        "vice_chair": frozenset({"forum"}),
        "secretary": frozenset({"forum"}),
        "preparer": frozenset({"forum"}),
        "member": frozenset({"forum"}),
        "substitute": frozenset({"forum"}),
        "co_opted": frozenset({"forum"}),
        "guest": frozenset({"forum"}),
        "routine_owner": frozenset({"county"}),
        "administrator": frozenset({"county"}),
        "auditor": frozenset({"county"}),
    }
)
"""Each function, and the kinds of holder it can be held at. The process leader of a forum also serves its arena."""

SIDED_FUNCTIONS = frozenset({"chair", "vice_chair", "preparer", "member", "substitute"})
"""Functions of a forum that are held for one of its two sides."""


WITH_MAILBOX = frozenset({"handler", "receiver", "registrar", "contact_person", "process_leader", "secretary"})
"""Functions that an office carries together, so that their letters can go to a mailbox of the function's own."""


@dataclass(frozen=True, slots=True)
class Words:
    """One text in the two languages of the product."""

    sv: str
    en: str


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day on which one party is closed although the calendar calls it a working day."""

    date: date
    name: str


@dataclass(frozen=True, slots=True)
class Party:
    """A principal. `connected`: its people sign in here. `own_check`: its reports pass their own manager first."""

    code: str
    name: str
    kind: PartyKind
    connected: bool
    own_check: bool
    closed_days: tuple[ClosedDay, ...] = ()

    @property
    def side(self) -> Side:
        return SIDE_OF_PARTY[self.kind]


@dataclass(frozen=True, slots=True)
class Authority:
    """A board of a party; inner records belong to it."""

    code: str
    name: str
    party: str


@dataclass(frozen=True, slots=True)
class Arena:
    """An area of collaboration inside the county."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """What an authority runs in one arena. `on_call` is what the report form shows above everything else."""

    code: str
    name: str
    authority: str
    arena: str
    on_call: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A workplace of an operation. `provider`: a private one that answers for itself. `heir`: takes over its cases."""

    code: str
    name: str
    operation: str
    provider: bool
    heir: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who can be given functions. `account` is the sign-in name."""

    account: str
    name: str
    email: str
    language: Language


@dataclass(frozen=True, slots=True)
class Holder:
    """Where a function is held. `code` is empty for the county itself."""

    kind: HolderKind
    code: str

    def __str__(self) -> str:
        return self.kind if self.kind == "county" else f"{self.kind}:{self.code}"


@dataclass(frozen=True, slots=True)
class Holding:
    """A person has a function at a holder, from a day to a day. `side` is given for SIDED_FUNCTIONS."""

    person: str
    function: str
    holder: Holder
    valid_from: date
    valid_to: date | None = None
    acting: bool = False
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class FunctionMailbox:
    """Where letters to a function go while somebody holds it, and in which language."""

    function: str
    holder: Holder
    address: str
    language: Language


@dataclass(frozen=True, slots=True)
class Absence:
    """A person is away; the substitute receives what would have reached her."""

    person: str
    valid_from: date
    valid_to: date
    substitute: str | None = None
