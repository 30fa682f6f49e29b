"""What the preview says that others will read is what they read afterwards: asked of the pages and of the record."""

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

from cases.acting import act
from cases.case_json import case_json
from cases.contents.matter import share
from cases.dates import dates_of
from cases.organisation.administration import By
from cases.organisation.forum_changes import give_seat
from cases.reading import view
from cases.record import Record
from cases.sight import Seer
from cases.wording import wording
from tests.cases.deviations import HELENA, INGALILL, MAJA, OSKAR, PETRA, STINA, WHY, arrived, liftable, prepared
from tests.record import MORNING
from tests.web.visitor import Visitor, form_of
from workflows.nouns import Command

ZAHRA = Seer("zahra.dahlgren", "process_leader@forum:nosam-alingsas")
SELMA = Seer("selma.karlberg", "receiver@operation:avo-goteborg")
JON = Seer("jon.wahlgren", "receiver@operation:narhalsan-goteborg")

STEFAN = Seer("stefan.solberg", "process_leader@forum:tg-aldre")
ELLINOR = Seer("ellinor.ravn", "process_leader@forum:lgs")
PRINTED = "Utskrivet "
"""How the line begins that says when and as whom a paper was made."""

KINDS = ("deadlines", "contributions", "history")
"""Parts of a case in JSON that are told in sentences."""


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.within = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.within = self.within or tag == "main"

    def handle_data(self, data: str) -> None:
        if self.within and data.strip():
            self.found.append(" ".join(data.split()))


def _texts(page: str) -> list[str]:
    parser = _Texts()
    parser.feed(page)
    return parser.found


def _in_words(found: Any) -> Iterator[str]:
    """What JSON says of a date, of something owed and of a step, and of whom. The date of a draft that has been sent is
    of no use to a reader."""
    for key, value in found.items() if isinstance(found, dict) else enumerate(found):
        if isinstance(value, dict | list):
            yield from _in_words(value)
        elif key in ("text_sv", "asked_sv", "actor_sv") and value != "Utkastet sparas till":
            yield value


def _step(visitor: Visitor, number: str, move: str, words: dict[str, str]) -> str:
    """The preview of a move, and then the move."""
    path, action = f"/cases/{number}/moves/{move}", f"/cases/{number}/preview/{move}"
    preview = visitor.post(action, visitor.form(path, action) | words)
    assert preview.status_code == 200, (move, _texts(preview.text))
    assert visitor.post(path, form_of(preview, path)).status_code == 303
    return preview.text


def _all_was_told(record: Record, reader: Seer, visitor: Visitor, number: str, preview: str) -> None:
    """All that a new reader's paper and JSON say stands in the preview, and where it says that one may read it all."""
    told = _texts(preview[preview.index('id="readers"') : preview.index('class="confirm"')].join(("<main>", "</main>")))
    read = [text for text in _texts(visitor.get(f"/cases/{number}/print").text) if not text.startswith(PRINTED)]
    links = ("Tillbaka till ärendet",)
    assert [text for text in read if text not in (*told, *links)] == [], reader
    assert len(read) > 30
    found = view(record, reader, number, MORNING)
    words = wording(record, found, MORNING)
    said = case_json(found, words, dates_of(found, words), why=False)
    spoken = {text for kind in KINDS for text in _in_words(said[kind])}
    everything = " ".join(told)
    assert [text for text in spoken if text not in everything] == [], reader


def test_a_lift_shows_beforehand_all_that_its_forum_reads(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a party learns after the lift that the forum also reads who promised what until when, what was
    asked of whom, and each step so far; or a forum that hands a case on learns it after the other has read it."""
    number = liftable(record)
    share(record, MAJA, number, "Bara för oss två.", MORNING)
    preview = _step(at(HELENA), number, "escalate", WHY)
    for reader in (STINA, INGALILL):
        _all_was_told(record, reader, at(reader), number, preview)
    others = preview[preview.index('id="readers"') :]
    assert "Listan saknades när personen kom hem." not in others
    assert "Bara för oss två." not in others
    give_seat(record, "nosam-alingsas", "su", MORNING.date(), None, By("", MORNING))
    preview = _step(at(STINA), number, "transfer", {"forum": "nosam-alingsas", "forum_reason": "Deras."})
    _all_was_told(record, ZAHRA, at(ZAHRA), number, preview)


def test_whoever_is_given_what_the_parties_share_is_shown_to_read_all_of_it(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a question to another operation, or another receiver, opens the report and every shared note, and
    nobody saw it coming."""
    number = arrived(record)
    share(record, MAJA, number, "Vi har ringt er.", MORNING)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    assert 'value="su"' not in at(OSKAR).get(f"/cases/{number}/moves/ask_part").text, "its own operation"
    asked = {"part_of": "narhalsan-goteborg", "question_text": "Vad vet ni?"}
    preview = _step(at(OSKAR), number, "ask_part", asked)
    for said in ("Vi har ringt er.", "Listan saknades när personen kom hem.", "Vad vet ni?"):
        assert said in preview
    _all_was_told(record, JON, at(JON), number, preview)
    other = arrived(record)
    share(record, MAJA, other, "Vi har ringt er.", MORNING)
    preview = _step(at(PETRA), other, "redirect", {"operation": "avo-goteborg", "reason": "Fel part."})
    _all_was_told(record, SELMA, at(SELMA), other, preview)


def test_a_referral_and_a_question_carried_up_show_what_the_next_forum_reads(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a forum hands a question on, and learns afterwards what the group or the forum above reads."""
    referred, carried = liftable(record), liftable(record)
    for number in (referred, carried):
        act(record, HELENA, number, Command("escalate", WHY | {"pattern": "pattern"}), MORNING)
        act(record, STINA, number, Command("acknowledge"), MORNING)
    given = {"forum": "tg-aldre", "forum_reason": "Målgruppen finns där.", "until": "2026-06-15"}
    preview = _step(at(STINA), referred, "refer", given)
    _all_was_told(record, STEFAN, at(STEFAN), referred, preview)
    prepared(record, carried)
    preview = _step(at(INGALILL), carried, "forward", {"forum_reason": "Frågan är större."})
    _all_was_told(record, ELLINOR, at(ELLINOR), carried, preview)
