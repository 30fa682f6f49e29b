"""A deviation from report to ended, and a forum file on its way, by the command line alone."""

import re
from pathlib import Path

from tests.command import Command

ANNAS = ("--as", "anna.lind/reporter")
PETRAS = ("--as", "petra.lonnroth/receiver")
OSKARS = ("--as", "oskar.nyberg/handler")
MAJAS = ("--as", "maja.ekdahl/handler")
HELENAS = ("--as", "helena.brodin/unit_manager")
KATARINAS = ("--as", "katarina.selin/unit_manager")

REPORT = (
    "case", "report", *ANNAS, "--kind", "deviation", "--operation", "su", "--happened", "16 april 2026",
    "--text", "what=Patienten kom hem utan läkemedelslista.", "--text", "when=16 april 2026", "--input", "harm=risk",
)  # fmt: skip
MEASURES = """[{"what": "Listan skrivs ut dagen före.", "owner": "handler@unit:su-molndal-ortopedi",
 "date": "2026-06-30"}]"""


def _reported(stegen: Command) -> str:
    number = stegen.json(*REPORT)["number"]
    assert isinstance(number, str)
    return number


def _answered(stegen: Command) -> str:
    number = _reported(stegen)
    stegen.json("case", "act", number, "assign", *PETRAS, "--input", "unit=su-molndal-ortopedi", "--expect", "2")
    answer = ("--text", "cause=Rutinen brast.", "--input", f"measures={MEASURES}")
    stegen.json("case", "act", number, "answer", *OSKARS, *answer)
    return number


def test_an_answer_that_plans_nothing_says_so(stegen_on_sqlite: Command) -> None:
    """Else a program's empty list is an answer, or a program cannot give the answer that the page offers."""
    number = _reported(stegen_on_sqlite)
    stegen_on_sqlite.json("case", "act", number, "assign", *PETRAS, "--input", "unit=su-molndal-ortopedi")
    actions = stegen_on_sqlite.json("case", "show", number, *OSKARS)["actions"]
    asked = next(a for a in actions if a["move"] == "answer")["inputs"]["properties"]["measures"]
    assert [(one.get("minItems"), one.get("const")) for one in asked["anyOf"]] == [(1, None), (None, "none")]
    answer = ("case", "act", number, "answer", *OSKARS, "--text", "cause=Inget brast.", "--input")
    refused = stegen_on_sqlite(*answer, "measures=[]")
    assert refused.exit_code == 1
    assert "Fyll i: Åtgärder: vad, vem och när" in refused.output
    assert stegen_on_sqlite.json(*answer, "measures=none")["stage"] == "answered"
    assert "Ingen åtgärd behövs" in stegen_on_sqlite("case", "show", number, *MAJAS).output


def test_the_first_story_by_the_command_line(stegen: Command) -> None:
    """Else a script, or somebody whose browser is down, could not take a deviation from report to its end."""
    reported = stegen(*REPORT)
    assert "Tack, rapporten är sparad" in reported.stdout
    assert "mottagningsfunktion vid Sahlgrenska Universitetssjukhuset" in reported.stdout
    assert "tisdag 21 april 2026" in reported.stdout
    number = _answered(stegen)
    accepted = stegen.json("case", "act", number, "accept", *MAJAS)
    assert (accepted["stage"], accepted["status"]) == ("watched", "watched")
    assert accepted["next_date"] == "2026-06-30"
    page = stegen("case", "show", number, *OSKARS).stdout
    assert "Listan skrivs ut dagen före. – handläggare vid Ortopedavdelning, Mölndals sjukhus, 2026-06-30" in page
    ended = stegen("case", "act", number, "done", *OSKARS)
    assert "Avslutad" in ended.stdout
    assert stegen("verify").stdout == "The record is whole.\n"


def test_the_same_key_reports_once(stegen_on_sqlite: Command) -> None:
    """Else a script that tries again after a lost connection would report twice."""
    first = stegen_on_sqlite.json(*REPORT, "--key", "natt-17")
    again = stegen_on_sqlite.json(*REPORT, "--key", "natt-17")
    assert again == {"number": first["number"], "version": first["version"], "stage": "arrived", "repeated": True}
    assert len(stegen_on_sqlite.json("case", "list", *PETRAS)["items"]) == 1


