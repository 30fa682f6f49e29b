"""`stegen settings`: what this installation is set to, and where each setting came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Protocol, cast

import click
from rich.table import Table

from cases.commands.asked import json_option
from cases.commands.terminal import answer, answer_json


class Set(Protocol):
    """What the entry point hands over: each setting with its value, secrets left out (config.settings_told)."""

    @property
    def settings_told(self) -> Sequence[Any]: ...


@click.command()
@json_option
@click.pass_context
def settings(context: click.Context, as_json: bool) -> None:
    """Show what this installation is set to, and where each setting came from. Secrets are not shown.

    What each of them means stands in docs/settings.md.
    """
    told = cast(Set, context.obj).settings_told
    if as_json:
        answer_json([asdict(one) for one in told])
        return
    table = Table("setting", "value", "from", box=None, pad_edge=False, header_style="bold")
    for one in told:
        origin = f"{one.origin} {one.origin_detail}".strip()
        table.add_row(one.name, _shown(one), origin)
    answer(table)


def _shown(one: Any) -> str:
    if one.secret and one.origin != "default":
        return "(secret)"
    return one.value or f"(not set: {one.without.replace('`', '')})"
