"""`case list`, `case show`, `case why`: what a function may know, said so that people and programs understand it."""

import re

from cases.acting import act
from cases.contents.matter import admit_guests, link
from cases.organisation.people import add_person, hold
from cases.record import Record
from tests.cases.climb_model import LADDER
from tests.cases.deviations import (
    HELENA,
    MAJA,
    OSKAR,
    PETRA,
    STINA,
    WHY,
    arrived,
    contested,
    ended_with_a_decision_to_report,
    liftable,
    prepared,
)
from tests.cases.disputes import at_nosam, both_views_written
from tests.command import Command
from tests.record import MORNING
from workflows.nouns import Command as Move

PETRAS = ("--as", "petra.lonnroth/receiver")
MAJAS = ("--as", "maja.ekdahl/handler")
OSKARS = ("--as", "oskar.nyberg/handler")
STINAS = ("--as", "stina.ekelof/process_leader@forum:nosam-molndal")
POST = re.compile(r"\b[a-z_.]+@(unit|operation|authority|forum|arena):")

CASE_KEYS = {
    "number", "kind", "status", "rung", "stage", "forums", "ball_holder", "next_task", "next_date", "contributions",
    "versions", "deadlines", "actions", "history", "ladder", "urgent", "raising", "receiving", "event_date",
    "registry_number", "compartments",
}  # fmt: skip
DEADLINE_KEYS = {"rule", "source", "started_by", "due", "status", "default", "why"}


def test_a_report_is_listed_shown_and_explained_in_words(stegen: Command) -> None:
    """Else the ward's receiving function could not see what has come, by when it is due and why that day."""
    with stegen.record() as record:
        number = arrived(record)
    listed = stegen("case", "list", *PETRAS)
    assert listed.exit_code == 0
    assert number in listed.stdout
    assert "Utse enhet och handläggare" in listed.stdout
    assert "tisdag 21 april 2026" in listed.stdout
    shown = stegen("case", "show", number, *PETRAS)
    assert "mottagningsfunktion vid Sahlgrenska Universitetssjukhuset" in shown.stdout
    assert "Listan saknades när personen kom hem." in shown.stdout
    assert "NOSAM Mölndal" in shown.stdout
    assert "måndag 15 juni 2026" in shown.stdout
    explained = stegen("case", "why", number, "answer", *PETRAS, "--language", "en")
    assert "60 calendar days" in explained.stdout
    assert "Source: collaboration's own documents (D-05)" in explained.stdout
    assert "Monday 15 June 2026" in explained.stdout
    assert "Otherwise: The case becomes unanswered" in explained.stdout


def test_case_json_has_the_promised_keys(stegen_on_sqlite: Command) -> None:
    """Else whoever reads the JSON with a program is broken by a release."""
    with stegen_on_sqlite.record() as record:
        number = arrived(record)
    case = stegen_on_sqlite.json("case", "show", number, *PETRAS)
    assert case.keys() >= CASE_KEYS
    assert case["kind"] == "deviation"
    assert case["stage"] == "arrived"
    assert case["rung"] == "local"
    assert case["ball_holder"] == "receiver@operation:su"
    assert case["next_task"] == "assign"
    assert case["next_date"] == "2026-04-21"
    assert case["versions"] == {"cover": 2, "shared": 1}
    answer = next(d for d in case["deadlines"] if d["code"] == "answer")
    assert answer.keys() >= DEADLINE_KEYS
    assert answer["due"] == "2026-06-15"
    assert answer["default"] == ["expire"]
    assert [step["kind"] for step in answer["why"]] == ["start", "rule", "counted", "calendar", "result"]
    assign = next(a for a in case["actions"] if a["move"] == "assign")
    assert assign["allowed"]
    assert assign["inputs"]["required"] == ["unit"]
    assert assign["inputs"]["properties"]["unit"]["x-sort"] == "unit"


def test_the_agreement_that_a_case_is_held_to_is_told(stegen_on_sqlite: Command) -> None:
    """Lost otherwise: whoever reads a case by command or export does not learn what was not followed."""
    with stegen_on_sqlite.record() as record:
        number = at_nosam(record)
    found = stegen_on_sqlite.json("case", "show", number, *STINAS)["clause"]
    assert all(found.values())
    assert "/".join(found.values()) in stegen_on_sqlite("case", "show", number, *STINAS).stdout


