"""What the program itself may refuse, in words: for a routine that was put in force before the program could say so.

A routine has words of its own for all of this (`stegen workflow check` asks for them); one that cases follow is never
changed (law 9), so what a later program refuses is said for it here. Places in braces are filled as in a routine.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflows.definition import Text

_WORDS: Mapping[str, tuple[str, str]] = {
    "not_yours": ("Det här steget tas av {post}.", "This step is taken by {post}."),
    "not_asked": ("Ingen har bett om detta.", "Nobody has asked for this."),
    "not_now": ("Steget går inte att ta nu.", "This step cannot be taken now."),
    "unknown_move": ("Något steg {move} finns inte.", "There is no step {move}."),
    "stale": ("Ärendet har ändrats under tiden.", "The case has changed meanwhile."),
    "file_before_split": ("Underlaget skrevs innan principfrågan lyftes ut. Skriv ett nytt och granska det.",
                          "The forum file was written before the question of principle was split off. Write a new one"
                          " and review it."),
    "not_handed_over": ("Ärendet kan inte lämnas över medan det ligger hos ett samverkansorgan.",
                        "The case cannot be handed over while it lies with a forum."),
    "ball_elsewhere": ("Ärendet finns hos {post}, som lämnar över det.", "The case is with {post}, who hands it over."),
    "has_it_already": ("Ärendet finns redan där.", "The case is there already."),
    "cannot_go_on": ("{post} kan inte ta nästa steg. Välj en annan funktion.",
                     "{post} cannot take the next step. Choose another function."),
    "identity_found": ("Texten kan peka ut någon på {count} ställen. Skriv om dem.",
                       "The text may point somebody out in {count} places. Write them anew."),
    "input_missing": ("Svar saknas: {input}.", "An answer is missing: {input}."),
    "input_missing_or_unknown": ("Svar saknas: {input} ”{unknown}” ({code}) är också ett svar.",
                                 "An answer is missing: {input} “{unknown}” ({code}) is an answer too."),
    "input_missing_or_none": ("Svar saknas: {input}. ”{none}” ({code}) är också ett svar.",
                              "An answer is missing: {input}. “{none}” ({code}) is an answer too."),
    "input_unknown": ("”{input}” frågas det inte efter här.", "“{input}” is not asked for here."),
    "input_not_text": ("Skriv {input} som text.", "Write {input} as text."),
    "input_too_long": ("{input} är för lång. Korta texten.", "{input} is too long. Shorten it."),
    "input_control": ("{input} har tecken som inte går att läsa.", "{input} holds signs that cannot be read."),
    "input_no_such_day": ("{input} Dagen finns inte i kalendern. Rätta den, eller skriv ungefär när.",
                          "{input} The calendar has no such day. Correct it, or write about when."),
    "input_before_calendar": ("{input} Dagen är före år 2000. Rätta året.",
                              "{input} The day is before the year 2000. Correct the year."),
    "input_not_date": ("Skriv {input} som ett datum: 2026-06-15.", "Write {input} as a date: 2026-06-15."),
    "input_date_range": ("Välj ett datum mellan 2001 och 2043 för {input}.",
                         "Choose a date between 2001 and 2043 for {input}."),
    "input_not_option": ("{input} har inget sådant alternativ. Välj ur listan.",
                         "{input} has no such option. Choose from the list."),
    "input_apart": ("Välj bara ett av ”{one}” och ”{other}”.", "Choose only one of “{one}” and “{other}”."),
    "input_no_unit": ("Den enheten finns inte. Välj ur listan.", "There is no such unit. Choose from the list."),
    "input_no_operation": ("Den verksamheten finns inte. Välj ur listan.",
                           "There is no such operation. Choose from the list."),
    "input_no_forum": ("Det samverkansorganet finns inte. Välj ur listan.",
                       "There is no such forum. Choose from the list."),
    "input_no_post": ("Den funktionen finns inte i ärendet. Välj ur listan.",
                      "The case has no such function. Choose from the list."),
    "input_no_own_post": ("Välj en funktion på er egen sida.", "Choose a function of your own side."),
    "input_not_measures": ("Skriv vad, vem och när för varje åtgärd.", "Write what, who and when for each measure."),
    "input_measure_owner": ("Ärendet har ingen funktion {owner}. Välj ur listan.",
                            "The case has no function {owner}. Choose from the list."),
    "input_measure_past": ("Åtgärdens dag har redan varit.", "The measure's day has been already."),
    "input_measure_theirs": ("Åtgärden behöver en ansvarig på er egen sida.",
                             "The measure needs an owner on your own side."),
    "input_not_yes_no": ("Svara ja eller nej: {input}.", "Answer yes or no: {input}."),
    "input_not_number": ("Skriv {input} som ett heltal.", "Write {input} as a whole number."),
    "input_no_clause": ("Det avsnittet finns inte. Sök, eller välj vet inte.",
                        "There is no such section. Search, or choose don't know."),
    "input_clause_not_in_force": ("Den versionen gällde inte den dagen.", "That version was not in force that day."),
    "input_clause_named": ("Ärendet har redan en överenskommelse.", "The case names an agreement already."),
    "input_no_case": ("Skriv ett ärendenummer, till exempel 2026-K7QM4TX.", "Write a case number: 2026-K7QM4TX."),
}  # fmt: skip


def general_words(reason: str) -> Text:
    """The program's own words for a reason. One that only a routine knows, and does not word, is told by its code."""
    return Text(*_WORDS.get(reason, (f"Det går inte nu ({reason}).", f"That is not possible now ({reason}).")))
