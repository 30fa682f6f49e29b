"""A paper in a case must be there, be what it was, and be nothing that harms who opens it."""

import io
import os
import random
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest

from cases.contents.papers import Paper, PaperMissing, PaperRefused, Papers, RefusalReason

NOW = datetime.now(UTC)
"""Files carry the time of this machine, so these tests count from it."""

DAY = timedelta(days=1)
PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(17) + b"\0\0\0\0IEND" + bytes(4)
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(9) + b"\xff\xda\0\x02picture\xff\xd9"
TEXT = "Överenskommelse om hemgång\r\n\tBilaga 1\n".encode()
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT_TYPE = "application/vnd.oasis.opendocument.text"


def package(parts: dict[str, bytes], method: int = ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with ZipFile(written, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, ZIP_STORED if name == "mimetype" else method)
    return written.getvalue()


def content_types(main: str, more: str = "") -> bytes:
    text = f'<?xml version="1.0" encoding="UTF-8"?><Types><Override PartName="/x" ContentType="{main}"/>{more}</Types>'
    return text.encode()


def docx(more: dict[str, bytes] | None = None, types: str = "") -> bytes:
    contents = content_types(f"{DOCX_TYPE}.main+xml", types)
    return package({"[Content_Types].xml": contents, "word/document.xml": b"<w:document/>", **(more or {})})


def xlsx(more: dict[str, bytes] | None = None) -> bytes:
    contents = content_types(f"{XLSX_TYPE}.main+xml")
    return package({"[Content_Types].xml": contents, "xl/workbook.xml": b"<workbook/>", **(more or {})})


def odt(more: dict[str, bytes] | None = None) -> bytes:
    return package({"mimetype": ODT_TYPE.encode(), "content.xml": b"<office:document-content/>", **(more or {})})


@pytest.fixture
def papers(tmp_path: Path) -> Papers:
    return Papers(tmp_path / "papers")


def store(papers: Papers, content: bytes, name: str = "") -> Paper:
    return papers.store(io.BytesIO(content), name)


def files(papers: Papers) -> list[Path]:
    return [path for path in papers._folder.rglob("*") if path.is_file() and path.name != ".lock"]


def refusal(papers: Papers, content: bytes, name: str = "") -> RefusalReason:
    with pytest.raises(PaperRefused) as caught:
        store(papers, content, name)
    assert files(papers) == []
    assert str(caught.value).count(".") >= 2, "the message says what to do"
    return caught.value.reason


def make_old(papers: Papers, name: str, age: timedelta = 2 * DAY) -> None:
    path = next(path for path in files(papers) if path.name.startswith(name))
    moment = (NOW - age).timestamp()
    os.utime(path, (moment, moment))


# --- keeping ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PDF, "Läkemedelslista.pdf", "application/pdf"),
        (PNG, "skärmbild.PNG", "image/png"),
        (JPEG, "foto.jpeg", "image/jpeg"),
        (JPEG, "foto.JPG", "image/jpeg"),
        (TEXT, "anteckning.txt", "text/plain"),
        (b"\xef\xbb\xbf" + TEXT, "anteckning.txt", "text/plain"),
        (docx(), "Protokoll.docx", DOCX_TYPE),
        (xlsx(), "fördelning.xlsx", XLSX_TYPE),
        (odt(), "Utkast.odt", ODT_TYPE),
        (PDF, "Protokoll 2026.04.16", "application/pdf"),
        (PDF, "", "application/pdf"),
    ],
)
def test_what_is_taken_comes_back_byte_for_byte(papers: Papers, content: bytes, name: str, media_type: str) -> None:
    paper = store(papers, content, name)
    assert paper == Paper(sha256(content).hexdigest(), len(content), media_type)
    with papers.open(paper.sha256) as file:
        assert file.read() == content
    assert papers.verify(paper.sha256)


def test_the_same_paper_in_two_cases_is_one_file(papers: Papers) -> None:
    first, second = store(papers, PDF, "a.pdf"), store(papers, PDF, "b.pdf")
    assert first == second
    assert len(files(papers)) == 1


def test_nobody_else_on_the_machine_can_read_a_paper(papers: Papers) -> None:
    store(papers, PDF)
    for path in papers._folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0 or path.name == ".lock"


def test_a_changed_byte_is_noticed(papers: Papers) -> None:
    """Else the record would hand out a paper that nobody ever sent."""
    paper = store(papers, PDF)
    (path,) = files(papers)
    content = bytearray(path.read_bytes())
    content[12] ^= 1
    path.write_bytes(content)
    assert not papers.verify(paper.sha256)


