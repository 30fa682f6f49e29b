"""`verify --export`: what the check of an export came to, for people: how many lines, and what of each is proved."""

from __future__ import annotations

from collections.abc import Iterator

from cases.copies.export_file import Checked
from workflows.calendar import Language

LINES = {"sv": ("{count} rad", "{count} rader"), "en": ("{count} line", "{count} lines")}
PAPERS = {"sv": ("{count} dokument", "{count} dokument"), "en": ("{count} paper", "{count} papers")}

SAYS = {
    "whole": (
        "Utdraget om {number} för {who} är helt: {total} i historiken, och varje sigill stämmer.",
        "The export of {number} by {who} is whole: {total} of history, and every seal holds.",
    ),
    "words": (
        "  orden: på {opened} är de här, och de som förseglades; på {closed} är de inte här, för att de namnger någon "
        "på den andra sidan eller har gallrats",
        "  words: in {opened} they are here, and those that were sealed; in {closed} they are not here, for they name "
        "somebody of the other side or were disposed of",
    ),
    "outcome": (
        "  följden: på {sealed} står den här; på {withheld} är den utelämnad, för att den rymmer vad den funktionen "
        "inte får veta",
        "  outcome: in {sealed} it is here; in {withheld} it is left out, for it holds what that function may not know",
    ),
    "papers": ("  {papers}, med det innehåll som hämtades ut", "  {papers}, with the content that was exported"),
    "compare": ("Jämför kedjornas slut med dem i den andra partens utdrag:",
                "Compare these heads with those of the other party's export:"),
    "unproved": ("Det här bevisas inte av kedjorna, det berättas bara:",
                 "Not proved by these heads, but told only:"),
}  # fmt: skip
SWEDISH = (
    (": all of it", ": allt"),
    (": its words", ": orden"),
    (": its content", ": innehållet"),
    ("case.json: names and sentences of the history", "case.json: historikens namn och meningar"),
    (" line ", " rad "),
)
"""What nothing in the file proves, by the English words that stand in the JSON answer."""


def lines_of_check(found: Checked, language: Language) -> Iterator[str]:
    """What is said of an export without faults. Both sums, of words and of outcomes, are the number of all lines."""
    total = found.sealed + found.withheld
    counts = {"total": total, "opened": found.opened, "closed": total - found.opened, "sealed": found.sealed,
              "withheld": found.withheld}  # fmt: skip
    fill = {name: _counted(LINES[language], count) for name, count in counts.items()}
    fill |= {"papers": _counted(PAPERS[language], found.papers), "number": found.number, "who": found.taken_as}
    place = 0 if language == "sv" else 1
    for key in ("whole", "words", "outcome", "papers", "compare"):
        yield SAYS[key][place].format_map(fill)
    yield from (f"  {name} {head}" for name, head in found.heads.items())
    yield SAYS["unproved"][place]
    yield from (f"  {_told(what, language)}" for what in found.unproved)


def _counted(forms: tuple[str, str], count: int) -> str:
    return forms[0 if count == 1 else 1].format(count=count)


def _told(what: str, language: Language) -> str:
    for english, swedish in SWEDISH if language == "sv" else ():
        what = what.replace(english, swedish)
    return what
