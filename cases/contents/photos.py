"""A photo without what its camera wrote beside the picture: place, time, telephone, names, a smaller picture of it all.

The picture itself is copied bit by bit, never made anew. What a viewer needs stays: the size, the colours, and which
side is up. Whatever follows the picture's end is left behind, for telephones put films and second pictures there.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Mapping

JPEG, PNG = "image/jpeg", "image/png"


class NoPicture(ValueError):
    """The bytes begin like a photo and are none, or break off before the picture. Open it and save it anew."""


def bare(media_type: str, content: bytes) -> bytes:
    """The same picture without hidden details; other kinds of file as they are. Bare once is bare for good. Raises
    NoPicture."""
    strip = _STRIPPED.get(media_type)
    return strip(content) if strip is not None else content


# --- JPEG: segments behind markers (ITU T.81), then the picture -------------------------------------------------------

_SCAN, _END, _HEAD, _ADOBE = 0xDA, 0xD9, 0xE0, 0xEE
_PICTURE = frozenset({*range(0xC0, 0xD0), *range(0xDA, 0xE0)} - {0xC8})
"""Frames, tables and scans: what the picture is made of. 0xC8 and all that is not named here is reserved, for nobody
knows what."""

_EXIF = b"Exif\0\0"
_COLOURS: Mapping[int, bytes] = {_HEAD: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", _ADOBE: b"Adobe"}
"""Of what programs add, what says how the picture is to be read, by marker."""

_LONG: Mapping[int, int] = {_HEAD: 14, _ADOBE: 12}
"""How long such an addition is; what stands behind is a smaller picture, or does not belong there."""

_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
"""In a picture's own data a marker is one that is neither an escaped byte nor a restart."""

_ORIENTATION = 0x0112
_UPRIGHT = 1


def _bare_jpeg(content: bytes) -> bytes:
    kept, side, at, pictured = bytearray(), _UPRIGHT, 2, False
    while (found := _MARKER.match(content, at)) is not None and (marker := found[1][0]) != _END:
        body = _segment(content, found.end())
        at = found.end() + 2 + len(body)
        if marker == 0xE1 and body.startswith(_EXIF):
            side = _side_up(body[len(_EXIF) :])
        else:
            kept += _staying(marker, body)
        if marker == _SCAN:
            end = _MARKER.search(content, at)
            until = end.start() if end is not None else len(content)
            kept += content[at:until].rstrip(b"\xff")  # half a marker, where the file breaks off
            at, pictured = until, True
    if not pictured:
        raise NoPicture(NoPicture.__doc__)
    return b"\xff\xd8" + _turned(bytes(kept), side) + b"\xff\xd9"


def _segment(content: bytes, at: int) -> bytes:
    """What stands behind a marker, without the two bytes of its length."""
    length = int.from_bytes(content[at : at + 2], "big")
    if length < 2 or at + length > len(content):
        raise NoPicture(NoPicture.__doc__)
    return content[at + 2 : at + length]


def _staying(marker: int, body: bytes) -> bytes:
    """The segment as the bare picture has it; nothing where it has none."""
    if marker not in _PICTURE:
        body = _colours(marker, body)
        if not body:
            return b""
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def _colours(marker: int, body: bytes) -> bytes:
    """What an addition says of the colours; empty where it is about something else."""
    long = _LONG.get(marker, len(body))
    if marker not in _COLOURS or not body.startswith(_COLOURS[marker]) or len(body) < long:
        return b""
    # The last two bytes of the head are the size of the smaller picture that may stand behind it.
    return body[: long - 2] + bytes(2) if marker == _HEAD else body[:long]


def _side_up(tiff: bytes) -> int:
    """Which side of the picture is up, 1 to 8; upright where nothing readable says so."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        if order is None:
            return _UPRIGHT
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, first)
        for place in range(entries):
            tag, kind, count, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * place)
            if (tag, kind, count) == (_ORIENTATION, 3, 1) and 1 <= value <= 8:
                return int(value)
    except struct.error:
        return _UPRIGHT
    return _UPRIGHT


def _turned(kept: bytes, side: int) -> bytes:
    """With a note of which side is up, and of nothing else, behind the file's own head."""
    if side == _UPRIGHT:
        return kept
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, side, 0)
    body = _EXIF + b"MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
    head = 2 + int.from_bytes(kept[2:4], "big") if kept.startswith(b"\xff\xe0") else 0
    return kept[:head] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + kept[head:]


# --- PNG: chunks with four letters (ISO 15948) ------------------------------------------------------------------------

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LAST = b"IEND"
_SHOWN = frozenset((
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD", b"pHYs",
    b"acTL", b"fcTL", b"fdAT",
))  # fmt: skip
"""What the picture is made of; all other chunks are words, dates, places, or nobody knows what."""


def _bare_png(content: bytes) -> bytes:
    return _SIGNATURE + b"".join(chunk for name, chunk in _chunks(content) if name in _SHOWN)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, name = len(_SIGNATURE), b""
    while name != _LAST:
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        end = at + 12 + length
        if len(name) < 4 or end > len(content):
            raise NoPicture(NoPicture.__doc__)
        yield name, content[at:end]
        at = end


_STRIPPED: Mapping[str, Callable[[bytes], bytes]] = {JPEG: _bare_jpeg, PNG: _bare_png}
