"""`case`: everything that one function does in a case from the command line, through the same doorway as a page."""

from __future__ import annotations

from collections.abc import Mapping

import click

from cases.commands.one_by_one import Fetch, OneByOne


def _moving() -> tuple[click.Command, ...]:
    from cases.commands.moving import act_in_case, report_case

    return report_case, act_in_case


def _listing() -> tuple[click.Command, ...]:
    from cases.commands.case_list import list_

    return (list_,)


def _reading() -> tuple[click.Command, ...]:
    from cases.commands.reading import show, why

    return show, why


def _matter() -> tuple[click.Command, ...]:
    from cases.commands.matter import link_to, paper, registry, share_note, write_note

    return write_note, share_note, link_to, registry, paper


def _patient() -> tuple[click.Command, ...]:
    from cases.commands.patient import patient

    return (patient,)


def _forum_file() -> tuple[click.Command, ...]:
    from cases.commands.forum_file import forum_file

    return (forum_file,)


def _disposal() -> tuple[click.Command, ...]:
    from cases.commands.disposal import dispose_of

    return (dispose_of,)


COMMANDS: Mapping[str, Fetch] = {
    "report": _moving, "list": _listing, "show": _reading, "act": _moving, "why": _reading, "note": _matter,
    "share": _matter, "link": _matter, "registry": _matter, "paper": _matter, "patient": _patient,
    "file": _forum_file, "dispose": _disposal,
}  # fmt: skip


@click.group(cls=OneByOne, fetch=COMMANDS)
def case() -> None:
    """Report, list, show and move cases, each time as one function.

    Say which with --as ACCOUNT/FUNCTION, for example --as anna.lind/reporter, or handler@unit:CODE where an account
    holds several. The history says so.
    """
