"""Runs the scripts beside this file, each in a process of its own, so that none warms another's caches.

`python -m benchmarks [--full] [NAME …]`: with `--full` in the numbers of the promises, some quarters of an hour;
without in small ones, some minutes. It ends with a table of all figures. Exit 0: every script reached its figures.
1: one did not; it says which. 2: there is no such script, or none at all.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
FULL = "--full"
HEADING = "| what | goal | measured: median (smallest–largest, rounds) |\n|---|---|---|"


def main(asked: list[str]) -> int:
    wanted = [name for name in asked if name != FULL]
    scripts = sorted(file.stem for file in HERE.glob("*.py") if not file.stem.startswith("_"))
    if unknown := sorted(set(wanted) - set(scripts)):
        print(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(scripts)}.", file=sys.stderr)
        return 2
    if not scripts:
        print(f"There is no script in {HERE}.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="stegen-bench-") as folder:
        rows = Path(folder) / "rows"
        rows.touch()
        options = ["--rows", str(rows), *([FULL] if FULL in asked else [])]
        missed = [name for name in wanted or scripts if not reaches_its_figures(name, options)]
        print(f"\n{HEADING}\n{rows.read_text(encoding='utf-8')}")
    print(f"Missed: {', '.join(missed)}." if missed else "Every benchmark reached its figures.")
    return 1 if missed else 0


def reaches_its_figures(name: str, options: list[str]) -> bool:
    """Runs one script, its output straight to the terminal. Exit 1 of its own: it missed a figure, or broke."""
    print(f"\n=== {name}", flush=True)
    command = [sys.executable, "-m", f"benchmarks.{name}", *options]
    return subprocess.run(command, cwd=HERE.parent, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
