"""What makes the steps a ladder: one bottom, a forum wherever a step needs one, and a way up for every operation."""

from collections.abc import Iterator

from config.draft import Draft
from config.faults import Fault
from config.forums import BESIDE, Forum, Rung
from config.rows import Placed


def ladder_faults(draft: Draft) -> Iterator[Fault]:
    if [rung.value.code for rung in draft.rungs if rung.value.scope == "local"] != _codes_of_first_rung(draft):
        yield Fault("county.toml", "rung", "the first rung, and no other, must have the scope 'local'")
    rungs = {rung.value.code: rung.value for rung in draft.rungs}
    for forum in draft.forums:
        yield from _place_faults(forum, rungs.get(forum.value.rung))
    for rung in draft.rungs:
        yield from _rung_faults(rung, draft)
    yield from _homeless_operations(draft)


def _codes_of_first_rung(draft: Draft) -> list[str]:
    return [rung.value.code for rung in draft.rungs[:1]]


def _place_faults(forum: Placed[Forum], rung: Rung | None) -> Iterator[Fault]:
    if (forum.value.kind == "ladder") == (forum.value.rung == BESIDE):
        yield forum.fault("kind", f"a forum of the kind '{forum.value.kind}' cannot stand on '{forum.value.rung}'")
    if rung and rung.scope == "local":
        yield forum.fault("rung", f"'{rung.code}' is the step of the parties themselves; no forum stands on it")
    if rung and rung.scope == "county" and forum.value.arena:
        yield forum.fault("arena", f"a forum on '{rung.code}' serves the whole county; leave its arena empty")
    if rung and rung.scope in ("area", "arena") and not forum.value.arena:
        yield forum.fault("arena", f"a forum on '{rung.code}' serves one arena; name it")


def _rung_faults(rung: Placed[Rung], draft: Draft) -> Iterator[Fault]:
    """On a rung with one forum per arena (or county) exactly one must not have ended."""
    if rung.value.scope not in ("arena", "county"):
        return
    arenas = [None] if rung.value.scope == "county" else [arena.value.code for arena in draft.arenas]
    standing = [forum for forum in draft.forums if forum.value.rung == rung.value.code and forum.value.state != "ended"]
    for arena in arenas:
        whose = f"the arena '{arena}'" if arena else "the county"
        found = [forum for forum in standing if forum.value.arena == arena]
        if not found:
            yield rung.fault("code", f"no forum stands on '{rung.value.code}' for {whose}; add one to forums.csv")
        for surplus in found[1:]:
            first = f"'{found[0].value.code}' ({found[0].place})"
            yield surplus.fault("rung", f"{first} already stands on '{rung.value.code}' for {whose}; end one of them")


def _homeless_operations(draft: Draft) -> Iterator[Fault]:
    """The lowest common forum is looked for among seats: an operation without one in its arena is out of reach."""
    arena_of = {forum.value.code: forum.value.arena for forum in draft.forums if forum.value.kind == "ladder"}
    arenas = {arena.value.code for arena in draft.arenas}
    for entry in draft.operations:
        operation = entry.value
        lines = (line.value for line in draft.seat_lines if arena_of.get(line.value.forum) == operation.arena)
        if operation.arena in arenas and not any(line.seats(operation) for line in lines):
            text = f"'{operation.code}' sits in no ladder forum of its own arena '{operation.arena}'"
            yield entry.fault("code", f"{text}; add it to seats.csv")