def test_a_missing_paper_is_named_with_what_to_do(papers: Papers) -> None:
    absent = "0" * 64
    assert not papers.verify(absent)
    with pytest.raises(PaperMissing, match=f"{absent}.*backup"):
        papers.open(absent)


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n", "/" + "0" * 63, "é" * 64]
)
def test_no_name_leads_out_of_the_folder(papers: Papers, name: str) -> None:
    with pytest.raises(PaperMissing):
        papers.open(name)
    with pytest.raises(PaperMissing):
        papers.remove(name, nobody_knows, NOW)
    assert not papers.verify(name)


def test_a_removed_paper_is_gone_and_removing_it_again_does_no_harm(papers: Papers) -> None:
    """Disposal is repeated after a crash."""
    paper = store(papers, PDF)
    make_old(papers, paper.sha256)
    assert papers.remove(paper.sha256, nobody_knows, NOW - DAY)
    assert not papers.remove(paper.sha256, nobody_knows, NOW - DAY)
    assert files(papers) == []
    assert not papers.verify(paper.sha256)


def test_a_paper_that_a_row_names_or_that_came_again_is_not_removed(papers: Papers) -> None:
    """Else disposal takes the file of another case, or of a report that is just being sent."""
    paper = store(papers, PDF)
    assert not papers.remove(paper.sha256, nobody_knows, NOW - DAY)
    make_old(papers, paper.sha256)
    assert not papers.remove(paper.sha256, lambda name: name == paper.sha256, NOW - DAY)
    assert papers.verify(paper.sha256)


def test_a_renewed_paper_is_whole_and_young(papers: Papers) -> None:
    """Else the night takes it between the look and the row that names it."""
    paper, damaged = store(papers, PDF), store(papers, PNG)
    make_old(papers, paper.sha256)
    assert papers.renew(paper.sha256)
    assert papers.sweep(nobody_knows, NOW - DAY, NOW) == ()
    make_old(papers, damaged.sha256)
    next(path for path in files(papers) if path.name == damaged.sha256).write_bytes(PDF)
    assert not papers.renew(damaged.sha256)
    assert not papers.renew("0" * 64)
    assert not papers.renew("../../etc/passwd")


# --- refusing -----------------------------------------------------------------------------------------------------


def test_an_upload_that_breaks_off_leaves_nothing(papers: Papers) -> None:
    class Broken(io.RawIOBase):
        def __init__(self) -> None:
            self.parts = [PDF, PDF]

        def read(self, size: int = -1) -> bytes:
            if not self.parts:
                raise ConnectionResetError("the browser went away")
            return self.parts.pop()

    with pytest.raises(ConnectionResetError):
        papers.store(Broken(), "a.pdf")  # type: ignore[arg-type]
    assert files(papers) == []


def test_a_paper_over_the_limit_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    """A stream without end must not fill the disk."""
    small = Papers(tmp_path, limit_bytes=100_000)

    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"%PDF-".ljust(size)

    stream = Endless()
    with pytest.raises(PaperRefused, match=r"larger than 0\.09") as caught:
        small.store(stream, "a.pdf")  # type: ignore[arg-type]
    assert caught.value.reason is RefusalReason.TOO_LARGE
    assert stream.given < 400_000
    assert files(small) == []
    assert store(small, PDF.ljust(100_000)).size == 100_000


def test_an_empty_paper_is_refused(papers: Papers) -> None:
    assert refusal(papers, b"", "a.txt") is RefusalReason.EMPTY


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\0" + bytes(60),
        b"\x7fELF" + bytes(60),
        b"GIF89a" + bytes(60),
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"\xef\xbb\xbf \n <html>",
        b"\n" * 100_000 + b"<script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><x/>",
        b"{\\rtf1\\ansi hello}",
        "Läkare".encode("latin-1"),
        "Läkare".encode("utf-16"),
        b"text with a NUL \0 in it",
        b"text with an escape \x1b[31m",
        b"cut in the middle of a letter \xc3",
        b"\x89PNG\r\n\x1a\n but no picture",
        package({"a.txt": b"a"}),
        package({"mimetype": b"application/epub+zip", "a": b"b"}),
        package({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"x"}),
        package({"[Content_Types].xml": content_types("application/x"), "word/document.xml": b""}),
        package({"META-INF/MANIFEST.MF": b"Main-Class: X", "X.class": b"\xca\xfe\xba\xbe"}),
    ],
)
def test_what_is_none_of_the_kinds_is_refused(papers: Papers, content: bytes) -> None:
    assert refusal(papers, content) is RefusalReason.UNKNOWN_KIND


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PDF, "a.docx"),
        (PDF, "faktura.pdf.exe"),
        (TEXT, "sida.html"),
        (TEXT, "a.pdf"),
        (PNG, "foto.jpg"),
        (docx(), "a.xlsx"),
        (docx(), "a.docm"),
        (odt(), "a.docx"),
        (docx(), "a.zip"),
        (TEXT, "sida.html\u202e"),
        (TEXT, "sida.html. "),
    ],
)
def test_a_name_that_says_something_else_is_refused(papers: Papers, content: bytes, name: str) -> None:
    """Else a web page could be stored as text and run when somebody opens it again by its name."""
    assert refusal(papers, content, name) is RefusalReason.OTHER_NAME


