"""Both languages, whole: every word that a page asks for is there, and every page can be read in English."""

import re
from collections.abc import Callable
from pathlib import Path
from string import Formatter

import pytest
from flask import Flask

from cases.contents.papers import RefusalReason
from cases.organisation.forum_changes import STATES as FORUM_STATES
from cases.organisation.people import SIDES
from cases.record import Record
from cases.sight import Seer
from cases.tables.accounts import STATUSES
from cases.tables.administration import ACTS
from cases.tables.docket import OUTCOMES
from config.settings import FIELDS
from config.settings_told import Origin
from tests.cases.deviations import ANNA, MAJA, STINA, liftable
from tests.house.tree import HOME
from tests.web.visitor import Visitor
from web.desk import desk
from web.errors import ANSWERS, HTTP
from web.texts import FILE, Texts
from web.upkeep.people_page import KINDS

ROOM = HOME / "web"
ASKED = re.compile(r"""\bt\(\s*["']([a-z_.]+)["'](?! ~)""")
CHOSEN = re.compile(r"""\bt\(\s*"([a-z_.]+)" if .*? else "([a-z_.]+)"[),]""")
ERRORS = {*(a.key for a in ANSWERS.values()), *HTTP.values(), "signed_out", "kept", "fault"}
FAMILIES = {
    "list": ("awaiting", "mine", "by_kind", "by_rung", "by_stage", "by_operation", "by_document", "others", "parked",
             "closed", "late", "today", "soon", "later", "left", "undated", "unreached_nobody", "unreached_parked"),
    "status": ("open", "watched", "ended", "met", "missed", "withdrawn", "owed", "given", "silent"),
    "reach": ("shared", "inner", "file", "forum"),
    "ladder": ("ended_here", "is_ended_here", "here", "waits", "is_waits", "returned", "been", "passed", "unseated",
               "untold", "next", "above", "is_here", "is_returned", "is_been", "is_passed", "is_unseated", "is_untold",
               "is_next", "is_above"),
    "compartment": ("cover", "shared", "inner", "file", "forum"),
    "group": ("raising", "receiving", "forum", "above", "county", "everybody"),
    "file": ("personal_number", "coordination_number", "telephone", "mail", "statement", "question", "view_raising",
             "view_receiving", "read_raising", "read_receiving", "not_read_raising", "not_read_receiving", "reviewed",
             "not_reviewed", "rewrite", "write"),
    "error": tuple(f"{key}.{part}" for key in ERRORS for part in ("title", "text")),
    "report": ("operation", "patient", "agreed", "document", "harm", "risk_goes_on", "consequence",
               "remit_reading", "remit_money", "remit_reading_wrong", "remit_money_wrong", "review_check",
               "review_complete", *(f"file_{reason}" for reason in RefusalReason)),
    "receipt": ("title", "title_check", "title_complete", "calendar", "working"),
    "follow": tuple(f"at_{where}" for where in ("own_check", "arrived", "addressee", "investigated", "questioned",
                    "unanswered", "answered", "talk", "word", "own_decision", "ended", "watched")),
    "day": ("working", "working_one", "tomorrow", "late_one", "left", "late"),
    "form": ("yes", "no", *(f"{word}_{what}" for word in ("other", "search", "nothing_found")
                            for what in ("place", "clause"))),
    "accessibility": ("readers", "papers", "letters"),
    "account": ("ahead_monday", "ahead_week", "ahead_day", "ahead_morning"),
    "undecided": ("contest", "redirect", "take_position", "decide_chair", "decide_presidium"),
    "move": ("reads_file", "reads_forum", "reads_lower", "reads_answer"),
    "preview": ("file_known", "file_none", "now_file_none",
                *(f"now_{part}" for part in ("readers", "letters", "dates", "after"))),
    "password": ("short", "long", "common", "own"),
    "site": ("language_code",),
    "setting": tuple(FIELDS),
    "administration": (
        *(f"state_{state}" for state in ("ok", "attention", "fault")), *(f"origin_{origin}" for origin in Origin),
        *(f"act_{act}" for act in ACTS), *(f"act_docket_{act}" for act in ("retry", "release", "drop")),
        *(f"fact_{fact}" for fact in ("name", "email", "post", "side", "since", "until", "substitute", "identity",
                                      "heir", "cases", "routine", "operation", "state", "stand_in", "owner", "day",
                                      "to", "place", "line")),
    ),
    "people": (
        *(f"invitation_{status}" for status in STATUSES), *(f"kind_{kind}" for kind in KINDS),
        *(f"side_{side}" for side in SIDES), "in_party", "in_forum", "in_county",
        *(f"done_{done}" for done in ("added", "given", "ended", "away", "back", "invite", "revoke", "reset", "close",
                                      "open", "address")),
        *(f"fault_{code}" for code in ("account", "name", "email", "taken", "several", "dates", "day", "days",
          "overlaps", "not_held", "unknown", "function", "place", "side", "own", "substitute", "away", "not_away",
          "last_administrator", "leader", "other_party", "mailbox_function", "mailbox_shared", "no_mailbox")),
    ),
    "docket": tuple(f"outcome_{outcome or 'open'}" for outcome in OUTCOMES),
    "mailboxes": ("in_sv", "in_en", "done_set", "done_removed"),
    "routines": ("date_later", "date_earlier", "date_new", "date_withdrawn"),
    "glass": ("fault_reason", "fault_unknown", "fault_own", "fault_again"),
    "units": ("no_heir", "ended", "needs_heir",
              *(f"fault_{code}" for code in ("code", "name", "operation", "taken", "day"))),
    "documents": (*(f"kind_{kind}" for kind in ("agreement", "overenskommelse", "guideline", "routine")),
                  *(f"fault_{code}" for code in ("document", "owner", "past", "same", "day"))),
    "forums": (*(f"state_{state}" for state in FORUM_STATES),
               *(f"done_{done}" for done in ("changed", "seated", "unseated", "meeting", "paused",
                                               "paused_meetings", "unpaused")),
               *(f"fault_{code}" for code in ("unknown", "state", "dates", "day", "stand_in", "seated", "leader",
               "not_seated", "no_meeting", "past", "paused", "no_pause"))),
    "review": ("half_1", "half_2", "result_shown", "result_denied", "result_nothing"),
}  # fmt: skip
"""Words whose last part is put together by the page."""


