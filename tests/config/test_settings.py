"""The settings: what the environment says, every fault at once, secrets never shown, keys made once."""

import base64
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.clock import Clock
from config.faults import SettingsFaults
from config.keys import kept_key, new_data_key
from config.settings import FIELDS, Settings, describe_settings, load_settings, secret_fields, variable
from tests.config.spoiling import COUNTIES

SECRET = "a-secret-of-more-than-thirty-two-characters"
KEYS = tuple(base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))


def _load(tmp_path: Path, **given: str) -> Settings:
    return load_settings(
        {"STEGEN_DATA": str(tmp_path / "var"), **{f"STEGEN_{key}": text for key, text in given.items()}}
    )


def _faults(environ: Mapping[str, str]) -> tuple[str, ...]:
    with pytest.raises(SettingsFaults) as caught:
        load_settings(environ)
    return caught.value.faults


def test_nothing_needs_to_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost otherwise: a new user could not start the demonstration without reading about settings first."""
    monkeypatch.chdir(tmp_path)
    settings = load_settings({"PATH": "/bin"})
    assert settings.data == tmp_path / "var"
    assert settings.database_url.get_secret_value() == f"sqlite:///{tmp_path}/var/stegen.db"
    assert settings.county == COUNTIES / "vastra_gotaland"
    assert settings.base_url == "http://127.0.0.1:5080"
    assert settings.smtp_url.get_secret_value() == ""
    assert settings.mail_from == "Stegen <stegen@localhost>"
    assert settings.now is None
    assert settings.require == frozenset()


def test_every_setting_is_read(tmp_path: Path) -> None:
    """Lost otherwise: an operator sets a variable and nothing happens."""
    settings = _load(
        tmp_path,
        DATABASE_URL="postgresql+psycopg://u:p@127.0.0.1/stegen",
        COUNTY=str(COUNTIES / "tva_steg"),
        SECRET_KEY=SECRET,
        DATA_KEYS=f"{KEYS[0]}, {KEYS[1]}",
        BASE_URL="https://stegen.example.org/",
        SMTP_URL="smtp://u:p@mail.example.org:587",
        MAIL_FROM="Stegen <stegen@example.org>",
        NOW="2026-04-16T08:00:00+02:00",
        REQUIRE="browser,postgres",
    )
    assert settings.database_url.get_secret_value() == "postgresql+psycopg://u:p@127.0.0.1/stegen"
    assert settings.county == COUNTIES / "tva_steg"
    assert settings.secret_key.get_secret_value() == SECRET
    assert [key.get_secret_value() for key in settings.data_keys] == [bytes([1]) * 32, bytes([2]) * 32]
    assert settings.base_url == "https://stegen.example.org"
    assert settings.smtp_url.get_secret_value() == "smtp://u:p@mail.example.org:587"
    assert settings.mail_from == "Stegen <stegen@example.org>"
    assert settings.now == datetime(2026, 4, 16, 6, tzinfo=UTC)
    assert settings.require == {"browser", "postgres"}
    assert not (tmp_path / "var").exists()


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    """Lost otherwise: a compose file that passes every variable on would refuse to start."""
    empty = {variable(field): "" for field in FIELDS if field != "data"}
    settings = load_settings({"STEGEN_DATA": str(tmp_path), **empty})
    assert settings.county == COUNTIES / "vastra_gotaland"


def test_nothing_is_read_behind_the_environment_that_is_handed_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lost otherwise: a test, or a second installation on the machine, would use this shell's database."""
    monkeypatch.setenv("STEGEN_BASE_URL", "https://wrong.example.org")
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("STEGEN_BASE_URL=https://wrong.example.org\n", encoding="utf-8")
    assert _load(tmp_path).base_url == "http://127.0.0.1:5080"


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("STEGEN_DATABSE_URL", "STEGEN_DATABASE_URL"),
        ("STEGEN_SECRETKEY", "STEGEN_SECRET_KEY"),
        ("STEGEN_SMTP_FILE", "STEGEN_SMTP_URL_FILE"),
        ("STEGEN_BASE_URL_FILE", "STEGEN_BASE_URL"),
        ("stegen_now", "STEGEN_NOW"),
    ],
)
def test_an_unknown_variable_is_refused_with_the_nearest_known_one(name: str, nearest: str) -> None:
    """Lost otherwise: a misspelt variable is passed over and the installation runs on another database."""
    assert _faults({name: "x"}) == (f"{name} is not a setting; the nearest one is {nearest}",)


