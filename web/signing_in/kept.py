"""A form that was sent too late: kept when it came, and given back, filled in, after signing in again."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cases.signing_in.kept_forms import drop, keep, kept_for
from web.desk import desk
from web.guard import MACHINE_FIELDS, Right, here, open_to, refills
from web.signing_in.cookie import token_here

AGAIN = {"step": "change"}
"""What a form is sent with to be shown again and do nothing else."""

pages = Blueprint("kept", __name__, url_prefix="/kept")


def keep_form() -> bool:
    """Keep the form of this request for whoever's ended sign-in sent it; whether it will come back."""
    fields = request.form.to_dict()
    typed = any(text.strip() for name, text in fields.items() if name not in MACHINE_FIELDS)
    if not typed or not token_here() or not refills(current_app, request.endpoint):
        return False
    return keep(desk().record, token_here(), request.path, fields, desk().clock())


@pages.get("")
@open_to(Right.SIGNED_IN)
def page() -> str | Response:
    kept = kept_for(desk().record, here().account, desk().clock())
    if kept is None:
        return redirect(url_for("home.first"), 303)
    other = kept.post if kept.post in here().posts and kept.post != here().post else ""
    return render_template("kept.html", kept=kept, fields=dict(kept.fields) | AGAIN, other=other)


@pages.post("")
@open_to(Right.SIGNED_IN)
def back() -> Response:
    """On to the page it was for, with everything that this request carries; or away with it."""
    at = desk()
    kept = kept_for(at.record, here().account, at.clock())
    drop(at.record, here().account)
    if kept is None or "discard" in request.form:
        return redirect(url_for("home.first"), 303)
    return redirect(kept.path, 307)
