"""`user`: accounts, and the functions they hold from a day to a day."""

from __future__ import annotations

from datetime import date, datetime

import click
from rich.table import Table
from rich.text import Text

from cases.commands.asked import installation, json_option
from cases.commands.terminal import answer, answer_json
from cases.commands.user_entry import (
    change_address,
    entry_of,
    give_identity,
    invite_user,
    reset_code,
    revoke_invitation,
)
from cases.commands.user_mailboxes import list_mailboxes, mailbox
from cases.organisation.administration import By
from cases.organisation.people import (
    SIDES,
    Holding,
    Person,
    add_person,
    end_holding,
    hold,
    people,
    person,
    set_disabled,
    sided,
)
from workflows.office_hours import local_date

day = click.DateTime(formats=["%Y-%m-%d"])
post_argument = click.argument("post", metavar="FUNCTION@PLACE")
side_option = click.option("--side", type=click.Choice(SIDES), default=None, help="For chair, preparer and the like.")


@click.group()
def user() -> None:
    """Accounts, the functions they hold, and how they are entered.

    A function is written handler@unit:CODE, receiver@operation:CODE, contact_person@authority:CODE, chair@forum:CODE.
    """


@user.command("list")
@click.argument("part", default="")
@json_option
@click.pass_context
def list_users(context: click.Context, part: str, as_json: bool) -> None:
    """List accounts; PART of an account or name narrows it down."""
    found = people(installation(context).record, part)
    if as_json:
        answer_json([_person_json(p) for p in found])
        return
    if not found:
        click.echo(
            f"There is no account with {part!r} in it or in its name. `stegen user list` lists them all.", err=True
        )
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    for p in found:
        table.add_row(Text(p.account, "bold"), Text(p.name), Text(p.email), Text("closed" if p.disabled else "", "red"))
    answer(table)


@user.command()
@click.argument("account")
@json_option
@click.pass_context
def show(context: click.Context, account: str, as_json: bool) -> None:
    """Show an account with everything it holds, has held and will hold."""
    here = installation(context)
    found, today = person(here.record, account), local_date(here.now())
    if as_json:
        answer_json(_person_json(found) | {
            "holdings": [_holding_json(h, today) for h in found.holdings],
            "absences": [{"since": a.since.isoformat(), "until": a.until.isoformat(), "substitute": a.substitute}
                         for a in found.absences],
        })  # fmt: skip
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    closed = "  closed" if found.disabled else ""
    known = f"  {found.identity}" if found.identity else ""
    head = Text.assemble((found.account, "bold"), f"  {found.name}  {found.email}  {found.language}{known}{closed}")
    for h in found.holdings:
        style = "" if h.in_force(today) else "dim"
        days = f"{h.since} – {h.until or ''}"
        table.add_row(*(Text(t, style) for t in (h.post, h.side, days, "acting" if h.acting else "")))
    away = [f"away {a.since} – {a.until}" + (f", {a.substitute} instead" if a.substitute else "")
            for a in found.absences]  # fmt: skip
    invitation = entry_of(context, account)
    answer(head, table, *away, *([invitation] if invitation else []))


@user.command()
@click.argument("account")
@click.option("--name", required=True)
@click.option("--email", required=True)
@click.option("--language", type=click.Choice(("sv", "en")), default="sv", show_default=True)
@click.pass_context
def add(context: click.Context, account: str, name: str, email: str, language: str) -> None:
    """Add an account, as yet without functions and password: `stegen user hold`, then `stegen user invite`."""
    here = installation(context)
    by = By("", here.now())
    add_person(here.record, account, name, email, "en" if language == "en" else "sv", by=by)
    click.echo(f"{account} is added.")


@user.command("hold")
@click.argument("account")
@post_argument
@click.option("--from", "since", type=day, help="First day; without it today.")
@click.option("--to", "until", type=day, help="Last day; without it until further notice.")
@side_option
@click.option("--acting", is_flag=True, help="In somebody's stead.")
@click.pass_context
def give(
    context: click.Context, account: str, post: str, since: datetime | None, until: datetime | None, side: str | None,
    acting: bool,
) -> None:  # fmt: skip
    """Let ACCOUNT hold a function, both days included: stegen user hold anna.lind handler@unit:hsv-molndal."""
    here = installation(context)
    plain, said_side = sided(post, side or "")
    first = since.date() if since else local_date(here.now())
    hold(here.record, account, plain, first, until.date() if until else None, side=said_side, acting=acting,
         by=By("", here.now()))  # fmt: skip
    click.echo(
        f"{account} holds {post} from {first}" + (f" to {until:%Y-%m-%d}." if until else " until further notice.")
    )


@user.command("end")
@click.argument("account")
@post_argument
@click.option("--on", "last", type=day, help="Last day; without it today.")
@side_option
@click.pass_context
def end(context: click.Context, account: str, post: str, last: datetime | None, side: str | None) -> None:
    """Give a function that ACCOUNT holds its last day."""
    here = installation(context)
    plain, said_side = sided(post, side or "")
    until = last.date() if last else local_date(here.now())
    end_holding(here.record, account, plain, until, side=said_side, by=By("", here.now()))
    click.echo(f"{account} holds {post} to {until}.")


@user.command()
@click.argument("account")
@click.option("--undo", is_flag=True, help="Open the account again.")
@click.pass_context
def disable(context: click.Context, account: str, undo: bool) -> None:
    """Close an account: its sign-ins end, and its functions fall to those who stand in."""
    here = installation(context)
    set_disabled(here.record, account, not undo, by=By("", here.now()))
    click.echo(f"{account} is {'open again' if undo else 'closed'}.")


def _person_json(p: Person) -> dict[str, object]:
    return {"account": p.account, "name": p.name, "email": p.email, "language": p.language, "disabled": p.disabled,
            "identity": p.identity}  # fmt: skip


def _holding_json(h: Holding, today: date) -> dict[str, object]:
    return {"post": h.post, "side": h.side, "acting": h.acting, "since": h.since.isoformat(),
            "until": h.until.isoformat() if h.until else None, "in_force": h.in_force(today)}  # fmt: skip


for command in (
    invite_user, revoke_invitation, reset_code, change_address, give_identity, mailbox, list_mailboxes,
):  # fmt: skip
    user.add_command(command)