def test_every_fault_is_told_at_once_and_no_secret_with_it(tmp_path: Path) -> None:
    """Lost otherwise: an operator mends one setting per start, and passwords end up in the log."""
    faults = _faults(
        {
            "STEGEN_DATA": str(tmp_path / "var"),
            "STEGEN_DATABASE_URL": "postgres://u:hemligt@h/x",
            "STEGEN_COUNTY": "/nowhere",
            "STEGEN_SECRET_KEY": "hemligt",
            "STEGEN_DATA_KEYS": "aGVtbGlndA==",
            "STEGEN_BASE_URL": "stegen.example.org",
            "STEGEN_PROXIES": "proxy",
            "STEGEN_WATCHERS": "10.0.0.0/99",
            "STEGEN_SMTP_URL": "u:hemligt@h",
            "STEGEN_MAIL_FROM": "stegen",
            "STEGEN_CONTACT": "a\x07b",
            "STEGEN_OIDC_ISSUER": "http://idp.example.org",
            "STEGEN_OIDC_CLIENT_ID": "a\x07b",
            "STEGEN_OIDC_CLIENT_SECRET": "hemligt\x07",
            "STEGEN_OIDC_CLAIM": " ",
            "STEGEN_OIDC_ACR": "loa 3",
            "STEGEN_OIDC_SCOPE": "openid\nprofile",
            "STEGEN_OIDC_NAME": "\x07",
            "STEGEN_TRAINING": "kanske",
            "STEGEN_GLASS_MINUTES": "an hour",
            "STEGEN_NOW": "2026-04-16T08:00",
            "STEGEN_REQUIRE": "firefox",
            "STEGEN_COLOUR": "red",
        }
    )
    named = [re.match(r"STEGEN_[A-Z_]+", fault).group() for fault in faults]  # type: ignore[union-attr]
    assert named == [
        "STEGEN_COLOUR",
        *(variable(field) for field in FIELDS if field != "data"),
    ]
    assert not [fault for fault in faults if "hemligt" in fault or "aGVtbGlndA" in fault]
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"NOW": "i morgon"}, "STEGEN_NOW: write an instant with its offset"),
        ({"DATA_KEYS": f"{KEYS[0]},{KEYS[0]}"}, "STEGEN_DATA_KEYS: the same key stands twice"),
        ({"DATA_KEYS": "not base64!"}, "STEGEN_DATA_KEYS: each must be base64 of 32 bytes"),
        ({"MAIL_FROM": "Stegen <s@example.org>\nBcc: x@example.org"}, "STEGEN_MAIL_FROM: write an address"),
        ({"MAIL_FROM": "Stegen <stegån@example.org>"}, "STEGEN_MAIL_FROM: write an address"),
        ({"MAIL_FROM": "a@example.org, b@example.org"}, "STEGEN_MAIL_FROM: write an address"),
        *(
            ({"SMTP_URL": f"smtp://{rest}"}, "STEGEN_SMTP_URL: write smtp://user:password@host:587")
            for rest in ("h:abc", "h:99999", "h:0", "h: 1", "a..b", "x" * 300, "[::1", "u:a#b@h", "h/x?y")
        ),
        ({"SMTP_URL": "smtp://u:lösen@h"}, "STEGEN_SMTP_URL: holds a letter outside a-z"),
        ({"SMTP_URL": "smtp://u:%0d%0a@h"}, "STEGEN_SMTP_URL: holds a letter outside a-z"),
        ({"DATABASE_URL": "sqlite://"}, "STEGEN_DATABASE_URL: write sqlite:///path"),
        ({"BASE_URL": "https://example.org/?a=b"}, "STEGEN_BASE_URL: write an address"),
        ({"PROXIES": "10.0.0.1, proxy"}, "STEGEN_PROXIES: proxy is no address and no network"),
        ({"PROXIES": "10.0.0.1/24"}, "STEGEN_PROXIES: 10.0.0.1/24 is no address and no network"),
        ({"PROXIES": "0.0.0.0/0"}, "STEGEN_PROXIES: 0.0.0.0/0 is everybody"),
        ({"WATCHERS": "::/0"}, "STEGEN_WATCHERS: ::/0 is everybody"),
        ({"GLASS_MINUTES": "0"}, "STEGEN_GLASS_MINUTES: write whole minutes"),
    ],
)
def test_a_setting_that_cannot_be_used_says_what_to_write(tmp_path: Path, given: dict[str, str], words: str) -> None:
    """Lost otherwise: the operator learns that something is wrong, but not what would be right."""
    (fault,) = _faults({"STEGEN_DATA": str(tmp_path), **{f"STEGEN_{key}": text for key, text in given.items()}})
    assert fault.startswith(words)


