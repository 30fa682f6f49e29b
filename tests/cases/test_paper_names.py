"""What a paper is called: as its sender called it, and harmless on whatever machine it is saved."""

import pytest

from cases.contents.papers import clean_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Läkemedelslista åäö ÅÄÖ é 日本.pdf", "Läkemedelslista åäö ÅÄÖ é 日本.pdf"),
        ("A\u030arsrapport.pdf", "Årsrapport.pdf"),
        ("C:\\Users\\ek\\Skrivbord\\avtal.docx", "avtal.docx"),
        ("../../etc/passwd", "passwd"),
        ("rapport\r\nSet-Cookie: x=1.pdf", "rapportSet-Cookie: x=1.pdf"),
        ("faktura\u202efdp.exe", "fakturafdp.exe"),
        ("a\u2066b\u2069\u200b\ufeffc.txt", "abc.txt"),
        ("a\0b\x1b\x7f.txt", "ab.txt"),
        ("a\u2028b\u2029.txt", "ab.txt"),
        ("  många \u00a0  mellanslag .txt ", "många mellanslag.txt"),
        ("...", "dokument"),
        ("", "dokument"),
        ("/", "dokument"),
        ("\ud83d.pdf", "pdf"),
        (".htaccess", "htaccess"),
        ("Listan 19121212-1212 (2).pdf", "Listan … (2).pdf"),
        ("121212-1212.pdf", "….pdf"),
    ],
)
def test_a_name_stays_readable_and_harmless(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept
    assert clean_name(kept) == kept


def test_a_long_name_keeps_its_ending() -> None:
    """Else the file would not open by a click on the other side."""
    name = clean_name("å" * 500 + ".docx")
    assert (len(name), name[-6:]) == (120, "å.docx")
    assert len(clean_name("å" * 500)) == 120
    assert len(clean_name("a." + "b" * 500)) == 120
