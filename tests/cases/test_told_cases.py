"""A spreadsheet of cases comes in: every faulty place named at once, each case whole, and none of them twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from cases.answers import once
from cases.copies.told_cases import Past, ToldCase, bring_in, rehearse
from cases.organisation.people import hold
from cases.organisation.reorganising import end_unit
from cases.record import Record
from cases.reports.reporting import NewCase
from cases.sight import Seer
from cases.soundness.verify import verify
from tests.cases.deviations import HELENA, MAJA
from tests.command import Command
from tests.record import MORNING

WHO = ("--as", "maja.ekdahl/handler@unit:hsv-molndal")
HEADER = "registry_number;kind;stage;operation;happened;what;harm;told_when;told_text;told_source"
LIST = f"""{HEADER}
HSN 2025-17;deviation;arrived;su;hösten 2025;Listan saknades.;risk;november 2025;Ringde avdelningen.;Anteckning
HSN 2025-17;;;;;;;januari 2026;"Skrev till enheten;
och fick inget svar.";Brev
HSN 2026-3;deviation;investigated;su;3 februari 2026;=HYPERLINK("x");;;;
"""


def _file(folder: Path, text: str, name: str = "list.csv") -> str:
    (folder / name).write_text("\ufeff" + text, encoding="utf-8")
    return str(folder / name)


def test_a_list_comes_in_whole_and_only_once(stegen: Command, tmp_path: Path) -> None:
    """Lost otherwise: a party would type its open matters in again one by one, or have each of them twice."""
    file = _file(tmp_path, LIST)
    before = stegen.rows()
    rehearsed = stegen.json("import", file, "--check", *WHO)
    assert (rehearsed["rehearsal"], rehearsed["brought"], rehearsed["known"]) == (True, 2, 0)
    assert stegen.rows() == before

    done = stegen.json("import", file, *WHO)
    assert (done["brought"], done["known"]) == (2, 0)
    again = stegen.json("import", file, *WHO)
    assert (again["brought"], again["known"], again["numbers"]) == (0, 2, done["numbers"])

    case = stegen.json("case", "show", done["numbers"]["HSN 2025-17"], *WHO)
    assert (case["stage"], case["registry_number"], case["event_date"]) == ("arrived", "HSN 2025-17", "2025-09-01")
    past = [line["texts"] for line in case["history"] if line["told"] and line["texts"]]
    assert [line["told_when"] for line in past] == ["november 2025", "januari 2026"]
    assert past[1]["told_text"] == "Skrev till enheten;\noch fick inget svar."
    other = stegen.json("case", "show", done["numbers"]["HSN 2026-3"], *WHO)
    assert [line["texts"]["what"] for line in other["history"] if "what" in line["texts"]] == ['=HYPERLINK("x")']
    with stegen.record() as record:
        assert verify(record, MORNING) == ()


def test_every_faulty_place_is_named_at_once_and_nothing_comes_in(stegen_on_sqlite: Command, tmp_path: Path) -> None:
    """Lost otherwise: a list of four hundred rows would be mended one run at a time, or come in by halves."""
    faulty = f"""{HEADER}
