"""The papers of a case: files on disk, each stored once under the hash of its content.

A paper is written whole before it gets its name: a temporary file in the same folder, fsync, rename to
`ab/cd/<sha256>`, fsync of the folders; only then may a row name it. A crash before the row leaves an orphan, which
`sweep` removes a day later; no crash leaves a row without its file. A row names only what was stored or renewed just
before it, and what is young is never taken away, nor what a row is found to name when it is looked at last. What a
paper is, its bytes decide, never its name or what the sender says, and it must be one of the kinds in `_ENDINGS`.
A photo is kept without what its camera wrote beside the picture, so that its hash is of what is kept.
"""

import codecs
import fcntl
import os
import re
import shutil
import struct
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import file_digest, sha256
from io import BufferedReader
from pathlib import Path
from tempfile import mkstemp
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from cases.contents.identifiers import numbers
from cases.contents.photos import NoPicture, bare

LIMIT_BYTES = 25 * 2**20
_CHUNK = 2**16
_GRACE = timedelta(days=1)
_ARRIVING = "arriving-"


class PaperError(Exception):
    """A paper could not be stored or found; the message says what to do."""


class RefusalReason(StrEnum):
    """Why a paper is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_KIND = "unknown_kind"
    OTHER_NAME = "other_name"
    LOCKED = "locked"
    MACROS = "macros"
    DAMAGED = "damaged"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    TOO_MANY = "too_many"


class PaperRefused(PaperError):
    """The file is not taken; `reason` says why, the message what to do. Nothing of it is kept."""

    def __init__(self, reason: RefusalReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class PaperMissing(PaperError):
    """No paper is stored under that hash."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A stored paper: its name on disk (64 hex digits), its size in bytes, and what its content is."""

    sha256: str
    size: int
    media_type: str


