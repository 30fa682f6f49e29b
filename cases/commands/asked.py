"""What every case command is asked besides its own words: as whom, in which language, as JSON or for people.

A command acts in exactly one function, like a page does, and the history says so. Without a function it refuses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, cast

import click

from cases.commands.refused import JSON_ASKED
from cases.commands.refused import LANGUAGE as SPOKEN
from cases.functions import choose, posts_of
from cases.number import NumberError, parse_number
from cases.record import Record
from cases.sight import Seer
from workflows.calendar import Language
from workflows.office_hours import local_date

if TYPE_CHECKING:
    from cases.installation import CountyRules
    from cases.organisation.seeding import CountyData

P = ParamSpec("P")

LANGUAGE = "SELECT language FROM person WHERE account = :account"

HOW_TO_ACT = (
    "say who acts: --as ACCOUNT/FUNCTION, for example --as petra.lonnroth/receiver. "
    "`stegen user show ACCOUNT` lists the functions of an account."
)


class Installation(Protocol):
    """What the entry point hands to every command; the record is opened by the first one that asks for it."""

    @property
    def record(self) -> Record: ...
    @property
    def county(self) -> CountyData: ...
    @property
    def rules(self) -> CountyRules: ...
    @property
    def county_folder(self) -> Path: ...
    @property
    def database_url(self) -> str: ...
    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks what record, when, in which language, and how the answer is wanted."""

    record: Record
    seer: Seer
    now: datetime
    language: Language
    as_json: bool


def installation(context: click.Context) -> Installation:
    return cast(Installation, context.obj)


def _note_json(context: click.Context, _param: click.Parameter, value: bool) -> bool:
    if value:
        context.meta[JSON_ASKED] = True
    return value


json_option = click.option("--json", "as_json", is_flag=True, callback=_note_json, help="Answer in JSON, complete.")
language_option = click.option(
    "--language", type=click.Choice(("sv", "en")), is_eager=True, help="Without it: the person's own."
)


def as_somebody(command: Callable[Concatenate[Asked, P], None]) -> Callable[P, None]:
    """Gives a command `--as`, `--language` and `--json`; it is called with what was Asked first."""

    @click.option(
        "--as", "who", metavar="ACCOUNT/FUNCTION", is_eager=True,
        help="Who acts, in which function: anna.lind/reporter.",
    )  # fmt: skip
    @language_option
    @json_option
    @click.pass_context
    @wraps(command)
    def asked(context: click.Context, /, who: str | None, language: str | None, as_json: bool, **values: Any) -> None:
        account, function = _who(who)
        here = installation(context)
        now = here.now()
        record = here.record
        spoken = context.meta[SPOKEN] = _language_asked(context, account)
        with record.database.read() as tx:
            post = choose(posts_of(tx, account, local_date(now)), function)
        command(Asked(record, Seer(account, post), now, spoken, as_json), **values)  # type: ignore[call-arg]

    return cast(Callable[P, None], asked)


def _who(text: str | None) -> tuple[str, str]:
    account, _, function = (text or "").partition("/")
    if not account or not function:
        raise click.UsageError(HOW_TO_ACT[0].upper() + HOW_TO_ACT[1:])
    return account, function


class CaseNumber(click.ParamType[str]):
    """A case number as people write it: any case, spaces and dashes, O for 0."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return parse_number(str(value))
        except NumberError:
            account = str(ctx.params.get("who") or "").partition("/")[0] if ctx is not None else ""
            if ctx is not None and account:
                ctx.meta[SPOKEN] = _language_asked(ctx, account)
            raise


number_argument = click.argument("number", type=CaseNumber())


def _language_asked(context: click.Context, account: str) -> Language:
    """As it was asked for, else the account's own. Whom and how are read before all else that was typed."""
    language = context.params.get("language")
    return language if language in ("sv", "en") else _language_of(installation(context).record, account)


def _language_of(record: Record, account: str) -> Language:
    """As the person wants to be spoken to; Swedish for an account that does not exist."""
    with record.database.read() as tx:
        return "en" if tx.value(LANGUAGE, account=account) == "en" else "sv"
