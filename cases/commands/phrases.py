"""The commands' own words for people, in both languages; everything else is said by the routine."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.calendar import Language

PHRASES: Mapping[str, tuple[str, str]] = {
    "ladder": ("Stegen", "The ladder"),
    "here": ("här", "here"),
    "been": ("har varit här", "has been here"),
    "next": ("nästa steg upp", "the next step up"),
    "passed": ("passerat", "passed"),
    "open": ("öppet", "open"),
    "watched": ("avslutat, åtgärder bevakas", "ended, measures watched"),
    "ended": ("avslutat", "ended"),
    "urgent": ("skyndsamt", "urgent"),
    "ball": ("Vems tur", "Whose move"),
    "task": ("Nästa steg", "Next task"),
    "by": ("Senast", "By"),
    "parties": ("Parter", "Parties"),
    "happened": ("Hände", "Happened"),
    "registry": ("Eget nummer", "Own number"),
    "dates": ("Datum", "Dates"),
    "otherwise": ("annars", "otherwise"),
    "met": ("hållen", "met"),
    "missed": ("missad", "missed"),
    "withdrawn": ("gäller inte längre", "no longer holds"),
    "overdue": ("har passerat", "has passed"),
    "owed": ("Väntar på andra", "Owed by others"),
    "silence": ("om inget kommer", "if nothing comes"),
    "may": ("Det här kan du göra nu", "What you may do now"),
    "may_not": ("Inte nu, och varför", "Not now, and why"),
    "nothing": ("inget just nu", "nothing just now"),
    "door": ("i stället", "instead"),
    "asks": ("uppgifter", "asks for"),
    "optional": ("kan lämnas", "optional"),
    "history": ("Händelser", "History"),
    "told": ("berättat i efterhand", "told afterwards"),
    "papers": ("Dokument", "Papers"),
    "links": ("Hör ihop med", "Belongs with"),
    "file": ("Underlag till samverkan", "Forum file"),
    "reviewed": ("granskat", "reviewed"),
    "not_reviewed": ("inte granskat", "not reviewed"),
    "read_by": ("läst av", "read by"),
    "findings": ("uppgifter som kan peka ut en person", "details that may point out a person"),
    "versions": ("Versioner", "Versions"),
    "closed_cover": ("Omslaget är inte öppet för den här funktionen.", "The cover is not open to this function."),
    "empty": ("Inget här.", "Nothing here."),
    "more": ("Fler finns", "There are more"),
    "done": ("Gjort", "Done"),
    "again": ("Redan gjort med samma nyckel", "Already done under the same key"),
    "now": ("Nu", "Now"),
    "refused": ("Det går inte", "Not possible"),
    "way_on": ("I stället", "Instead"),
    "stale": ("Någon hann före", "Somebody was faster"),
    "look_again": (
        "Inget är ändrat. Titta på ärendet igen och välj hur du vill gå vidare",
        "Nothing was changed. Look at the case again and choose how to go on",
    ),
    "no_version": (
        "Version {expect} finns inte; {number} är i version {version}. Titta på ärendet igen",
        "There is no version {expect}; {number} is at version {version}. Look at the case again",
    ),
    "moves_stand": (
        "`stegen case show {number}` visar de steg du kan ta.",
        "`stegen case show {number}` lists the moves that you may make.",
    ),
    "case": ("Ärende", "Case"),
    "stage": ("Läge", "Stage"),
    "reported": ("Tack, rapporten är sparad", "Thank you, the report is kept"),
    "noted": (
        "Anteckning {number} är sparad; bara den egna sidan ser den.",
        "Note {number} is kept; only your side sees it.",
    ),
    "shared": ("Delat med båda parter (nr {number}).", "Shared with both parties (no. {number})."),
    "paper_added": ("Dokumentet är sparat: {handle}", "The document is kept: {handle}"),
    "revision": (
        "Revision {revision} är skriven; {count} uppgifter som kan peka ut en person.",
        "Revision {revision} is written; {count} details that may point out a person.",
    ),
    "cleared": ("{place} är klarmarkerad.", "{place} is cleared."),
    "reviewed_now": ("Revision {revision} är granskad.", "Revision {revision} is reviewed."),
    "read_now": ("Revision {revision} är läst av er sida.", "Revision {revision} is read by your side."),
    "patient_kept": ("Sparat, krypterat.", "Kept, encrypted."),
    "no_reference": (
        "Här finns inget som funktionen får se. Vem ett ärende gäller läses av handläggarna hos de två verksamheterna, "
        "och bara medan ärendet är på lokal nivå.",
        "There is nothing here that the function may be shown. Whom a case is about is read by the handlers of the two "
        "operations, and only while the case is at the local step.",
    ),
    "read_shown": ("visat", "shown"),
    "read_denied": ("nekat", "denied"),
    "read_nothing": ("fanns inget", "nothing there"),
    "no_dates": ("Ärendet har inga öppna datum.", "The case has no open dates."),
}


def say(key: str, language: Language) -> str:
    return PHRASES[key][0 if language == "sv" else 1]
