"""`stegen serve`: the pages and the clock together on one machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

import click
from werkzeug.serving import WSGIRequestHandler, make_server

from cases.record import Record
from web.app import create_app
from web.desk import Serving
from web.identity_provider import IdentityProvider, Registration
from web.provider import BACK

HOST, PORT = "127.0.0.1", 5080


class Opened(Protocol):
    """What the entry point hands over: the record, its settings, a clock, and what runs beside the pages."""

    record: Record
    settings: Any
    background: Callable[[], AbstractContextManager[object]]

    def now(self) -> datetime: ...


class Handler(WSGIRequestHandler):
    """Answers without saying which software it is, and keeps no list of who looked at which case."""

    server_version, sys_version = "Stegen", ""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Only what goes wrong is worth a line; reads of protected fields stand in the record's own log."""


@click.command()
@click.option("--host", default=HOST, show_default=True, help="The address to listen on.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--demo", is_flag=True, help="Ready sign-ins and a mailbox: for invented people only.")
@click.pass_obj
def serve(opened: Opened, host: str, port: int, demo: bool) -> None:
    """Serve the pages, and run the clock beside them, until interrupted.

    For several machines, or more than one process, use `stegen web` behind a proxy and `stegen worker`.
    """
    settings = opened.settings
    serving = Serving(settings.base_url, settings.secret_key.get_secret_value())
    provider = provider_for(settings, serving)
    app = create_app(opened.record, serving, opened.now, demo=demo, identity_provider=provider)
    try:
        server = make_server(host, port, app, threaded=True, request_handler=Handler)
    except SystemExit as taken:
        raise click.ClickException(f"{host}:{port} is taken or not ours. Choose another one with --port.") from taken
    click.echo(f"Stegen answers on http://{host}:{server.server_port} (Ctrl-C ends it).")
    with opened.background():
        try:
            # Ctrl-C ends it without an error.
            server.serve_forever()
        finally:
            server.server_close()
    click.echo("Ended.")


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


COMMANDS: Mapping[str, click.Command] = {"serve": serve}
"""What this room adds to the command `stegen`."""
