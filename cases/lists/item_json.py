"""A listed case in JSON: the shape that `case list --json` and the API's lists share. Stable; keys are only ever added.

Apart from the whole case (cases.case_json), so that a list waits for nothing that only a case needs.
"""

from __future__ import annotations

from cases.json_words import Json, post_texts, texts
from cases.lists.worklist import Item
from cases.names import Names
from workflows.about_when import UNTIL
from workflows.definition import Definition


def item_json(item: Item, definition: Definition, names: Names, about: str = "") -> Json:
    """A case as a list shows it: its cover, and in one line what it is about, where the reader may know."""
    stage = definition.stages[item.stage]
    return {
        "number": item.number, "kind": item.kind, **texts("kind", definition.title), "status": item.status,
        "urgent": item.urgent, "rung": item.rung, "stage": item.stage, "stage_id": stage.id,
        **texts("stage", stage.title), "ball_holder": item.ball, **post_texts("ball_holder", item.ball, names),
        "next_task": item.next_task, **texts("next_task", definition.task_words(item.stage, item.next_task)),
        "next_date": item.next_date.isoformat() if item.next_date else None, "version": item.version, "owed": item.owed,
        **texts("asked", item.asked(definition)),
        "event_date": item.event_date.isoformat() if item.event_date else None,
        "event_until": item.about_when.get(UNTIL), "about": about,
        "raising": item.raising, "raising_name": names.place(item.raising, "sv") if item.raising else "",
        "receiving": item.receiving, "receiving_name": names.place(item.receiving, "sv") if item.receiving else "",
    }  # fmt: skip
