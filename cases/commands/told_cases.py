"""`stegen import`: cases out of a spreadsheet, told as they stand; every faulty row is named before any comes in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import starmap
from typing import Any, NamedTuple, NoReturn

import click

from cases.commands.asked import Asked, as_somebody
from cases.commands.inputs_given import given, happened_option, text_of
from cases.commands.listed_kinds import kind_of, like_it, no_such_kind
from cases.commands.refused import REFUSED, NotDone
from cases.commands.terminal import answer_json, progress
from cases.contents.kept_in_clear import BadText, NumberInText, checked
from cases.copies.told_cases import Brought, Past, ToldCase, bring_in, rehearse
from cases.record import Record
from cases.reports.reporting import NO_OPERATION, NewCase
from workflows.definition import Definition
from workflows.nouns import Reason

OWN = (
    "registry_number", "kind", "stage", "unit", "operation", "receiving_unit", "happened", "rung", "forums", "urgent",
    "told_when", "told_text", "told_source",
)  # fmt: skip
"""Columns of every list. All others are inputs of the routine, by their codes."""

OF_A_STAGE = ("rung", "forums")
PAST = ("told_when", "told_text", "told_source")
MOST_ROWS = 20_000
YES = {"yes": True, "ja": True, "x": True, "no": False, "nej": False, "": False}
BOM = "\ufeff"
SEPARATOR = re.compile(r"sep=([;,\t])", re.IGNORECASE)
"""The first line that Excel writes, and heeds, to say what separates cells."""


class Fault(NamedTuple):
    """A place in the list, and what is wrong there."""

    line: int
    column: str
    text: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column or 'row'}: {self.text}"


@dataclass(slots=True)
class Listed:
    """A case as it is gathered from its rows: the first tells of the case, each a past thing."""

    line: int
    told: NewCase
    past: list[Past] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    filled: frozenset[str] = frozenset()
    """Of a case of no known kind, tried as one of a kind that is like it: the columns that can be wrong in any kind."""

    def is_against(self, place: int, column: str) -> bool:
        return place >= 0 or not self.filled or column in self.filled


@click.command("import")
@click.argument("file", required=False, default="", metavar="FILE")
@click.option("--check", is_flag=True, help="Only a rehearsal: name every faulty row, bring nothing in.")
@click.option("--template", metavar="KIND", help="Print an empty list for that kind of case instead.")
@as_somebody
def import_cases(asked: Asked, file: str, check: bool, template: str | None) -> None:
    """Bring in cases that were kept in a spreadsheet, from FILE.

    FILE is CSV in UTF-8; - is standard input. Each case stands in the stage that its row names, and is told: no letter
    and no deadline of its past. Rows with the same registry number are one case, and each may tell one past thing. All
    rows are rehearsed first, and a list with faults brings nothing in. A case whose registry number the authority has
    already is left as it is.
    """
    if template is not None:
        _print_template(asked, template)
        return
    if not file:
        raise click.UsageError("Name a list, or print an empty one with --template deviation.")
    header, rows = _rows_of(text_of(file))
    listed, faults = _gathered(asked, header, rows)
    found = _rehearsed(asked, listed, faults)
    if faults:
        _refuse(faults)
    _answer(asked, check, found if check else _brought(asked, listed))


def _refuse(faults: Sequence[Fault]) -> NoReturn:
    """All of them, by line: one for each place, as it was first found there."""
    places: dict[tuple[int, str], Fault] = {}
    for fault in faults:
        places.setdefault((fault.line, fault.column), fault)
    told = sorted(places.values())
    message = "\n".join([f"{len(told)} fault(s); nothing was brought in.", *map(str, told)])
    raise NotDone(REFUSED, "list_faults", message, {"faults": [fault._asdict() for fault in told]})


def _rehearsed(asked: Asked, listed: Mapping[str, Listed], faults: list[Fault]) -> dict[str, Brought]:
    """Everything is tried and nothing kept; what would refuse a case is added to the faults, in the language of all
    that the command line says of what it was given: one list, one language."""
    found: dict[str, Brought] = {}
    tried = rehearse(asked.record, asked.seer, starmap(_told, listed.items()), asked.now)
    with progress("Rehearsing", len(listed)) as tell:
        for done, (registry, brought) in enumerate(zip(listed, tried, strict=True), 1):
            case, found[registry] = listed[registry], brought
            for place, reason in brought.reasons:
                line = case.lines[place] if place >= 0 else case.line
                if case.is_against(place, column := _column(case, reason)):
                    faults.append(Fault(line, column, reason.en))
            tell(done)
    return found


def _column(case: Listed, reason: Reason) -> str:
    """Where it stands in the list: the rules speak of the other side's operation, also where a unit of it was named."""
    named = reason.field == "operation" and reason != NO_OPERATION and case.told.receiving_unit
    return "receiving_unit" if named else reason.field


