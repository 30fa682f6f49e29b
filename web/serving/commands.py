"""`stegen serve`: the pages and the clock together on one machine. `stegen web`: the pages alone, behind a proxy."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

import click
from flask import Flask

from cases.record import Record
from web.app import create_app
from web.desk import Serving
from web.serving.server import Plan, carry, listen
from web.signing_in.identity_provider import IdentityProvider, Registration
from web.signing_in.provider import BACK
from workflows.calendar import Language
from workflows.definition import Text
from workflows.in_words import said

HOST, PORT = "127.0.0.1", 5080
THREADS = 8
"""Requests that one process answers at the same time (ours); most of their time goes to the database."""

FEWEST = 2
"""Processes: one answers while another one is renewed."""

PATIENCE = 30
"""Seconds that a stop waits for pages under way."""

CLOCKS_PATIENCE = 120
"""Seconds that a stop waits for the clock's round: a batch of letters is finished rather than sent again."""


class Opened(Protocol):
    """What the entry point hands over: the record, its settings, a clock, and what runs beside the pages."""

    record: Record
    settings: Any
    settings_told: Sequence[Any]
    background: Callable[[], AbstractContextManager[object]]

    def now(self) -> datetime: ...

    def telephones_now(self) -> datetime: ...


host_option = click.option("--host", default=HOST, show_default=True, help="The address to listen on.")
port_option = click.option(
    "--port", default=PORT, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one."
)
language_option = click.option(
    "--language", type=click.Choice(("sv", "en")), default="en", show_default=True, help="Of what is said here."
)
threads_option = click.option(
    "--threads", default=THREADS, show_default=True, type=click.IntRange(1, 200), help="Requests at once, a process."
)


@click.command()
@host_option
@port_option
@threads_option
@click.option("--demo", is_flag=True, help="Ready sign-ins and a mailbox: for invented people only.")
@language_option
@click.pass_obj
def serve(opened: Opened, host: str, port: int, threads: int, demo: bool, language: Language) -> None:
    """Serve the pages, and run the clock beside them, until interrupted.

    For several machines, or more than one process, use `stegen web` behind a proxy and `stegen worker`.
    """
    plan = Plan(1, threads, CLOCKS_PATIENCE, opened.background)
    heard = _heard(host, port)
    _carry(_pages(opened, demo, plan), heard, plan, host, language)


@click.command()
@host_option
@port_option
@click.option("--workers", type=click.IntRange(1, 128), help="Processes. Without it: one a processor, at least two.")
@threads_option
@language_option
@click.pass_obj
def web(opened: Opened, host: str, port: int, workers: int | None, threads: int, language: Language) -> None:
    """Serve the pages in several processes, behind a proxy, until told to end. The clock runs elsewhere.

    Run `stegen worker` beside it, on this machine or another. SIGTERM lets what is under way be finished; SIGHUP renews
    the processes one by one.
    """
    plan = Plan(workers or max(FEWEST, os.cpu_count() or 1), threads, PATIENCE)
    heard = _heard(host, port)
    _carry(_pages(opened, False, plan), heard, plan, host, language)


def _heard(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except OSError as taken:
        raise click.ClickException(f"{host}:{port} is taken or not ours. Choose another one with --port.") from taken


def _pages(opened: Opened, demo: bool, plan: Plan) -> Flask:
    settings = opened.settings
    serving = Serving(
        settings.base_url, settings.secret_key.get_secret_value(), proxies=settings.proxies, watchers=settings.watchers,
        contact=settings.contact, training=settings.training, glass_minutes=settings.glass_minutes,
    )  # fmt: skip
    provider = provider_for(settings, serving)
    return create_app(
        opened.record,
        serving,
        opened.now,
        demo=demo,
        identity_provider=provider,
        processes=plan.rows,
        settings_told=lambda: opened.settings_told,
        telephones=opened.telephones_now,
    )


ANSWERS = Text("Stegen svarar på {address} (Ctrl-C avslutar).", "Stegen answers on {address} (Ctrl-C ends it).")
ENDED = Text("Avslutat.", "Ended.")


def _carry(pages: Flask, heard: socket.socket, plan: Plan, host: str, language: Language) -> None:
    click.echo(said(ANSWERS, language).format(address=f"http://{host}:{heard.getsockname()[1]}"))
    carry(pages, heard, plan)
    click.echo(said(ENDED, language))


def provider_for(settings: Any, serving: Serving) -> IdentityProvider | None:
    """The identity provider that the settings name; None without one."""
    if not settings.oidc_issuer:
        return None
    secret = settings.oidc_client_secret.get_secret_value()
    registration = Registration(
        settings.oidc_name, settings.oidc_issuer, settings.oidc_client_id, secret, settings.oidc_claim,
        settings.oidc_acr, settings.oidc_scope, serving.base_url + BACK,
    )  # fmt: skip
    return IdentityProvider(registration)


COMMANDS: Mapping[str, click.Command] = {"serve": serve, "web": web}
"""What this room adds to the command `stegen`."""
