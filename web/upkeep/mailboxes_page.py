"""Mailboxes of functions: which office reads its letters at an address of its own, set and taken away."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for

from cases.clock.function_mailboxes import OFFICES, mailboxes, remove_mailbox, set_mailbox
from cases.organisation.people import PeopleFault
from web.choices import Group, Option
from web.desk import desk
from web.guard import Right, open_to
from web.signing_in.sign_in import Answer
from web.upkeep.administration import by_me
from web.words import words
from workflows.calendar import Language

pages = Blueprint("mailboxes_page", __name__, url_prefix="/administration/mailboxes")


@pages.get("")
@open_to(Right.ADMINISTERING)
def page() -> str:
    return _page()


@pages.post("")
@open_to(Right.ADMINISTERING)
def change() -> Answer:
    typed = request.form.to_dict()
    language: Language = "en" if typed.get("speaks") == "en" else "sv"
    try:
        if typed.get("do") == "remove":
            remove_mailbox(desk().record, typed.get("post", ""), by=by_me())
            return redirect(url_for("mailboxes_page.page", done="removed"), 303)
        post = f"{typed.get('function', '')}@{typed.get('where', '')}"
        set_mailbox(desk().record, post, typed.get("address", ""), language, by=by_me())
    except PeopleFault as fault:
        return _page(words().t(f"people.fault_{fault.code}"), typed), 422
    return redirect(url_for("mailboxes_page.page", done="set"), 303)


def _page(wrong: str = "", typed: dict[str, str] | None = None) -> str:
    done = request.args.get("done", "")
    return render_template(
        "mailboxes.html", found=mailboxes(desk().record), functions=_functions(), places=_places(), wrong=wrong,
        typed=typed or {}, done=done if done in ("set", "removed") else "",
    )  # fmt: skip


def _functions() -> list[Group]:
    w = words()
    return [Group("", tuple(sorted((Option(code, w.function(code)) for code in OFFICES), key=lambda o: o.label)))]


def _places() -> list[Group]:
    """Every place where one of these functions is held, by kind."""
    w = words()
    named = sorted(w.directory.names.items(), key=lambda item: item[1])
    return [
        Group(w.t(f"people.kind_{kind}"), tuple(Option(key, name) for key, name in named if key.startswith(f"{kind}:")))
        for kind in dict.fromkeys(OFFICES.values())
    ]