@pytest.mark.parametrize(
    "content",
    [
        docx({"word/vbaProject.bin": b"x"}),
        docx({"WORD/VBAPROJECT.BIN": b"x"}),
        docx({"word/activeX/activeX1.xml": b"x"}),
        docx(types='<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'),
        docx(types='<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'),
        xlsx({"xl/macrosheets/sheet1.xml": b"x"}),
        odt({"Basic/Standard/Module1.xml": b"x"}),
        odt({"Scripts/python/a.py": b"x"}),
    ],
)
def test_macros_are_refused(papers: Papers, content: bytes) -> None:
    assert refusal(papers, content) is RefusalReason.MACROS


def locked(content: bytes) -> bytes:
    """The package with the flag of encryption on its first part, in both places where a zip keeps it."""
    marked = bytearray(content)
    marked[6] |= 1
    marked[content.index(b"PK\1\2") + 8] |= 1
    return bytes(marked)


@pytest.mark.parametrize("content", [locked(docx()), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)])
def test_a_paper_with_a_password_is_refused(papers: Papers, content: bytes) -> None:
    """Nobody at the next step could open it, and nobody could look for what must not be shared in it."""
    assert refusal(papers, content) is RefusalReason.LOCKED


def test_packages_that_unpack_without_end_are_refused_quickly(papers: Papers) -> None:
    small = docx({"word/media/image1.bin": bytes(54_321)})
    gigantic = small.replace(struct.pack("<L", 54_321), struct.pack("<L", 300 * 2**20))
    assert refusal(papers, gigantic) is RefusalReason.UNPACKS_TOO_LARGE
    many = docx({f"word/{turn}": b"" for turn in range(10_001)})
    assert refusal(papers, many) is RefusalReason.UNPACKS_TOO_LARGE


def test_a_small_part_that_claims_little_and_unpacks_to_much_is_not_unpacked(papers: Papers) -> None:
    honest = package({"[Content_Types].xml": bytes(20 * 2**20)})
    lying = honest.replace(struct.pack("<L", 20 * 2**20), struct.pack("<L", 100))
    assert refusal(papers, honest) is RefusalReason.DAMAGED
    assert refusal(papers, lying) is RefusalReason.DAMAGED