def test_json_tells_nothing_of_what_the_routine_remembers_for_itself(stegen_on_sqlite: Command) -> None:
    """Else internal facts (a serious event's extension among them) would reach the other party through a program."""
    with stegen_on_sqlite.record() as record:
        number = contested(record)
    case = stegen_on_sqlite.json("case", "show", number, *MAJAS)
    assert not case.keys() & {"facts", "tally", "before", "definition_hash", "id"}
    assert "outcome" not in str([line.keys() for line in case["history"]])
    assert "sha256" not in str(case["history"])


def test_nobody_is_called_by_a_code(stegen_on_sqlite: Command) -> None:
    """Else people would read `handler@unit:x` where a ward has a name."""
    with stegen_on_sqlite.record() as record:
        number = contested(record)
    for who in (PETRAS, MAJAS, OSKARS):
        for language in ("sv", "en"):
            page = stegen_on_sqlite("case", "show", number, *who, "--language", language).stdout
            assert not POST.search(page), POST.search(page)


def test_the_other_side_sees_neither_notes_nor_names(stegen: Command) -> None:
    """Else an inner note, or who reported, would be read by the party that it is about (law 7)."""
    with stegen.record() as record:
        number = contested(record)
    assert stegen("case", "note", number, "Ring enhetschefen före mötet.", *MAJAS).exit_code == 0
    own = stegen.json("case", "show", number, *MAJAS)
    theirs = stegen("case", "show", number, *OSKARS, "--json").stdout
    assert any(line["texts"].get("note") for line in own["history"])
    assert "maja.ekdahl" in str(own["history"])
    for secret in ("Ring enhetschefen", "maja.ekdahl", "anna.lind", "inner:von-molndal"):
        assert secret not in theirs, secret


def test_what_one_may_not_know_of_is_as_if_it_never_was(stegen: Command) -> None:
    """Else the answer alone would tell a stranger that the case exists."""
    with stegen.record() as record:
        number = arrived(record)
    stranger = ("--as", "ragnar.ekelund/chair@forum:lgs")
    hidden = stegen("case", "show", number, *stranger)
    never = stegen("case", "show", "2026-K7QM4TX", *stranger)
    assert (hidden.exit_code, hidden.stdout, hidden.stderr) == (never.exit_code, never.stdout, never.stderr)
    assert hidden.exit_code == 1
    assert "inget sådant ärende" in hidden.stderr


def test_a_process_leader_of_the_arena_sees_the_cover_and_not_the_matter(stegen_on_sqlite: Command) -> None:
    """Else the matter would leave the local step before anybody has reviewed it (law 6)."""
    with stegen_on_sqlite.record() as record:
        number = contested(record)
    leader = ("--as", "ellinor.ravn/process_leader@forum:lgs")
    shown = stegen_on_sqlite("case", "show", number, *leader)
    assert shown.exit_code == 0, shown.stderr
    assert "Listan" not in shown.stdout
    assert "Chefssamtal" in shown.stdout


def test_a_guest_reads_the_file_and_nothing_of_the_cover(stegen_on_sqlite: Command) -> None:
    """Else somebody invited for one point would learn whose move it is, since when, and between whom."""
    with stegen_on_sqlite.record() as record:
        number = liftable(record)
        act(record, HELENA, number, Move("escalate", WHY), MORNING)
        admit_guests(record, STINA, number, MORNING)
        add_person(record, "nils.holm", "Nils Holm", "nils.holm@example.invalid", "sv")
        hold(record, "nils.holm", "guest@forum:nosam-molndal", MORNING.date())
    guest = ("--as", "nils.holm/guest")
    case = stegen_on_sqlite.json("case", "show", number, *guest)
    assert not case.keys() & {"stage", "ball_holder", "deadlines", "actions", "raising", "docket", "ladder"}
    assert {line["compartment"] for line in case["history"]} == {"file:nosam-molndal"}
    page = stegen_on_sqlite("case", "show", number, *guest).stdout
    assert "Omslaget är inte öppet" in page
    assert "Vem skickar listan?" in page
    assert "Hemsjukvården" not in page.partition("Händelser")[0]
    assert stegen_on_sqlite.json("case", "why", number, *guest) == []


