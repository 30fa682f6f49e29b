"""Where each setting came from and what it is, for whoever looks after an installation; secrets are never told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from config.settings import FILE, OWN_KEYS, Settings, secret_fields, unset, variable


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
    secrets = secret_fields()
    return tuple(_told(name, settings, environ, name in secrets) for name in Settings.model_fields)


def _told(field: str, settings: Settings, environ: Mapping[str, str], secret: bool) -> Told:
    name = variable(field)
    origin, detail = Origin.DEFAULT, ""
    if environ.get(name):
        origin = Origin.ENVIRONMENT
    elif secret and environ.get(name + FILE):
        origin, detail = Origin.FILE, environ[name + FILE]
    elif field in OWN_KEYS:
        origin, detail = Origin.MADE, str(settings.data / "keys")
    shown = not secret and (origin is not Origin.DEFAULT or Settings.model_fields[field].default is not None)
    value = _written(getattr(settings, field)) if shown else ""
    return Told(name, value, secret, origin, detail, unset(field), str(Settings.model_fields[field].description))


def _written(value: Any) -> str:
    """As it would be written into the environment."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | frozenset):
        return ", ".join(sorted(value) if isinstance(value, frozenset) else value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
