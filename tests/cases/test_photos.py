"""A photo tells what it shows, and not where, when and by whom it was taken."""

import io
import struct
from hashlib import sha256
from itertools import product
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.contents.papers import PaperRefused, Papers, RefusalReason
from cases.contents.photos import JPEG, PNG, NoPicture, bare

SECRET = b"57.6554N 12.0138E, the telephone of somebody"
PICTURE = b"\x12\xff\x00\x34\xff\xd3\x56"
"""A picture's own data, with an escaped byte and a restart in it."""


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def _exif(side: int, order: str) -> bytes:
    head = {">": b"MM\0*", "<": b"II*\0"}[order] + struct.pack(f"{order}I", 8)
    entries = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, side, 0) + struct.pack(f"{order}HHII", 0x8825, 4, 1, 50)
    return b"Exif\0\0" + head + struct.pack(f"{order}H", 2) + entries + bytes(4) + SECRET


HEAD = _segment(0xE0, b"JFIF\0" + bytes(9))
SMALLER = _segment(0xE0, b"JFIF\0" + bytes(7) + b"\x01\x0e" + SECRET)
"""The same head with a smaller picture behind it."""
ADOBE = _segment(0xEE, b"Adobe" + bytes(7))
COLOURS = _segment(0xE2, b"ICC_PROFILE\0\x01\x01colours")
FRAME = _segment(0xC0, b"frame")
SCAN = _segment(0xDA, b"") + PICTURE
HIDDEN = (
    _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET), _segment(0xE0, b"JFXX\0" + SECRET),
    _segment(0xC8, SECRET), _segment(0x02, SECRET), _segment(0xF0, SECRET),
    _segment(0xE2, b"MPF\0" + SECRET), _segment(0xED, b"Photoshop 3.0\0" + SECRET), _segment(0xFE, SECRET),
)  # fmt: skip


def _photo(side: int = 6, order: str = ">") -> bytes:
    """As a telephone makes it: hidden details among what is needed, a second scan, and a film behind the end."""
    return b"".join((
        b"\xff\xd8", SMALLER, _segment(0xE1, _exif(side, order)), *HIDDEN, COLOURS, FRAME, SCAN, HIDDEN[0], SCAN,
        b"\xff\xd9", b"\xff\xd8", HIDDEN[0], b"\xff\xd9", SECRET,
    ))  # fmt: skip


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc32(name + body))


SHOWN = _chunk(b"IHDR", bytes(13)), _chunk(b"sRGB", b"\0"), _chunk(b"IDAT", PICTURE), _chunk(b"IEND", b"")
DRAWN = b"\x89PNG\r\n\x1a\n" + b"".join((
    SHOWN[0], _chunk(b"eXIf", SECRET), _chunk(b"tEXt", b"Author\0" + SECRET), SHOWN[1], _chunk(b"tIME", bytes(7)),
    _chunk(b"zzZz", SECRET), SHOWN[2], _chunk(b"iTXt", SECRET), SHOWN[3], SECRET,
))  # fmt: skip


def test_a_photo_keeps_its_picture_and_which_side_is_up() -> None:
    """Lost otherwise: a list would lie on its side, or in wrong colours."""
    for side, order in product(range(2, 9), "<>"):
        kept = bare(JPEG, _photo(side, order))
        assert SECRET not in kept
        note = struct.pack(">HHIHH", 0x0112, 3, 1, side, 0)
        assert kept.count(b"Exif\0\0") == kept.count(note) == 1
        assert kept.startswith(b"\xff\xd8" + HEAD)
        assert kept.endswith(COLOURS + FRAME + SCAN + SCAN + b"\xff\xd9")
    assert bare(JPEG, _photo(1)) == b"\xff\xd8" + HEAD + COLOURS + FRAME + SCAN + SCAN + b"\xff\xd9"
    tail = ADOBE[:2] + struct.pack(">H", len(ADOBE) - 2 + len(SECRET)) + ADOBE[4:] + SECRET
    assert bare(JPEG, b"\xff\xd8" + tail + SCAN) == b"\xff\xd8" + ADOBE + SCAN + b"\xff\xd9"
    assert bare(PNG, DRAWN) == b"\x89PNG\r\n\x1a\n" + b"".join(SHOWN)


@pytest.mark.parametrize(("kind", "content"), [(JPEG, _photo()), (JPEG, b"\xff\xd8" + SCAN + b"\xff"), (PNG, DRAWN)])
def test_bare_once_is_bare_for_good(kind: str, content: bytes) -> None:
    """Lost otherwise: the same photo sent again would be another file."""
    assert bare(kind, bare(kind, content)) == bare(kind, content)


def test_what_is_kept_is_what_its_hash_says(tmp_path: Path) -> None:
    """Lost otherwise: a photo of a medicine list would tell the other party whose kitchen it lay in."""
    papers = Papers(tmp_path / "papers")
    for name, content in (("lista.jpg", _photo()), ("lista.png", DRAWN)):
        paper = papers.store(io.BytesIO(content), name)
        with papers.open(paper.sha256) as file:
            kept = file.read()
        assert SECRET not in kept
        assert (paper.sha256, paper.size) == (sha256(kept).hexdigest(), len(kept))
        assert papers.store(io.BytesIO(kept), name) == paper


@pytest.mark.parametrize(
    "content", [b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(20), b"\xff\xd8\xff\xe1\xff\xff" + SECRET, DRAWN[:60]]
)
def test_a_photo_that_breaks_off_is_refused(tmp_path: Path, content: bytes) -> None:
    """Lost otherwise: what nobody can look through would be kept with whatever is in it."""
    with pytest.raises(PaperRefused) as refused:
        Papers(tmp_path / "papers").store(io.BytesIO(content), "")
    assert refused.value.reason is RefusalReason.DAMAGED


@given(kind=st.sampled_from((JPEG, PNG)), damage=st.lists(st.tuples(st.integers(8, 400), st.integers(0, 255))))
def test_any_damage_is_a_picture_or_a_refusal(kind: str, damage: list[tuple[int, int]]) -> None:
    """Lost otherwise: a crafted photo would end in a fault page."""
    content = bytearray(_photo() if kind == JPEG else DRAWN)
    for place, byte in damage:
        content[place % (len(content) - 8) + 8] = byte
    try:
        kept = bare(kind, bytes(content))
    except NoPicture:
        return
    assert len(kept) <= len(content) + 2, "an end may be added"
    assert bare(kind, kept) == kept
