"""Who takes a line out of a log is found by the next check: the logs are sealed each night, and the seals kept."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from cases.clock.docket_acts import drop
from cases.contents.patient import set_patient, show_patient
from cases.database import DatabaseError
from cases.organisation.administration import By
from cases.organisation.people import set_disabled
from cases.record import Record
from cases.sight import Seer
from cases.soundness.sealed_logs import log_heads, of_logs, seal_logs
from cases.soundness.verify import chain_root, verify
from tests.cases.deviations import MAJA, arrived
from tests.command import Command as Stegen
from tests.record import MORNING

KIM = Seer("kim.savas", "administrator@county")
NIGHT = MORNING + timedelta(hours=16)
MORROW, LATER = MORNING + timedelta(days=1), MORNING + timedelta(days=2)

UNBOUND = {
    True: "SET LOCAL session_replication_role = replica",
    False: "DROP TRIGGER administration_act_delete; DROP TRIGGER log_seal_update; DROP TRIGGER log_seal_delete",
}
"""By PostgreSQL or not: what somebody with the whole database in her hands does first."""

GONE_BY = """INSERT INTO read_log (id, at, case_id, account, post, what, reason, result)
 SELECT 9, '2026-04-14 08:00:00', case_id, account, post, what, reason, result FROM read_log WHERE id = 1"""

TAMPERING: dict[str, tuple[str, str]] = {
    "a read is taken out": ("reads: line 2 is missing", "DELETE FROM read_log WHERE id = 2"),
    "the last read is taken out": ("reads: line 3 is missing", "DELETE FROM read_log WHERE id = 3"),
    "the first night's reads are taken out": ("reads: line 1 is missing and 1 more",
                                              "DELETE FROM read_log WHERE id < 3"),
    "a reason is changed": ("reads: one of the lines 1-2 was changed",
                            "UPDATE read_log SET reason = 'Ett annat' WHERE id = 1"),
    "a read is somebody else's": ("reads: one of the lines 3 was changed",
                                  "UPDATE read_log SET account = 'x' WHERE id = 3"),
    "a read is put in": ("reads: line -1 was put in afterwards", """INSERT INTO read_log
 (id, at, case_id, account, post, what, reason, result) SELECT -1, at, case_id, account, post, what, reason, result
 FROM read_log WHERE id = 1"""),
    "a read is put in for a day gone by": ("reads: line 9 tells of 2026-04-14 10:00, but was written after", GONE_BY),
    "an act is taken out": ("administration: line 1 is missing", "DELETE FROM administration_act WHERE id = 1"),
    "an act by hand is taken out": ("docket: line 1 is missing", "DELETE FROM docket_act"),
    "a seal is taken out": ("reads: the seal of night 1 is missing",
                            "DELETE FROM log_seal WHERE log = 'reads' AND night = 1"),
    "a seal is changed": ("reads: one of the lines 3 was changed",
                          "UPDATE log_seal SET at = at, head = (SELECT head FROM log_seal WHERE log = 'docket')"
                          " WHERE log = 'reads' AND night = 2"),
    "a seal's numbers are emptied": ("reads: the seal's own numbers cannot be read",
                                     "UPDATE log_seal SET lines = '' WHERE log = 'reads' AND night = 1"),
    "they are garbled": ("reads: the seal's own numbers cannot be read",
                         "UPDATE log_seal SET lines = '1-2x' WHERE log = 'reads' AND night = 1"),
    "they are endless": ("reads: line 3 is missing and 99999999999999996 more",
                         "UPDATE log_seal SET lines = '1-99999999999999999' WHERE log = 'reads' AND night = 1"),
}  # fmt: skip


def two_nights(record: Record) -> None:
    """Two reads and an act of each sort before the first night, one read before the second, one after it."""
    number = arrived(record)
    set_patient(record, MAJA, number, "Patient i 3", MORNING)
    show_patient(record, MAJA, number, "Ska ringa", MORNING)
    show_patient(record, MAJA, number, "Ska ringa igen", MORNING)
    set_disabled(record, "stina.ekelof", True, by=By(KIM.account, MORNING))
    with record.database.read() as tx:
        key = tx.value("SELECT MIN(key) FROM docket WHERE kind = 'letter' AND status = 'waiting'")
    drop(record, KIM.account, key, "adressen finns inte", MORNING)
    seal_logs(record, NIGHT)
    show_patient(record, MAJA, number, "Ska ringa på nytt", MORROW)
    seal_logs(record, NIGHT + timedelta(days=1))
    show_patient(record, MAJA, number, "Ska skriva", LATER)


class TakenBack(Exception):
    """Nothing of it is kept."""


def found_after(record: Record, statement: str) -> list[str]:
    """What a check would say had somebody done this, with the seals' own guards out of her way."""
    with suppress(TakenBack), record.database.write() as tx:
        for one in UNBOUND[tx.postgres].split("; "):
            tx.run(one)
        assert tx.run(statement), "nothing was tampered with"
        found = [f"{log}: {text}" for log, text in of_logs(tx)]
        raise TakenBack
    return found


