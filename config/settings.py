"""The settings of an installation: what its environment says, typed, checked at once, with secrets masked."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, get_type_hints

from config import reading_settings as read
from config.clock import Clock
from config.faults import SettingsFaults
from config.keys import KEY_BYTES, kept_key, new_data_key, new_secret_key
from config.reading_settings import HOME, SHORTEST_SECRET
from config.secret import Secret

__all__ = ["FIELDS", "HOME", "Setting", "Settings", "describe_settings", "load_settings", "secret_fields", "variable"]

PREFIX = "STEGEN_"


@dataclass(frozen=True, slots=True)
class Setting:
    """How one setting is read and told. `default` is what an environment without it says, in its own words, where
    `{data}` is the folder of STEGEN_DATA; None where the installation makes a value for itself. `unset` tells the
    default in words where its own are not enough."""

    read: read.Read
    description: str
    default: str | None = None
    unset: str = ""
    secret: bool = False


@dataclass(frozen=True)
class Settings:
    """What differs between installations. Made by `load_settings`; nothing in it ever changes."""

    data: Annotated[
        Path,
        Setting(
            read.folder, "The folder for what this installation keeps: database, documents, local mailbox, keys.", "var"
        ),
    ]
    database_url: Annotated[
        Secret[str],
        Setting(
            read.database,
            "`sqlite:///path` or `postgresql+psycopg://user:password@host/name`.",
            "sqlite:///{data}/stegen.db",
            unset="SQLite, `stegen.db` in `STEGEN_DATA`",
            secret=True,
        ),
    ]
    county: Annotated[
        Path,
        Setting(
            read.county,
            "The county's folder: looked for from the current folder, then beside the installed `config`.",
            "config/vastra_gotaland",
        ),
    ]
    secret_key: Annotated[
        Secret[str],
        Setting(
            read.secret_key,
            f"Signs sessions and links; at least {SHORTEST_SECRET} characters.",
            unset="made once, in `STEGEN_DATA/keys`",
            secret=True,
        ),
    ]
    data_keys: Annotated[
        tuple[Secret[bytes], ...],
        Setting(
            read.data_keys,
            f"Protect patient references: base64 of {KEY_BYTES} bytes each, comma separated, newest first.",
            unset="made once, in `STEGEN_DATA/keys`",
            secret=True,
        ),
    ]
    base_url: Annotated[
        str,
        Setting(
            read.address,
            "The address people reach the pages at; links in letters begin with it.",
            "http://127.0.0.1:5080",
        ),
    ]
    proxies: Annotated[
        tuple[str, ...],
        Setting(
            read.networks,
            "Addresses or networks of our own proxies, comma separated: their `X-Forwarded-For` is believed.",
            "",
            unset="none; whoever connects is the visitor",
        ),
    ]
    watchers: Annotated[
        tuple[str, ...],
        Setting(
            read.networks,
            "Who may read `/readyz` and `/metrics`: addresses or networks, comma separated.",
            "127.0.0.0/8, ::1",
            unset="this machine alone (`127.0.0.0/8, ::1`)",
        ),
    ]
    smtp_url: Annotated[
        Secret[str],
        Setting(
            read.mail_server,
            "`smtp://user:password@host:587` or `smtps://…`.",
            "",
            unset="a local mailbox in `STEGEN_DATA`; no letter leaves the machine",
            secret=True,
        ),
    ]
    mail_from: Annotated[str, Setting(read.sender, "The sender of every letter.", "Stegen <stegen@localhost>")]
    contact: Annotated[
        str,
        Setting(
            read.contact,
            "Whom people turn to about the pages: an address of mail, a page, a telephone number.",
            "",
            unset="pages say: whoever looks after Stegen where you work",
        ),
    ]
    oidc_issuer: Annotated[
        str,
        Setting(
            read.issuer,
            "The address of an identity provider (OpenID Connect) that vouches for people.",
            "",
            unset="everybody signs in with a password of an account here",
        ),
    ]
    oidc_client_id: Annotated[
        str,
        Setting(
            read.as_it_is_sent,
            "What the provider calls this installation; needed with `STEGEN_OIDC_ISSUER`.",
            "",
            unset="none",
        ),
    ]
    oidc_client_secret: Annotated[
        Secret[str],
        Setting(
            read.secret_as_it_is_sent,
            "What this installation shows the provider, unless it is registered without.",
            "",
            unset="none",
            secret=True,
        ),
    ]
    oidc_claim: Annotated[
        str,
        Setting(
            read.one_line,
            "The claim that is compared with the identity of an account (`stegen user identity`).",
            "employeeHsaId",
        ),
    ]
    oidc_acr: Annotated[
        tuple[str, ...],
        Setting(
            read.levels,
            "Accepted levels of assurance, comma separated, such as `http://id.sambi.se/loa/loa3`.",
            "",
            unset="any",
        ),
    ]
    oidc_scope: Annotated[str, Setting(read.one_line, "What is asked of the provider, separated by spaces.", "openid")]
    oidc_name: Annotated[
        str, Setting(read.one_line, "What the button on the sign-in page calls the provider.", "SITHS")
    ]
    training: Annotated[
        bool,
        Setting(
            read.yes_or_no,
            "`yes` for a training copy: every page says so, and no letter leaves, with a mail server or not.",
            "no",
            unset="no; letters are real",
        ),
    ]
    glass_minutes: Annotated[
        int,
        Setting(
            read.glass_minutes,
            "How many minutes one case stays open to an administrator who opens it in an emergency, 5 to 480.",
            "60",
        ),
    ]
    now: Annotated[
        datetime | None,
        Setting(
            read.instant,
            "For demonstrations and tests only: the instant where the clock starts; it runs on from there.",
            "",
            unset="the machine's clock",
        ),
    ]
    require: Annotated[
        frozenset[str],
        Setting(
            read.required,
            "For tests only: what must not be skipped, comma separated (`browser`, `postgres`).",
            "",
            unset="nothing",
        ),
    ]
    clock: Clock = field(init=False, repr=False, compare=False)
    """`settings.clock()` is the present instant in UTC; with STEGEN_NOW it runs from there since these settings."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "clock", Clock.starting_at(self.now))


