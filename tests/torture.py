"""The full numbers, room by room: ``python -m tests.torture [ROOM …]`` (`make torture`).

A room that is done is written into ``var/torture.json`` and passed over next time, as long as nothing that it could
depend on has changed; so an interrupted run goes on where it stopped. A room given by name runs in any case.
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
DONE = HOME / "var" / "torture.json"
LIMIT = 3600
"""Seconds a room may take (docs/measured.md)."""

PYTEST_FOUND_NOTHING = 5
CODE = ("*.py", "*.toml", "*.html", "*.js", "*.sql", "*.lock")
FOLDERS = ("config", "workflows", "cases", "notifications", "web", "tests")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One room's run: pytest's exit code and last line, whole seconds, and the seed that repeats it."""

    room: str
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
    done = read_done(code)
    outcomes = []
    for room in wanted or rooms:
        if room in done and not wanted:
            print(f"{room}: done before ({done[room].last_line}); `make torture ROOM={room}` repeats it")
            outcomes.append(done[room])
            continue
        outcomes.append(torture(room))
        if outcomes[-1].is_good:
            done[room] = outcomes[-1]
            write_done(code, done)
    report(outcomes)
    return 0 if all(outcome.is_good for outcome in outcomes) else 1


def torture(room: str) -> Outcome:
    """Runs one room to its end, showing pytest's output as it comes."""
    seed = int(os.environ.get("STEGEN_SEED") or random.SystemRandom().randrange(10**9))
    print(f"\n=== {room}, seed {seed}", flush=True)
    start = time.monotonic()
    command = [sys.executable, "-m", "pytest", f"tests/{room}", "-q"]
    environment = {**os.environ, "STEGEN_TORTURE": "1", "STEGEN_SEED": str(seed), "PYTHONUNBUFFERED": "1"}
    last_line = ""
    with subprocess.Popen(command, cwd=HOME, env=environment, stdout=subprocess.PIPE, text=True) as pytest_run:
        for line in pytest_run.stdout or ():
            print(line, end="", flush=True)
            last_line = line.strip() or last_line
    return Outcome(room, pytest_run.returncode, round(time.monotonic() - start), seed, last_line)


def fingerprint() -> str:
    """A hash of all code and data that a test could depend on."""
    files = [file for folder in FOLDERS for pattern in CODE for file in (HOME / folder).rglob(pattern)]
    files += [file for pattern in CODE for file in HOME.glob(pattern)]
    whole = hashlib.sha256()
    for file in sorted(files):
        whole.update(f"{file.relative_to(HOME)}\0".encode() + file.read_bytes() + b"\0")
    return whole.hexdigest()


def read_done(code: str) -> dict[str, Outcome]:
    """The rooms done with this very code; none when the file is absent or from other code."""
    if not DONE.exists():
        return {}
    known = json.loads(DONE.read_text(encoding="utf-8"))
    if known["code"] != code:
        print("The code has changed since the last torture: every room runs anew.")
        return {}
    return {room: Outcome(**outcome) for room, outcome in known["rooms"].items()}


def write_done(code: str, done: dict[str, Outcome]) -> None:
    DONE.parent.mkdir(exist_ok=True)
    text = json.dumps({"code": code, "rooms": {room: asdict(outcome) for room, outcome in done.items()}}, indent=2)
    half = DONE.with_suffix(".new")
    half.write_text(text + "\n", encoding="utf-8")
    half.replace(DONE)


def report(outcomes: list[Outcome]) -> None:
    """The table for docs/measured.md."""
    print("\n| room | result | seconds | seed | pytest |\n|---|---|---:|---:|---|")
    for outcome in outcomes:
        result = "done" if outcome.is_good else "FAILED"
        print(f"| {outcome.room} | {result} | {outcome.seconds} | {outcome.seed} | {outcome.last_line} |")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