A-1;deviation;arrived;su;hösten 2025;Listan saknades.;risk;;;
A-2;deviation;arrived;nowhere;hösten 2025;Listan saknades.;risk;;;
A-3;deviation;nowhere;su;hösten 2025;Listan saknades.;risk;;;
A-4;complaint;arrived;su;;;;;;
A-5;deviation;arrived;su;31 april 2026;Personen 19121212-1212 kom hem.;risk;;;
A-6;deviation;arrived;su;;Personen 19121212-1212 kom hem.;;hösten 2030;Vi ringde.;
A-7;deviation;arrived;su;;;;;Vi ringde.;
;deviation;arrived;su;;;;;;
A-1;deviation;arrived;su;;;;;;
A-8;deviation
"""
    before = stegen_on_sqlite.rows()
    refused = stegen_on_sqlite.refusal("import", _file(tmp_path, faulty), *WHO)
    places = {(fault["line"], fault["column"]) for fault in refused["faults"]}
    assert {
        (3, "operation"),
        (4, "stage"),
        (5, "kind"),
        (6, "happened"),
        (8, "told_when"),
        (9, "registry_number"),
    } <= places
    assert {(7, "what"), (10, "registry_number"), (11, "")} <= places
    assert not {line for line, _ in places} & {2}
    assert stegen_on_sqlite.rows() == before
    wrong = f"{HEADER};harmm;what\n"
    columns = {
        fault["column"] for fault in stegen_on_sqlite.refusal("import", _file(tmp_path, wrong + "x\n"), *WHO)["faults"]
    }
    assert columns == {"harmm", "what"}
    (tmp_path / "latin.csv").write_bytes("registry_number;kind;stage\nÅ;deviation;arrived\n".encode("cp1252"))
    assert "UTF-8" in stegen_on_sqlite("import", str(tmp_path / "latin.csv"), *WHO).stderr
    assert stegen_on_sqlite("import", *WHO).exit_code == 2


def test_one_row_is_told_all_that_is_wrong_with_it(stegen_on_sqlite: Command, tmp_path: Path) -> None:
    """Lost otherwise: a row with five faults takes five runs, and a person's number in its past comes in in clear."""
    header = f"{HEADER};rung;forums;unit;receiving_unit"
    faulty = f"""{header}
B-1;deviation;nowhere;nowhere;hösten 2035;Personen 19121212-1212 kom hem.;maybe;hösten 2030;Vi ringde.;;;;;
B-1;;;;;;;2025;Personen 19121212-1212 ringde.;;;;;
B-2;deviation;forum_received;;31 april 2026;Listan.;maybe;hösten 2030;Ringde.;;attic;nowhere;su-molndal-ortopedi;
;deviation;arrived;nowhere;;;;;;;;;;
B-3;deviation;arrived;su;;Listan saknades.;;;Utan tid.;;;;nowhere;hsv-molndal
B-4;deviation;arrived;nowhere;hösten 2025;Listan saknades.;risk;;;;;;;su-molndal-ortopedi
B-5;deviation;arrived;vo-molndal;hösten 2025;Listan saknades.;risk;;;;;;;su-molndal-ortopedi
B-6;deviation;arrived;su;hösten 2025;Listan saknades.;risk;;;;;;;nowhere
B-7;deviation;arrived;su;hösten 2025;Listan saknades.;risk;;;;;;;su-molndal-ortopedi
B-8;complaint;nowhere;nowhere;hösten 2035;Personen 19121212-1212 kom hem.;maybe;hösten 2030;Vi ringde.;;;;;
B-8;;;;;;;2025;Personen 19121212-1212 ringde.;;;;;
B-9;avikelse;arrived;;31 april 2026;Listan saknades.;risk;;;;;;;
B-10;complaint;forum_received;su;hösten 2025;Listan.;;;;;;;;
"""
    refused = stegen_on_sqlite.refusal("import", _file(tmp_path, faulty), "--check", *WHO)
    places: dict[int, set[str]] = {}
    for fault in refused["faults"]:
        places.setdefault(fault["line"], set()).add(fault["column"])
    assert places == {
        2: {"stage", "operation", "happened", "what", "harm", "told_when"},
        3: {"told_text"},
        4: {"rung", "forums", "happened", "harm", "unit", "told_when"},
        5: {"registry_number", "operation"},
        6: {"told_when", "unit", "receiving_unit"},
        7: {"operation"},
        8: {"receiving_unit"},
        9: {"receiving_unit"},
        11: {"kind", "stage", "operation", "happened", "what", "harm", "told_when"},
        12: {"told_text"},
        13: {"kind", "operation", "happened"},
        14: {"kind"},
    }
    told = {(fault["line"], fault["column"]): fault["text"] for fault in refused["faults"]}
    assert "no such operation" in told[7, "operation"]
    assert "another operation" in told[8, "receiving_unit"]
    assert "no such unit" in told[9, "receiving_unit"]


