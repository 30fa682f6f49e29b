"""A county folder with faults: every one is found in one run, with its file and place, and nothing else is."""

from pathlib import Path

import pytest

from config.county import CountyFaults, Fault, load_county
from config.county_rules import read_rules
from tests.config.spoiling import Spoil, change, line, table

UNKNOWN = (
    line("closed_days", "ingen-part,2026-05-15,Klämdag", ("party", "no party")),
    line("authorities", "namnden-x,Nämnden,bjorkosa", ("party", "did you mean 'bjorkasa'?")),
    line("holdings", "iris.vipa,contact_person,authority:namnden-x,2024-01-01,,,"),
    line("operations", "drift-x,Drift,ingen-namnd,norrmark,Ring,,", ("authority", "no authority")),
    line("operations", "drift-y,Drift,omsorgsnamnden-sjovik,x,Ring,,", ("arena", "no arena")),
    line("units", "enhet-x,Enhet,ingen-drift,no,,,", ("operation", "no operation")),
    line("units", "enhet-y,Enhet,lasarettet,no,ingen-enhet,,", ("heir", "no unit")),
    line("seats", "inget-forum,lasarettet,,", ("forum", "no forum")),
    line("seats", "samverkansradet,ingen-drift,,", ("who", "no operation")),
    line("seats", "samverkansradet,arena:sormark,,", ("who", "no arena")),
    line("meetings", "inget-forum,2026-03-03,,,,planned,Listan", ("forum", "no forum")),
    line("holdings", "x,handler,unit:avdelning-ett,2024-01-01,,,", ("person", "no person")),
    line("holdings", "iris.vipa,handler,unit:avdelning-tva,2024-01-01,,,", ("holder", "no unit")),
    line("absences", "x,2026-01-07,2026-01-09,", ("person", "no person")),
    line("absences", "iris.vipa,2026-01-07,2026-01-09,x", ("substitute", "no person")),
    change(
        "county.toml",
        'scope = "arena"\n',
        'scope = "arena"\narena_name = [{ arena = "sormark", sv = "X", en = "X" }]\n',
        ("rung 2 (radet), arena_name", "no arena"),
    ),
)

TWICE = (
    line("parties", "sjovik,Igen,municipality,yes,no", ("code", "already on line 4")),
    line("authorities", "omsorgsnamnden-sjovik,Igen,sjovik", ("code", "already on line 4")),
    line("operations", "lasarettet,Igen,regionstyrelsen-norrmark,norrmark,Ring,,", ("code", "already on line 2")),
    line("units", "tallkullen,Igen,lasarettet,yes,,,", ("code", "already on line 5")),
    line("people", "iris.vipa,Iris,iris@example.invalid,sv", ("account", "already on line 10")),
    line("closed_days", "bjorkasa,2026-11-02,Igen", ("date", "already on line 2")),
    line("meetings", "samverkansradet,2026-02-05,,,,planned,Listan", ("date", "already on line 2")),
    line("holdings", "iris.vipa,unit_manager,unit:avdelning-ett,2025-01-01,,,", ("valid_from", "already unit_manager")),
    table("county", '[[arena]]\ncode = "norrmark"\nname = "X"', ("arena 2 (norrmark), code", "already on arena 1")),
    table(
        "county",
        '[[mandate]]\ncode = "radet"\nsv = "X"\nen = "X"',
        ("mandate 2 (radet), code", "already a mandate"),
    ),
    table(
        "categories",
        '[[category]]\ncode = "ansvar"\nsv = "X"\nen = "X"',
        ("category 4 (ansvar), code", "already on category 2"),
    ),
)

