"""A county folder spoiled on purpose: what is written into it, and the faults that must be reported for it."""

from dataclasses import dataclass
from pathlib import Path

COUNTIES = Path(__file__).parent.parent.parent / "config"


@dataclass(frozen=True, slots=True)
class Expected:
    """A fault in `file` at exactly `place`, whose text holds `words`."""

    file: str
    place: str
    words: str


@dataclass(frozen=True, slots=True)
class Spoil:
    """`text` goes on new last lines of `file`, or takes the place of `of`, which stands in it once.

    `faults`: (place, words) each; `{line}` in a place is the number of the first new line. Some spoils only prepare the
    ground for the next one and have no faults.
    """

    file: str
    text: str
    of: str
    faults: tuple[tuple[str, str], ...]

    def apply(self, folder: Path) -> list[Expected]:
        path = folder / self.file
        before = path.read_text(encoding="utf-8")
        line = before.count("\n") + 1
        if self.of:
            assert before.count(self.of) == 1, f"{self.of!r} must stand once in {self.file}"
            path.write_text(before.replace(self.of, self.text), encoding="utf-8")
        else:
            path.write_text(f"{before}{self.text}\n", encoding="utf-8")
        return [Expected(self.file, place.format(line=line), words) for place, words in self.faults]


def line(file: str, text: str, *faults: tuple[str, str]) -> Spoil:
    """A new line of a CSV file; each fault is (column, words)."""
    return Spoil(f"{file}.csv", text, "", tuple((f"line {{line}}, {column}", words) for column, words in faults))


def table(file: str, text: str, *faults: tuple[str, str]) -> Spoil:
    """New lines of a TOML file; each fault is (place, words)."""
    return Spoil(f"{file}.toml", text, "", faults)


def change(file: str, of: str, text: str, *faults: tuple[str, str]) -> Spoil:
    return Spoil(file, text, of, faults)
