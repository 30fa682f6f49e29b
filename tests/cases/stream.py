"""A process that makes moves until it is killed, and says after each commit what it has done.

Run as a module with a database URL, a folder for papers and a seed; every acknowledged step is a line on its output.
"""

import random
import sys
from datetime import timedelta
from pathlib import Path

from cases.acting import Refused, act
from cases.contents import matter
from cases.record import Record
from config.county import load_county
from tests.cases.deviations import HELENA, KATARINA, MAJA, OSKAR, PETRA, WHY, arrived, liftable
from tests.record import CONFIG, MORNING, open_at
from workflows.nouns import Command


def told(number: str, version: int) -> None:
    sys.stdout.write(f"{number} {version}\n")
    sys.stdout.flush()


def stream(record: Record, rng: random.Random) -> None:
    """Reports, assignments, notes and lifts, in an order drawn from the seed, without end."""
    now = MORNING
    waiting: list[str] = []
    while True:
        now += timedelta(minutes=1)
        choice = rng.random()
        if choice < 0.4 or not waiting:
            number = arrived(record, now)
            waiting.append(number)
            told(number, 2)
        elif choice < 0.6:
            number = liftable(record, now)
            told(number, act(record, rng.choice((KATARINA, HELENA)), number, Command("escalate", WHY), now).version)
        elif choice < 0.8:
            number = waiting.pop(rng.randrange(len(waiting)))
            told(number, act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), now).version)
            matter.note(record, OSKAR, number, "Vi läser journalen.", now)
        else:
            number = rng.choice(waiting)
            try:
                act(record, MAJA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), now)
            except Refused:
                matter.share(record, MAJA, number, "Vi väntar på besked.", now)


def main(url: str, folder: str, seed: str) -> None:
    record = open_at(url, load_county(CONFIG / "vastra_gotaland"), Path(folder))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    stream(record, random.Random(seed))


if __name__ == "__main__":
    main(*sys.argv[1:])
