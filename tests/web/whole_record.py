"""A fingerprint of everything the record holds, to show that a request changed nothing."""

import hashlib
from collections.abc import Collection

from cases.record import Record
from cases.tables import metadata

SESSIONS = frozenset(("sign_in",))
"""Who is at the page and when she was last seen: the only thing that looking may change."""


def fingerprint(record: Record, leave_out: Collection[str] = SESSIONS) -> str:
    digest = hashlib.sha256()
    with record.database.read() as tx:
        for name in sorted(metadata.tables):
            if name not in leave_out:
                rows = sorted(repr(row) for row in tx.all(f"SELECT * FROM {name}"))
                digest.update(f"{name}\n{rows}".encode())
    return digest.hexdigest()
