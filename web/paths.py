"""Paths that a form or link may send somebody to: pages of our own, and nothing else."""

from __future__ import annotations

from flask import current_app, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, ValidationError

from cases.number import NumberError, parse_number

HOME = "/"


class CaseNumber(BaseConverter):
    """A case's number in an address, as people write it: any case, O for 0, any dash. What cannot be one is no page."""

    def to_python(self, value: str) -> str:
        try:
            return parse_number(value)
        except NumberError as error:
            raise ValidationError from error


def own_path(wanted: str) -> str:
    """The path itself when it is one of our pages that can be opened, with its question; else the first page.

    Everything that browsers read as another host (`//x`, `/\\x`, a scheme, a tab) fails to be a page of ours.
    """
    path, _, query = wanted.partition("?")
    plain = path.startswith("/") and not path.startswith("//") and path.isascii() and path.isprintable()
    if not plain or "\\" in wanted or not wanted.isprintable():
        return HOME
    try:
        current_app.url_map.bind(request.host).match(path, method="GET")
    except HTTPException:
        return HOME
    return wanted if query else path


def here() -> str:
    """This page, to come back to. After a form the page that has its address; from an error's page the first one, so
    that nothing of what was asked for stands in the answer."""
    if g.get("lost"):
        return HOME
    return request.full_path.rstrip("?") if request.method == "GET" else request.path
