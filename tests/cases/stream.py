"""A process that makes moves until it is killed, and says after each commit what it has done.

Run as a module with a database URL, an installation's folder, a seed and the folder of a county; every acknowledged
step is a line on its output.
"""

import random
import sys
from datetime import timedelta
from pathlib import Path

from cases.acting import Refused, act
from cases.contents import matter
from config.county import load_county
from tests.counties import Place, opened
from tests.record import CONFIG, MORNING


def told(number: str, version: int) -> None:
    sys.stdout.write(f"{number} {version}\n")
    sys.stdout.flush()


def stream(place: Place, rng: random.Random) -> None:
    """Reports, first steps, notes and lifts, in an order drawn from the seed, without end."""
    now, record, people = MORNING, place.record, place.people
    waiting: list[str] = []
    while True:
        now += timedelta(minutes=1)
        choice = rng.random()
        if choice < 0.4 or not waiting:
            number = place.arrived(now)
            waiting.append(number)
            told(number, 2)
        elif choice < 0.6:
            number = place.liftable(now)
            lifter = rng.choice((people.lifter, people.other_lifter))
            told(number, act(record, lifter, number, place.lift, now).version)
        elif choice < 0.8:
            number = waiting.pop(rng.randrange(len(waiting)))
            told(number, act(record, people.receiver, number, place.first_step, now).version)
            matter.note(record, people.across, number, "Vi läser journalen.", now)
        else:
            number = rng.choice(waiting)
            try:
                act(record, people.handler, number, place.first_step, now)
            except Refused:
                matter.share(record, people.handler, number, "Vi väntar på besked.", now)


def main(url: str, folder: str, seed: str, county: str = "vastra_gotaland") -> None:
    place = opened(url, Path(folder), load_county(CONFIG / county))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    stream(place, random.Random(seed))


if __name__ == "__main__":
    main(*sys.argv[1:])
