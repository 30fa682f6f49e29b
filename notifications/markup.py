"""A letter's HTML part, from the same lines as its text: headings to jump by, links that say where they lead.

Nothing in it is fetched, counted or scripted, so it shows the same everywhere and tells nobody that it was read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from notifications.texts import FOLDER, Form

NUMBER = re.compile(r"\b\d{4}-[0-9A-Z]{7}\b")
"""A case's number, which no narrow screen is to break at its hyphen."""

FRAME = FOLDER / "letter.html"
LINK, LABEL = "{link}", ": {"
"""A line that ends with the first becomes a link named by the words before it; words before the second stand out."""

FOOT = "--"
"""The line after which a letter speaks of itself."""


@cache
def frame(path: Path = FRAME) -> Template:
    return Template(path.read_text(encoding="utf-8"))


def case_part(form: Form, words: Mapping[str, str]) -> str:
    """What a letter says of one case: its first line is a heading."""
    first, *others = form.kept(words)
    lines = [f"<h3>{_said(first, words)}</h3>", *(_line(line, words) for line in others if line.strip())]
    return '<div class="case">\n' + "\n".join(lines) + "\n</div>"


def section_part(form: Form, words: Mapping[str, str], cases: str) -> str:
    """All that one function gets, below its name."""
    lines = [line for line in form.kept(words) if line.strip()]
    return "\n".join(cases if line == "{items}" else f"<h2>{_said(line, words)}</h2>" for line in lines)


def whole(form: Form, words: Mapping[str, str], subject: str, sections: str, language: str) -> str:
    """The whole document."""
    found, foot = [], ""
    for line in (line for line in form.kept(words) if line.strip()):
        if line == "{sections}":
            found.append(sections)
        elif line.strip() == FOOT:
            foot = ' class="foot"'
            found.append("<hr>")
        else:
            found.append(f"<p{foot}>{_said(line, words)}</p>")
    return frame().substitute(
        language=language, title=escape(subject), heading=_in_one_piece(escape(subject)), body="\n".join(found)
    )


def _line(line: str, words: Mapping[str, str]) -> str:
    if line.endswith(LINK):
        name = _said(line.removesuffix(LINK).rstrip().rstrip(":"), words) or escape(words["link"])
        return (
            f'<p class="go"><a href="{escape(words["link"])}">{name} {_in_one_piece(escape(words["number"]))}</a></p>'
        )
    label, mark, rest = line.partition(LABEL)
    if mark and "{" not in label:
        return f"<p><strong>{escape(label)}:</strong> {_said('{' + rest, words)}</p>"
    return f"<p>{_said(line, words)}</p>"


def _said(line: str, words: Mapping[str, str]) -> str:
    return _in_one_piece(escape(line.format_map(words)))


def _in_one_piece(markup: str) -> str:
    return NUMBER.sub(r'<span class="number">\g<0></span>', markup)
