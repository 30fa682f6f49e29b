"""The full numbers, room by room: ``python -m tests.torture [ROOM …]`` (`make torture`).

What became of each room is kept in ``var/torture.json``. A room that is done is passed over next time, as long as
nothing that it could depend on has changed; so an interrupted run goes on where it stopped. A room that failed runs
with the same seed until it is mended. A room given by name runs in any case.
Exit 0: every room done. 1: a room failed or took more than an hour. 2: no such room.
"""

import hashlib
import json
import os
import random
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

HOME = Path(__file__).parent.parent
KEPT = HOME / "var" / "torture.json"
LIMIT = 3600
"""Seconds a room may take (docs/measured.md)."""

PYTEST_FOUND_NOTHING = 5
SIDE_BY_SIDE = ("--numprocesses", "auto", "--maxprocesses", "8", "--dist", "worksteal")
"""As `make test` runs them: five hundred kills on one database beside those on the other."""

CODE = ("*.py", "*.toml", "*.csv", "*.html", "*.js", "*.sql", "*.lock")
FOLDERS = ("config", "workflows", "cases", "notifications", "web", "tests")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One room's run: on which code, pytest's exit code and last line, whole seconds, the seed that repeats it."""

    room: str
    code: str
    exit_code: int
    seconds: int
    seed: int
    last_line: str

    @property
    def is_good(self) -> bool:
        return self.exit_code in (0, PYTEST_FOUND_NOTHING) and self.seconds <= LIMIT


def main(wanted: list[str]) -> int:
    rooms = sorted(folder.name for folder in (HOME / "tests").iterdir() if any(folder.glob("test_*.py")))
    if unknown := sorted(set(wanted) - set(rooms)):
        print(f"No such room: {', '.join(unknown)}. There are: {', '.join(rooms)}.", file=sys.stderr)
        return 2
    code = fingerprint()
    kept = read_kept()
    outcomes = []
    for room in wanted or rooms:
        before = kept.get(room)
        if before and before.is_good and before.code == code and not wanted:
            print(f"{room}: done before ({before.last_line}); `make torture ROOM={room}` repeats it")
        else:
            kept[room] = torture(room, code, choose_seed(before))
            write_kept(kept)
        outcomes.append(kept[room])
    report(outcomes)
    return 0 if all(outcome.is_good for outcome in outcomes) else 1


def choose_seed(before: Outcome | None) -> int:
    """The seed that was asked for, else the one that failed last, else a new one."""
    if asked := os.environ.get("STEGEN_SEED"):
        return int(asked)
    return before.seed if before and not before.is_good else random.SystemRandom().randrange(10**9)


def torture(room: str, code: str, seed: int) -> Outcome:
    """Runs one room to its end, showing pytest's output as it comes."""
    print(f"\n=== {room}, seed {seed}", flush=True)
    start = time.monotonic()
    command = [sys.executable, "-m", "pytest", f"tests/{room}", "-q", *SIDE_BY_SIDE]
    environment = {**os.environ, "STEGEN_TORTURE": "1", "STEGEN_SEED": str(seed), "PYTHONUNBUFFERED": "1"}
    last_line = ""
    with subprocess.Popen(command, cwd=HOME, env=environment, stdout=subprocess.PIPE, text=True) as pytest_run:
        for line in pytest_run.stdout or ():
            print(line, end="", flush=True)
            last_line = line.strip() or last_line
    return Outcome(room, code, pytest_run.returncode, round(time.monotonic() - start), seed, last_line)


def fingerprint() -> str:
    """A hash of all code and data that a test could depend on."""
    files = [file for folder in FOLDERS for pattern in CODE for file in (HOME / folder).rglob(pattern)]
    files += [file for pattern in CODE for file in HOME.glob(pattern)]
    whole = hashlib.sha256()
    for file in sorted(files):
        whole.update(f"{file.relative_to(HOME)}\0".encode() + file.read_bytes() + b"\0")
    return whole.hexdigest()


def read_kept() -> dict[str, Outcome]:
    """What became of each room last time; none when nothing was kept."""
    if not KEPT.exists():
        return {}
    return {outcome["room"]: Outcome(**outcome) for outcome in json.loads(KEPT.read_text(encoding="utf-8"))}


def write_kept(kept: dict[str, Outcome]) -> None:
    KEPT.parent.mkdir(exist_ok=True)
    half = KEPT.with_suffix(".new")
    half.write_text(json.dumps([asdict(outcome) for outcome in kept.values()], indent=2) + "\n", encoding="utf-8")
    half.replace(KEPT)


def report(outcomes: list[Outcome]) -> None:
    """The table for docs/measured.md."""
    print("\n| room | result | seconds | seed | pytest |\n|---|---|---:|---:|---|")
    for outcome in outcomes:
        result = "done" if outcome.is_good else "FAILED"
        print(f"| {outcome.room} | {result} | {outcome.seconds} | {outcome.seed} | {outcome.last_line} |")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
