"""What a move did, in words: history, letters and explanations say what happened, where a button says what to do.

A routine writes them beside the button's text, `happened = { sv = "Ärendet lyftes till {forum}", … }`, as a sentence
without its full stop. Places in braces are named where the reader may know them, and else called what they are.
"""

from __future__ import annotations

import string
from collections.abc import Mapping

from workflows.definition import A_DECISION, A_PROPOSAL, Text

PLACES: Mapping[str, Text] = {
    "forum": Text("samverkansorganet", "the forum"),
    "group": Text("en grupp", "a group"),
    "receiver": Text("mottagaren", "the receiver"),
    "giver": Text("den som hade det", "whoever had it"),
    "taker": Text("en annan funktion", "another function"),
}
"""What may stand in braces, and what it is called where no name is given."""

UNTOLD: Mapping[str, Text] = {
    "extend": Text("Svarsdagen flyttades fram", "The date for the answer was moved forward"),
    **dict.fromkeys(
        ("take_position", "decide_chair", A_DECISION),
        Text(
            "Organet tog ställning, svaret kommer när det är godkänt",
            "The forum took a position; the answer comes when it has been approved",
        ),
    ),
    **dict.fromkeys(
        ("decide_presidium", A_PROPOSAL), Text("Presidiet tar ställning", "The presidium is taking a position")
    ),
}
"""What is told of a move whose own words would tell what the reader may not know: a mark that is hidden from her
(D-70), or what a forum has decided and not sent (routine.md F5). What everybody can see came of it, by its code."""

NOWHERE: Mapping[str, Text] = {}


def filled(text: Text, places: Mapping[str, Text] = NOWHERE) -> Text:
    """The sentence with its places in words; `places` are those that have a name here."""
    known = {**PLACES, **places}
    sv = text.sv.format_map({name: place.sv for name, place in known.items()})
    return Text(sv, text.en.format_map({name: place.en for name, place in known.items()}))


def unknown_places(text: Text) -> tuple[str, ...]:
    """What stands in braces and can never be filled in; a brace that opens nothing is shown as it is."""
    try:
        parts = [part for words in (text.sv, text.en) for part in string.Formatter().parse(words)]
    except ValueError as wrong:
        return (str(wrong),)
    return tuple(sorted({name for _, name, *_ in parts if name is not None} - PLACES.keys()))