def _brought(asked: Asked, listed: Mapping[str, Listed]) -> dict[str, Brought]:
    found: dict[str, Brought] = {}
    with progress("Bringing in", len(listed)) as tell:
        for done, (registry, case) in enumerate(listed.items(), 1):
            found[registry] = bring_in(asked.record, asked.seer, _told(registry, case), asked.now)
            if found[registry].outcome == "refused":
                reason = found[registry].reasons[0][1]
                text = f"{Fault(case.line, reason.field, reason.en)} What stands above it came in; run it again."
                raise NotDone(REFUSED, "list_faults", text, {"faults": [Fault(case.line, "", reason.en)._asdict()]})
            tell(done)
    return found


def _answer(asked: Asked, check: bool, found: Mapping[str, Brought]) -> None:
    numbers = {registry: brought.number for registry, brought in found.items()}
    counted = {name: sum(b.outcome == name for b in found.values()) for name in ("brought", "known")}
    if asked.as_json:
        answer_json({"rehearsal": check, **counted, "numbers": numbers})
        return
    would = "could be brought in; nothing was written" if check else "brought in"
    click.echo(f"{counted['brought']} case(s) {would}, {counted['known']} known already.")
    for registry, number in numbers.items():
        if number:
            click.echo(f"{registry}  {number}")


def _told(registry: str, case: Listed) -> ToldCase:
    return ToldCase(registry, case.told, tuple(case.past))


# --- from text to cases -----------------------------------------------------------------------------------------------