def _asked() -> set[str]:
    files = [*ROOM.rglob("*.py"), *(ROOM / "templates").glob("*.html")]
    texts = [Path(file).read_text(encoding="utf-8") for file in files]
    asked = {key for text in texts for key in ASKED.findall(text)}
    asked |= {key for text in texts for pair in CHOSEN.findall(text) for key in pair}
    return asked | {f"{family}.{name}" for family, names in FAMILIES.items() for name in names}


def test_every_word_that_is_asked_for_is_there_and_no_other() -> None:
    """Lost otherwise: a page would fail for one word, or translators would work on words nobody reads."""
    have = set(Texts(FILE).keys())
    assert _asked() - have == set()
    assert have - _asked() == set()


def test_both_languages_say_it_with_the_same_gaps() -> None:
    """Lost otherwise: one language would name the date and the other not."""
    texts = Texts(FILE)
    for key in sorted(texts.keys()):
        gaps = [{name for _, name, _, _ in Formatter().parse(texts.say(key, lang)) if name} for lang in ("sv", "en")]
        assert gaps[0] == gaps[1], key
        assert all(texts.say(key, lang).strip() for lang in ("sv", "en")), key


def test_a_sentence_that_ends_with_a_question_has_one_mark(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the reporter's own page would ask "did it solve the problem?." with two marks."""
    texts, day = Texts(FILE), "15 juni"
    for what, told in (("löst?", "löst?"), ("Svara nu!", "Svara nu!"), ("m.m.", "m.m."), ("svar", "svar.")):
        assert texts.say("case.awaited", "sv", day=day, what=what) == f"Det här väntas från er, senast 15 juni: {told}"
    number = liftable(record)
    for page in (at(MAJA).get(f"/cases/{number}").text, at(ANNA).get(f"/cases/{number}").text):
        assert "öste det problemet?" in page
        assert "?." not in page


def test_a_page_speaks_the_language_that_was_chosen(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: somebody who does not read Swedish could not follow her own case."""
    number, maja = liftable(record), at(MAJA)
    assert '<html lang="sv">' in maja.get("/cases").text
    answer = maja.post("/language", {"language": "en", "next": f"/cases/{number}"})
    assert answer.location == f"/cases/{number}"
    case = f"/cases/{number}"
    paths = (case, "/cases", "/report", f"{case}/moves/escalate", f"{case}/file", "/cases/2026-0000000")
    pages = [maja.get(path).text for path in paths]
    for page in pages:
        assert '<html lang="en">' in page
        for word in ("Ärende", "Varför", "Vems tur", "Fyll i", "Senast", "senast ", "Granska", "frivilligt"):
            assert word not in page, word
    assert "Monday" in pages[0]


def test_a_person_is_spoken_to_in_her_own_language(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: each new computer would have to be told anew."""
    with record.database.write() as tx:
        tx.run("UPDATE person SET language = 'en' WHERE account = :a", a=STINA.account)
    assert "Work list" in at(STINA).get("/cases").text


def test_an_unknown_language_changes_nothing(at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a crafted form could leave somebody with pages that fail."""
    maja = at(MAJA)
    maja.post("/language", {"language": "xx", "next": "/cases"})
    maja.client.set_cookie("stegen_language", "xx")
    assert '<html lang="sv">' in maja.get("/cases").text


def test_the_desk_belongs_to_its_application(app: Flask, record: Record) -> None:
    """Lost otherwise: two installations in one process would read each other's record."""
    with app.app_context():
        assert desk().record is record


@pytest.mark.parametrize(
    ("asked", "language"),
    [("en-GB,en;q=0.9,sv;q=0.8", "en"), ("sv-SE,sv;q=0.9,en;q=0.8", "sv"), ("fi,en;q=0.5", "en"), ("fi", "sv"),
     ("", "sv"), ("*", "sv"), (";;q=x,", "sv")],
)  # fmt: skip
def test_a_first_visit_is_answered_in_the_browser_s_language(nobody: Visitor, asked: str, language: str) -> None:
    """Lost otherwise: whoever does not read Swedish would have to find the link to English in Swedish."""
    answer = nobody.get("/sign-in", headers={"Accept-Language": asked})
    assert f'<html lang="{language}">' in answer.text
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_choice_and_a_person_s_own_language_stand_above_the_browser_s(
    nobody: Visitor, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a borrowed computer would speak to her as to its owner."""
    english = {"Accept-Language": "en"}
    assert '<html lang="sv">' in at(MAJA).get("/cases", headers=english).text
    nobody.post("/language", {"language": "sv", "next": "/sign-in"})
    assert '<html lang="sv">' in nobody.get("/sign-in", headers=english).text
