"""The benchmarks run and compare equal work. A time never fails a test; `make bench` judges the ratios."""

import gc
import importlib
import importlib.util
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import benchmarks
from benchmarks.__main__ import HEADING
from benchmarks._county import databases, seeded
from benchmarks._rounds import Figure, command
from benchmarks._stock import live
from benchmarks.lift import listen

ON_SQLITE = {"kinds": ("sqlite",)}

SMALLEST: dict[str, dict[str, Any]] = {
    "backup": {"rounds": 1, "cases": 2, **ON_SQLITE},
    "claim": {"rounds": 1, "rows": 2, **ON_SQLITE},
    "decision": {"rounds": 1, "decisions": 2},
    "delivery": {"rounds": 1, "letters_a_round": 2},
    "due_list": {"rounds": 1, "cases": 40, "due": 20, **ON_SQLITE},
    "journal_mode": {"rounds": 1, "lifts": 1},
    "lift": {"rounds": 1, "lifts": 2, **ON_SQLITE},
    "round": {"rounds": 1, "cases": 40, "due": 20, **ON_SQLITE},
    "pages": {"rounds": 1, "cases": 60, "few": 55, "pages": 1},
    "work_list": {"rounds": 1, "cases": 200, "pages": 1, "few": 150, **ON_SQLITE},
    "written": {"rounds": 1, "lifts": 3, "cases": 3},
}

WITH_MORE_INSTALLED: dict[str, dict[str, Any]] = {"roundup": {"rounds": 1, "changes": 1, "cases": 5}}
"""Scripts whose peer, a package of the same name, only `make bench` installs; tried where it is."""

TRIED = SMALLEST | {name: sizes for name, sizes in WITH_MORE_INSTALLED.items() if importlib.util.find_spec(name)}


@pytest.fixture(autouse=True, scope="module")
def _only_its_own_rubbish() -> Iterator[None]:
    """A benchmark clears up before each turn; what many other tests have left behind takes longer than the turn."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def test_every_script_is_tried() -> None:
    """Lost otherwise: a benchmark rots until the day its figure is asked for."""
    scripts = {file.stem for file in Path(benchmarks.__path__[0]).glob("*.py") if not file.stem.startswith("_")}
    assert scripts == SMALLEST.keys() | WITH_MORE_INSTALLED.keys()


@pytest.mark.parametrize("script", sorted(TRIED))
def test_a_benchmark_tells_a_ratio(script: str) -> None:
    """Lost otherwise: a promise about speed stands in the documentation and nobody can measure it."""
    figures = importlib.import_module(f"benchmarks.{script}").run(**TRIED[script])
    assert figures
    for figure in figures:
        assert figure.ratio > 0
        assert f"{figure.ratio:.2f} x {figure.limit}" in str(figure)
        assert figure.row().count("|") == HEADING.partition("\n")[0].count("|")


PAGES_AMONG_THREE = 32
"""Where there are three cases, and hardly a table has more than one page: what a lift touches at all."""


def test_a_lift_changes_few_pages_and_leaves_the_search_index_to_the_clock() -> None:
    """Lost otherwise: a lift writes more from month to month, and nobody notices until every move is slow."""
    whole, *parts = importlib.import_module("benchmarks.written").run(**SMALLEST["written"])
    assert whole.ratio <= PAGES_AMONG_THREE, f"a lift changes {whole.ratio:.0f} pages: {', '.join(map(str, parts))}"
    assert parts
    assert not [part.what for part in parts if "search_term" in part.what]


def test_a_missed_figure_is_told_and_ends_with_1(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Lost otherwise: `make bench` is green while a promise is broken."""
    rows = tmp_path / "rows"
    slow = Figure("a lift", "the rate of the bare driver", "rate", 0.5, (0.1, 0.2, 0.9), 2.0, 0.4)
    quick = Figure("a page", "the time of the bare query", "cost", 1.5, (1.2, 1.4, 1.6), 1.0, 0.8)
    monkeypatch.setattr("sys.argv", ["bench", "--rows", str(rows)])
    assert [command(lambda figures=figures: figures, {}, {}) for figures in ([quick], [quick, slow])] == [0, 1]
    assert rows.read_text().splitlines()[1:] == [
        "| a page | at most 1.5 x the time of the bare query | 1.40 (1.20–1.60, n=3) |",
        "| a lift | at least 0.5 x the rate of the bare driver | 0.20 **missed** (0.10–0.90, n=3) |",
    ]


STATEMENTS_OF_A_LIFT = range(20, 36)
"""From its first read to its last write; one for many rows counts once."""


def test_a_lift_asks_the_same_of_the_driver_each_time_and_no_more_than_it_did() -> None:
    """Lost otherwise: the bare driver would replay something else than what the timed lift does; and a lift asks more
    from month to month."""
    with databases("sqlite") as places:
        stock = seeded(partial(live, ready=2))
        first, again = listen(places.fresh(stock)), listen(places.fresh(stock))
    assert len(first) == 2  # the first of them reads the organisation too
    assert len(first[-1]) in STATEMENTS_OF_A_LIFT
    assert first == again
