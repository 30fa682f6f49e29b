"""The settings of an installation: what its environment says, typed, checked at once, with secrets masked."""

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from difflib import get_close_matches
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import (
    AwareDatetime,
    Field,
    PrivateAttr,
    SecretBytes,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from config.clock import Clock
from config.faults import SettingsFaults
from config.keys import KEY_BYTES, kept_key, new_data_key, new_secret_key

PREFIX = "STEGEN_"
HOME = Path(__file__).parent.parent
"""Where the package `config` is installed; the counties that come with it are found from here."""

DATABASES = ("sqlite", "postgresql", "postgresql+psycopg")
SHORTEST_SECRET = 32


class Settings(BaseSettings):
    """What differs between installations. Made by `load_settings`; nothing in it ever changes."""

    # The environment is handed to load_settings, which names what is unknown; nothing is read behind its back.
    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True)

    data: Path = Field(
        default=Path("var"),
        validate_default=True,
        description="The folder for what this installation keeps: database, documents, local mailbox, keys.",
    )
    database_url: SecretStr = Field(
        default_factory=lambda known: SecretStr(f"sqlite:///{known['data']}/stegen.db"),
        description="`sqlite:///path` or `postgresql+psycopg://user:password@host/name`.",
        json_schema_extra={"unset": "SQLite, `stegen.db` in `STEGEN_DATA`"},
    )
    county: Path = Field(
        default=Path("config/vastra_gotaland"),
        validate_default=True,
        description="The county's folder: looked for from the current folder, then beside the installed `config`.",
    )
    secret_key: SecretStr = Field(
        description=f"Signs sessions and links; at least {SHORTEST_SECRET} characters.",
        json_schema_extra={"unset": "made once, in `STEGEN_DATA/keys`"},
    )
    data_keys: tuple[SecretBytes, ...] = Field(
        min_length=1,
        description=f"Protect patient references: base64 of {KEY_BYTES} bytes each, comma separated, newest first.",
        json_schema_extra={"unset": "made once, in `STEGEN_DATA/keys`"},
    )
    base_url: str = Field(
        default="http://127.0.0.1:5080",
        description="The address people reach the pages at; links in letters begin with it.",
    )
    proxies: tuple[str, ...] = Field(
        default=(),
        description="Addresses or networks of our own proxies, comma separated: their `X-Forwarded-For` is believed.",
        json_schema_extra={"unset": "none; whoever connects is the visitor"},
    )
    watchers: tuple[str, ...] = Field(
        default=("127.0.0.0/8", "::1"),
        description="Who may read `/readyz` and `/metrics`: addresses or networks, comma separated.",
        json_schema_extra={"unset": "this machine alone (`127.0.0.0/8, ::1`)"},
    )
    smtp_url: SecretStr = Field(
        default=SecretStr(""),
        description="`smtp://user:password@host:587` or `smtps://…`.",
        json_schema_extra={"unset": "a local mailbox in `STEGEN_DATA`; no letter leaves the machine"},
    )
    mail_from: str = Field(default="Stegen <stegen@localhost>", description="The sender of every letter.")
    contact: str = Field(
        default="",
        max_length=200,
        description="Whom people turn to about the pages: an address of mail, a page, a telephone number.",
        json_schema_extra={"unset": "pages say: whoever looks after Stegen where you work"},
    )
    oidc_issuer: str = Field(
        default="",
        description="The address of an identity provider (OpenID Connect) that vouches for people.",
        json_schema_extra={"unset": "everybody signs in with a password of an account here"},
    )
    oidc_client_id: str = Field(
        default="",
        validate_default=True,
        description="What the provider calls this installation; needed with `STEGEN_OIDC_ISSUER`.",
        json_schema_extra={"unset": "none"},
    )
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""),
        description="What this installation shows the provider, unless it is registered without.",
        json_schema_extra={"unset": "none"},
    )
    oidc_claim: str = Field(
        default="employeeHsaId",
        description="The claim that is compared with the identity of an account (`stegen user identity`).",
    )
    oidc_acr: tuple[str, ...] = Field(
        default=(),
        description="Accepted levels of assurance, comma separated, such as `http://id.sambi.se/loa/loa3`.",
        json_schema_extra={"unset": "any"},
    )
    oidc_scope: str = Field(default="openid", description="What is asked of the provider, separated by spaces.")
    oidc_name: str = Field(default="SITHS", description="What the button on the sign-in page calls the provider.")
    training: bool = Field(
        default=False,
        description="`yes` for a training copy: every page says so, and no letter leaves, with a mail server or not.",
        json_schema_extra={"unset": "no; letters are real"},
    )
    now: AwareDatetime | None = Field(
        default=None,
        description="For demonstrations and tests only: the instant where the clock starts; it runs on from there.",
        json_schema_extra={"unset": "the machine's clock"},
    )
    require: frozenset[Literal["browser", "postgres"]] = Field(
        default=frozenset(),
        description="For tests only: what must not be skipped, comma separated (`browser`, `postgres`).",
        json_schema_extra={"unset": "nothing"},
    )
    _clock: Clock = PrivateAttr(default_factory=Clock)

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_: object, **__: object
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)

    def model_post_init(self, context: Any) -> None:
        self._clock = Clock.starting_at(self.now)

    @property
    def clock(self) -> Clock:
        """`settings.clock()` is the present instant in UTC; with STEGEN_NOW it runs from there since these settings."""
        return self._clock

    @field_validator("data")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.absolute()

    @field_validator("county")
    @classmethod
    def _found(cls, path: Path) -> Path:
        places = (path.absolute(), HOME / path)
        for place in places:
            if (place / "county.toml").is_file():
                return place
        tried = " nor in ".join(dict.fromkeys(map(str, places)))
        raise ValueError(f"no county.toml in {tried}; name a county's folder")

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, key: SecretStr) -> SecretStr:
        if len(key.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"must have at least {SHORTEST_SECRET} characters; `openssl rand -base64 32` makes one")
        return key

    @field_validator("data_keys", mode="before")
    @classmethod
    def _decoded(cls, text: object) -> object:
        if not isinstance(text, str):
            return text
        keys = [_data_key(part.strip()) for part in text.split(",") if part.strip()]
        if len(set(keys)) < len(keys):
            raise ValueError("the same key stands twice; keep the first")
        return keys

    @field_validator("require", mode="before")
    @classmethod
    def _listed(cls, text: object) -> object:
        return [part.strip() for part in text.split(",") if part.strip()] if isinstance(text, str) else text

    @field_validator("oidc_acr", mode="before")
    @classmethod
    def _levels(cls, text: object) -> object:
        return tuple(part.strip() for part in text.split(",") if part.strip()) if isinstance(text, str) else text

    @field_validator("proxies", "watchers", mode="before")
    @classmethod
    def _networks(cls, text: object) -> object:
        if not isinstance(text, str):
            return text
        return tuple(_network(part.strip()) for part in text.split(",") if part.strip())

    @field_validator("oidc_acr")
    @classmethod
    def _in_one_word(cls, levels: tuple[str, ...]) -> tuple[str, ...]:
        if any(not level.isprintable() or " " in level for level in levels):
            raise ValueError("write levels separated by commas, each without blanks")
        return levels

    @field_validator("oidc_client_secret")
    @classmethod
    def _secret_on_one_line(cls, secret: SecretStr) -> SecretStr:
        if not secret.get_secret_value().isprintable():
            raise ValueError("holds characters that cannot be sent; copy it again")
        return secret

    @field_validator("contact")
    @classmethod
    def _readable(cls, text: str) -> str:
        if not text.isprintable():
            raise ValueError("write it on one line, such as stegen@example.org")
        return text.strip()

    @field_validator("oidc_claim", "oidc_scope", "oidc_name")
    @classmethod
    def _on_one_line(cls, text: str) -> str:
        if not text.strip() or not text.isprintable():
            raise ValueError("write it on one line")
        return text

    @field_validator("oidc_issuer")
    @classmethod
    def _vouches(cls, url: str) -> str:
        parts = urlsplit(url)
        local = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if url and (
            not parts.hostname or parts.query or parts.scheme not in (("http", "https") if local else ("https",))
        ):
            raise ValueError("write the provider's issuer as it gives it, such as https://idp.example.org/oidc")
        return url

    @field_validator("oidc_client_id")
    @classmethod
    def _registered(cls, client_id: str, info: ValidationInfo) -> str:
        if not client_id.isprintable():
            raise ValueError("holds characters that cannot be sent; copy it again")
        if info.data.get("oidc_issuer") and not client_id:
            raise ValueError("is needed with STEGEN_OIDC_ISSUER; the provider gives it when you register there")
        return client_id

    @field_validator("training", mode="before")
    @classmethod
    def _yes_or_no(cls, text: object) -> object:
        if isinstance(text, str) and text.lower() not in ("yes", "no"):
            raise ValueError("write yes or no")
        return text.lower() == "yes" if isinstance(text, str) else text

    @field_validator("now", mode="before")
    @classmethod
    def _instant(cls, text: object) -> object:
        if not isinstance(text, str):
            return text
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            instant = None
        if instant is None or instant.tzinfo is None:
            raise ValueError("write an instant with its offset, such as 2026-04-16T08:00:00+02:00")
        return instant

    @field_validator("base_url")
    @classmethod
    def _address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("write an address such as https://stegen.example.org")
        return url.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database(cls, url: SecretStr) -> SecretStr:
        scheme, separator, rest = url.get_secret_value().partition("://")
        if scheme not in DATABASES or not separator or not rest:
            raise ValueError("write sqlite:///path or postgresql+psycopg://user:password@host/name")
        return url

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, url: SecretStr) -> SecretStr:
        parts = urlsplit(url.get_secret_value())
        if url.get_secret_value() and (parts.scheme not in ("smtp", "smtps") or not parts.hostname):
            raise ValueError("write smtp://user:password@host:587 or smtps://user:password@host")
        return url

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, sender: str) -> str:
        address = parseaddr(sender)[1]
        if "@" not in address or not sender.isprintable():
            raise ValueError("write an address such as Stegen <stegen@example.org>")
        return sender


