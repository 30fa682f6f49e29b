"""The routine's versions in the record: opened without writing where nothing is new, kept when first seen."""

import json
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from cases.acting import Refused, act
from cases.database import Database
from cases.installation import open_record, stands_at
from cases.record import Record
from cases.routines import RoutineChanged, hold_against_kept, kept_library, open_library
from config.county import County
from tests.cases.deviations import PETRA, arrived
from tests.command import Command
from tests.postgres import driver_url
from tests.record import MORNING, sources
from tests.workflows.routine_files import source
from workflows.definition_check import check
from workflows.definition_file import read
from workflows.definition_source import DefinitionFaults, Source
from workflows.definition_words import ALWAYS_REASONS
from workflows.general_words import general_words
from workflows.inputs import REASONS_OF_TYPE
from workflows.nouns import Command as Step

PETRAS = ("--as", "petra.lonnroth/receiver")
LATER = MORNING + timedelta(days=1)


@contextmanager
def nobody_writes(url: str) -> Iterator[str]:
    """The URL under which the same database can only be read."""
    if make_url(url).get_backend_name() == "sqlite":
        yield url.replace("sqlite:///", "sqlite:///file:") + "?mode=ro&uri=true"
        return
    name = sql.Identifier(str(make_url(url).database))
    with psycopg.connect(driver_url(url), autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(name))
        yield url
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(sql.SQL("ALTER DATABASE {} RESET default_transaction_read_only").format(name))


def other(files: list[Source], old: str, new: str) -> list[Source]:
    """The same files with another word in the routine for disputes."""
    return [source(f.path, f.text.replace(old, new)) if f.key == "dispute.v1" else f for f in files]


def test_a_record_that_cannot_be_written_to_is_listed_shown_and_verified(stegen: Command) -> None:
    """Else an auditor could not check the copy that she was given, or a standby not be looked into."""
    with stegen.record() as record:
        number = arrived(record)
    with nobody_writes(stegen.url) as url:
        for words in (("case", "list", *PETRAS), ("case", "show", number, *PETRAS), ("verify",)):
            answer = stegen(*words, STEGEN_DATABASE_URL=url)
            assert answer.exit_code == 0, answer.output
        refused = stegen("case", "act", number, "assign", *PETRAS, "--input", "unit=su-molndal-ortopedi",
                         STEGEN_DATABASE_URL=url)  # fmt: skip
        assert refused.exit_code == 2
        assert "cannot be written to" in refused.stderr


