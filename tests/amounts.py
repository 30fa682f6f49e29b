"""How much a test does: small numbers in `make test`, the full ones in `make torture`.

Fixtures
- `amount(small, full)`: the number for this run, e.g. ``for _ in range(amount(20, 1_000))``.
- `rng`: a `random.Random` of the test's own, from the run's seed and the test's name.

The marker `few_on_postgresql(n)` stands on a test with a long list of cases of which none asks anything of its own of
the database: in `make test` n of them, evenly spread, run on PostgreSQL, and in `make torture` all.

Properties (Hypothesis) take their numbers from the profiles below: a test that sets `max_examples` by hand
would not grow in `make torture`.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

from tests.asked import asked

Amount = Callable[[int, int], int]

# No deadline: two shared cores make a slow example likely and a slow example is no wrong one.
settings.register_profile(
    "small",
    deadline=None,
    max_examples=25,
    stateful_step_count=30,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "full",
    deadline=None,
    max_examples=2_000,
    stateful_step_count=80,
    print_blob=True,
    database=DirectoryBasedExampleDatabase(Path("var") / "hypothesis"),
    suppress_health_check=[HealthCheck.too_slow],
)


def pytest_configure(config: pytest.Config) -> None:
    order = asked(config)
    settings.load_profile("full" if order.torture else "small")
    if order.torture and config.getoption("hypothesis_seed", None) is None:
        config.option.hypothesis_seed = str(order.seed)


@pytest.fixture(scope="session")
def amount(pytestconfig: pytest.Config) -> Amount:
    """``amount(20, 1_000)`` is 20 in `make test` and 1,000 in `make torture`."""
    torture = asked(pytestconfig).torture
    return lambda small, full: full if torture else small


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
    """Random choices that the seed in the run's header repeats, whichever tests run beside this one."""
    return random.Random(f"{asked(request.config).seed} {request.node.nodeid}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    torture = asked(config).torture
    chosen = [item for item in items if (_grows(item) if torture else item.get_closest_marker("torture") is None)]
    _keep(config, items, chosen if torture else _thinned(chosen))


def _grows(item: pytest.Item) -> bool:
    """Whether the test does more in `make torture` than in `make test`."""
    is_property = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
    asks_amount = "amount" in getattr(item, "fixturenames", ())
    return is_property or asks_amount or item.get_closest_marker("torture") is not None or _few(item) is not None


def _few(item: pytest.Item) -> int | None:
    """How many of a test's cases are enough on PostgreSQL; None where all run, as they do on SQLite."""
    marker = item.get_closest_marker("few_on_postgresql")
    return marker.args[0] if marker is not None and item.get_closest_marker("postgres") is not None else None


def _thinned(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    cases: dict[tuple[str, int], list[pytest.Item]] = {}
    for item in items:
        if (few := _few(item)) is not None:
            cases.setdefault((item.nodeid.partition("[")[0], few), []).append(item)
    kept = {same[place] for (_, few), same in cases.items() for place in _spread(len(same), few)}
    return [item for item in items if _few(item) is None or item in kept]


def _spread(length: int, wanted: int) -> Iterator[int]:
    """Places in a list of that length, evenly spread."""
    return (length * n // wanted for n in range(wanted)) if wanted < length else iter(range(length))


def _keep(config: pytest.Config, items: list[pytest.Item], chosen: Sequence[pytest.Item]) -> None:
    left_out = [item for item in items if item not in chosen]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = chosen
