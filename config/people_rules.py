"""Who may hold which function; and the contact person, to whom every unfilled function falls, is never vacant."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from config.draft import Draft
from config.faults import Fault
from config.organisation import HOLDERS_OF_FUNCTION, SIDED_FUNCTIONS, WITH_MAILBOX, FunctionMailbox, Holding
from config.rows import Placed
from config.validity import overlapping_pairs

CODED_KINDS = ("unit", "operation", "authority", "arena", "forum")
ADDRESS = re.compile(r"[!-?A-~]+@[!-?A-~]+")
"""One address, in characters that every mail server takes."""
HOLDER_KINDS = (*CODED_KINDS, "county")


def people_faults(draft: Draft) -> Iterator[Fault]:
    for holding in draft.holdings:
        yield from _holder_faults(holding)
        yield from _function_faults(holding)
    yield from _doubled_holdings(draft)
    yield from _authorities_out_of_reach(draft)
    yield from _mailbox_faults(draft)
    for absence in draft.absences:
        if absence.value.substitute == absence.value.person:
            yield absence.fault("substitute", f"'{absence.value.person}' is the one who is away; name someone else")


def _holder_faults(entry: Placed[Holding]) -> Iterator[Fault]:
    holder = entry.value.holder
    if holder.kind not in HOLDER_KINDS:
        yield entry.fault(
            "holder", f"'{holder}' is no holder; write county, or one of {', '.join(CODED_KINDS)} and :CODE"
        )
    elif (holder.kind == "county") == bool(holder.code):
        yield entry.fault("holder", f"'{holder}' must be county alone, or another kind and :CODE")


def _function_faults(entry: Placed[Holding]) -> Iterator[Fault]:
    function, holder, side = entry.value.function, entry.value.holder, entry.value.side
    if not function:
        return
    if function not in HOLDERS_OF_FUNCTION:
        near = get_close_matches(function, HOLDERS_OF_FUNCTION, n=1)
        yield entry.fault("function", f"'{function}' is no function" + (f"; did you mean '{near[0]}'?" if near else ""))
        return
    allowed = HOLDERS_OF_FUNCTION[function]
    if holder.kind in HOLDER_KINDS and holder.kind not in allowed:
        yield entry.fault("holder", f"a {function} is held at {' or '.join(sorted(allowed))}, not at {holder}")
    if function in SIDED_FUNCTIONS and side is None:
        yield entry.fault("side", f"a {function} sits for one side; write municipal or regional")
    if function not in SIDED_FUNCTIONS and side is not None:
        yield entry.fault("side", f"a {function} takes no side; leave it empty")


def _mailbox_faults(draft: Draft) -> Iterator[Fault]:
    seen: dict[str, Placed[FunctionMailbox]] = {}
    for entry in draft.mailboxes:
        function, holder = entry.value.function, entry.value.holder
        if function not in WITH_MAILBOX:
            yield entry.fault(
                "function", f"'{function}' has no mailbox; write one of {', '.join(sorted(WITH_MAILBOX))}"
            )
        elif holder.kind not in HOLDERS_OF_FUNCTION[function]:
            allowed = " or ".join(sorted(HOLDERS_OF_FUNCTION[function]))
            yield entry.fault("holder", f"a {function} is held at {allowed}, not at {holder}")
        if not ADDRESS.fullmatch(entry.value.address):
            yield entry.fault("address", f"'{entry.value.address}' is no mail address; write one like a@example.org")
        first = seen.setdefault(f"{function}@{holder}", entry)
        if first is not entry:
            yield entry.fault("function", f"{function} at {holder} has a mailbox already, by {first.place}")
    yield from _mailboxes_of_two_parties(draft)


def _mailboxes_of_two_parties(draft: Draft) -> Iterator[Fault]:
    """Letters to one party about a case are not read by the other."""
    party = {f"authority:{entry.value.code}": entry.value.party for entry in draft.authorities}
    party |= {f"operation:{o.value.code}": party.get(f"authority:{o.value.authority}", "") for o in draft.operations}
    party |= {f"unit:{u.value.code}": party.get(f"operation:{u.value.operation}", "") for u in draft.units}
    read_by: dict[str, tuple[str, Placed[FunctionMailbox]]] = {}
    for entry in draft.mailboxes:
        own, address = party.get(str(entry.value.holder), ""), entry.value.address.lower()
        if own:
            other, first = read_by.setdefault(address, (own, entry))
            if other != own:
                yield entry.fault("address", f"{address} is read by another party already, by {first.place}")


def _doubled_holdings(draft: Draft) -> Iterator[Fault]:
    same: dict[tuple[str, str, str], list[Placed[Holding]]] = {}
    for entry in draft.holdings:
        same.setdefault((entry.value.person, entry.value.function, str(entry.value.holder)), []).append(entry)
    for (person, function, holder), entries in same.items():
        for earlier, later in overlapping_pairs(entries):
            yield later.fault("valid_from", f"'{person}' is already {function} at {holder} then, by {earlier.place}")


def _authorities_out_of_reach(draft: Draft) -> Iterator[Fault]:
    reachable = {
        holding.value.holder.code
        for holding in draft.holdings
        if holding.value.function == "contact_person" and holding.value.valid_to is None
    }
    for authority in draft.authorities:
        if authority.value.code not in reachable:
            text = f"'{authority.value.code}' has no contact person without an end date; add one to holdings.csv"
            yield authority.fault("code", text)
