"""Is this installation ready: its database, its migration, its clock? Each check says how it is and what to do.

What `/readyz` answers with, and the administrator's page of health. Nothing in it is about any case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from cases.clock.clock_standing import Standing, standing
from cases.clock.ran_ahead import believed
from cases.clock.rounds import Duty
from cases.database import DatabaseError
from cases.installation import newest_revision, stands_at
from cases.record import Record
from workflows.calendar import spoken
from workflows.definition import Text
from workflows.office_hours import STOCKHOLM

State = Literal["ok", "attention", "fault"]
NOTHING = Text("", "")

ROUND, NIGHT = "docket", "night"
LATEST = {ROUND: timedelta(minutes=10), NIGHT: timedelta(hours=36)}
"""How old a duty's last good round may be (ours): the round comes each minute, the watch each night."""

LONGEST_WAIT = timedelta(hours=1)
"""How long something may have been due before somebody should look (ours); what waits for office hours is not due."""

OF_THE_PAGES = ("database", "migration")
"""The checks without which no page can be shown. The others are the clock's."""


@dataclass(frozen=True, slots=True)
class Check:
    """`attention` is for somebody to see to when she has time; a `fault` is not ready."""

    name: str
    state: State
    says: Text
    do: Text = NOTHING


@dataclass(frozen=True, slots=True)
class Readiness:
    """`standing` is None when the database could not tell."""

    checks: tuple[Check, ...]
    standing: Standing | None

    @property
    def ready(self) -> bool:
        return all(check.state != "fault" for check in self.checks)

    def of_the_pages(self) -> Readiness:
        """What pages need alone: a clock that stands still keeps nobody from reading."""
        return Readiness(tuple(check for check in self.checks if check.name in OF_THE_PAGES), self.standing)


def readiness(record: Record, now: datetime) -> Readiness:
    """All checks at `now`. Raises nothing: a database that does not answer is the first thing that it tells."""
    try:
        revision = stands_at(record.database)
        if revision != newest_revision():
            return Readiness((_database(), _migration(revision)), None)
        with record.database.read() as tx:
            found = standing(tx, now)
    except DatabaseError as error:
        # The class's own words: the driver's may hold the address with its password.
        do = Text("Se till databasen och STEGEN_DATABASE_URL.", type(error).__doc__ or "")
        told = Text("Databasen svarar inte som den ska.", "The database does not answer as it should.")
        return Readiness((Check("database", "fault", told, do),), None)
    of_the_clock = (*_clock(found, now), *_still(found), _letters(found, now), _parked(found), _heard(found))
    return Readiness((_database(), _migration(revision), *of_the_clock), found)


def readiness_json(found: Readiness) -> dict[str, Any]:
    return {
        "ready": found.ready,
        "checks": {
            check.name: {"state": check.state, "says": check.says.en} | ({"do": check.do.en} if check.do.en else {})
            for check in found.checks
        },
    }


def _database() -> Check:
    return Check("database", "ok", Text("Databasen svarar.", "The database answers."))


def _migration(revision: str | None) -> Check:
    if revision == newest_revision():
        says = Text(f"Databasen har den här versionens form ({revision}).",
                    f"The database has this version's form ({revision}).")  # fmt: skip
        return Check("migration", "ok", says)
    says = Text(f"Databasen står på {revision or 'ingenting'}, den här versionen behöver {newest_revision()}.",
                f"The database stands at {revision or 'nothing'}, this version needs {newest_revision()}.")  # fmt: skip
    do = Text("Kör `stegen migrate`. Är databasen den nyare: installera versionen som gjorde den.",
              "Run `stegen migrate`; if the database is the newer one, install the version that made it.")  # fmt: skip
    return Check("migration", "fault", says, do)


def _clock(found: Standing, now: datetime) -> tuple[Check, Check]:
    duties = {duty.name: duty for duty in found.duties}
    return _round(duties.get(ROUND), now), _night(duties.get(NIGHT), now)


START = Text(
    "Starta `stegen worker` eller `stegen serve`. Går den ändå: se loggen och `stegen docket status`.",
    "Start `stegen worker` or `stegen serve`; where it runs, its log and `stegen docket status` say why.",
)
LOOK = Text("Se `stegen docket status` och klockans logg.", "See `stegen docket status` and the clock's log.")


def _round(duty: Duty | None, now: datetime) -> Check:
    last = duty.finished_at if duty is not None else None
    if last is None:
        never = Text("Klockan har aldrig gått ett helt varv.", "The clock has never finished a round.")
        return Check("clock", "fault", never, START)
    says = Text(f"Klockans senaste hela varv var {_here(last)}.", f"The clock's last good round was at {_at(last)}.")
    if now - last > LATEST[ROUND] or not believed(last, now):
        return Check("clock", "fault", says, START)
    if duty is not None and duty.is_late:
        slow = Text(f"Slag hoppas över: ett varv tar mer än en minut. Det senaste hela var {_here(last)}.",
                    f"Beats are left out: a round takes more than a minute. The last was at {_at(last)}.")  # fmt: skip
        return Check("clock", "attention", slow, LOOK)
    if duty is not None and duty.error:
        broke = Text(f"Klockans senaste varv avbröts. Det senaste hela var {_here(last)}.",
                     f"The clock's last round broke off; the last good one was at {_at(last)}.")  # fmt: skip
        return Check("clock", "attention", broke, LOOK)
    return Check("clock", "ok", says)