def test_a_report_without_texts_is_a_draft(stegen_on_sqlite: Command) -> None:
    """Else a report could not be begun on one day and sent on another."""
    draft = stegen_on_sqlite.json("case", "report", *ANNAS, "--kind", "deviation")
    assert draft["stage"] == "draft"
    case = stegen_on_sqlite.json("case", "show", draft["number"], *ANNAS)
    submit = next(a for a in case["actions"] if a["move"] == "submit")
    assert submit["allowed"]
    assert {"what", "when"} <= set(submit["inputs"]["required"])


def test_texts_come_from_files_and_pipes_too(stegen_on_sqlite: Command, tmp_path: Path) -> None:
    """Else a long text would have to be squeezed through the shell's quotes."""
    file = tmp_path / "händelse.txt"
    file.write_bytes("\ufeffPatienten kom hem.\r\nListan saknades.\n".encode())
    words = ("case", "report", *ANNAS, "--kind", "deviation", "--operation", "su")
    number = stegen_on_sqlite.json(*words, "--text-from", f"what={file}", "--text", "when=i går")["number"]
    shared = stegen_on_sqlite.json("case", "show", number, *PETRAS)["history"][-1]["texts"]
    assert shared["what"] == "Patienten kom hem.\nListan saknades."
    assert stegen_on_sqlite("case", "note", number, *PETRAS, "--from", "-", typed="Från ett rör.").exit_code == 0


def test_a_told_case_is_taken_up_where_it_stands(stegen_on_sqlite: Command) -> None:
    """Else a case that began before Stegen could not be entered without telling untruths about its beginning."""
    told = ("--operation", "su", "--stage", "investigated", "--receiving-unit", "su-molndal-ortopedi")
    words = ("case", "report", *MAJAS, "--kind", "deviation", *told, "--happened", "hösten 2018")
    number = stegen_on_sqlite.json(*words)["number"]
    case = stegen_on_sqlite.json("case", "show", number, *MAJAS)
    assert (case["stage"], case["event_date"]) == ("investigated", "2018-09-01")


def test_a_forum_file_is_written_cleared_reviewed_and_read(stegen: Command) -> None:
    """Else nothing could be lifted from the command line: a forum reads its file and nothing else (law 6)."""
    number = _answered(stegen)
    contest = ("--input", "contest_ground=facts", "--text", "reason=Listan fanns inte.")
    stegen.json("case", "act", number, "contest", *MAJAS, *contest)
    words = ("--text", "statement=En person kom hem. Ring 031-123 45 67.", "--text", "question=Vem skickar listan?")
    named = ("--text", "statement=Det gäller 19121212-1212.", "--text", "question=Vem?")
    assert stegen.refusal("case", "file", "write", number, *MAJAS, *named)["error"] == "number_found"
    assert stegen.refusal("case", "share", number, "Det gäller 19121212-1212.", *MAJAS)["error"] == "number_found"
    written = stegen.json("case", "file", "write", number, *MAJAS, *words)
    assert written == {"number": number, "revision": 1, "open_findings": 1}
    found = stegen.json("case", "file", "findings", number, *MAJAS)
    assert [(f["place"], f["kind"]) for f in found] == [("statement:24", "telephone")]
    assert "statement:24" in stegen("case", "file", "findings", number, *MAJAS).stdout
    stegen.json("case", "act", number, "talk", *HELENAS, "--text", "talk_note=Vi talades vid.")
    stegen.json("case", "act", number, "sign", *KATARINAS)
    lift = ("case", "act", number, "escalate", *HELENAS, "--text", "reason=Oense.", "--input", "subject=agreement",
            "--input", "pattern=single")  # fmt: skip
    refused = stegen.refusal(*lift)
    assert {"file_missing", "identity_found"} & {r["code"] for r in refused["reasons"]}
    assert refused["next_door"]["move"] == "file"
    assert stegen.refusal("case", "file", "review", number, "1", *MAJAS)["error"] == "identity_found"
    clear = ("case", "file", "clear", number, "statement:24", *MAJAS, "--reason", "Växelns nummer.")
    assert stegen(*clear).exit_code == 0
    assert stegen(*clear).exit_code == 1
    assert stegen("case", "file", "review", number, "1", *MAJAS).exit_code == 0
    assert stegen("case", "file", "read", number, "1", *OSKARS).exit_code == 0
    skipped = stegen.refusal(*lift, "--input", "forum=vvg")
    assert [r["code"] for r in skipped["reasons"]] == ["skip"]
    door = skipped["next_door"]
    assert (door["move"], door["text_sv"], door["target_sv"]) == ("escalate", "Lyft till samverkan", "NOSAM Mölndal")
    lifted = stegen.json(*lift)
    assert (lifted["stage"], lifted["forums"]) == ("forum_received", ["nosam-molndal"])
    forum = stegen("case", "show", number, "--as", "stina.ekelof/process_leader@forum:nosam-molndal").stdout
    assert "Vem skickar listan?" in forum
    assert "Patienten kom hem" not in forum
    assert re.search("NOSAM Mölndal +← här", forum)


