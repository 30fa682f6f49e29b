"""Search: words or a number, and the cases found among what one may read, newest first."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request

from cases.lists.search import search
from cases.number import NumberError, parse_number
from web.desk import desk
from web.guard import Right, here, open_to
from web.words import words
from web.worklist import rows

LONGEST = 200
"""Characters of a search; more makes it no sharper."""

pages = Blueprint("search", __name__)


@pages.get("/search")
@open_to(Right.ACTING)
def page() -> str:
    at, w, query = desk(), words(), request.args.get("q", "").strip()[:LONGEST]
    found = search(at.record, here().seer, query, w.now, cursor=_cursor()) if query else None
    return render_template(
        "search.html", query=query, found=found, rows=tuple(rows(found.items, w)) if found is not None else ()
    )


def _cursor() -> str:
    cursor = request.args.get("cursor", "")
    try:
        return parse_number(cursor) if cursor else ""
    except NumberError:
        abort(404)
