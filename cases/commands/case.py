"""`case`: everything that one function does in a case from the command line, through the same doorway as a page."""

from __future__ import annotations

import click

from cases.commands.case_list import list_
from cases.commands.disposal import dispose_of
from cases.commands.forum_file import forum_file
from cases.commands.matter import link_to, paper, registry, share_note, write_note
from cases.commands.moving import act_in_case, report_case
from cases.commands.patient import patient
from cases.commands.reading import show, why


@click.group()
def case() -> None:
    """Report, list, show and move cases, each time as one function.

    Say which with --as ACCOUNT/FUNCTION, for example --as anna.lind/reporter, or handler@unit:CODE where an account
    holds several. The history says so.
    """


for command in (
    report_case, list_, show, act_in_case, why, write_note, share_note, link_to, registry, paper, patient, forum_file,
    dispose_of,
):  # fmt: skip
    case.add_command(command)