def test_a_revision_that_is_not_the_newest_is_refused(stegen_on_sqlite: Command) -> None:
    """Else an older text would be reviewed while a newer one leaves."""
    number = _answered(stegen_on_sqlite)
    words = ("--text", "statement=En person kom hem.", "--text", "question=Vem skickar listan?")
    stegen_on_sqlite.json("case", "file", "write", number, *MAJAS, *words)
    stegen_on_sqlite.json("case", "file", "write", number, *MAJAS, *words)
    answer = stegen_on_sqlite("case", "file", "review", number, "1", *MAJAS)
    assert answer.exit_code == 1
    assert "Titta på den nyaste" in answer.stderr
    missing = stegen_on_sqlite("case", "file", "write", number, *MAJAS, "--text", "statement=Bara hälften.")
    assert missing.exit_code == 1
    assert "en beskrivning och en fråga" in missing.stderr


def test_notes_are_shared_by_an_act_of_their_own(stegen_on_sqlite: Command) -> None:
    """Else an inner note could reach the other party by mistake."""
    number = _answered(stegen_on_sqlite)
    note = stegen_on_sqlite.json("case", "note", number, "Vi borde ha ringt.", *OSKARS)["note"]
    assert "Vi borde ha ringt" not in stegen_on_sqlite("case", "show", number, *MAJAS).stdout
    assert (
        stegen_on_sqlite("case", "share", number, "Vi borde ha ringt.", "--from-note", str(note), *OSKARS).exit_code
        == 0
    )
    assert "Vi borde ha ringt" in stegen_on_sqlite("case", "show", number, *MAJAS).stdout
    both = stegen_on_sqlite("case", "note", number, "Ett.", "--from", "två.txt", *OSKARS)
    assert both.exit_code == 2
    assert "one of the two" in both.stderr


def test_a_paper_is_added_and_fetched(stegen_on_sqlite: Command, tmp_path: Path) -> None:
    """Else a protocol could not be attached, or would come back as something else."""
    number = _answered(stegen_on_sqlite)
    file = tmp_path / "protokoll.txt"
    file.write_text("Anteckningar från mötet.", encoding="utf-8")
    handle = stegen_on_sqlite.json("case", "paper", "add", number, str(file), *OSKARS)["handle"]
    papers = stegen_on_sqlite.json("case", "show", number, *MAJAS)["papers"]
    assert [(p["handle"], p["name"], p["type"]) for p in papers] == [(handle, "protokoll.txt", "text/plain")]
    assert stegen_on_sqlite("case", "paper", "get", number, handle, *MAJAS).stdout == "Anteckningar från mötet."
    target = tmp_path / "hämtat.txt"
    assert stegen_on_sqlite("case", "paper", "get", number, handle, "--to", str(target), *MAJAS).exit_code == 0
    assert target.read_bytes() == file.read_bytes()
    program = tmp_path / "program.exe"
    program.write_bytes(b"MZ\x00\x01")
    refused = stegen_on_sqlite("case", "paper", "add", number, str(program), *OSKARS)
    assert refused.exit_code == 1
    assert "tas inte emot" in refused.stderr
    unknown = stegen_on_sqlite("case", "paper", "get", number, "0" * 32, *MAJAS)
    assert unknown.exit_code == 1
    assert "inget sådant dokument" in unknown.stderr, (
        "the case is there; whoever mistypes a handle is not sent to look for it"
    )
