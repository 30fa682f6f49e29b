"""The words between the lines of a told story, in both languages; all else is said by the routine and the story."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.calendar import Language

WORDS: Mapping[str, tuple[str, str]] = {
    "ladder": ("Stegen: var ärendet är, har varit och får gå", "The ladder: where the case is, has been and may go"),
    "here": ("är här", "is here"),
    "ended_here": ("slutade här", "ended here"),
    "returned": ("återfört hit för en uppgift", "returned here for a task"),
    "been": ("har varit här", "has been here"),
    "may_go": ("får gå hit härnäst", "may go here next"),
    "unseated": ("utan organ där alla sitter", "no forum there seats all"),
    "untold": ("inget är berättat härifrån", "nothing is told of it"),
    "happened": ("Vad som hände", "What happened"),
    "told": ("Berättat i efterhand", "Told afterwards"),
    "source": ("Källa", "Source"),
    "unknown": ("Ärendet är okänt för den som frågar", "The case is unknown to whoever asks"),
    "wait": ("Vänta på", "Wait for"),
    "door": ("I stället", "Instead"),
    "why": ("Varför just det datumet", "Why that very date"),
    "otherwise": ("När det passerar", "When it passes"),
    "next": ("Vad som ska göras härnäst", "What is due next"),
    "nothing": ("Ärendet är avslutat. Inget återstår.", "The case has ended. Nothing is left."),
    "ended": ("Ärendet är avslutat. Kvar att lämna:", "The case has ended. Still owed:"),
    "seen_by": ("Visas som för", "Shown as for"),
    "all_due": ("Vad som ska göras härnäst, i alla ärenden", "What is due next, in all cases"),
    "clock": ("Vad klockan gör härnäst", "What the clock does next"),
    "letter": ("påminnelse till", "reminder to"),
    "step": ("går av sig självt vidare", "goes on by itself"),
    "overdue": ("har passerat", "has passed"),
    "way_in": (
        "Samma ärenden på kommandoraden, på samma klocka",
        "The same cases on the command line, on the same clock",
    ),
    "ready": ("Färdiga inloggningar", "Ready sign-ins"),
    "sign_in": (
        "  Alla står på sidornas /sign-in, utan lösenord, medan demon visar dem. En av varje slag, med öppna ärenden:",
        "  All stand on the pages' /sign-in, without a password, while the demo serves them. One of each kind, with"
        " open cases:",
    ),
    "contents": ("Innehåll: berättelse, ärenden, vad den visar", "Contents: story, cases, what it shows"),
    "begins": (
        "Stegens demo: {stories} berättelser ur ett läns samverkan, på en klocka från {first} till {last}.\n"
        "Först kommer breven, medan de går i väg; sedan en innehållsförteckning och varje berättelse: stegen, vad som\n"
        "hände, varför just det datumet. Sist på en skärm: vad som ska göras härnäst, vem man kan vara och adressen.\n",
        "Stegen's demo: {stories} stories of a county's collaboration, on one clock from {first} to {last}.\n"
        "First the letters, as they leave; then a table of contents and each story: the ladder, what happened, why\n"
        "that very date. Last, on one screen: what is due next, whom one can be, and the address.\n",
    ),
    "again": ("En av berättelserna igen", "One of the stories again"),
    "telling": ("Berättar", "Telling"),
    "quarter": (
        "Brev för brev från {day}: dag, till vilken funktion, ärenderad",
        "Letter by letter from {day}: day, to which function, subject",
    ),
    "letters_told": ("{letters} brev på {days} dagar.\n", "{letters} letters in {days} days.\n"),
    "opened": ("Ett av breven i sin helhet", "One of the letters, whole"),
    "legend": (
        "✓ gjort   ✗ nekat, med skäl och vägen vidare   ◷ gick av sig självt   ◦ berättat i efterhand   · sagt\n"
        "På stegen: ● är här   ✓ har varit här   ○ får gå hit   – gick förbi   · högre upp\n",
        "✓ done   ✗ refused, with reasons and the way on   ◷ went by itself   ◦ told afterwards   · said\n"
        "On the ladder: ● is here   ✓ has been here   ○ may go here   – was passed   · further up\n",
    ),
    "told_all": (
        "{stories} berättelser i {steps} steg, på en klocka.\n",
        "{stories} stories in {steps} steps, on one clock.\n",
    ),
}


def say(key: str, language: Language) -> str:
    return WORDS[key][0 if language == "sv" else 1]