def test_a_reporter_follows_her_own_report_and_the_answer(stegen_on_sqlite: Command) -> None:
    """Else she would not know by when she gets an answer, or would read what the parties say to each other."""
    with stegen_on_sqlite.record() as record:
        number = contested(record)
    annas = ("--as", "anna.lind/reporter")
    page = stegen_on_sqlite("case", "show", number, *annas).stdout
    assert "Rutinen brast." in page
    assert "Listan fanns inte." not in page
    assert stegen_on_sqlite.json("case", "why", number, "answer", *annas)[0]["due"] == "2026-06-15"
    assert number in stegen_on_sqlite("case", "list", *annas).stdout


def test_choices_are_told_in_words(stegen_on_sqlite: Command) -> None:
    """Else the other side would read `facts` where people chose Fakta."""
    with stegen_on_sqlite.record() as record:
        number = contested(record)
    history = stegen_on_sqlite("case", "show", number, *MAJAS).stdout.partition("Händelser")[2]
    assert "Vad gäller det? Fakta" in history


def test_told_events_are_marked(stegen_on_sqlite: Command) -> None:
    """Else a case entered afterwards would look as if it had been handled in Stegen from the beginning."""
    with stegen_on_sqlite.record() as record:
        number = arrived(record)
    told = ("--text", "told_when=hösten 2018", "--text", "told_text=Enheterna var oense redan då.")
    assert stegen_on_sqlite("case", "act", number, "told", *MAJAS, *told).exit_code == 0
    shown = stegen_on_sqlite("case", "show", number, *MAJAS).stdout
    assert "berättat i efterhand" in shown
    assert "hösten 2018" in shown
    lines = [li for li in stegen_on_sqlite.json("case", "show", number, *MAJAS)["history"] if li["told"]]
    assert lines
    assert {line["move"] for line in lines} == {"told"}


def test_a_pause_is_explained_with_what_it_waits_for(stegen_on_sqlite: Command) -> None:
    """Else nobody could see why the answer's day moved (law 2)."""
    with stegen_on_sqlite.record() as record:
        number = arrived(record)
    stegen_on_sqlite("case", "act", number, "assign", *PETRAS, "--input", "unit=su-molndal-ortopedi")
    stegen_on_sqlite("case", "act", number, "ask", *OSKARS, "--text", "question_text=Vilken lista?")
    answer = stegen_on_sqlite.json("case", "why", number, "answer", *OSKARS)[0]
    pause = next(step for step in answer["why"] if step["kind"] == "paused")
    assert (pause["ground_sv"], pause["ground_en"]) == ("Svar på frågan", "Answer to the question")
    assert pause["until"] == "2026-04-30"
    assert answer["due"] == "2026-06-29"
    question = stegen_on_sqlite("case", "why", number, "question", *OSKARS).stdout
    assert "lördag 18 april 2026, söndag 19 april 2026" in question


def test_a_settled_date_is_told_as_it_was(stegen_on_sqlite: Command) -> None:
    """Else a date that was met would seem to change when the calendar does (law 9)."""
    with stegen_on_sqlite.record() as record:
        number = contested(record)
        with record.database.write() as tx:
            tx.run("INSERT INTO closed_day (party, day, name) VALUES ('vgr', :day, 'Planeringsdag')",
                   day=MORNING.date().replace(day=21))  # fmt: skip
            tx.run("UPDATE installation SET organisation_revision = organisation_revision + 1")
    receipt = stegen_on_sqlite.json("case", "why", number, "receipt", *OSKARS)[0]
    assert (receipt["status"], receipt["due"]) == ("met", "2026-04-21")
    assert receipt["why"][-1]["kind"] == "stands"
    page = stegen_on_sqlite("case", "why", number, "receipt", *OSKARS).stdout
    assert "ändras inte i efterhand" in page


