"""Pages that repeat what the code knows must say the same."""

from config.settings import describe_settings
from tests.house.tree import HOME


def test_the_page_of_settings_is_the_class_s_own() -> None:
    """Lost otherwise: an operator sets what no longer exists, or never hears of the keys that protect patients."""
    page = (HOME / "docs" / "settings.md").read_text(encoding="utf-8")
    assert describe_settings() in page, "Put the output of config.settings.describe_settings() there."
