"""A county folder with faults: every one is found in one run, with its file and place, and nothing else is."""

from pathlib import Path

import pytest

from config.county import CountyFaults, Fault, load_county
from tests.config.spoiling import Spoil

UNKNOWN = (
    Spoil("closed_days.csv", "ingen-part,2026-05-15,Klämdag", place="line {line}, party", says="no party"),
    Spoil("authorities.csv", "namnden-x,Nämnden,bjorkosa", place="line {line}, party", says="did you mean 'bjorkasa'?"),
    Spoil("holdings.csv", "iris.vipa,contact_person,authority:namnden-x,2024-01-01,,,"),
    Spoil("operations.csv", "drift-x,Drift,ingen-namnd,norrmark,Ring,,", place="line {line}, authority", says="no authority"),
    Spoil("operations.csv", "drift-y,Drift,omsorgsnamnden-sjovik,sorrmark,Ring,,", place="line {line}, arena", says="no arena"),
    Spoil("units.csv", "enhet-x,Enhet,ingen-drift,no,,,", place="line {line}, operation", says="no operation"),
    Spoil("units.csv", "enhet-y,Enhet,lasarettet,no,ingen-enhet,,", place="line {line}, heir", says="no unit"),
    Spoil("seats.csv", "inget-forum,lasarettet,,", place="line {line}, forum", says="no forum"),
    Spoil("seats.csv", "samverkansradet,ingen-drift,2019-01-01,2019-12-31", place="line {line}, who", says="no operation"),
    Spoil("seats.csv", "samverkansradet,arena:sormark,,", place="line {line}, who", says="no arena"),
    Spoil("meetings.csv", "radet-x,2026-03-03,,,,planned,Listan", place="line {line}, forum", says="no forum"),
    Spoil("holdings.csv", "ingen.person,handler,unit:avdelning-ett,2024-01-01,,,", place="line {line}, person", says="no person"),
    Spoil("holdings.csv", "iris.vipa,handler,unit:avdelning-tva,2024-01-01,,,", place="line {line}, holder", says="no unit"),
    Spoil("absences.csv", "ingen.person,2026-01-07,2026-01-09,", place="line {line}, person", says="no person"),
    Spoil("absences.csv", "iris.vipa,2026-01-07,2026-01-09,ingen.person", place="line {line}, substitute", says="no person"),
    Spoil(
        "county.toml",
        '[[rung.arena_name]]\narena = "sorrmark"\nsv = "X"\nen = "X"',
        place="rung 2 (radet), arena_name",
        says="no arena",
    ),
)