def test_lists_are_paged_by_a_cursor(stegen_on_sqlite: Command) -> None:
    """Else a function with many cases would never see those behind the first page."""
    with stegen_on_sqlite.record() as record:
        numbers = {arrived(record) for _ in range(52)}
    first = stegen_on_sqlite.json("case", "list", *PETRAS)
    second = stegen_on_sqlite.json("case", "list", *PETRAS, "--cursor", first["cursor"])
    found = [item["number"] for item in first["items"] + second["items"]]
    assert set(found) == numbers
    assert len(found) == 52
    assert "--cursor " + first["cursor"] in stegen_on_sqlite("case", "list", *PETRAS).stdout


def test_a_pipe_gets_plain_lines(stegen_on_sqlite: Command) -> None:
    """Else a program that reads the answer would meet colour codes and broken lines."""
    with stegen_on_sqlite.record() as record:
        number = contested(record)
    shown = stegen_on_sqlite("case", "show", number, *MAJAS)
    assert "\x1b" not in shown.output
    assert all(line == line.rstrip() for line in shown.stdout.splitlines())


def test_an_old_routine_explains_the_dates_it_set(stegen_on_sqlite: Command) -> None:
    """Else a deviation that became a dispute would lose the reason for its first dates."""
    with stegen_on_sqlite.record() as record:
        number = arrived(record)
    why = ("--text", "reason=Vi läser texten olika.", "--text", "question=Vem skickar listan?")
    converted = stegen_on_sqlite("case", "act", number, "convert", *PETRAS, *why)
    assert converted.exit_code == 0, converted.output
    case = stegen_on_sqlite.json("case", "show", number, *MAJAS)
    assert case["kind"] == "dispute"
    assert "answer" in {d["code"] for d in case["deadlines"]}