def test_secrets_are_masked_when_shown(tmp_path: Path) -> None:
    """Lost otherwise: a log line or a traceback with the settings in it gives the keys away."""
    settings = _load(
        tmp_path,
        SECRET_KEY=SECRET,
        DATA_KEYS=KEYS[0],
        DATABASE_URL="postgresql://u:hemligt@h/x",
        SMTP_URL="smtp://u:hemligt@h",
        OIDC_CLIENT_SECRET="hemligt",
    )
    shown = f"{settings} {settings!r} {asdict(settings)} {vars(settings)}"
    assert not re.search(f"hemligt|{SECRET}|{re.escape(KEYS[0])}|x01", shown)
    assert secret_fields() == {"database_url", "secret_key", "data_keys", "smtp_url", "oidc_client_secret"}


def test_settings_never_change(tmp_path: Path) -> None:
    """Lost otherwise: two parts of one process could run on different settings."""
    settings = _load(tmp_path)
    with pytest.raises(FrozenInstanceError):
        settings.base_url = "https://other.example.org"


def test_a_secret_can_be_given_as_a_file(tmp_path: Path) -> None:
    """Lost otherwise: secrets must stand in the environment, where every process of the user can read them."""
    (tmp_path / "secret").write_text(f"{SECRET}\n", encoding="utf-8")
    (tmp_path / "keys").write_text(f"{KEYS[1]},{KEYS[0]}\n", encoding="utf-8")
    settings = _load(tmp_path, SECRET_KEY_FILE=str(tmp_path / "secret"), DATA_KEYS_FILE=str(tmp_path / "keys"))
    assert settings.secret_key.get_secret_value() == SECRET
    assert settings.data_keys[0].get_secret_value() == bytes([2]) * 32


def test_a_secret_file_that_cannot_be_read_or_is_one_too_many_is_named(tmp_path: Path) -> None:
    """Lost otherwise: the installation would make a new key of its own, and old patient references stay locked."""
    (tmp_path / "secret").write_text(SECRET, encoding="utf-8")
    faults = _faults(
        {
            "STEGEN_SECRET_KEY": SECRET,
            "STEGEN_SECRET_KEY_FILE": str(tmp_path / "secret"),
            "STEGEN_DATA_KEYS_FILE": str(tmp_path / "nowhere"),
        }
    )
    assert faults == (
        "STEGEN_SECRET_KEY and STEGEN_SECRET_KEY_FILE are both given; take one of them out",
        f"STEGEN_DATA_KEYS_FILE: {tmp_path}/nowhere cannot be read: No such file or directory",
    )


def test_keys_are_made_once_and_can_be_read_by_their_owner_alone(tmp_path: Path) -> None:
    """Lost otherwise: a restart signs everyone out and locks every patient reference, or anyone can read the keys."""
    first, second = _load(tmp_path), _load(tmp_path)
    assert first.secret_key == second.secret_key
    assert first.data_keys == second.data_keys
    assert len(first.data_keys[0].get_secret_value()) == 32
    keys = tmp_path / "var" / "keys"
    assert {path.name: path.stat().st_mode & 0o777 for path in keys.iterdir()} == {
        "secret_key": 0o600,
        "data_keys": 0o600,
    }
    assert keys.stat().st_mode & 0o777 == 0o700


def test_processes_that_start_at_once_keep_the_same_key(tmp_path: Path) -> None:
    """Lost otherwise: at the first start, the web process and the clock could go on with different keys."""
    with ThreadPoolExecutor(16) as threads:
        keys = list(threads.map(lambda _: kept_key(tmp_path / "keys", "data_keys", new_data_key), range(64)))
    assert len(set(keys)) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["data_keys"]


def test_a_kept_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """Lost otherwise: a restored backup or a careless copy leaves the keys open, and nobody is told."""
    _load(tmp_path)
    key = tmp_path / "var" / "keys" / "data_keys"
    key.chmod(0o644)
    assert _faults({"STEGEN_DATA": str(tmp_path / "var")}) == (f"{key} can be read by others; run: chmod 600 {key}",)