def _rows_of(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """(columns, rows with the lines that they begin on); what separates cells is told by the first line."""
    first, _, rest = text.partition("\n")
    named = SEPARATOR.fullmatch(first)
    separator = named[1] if named else max(";\t,", key=first.count)
    skipped = 1 if named else 0
    reader = csv.reader(io.StringIO(rest if named else text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = 1 + skipped
    try:
        for cells in reader:
            rows.append((line, [cell.strip() for cell in cells]))
            line = reader.line_num + 1 + skipped
    except csv.Error as fault:
        raise NotDone(REFUSED, "list_faults", f"line {line}: {_why(fault)}") from fault
    filled = [(line, cells) for line, cells in rows if any(cells)]
    if not filled:
        raise click.UsageError("The list is empty. `stegen import --template deviation` prints one to begin with.")
    return filled[0][1], filled[1:]


def _why(fault: csv.Error) -> str:
    if "field larger than field limit" in str(fault):
        return (
            f"a cell holds more than {csv.field_size_limit()} characters. Shorten it, and add the whole text "
            "to the case as a document. If no cell is that long, a quotation mark is not closed."
        )
    return f"{fault}. Save it as CSV again."


def _gathered(
    asked: Asked, header: Sequence[str], rows: Sequence[tuple[int, list[str]]]
) -> tuple[dict[str, Listed], list[Fault]]:
    """(every case, what is wrong in its rows). A faulty one is rehearsed like the others, for what else there is
    against it."""
    faults = list(_of_header(asked.record, header))
    if len(rows) > MOST_ROWS:
        faults.append(Fault(rows[MOST_ROWS][0], "", f"the list has more than {MOST_ROWS} rows; divide it"))
    if faults:
        return {}, faults
    listed: dict[str, Listed] = {}
    for line, cells in rows:
        if len(cells) != len(header):
            faults.append(Fault(line, "", f"{len(cells)} cells where the first line names {len(header)} columns"))
            continue
        row = dict(zip(header, cells, strict=True))
        nameless = list(_of_registry(line, row["registry_number"]))
        registry = f"line {line}" if nameless else row["registry_number"]
        if registry not in listed:
            listed[registry], wrong = _case_of(asked, line, row)
            faults += wrong
        faults += [*nameless, *_add_past(listed[registry], line, row)]
    return listed, faults


def _of_header(record: Record, header: Sequence[str]) -> Iterator[Fault]:
    known = {*OWN, *(code for d in record.library.definitions.values() for code in d.inputs)}
    for column in dict.fromkeys(header):
        if column not in known:
            yield Fault(1, column, "there is no such column; `--template KIND` prints those that there are")
        elif header.count(column) > 1:
            yield Fault(1, column, "stands twice")
    for column in ("registry_number", "kind", "stage"):
        if column not in header:
            yield Fault(1, column, "is missing; every list has it")


def _of_registry(line: int, registry: str) -> Iterator[Fault]:
    try:
        checked(registry)
    except NumberInText:
        yield Fault(line, "registry_number", "holds a personal number; give the case another number in the list")
    except BadText:
        yield Fault(
            line, "registry_number", "is missing, or holds signs that cannot be read; it is how a case is known"
        )


def _case_of(asked: Asked, line: int, row: Mapping[str, str]) -> tuple[Listed, list[Fault]]:
    """A case from the first of its rows, and what is wrong there."""
    library, stage = asked.record.library, row["stage"]
    faults: list[Fault] = []
    kind, sole = kind_of(library, row["kind"]), True
    if kind:
        definition = library.in_force(kind)
    else:
        faults.append(Fault(line, "kind", no_such_kind(library, row["kind"])))
        definition, sole = like_it(library, stage)
    if stage not in definition.stages:
        known = f"known: {', '.join(definition.stages)}" if kind else "see `stegen workflow show KIND`"
        faults.append(Fault(line, "stage", f"there is no stage {stage!r}; {known}"))
    if row.get("urgent", "").lower() not in YES:
        faults.append(Fault(line, "urgent", "write yes or no"))
    try:
        happened_option(click.get_current_context(), click.Option(["--happened"]), row.get("happened", ""))
    except click.BadParameter as fault:
        faults.append(Fault(line, "happened", fault.message))
    texts, wrong = _inputs(definition, line, row, tolerant=not kind)
    told = NewCase(
        definition.kind, unit=row.get("unit", ""), operation=row.get("operation", ""),
        receiving_unit=row.get("receiving_unit", ""), happened=row.get("happened", ""),
        urgent=YES.get(row.get("urgent", "").lower(), False), stage=row["stage"], rung=row.get("rung", ""),
        forums=tuple(row.get("forums", "").replace(",", " ").split()), texts=texts,
    )  # fmt: skip
    filled = (
        frozenset() if sole else frozenset(column for column, cell in row.items() if cell and column not in OF_A_STAGE)
    )
    return Listed(line, told, filled=filled), faults + wrong


def _inputs(
    definition: Definition, line: int, row: Mapping[str, str], *, tolerant: bool
) -> tuple[dict[str, Any], list[Fault]]:
    """What the routine asks for, as its values; `tolerant` of what it does not, where the kind is not known."""
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    for column, value in row.items():
        if column in OWN or not value:
            continue
        if column not in definition.inputs and tolerant:
            continue
        if column not in definition.inputs:
            faults.append(Fault(line, column, f"{definition.kind} has no such input; leave the cell empty"))
            continue
        try:
            found |= given(definition.inputs, [f"{column}={value}"], [], [])
        except click.UsageError as fault:
            faults.append(Fault(line, column, fault.message))
    return found, faults


def _add_past(case: Listed, line: int, row: Mapping[str, str]) -> Iterator[Fault]:
    when, text, source = (row.get(column, "") for column in PAST)
    if bool(when) != bool(text):
        yield Fault(line, "told_text" if when else "told_when", "is missing: a past thing has its time and its words")
    elif text:
        case.past.append(Past(when, text, source))
        case.lines.append(line)
    elif line != case.line:
        yield Fault(line, "registry_number", f"stands on line {case.line} already, and this row tells of nothing past")


def _print_template(asked: Asked, kind: str) -> None:
    """Only the first line: an example would be brought in."""
    library = asked.record.library
    if not (code := kind_of(library, kind)):
        raise click.BadParameter(no_such_kind(library, kind), param_hint="--template")
    definition = library.in_force(code)
    told = [*definition.opening.needs, *definition.opening.may]
    for move in definition.from_stage[definition.initial]:
        if move.code == "submit":
            told += [*move.needs, *move.may]
    columns = dict.fromkeys([*OWN, *(code for code in told if code in definition.inputs and code not in OWN)])
    click.echo(BOM + ";".join(columns))