DAYS = (
    line("absences", "iris.vipa,2026-02-30,2026-03-02,", ("valid_from", "write it as 2026-04-16")),
    line("absences", "iris.vipa,20260301,2026-03-02,", ("valid_from", "write it as 2026-04-16")),
    line("absences", "iris.vipa,2026-03-05,2026-03-02,", ("valid_to", "is before valid_from")),
    line("units", "enhet-z,Z,lasarettet,no,,2026-02-01,2026-01-01", ("valid_to", "is before valid_from")),
    line("meetings", "samverkansradet,2026-03-04,9.00,,,planned,Listan", ("start", "write it as 09:00")),
    line("meetings", "samverkansradet,2026-03-05,11:00,09:00,,planned,Listan", ("end", "starts no earlier")),
    line("meetings", "samverkansradet,2019-12-12,,,,held,Listan", ("date", "does not exist on 2019-12-12")),
    table(
        "calendar",
        '[[add]]\ndate = 2026-12-25\nname = "Juldagen"\nsource = "X"',
        ("add 2 (2026-12-25), date", "already Juldagen"),
    ),
    table(
        "calendar",
        '[[add]]\ndate = 2050-12-27\nname = "X"\nsource = "X"',
        ("add 3 (2050-12-27), date", "outside the calendar"),
    ),
    table("calendar", '[[remove]]\ndate = 2026-03-03\nsource = "X"', ("remove 1 (2026-03-03), date", "is no holiday")),
)

STEPS = (
    line("forums", "rad-a,A,radet,,ladder,radet,2020-01-01,,paused,grupp-c,municipal", ("arena", "serves one arena")),
    line("seats", "rad-a,county,,"),
    line("forums", "rad-c,C,beside,,ladder,radet,2020-01-01,,paused,grupp-c,municipal", ("kind", "cannot stand on")),
    line("seats", "rad-c,county,,"),
    line("forums", "rad-d,D,local,norrmark,ladder,radet,2020-01-01,,paused,grupp-c,municipal", ("rung", "no forum")),
    line("seats", "rad-d,county,,"),
    line("forums", "rad-e,E,steget,norrmark,ladder,radet,2020-01-01,,paused,grupp-c,municipal", ("rung", "no rung")),
    line("seats", "rad-e,county,,"),
    line("forums", "rad-f,F,beside,,council,x,2020-01-01,,paused,grupp-c,municipal", ("mandate", "use one of radet")),
    line("seats", "rad-f,county,,"),
    table("county", '[[arena]]\ncode = "ostmark"\nname = "X"', ("rung 2 (radet), code", "the arena 'ostmark'")),
    line("operations", "drift-z,Z,omsorgsnamnden-sjovik,ostmark,Ring,,", ("code", "of its own arena 'ostmark'")),
    table(
        "county", '[[rung]]\ncode = "x"\nsv = "X"\nen = "X"\nscope = "local"', ("rung", "the first rung, and no other")
    ),
    table(
        "county",
        '[[rung]]\ncode = "topp"\nsv = "X"\nen = "X"\nscope = "county"',
        ("rung 4 (topp), code", "no forum stands on 'topp' for the county"),
    ),
    line(
        "forums",
        "rad-g,G,topp,norrmark,ladder,radet,2020-01-01,,paused,grupp-c,municipal",
        ("arena", "leave its arena"),
    ),
    line("seats", "rad-g,county,,"),
)