def test_moves_that_use_a_hidden_mark_are_told_by_their_common_name(stegen_on_sqlite: Command) -> None:
    """Else the history would tell the other party of a serious event that only its own party may know of (D-70)."""
    with stegen_on_sqlite.record() as record:
        number = arrived(record)
        act(record, PETRA, number, Move("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
        mark = {"serious": "lex_maria", "telephoned": "Chefläkaren, i går"}
        act(record, OSKAR, number, Move("inform_serious", mark), MORNING)
    late = {"STEGEN_NOW": "2026-04-17T10:00:00+02:00"}
    for day in ("2026-06-22", "2026-06-29"):
        more = ("--input", f"new_date={day}", "--text", "reason=Vi behöver tid.")
        asked = stegen_on_sqlite("case", "act", number, "extend", *OSKARS, *more, **late)
        assert asked.exit_code == 0, asked.output
        stegen_on_sqlite("case", "act", number, "agree", *MAJAS, **late)
    theirs = stegen_on_sqlite("case", "show", number, *MAJAS, **late).stdout
    assert "allvarlig händelse" not in theirs.partition("Händelser")[2]
    assert HELENA.account not in theirs
    assert MAJA.account in theirs


def test_a_list_tells_its_cases_apart(stegen_on_sqlite: Command) -> None:
    """Else a handler with nine deviations at the same stage opens one after the other to find the right one."""
    with stegen_on_sqlite.record() as record:
        number = arrived(record)
    theirs = stegen_on_sqlite("case", "list", *PETRAS, "--language", "en").stdout
    assert "Counterpart" in theirs
    item = stegen_on_sqlite.json("case", "list", *PETRAS)["items"][0]
    assert item["number"] == number
    assert item["raising"] == "unit:hsv-molndal"
    assert item["raising_name"] in theirs, "the other side"
    assert item["receiving_name"] == "Sahlgrenska Universitetssjukhuset"
    assert item["about"] == "Listan saknades när personen kom hem."
    assert item["about"] in theirs


def test_what_is_left_in_an_ended_case_is_not_late(stegen_on_sqlite: Command) -> None:
    """Else a process leader reads in red that a case which the parties have left has passed its day."""
    with stegen_on_sqlite.record() as record:
        number = ended_with_a_decision_to_report(record)
    listed = stegen_on_sqlite("case", "list", *STINAS, STEGEN_NOW="2026-09-01T08:00:00+00:00").stdout
    assert number in listed
    assert "(avslutat)" in listed
    assert "har passerat" not in listed


def test_a_list_says_nothing_of_what_a_function_may_not_read(stegen_on_sqlite: Command) -> None:
    """Else the words of the local step would reach an arena's process leader through a column."""
    with stegen_on_sqlite.record() as record:
        arrived(record)
    ellinors = ("--as", "ellinor.ravn/process_leader@forum:lgs", "--tab", "others")
    items = stegen_on_sqlite.json("case", "list", *ellinors)["items"]
    assert [item["about"] for item in items] == [""], "she lists it, and reads its cover alone"
    assert "Listan saknades" not in stegen_on_sqlite("case", "list", *ellinors).stdout


def test_a_case_says_what_its_marks_mean(stegen_on_sqlite: Command) -> None:
    """Else somebody reads the ladder's marks as she likes, and a code for a word."""
    with stegen_on_sqlite.record() as record:
        number = contested(record)
        link(record, MAJA, number, arrived(record), MORNING)
    page = stegen_on_sqlite("case", "show", number, *MAJAS).stdout
    assert "● här" in page
    assert "○ nästa steg upp" in page
    assert "(hör ihop)" in page
    assert "[omslag, delat]" in page
    english = stegen_on_sqlite("case", "show", number, *MAJAS, "--language", "en").stdout
    assert "● here" in english


def test_what_a_move_asks_for_is_said_in_words(stegen_on_sqlite: Command) -> None:
    """Else somebody reads `[rests_on]` and knows neither what to write nor whether she has to."""
    with stegen_on_sqlite.record() as record:
        number = arrived(record)
    page = stegen_on_sqlite("case", "show", number, *PETRAS).stdout
    assert "ska fyllas i: unit (Enhet)\n" in page
    assert "Skicka vidare inom parten / Skicka vidare till en annan part\n" in page
    assert "får utelämnas: document (Vilken överenskommelse eller riktlinje?); assign_note (Till handläggaren)" in page
    with stegen_on_sqlite.record() as record:
        number = at_nosam(record)
        leader = record_at_meeting(record, number)
    english = stegen_on_sqlite("case", "show", number, "--as", leader, "--language", "en").stdout
    assert "to be filled in: position=opinion|stands_behind|approves|" in english, "what can be taken here"
    assert "|thanks (Position); answer_text (Answer to the parties)" in english
    assert "needed for some answers: rests_on (What the answer rests on)" in english


def test_each_side_s_view_is_called_by_its_name(stegen_on_sqlite: Command) -> None:
    """Else either side reads the other's view as its own."""
    with stegen_on_sqlite.record() as record:
        number = both_views_written(record)
    page = " ".join(stegen_on_sqlite("case", "show", number, *MAJAS).stdout.split())
    assert "Så ser Hemsjukvården, Mölndal på frågan Sjukhuset kallar." in page
    assert "Så ser Ortopedavdelning, Mölndals sjukhus på frågan Kommunen kallar." in page


def record_at_meeting(record: Record, number: str) -> str:
    """The dispute is on the agenda of the meeting; who chairs it."""
    act(record, LADDER[0].leader, number, Move("acknowledge"), MORNING)
    prepared(record, number)
    act(record, LADDER[0].leader, number, Move("agenda"), MORNING)
    return f"{LADDER[0].chair.account}/chair"


def test_cases_are_linked_and_numbered_from_the_command_line(stegen_on_sqlite: Command) -> None:
    """Else whoever works from the command line cannot say what belongs together, or find it by her own register."""
    with stegen_on_sqlite.record() as record:
        one, other = arrived(record), arrived(record)
    assert stegen_on_sqlite("case", "link", one, other, *MAJAS).exit_code == 0
    assert stegen_on_sqlite("case", "registry", one, "VON 2026/14", *MAJAS).exit_code == 0
    own = stegen_on_sqlite.json("case", "show", one, *MAJAS)
    assert own["registry_number"] == "VON 2026/14"
    assert [link["number"] for link in own["links"]] == [other]
    assert "VON 2026/14" not in stegen_on_sqlite("case", "show", one, *PETRAS, "--json").stdout
    hidden = stegen_on_sqlite("case", "link", one, "2026-K7QM4TX", *MAJAS)
    assert (hidden.exit_code, "inget sådant ärende" in hidden.stderr) == (1, True)