class Papers:
    """The folder of all papers. Several processes may use it at once."""

    def __init__(self, folder: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self._folder = folder
        self._limit = limit_bytes
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def store(self, stream: BinaryIO, declared_name: str) -> Paper:
        """Reads the stream to its end and keeps it; when this returns, the paper survives a power cut.

        Raises PaperRefused. The same content twice is one file, and young again for `sweep`.
        """
        handle, name = mkstemp(prefix=_ARRIVING, dir=self._folder)
        arriving = Path(name)
        try:
            with os.fdopen(handle, "w+b") as file:
                digest, size = self._copy(stream, file)
                media_type = _agreed_type(file, size, declared_name)
                digest, size = _without_traces(file, media_type) or (digest, size)
                file.flush()
                os.fsync(file.fileno())
            self._give_name(arriving, digest)
        except BaseException:
            arriving.unlink(missing_ok=True)
            raise
        return Paper(digest, size, media_type)

    def open(self, sha256: str) -> BufferedReader:
        """The paper, open for reading. Raises PaperMissing."""
        try:
            return self._place(sha256).open("rb")
        except FileNotFoundError:
            raise PaperMissing(f"The paper {sha256} is not in {self._folder}. Restore it from a backup.") from None

    def verify(self, sha256: str) -> bool:
        """Whether the paper is there and its content still has this hash."""
        try:
            with self.open(sha256) as file:
                return file_digest(file, "sha256").hexdigest() == sha256
        except PaperMissing:
            return False

    def stored(self) -> Iterator[str]:
        """The hash of every paper that lies here, named by a case or not."""
        for path in sorted(self._folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
            yield path.name

    def bring_back(self, sha256: str, stream: IO[bytes]) -> None:
        """A paper out of a backup, whatever this version takes from people; twice does no harm. Raises PaperMissing
        when the stream is something else than the paper of that hash."""
        handle, name = mkstemp(prefix=_ARRIVING, dir=self._folder)
        arriving = Path(name)
        try:
            with os.fdopen(handle, "w+b") as file:
                shutil.copyfileobj(stream, file, _CHUNK)
                file.seek(0)
                if file_digest(file, "sha256").hexdigest() != sha256:
                    raise PaperMissing(f"What should be the paper {sha256} is something else. Take another backup.")
                os.fsync(file.fileno())
            self._give_name(arriving, sha256)
        except BaseException:
            arriving.unlink(missing_ok=True)
            raise

    def renew(self, sha256: str) -> bool:
        """Whether the paper is there and whole; it is young again for `remove` and `sweep`. Asked before a row names a
        paper that was stored earlier."""
        try:
            with self._held(fcntl.LOCK_SH):
                os.utime(self._place(sha256))
        except (FileNotFoundError, PaperMissing):
            return False
        return self.verify(sha256)

    def remove(self, sha256: str, known: Callable[[str], bool], older_than: datetime) -> bool:
        """Takes a paper away for good, and whether it is gone by this; twice does no harm.

        It stays when a row knows it, and when it was written since `older_than`: somebody may be about to name it, and
        if not, `sweep` takes it. Raises PaperMissing for what is no hash.
        """
        return self._discard(self._place(sha256), known, older_than.timestamp())

    def sweep(self, known: Callable[[str], bool], older_than: datetime, now: datetime) -> tuple[str, ...]:
        """Removes, and names, what was written before `older_than` and no row knows, and what never got its name.

        `older_than` lies at least a day before `now`: a younger file may belong to an upload whose row is not
        written yet. Raises ValueError otherwise.
        """
        if now - older_than < _GRACE:
            raise ValueError("Sweeping what is younger than a day could take an upload that is not finished.")
        before = older_than.timestamp()
        stored = sorted(self._folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"))
        orphans = [path for path in stored if _written_before(path, before) and not known(path.name)]
        left_over = sorted(self._folder.glob(f"{_ARRIVING}*"))
        return tuple(path.name for path in [*orphans, *left_over] if self._discard(path, known, before))

    def _copy(self, stream: BinaryIO, file: BinaryIO) -> tuple[str, int]:
        digest, size = sha256(), 0
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > self._limit:
                raise PaperRefused(
                    RefusalReason.TOO_LARGE,
                    f"The file is larger than {self._limit / 2**20:g} MB. Send a smaller copy, or split it.",
                )
            digest.update(chunk)
            file.write(chunk)
        if not size:
            raise PaperRefused(RefusalReason.EMPTY, "The file is empty. Open it to see whether it is the right one.")
        return digest.hexdigest(), size

    def _give_name(self, arriving: Path, digest: str) -> None:
        place = self._place(digest)
        for folder in (place.parent.parent, place.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
        with self._held(fcntl.LOCK_SH):
            arriving.replace(place)
        for folder in (place.parent, place.parent.parent, self._folder):
            _sync_folder(folder)

    def _discard(self, path: Path, known: Callable[[str], bool], before: float) -> bool:
        """Whether the file was still old, and still unknown, when nobody could make it young again; it is gone then."""
        with self._held(fcntl.LOCK_EX):
            if not _written_before(path, before) or known(path.name):
                return False
            path.unlink()
        _sync_folder(path.parent)
        return True

    @contextmanager
    def _held(self, how: int) -> Iterator[None]:
        """Naming a paper and sweeping it exclude each other: the same content may arrive while it is swept."""
        with (self._folder / ".lock").open("ab") as lock:
            fcntl.flock(lock, how)
            yield

    def _place(self, sha256: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise PaperMissing(
                f"{sha256[:80]!r} is no paper's hash (64 hex digits). Take it from the case's documents."
            )
        return self._folder / sha256[:2] / sha256[2:4] / sha256


def clean_name(text: str) -> str:
    """The name a paper was sent under, fit to be shown and downloaded again: letters of every language stay.

    Folders before the name, control characters and those that turn the reading direction go, and somebody's personal
    number is left out of it (law 6); at most 120 characters.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", text))[-1]
    visible = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in last if _is_visible(sign))
    for number in reversed(numbers(visible)):
        visible = f"{visible[: number.start]}…{visible[number.end :]}"
    name = re.sub(r" +", " ", visible).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if dot and stem and len(ending) <= 10:
        return f"{stem[: 119 - len(ending)].rstrip(' .')}.{ending}"
    return name[:120].rstrip(" .") or "dokument"


def _is_visible(sign: str) -> bool:
    return unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _written_before(path: Path, before: float) -> bool:
    try:
        return path.stat().st_mtime < before
    except FileNotFoundError:  # somebody else was quicker
        return False


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- what a paper is -----------------------------------------------------------------------------------------------

_PDF, _PNG, _JPEG, _TEXT = "application/pdf", "image/png", "image/jpeg", "text/plain"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ODT = "application/vnd.oasis.opendocument.text"
_ENDINGS = {
    _PDF: ("pdf",),
    _PNG: ("png",),
    _JPEG: ("jpg", "jpeg"),
    _TEXT: ("txt", "md"),
    _DOCX: ("docx",),
    _XLSX: ("xlsx",),
    _ODT: ("odt",),
}
_TAKEN = "PDF, PNG, JPEG, plain text in UTF-8, .docx, .xlsx and .odt are taken"

_MOST_PARTS = 10_000
_LARGEST_DIRECTORY = 2 * 2**20
_LARGEST_UNPACKED = 256 * 2**20
_LARGEST_PART_READ = 2**20
_DIRECTORY_END = struct.Struct("<4s4H2LH")
_MACRO_PART = re.compile(
    r"vbaproject|vbadata|(?:^|/)(?:macrosheets|dialogsheets|activex)/|^(?:basic|scripts)/", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def _without_traces(file: BinaryIO, media_type: str) -> tuple[str, int] | None:
    """Takes out of a photo what its camera wrote beside the picture; the new hash and size, None when nothing was."""
    if media_type not in (_JPEG, _PNG):
        return None
    file.seek(0)
    content = file.read()
    try:
        kept = bare(media_type, content)
    except NoPicture as fault:
        raise _damaged() from fault
    if kept == content:
        return None
    file.seek(0)
    file.write(kept)
    file.truncate()
    return sha256(kept).hexdigest(), len(kept)


def _agreed_type(file: BinaryIO, size: int, declared_name: str) -> str:
    """The media type of the content, when the ending of the name says the same or nothing."""
    media_type = _type_of(file, size)
    ending = re.search(r"\.([A-Za-z][A-Za-z0-9]{1,4})$", clean_name(declared_name))
    if ending and ending[1].lower() not in _ENDINGS[media_type]:
        raise PaperRefused(
            RefusalReason.OTHER_NAME,
            f"The name ends in .{ending[1]}, but the content is {_ENDINGS[media_type][0].upper()}. "
            f"Send the right file, or give it a name that ends in .{_ENDINGS[media_type][0]}.",
        )
    return media_type


def _type_of(file: BinaryIO, size: int) -> str:
    file.seek(0)
    head = file.read(16)
    if head.startswith(b"%PDF-"):
        return _PDF
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:] == b"IHDR":
        return _PNG
    if head.startswith(b"\xff\xd8\xff"):
        return _JPEG
    if head.startswith(b"PK\3\4"):
        return _type_of_package(file, size)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise PaperRefused(
            RefusalReason.LOCKED,
            "The file is in the old Word or Excel format, or has a password. Save it without a password as .docx, "
            ".xlsx or PDF.",
        )
    if _is_plain_text(file):
        return _TEXT
    raise PaperRefused(
        RefusalReason.UNKNOWN_KIND, f"This kind of file is not taken. {_TAKEN}; save or print it as one of these."
    )


def _is_plain_text(file: BinaryIO) -> bool:
    """UTF-8 without control characters, and not a web page, a drawing or a program's format in letters."""
    file.seek(0)
    decoder, beginning = codecs.getincrementaldecoder("utf-8-sig")(), ""
    try:
        while chunk := file.read(_CHUNK):
            text = decoder.decode(chunk)
            if _CONTROL.search(text):
                return False
            if len(beginning) < 16:
                beginning = (beginning + text).lstrip()[:16]
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return not beginning.startswith(("<", "{\\rtf", "%!"))


def _type_of_package(file: BinaryIO, size: int) -> str:
    """The type of a zipped document, from its table of contents and one small part of it; nothing else is unpacked."""
    _refuse_large_directory(file, size)
    try:
        with ZipFile(file) as package:
            parts = {part.filename: part for part in package.infolist()}
            _refuse_unsafe(package.infolist(), parts)
            if "mimetype" in parts:
                found = _ODT if _read_part(package, parts["mimetype"]) == _ODT.encode() else None
            else:
                found = _type_of_office(package, parts)
    except (BadZipFile, zlib.error, struct.error, EOFError, ValueError, RuntimeError) as fault:
        raise _damaged() from fault
    if found is None:
        raise PaperRefused(
            RefusalReason.UNKNOWN_KIND, f"This package is not taken. {_TAKEN}; send the files in it one by one."
        )
    return found


def _refuse_large_directory(file: BinaryIO, size: int) -> None:
    """The table of contents is read whole, so its size is bounded first; no document needs the larger form of it."""
    file.seek(max(0, size - _DIRECTORY_END.size - 20))
    tail = file.read()
    if len(tail) < _DIRECTORY_END.size:
        raise _damaged()
    signature, _, _, _, count, length, start, comment = _DIRECTORY_END.unpack(tail[-_DIRECTORY_END.size :])
    if signature != b"PK\5\6" or comment or tail.startswith(b"PK\6\7"):
        raise _damaged()
    if count > _MOST_PARTS or length > _LARGEST_DIRECTORY:
        raise _unpacks_too_large()
    if start + length > size - _DIRECTORY_END.size:
        raise _damaged()


def _refuse_unsafe(listed: list[ZipInfo], parts: dict[str, ZipInfo]) -> None:
    if len(parts) != len(listed):
        raise _damaged()
    if any(part.flag_bits & 1 for part in listed):
        raise PaperRefused(RefusalReason.LOCKED, "The file has a password. Save it without one.")
    if sum(part.file_size for part in listed) > _LARGEST_UNPACKED:
        raise _unpacks_too_large()
    if any(_MACRO_PART.search(name) for name in parts):
        raise _has_macros()


def _type_of_office(package: ZipFile, parts: dict[str, ZipInfo]) -> str | None:
    contents = parts.get("[Content_Types].xml")
    if contents is None:
        return None
    types = _read_part(package, contents).decode("utf-8-sig")
    if "macroenabled" in types.lower() or "vbaproject" in types.lower():
        raise _has_macros()
    if "wordprocessingml.document.main+xml" in types and any(name.startswith("word/") for name in parts):
        return _DOCX
    if "spreadsheetml.sheet.main+xml" in types and any(name.startswith("xl/") for name in parts):
        return _XLSX
    return None


def _read_part(package: ZipFile, part: ZipInfo) -> bytes:
    if part.file_size > _LARGEST_PART_READ or part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise _damaged()
    with package.open(part) as content:
        return content.read(_LARGEST_PART_READ)


def _damaged() -> PaperRefused:
    return PaperRefused(RefusalReason.DAMAGED, "The file is damaged or incomplete. Open it and save it anew.")


def _has_macros() -> PaperRefused:
    return PaperRefused(RefusalReason.MACROS, "The file holds macros or controls. Save it as .docx, .xlsx or PDF.")


def _unpacks_too_large() -> PaperRefused:
    return PaperRefused(
        RefusalReason.UNPACKS_TOO_LARGE, "The file would unpack to far more than a document. Save it anew, or as PDF."
    )
