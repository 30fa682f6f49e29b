"""Is this installation ready: its database, its migration, its clock? Each check says how it is and what to do.

What `/readyz` answers with, and the administrator's page of health. Nothing in it is about any case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from cases.clock_standing import Standing, standing
from cases.database import DatabaseError
from cases.installation import stands_at
from cases.migrate import head
from cases.record import Record
from cases.rounds import Duty

State = Literal["ok", "attention", "fault"]

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
    says: str
    do: str = ""


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
        if revision != head():
            return Readiness((_database(), _migration(revision)), None)
        with record.database.read() as tx:
            found = standing(tx, now)
    except DatabaseError as error:
        # The class's own words: the driver's may hold the address with its password.
        told = Check("database", "fault", "The database does not answer as it should.", type(error).__doc__ or "")
        return Readiness((told,), None)
    of_the_clock = (*_clock(found, now), _letters(found, now), _parked(found), _heard(found))
    return Readiness((_database(), _migration(revision), *of_the_clock), found)


def readiness_json(found: Readiness) -> dict[str, Any]:
    return {
        "ready": found.ready,
        "checks": {
            check.name: {"state": check.state, "says": check.says} | ({"do": check.do} if check.do else {})
            for check in found.checks
        },
    }


def _database() -> Check:
    return Check("database", "ok", "The database answers.")


def _migration(revision: str | None) -> Check:
    if revision == head():
        return Check("migration", "ok", f"The database has this version's form ({revision}).")
    return Check(
        "migration", "fault", f"The database stands at {revision or 'nothing'}, this version needs {head()}.",
        "Run `stegen migrate`; if the database is the newer one, install the version that made it.",
    )  # fmt: skip


def _clock(found: Standing, now: datetime) -> tuple[Check, Check]:
    duties = {duty.name: duty for duty in found.duties}
    return _round(duties.get(ROUND), now), _night(duties.get(NIGHT), now)


def _round(duty: Duty | None, now: datetime) -> Check:
    start = "Start `stegen worker` or `stegen serve`; where it runs, its log and `stegen docket status` say why."
    last = duty.finished_at if duty is not None else None
    if last is None:
        return Check("clock", "fault", "The clock has never finished a round.", start)
    if now - last > LATEST[ROUND]:
        return Check("clock", "fault", f"The clock's last good round was at {_at(last)}.", start)
    if duty is not None and duty.error:
        return Check("clock", "attention", f"The clock's last round broke off; the last good one was at {_at(last)}.",
                     "See `stegen docket status` and the log.")  # fmt: skip
    return Check("clock", "ok", f"The clock's last good round was at {_at(last)}.")


def _night(duty: Duty | None, now: datetime) -> Check:
    if duty is None:
        return Check("night", "ok", "No night has passed yet.")
    if duty.error:
        return Check("night", "fault", "The night's watch found that the record is not whole, or could not look.",
                     "Run `stegen verify`.")  # fmt: skip
    last = duty.finished_at
    if last is None or now - last > LATEST[NIGHT]:
        return Check("night", "fault", f"The night's watch was last done at {_at(last) if last else 'no time'}.",
                     "Run `stegen tick --night`, and see that a worker runs at night.")  # fmt: skip
    return Check("night", "ok", f"The record was whole at {_at(last)}.")


def _letters(found: Standing, now: datetime) -> Check:
    waited = now - found.oldest_due if found.oldest_due is not None else timedelta()
    minutes = int(waited.total_seconds() // 60)
    if waited <= LONGEST_WAIT:
        return Check("letters", "ok", f"{found.due} due and unsent, the oldest for {minutes} minutes.")
    if found.outage is not None:
        says = f"Letters have waited for {minutes} minutes: the mail server does not take them."
        return Check("letters", "fault", says, "Mend the way to it (STEGEN_SMTP_URL); what waits leaves by itself.")
    return Check("letters", "fault", f"Something has been due for {minutes} minutes and is not done.",
                 "See `stegen docket status` and the clock's log.")  # fmt: skip


def _parked(found: Standing) -> Check:
    if not found.parked:
        return Check("parked", "ok", "No row of the docket is parked.")
    do = "See `stegen docket list --status parked`; mend what stopped them, then `stegen docket retry`."
    return Check("parked", "attention", f"{found.parked} rows of the docket are parked.", do)


def _heard(found: Standing) -> Check:
    if not found.without_receiver:
        return Check("receivers", "ok", "Every reminder that is due has somebody to go to.")
    return Check("receivers", "attention", f"{found.without_receiver} reminders are due and have nobody to go to.",
                 "See `stegen docket vacancies`.")  # fmt: skip


def _at(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"
