"""What did not run, and whether that is allowed.

A machine without Chromium runs all but the journeys and says so in its last lines. With `STEGEN_REQUIRE` set
(CI), a skipped test is a failed one, unless it carries the marker of something that was not required.
"""

from collections import Counter
from collections.abc import Collection, Generator

import pytest

from tests.asked import CAN_BE_REQUIRED, asked

# A skipped setup is the report of a whole test, so these words name tests.
WORDS = {"browser": ("journey", "journeys"), "postgres": ("PostgreSQL test", "PostgreSQL tests")}
OTHER_WORDS = ("test", "tests")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and _is_forbidden(item.config, report.keywords):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} did not run, but STEGEN_REQUIRE asks for it. {_reason(report)}"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped and _is_forbidden(collector.config, collector.keywords):
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was not collected, but STEGEN_REQUIRE asks for it. {_reason(report)}"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None, None, None]:
    yield
    # After pytest's own list, so that these are the last lines but one: nobody scrolls up in a green run.
    skipped = terminalreporter.stats.get("skipped", [])
    left_out = Counter((_words(report.keywords), _reason(report)) for report in skipped)
    for ((one, many), reason), number in sorted(left_out.items()):
        terminalreporter.write_line(f"{number} {one if number == 1 else many} did NOT run. {reason}", yellow=True)


def _is_forbidden(config: pytest.Config, keywords: Collection[str]) -> bool:
    required = asked(config).required
    excused = CAN_BE_REQUIRED - required
    return bool(required) and not any(name in keywords for name in excused)


def _words(keywords: Collection[str]) -> tuple[str, str]:
    return next((words for marker, words in WORDS.items() if marker in keywords), OTHER_WORDS)


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    # A skip's longrepr is (file, line, "Skipped: reason").
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")