def test_a_kind_is_named_by_its_code_or_as_people_call_it(stegen_on_sqlite: Command, tmp_path: Path) -> None:
    """Lost otherwise: a Swedish list is refused in every row for saying "avvikelse"."""
    said = {"deviation": "arrived", "Avvikelse": "arrived", "avvikelse  i samverkan": "arrived", "TVIST": "raised",
            "Tvist om samverkan": "raised", "oenighet": "raised"}  # fmt: skip
    rows = [f"C-{place};{word};{stage};su;hösten 2025;;;;;" for place, (word, stage) in enumerate(said.items())]
    done = stegen_on_sqlite.json("import", _file(tmp_path, "\n".join([HEADER, *rows, ""])), *WHO)
    listed = {
        number: stegen_on_sqlite.json("case", "show", number, *WHO)["kind"] for number in done["numbers"].values()
    }
    assert list(listed.values()) == ["deviation"] * 3 + ["dispute"] * 3
    template = [stegen_on_sqlite("import", "--template", kind, *WHO).stdout for kind in ("dispute", "Tvist")]
    assert template[0] == template[1] != ""
    for asked in (("--template", "complaint"), (_file(tmp_path, f"{HEADER}\nD-1;complaint;arrived;su;;;;;;\n"),)):
        assert "deviation or avvikelse" in stegen_on_sqlite("import", *asked, *WHO).stderr


def test_who_has_no_unit_of_her_own_is_told_all_at_once_too(stegen_on_sqlite: Command, tmp_path: Path) -> None:
    """Lost otherwise: a contact person mends the units of four hundred rows, and then learns of their past things."""
    rows = {unit: f"{unit};deviation;nowhere;nowhere;hösten 2035;Listan.;maybe;hösten 2030;Vi ringde.;;{unit}"
            for unit in ("hsv-molndal", "nowhere", "su-molndal-ortopedi")}  # fmt: skip
    file = _file(tmp_path, "\n".join([f"{HEADER};unit", *rows.values(), ""]))
    post = "contact_person@authority:von-molndal"
    refused = stegen_on_sqlite.refusal("import", file, "--check", "--as", f"gunnel.ask/{post}")
    always = {"stage", "operation", "happened", "harm", "told_when"}
    for line, unit in enumerate(rows, 2):
        found = {fault["column"] for fault in refused["faults"] if fault["line"] == line}
        assert found == always | ({"unit"} if unit != "hsv-molndal" else set()), unit


def test_a_list_as_a_spreadsheet_writes_it_is_read(stegen_on_sqlite: Command, tmp_path: Path) -> None:
    """Lost otherwise: a list would be refused for Excel's own first line, or saved again and again for a long cell."""
    rows = "".join(f"R-{number};deviation;arrived;su;hösten 2025;Listan saknades.;risk;;;\n" for number in range(60))
    found = stegen_on_sqlite.json("import", _file(tmp_path, f"sep=;\n{HEADER}\n{rows}"), "--check", *WHO)
    assert found["brought"] == 60
    tabbed = f"sep=\t\n{HEADER}\n{rows}".replace(";", "\t").replace("arrived", "gone", 1)
    [fault] = stegen_on_sqlite.refusal("import", _file(tmp_path, tabbed), "--check", *WHO)["faults"]
    assert (fault["line"], fault["column"]) == (3, "stage")
    long = f"{HEADER}\nR;deviation;arrived;su;hösten 2025;{'a' * 200_000};risk;;;\n"
    assert "line 2: a cell holds more than" in stegen_on_sqlite("import", _file(tmp_path, long), *WHO).stderr


