"""Where each setting came from and what it is, for whoever looks after an installation; secrets are never told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from config.settings import FIELDS, FILE, OWN_KEYS, Settings, unset, variable


class Origin(StrEnum):
    ENVIRONMENT = "environment"
    FILE = "file"
    MADE = "made"
    """Made by the installation itself, once, and kept in STEGEN_DATA/keys."""
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Told:
    """`value` is "" for what is secret and for what is not set; `origin_detail` is the file's path where there is one;
    `without` says what holds when nothing is set."""

    name: str
    value: str
    secret: bool
    origin: Origin
    origin_detail: str
    without: str
    description: str


def settings_told(settings: Settings, environ: Mapping[str, str]) -> tuple[Told, ...]:
    """Every setting, in the class's own order."""
    return tuple(_told(name, settings, environ) for name in FIELDS)


def _told(field: str, settings: Settings, environ: Mapping[str, str]) -> Told:
    name, secret = variable(field), FIELDS[field].secret
    origin, detail = Origin.DEFAULT, ""
    if environ.get(name):
        origin = Origin.ENVIRONMENT
    elif secret and environ.get(name + FILE):
        origin, detail = Origin.FILE, environ[name + FILE]
    elif field in OWN_KEYS:
        origin, detail = Origin.MADE, str(settings.data / "keys")
    value = "" if secret else _written(getattr(settings, field))
    return Told(name, value, secret, origin, detail, unset(field), FIELDS[field].description)


def _written(value: Any) -> str:
    """As it would be written into the environment."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | frozenset):
        return ", ".join(sorted(value) if isinstance(value, frozenset) else value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
