"""`case dispose`: an authority's decision to erase, shown before it is carried out, and asked for."""

from __future__ import annotations

import click
from rich.text import Text

from cases.commands.asked import Asked, as_somebody, number_argument
from cases.commands.refused import REFUSED, NotDone
from cases.commands.terminal import answer, answer_json
from cases.contents.disposal import Foreseen, StillOpen, dispose, foresee
from workflows.calendar import Language
from workflows.definition import Text as Words
from workflows.in_words import said

GOES = Words("Det här försvinner för alltid ur {number}:", "This goes from {number} for good:")
ROWS = Words("{name}: {texts} texter, {papers} dokument", "{name}: {texts} texts, {papers} documents")
STAYS = Words(
    "Det parterna delar står kvar tills {who} också har beslutat.",
    "What the parties share stays until {who} has decided too.",
)
PROOF = Words(
    "Historiken visar fortfarande att något fanns, och vem som beslutade. Skriv ärendets nummer för att gallra",
    "The history still shows that something was there, and who decided. Write the case's number to dispose of it",
)
DONE = Words("Gallrat: {names}.", "Disposed of: {names}.")
KEPT = Words("Inget gallrades: numret stämde inte.", "Nothing was disposed of: that was not the number.")


@click.command("dispose")
@number_argument
@click.option("--decision", required=True, metavar="TEXT", help="The authority's decision: date and paragraph.")
@click.option("--preview", is_flag=True, help="Only show what would go.")
@click.option("--yes", is_flag=True, help="Do not ask. For scheduled disposal.")
@as_somebody
def dispose_of(asked: Asked, number: str, decision: str, preview: bool, yes: bool) -> None:
    """Dispose of an ended case (gallring), as a registrar.

    Shows what goes and asks. Your authority's own inner record goes at once; what the parties share when each of them
    has decided. Words, names and documents are erased for good, and every chain of the history still verifies.
    """
    if asked.as_json and not (preview or yes):
        raise click.UsageError("With --json nobody is asked: say --preview or --yes.")
    try:
        found = foresee(asked.record, asked.seer, number, asked.now)
        if not asked.as_json:
            answer(_shown(found, number, asked.language))
        if preview:
            if asked.as_json:
                answer_json(_json(found, number))
            return
        if not yes and click.prompt(said(PROOF, asked.language)).strip().upper() != number:
            raise NotDone(REFUSED, "not_confirmed", said(KEPT, asked.language))
        gone = dispose(asked.record, asked.seer, number, decision, asked.now)
    except StillOpen as still:
        raise NotDone(REFUSED, "still_open", str(still)) from still
    if asked.as_json:
        answer_json(_json(found, number) | {"disposed": list(gone.compartments)})
    else:
        answer(Text(said(DONE, asked.language).format(names=", ".join(gone.compartments)), "green"))


def _shown(found: Foreseen, number: str, language: Language) -> Text:
    text = Text(said(GOES, language).format(number=number))
    for name, (texts, papers) in found.compartments.items():
        text.append(f"\n  {said(ROWS, language).format(name=name, texts=texts, papers=papers)}")
    if found.undecided:
        text.append(f"\n{said(STAYS, language).format(who=', '.join(found.undecided))}")
    return text


def _json(found: Foreseen, number: str) -> dict[str, object]:
    rows = [{"compartment": n, "texts": texts, "papers": papers} for n, (texts, papers) in found.compartments.items()]
    return {"number": number, "goes": rows, "undecided": list(found.undecided)}