def test_a_template_has_the_columns_that_an_import_takes(stegen_on_sqlite: Command, tmp_path: Path) -> None:
    """Lost otherwise: whoever begins a list would have to guess what its columns are called."""
    for kind in ("deviation", "dispute", "systemic_issue"):
        printed = stegen_on_sqlite("import", "--template", kind, *WHO).stdout
        header = printed.removeprefix("\ufeff").strip().split(";")
        row = {"registry_number": f"{kind}-1", "kind": kind, "stage": "x"}
        text = f"{';'.join(header)}\n{';'.join(row.get(column, '') for column in header)}\n"
        faults = stegen_on_sqlite.refusal("import", _file(tmp_path, text), *WHO)["faults"]
        assert [fault["column"] for fault in faults] == ["stage"]


def test_a_case_that_is_refused_halfway_leaves_nothing(stegen_on_sqlite: Command) -> None:
    """Lost otherwise: a case would stand there without its past, and be known as brought in."""
    before = stegen_on_sqlite.rows()
    with stegen_on_sqlite.record() as record:
        new = NewCase("deviation", operation="su", stage="arrived", texts={"what": "Listan saknades."})
        told = ToldCase("B-1", new, (Past("hösten 2025", "Vi ringde."), Past("hösten 2030", "Vi ringer.")))
        found = bring_in(record, MAJA, told, MORNING)
    assert (found.outcome, found.reasons[0][0]) == ("refused", 1)
    assert stegen_on_sqlite.rows() == before


TOLD = ToldCase("HSN 1", NewCase("deviation", operation="su", stage="arrived", texts={"what": "Listan saknades."}))


def test_two_colleagues_with_the_same_list_bring_each_case_in_once(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lost otherwise: each case would be there twice, each answered for by somebody, under one registry number."""
    both_looked: Barrier = Barrier(2)

    def after_both_looked(*given: Any) -> Any:
        both_looked.wait(60)
        return once(*given)

    monkeypatch.setattr("cases.copies.told_cases.once", after_both_looked)
    with ThreadPoolExecutor(2) as colleagues:
        brought = list(colleagues.map(partial(bring_in, record, told=TOLD, now=MORNING), (MAJA, HELENA)))
    assert sorted(one.outcome for one in brought) == ["brought", "known"]
    assert len({one.number for one in brought}) == 1
    with record.database.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM registry_number WHERE number = 'HSN 1'") == 1


def test_each_of_one_persons_authorities_has_its_own_numbers(record: Record) -> None:
    """Lost otherwise: who works for two authorities could not bring in the second one's case 1."""
    assert bring_in(record, MAJA, TOLD, MORNING).outcome == "brought"
    post = "contact_person@authority:styrelsen-su"
    hold(record, MAJA.account, post, MORNING.date())
    theirs = NewCase("deviation", unit="su-molndal-ortopedi", receiving_unit="hsv-molndal", stage="arrived",
                     texts={"what": "Listan saknades."})  # fmt: skip
    assert bring_in(record, Seer(MAJA.account, post), ToldCase("HSN 1", theirs), MORNING).outcome == "brought"


def test_a_unit_whose_heir_is_anothers_is_refused_with_whom_to_ask(record: Record) -> None:
    """Lost otherwise: the list of a contact person stops at a case that nobody can find, without a word of why."""
    post = "contact_person@authority:styrelsen-su"
    hold(record, MAJA.account, post, MORNING.date())
    with record.database.read() as tx:
        sides = record.organisation(tx, MORNING).sides
    ward = sides["su-molndal-ortopedi"]
    heir = next(s.unit for s in sides.values() if s.unit and s.party == ward.party and s.authority != ward.authority)
    end_unit(record, ward.unit, MORNING.date() - timedelta(days=1), MORNING, heir=heir)
    theirs = NewCase("deviation", unit=ward.unit, receiving_unit="hsv-molndal", stage="arrived",
                     texts={"what": "Listan saknades."})  # fmt: skip
    told, seer = ToldCase("HSN 1", theirs), Seer(MAJA.account, post)
    (tried,) = rehearse(record, seer, [told], MORNING)
    for answer in (bring_in(record, seer, told, MORNING), tried):
        assert answer.outcome == "refused"
        assert [reason.code for _, reason in answer.reasons] == ["unit_elsewhere"]
    with record.database.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM cases") == 0
