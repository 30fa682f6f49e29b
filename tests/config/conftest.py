"""What the tests of this room may ask for: a copy of the small county that they may spoil."""

import shutil
from pathlib import Path

import pytest

from tests.config.spoiling import COUNTIES


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The small county's folder, copied, without its workflows."""
    folder = tmp_path / "county"
    shutil.copytree(COUNTIES / "tva_steg", folder, ignore=shutil.ignore_patterns("workflows"))
    return folder
