"""Keys that an installation makes for itself, once, and keeps in a folder that nobody else can read."""

import base64
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from config.faults import SettingsFaults

KEY_BYTES = 32
OTHERS_MAY = 0o077


def new_secret_key() -> str:
    return secrets.token_urlsafe(KEY_BYTES)


def new_data_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def kept_key(folder: Path, name: str, make: Callable[[], str]) -> str:
    """The key in `folder`/`name`; made and kept there, readable by its owner alone, when there is none.

    Several processes that start at once keep the same one. Raises SettingsFaults when it cannot be kept or read.
    """
    path = folder / name
    try:
        if not path.exists():
            _keep(path, make())
        if path.stat().st_mode & OTHERS_MAY:
            raise SettingsFaults([f"{path} can be read by others; run: chmod 600 {path}"])
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not a key"
        text = f"{path}: {reason}. Let STEGEN_DATA name a folder that can be written, or give STEGEN_{name.upper()}"
        raise SettingsFaults([text]) from error


def _keep(path: Path, key: str) -> None:
    """A link appears whole or not at all, so no process ever reads half a key or replaces another's."""
    path.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # the installation's own, which comes to be here
    path.parent.mkdir(mode=0o700, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()
