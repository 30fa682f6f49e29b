"""What the law asks every public body to say of its pages: how far everybody can use them, and whom to tell if not.

The act on accessibility of digital public service (SFS 2018:1937, sections 13 and 14) and the supervising authority's
regulation MDFFS 2019:2 name the parts: status, known shortcomings, contact, supervision, when and how it was assessed.
"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template

from web.desk import desk
from web.guard import Right, open_to
from web.words import words

SUPERVISION = "https://www.digg.se/tdosanmalan"
ASSESSED = date(2026, 11, 22)
"""The day on which the statement was last compared with what the tests find. Change it with the text."""

SHORTCOMINGS = ("readers", "papers", "letters")

pages = Blueprint("accessibility", __name__)


@pages.get("/accessibility")
@open_to(Right.EVERYBODY)
def page() -> str:
    w = words()
    shortcomings = [w.t(f"accessibility.{name}") for name in SHORTCOMINGS]
    return render_template(
        "accessibility.html", contact=desk().serving.contact, supervision=SUPERVISION, assessed=w.day(ASSESSED),
        shortcomings=shortcomings,
    )  # fmt: skip
