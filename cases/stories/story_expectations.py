"""What a story expects of a case after a step, held against what the record says now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cases.answers import Acted
from cases.functions import actor_for
from cases.gather import Gathered, gather
from cases.sight import CaseUnknown, Seer, look
from cases.stories.story_script import Scene
from workflows.answering import DECIDED
from workflows.attempt import World
from workflows.nouns import Refusal
from workflows.office_hours import local_date

OF_REFUSAL = ("refused", "door", "door_to", "unseen")


def stage_of(scene: Scene) -> str:
    """The stage that the step's case is in; "" before it has begun."""
    found = _found(scene)
    return found[0].snapshot.cover.stage if found is not None else ""


def differences(scene: Scene, acted: Acted | None, refusal: Refusal | None, unseen: bool) -> list[str]:
    """What came out otherwise than the step expects, in words; empty when all is as written."""
    expect = scene.step.expect
    texts = list(_of_refusal(expect, refusal, unseen))
    rest = {name: wanted for name, wanted in expect.items() if name not in OF_REFUSAL}
    if texts or not rest:
        return texts
    found = _found(scene)
    if found is None:
        return [f"the step has no case, but expects {', '.join(rest)}"]
    for name, wanted in rest.items():
        seen = LOOKS[name](scene, *found, wanted)
        if seen != wanted:
            texts.append(f"{name}: expected {wanted!r}, found {seen!r}")
    return texts


def _of_refusal(expect: Mapping[str, Any], refusal: Refusal | None, unseen: bool) -> Iterator[str]:
    if unseen != expect.get("unseen", False):
        yield "the case is unknown to whoever acts" if unseen else "whoever acts may know of the case"
    codes = sorted({r.code for r in refusal.reasons}) if refusal is not None else []
    if codes != sorted(expect.get("refused", ())):
        yield f"refused: expected {sorted(expect.get('refused', ()))}, found {codes}{_said(refusal)}"
    door = refusal.next_door if refusal is not None else None
    for name, found in (("door", door.move if door else ""), ("door_to", door.target if door else "")):
        if name in expect and expect[name] != found:
            yield f"{name}: expected {expect[name]!r}, found {found!r}"


def _said(refusal: Refusal | None) -> str:
    return f" ({'; '.join(f'{r.field} {r.en}'.strip() for r in refusal.reasons)})" if refusal is not None else ""


def _found(scene: Scene) -> tuple[Gathered, World] | None:
    with scene.record.database.read() as tx:
        case_id = tx.value("SELECT id FROM cases WHERE number = :number", number=scene.number)
        if case_id is None:
            return None
        world = scene.record.world(tx, scene.now)
        return gather(tx, int(case_id), world.org, lock=False), world


Look = Callable[[Scene, Gathered, World, Any], Any]
"""What the record says of one expectation, in the form in which a story writes it; `wanted` limits the look."""


def _cover(name: str) -> Look:
    def looked(_s: Scene, found: Gathered, _w: World, _wanted: Any) -> Any:
        value = getattr(found.snapshot.cover, name)
        return list(value) if isinstance(value, tuple) else value

    return looked


def _due(_s: Scene, found: Gathered, _w: World, wanted: Any) -> Any:
    living = {d.code: d.due for d in found.snapshot.deadlines if d.status == "open"}
    return {code: living.get(code) for code in wanted}


def _closed(_s: Scene, found: Gathered, _w: World, wanted: Any) -> Any:
    """The newest deadline of a code that is no longer open: met, missed or withdrawn."""
    latest = {d.code: d.status for d in sorted(found.snapshot.deadlines, key=lambda d: d.start) if d.status != "open"}
    return {code: latest.get(code) for code in wanted}


def _owes(_s: Scene, found: Gathered, _w: World, wanted: Any) -> Any:
    """Who is asked for a contribution that is still owed."""
    owed = {c.code: c.asked for c in found.snapshot.contributions if c.status == "owed"}
    return {code: owed.get(code, "") for code in wanted}


def _decided(_s: Scene, found: Gathered, _w: World, _wanted: Any) -> Any:
    """What a forum has decided and not sent yet."""
    return found.snapshot.cover.facts.get(DECIDED, {}).get("outcome", "")


def _outcome(_s: Scene, found: Gathered, _w: World, _wanted: Any) -> Any:
    return found.snapshot.cover.facts.get("outcome", "")


def _findings(_s: Scene, found: Gathered, _w: World, _wanted: Any) -> Any:
    return found.snapshot.findings


def _file_at(scene: Scene, found: Gathered, _w: World, wanted: Any) -> Any:
    """The newest revision of the forum file that a forum can read; 0 for none."""
    with scene.record.database.read() as tx:
        sent = tx.all("SELECT revision, sent_to FROM forum_file_revision WHERE case_id = :id", id=found.case_id)
    return {forum: max((r for r, to in sent if forum in to.split(",")), default=0) for forum in wanted}


def _may(scene: Scene, found: Gathered, world: World, wanted: Any) -> Any:
    return [move for move in wanted if move in _open_moves(scene, found, world)]


def _may_not(scene: Scene, found: Gathered, world: World, wanted: Any) -> Any:
    return [move for move in wanted if move not in _open_moves(scene, found, world)]


def _open_moves(scene: Scene, found: Gathered, world: World) -> set[str]:
    cover, who = found.snapshot.cover, scene.seer
    with scene.record.database.read() as tx:
        actor = actor_for(tx, who.account, who.post, cover, world.org, local_date(scene.now))
    offers = scene.record.library.routine(found.definition).offers(found.snapshot, actor, world, scene.now)
    return {offer.move for offer in offers if not offer.reasons}


def _told(scene: Scene, found: Gathered, _w: World, wanted: Any) -> Any:
    """Whom the step's move sends word to."""
    with scene.record.database.read() as tx:
        posts = {
            post for (post,) in tx.all(
                "SELECT post FROM docket WHERE case_id = :id AND kind = 'letter' AND key LIKE :version",
                id=found.case_id, version=f"%/v{found.snapshot.cover.version}/%",
            )
        }  # fmt: skip
    return [post for post in wanted if post in posts]


def _sees(scene: Scene, _f: Gathered, world: World, wanted: Any) -> Any:
    return [name for name in wanted if _knows(scene, world, name)]


def _sees_not(scene: Scene, _f: Gathered, world: World, wanted: Any) -> Any:
    return [name for name in wanted if not _knows(scene, world, name)]


def _knows(scene: Scene, world: World, name: str) -> bool:
    who = scene.people[name]
    with scene.record.database.read() as tx:
        try:
            look(tx, scene.number, Seer(who.account, who.post), world.org)
        except CaseUnknown:
            return False
    return True


LOOKS: Mapping[str, Look] = {
    "stage": _cover("stage"), "status": _cover("status"), "rung": _cover("rung"), "forums": _cover("forums"),
    "ball": _cover("ball"), "date": _cover("next_date"), "due": _due, "closed": _closed, "owes": _owes,
    "outcome": _outcome, "decided": _decided, "findings": _findings, "may": _may, "may_not": _may_not,
    "told": _told, "sees": _sees, "sees_not": _sees_not, "file_at": _file_at,
}  # fmt: skip
