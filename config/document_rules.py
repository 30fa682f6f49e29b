"""What a governing document needs so that a case can name the clause that was in force on the day of the event."""

from collections import defaultdict
from collections.abc import Iterator

from config.documents import DocumentVersion
from config.draft import Draft
from config.faults import Fault
from config.rows import Placed
from config.validity import overlapping_pairs


def document_faults(draft: Draft) -> Iterator[Fault]:
    versions: dict[str, list[Placed[DocumentVersion]]] = defaultdict(list)
    for version in draft.versions:
        versions[version.value.document].append(version)
        yield from _section_faults(version)
    for entries in versions.values():
        for earlier, later in overlapping_pairs(entries):
            text = f"is in force together with '{earlier.value.version}'; end that one the day before"
            yield later.fault("valid_from", text)
    for document in draft.documents:
        if document.value.code not in versions:
            yield document.fault("version", f"'{document.value.code}' has no version; add one")
    yield from _route_faults(draft)


def _section_faults(version: Placed[DocumentVersion]) -> Iterator[Fault]:
    numbers = [section.number for section in version.value.sections]
    for number in sorted({number for number in numbers if numbers.count(number) > 1}):
        yield version.fault("sections", f"'{number}' stands {numbers.count(number)} times; number each section once")


def _route_faults(draft: Draft) -> Iterator[Fault]:
    """A document may leave out steps of the ladder, but neither the first one nor their order."""
    order = [rung.value.code for rung in draft.rungs]
    for document in draft.documents:
        clause = document.value.dispute_clause
        steps = [order.index(rung) for rung in clause.route if rung in order] if clause else []
        if steps and (steps[0] != 0 or steps != sorted(set(steps))):
            text = f"must begin with '{order[0]}' and keep the order {', '.join(order)}"
            yield document.fault("dispute_clause, route", text)