FIELDS: Mapping[str, Setting] = {
    name: hint.__metadata__[0]
    for name, hint in get_type_hints(Settings, include_extras=True).items()
    if hasattr(hint, "__metadata__")
}
"""Every setting by its field, in the class's own order."""

FILE = "_FILE"
OWN_KEYS: Mapping[str, Callable[[], str]] = {"secret_key": new_secret_key, "data_keys": new_data_key}


def load_settings(environ: Mapping[str, str]) -> Settings:
    """The settings of this environment; an empty variable counts as not given.

    Keys that are not given are made once and kept in STEGEN_DATA/keys, but only when all else is sound.
    Raises SettingsFaults with every fault at once.
    """
    faults = _unknown_names(environ)
    texts: dict[str, str] = {}
    for name in FIELDS:
        try:
            texts |= _given(name, environ)
        except SettingsFaults as error:
            faults += error.faults
    missing = {name: make for name, make in OWN_KEYS.items() if name not in texts}
    trial, more = _read(texts | {name: make() for name, make in missing.items()})
    if faults or trial is None:
        raise SettingsFaults([*faults, *more])
    if not missing:
        return trial
    own = {name: kept_key(trial.data / "keys", name, make) for name, make in missing.items()}
    settings, more = _read(texts | own)
    if settings is None:
        raise SettingsFaults(f"{fault} (kept in {trial.data / 'keys'})" for fault in more)
    return settings


def _unknown_names(environ: Mapping[str, str]) -> list[str]:
    known = [variable(name) for name in FIELDS]
    known += [variable(name) + FILE for name in FIELDS if name in secret_fields()]
    unknown = sorted(name for name in environ if name.upper().startswith(PREFIX) and name not in known)
    return [f"{name} is not a setting; the nearest one is {_nearest(name.upper(), known)}" for name in unknown]


def _nearest(name: str, known: list[str]) -> str:
    plain = name.removesuffix(FILE)
    return plain if plain in known else get_close_matches(name, known, n=1, cutoff=0.0)[0]


def _given(name: str, environ: Mapping[str, str]) -> dict[str, str]:
    """What the environment says of one setting, itself or in a file; empty when it says nothing."""
    named = variable(name)
    text, file = environ.get(named), environ.get(named + FILE) if FIELDS[name].secret else None
    if text and file:
        raise SettingsFaults([f"{named} and {named}{FILE} are both given; take one of them out"])
    if not file:
        return {name: text} if text else {}
    try:
        return {name: Path(file).read_text(encoding="utf-8").strip()}
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise SettingsFaults([f"{named}{FILE}: {file} cannot be read: {reason}"]) from error


def _read(texts: Mapping[str, str]) -> tuple[Settings | None, list[str]]:
    """The settings that these texts and the defaults make, or every reason why they make none."""
    values: dict[str, Any] = {}
    faults: list[str] = []
    for name, setting in FIELDS.items():
        try:
            text = texts[name] if name in texts else str(setting.default).format(data=values.get("data"))
            values[name] = setting.read(text)
        except ValueError as error:
            faults.append(f"{variable(name)}: {error}")
    if values.get("oidc_issuer") and values.get("oidc_client_id") == "":
        fault = "is needed with STEGEN_OIDC_ISSUER; the provider gives it when you register there"
        faults.append(f"{variable('oidc_client_id')}: {fault}")
    return (None if faults else Settings(**values)), faults


def variable(name: str) -> str:
    return PREFIX + name.upper()


def secret_fields() -> frozenset[str]:
    """The settings whose value is masked, and can also be given as a file."""
    return frozenset(name for name, setting in FIELDS.items() if setting.secret)


def describe_settings() -> str:
    """The settings as a Markdown table, for docs/settings.md."""
    return "\n".join(["| Variable | Without it | What it is |", "| --- | --- | --- |", *_lines()]) + "\n"


def _lines() -> Iterator[str]:
    for name, setting in FIELDS.items():
        also = f" Secret: can also be given as a file, `{variable(name)}_FILE`." if setting.secret else ""
        yield f"| `{variable(name)}` | {unset(name)} | {setting.description}{also} |"


def unset(name: str) -> str:
    """What holds when nothing is set, as Markdown."""
    return FIELDS[name].unset or f"`{FIELDS[name].default}`"
