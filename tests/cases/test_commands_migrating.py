"""`workflow migrate`: figures first, and nothing written before somebody says so."""

import shutil
from pathlib import Path

from tests.cases.deviations import arrived
from tests.command import Command
from tests.record import CONFIG

SIXTY = ('unless = "more"\nrule = { calendar = 60 }', 'unless = "more"\nrule = { calendar = 45 }')
MIGRATE = ("workflow", "migrate", "--from", "deviation.v1", "--to", "deviation.v2")


def _with_a_second_version(folder: Path) -> Path:
    shutil.copytree(CONFIG / "vastra_gotaland", folder)
    text = (folder / "workflows" / "deviation.v1.toml").read_text(encoding="utf-8")
    text = text.replace("version = 1\n", "version = 2\n", 1).replace(*SIXTY)
    (folder / "workflows" / "deviation.v2.toml").write_text(text, encoding="utf-8")
    return folder


def test_open_cases_go_over_after_a_look(stegen_on_sqlite: Command, tmp_path: Path) -> None:
    """Else a rule change would never reach the cases that it was made for, or would reach them unseen."""
    stegen = stegen_on_sqlite
    with stegen.record() as record:
        arrived(record)
    county = str(_with_a_second_version(tmp_path / "county"))
    told = stegen(*MIGRATE, STEGEN_COUNTY=county)
    assert told.exit_code == 0, told.output
    assert "1 of 1 open case(s) can go" in told.stdout
    assert "date answer: 1 earlier" in told.stdout
    assert "Nothing was written" in told.stdout
    before = stegen.rows()
    seen = stegen.json(*MIGRATE, STEGEN_COUNTY=county)
    assert (seen["going"], seen["applied"]) == (1, None)
    assert stegen.rows() == before
    done = stegen.json(*MIGRATE, "--apply", "--reason", "Beslut om 45 dagar", STEGEN_COUNTY=county)
    assert done["applied"] == {"went": 1, "stayed": 0, "changed": 0}
    again = stegen(*MIGRATE, "--apply", STEGEN_COUNTY=county)
    assert "0 case(s) went over" in again.stdout
    assert stegen("verify", STEGEN_COUNTY=county).exit_code == 0


def test_a_version_that_is_not_there_is_an_error_that_lists_those_that_are(stegen_on_sqlite: Command) -> None:
    """Else a slip in a name would look as if no case followed it."""
    for target in ("deviation.v2", "dispute.v1"):
        wrong = stegen_on_sqlite("workflow", "migrate", "--from", "deviation.v1", "--to", target)
        assert wrong.exit_code == 2
        assert "systemic_issue.v1" in wrong.stderr