FILE = "_FILE"
OWN_KEYS: Mapping[str, Callable[[], str]] = {"secret_key": new_secret_key, "data_keys": new_data_key}


def load_settings(environ: Mapping[str, str]) -> Settings:
    """The settings of this environment; an empty variable counts as not given.

    Keys that are not given are made once and kept in STEGEN_DATA/keys, but only when all else is sound.
    Raises SettingsFaults with every fault at once.
    """
    faults = _unknown_names(environ)
    values: dict[str, str] = {}
    for field in Settings.model_fields:
        try:
            values |= _given(field, environ)
        except SettingsFaults as error:
            faults += error.faults
    missing = {field: make for field, make in OWN_KEYS.items() if field not in values}
    trial, more = _validated(values | {field: make() for field, make in missing.items()})
    if faults or trial is None:
        raise SettingsFaults([*faults, *more])
    if not missing:
        return trial
    own = {field: kept_key(trial.data / "keys", field, make) for field, make in missing.items()}
    settings, more = _validated(values | own)
    if settings is None:
        raise SettingsFaults(f"{fault} (kept in {trial.data / 'keys'})" for fault in more)
    return settings


def _unknown_names(environ: Mapping[str, str]) -> list[str]:
    known = [variable(field) for field in Settings.model_fields]
    known += [variable(field) + FILE for field in secret_fields()]
    unknown = sorted(name for name in environ if name.upper().startswith(PREFIX) and name not in known)
    return [f"{name} is not a setting; the nearest one is {_nearest(name.upper(), known)}" for name in unknown]