def test_what_is_taken_out_of_a_log_is_named(record: Record) -> None:
    """Lost otherwise: whoever looked where she had no business could have the trace removed, and nobody would know."""
    two_nights(record)
    assert verify(record, LATER) == ()
    for what, (said, statement) in TAMPERING.items():
        found = found_after(record, statement)
        assert [text[: len(said)] for text in found] == [said], (what, found)
    with record.database.write() as tx:
        tx.run("DELETE FROM read_log WHERE id = 2")
        tx.run(GONE_BY)
    seal_logs(record, LATER)
    found = [fault.text[:15] for fault in verify(record, LATER) if (fault.check, fault.place) == ("logs", "reads")]
    assert found == ["line 2 is missi", "line 9 tells of"], "it was sealed, and is named all the same"


def test_the_published_root_holds_the_logs_and_the_seals_stay(record: Record) -> None:
    """Lost otherwise: a log and its seals could be written anew together, or a seal quietly taken back."""
    two_nights(record)
    root, heads = chain_root(record)
    again = seal_logs(record, LATER)
    assert chain_root(record)[0] != root, "a read has been sealed since"
    assert chain_root(record)[1] == heads
    assert seal_logs(record, LATER + timedelta(days=1)) == again, "nothing new, no new seal"
    for statement in ("UPDATE log_seal SET lines = '1'", "DELETE FROM log_seal"):
        with pytest.raises(DatabaseError), record.database.write() as tx:
            tx.run(statement)
    with record.database.read() as tx:
        assert log_heads(tx) == again
    assert verify(record, LATER) == ()


def test_a_line_that_is_being_written_when_the_night_comes_is_waited_for(record: Record) -> None:
    """Lost otherwise: PostgreSQL has given it its number, and the next check calls it put in behind the seal."""
    arrived(record)
    other = arrived(record)
    set_patient(record, MAJA, other, "Patient i 3", MORNING)
    with ThreadPoolExecutor(1) as night:
        with record.database.write() as tx:
            tx.run(
                """INSERT INTO read_log (at, case_id, account, post, what, reason, result)
 VALUES (:at, 1, :who, :post, 'patient', 'Ska ringa', 'shown')""",
                at=MORNING,
                who=MAJA.account,
                post=MAJA.post,
            )
            if tx.postgres:  # SQLite has one writer
                show_patient(record, MAJA, other, "Ska skriva", MORNING)
            sealing = night.submit(seal_logs, record, NIGHT)
            with suppress(TimeoutError):
                sealing.result(0.5)
        sealing.result()
    assert verify(record, LATER) == ()


def test_a_log_that_was_written_anew_with_its_seals_is_found_by_what_was_published(
    stegen_on_sqlite: Stegen, tmp_path: Path
) -> None:
    """Lost otherwise: whoever has the whole database could take a line out and seal the rest again."""
    with stegen_on_sqlite.record() as record:
        for account in ("stina.ekelof", "petra.lonnroth"):
            set_disabled(record, account, True, by=By(KIM.account, MORNING))
        seal_logs(record, NIGHT)
        with record.database.read() as tx:
            heads = tx.all("SELECT log, head FROM log_seal ORDER BY log, night")
    assert stegen_on_sqlite("verify", "--roots", str(tmp_path)).exit_code == 2, "nothing to hold it against"
    lines = [f"2026-04-17T00:00:00Z log {log} {head.hex()}\n" for log, head in heads]
    (tmp_path / "2026-04-17.txt").write_text("".join(["2026-04-17T00:00:00Z 9 00\n", *lines]))
    assert stegen_on_sqlite("verify", "--roots", str(tmp_path)).exit_code == 0
    with stegen_on_sqlite.record() as record:
        with record.database.write() as tx:
            for one in (
                *UNBOUND[False].split("; "),
                "DELETE FROM administration_act WHERE id = 1",
                "DELETE FROM log_seal",
            ):
                tx.run(one)
        seal_logs(record, LATER)
    assert stegen_on_sqlite("verify").exit_code == 0, "by itself the record is whole"
    found = stegen_on_sqlite.refusal("verify", "--roots", str(tmp_path))["faults"]
    assert {(fault["check"], fault["place"]) for fault in found} == {("logs", "administration")}