def test_a_record_is_opened_while_somebody_writes(
    record: Record, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else every command would wait for a long import, and give up after ten seconds."""
    monkeypatch.setattr("cases.database.BUSY_SECONDS", 0.05)
    with closing(Database(record.database.url)) as another, record.database.write() as tx:
        tx.run("UPDATE installation SET organisation_revision = organisation_revision + 1")
        assert open_library(another, sources(county), LATER).in_force("dispute").version == 1


def test_a_new_text_is_kept_once_and_one_that_cases_follow_is_refused(record: Record, county: County) -> None:
    """Else a running case would silently follow another rule than the one it was started under (law 9)."""
    arrived(record)
    files = sources(county)
    changed = other(files, "rule = { working = 40 }", "rule = { working = 41 }")
    assert (
        open_library(record.database, changed, LATER).in_force("dispute").hash
        != record.library.in_force("dispute").hash
    )
    with record.database.read() as tx:
        kept = tx.value("SELECT recorded_at FROM workflow_version WHERE key = 'dispute.v1'")
    open_library(record.database, changed, LATER + timedelta(days=1))
    with record.database.read() as tx:
        assert tx.value("SELECT recorded_at FROM workflow_version WHERE key = 'dispute.v1'") == kept
    spoilt = [source(f.path, f.text + "\n# other\n") if f.key == "deviation.v1" else f for f in files]
    with pytest.raises(RoutineChanged, match=r"deviation\.v1"):
        open_library(record.database, spoilt, LATER)


def test_a_changed_routine_is_refused_before_the_database_gets_another_form(record: Record, county: County) -> None:
    """Else an upgrade with a spoilt file starts with neither version: the new one refuses the routine, the old one the
    database."""
    arrived(record)
    [file] = [f for f in county.workflow_files if f.path.name == "deviation.v1.toml"]
    spoilt = replace(file, text=file.text + "\n# other\n")
    rules = replace(county, workflow_files=[spoilt if f is file else f for f in county.workflow_files])
    with record.database.write() as tx:
        tx.run("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(RoutineChanged, match=r"deviation\.v1"):
        open_record(record.database.url, rules, lambda: county, [], Path("papers"), LATER, "epoch")
    assert stands_at(record.database) == "0001"


OLDER = ("not_handed_over", "input_no_such_day", "not_now")
"""Reasons that an older program did not ask the words of."""


def older(files: list[Source]) -> list[Source]:
    """The same files as they were when the program gave fewer reasons; and with a fault that it did not look for."""
    shorter = [source(f.path, re.sub(rf"(?m)^({'|'.join(OLDER)}) = .*\n", "", f.text)) for f in files]
    unasked = '[inputs.never_asked]\ntype = "text"\ngoes = "shared"\nlabel = { sv = "Aldrig", en = "Never" }\n'
    return [source(f.path, f"{f.text}\n{unasked}") if f.key == "dispute.v1" else f for f in shorter]


def pinned(record: Record, files: list[Source]) -> None:
    """What an older program left behind: these texts in force, each with its hash, and cases that follow them."""
    by_key = {f.key: f for f in files}
    with record.database.write() as tx:
        for key in [key for (key,) in tx.all("SELECT key FROM workflow_version")]:
            parts = [by_key[name] for name in by_key[key].data.get("includes", ())]
            texts = json.dumps([[f.path, f.text] for f in (*parts, by_key[key])], ensure_ascii=False)
            kept = read(by_key[key], parts, []).hash
            tx.run("UPDATE workflow_version SET hash = :h, texts = :t WHERE key = :k", h=kept, t=texts, k=key)


def test_a_version_that_cases_follow_is_not_asked_for_what_a_later_program_wants(
    record: Record, county: County
) -> None:
    """Else an upgrade would refuse a county's own routine, which nobody may change: neither start nor go back."""
    number = arrived(record)
    files = older(sources(county))
    with pytest.raises(DefinitionFaults, match="not_handed_over"):
        check(files)
    pinned(record, files)
    hold_against_kept(record.database, files)
    for here in (files, [f for f in files if f.key != "dispute.v1"]):
        record.library = open_library(record.database, here, LATER)
        assert "never_asked" in record.library.in_force("dispute").inputs
    with pytest.raises(Refused) as refused:
        act(record, PETRA, number, Step("accept"), MORNING)
    assert [r.sv for r in refused.value.refusal.reasons] == [general_words("not_now").sv]
    with pytest.raises(DefinitionFaults, match="never_asked"):
        open_library(record.database, other(files, "version = 1", "version = 2"), LATER)


def test_the_program_can_word_whatever_it_refuses_by_itself() -> None:
    """Else an older routine's people would read a code in place of a reason."""
    asked = {*ALWAYS_REASONS, *(reason for reasons in REASONS_OF_TYPE.values() for reason in reasons)}
    assert [reason for reason in sorted(asked) if reason in general_words(reason).sv] == []


def test_a_new_version_beside_a_record_that_cannot_be_written_to(record: Record, county: County) -> None:
    """Else a copy could only be verified with the very files of the day on which it was made."""
    newer = other(sources(county), "rule = { working = 40 }", "rule = { working = 41 }")
    with nobody_writes(record.database.url) as url, closing(Database(url)) as reading:
        assert open_library(reading, newer, LATER).in_force("dispute").version == 1


def test_a_version_whose_file_is_gone_is_read_from_the_record(record: Record, county: County) -> None:
    """Else a case would have no routine the day somebody tidies the county's folder."""
    newer = [
        source(f.path.replace("dispute.v1", "dispute.v2"), f.text.replace("version = 1", "version = 2"))
        if f.key == "dispute.v1" else f for f in sources(county)
    ]  # fmt: skip
    library = open_library(record.database, newer, LATER)
    assert library.in_force("dispute").version == 2
    assert library.routine("dispute.v1").definition.hash == record.library.routine("dispute.v1").definition.hash


def texts_of(county: County) -> dict[str, str]:
    return {file.path.name: file.text for file in county.workflow_files}


def test_texts_that_the_record_keeps_are_the_same_routines_unchecked(record: Record, county: County) -> None:
    """Else a start that trusts what was checked before would decide otherwise than one that checks."""
    kept = kept_library(record.database, texts_of(county))
    assert kept is not None
    assert dict(kept.definitions) == dict(record.library.definitions)
    for kind in ("deviation", "dispute", "systemic_issue"):
        assert kept.in_force(kind) == record.library.in_force(kind)
        assert kept.in_force(kind) is kept.routine(f"{kind}.v1").definition


def test_a_text_that_the_record_does_not_keep_is_checked(record: Record, county: County) -> None:
    """Else a spoilt routine, or an included part of it, would be in force until somebody restarts the pages."""
    texts = texts_of(county)
    part = texts["forum.v1.toml"]
    others = [{**texts, name: text + "\n"} for name, text in texts.items()]
    others += [{name: texts[name] for name in texts if name != "forum.v1.toml"}, {**texts, "new.v1.toml": part}, {}]
    assert [kept_library(record.database, other_texts) for other_texts in others] == [None] * len(others)


def test_a_version_whose_file_is_gone_is_trusted_from_the_record_too(record: Record, county: County) -> None:
    """Else every start after a tidied folder would check everything, and take a second longer."""
    texts = {name: text for name, text in texts_of(county).items() if name != "dispute.v1.toml"}
    kept = kept_library(record.database, texts)
    assert kept is not None
    assert kept.routine("dispute.v1").definition.hash == record.library.in_force("dispute").hash
