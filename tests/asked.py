"""What this run was asked for. The environment is read here once, and nowhere else in the tests.

| name             | meaning                                                                                |
|------------------|----------------------------------------------------------------------------------------|
| `STEGEN_REQUIRE` | what must not be missing: `browser`, `postgres`, or both with a comma (tests/required) |
| `STEGEN_TORTURE` | `1` for the full numbers (tests/amounts)                                               |
| `STEGEN_SEED`    | a whole number that repeats the random choices of an earlier run                       |

Every `STEGEN_…` name is then taken out of the environment, so that a developer's own settings reach no test.
"""

import os
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

CAN_BE_REQUIRED = frozenset({"browser", "postgres"})
USUAL_SEED = 2026
"""`make test` makes the same random choices each time, so that a red run can be told from a changed dice."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One run's order: what may not be missing, full or small numbers, and the seed of all random choices."""

    required: frozenset[str]
    torture: bool
    seed: int

    @classmethod
    def by(cls, environment: Mapping[str, str]) -> "Asked":
        """Reads the three names above.

        Raises `pytest.UsageError` on a value that none of them takes.
        """
        required = frozenset(name.strip() for name in environment.get("STEGEN_REQUIRE", "").split(",") if name.strip())
        if unknown := required - CAN_BE_REQUIRED:
            known = ", ".join(sorted(CAN_BE_REQUIRED))
            raise pytest.UsageError(f"STEGEN_REQUIRE knows {known}; it was given {', '.join(sorted(unknown))}.")
        torture = environment.get("STEGEN_TORTURE", "") not in ("", "0")
        seed = environment.get("STEGEN_SEED") or str(random.SystemRandom().randrange(10**9) if torture else USUAL_SEED)
        if not seed.isdecimal():
            raise pytest.UsageError(f"STEGEN_SEED is a whole number; it was given {seed!r}.")
        return cls(required, torture, int(seed))


_ASKED = pytest.StashKey[Asked]()


def asked(config: pytest.Config) -> Asked:
    """The order of the run that `config` belongs to."""
    return config.stash[_ASKED]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    handed_on: Mapping[str, str] | None = getattr(config, "workerinput", {}).get("asked")
    config.stash[_ASKED] = Asked.by(os.environ if handed_on is None else handed_on)
    for name in [name for name in os.environ if name.startswith("STEGEN_")]:
        del os.environ[name]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hands the order on to a process of pytest-xdist, which finds the environment already emptied."""
    order = asked(node.config)
    node.workerinput["asked"] = {
        "STEGEN_REQUIRE": ",".join(sorted(order.required)),
        "STEGEN_TORTURE": "1" if order.torture else "0",
        "STEGEN_SEED": str(order.seed),
    }


def pytest_report_header(config: pytest.Config) -> str:
    order = asked(config)
    numbers = "full" if order.torture else "small"
    required = ", ".join(sorted(order.required)) or "nothing"
    return f"stegen: {numbers} numbers, seed {order.seed} (STEGEN_SEED={order.seed} repeats it), required: {required}"
