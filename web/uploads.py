"""Files that come with a form: however large one is, the words beside it are read, and no more of it is kept than the
first bytes past the limit, which tell that it is too large."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import Any

from flask import Request

from cases.contents.papers import LIMIT_BYTES

LARGEST_UPLOAD = 300_000_000
"""Bytes of a form with files. Beyond it nothing is read: it is a film, or an attack."""

IN_MEMORY = 500_000


class Arriving(SpooledTemporaryFile[bytes]):
    """A file as it arrives: it stops growing one byte past the limit of a paper."""

    def write(self, data: Any) -> int:
        room = LIMIT_BYTES + 1 - self.tell()
        if room > 0:
            super().write(data[:room])
        return len(data)


class FormRequest(Request):
    """A request whose files are held to the limit of a paper while they arrive."""

    def _get_file_stream(self, *_: Any, **__: Any) -> Any:
        return Arriving(max_size=IN_MEMORY)
