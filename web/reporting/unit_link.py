"""The unit's link to the report form: made, printed with its QR code, renewed and revoked."""

from __future__ import annotations

import segno
from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup

from cases.contents.matter import NotAllowed
from cases.reports.unit_links import Kept, is_checked, link_of, make_link, revoke_link, units_kept_by
from web.desk import desk
from web.guard import Right, here, open_to
from web.reporting.on_call import calls
from web.words import words
from workflows.organisation import holder_of

pages = Blueprint("unit_link", __name__, url_prefix="/unit-link")


def keeps_links(post: str) -> bool:
    """Whether a function looks after any unit's link."""
    return is_checked(desk().record.library) and bool(units_kept_by(post, words().directory.world.org))


@pages.get("")
@open_to(Right.ACTING)
def page() -> str:
    return _page(request.args.get("unit", ""))


@pages.post("")
@open_to(Right.ACTING)
def change() -> str:
    """Make or renew a unit's link, or revoke it. A new one is shown in the answer, to be printed, and never again."""
    at, w, unit = desk(), words(), request.form.get("unit", "")
    if unit not in units_kept_by(here().post, w.directory.world.org):
        raise NotAllowed(NotAllowed.__doc__)
    if request.form.get("step") == "revoke":
        revoke_link(at.record, here().seer, unit, w.now)
        return _page(unit, revoked=True)
    return _printed(unit, make_link(at.record, here().seer, unit, w.now))


def _page(wanted: str, *, revoked: bool = False) -> str:
    w = words()
    units = units_kept_by(here().post, w.directory.world.org) if keeps_links(here().post) else ()
    own = holder_of(here().post).removeprefix("unit:")
    chosen = wanted if wanted in units else own if own in units else units[0] if units else ""
    return render_template("unit_link.html", units=units, unit=chosen, kept=_kept(chosen), revoked=revoked)


def _kept(unit: str) -> Kept | None:
    return link_of(desk().record, here().seer, unit, words().now) if unit else None


def _printed(unit: str, token: str) -> str:
    """A plain sheet, as it hangs on the wall: telephone first, then the code, the address and nothing about anybody."""
    address = f"{desk().serving.base_url}{url_for('unit_report.form', token=token)}"
    drawn = segno.make(address, error="m", micro=False)
    picture = drawn.svg_inline(scale=6, border=4, omitsize=True, svgclass="qr", lineclass=None)
    # Drawn by segno from our own address: squares, and nothing that anybody typed.
    svg = Markup(picture)  # noqa: S704
    side = words().directory.world.org.sides[unit]
    return render_template(
        "unit_link_print.html", unit=unit, address=address, svg=svg, calls=calls(words(), (side.operation,))
    )  # fmt: skip
