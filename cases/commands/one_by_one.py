"""A group whose commands are imported file by file, when somebody asks for one: none waits for what others need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click

Fetch = Callable[[], Iterable[click.Command]]
"""Imports one file, and gives the commands of it."""


class OneByOne(click.Group):
    """`fetch` says of each command's name how to come by it."""

    def __init__(self, *args: Any, fetch: Mapping[str, Fetch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._fetch = fetch

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self._fetch)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        fetch = self._fetch.get(cmd_name)
        return next(command for command in fetch() if command.name == cmd_name) if fetch is not None else None