FORUMS = (
    line(
        "forums",
        "rad-b,B,radet,norrmark,ladder,radet,2020-01-01,,active,,regional",
        ("rung", "'samverkansradet' (line 2) already stands on 'radet'"),
        ("code", "no seat of the municipal side"),
        ("code", "no process_leader"),
    ),
    line("seats", "rad-b,lasarettet,,"),
    line("seats", "rad-b,lasarettet,2026-01-01,", ("who", "already sits in 'rad-b'")),
    line("holdings", "ejnar.falk,chair,forum:rad-b,2024-01-01,,,municipal", ("side", "the chair to the regional side")),
    line("holdings", "doris.orre,vice_chair,forum:rad-b,2024-01-01,,,municipal", ("side", "from opposite sides")),
    line(
        "forums",
        "grupp-a,A,beside,,council,radet,2020-01-01,,paused,grupp-b,municipal",
        ("stand_in", "is itself ended"),
        ("stand_in", "grupp-a -> grupp-b -> grupp-a"),
    ),
    line("seats", "grupp-a,county,,"),
    line(
        "forums",
        "grupp-b,B,beside,,theme_group,radet,2020-01-01,2025-12-31,ended,grupp-a,municipal",
        ("stand_in", "is itself paused"),
    ),
    line("seats", "grupp-b,county,,"),
    line("forums", "grupp-c,C,beside,,council,radet,2020-01-01,,active,,municipal"),
    line("seats", "grupp-c,county,,"),
    *(
        line("holdings", f"{person},{function},forum:grupp-c,2024-01-01,,,{side}")
        for person, function, side in (
            ("folke.jarpe", "process_leader", ""),
            ("ejnar.falk", "chair", "municipal"),
            ("iris.vipa", "vice_chair", "regional"),
        )
    ),
    line(
        "forums", "grupp-d,D,beside,,council,radet,2020-01-01,,active,,municipal", ("code", "leader after 2025-12-31")
    ),
    line("seats", "grupp-d,county,,"),
    *(
        line("holdings", f"{person},{function},forum:grupp-d,2024-01-01,{until},,{side}")
        for person, function, until, side in (
            ("folke.jarpe", "process_leader", "2025-12-31", ""),
            ("ejnar.falk", "chair", "", "municipal"),
            ("iris.vipa", "vice_chair", "", "regional"),
        )
    ),
    line("units", "arvinge-a,A,lasarettet,no,arvinge-b,,", ("heir", "arvinge-a -> arvinge-b -> arvinge-a")),
    line("units", "arvinge-b,B,lasarettet,no,arvinge-a,,"),
)

PEOPLE = (
    line("holdings", "iris.vipa,handler,operation:lasarettet,2024-01-01,,,", ("holder", "held at unit")),
    line("holdings", "iris.vipa,chair,arena:norrmark,2024-01-01,,,regional", ("holder", "held at forum")),
    line("holdings", "iris.vipa,hanlder,unit:tallkullen,2024-01-01,,,", ("function", "did you mean 'handler'?")),
    line("holdings", "iris.vipa,handler,enhet:tallkullen,2024-01-01,,,", ("holder", "is no holder")),
    line("holdings", "iris.vipa,mas,authority,2024-01-01,,,", ("holder", "and :CODE")),
    line("holdings", "iris.vipa,auditor,county:x,2024-01-01,,,", ("holder", "county alone")),
    line("holdings", "greta.lom,preparer,forum:samverkansradet,2024-01-01,,,", ("side", "write municipal or regional")),
    line("holdings", "greta.lom,secretary,forum:samverkansradet,2024-01-01,,,municipal", ("side", "takes no side")),
    line("holdings", "greta.lom,receiver,operation:lasarettet,2024-01-01,,kanske,", ("acting", "use one of yes, no")),
    line("authorities", "namnden-y,Nämnden,sjovik", ("code", "no contact person")),
    line("absences", "iris.vipa,2026-03-01,2026-03-02,iris.vipa", ("substitute", "name someone else")),
    line("mailboxes", "chair,forum:samverkansradet,a@example.org,sv", ("function", "has no mailbox")),
    line("mailboxes", "receiver,operation:x,a@example.org,sv", ("holder", "no operation")),
    line("mailboxes", "secretary,operation:lasarettet,a@example.org,sv", ("holder", "held at forum")),
    line("mailboxes", "receiver,operation:lasarettet,a@example.org; b@example.org,sv", ("address", "no mail address")),
    line(
        "mailboxes",
        "contact_person,authority:omsorgsnamnden-bjorkasa,Registrator@sjovik.example.invalid,sv",
        ("address", "another party already"),
    ),
    line("mailboxes", "registrar,authority:omsorgsnamnden-sjovik,r@example.org,sv", ("function", "a mailbox already")),
    line("people", "Bo Ek,Bo Ek,bo.ek@example.invalid,sv", ("account", "is not a code")),
    line("people", "bo.ek,Bo Ek,bo.ek@example.invalid,no", ("language", "use one of sv, en")),
    line("people", "bo.al,,bo.al@example.invalid,sv", ("name", "is missing")),
    Spoil("people.csv", "bo.as,Bo Ås,bo.as@example.invalid", "", (("line {line}", "3 cells where"),)),
)

