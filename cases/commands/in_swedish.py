"""What the record says no to, in Swedish, for whoever acts as somebody who is spoken to in Swedish. The English stands
with each error; what an administrator's command or a command's usage says is English alone."""

from __future__ import annotations

import re

_ONE_OF = r"(?P<names>.+)"

SENTENCES: tuple[tuple[str, str], ...] = (
    (
        r"A case number is a year and seven characters, like (?P<like>\S+); this has (?P<has>\d+) characters, "
        r"not (?P<not>\d+)\. Write the whole number\.",
        "Ett ärendenummer är ett år och sju tecken, som {like}; det här har {has} tecken, inte {not}. "
        "Skriv hela numret.",
    ),
    (
        r"A case number begins with its year in four digits, like (?P<like>\S+)\.",
        "Ett ärendenummer börjar med sitt år i fyra siffror, som {like}.",
    ),
    (
        rf"{_ONE_OF} never stands in a case number\. Compare with the letter or the page\.",
        "{names} står aldrig i ett ärendenummer. Jämför med brevet eller sidan.",
    ),
    (
        r"(?P<number>\S+) is mistyped: a character is wrong, or two have changed places\. Compare it once more\.",
        "{number} är felskrivet: ett tecken är fel, eller två har bytt plats. Jämför en gång till.",
    ),
    (
        r"There is no such case\. Check the number; it has the form (?P<like>\S+)\.",
        "Det finns inget sådant ärende. Kontrollera numret; det ser ut som {like}.",
    ),
    (
        r"The case has no such paper that you may read\. `stegen case show` lists the handles of those it has\.",
        "Ärendet har inget sådant dokument som du får läsa. `stegen case show` visar vilka det har.",
    ),
    (
        r"That account does not hold that function today\. Name one it holds: `stegen user show ACCOUNT`\."
        r"(?: \(asked for (?P<asked>.+)\))?",
        "Kontot har inte den funktionen i dag. Ange en som det har: `stegen user show KONTO`.{asked}",
    ),
    (
        rf"(?P<asked>.+) fits several functions, name one of: {_ONE_OF}",
        "{asked} stämmer med flera funktioner, ange en av: {names}",
    ),
    (
        r"The log of reads is for the auditor\. Ask whoever holds that function\.",
        "Loggen över läsningar är för granskaren. Fråga den som har den funktionen.",
    ),
    (r"That function may not do this in this case\.", "Den funktionen får inte göra detta i det här ärendet."),
    (
        r"An attachment of a forum file must be a paper that both parties share\.",
        "En bilaga till ett underlag är ett dokument som båda parter har.",
    ),
    (
        r"A case is not linked to itself\. Give another case's number\.",
        "Ett ärende länkas inte till sig självt. Ange ett annat ärendes nummer.",
    ),
    (
        r"Somebody was faster\. Nothing was written; what you typed is kept\.",
        "Någon hann före dig. Inget är skrivet; det du skrev finns kvar.",
    ),
    (
        r"That idempotency key was used for something else\. Use a new key for a new request\.",
        "Nyckeln har använts till något annat. Använd en ny nyckel till något nytt.",
    ),
    (
        r"A personal number stands in the text\. Take it out: whom it concerns has a protected field of its own\.",
        "Det står ett personnummer i texten. Ta bort det: vem det gäller har ett eget, skyddat fält.",
    ),
    (
        r"The text is empty, longer than 20 000 characters, or holds characters that cannot be read\. Write it again\.",
        "Texten är tom, längre än 20 000 tecken eller innehåller tecken som inte går att läsa. Skriv den på nytt.",
    ),
    (
        r"The reason names a person, a number or an address\. Say why you look, not at whom\.",
        "Skälet nämner en person, ett nummer eller en adress. Skriv varför du tittar, inte på vem.",
    ),
    (
        rf"A forum file has a statement and a question; known texts: {_ONE_OF}",
        "Ett underlag har en beskrivning och en fråga; kända texter: {names}",
    ),
    (
        r"There is no such revision, or a newer one stands in its place\. Look at the newest\.",
        "Den utgåvan finns inte, eller så har en nyare kommit i dess ställe. Titta på den nyaste.",
    ),
    (
        r"There is no open finding at (?P<place>.+)\. `stegen case file findings` lists them\.",
        "Det finns inget att klarmarkera vid {place}. `stegen case file findings` visar vad som finns.",
    ),
    (
        r"A place in the file may point out a person\. Say of each place why it does not, or write a new revision "
        r"without it; then review the file\.",
        "Ett ställe i underlaget kan peka ut en person. Skriv om varje ställe varför det inte gör det, eller skriv en "
        "ny utgåva utan det; granska sedan underlaget.",
    ),
    (
        r"The case has no such date\. `stegen case show` lists its dates with their codes\."
        rf"(?: \(asked for (?P<asked>.+); it has: {_ONE_OF}\))?",
        "Ärendet har inget sådant datum. `stegen case show` visar dess datum med koder.{asked}",
    ),
    (
        r"The file is larger than (?P<most>\S+) MB\. .+",
        "Filen är större än {most} MB. Skicka en mindre kopia, eller dela den.",
    ),
    (r"The file is empty\. .+", "Filen är tom. Öppna den och se om det är rätt fil."),
    (
        r"The name ends in (?P<name>\S+), but the content is (?P<content>\S+)\. .+",
        "Namnet slutar på {name}, men innehållet är {content}. Skicka rätt fil, eller ge den ett namn som stämmer.",
    ),
    (
        r"The file is in the old Word or Excel format, or has a password\. .+",
        "Filen är i gammalt Word- eller Excelformat, eller har ett lösenord. Spara den utan lösenord som .docx, .xlsx "
        "eller PDF.",
    ),
    (r"The file has a password\. .+", "Filen har ett lösenord. Spara den utan."),
    (r"This (?:kind of file|package) is not taken\. .+", "Den sortens fil tas inte emot. Spara den som PDF i stället."),
    (r"The file is damaged or incomplete\. .+", "Filen är skadad eller inte hel. Öppna den och spara den på nytt."),
    (r"The file holds macros or controls\. .+", "Filen innehåller makron. Spara den som .docx, .xlsx eller PDF."),
    (
        r"The file would unpack to far more than a document\. .+",
        "Filen skulle packas upp till mycket mer än ett dokument. Spara den på nytt, eller som PDF.",
    ),
    (
        r"The case holds (?P<most>\d+) papers here already\. .+",
        "Ärendet har redan {most} dokument här. Samla flera i en PDF, eller länka till var de finns.",
    ),
)  # fmt: skip
"""An English sentence, and the Swedish one with the same things named."""

ASKED = " (Du skrev {asked}.)"


def in_swedish(text: str) -> str:
    """The sentence in Swedish; as it stands where it has none."""
    for english, swedish in SENTENCES:
        found = re.fullmatch(english, text)
        if found is not None:
            named = {name: said or "" for name, said in found.groupdict().items()}
            if swedish.endswith(".{asked}"):
                named["asked"] = ASKED.format(asked=named["asked"]) if named["asked"] else ""
            return swedish.format_map(named)
    return text
