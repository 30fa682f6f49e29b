"""`user invite`, `revoke`, `reset-code`, `identity`: how an account is entered, and how that is taken away again."""

from __future__ import annotations

from typing import Protocol, cast

import click

from cases.commands.asked import installation
from cases.organisation.administration import By
from cases.organisation.people import PeopleFault, person, set_address, set_identity
from cases.signing_in.authenticators import forget
from cases.signing_in.invitations import invitation_of, invite, invite_here, revoke
from workflows.office_hours import STOCKHOLM


class Reached(Protocol):
    """What of the settings a link needs."""

    @property
    def base_url(self) -> str: ...


@click.command("invite")
@click.argument("account")
@click.option("--here", "shown", is_flag=True, help="Show the link here instead of sending a letter.")
@click.pass_context
def invite_user(context: click.Context, account: str, shown: bool) -> None:
    """Invite ACCOUNT to choose a password, by letter to its mail address; the clock's next round sends it.

    The link can be used once, within a week. It also serves who has forgotten her password. For the first
    administrator, before there is a mail server, use --here and open the link yourself.
    """
    here = installation(context)
    found = person(here.record, account)
    if not shown:
        invite(here.record, account, here.now(), by=By("", here.now()))
        click.echo(f"A letter to {found.email} goes out with the clock's next round (`stegen serve`, `stegen tick`).")
        return
    token = invite_here(here.record, account, here.now(), by=By("", here.now()))
    base_url = cast(Reached, context.obj.settings).base_url
    click.echo(f"Give this link to {found.name} and nobody else; it can be used once, within a week:")
    click.echo(f"{base_url}/invitation/{token}")


@click.command("revoke")
@click.argument("account")
@click.pass_context
def revoke_invitation(context: click.Context, account: str) -> None:
    """Take back an invitation that is on its way or not used yet."""
    here = installation(context)
    person(here.record, account)
    if not revoke(here.record, account, by=By("", here.now())):
        raise PeopleFault(
            f"{account} has no invitation that could be used; there is nothing to take back", "not_invited"
        )
    click.echo(f"The invitation of {account} opens nothing any more.")


@click.command("reset-code")
@click.argument("account")
@click.pass_context
def reset_code(context: click.Context, account: str) -> None:
    """Forget the authenticator and the recovery codes of ACCOUNT, whose telephone is lost; its sign-ins end.

    Make sure first, by telephone or face to face, that it is the person who asks. She sets up a new one when she
    signs in with her password the next time.
    """
    here = installation(context)
    person(here.record, account)
    forget(here.record, account, by=By("", here.now()))
    click.echo(f"{account} sets up a new authenticator at the next sign-in.")


@click.command("address")
@click.argument("account")
@click.argument("email")
@click.pass_context
def change_address(context: click.Context, account: str, email: str) -> None:
    """Let the letters of ACCOUNT go to another address: stegen user address anna.lind anna.lind@example.org."""
    here = installation(context)
    set_address(here.record, account, email, by=By("", here.now()))
    click.echo(f"Letters to {account} go to {email}.")


@click.command("identity")
@click.argument("account")
@click.argument("identity")
@click.pass_context
def give_identity(context: click.Context, account: str, identity: str) -> None:
    """Say what the identity provider calls ACCOUNT: stegen user identity anna.lind SE2120000000-A1B2; '' for nothing.

    It is compared with the claim that STEGEN_OIDC_CLAIM names.
    """
    here = installation(context)
    set_identity(here.record, account, identity, by=By("", here.now()))
    click.echo(f"{account} signs in as {identity}." if identity else f"{account} is known to no identity provider.")


def entry_of(context: click.Context, account: str) -> str:
    """How it stands with an account's invitation, in a line; "" for one that never had any."""
    found = invitation_of(installation(context).record, account)
    if found is None:
        return ""
    ends = f", until {found.ends_at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}" if found.status in ("sent", "shown") else ""
    return f"invitation {found.status}{ends}" + (f" ({found.answer})" if found.answer else "")
