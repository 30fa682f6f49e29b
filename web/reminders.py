"""One's own reminders, besides the routine's: chosen on the account's page, for the function that one acts in."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from cases.clock.own_reminders import CHOICES, choose_reminders, chosen_reminders
from web.desk import desk
from web.guard import Right, here, open_to
from web.home import has_list

REMINDERS = "reminders"
"""What the account's page is told when they have been changed."""

pages = Blueprint("reminders", __name__)


@pages.post("/account/reminders")
@open_to(Right.ACTING)
def choose() -> Response:
    """These and no others from now on; what is ticked and is none of the choices is left out."""
    wanted = [choice for choice in CHOICES if request.form.get(choice)]
    choose_reminders(desk().record, here().seer, wanted, desk().clock())
    return redirect(url_for("account.page", done=REMINDERS), 303)


def offered() -> dict[str, bool]:
    """Each choice and whether it is hers in the function she acts in; none where no case can await her."""
    if not here().post or not has_list(here().post):
        return {}
    with desk().record.database.read() as tx:
        own = chosen_reminders(tx, here().seer)
    return {choice: choice in own for choice in CHOICES}
