"""Pages that repeat what the code knows must say the same."""

import re

from config.settings import describe_settings
from tests.house.tree import HOME


def test_the_page_of_settings_is_the_class_s_own() -> None:
    """Lost otherwise: an operator sets what no longer exists, or never hears of the keys that protect patients."""
    page = (HOME / "docs" / "settings.md").read_text(encoding="utf-8")
    assert describe_settings() in page, "Put the output of config.settings.describe_settings() there."


def test_every_threat_names_tests_that_are_there() -> None:
    """Lost otherwise: a renamed test leaves a promise about walls that nothing holds any more."""
    page = (HOME / "docs" / "threats.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if re.match(r"\| \d+ \|", line)]
    assert [int(row.split("|")[1]) for row in rows] == list(range(1, 26))
    for row in rows:
        named = re.findall(r"`([\w/]+\.py)::(\w+)`", row)
        assert named, row
        for file, test in named:
            assert f"\ndef {test}(" in (HOME / "tests" / file).read_text(encoding="utf-8"), f"{file}::{test}"
