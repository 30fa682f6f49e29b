"""An extension that a serious event has opened: nothing that anybody else is shown tells why it was possible (D-70)."""

import json
import re
from datetime import date, timedelta

from cases.acting import Refused, act, preview
from cases.case_json import case_json, line_json, refusal_json
from cases.dates import dates_of
from cases.reading import view
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from cases.soundness.verify import verify
from cases.wording import bare_wording, wording
from tests.cases.deviations import ANNA, HELENA, MAJA, OSKAR, PETRA, REPORT, STINA, arrived
from tests.cases.walls.world import ARVID, HAKAN, NILS
from tests.command import Command as Stegen
from tests.record import MORNING
from tests.workflows.routine_files import routines
from workflows.nouns import Command, Refusal

OTHERS = (MAJA, ANNA, HELENA)
ROWS = frozenset(f"{d.key}:{m.place}" for d in routines("vastra_gotaland").values() for m in d.moves if m.asks_for_mark)
TELLS = re.compile("lex|serious|allvarlig|marked|märk|" + "|".join(map(re.escape, ROWS)), re.IGNORECASE)
LATER = MORNING + timedelta(hours=2)


def investigated(record: Record) -> str:
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    return number


def extended_by_mark(record: Record) -> str:
    """The hospital marks a lex Maria matter and takes the one extension that this opens."""
    number = investigated(record)
    mark = {"serious": "lex_maria", "telephoned": "Chefläkaren, i går"}
    act(record, OSKAR, number, Command("inform_serious", mark), MORNING)
    more = {"new_date": date(2026, 7, 1), "reason": "Vi behöver mer tid."}
    acted = act(record, OSKAR, number, Command("extend", more), LATER)
    assert acted.decision is not None
    assert acted.decision.rule in ROWS, "the extension was not the one that this test is about"
    return number


def everything(record: Record, seer: Seer, number: str) -> str:
    """All that one function can get to see of the case, as programs and as people get it."""
    seen = view(record, seer, number, LATER)
    words = wording(record, seen, LATER)
    offers = [(o.move, o.rows, o.text, o.inputs, o.reasons, o.next_door) for o in seen.offers]
    plain = case_json(seen, words, dates_of(seen, words))
    plain["actions"] = [a for a in plain["actions"] if a["move"] != "inform_serious"]
    told = [repr(seen.cover), *map(repr, seen.lines), *map(repr, seen.deadlines), *map(repr, seen.docket),
            *(repr(o) for o in offers if o[0] != "inform_serious"), json.dumps(plain, ensure_ascii=False),
            *(json.dumps(line_json(line, words), ensure_ascii=False) for line in seen.lines)]  # fmt: skip
    return "\n".join(told)


def test_the_other_party_is_shown_an_extension_and_nothing_of_its_ground(record: Record) -> None:
    """Else the municipality reads in a rule's name, a fact or a word that the hospital has a lex Maria matter."""
    number = extended_by_mark(record)
    for seer in OTHERS:
        told = everything(record, seer, number)
        assert "extend" in told
        assert "Svarsdagen flyttades fram" in told, "what everybody can see of it, and no other extension's words"
        assert not TELLS.search(told), (seer.post, TELLS.findall(told))
    assert "inform_serious" in everything(record, OSKAR, number)


def test_what_is_refused_is_the_same_with_and_without_the_mark(record: Record) -> None:
    """Else trying to extend oneself would tell, by the number of reasons, what the other party has used."""
    plain, marked = investigated(record), extended_by_mark(record)
    for seer in (*OTHERS, STINA):
        for move, inputs in (
            ("extend", {"new_date": date(2026, 9, 1)}),
            ("extend", {}),
            ("agree", {}),
            ("nothing", {}),
        ):
            answers = [_answer(record, seer, number, Command(move, inputs)) for number in (plain, marked)]
            assert answers[0] == answers[1]
            assert not TELLS.search(answers[0])


def _answer(record: Record, seer: Seer, number: str, command: Command) -> str:
    """What a preview and the move itself say, and that it was refused at all."""
    try:
        shown = preview(record, seer, number, command, LATER)
        act(record, seer, number, command, LATER)
    except LookupError as unknown:
        return type(unknown).__name__
    except Refused as refused:
        assert isinstance(shown, Refusal)
        definition = record.library.in_force("deviation")
        words = bare_wording(record, definition, (), LATER, "investigated")
        return json.dumps([refusal_json(r, words) for r in (shown, refused.refusal)], ensure_ascii=False)
    raise AssertionError(f"{seer.post} could {command.move}")


def test_the_command_prints_nothing_of_it(stegen_on_sqlite: Stegen) -> None:
    """Else what pages hide would stand in `case show --json` or `case why`."""
    with stegen_on_sqlite.record() as record:
        number = extended_by_mark(record)
    late = {"STEGEN_NOW": LATER.isoformat()}
    for who in ("maja.ekdahl/handler", "helena.brodin/unit_manager", "anna.lind/reporter"):
        for words in (("show", number), ("show", number, "--json"), ("why", number), ("why", number, "--json"),
                      ("show", number, "--language", "en"), ("list", "--tab", "others", "--json")):  # fmt: skip
            answer = stegen_on_sqlite("case", *words, "--as", who, **late)
            assert answer.exit_code == 0, answer.output
            told = _without_the_offer(answer.stdout)
            assert not TELLS.search(told), (who, words, TELLS.findall(told))


def _without_the_offer(told: str) -> str:
    """Everybody may mark a serious event of their own; the move's own words are no secret."""
    if not told.startswith("{"):
        return re.sub(r"(?m)^( *)\S*inform_serious.*\n(?:\1 +.*\n)*", "", told)
    shown = json.loads(told)
    offered = [a for a in shown.get("actions", ()) if a["move"] != "inform_serious"]
    return json.dumps(shown | {"actions": offered}, ensure_ascii=False)


def test_a_private_providers_mark_is_its_own(record: Record) -> None:
    """Else a company's lex Maria matter opens its principal's hands instead of its own, and its principal reads it."""
    told = NewCase("deviation", operation="vardval-goteborg", texts=REPORT)
    number = report(record, ANNA, told, MORNING).number
    act(record, ARVID, number, Command("assign", {"unit": "vc-lyckan"}), MORNING)
    mark = {"serious": "lex_maria", "telephoned": "Verksamhetschefen, i går"}
    act(record, NILS, number, Command("inform_serious", mark), MORNING)
    more = {"new_date": date(2026, 7, 1), "reason": "Vi behöver mer tid."}
    acted = act(record, NILS, number, Command("extend", more), LATER)
    assert acted.decision is not None
    assert acted.decision.rule in ROWS
    assert [li.code for li in view(record, NILS, number, LATER).lines if li.compartment == "inner:unit:vc-lyckan"]
    for seer in (ARVID, HAKAN, MAJA):
        assert not TELLS.search(everything(record, seer, number))
    assert verify(record, LATER) == ()
