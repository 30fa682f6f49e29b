"""The benchmarks run and compare equal work. A time never fails a test; `make bench` judges the ratios."""

import importlib
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import benchmarks
from benchmarks._county import databases, seeded
from benchmarks._stock import live
from benchmarks.lift import listen

ON_SQLITE = {"kinds": ("sqlite",)}

SMALLEST: dict[str, dict[str, Any]] = {
    "decision": {"rounds": 1, "decisions": 2},
    "due_list": {"rounds": 1, "cases": 40, "due": 20, **ON_SQLITE},
    "journal_mode": {"rounds": 1, "lifts": 1},
    "lift": {"rounds": 1, "lifts": 2, **ON_SQLITE},
    "work_list": {"rounds": 1, "cases": 200, "pages": 1, "few": 150, **ON_SQLITE},
}

WITH_MORE_INSTALLED = {"roundup"}
"""Scripts whose peer only `make bench` installs."""


def test_every_script_is_tried() -> None:
    """Lost otherwise: a benchmark rots until the day its figure is asked for."""
    scripts = {file.stem for file in Path(benchmarks.__path__[0]).glob("*.py") if not file.stem.startswith("_")}
    assert scripts == SMALLEST.keys() | WITH_MORE_INSTALLED


@pytest.mark.parametrize("script", sorted(SMALLEST))
def test_a_benchmark_tells_a_ratio(script: str) -> None:
    """Lost otherwise: a promise about speed stands in the documentation and nobody can measure it."""
    figures = importlib.import_module(f"benchmarks.{script}").run(**SMALLEST[script])
    assert figures
    for figure in figures:
        assert figure.ratio > 0
        assert f"{figure.ratio:.2f} x {figure.limit}" in str(figure)


def test_a_lift_asks_the_same_of_the_driver_each_time() -> None:
    """Lost otherwise: the bare driver would replay something else than what the timed lift does."""
    with databases("sqlite") as places:
        stock = seeded(partial(live, ready=2))
        first, again = listen(places.fresh(stock)), listen(places.fresh(stock))
    assert [len(asked) > 20 for asked in first] == [True, True]
    assert first == again