DOCUMENTS = (
    table(
        "documents",
        '[[document]]\ncode = "d2"\nname = "D2"\nkind = "brev"\nowner = "inget-forum"\ncolour = "red"',
        ("document 2 (d2), owner", "no forum"),
        ("document 2 (d2), kind", "use one of agreement"),
        ("document 2 (d2), colour", "is not known here"),
        ("document 2 (d2), version", "no version"),
    ),
    table(
        "documents",
        """
        [[document]]
        code = "d3"
        name = "D3"
        kind = "routine"
        owner = "samverkansradet"
        dispute_clause = { text = "Först rådet.", route = ["radet", "local", "taket"] }
        [[document.version]]
        version = "1"
        valid_from = 2020-01-01
        sections = ["1 Ett", "1 Två", "Tre"]
        [[document.version]]
        version = "1"
        valid_from = 2021-01-01
        sections = []
        """,
        ("document 3 (d3), dispute_clause, route", "no rung"),
        ("document 3 (d3), dispute_clause, route", "must begin with 'local'"),
        ("document 3 (d3), version 1 (1), sections", "'1' stands 2 times"),
        ("document 3 (d3), version 1 (1), sections", "must be a number, a space and a title"),
        ("document 3 (d3), version 2 (1), version", "already on document 3 (d3), version 1 (1)"),
        ("document 3 (d3), version 2 (1), valid_from", "in force together with '1'"),
        ("document 3 (d3), version 2 (1), sections", "at least one"),
    ),
)


def test_every_fault_is_found_in_one_run(small: Path) -> None:
    """Lost otherwise: a routine owner mends one fault after the other, loading the folder again for each."""
    spoils = (*UNKNOWN, *TWICE, *DAYS, *STEPS, *FORUMS, *PEOPLE, *DOCUMENTS)
    expected = [fault for spoil in spoils for fault in spoil.apply(small)]
    found = _faults(small)
    unfound = [
        e for e in expected if not any((f.file, f.place) == (e.file, e.place) and e.words in f.text for f in found)
    ]
    unexpected = [str(f) for f in found if not any((f.file, f.place) == (e.file, e.place) for e in expected)]
    assert not unfound
    assert not unexpected
    assert len(found) == len(expected)


def test_what_every_start_reads_is_checked_at_every_start(small: Path) -> None:
    """Lost otherwise: a command would set dates by a calendar that the service refuses to start with."""
    with (small / "calendar.toml").open("a") as file:
        file.write('[[remove]]\ndate = 2026-06-18\nsource = "X"\n')
    for read in (read_rules, load_county):
        with pytest.raises(CountyFaults, match=r"calendar\.toml.*2026-06-18.* is no holiday"):
            read(small)


def test_faults_stand_in_the_order_of_files_and_lines(small: Path) -> None:
    """Lost otherwise: line 12 before line 3, and whoever mends the file jumps up and down in it."""
    for number in range(12):
        line("units", f"enhet-{number},X,ingen-drift,no,,,").apply(small)
    assert [fault.place for fault in _faults(small)] == [f"line {number}, operation" for number in range(6, 18)]


