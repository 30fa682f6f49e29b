"""`user mailbox` and `user mailboxes`: the addresses at which whole functions read their letters."""

from __future__ import annotations

import click
from rich.table import Table
from rich.text import Text

from cases.clock.function_mailboxes import mailboxes, remove_mailbox, set_mailbox
from cases.commands.asked import installation, json_option
from cases.commands.terminal import answer, answer_json
from cases.organisation.administration import By


@click.command("mailbox")
@click.argument("post", metavar="FUNCTION@PLACE")
@click.argument("address", default="")
@click.option("--language", type=click.Choice(("sv", "en")), default="sv", show_default=True)
@click.option("--remove", is_flag=True, help="Letters go to those who hold the function again.")
@click.pass_context
def mailbox(context: click.Context, post: str, address: str, language: str, remove: bool) -> None:
    """Let a function's letters go to a mailbox of its own: stegen user mailbox receiver@operation:su su@example.org.

    One letter a case, to the mailbox instead of to the holders. While nobody holds the function, and when the mailbox
    takes no letters, they go on as they else would. The contact person is told of the address.
    """
    here = installation(context)
    by = By("", here.now())
    if remove == bool(address):
        raise click.UsageError("Give an address, or --remove.")
    if remove:
        remove_mailbox(here.record, post, by=by)
        click.echo(f"Letters to {post} go to those who hold it.")
        return
    set_mailbox(here.record, post, address, "en" if language == "en" else "sv", by=by)
    click.echo(f"Letters to {post} go to {address}.")


@click.command("mailboxes")
@json_option
@click.pass_context
def list_mailboxes(context: click.Context, as_json: bool) -> None:
    """List the functions that have a mailbox of their own."""
    found = mailboxes(installation(context).record)
    if as_json:
        answer_json([{"post": m.post, "address": m.address, "language": m.language} for m in found])
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    for m in found:
        table.add_row(Text(m.post, "bold"), Text(m.address), Text(m.language))
    answer(table if found else "No function has a mailbox of its own: `stegen user mailbox` gives it one.")
