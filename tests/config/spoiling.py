"""A county folder spoiled on purpose: what is written into it, and the fault that must be reported for it."""

from dataclasses import dataclass
from pathlib import Path

COUNTIES = Path(__file__).parent.parent.parent / "config"


@dataclass(frozen=True, slots=True)
class Spoil:
    """`add` goes on a new last line of `file`; or `instead` takes the place of `of`, which stands in it once.

    The fault is reported in that file at `place` (`{line}` is the number of the added line), and says `says`.
    A spoil that only prepares the ground for another one has no place.
    """

    file: str
    add: str = ""
    of: str = ""
    instead: str = ""
    place: str = ""
    says: str = ""

    def apply(self, folder: Path) -> tuple[str, str, str] | None:
        """Writes it and answers the expected (file, place, words), or None."""
        path = folder / self.file
        text = path.read_text(encoding="utf-8")
        line = text.count("\n") + 1
        if self.of:
            assert text.count(self.of) == 1, f"{self.of!r} must stand once in {self.file}"
            path.write_text(text.replace(self.of, self.instead), encoding="utf-8")
        else:
            path.write_text(f"{text}{self.add}\n", encoding="utf-8")
        return (self.file, self.place.format(line=line), self.says) if self.place else None