def test_the_message_names_each_fault_with_its_place(small: Path) -> None:
    """Lost otherwise: the command would say that the county is wrong, but not where."""
    line("units", "enhet-x,Enhet,lasaretet,no,,,").apply(small)
    with pytest.raises(CountyFaults) as caught:
        load_county(small)
    expected = "units.csv, line 6, operation: 'lasaretet' is no operation of this county; did you mean 'lasarettet'?"
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("file", "content", "place", "words"),
    [
        ("units.csv", None, "whole file", "is missing; create it with the first line code,name,operation"),
        ("county.toml", None, "whole file", "is missing"),
        ("units.csv", b"code,name\n", "line 1", "the columns must be code,name,operation"),
        ("units.csv", b"", "line 1", "the columns must be"),
        ("people.csv", b"account,name,email,language\nbo.ek,Bo \xc5k,b@example.invalid,sv", "byte 37", "is not UTF-8"),
        ("people.csv", b"account,name,email,language\nbo.ek,B\x00,b@example.invalid,sv\n", "line 2, name", "be seen"),
        ("people.csv", b"account,name,email,language\n" + b"x" * 200_000, "whole file", "cannot be read as CSV"),
        ("documents.toml", b"[[document]]\ncode = \n", "line 2, column 8", "is not TOML"),
        ("documents.toml", b"document = 3\n", "top level, document", "must be a list of tables"),
        ("documents.toml", b"[papers]\n", "top level, papers", "use document"),
        ("holding.csv", b"person\n", "whole file", "is no file of a county"),
        ("workflows/x.v1.toml", b"name = x\n", "line 1, column 8", "is not TOML"),
        ("workflows/x.v1.toml", b"name = '\xe5'\n", "byte 8", "is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    small: Path, file: str, content: bytes | None, place: str, words: str
) -> None:
    """Lost otherwise: a half-saved or misspelt file ends in a traceback, or is passed over in silence."""
    (small / "workflows").mkdir()
    if content is None:
        (small / file).unlink()
    else:
        (small / file).write_bytes(content)
    assert any((f.file, f.place) == (file, place) and words in f.text for f in _faults(small))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Lost otherwise: a misspelt STEGEN_COUNTY ends in a traceback."""
    assert _faults(tmp_path / "nowhere") == [
        Fault(str(tmp_path / "nowhere"), "whole folder", "is not a folder; give the folder of a county")
    ]


def test_an_empty_folder_is_told_every_file_it_needs(tmp_path: Path) -> None:
    """Lost otherwise: whoever describes a new county learns of one missing file at a time."""
    missing = {fault.file for fault in _faults(tmp_path) if "is missing" in fault.text and fault.place == "whole file"}
    assert missing == {
        *("county.toml", "categories.toml", "documents.toml", "parties.csv", "authorities.csv", "operations.csv"),
        *("units.csv", "forums.csv", "seats.csv", "meetings.csv", "people.csv", "holdings.csv"),
    }


def test_what_may_be_meant_is_a_warning_not_a_fault(small: Path) -> None:
    """Lost otherwise: a meeting on a holiday goes unnoticed, or one meant for a Saturday stops the installation."""
    line("meetings", "samverkansradet,2026-06-19,,,,planned,Listan").apply(small)
    line("meetings", "samverkansradet,2026-03-07,,,,planned,Listan").apply(small)
    line("meetings", "samverkansradet,2026-09-04,,,,planned,Listan").apply(small)
    line("forums", "grupp-p,P,beside,,theme_group,radet,2020-01-01,,paused,,municipal").apply(small)
    line("seats", "grupp-p,county,,").apply(small)
    warnings = [(warning.place, warning.text) for warning in load_county(small).warnings]
    assert warnings == [
        ("line 3, stand_in", "'grupp-p' is paused and nobody answers for it; name a stand-in"),
        ("line 10, date", "'samverkansradet' meets on 2026-06-19, Midsommarafton"),
        ("line 11, date", "'samverkansradet' meets on 2026-03-07, a weekend"),
        ("line 12, date", "'samverkansradet' meets on 2026-09-04, Norrmarksdagen"),
    ]


def _faults(folder: Path) -> list[Fault]:
    with pytest.raises(CountyFaults) as caught:
        load_county(folder)
    return list(caught.value.faults)