def _night(duty: Duty | None, now: datetime) -> Check:
    if duty is None:
        return Check("night", "ok", Text("Ingen natt har gått än.", "No night has passed yet."))
    if duty.error:
        says = Text("Nattens kontroll fann att registret inte är helt, eller kunde inte se efter.",
                    "The night's watch found that the record is not whole, or could not look.")  # fmt: skip
        return Check("night", "fault", says, Text("Kör `stegen verify`.", "Run `stegen verify`."))
    last = duty.finished_at
    if last is None or now - last > LATEST[NIGHT] or not believed(last, now):
        says = Text(f"Nattens kontroll gjordes senast {_here(last) if last else 'aldrig'}.",
                    f"The night's watch was last done at {_at(last) if last else 'no time'}.")  # fmt: skip
        do = Text("Kör `stegen tick --night`, och se till att klockan går på natten.",
                  "Run `stegen tick --night`, and see that a worker runs at night.")  # fmt: skip
        return Check("night", "fault", says, do)
    return Check("night", "ok", Text(f"Registret var helt {_here(last)}.", f"The record was whole at {_at(last)}."))


def _still(found: Standing) -> tuple[Check, ...]:
    """Told only of a clock that stands still: no other has to know of it."""
    if found.still is None:
        return ()
    says = Text(
        f"Klockan står sedan {_here(found.still.since)}: inga brev går i väg och inga steg tas.",
        f"The clock stands still since {_at(found.still.since)}: no letter leaves, no step is taken.",
    )
    do = Text("Se vad som väntar, och låt den gå: `stegen docket go-on --help`.",
              "See what waits, and let it go on: `stegen docket go-on --help`.")  # fmt: skip
    return (Check("standstill", "fault", says, do),)


def _letters(found: Standing, now: datetime) -> Check:
    waited = now - found.oldest_due if found.oldest_due is not None and found.still is None else timedelta()
    minutes = int(waited.total_seconds() // 60)
    if waited <= LONGEST_WAIT:
        says = Text(f"{found.due} väntar på att bli gjorda, den äldsta sedan {minutes} minuter.",
                    f"{found.due} due and unsent, the oldest for {minutes} minutes.")  # fmt: skip
        nothing = Text("Ingenting väntar på att bli gjort.", "Nothing is due and unsent.")
        return Check("letters", "ok", says if found.due else nothing)
    if found.outage is not None:
        says = Text(f"Brev har väntat i {minutes} minuter: e-postservern tar inte emot dem.",
                    f"Letters have waited for {minutes} minutes: the mail server does not take them.")  # fmt: skip
        do = Text("Laga vägen dit (STEGEN_SMTP_URL). Det som väntar går i väg av sig självt.",
                  "Mend the way to it (STEGEN_SMTP_URL); what waits leaves by itself.")  # fmt: skip
        return Check("letters", "fault", says, do)
    says = Text(f"Något skulle ha gjorts för {minutes} minuter sedan.",
                f"Something has been due for {minutes} minutes and is not done.")  # fmt: skip
    return Check("letters", "fault", says, LOOK)


def _parked(found: Standing) -> Check:
    if not found.parked:
        none = Text("Inget på klockans lista är ställt åt sidan.", "No row of the docket is parked.")
        return Check("parked", "ok", none)
    says = Text(f"{found.parked} på klockans lista är ställda åt sidan.",
                f"{found.parked} rows of the docket are parked.")  # fmt: skip
    do = Text("Laga det som hindrade dem, och försök igen: `stegen docket retry`.",
              "Mend what stopped them, then `stegen docket retry` (`stegen docket list --status parked`).")  # fmt: skip
    return Check("parked", "attention", says, do)


def _heard(found: Standing) -> Check:
    if not found.without_receiver:
        says = Text("Varje påminnelse har någon att gå till.", "Every reminder that is due has somebody to go to.")
        return Check("receivers", "ok", says)
    says = Text(f"{found.without_receiver} påminnelser har ingen att gå till.",
                f"{found.without_receiver} reminders are due and have nobody to go to.")  # fmt: skip
    do = Text("Se `stegen docket vacancies`.", "See `stegen docket vacancies`.")
    return Check("receivers", "attention", says, do)


def _at(instant: datetime) -> str:
    here = instant.astimezone(STOCKHOLM)
    return f"{here:%H:%M} on {spoken(here.date(), 'en')}"


def _here(instant: datetime) -> str:
    here = instant.astimezone(STOCKHOLM)
    return f"{spoken(here.date(), 'sv')} kl. {here:%H.%M}"
