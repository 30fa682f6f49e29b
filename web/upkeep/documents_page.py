"""Governing documents: who owns each, which versions held when; another owner from a day on."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for

from cases.organisation.document_owners import OwnerFault, documents, give_owner
from web.choices import Group, Option
from web.desk import desk
from web.guard import Right, open_to
from web.signing_in.sign_in import Answer
from web.upkeep.administration import by_me
from web.words import words

pages = Blueprint("documents_page", __name__, url_prefix="/administration/documents")


@pages.get("")
@open_to(Right.ADMINISTERING)
def page() -> str:
    return _page()


@pages.post("")
@open_to(Right.ADMINISTERING)
def give() -> Answer:
    """The document is another forum's from that day, today where none is said."""
    typed, w = request.form.to_dict(), words()
    try:
        first = date.fromisoformat(typed.get("first", "").strip() or w.today.isoformat())
    except ValueError:
        return _page(w.t("documents.fault_day"), typed), 422
    document, owner = typed.get("document", ""), typed.get("owner", "")
    try:
        give_owner(desk().record, document, owner, first, w.now, by_me(typed.get("reason", "")[:500]))
    except OwnerFault as fault:
        return _page(w.t(f"documents.fault_{fault.code}"), typed), 422
    return redirect(url_for("documents_page.page", done=1), 303)


def _page(wrong: str = "", typed: dict[str, str] | None = None) -> str:
    w = words()
    found = documents(desk().record, w.now)
    return render_template(
        "documents.html", found=found, wrong=wrong, typed=typed or {}, done=bool(request.args.get("done")),
        documents=[Group("", tuple(Option(one.code, one.name) for one in found))], forums=[Group("", _owners())],
    )  # fmt: skip


def _owners() -> tuple[Option, ...]:
    """Forums that have not ended, by name."""
    w = words()
    living = (f for f in w.directory.world.org.forums.values() if f.state != "ended")
    return tuple(Option(f.code, f.name) for f in sorted(living, key=lambda f: f.name))
