"""The kind of each case in a list for `stegen import`: by its code, or as people call it in either language."""

from __future__ import annotations

from workflows.definition import Definition
from workflows.library import Library

WORDS = {
    "avvikelse": "deviation", "tvist": "dispute", "oenighet": "dispute", "systemfel": "systemic_issue",
    "systemic issue": "systemic_issue",
}  # fmt: skip


def kinds(library: Library) -> tuple[str, ...]:
    return tuple(sorted({definition.kind for definition in library.definitions.values()}))


def kind_of(library: Library, word: str) -> str:
    """`Avvikelse`, `Avvikelse i samverkan` and `deviation` are all `deviation`; "" for a word that no kind has."""
    said = " ".join(word.casefold().split())
    return next((kind for kind in kinds(library) if said in _names(library.in_force(kind))), "")


def no_such_kind(library: Library, word: str) -> str:
    """What is said of it: the codes with a Swedish word for each."""
    known = [
        " or ".join([kind, *sorted(said for said, code in WORDS.items() if code == kind)]) for kind in kinds(library)
    ]
    return f"there is no kind {word!r}; known: {', '.join(known)}"


def like_it(library: Library, stage: str) -> tuple[Definition, bool]:
    """(a routine by which a case of no known kind can be tried, whether it is the only one that has such a stage): what
    is wrong with its places, days and words is wrong in a case of any kind."""
    routines = [library.in_force(kind) for kind in kinds(library)]
    fitting = [routine for routine in routines if stage in routine.stages]
    return (fitting or routines)[0], len(fitting) == 1


def _names(definition: Definition) -> frozenset[str]:
    titles = (definition.title.sv.casefold(), definition.title.en.casefold())
    return frozenset((definition.kind, *titles, *(word for word, kind in WORDS.items() if kind == definition.kind)))
