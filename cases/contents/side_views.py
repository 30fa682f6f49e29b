"""Each side's view in the forum file: written by that side, and taken over by the other as it stands (law 7)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cases.contents.identifiers import find
from cases.contents.matter import NotAllowed, Room
from cases.database import Transaction
from cases.reading import Line
from cases.whose_view import OWN_VIEW, VIEWS
from workflows.file_acts import WRITTEN
from workflows.nouns import Cover
from workflows.organisation import Organisation, holder_of
from workflows.texts import authority_of

FIELDS = ("statement", "question", *VIEWS)
"""What a forum file says, in order."""

SIGNED = "sign"
"""The step by which a side signs the protocol of disagreement, with its view in it."""

SPLIT = "split"
"""The step that leaves one person's money behind: what was said of the whole question stays with it (law 6)."""

Words = tuple[str, str, Mapping[str, Any]]
"""(who wrote, by which step, what)."""


def with_their_view(room: Room, side: str, texts: dict[str, str]) -> dict[str, str]:
    """The texts of one side with the other's view beside them, as that side worded it last: in a revision of its own,
    or in the protocol of disagreement. One that certainly points out a person stays behind until it is written anew."""
    theirs = next(name for name, whose in VIEWS.items() if whose != side)
    kept = _last_word(room, theirs)
    kept = "" if any(hit.certain for hit in find(kept)) else kept
    if texts.get(theirs, kept).strip() != kept.strip():
        raise NotAllowed(
            f"{theirs} is the other side's view, which it writes itself; yours goes in the other of {', '.join(VIEWS)}."
            f" Leave {theirs} out: it follows as that side worded it."
        )
    own = {name: text for name, text in texts.items() if name != theirs}
    return {name: text for name in FIELDS if (text := (own | {theirs: kept}).get(name, ""))}


def views_that_stand(
    tx: Transaction, case_id: int, texts: Mapping[str, Any], cover: Cover, org: Organisation
) -> dict[str, Any]:
    """A revision's words as they leave, among all that the case's parties have written."""
    return standing(texts, cover, org, tuple(_written(tx, case_id)))


def standing(texts: Mapping[str, Any], cover: Cover, org: Organisation, written: Iterable[Words]) -> dict[str, Any]:
    """A revision's words without what a party that the case has left said on a side, which is not its successor's view
    (law 7). `written` are the revisions and signatures of the parties' record."""
    words, sides = tuple(written), {"raising": cover.raising, "receiving": cover.receiving}

    def stands(name: str, text: str) -> bool:
        side = sides[VIEWS[name]]
        said = _said(words, name, side.authority, org) if side is not None else ()
        return any(text.strip() == one.strip() for one in said)

    return {name: text for name, text in texts.items() if name not in VIEWS or stands(name, text)}


def standing_in(lines: Iterable[Line], texts: Mapping[str, Any], cover: Cover, org: Organisation) -> dict[str, Any]:
    """The same among the lines of a case as a party reads it, oldest first."""
    said = [line for line in since_split(lines) if line.code in (WRITTEN, SIGNED)]
    return standing(texts, cover, org, ((line.actor, line.code, line.texts) for line in reversed(said)))


def since_split(lines: Iterable[Line]) -> list[Line]:
    """What the parties share, oldest first, from when the question of principle was split off; all of it before."""
    shared = [line for line in lines if line.compartment == "shared"]
    return shared[next((at for at in range(len(shared), 0, -1) if shared[at - 1].code == SPLIT), 0) :]


def _last_word(room: Room, name: str) -> str:
    """What a side has said last of its own view, in a revision that it wrote or when it signed; "" where it has taken
    it out since, or has said nothing. What an earlier party said on that side is not its successor's view."""
    whose = authorities(room)[VIEWS[name]]
    return next(_said(_written(room.tx, room.sight.case_id), name, whose, room.world.org), "")


def _said(written: Iterable[Words], name: str, authority: str, org: Organisation) -> Iterator[str]:
    """What an authority has said of its own view, in the order in which it stands."""
    for actor, code, texts in written:
        if authority_of(holder_of(actor), org) == authority and (code == WRITTEN or texts.get(OWN_VIEW)):
            yield str(texts.get(name if code == WRITTEN else OWN_VIEW, ""))


def _written(tx: Transaction, case_id: int) -> Iterator[Words]:
    """Newest first, back to when the question of principle was split off."""
    for actor, code, body in tx.all(_SAID, id=case_id, file=WRITTEN, signed=SIGNED, split=SPLIT):
        if code == SPLIT:
            return
        yield actor, code, json.loads(body)["texts"]


_SAID = """SELECT e.actor, e.code, t.body FROM event e JOIN event_text t ON t.case_id = e.case_id
 AND t.compartment = e.compartment AND t.seq = e.seq
 WHERE e.case_id = :id AND e.compartment = 'shared' AND e.code IN (:file, :signed, :split)
 ORDER BY e.seq DESC"""


def authorities(room: Room) -> dict[str, str]:
    """Side -> its authority; "" for a side that the case does not have yet."""
    row = room.tx.one("SELECT raising_operation, receiving_operation FROM cases WHERE id = :id", id=room.sight.case_id)
    assert row is not None  # the doorway has found the case
    sides = room.world.org.sides
    return {
        side: sides[f"operation:{operation}"].authority if operation else ""
        for side, operation in (("raising", row[0]), ("receiving", row[1]))
    }
