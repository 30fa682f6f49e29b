"""Are the county's routines sound? Reads every workflow file and tells every fault at once, each with file and place.

Four questions to each routine: is it written in the right form (definition_file), does it use only words that exist,
and once (definition_words, definition_dates, definition_twice), can a case always go on (definition_ways), and is
everybody whom it names there to take it on (definition_posts)?
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from workflows.definition import Definition
from workflows.definition_dates import check_dates
from workflows.definition_file import read
from workflows.definition_posts import check_posts
from workflows.definition_source import DefinitionFaults, Fault, Source, fault_in
from workflows.definition_twice import check_twice
from workflows.definition_ways import check_ways
from workflows.definition_words import Checker, check_words

_WAYS = re.compile(
    r"initial|stages\.[^.]+(\.(status|holds|before_forum|ball|date))?$|moves\[\d+\](\.[^.]+)?(\.(do|from|to|by))?$"
    r"|deadlines\.[^.]+(\.(covers|starts|given_by|counts_from|rule|default|missed_by)(\..*)?)?$"
)
"""Places whose faults blur where ways lead: a wrong target would be told again as a stage that nobody reaches."""


def check(
    files: Sequence[Source], *, kinds: frozenset[str] = frozenset(), rungs: frozenset[str] = frozenset(),
    pinned: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Definition]:  # fmt: skip
    """All routines among the files, by key. Raises DefinitionFaults naming everything that is wrong in any.

    `kinds` are kinds of case that other files have routines for; `rungs` the county's, none where it is not known.
    `pinned` are versions (key -> hash) that were found sound when they were put in force: as long as they say the very
    same they are read and not asked again, for nobody may mend what cases follow (law 9), and this program may ask for
    more than the one did that checked them.
    """
    by_key: dict[str, Source] = {}
    faults: list[Fault] = []
    for source in files:
        if source.key in by_key:
            other = by_key[source.key].path
            faults.append(
                fault_in(source, "name", f"{source.key} is also in {other}; give one of them another version")
            )
        if source.path.replace("\\", "/").rpartition("/")[2] != f"{source.key}.toml":
            faults.append(
                fault_in(source, "name", f"the file must be called {source.key}.toml after its name and version")
            )
        by_key[source.key] = source
    mains = [s for s in by_key.values() if "kind" in s.data or "initial" in s.data]
    kinds |= {str(s.data.get("kind")) for s in mains}
    found: dict[str, Definition] = {}
    for source in mains:
        definition, wrong = _one(source, by_key, kinds, rungs)
        found[definition.key] = definition
        if pinned.get(definition.key) != definition.hash:
            faults += wrong
    faults += _alone(files, mains)
    fresh = [d for d in found.values() if pinned.get(d.key) != d.hash]
    faults += _crossings(fresh, found, by_key) if not faults else []
    if faults:
        raise DefinitionFaults(sorted(set(faults), key=lambda f: (f.path, f.line, f.place, f.text)))
    return found


def _one(
    source: Source, by_key: Mapping[str, Source], kinds: frozenset[str], rungs: frozenset[str]
) -> tuple[Definition, list[Fault]]:
    """A routine and what is wrong with it. What could not be read is not searched for more."""
    faults: list[Fault] = []
    files = [*_included(source, by_key, faults), source]
    definition = read(source, files[:-1], faults)
    unread = {(f.path, f.place) for f in faults}
    checker = Checker(definition, files, kinds, rungs)
    check_words(checker)
    check_dates(checker)
    check_twice(checker)
    faults += [f for f in checker.faults if not _told(f, unread)]
    if not any(_WAYS.match(f.place) for f in faults):
        ways = Checker(definition, files, kinds, rungs)
        check_ways(ways)
        if not ways.faults:
            check_posts(ways)
        faults += [f for f in ways.faults if not _told(f, unread)]
    return definition, faults


def _told(fault: Fault, unread: Iterable[tuple[str, str]]) -> bool:
    """Whether something at this very place, around it or within it could not be read."""
    return any(
        fault.path == path and (f"{place}.".startswith(f"{fault.place}.") or f"{fault.place}.".startswith(f"{place}."))
        for path, place in unread
    )


def _included(source: Source, by_key: Mapping[str, Source], faults: list[Fault]) -> list[Source]:
    names = source.data.get("includes", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        faults.append(fault_in(source, "includes", 'must be a list of names such as "forum.v1"'))
        return []
    for name in names:
        if name not in by_key:
            faults.append(fault_in(source, "includes", f"there is no file {name}; known: {', '.join(sorted(by_key))}"))
        elif "includes" in by_key[name].data:
            faults.append(
                fault_in(by_key[name], "includes", "an included file includes nothing; let the routine name both")
            )
    return [by_key[name] for name in names if name in by_key]


def _alone(files: Sequence[Source], mains: Sequence[Source]) -> list[Fault]:
    """A file that is no routine of its own must belong to one, else nothing in it is in force."""
    if not mains:
        path = files[0].path if files else "workflows"
        return [Fault(path, 1, "kind", "no file here describes a whole routine; one needs kind, initial and stages")]
    used = {name for main in mains for name in main.data.get("includes", ()) if isinstance(name, str)}
    parts = [s for s in files if s.key not in used | {main.key for main in mains}]
    return [fault_in(s, "name", "no routine includes this file, so nothing in it is in force") for s in parts]


def _crossings(
    fresh: Iterable[Definition], found: Mapping[str, Definition], by_key: Mapping[str, Source]
) -> list[Fault]:
    """A case that goes on under another routine must find its stage there."""
    faults: list[Fault] = []
    for definition in fresh:
        for move in definition.moves:
            for kind, _, stage in (arg.partition("=") for word, arg in move.then if word == "convert"):
                there = [d for d in found.values() if d.kind == kind]
                if any(stage not in d.stages or move.to != stage for d in there):
                    key, _, place = move.place.partition("/")
                    text = f"convert must name a stage of {kind}, the same as to: convert:{kind}={move.to}"
                    faults.append(fault_in(by_key[key], f"{place}.then", text))
    return faults
