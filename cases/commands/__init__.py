"""The commands that the record carries; the entry point puts them beside those of the other rooms."""

from __future__ import annotations

from collections.abc import Mapping

import click

from cases.commands.case import case
from cases.commands.upkeep import county, key, migrate, verify
from cases.commands.user import user
from cases.commands.workflow import workflow

COMMANDS: Mapping[str, click.Command] = {
    str(command.name): command for command in (case, workflow, user, county, key, verify, migrate)
}