def test_a_package_with_two_parts_of_one_name_is_refused(papers: Papers) -> None:
    """Two programs would show two different texts."""
    written = io.BytesIO(docx())
    with ZipFile(written, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(ZipInfo("word/document.xml"), b"another text")
    assert refusal(papers, written.getvalue()) is RefusalReason.DAMAGED


def test_damaged_packages_are_refused_and_never_break_the_upload(papers: Papers) -> None:
    """2,000 documents with random damage: each is taken or refused with a reason."""
    draw = random.Random(5)
    outcomes = set()
    for original in (docx(), xlsx(), odt()):
        for turn in range(667):
            spoiled = bytearray(original)
            for _ in range(draw.choice([1, 2, 8])):
                spoiled[draw.randrange(4, len(spoiled))] = draw.randrange(256)
            content = bytes(spoiled[: draw.randrange(4, len(spoiled))] if turn % 4 == 0 else spoiled)
            try:
                outcomes.add(store(papers, content).media_type)
            except PaperRefused as refused:
                outcomes.add(refused.reason)
    assert RefusalReason.DAMAGED in outcomes
    assert DOCX_TYPE in outcomes


# --- sweeping -----------------------------------------------------------------------------------------------------


def nobody_knows(name: str) -> bool:
    return False


def test_orphans_go_after_a_day_and_nothing_that_a_row_names(papers: Papers) -> None:
    """A crash between file and row must not fill the disk, and a sweep must never take a case's paper."""
    kept, orphan, young = store(papers, PDF), store(papers, PNG), store(papers, JPEG)
    make_old(papers, kept.sha256)
    make_old(papers, orphan.sha256)
    swept = papers.sweep(lambda name: name == kept.sha256, NOW - DAY, NOW)
    assert swept == (orphan.sha256,)
    assert papers.verify(kept.sha256)
    assert papers.verify(young.sha256)
    assert papers.sweep(lambda name: name == kept.sha256, NOW - DAY, NOW) == ()


def test_an_upload_that_never_got_its_name_goes_after_a_day(papers: Papers) -> None:
    (papers._folder / "arriving-old").write_bytes(PDF)
    (papers._folder / "arriving-young").write_bytes(PDF)
    make_old(papers, "arriving-old")
    assert papers.sweep(nobody_knows, NOW - DAY, NOW) == ("arriving-old",)


def test_an_old_orphan_that_is_sent_again_is_young_again(papers: Papers) -> None:
    """Else its row could be written just as the sweep takes the file."""
    paper = store(papers, PDF)
    make_old(papers, paper.sha256)
    store(papers, PDF)
    assert papers.sweep(nobody_knows, NOW - DAY, NOW) == ()
    assert papers.verify(paper.sha256)


def test_an_orphan_sent_again_while_the_sweep_looks_at_it_stays(papers: Papers) -> None:
    paper = store(papers, PDF)
    make_old(papers, paper.sha256)

    def sent_again_meanwhile(name: str) -> bool:
        store(papers, PDF)
        return False

    assert papers.sweep(sent_again_meanwhile, NOW - DAY, NOW) == ()
    assert papers.verify(paper.sha256)


def test_an_orphan_that_gets_its_row_while_the_sweep_looks_at_it_stays(papers: Papers) -> None:
    """Else a row names a file that is gone: the sweep looked once, before the row was there."""
    paper, looks = store(papers, PDF), []
    make_old(papers, paper.sha256)

    def named_meanwhile(name: str) -> bool:
        looks.append(name)
        return len(looks) > 1

    assert papers.sweep(named_meanwhile, NOW - DAY, NOW) == ()
    assert papers.verify(paper.sha256)


@pytest.mark.parametrize("age", [timedelta(0), DAY - timedelta(seconds=1), -DAY])
def test_sweeping_uploads_in_progress_is_refused(papers: Papers, age: timedelta) -> None:
    with pytest.raises(ValueError, match="younger than a day"):
        papers.sweep(nobody_knows, NOW - age, NOW)


def test_many_hands_storing_and_sweeping_at_once_lose_nothing(papers: Papers) -> None:
    """Each sender's paper grows old and is sent again, over and over, while the sweep takes old ones away."""
    lost: list[int] = []
    swept: list[str] = []

    def send(hand: int) -> None:
        content = b"%PDF-" + bytes([hand]) * 50
        for _ in range(60):
            paper = store(papers, content)
            if not papers.verify(paper.sha256):
                lost.append(hand)
            make_old(papers, paper.sha256)

    senders = [threading.Thread(target=send, args=[hand]) for hand in range(3)]
    for sender in senders:
        sender.start()
    while any(sender.is_alive() for sender in senders):
        swept += papers.sweep(nobody_knows, NOW - DAY, NOW)
    assert lost == []
    assert len(swept) > 10


# --- killed -------------------------------------------------------------------------------------------------------

STORING = """
import io, sys
from pathlib import Path
from cases.contents.papers import Papers
papers = Papers(Path(sys.argv[1]))
for turn in range(1_000_000):
    paper = papers.store(io.BytesIO(b"%PDF-" + str(turn).encode() * 20_000), "a.pdf")
    sys.stdout.write(paper.sha256 + "\\n")
    sys.stdout.flush()
"""


@pytest.fixture
def storing(tmp_path: Path) -> Iterator[Callable[[int], list[str]]]:
    """Stores papers in a process that is killed after so many were acknowledged; answers what it acknowledged."""
    started: list[subprocess.Popen[str]] = []

    def run(acknowledged: int) -> list[str]:
        command = [sys.executable, "-c", STORING, str(tmp_path / "papers")]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        names = [process.stdout.readline().strip() for _ in range(acknowledged)]
        process.send_signal(signal.SIGKILL)
        process.wait()
        return names + process.stdout.read().split()

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def test_after_a_kill_every_acknowledged_paper_is_whole_and_no_half_paper_has_a_name(
    papers: Papers, storing: Callable[[int], list[str]]
) -> None:
    """K11 and K12: killed while bytes are written, or before the name is given."""
    for acknowledged in (1, 2, 3, 5, 8, 13):
        names = [name for name in storing(acknowledged) if len(name) == 64]
        assert len(names) >= acknowledged
        assert all(map(papers.verify, names))
    for path in files(papers):
        assert path.name.startswith("arriving-") or papers.verify(path.name)


# --- names --------------------------------------------------------------------------------------------------------