def _nearest(name: str, known: list[str]) -> str:
    plain = name.removesuffix(FILE)
    return plain if plain in known else get_close_matches(name, known, n=1, cutoff=0.0)[0]


def _given(field: str, environ: Mapping[str, str]) -> dict[str, str]:
    """What the environment says of one field, itself or in a file; empty when it says nothing."""
    name = variable(field)
    text, file = environ.get(name), environ.get(name + FILE) if field in secret_fields() else None
    if text and file:
        raise SettingsFaults([f"{name} and {name}{FILE} are both given; take one of them out"])
    if not file:
        return {field: text} if text else {}
    try:
        return {field: Path(file).read_text(encoding="utf-8").strip()}
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise SettingsFaults([f"{name}{FILE}: {file} cannot be read: {reason}"]) from error


def _validated(values: Mapping[str, str]) -> tuple[Settings | None, list[str]]:
    try:
        return Settings.model_validate(values), []
    except ValidationError as error:
        return None, [f"{variable(str(fault['loc'][0]))}: {_reason(fault['msg'])}" for fault in error.errors()]


def _reason(message: str) -> str:
    return message.removeprefix("Value error, ")


def variable(field: str) -> str:
    return PREFIX + field.upper()


def secret_fields() -> frozenset[str]:
    """The fields whose value is masked, and can also be given as a file."""
    secret = {SecretStr, SecretBytes}
    annotations = {name: field.annotation for name, field in Settings.model_fields.items()}
    return frozenset(name for name, kind in annotations.items() if secret & {kind, *get_args(kind)})


def describe_settings() -> str:
    """The settings as a Markdown table, for docs/settings.md."""
    return "\n".join(["| Variable | Without it | What it is |", "| --- | --- | --- |", *_lines()]) + "\n"


def _lines() -> Iterator[str]:
    secrets = secret_fields()
    for name, field in Settings.model_fields.items():
        also = f" Secret: can also be given as a file, `{variable(name)}_FILE`." if name in secrets else ""
        yield f"| `{variable(name)}` | {unset(name)} | {field.description}{also} |"


def unset(name: str) -> str:
    """What holds when nothing is set, as Markdown."""
    field = Settings.model_fields[name]
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, Mapping) else {}
    return str(extra.get("unset") or f"`{field.default}`")


def _data_key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"each must be base64 of {KEY_BYTES} bytes, as `openssl rand -base64 {KEY_BYTES}` writes it")
    return key


def _network(text: str) -> str:
    try:
        network = ip_network(text)
    except ValueError as error:
        raise ValueError(f"{text} is no address and no network; write 10.0.0.5 or 10.0.0.0/24") from error
    if network.prefixlen == 0:
        raise ValueError(f"{text} is everybody; write the addresses that are yours, such as 10.0.0.0/24")
    return str(network)
