"""What an installation is set to, told without its secrets, and where each setting came from."""

from pathlib import Path

from config.settings import FIELDS, load_settings, variable
from config.settings_told import Origin, settings_told

SECRET = "kanarie-" + "k" * 40


def _told(environ: dict[str, str]):
    return {one.name: one for one in settings_told(load_settings(environ), environ)}


def test_every_setting_is_told_once_and_in_order(tmp_path: Path) -> None:
    """Lost otherwise: an administrator would look for a setting that exists, and not find it."""
    assert list(_told({"STEGEN_DATA": str(tmp_path)})) == [variable(name) for name in FIELDS]


def test_no_secret_is_told_wherever_it_came_from(tmp_path: Path) -> None:
    """Lost otherwise: whoever looks over an administrator's shoulder could read the database, or every letter."""
    key = tmp_path / "kept-elsewhere"
    key.write_text(SECRET)
    environ = {
        "STEGEN_DATA": str(tmp_path), "STEGEN_SECRET_KEY_FILE": str(key), "STEGEN_SMTP_URL": f"smtps://u:{SECRET}@host",
        "STEGEN_DATABASE_URL": f"postgresql+psycopg://u:{SECRET}@host/stegen", "STEGEN_OIDC_CLIENT_SECRET": SECRET,
    }  # fmt: skip
    told = _told(environ)
    assert "kanarie" not in repr(told)
    own = (tmp_path / "keys" / "data_keys").read_text().strip()
    assert own not in repr(told)
    assert (told["STEGEN_SECRET_KEY"].origin, told["STEGEN_SECRET_KEY"].origin_detail) == (Origin.FILE, str(key))
    assert told["STEGEN_SMTP_URL"].origin is Origin.ENVIRONMENT
    assert told["STEGEN_DATA_KEYS"].origin is Origin.MADE


def test_values_are_told_as_they_are_written(tmp_path: Path) -> None:
    """Lost otherwise: what is shown could not be copied to the next machine."""
    environ = {
        "STEGEN_DATA": str(tmp_path), "STEGEN_PROXIES": "10.0.0.2,10.0.1.0/24", "STEGEN_REQUIRE": "postgres,browser",
        "STEGEN_NOW": "2026-04-16T10:00:00+02:00",
    }  # fmt: skip
    told = _told(environ)
    assert told["STEGEN_PROXIES"].value == "10.0.0.2/32, 10.0.1.0/24"
    assert told["STEGEN_REQUIRE"].value == "browser, postgres"
    assert told["STEGEN_NOW"].value == "2026-04-16T10:00:00+02:00"
    assert told["STEGEN_DATA"].value == str(tmp_path)
    assert told["STEGEN_BASE_URL"].origin is Origin.DEFAULT
    again = {name: one.value for name, one in told.items() if one.origin is Origin.ENVIRONMENT}
    assert load_settings(again).proxies == load_settings(environ).proxies