def test_a_kept_key_that_was_spoiled_is_named_with_its_place(tmp_path: Path) -> None:
    """Lost otherwise: the operator is told about a variable that was never set."""
    _load(tmp_path)
    keys = tmp_path / "var" / "keys"
    (keys / "data_keys").write_text("half a k", encoding="ascii")
    (fault,) = _faults({"STEGEN_DATA": str(tmp_path / "var")})
    assert fault.startswith("STEGEN_DATA_KEYS: each must be base64")
    assert fault.endswith(f"(kept in {keys})")
    (keys / "data_keys").write_bytes(b"\xff\xfe")
    (fault,) = _faults({"STEGEN_DATA": str(tmp_path / "var")})
    assert fault.startswith(f"{keys}/data_keys: is not a key")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """Lost otherwise: the first start ends in a traceback instead of saying what to change."""
    (tmp_path / "var").write_text("a file where the folder should be", encoding="utf-8")
    (fault,) = _faults({"STEGEN_DATA": str(tmp_path / "var")})
    assert "Let STEGEN_DATA name a folder that can be written, or give STEGEN_SECRET_KEY" in fault
    assert str(tmp_path / "var") in fault


def test_the_county_is_found_from_the_current_folder_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost otherwise: a county of one's own beside the installation would never be used."""
    own = tmp_path / "config" / "vastra_gotaland"
    own.mkdir(parents=True)
    (own / "county.toml").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert _load(tmp_path).county == own
    assert _load(tmp_path, COUNTY="config/tva_steg").county == COUNTIES / "tva_steg"


def test_the_clock_runs_on_from_where_it_was_started(tmp_path: Path) -> None:
    """Lost otherwise: a demonstration stands still, and no deadline in it ever passes."""
    settings = _load(tmp_path, NOW="2026-04-16T08:00:00+02:00")
    start, first, second = datetime(2026, 4, 16, 6, tzinfo=UTC), settings.clock(), settings.clock()
    assert start <= first < second < start + timedelta(minutes=1)
    assert first.utcoffset() == timedelta(0)


def test_without_a_start_the_clock_is_the_machines() -> None:
    """Lost otherwise: deadlines are counted from a wrong day."""
    before = datetime.now(UTC)
    assert before <= Clock()() <= datetime.now(UTC)
    assert Clock.starting_at(None) == Clock()


def test_the_reference_describes_every_setting() -> None:
    """Lost otherwise: a new setting exists that no operator can find."""
    text = describe_settings()
    rows = re.findall(r"^\| `(STEGEN_[A-Z_]+)` \| (.+) \| (.+) \|$", text, re.MULTILINE)
    assert [name for name, _, _ in rows] == [variable(field) for field in FIELDS]
    assert {name for name, _, what in rows if f"`{name}_FILE`" in what} == {
        variable(field) for field in secret_fields()
    }
    assert "`None`" not in text


def test_settings_of_a_real_process(tmp_path: Path) -> None:
    """Lost otherwise: what holds for a dictionary could fail for the environment of a started process."""
    code = "import os; from config.settings import load_settings; print(load_settings(os.environ).base_url)"
    environ = {**os.environ, "STEGEN_DATA": str(tmp_path), "STEGEN_BASE_URL": "https://stegen.example.org"}
    environ.pop("STEGEN_REQUIRE", None)
    answer = subprocess.run(
        [sys.executable, "-c", code], env=environ, cwd=COUNTIES.parent, capture_output=True, text=True
    )
    assert (answer.stdout, answer.stderr) == ("https://stegen.example.org\n", "")


def test_an_identity_provider_needs_our_name_there(tmp_path: Path) -> None:
    """Lost otherwise: the button on the sign-in page would lead to an error of the provider's."""
    environ = {"STEGEN_DATA": str(tmp_path), "STEGEN_OIDC_ISSUER": "https://idp.example.org"}
    with pytest.raises(SettingsFaults, match="STEGEN_OIDC_CLIENT_ID: is needed"):
        load_settings(environ)
    settings = load_settings(environ | {"STEGEN_OIDC_CLIENT_ID": "stegen", "STEGEN_OIDC_ACR": "loa3, loa4"})
    assert settings.oidc_acr == ("loa3", "loa4")
    assert settings.oidc_claim == "employeeHsaId"
