"""An export's file: what one function may know of one case, and the proofs by which another party can check it.

    case.json        the case as `stegen case show --json` tells it
    proofs.json      every history line that the function may see, with what its seal needs
    papers/…         the documents, under their handles
    README.txt       how to check all this without Stegen
    export.json      whose export it is, of when, and the SHA-256 of every other file

A compartment's lines form a chain (`chain.py`): each head seals the one before it, so that the last head stands for
all. What a function may not know is left out of a line (`outcome`, or salt and words), and the check says how many
lines it could not open. Both parties' exports end in the same heads; each opens what the other cannot.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from cases.chain import START, Entry, commit, link

FORMAT = "stegen-export/1"
ABOUT, CASE, PROOFS, GUIDE = "export.json", "case.json", "proofs.json", "README.txt"


class ExportError(Exception):
    """The file is no whole export of Stegen: it was cut short, or is something else."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A line of a chain. `outcome` is None where it holds what the reader may not know; `salt` and `body` are None
    where they hold a name of the other side's, or were disposed of."""

    seq: int
    at: datetime
    actor: str
    code: str
    outcome: str | None
    commitment: bytes
    head: bytes
    salt: bytes | None
    body: str | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to. `sealed` lines hold as they stand; `opened` ones show that their words are the sealed ones
    too; `withheld` ones could not be recomputed from what the reader may know. `heads` end each chain."""

    number: str
    taken_at: str
    taken_as: str
    sealed: int
    opened: int
    withheld: int
    papers: int
    heads: Mapping[str, str]
    faults: tuple[str, ...]


def write_export(
    file: Path, number: str, taken_as: str, now: datetime, case: Mapping[str, Any],
    chains: Mapping[str, Sequence[Proof]], papers: Mapping[str, bytes],
) -> None:  # fmt: skip
    """Raises FileExistsError, and OSError as it comes; then the file is not there."""
    members = {
        CASE: json.dumps(case, ensure_ascii=False, indent=1).encode(),
        PROOFS: json.dumps({name: [_plain(line) for line in lines] for name, lines in chains.items()},
                           ensure_ascii=False, indent=1).encode(),
        GUIDE: GUIDE_TEXT.encode(), **papers,
    }  # fmt: skip
    about = {"format": FORMAT, "number": number, "taken_at": now.isoformat(), "taken_as": taken_as,
             "files": {name: sha256(content).hexdigest() for name, content in members.items()}}  # fmt: skip
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out, ZipFile(out, "w", ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
            archive.writestr(ABOUT, json.dumps(about, ensure_ascii=False, indent=1))
    except FileExistsError:
        raise
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def check_export(file: Path) -> Checked:
    """Everything in the file against everything else; no record is needed. Raises ExportError, and OSError."""
    try:
        with ZipFile(file) as archive:
            about, case, proofs = (json.loads(archive.read(name)) for name in (ABOUT, CASE, PROOFS))
            if about["format"] != FORMAT:
                raise ExportError(f"The file's format is {about['format']}; this version checks {FORMAT}.")
            faults = list(_of_files(archive, about["files"]))
            chains = {name: [_proof(line) for line in lines] for name, lines in proofs.items()}
            papers = {sha256(archive.read(name)).hexdigest() for name in about["files"] if name.startswith("papers/")}
    except (KeyError, TypeError, ValueError, AttributeError, BadZipFile, zlib.error) as fault:
        raise ExportError(f"{ExportError.__doc__} ({type(fault).__name__})") from fault
    number = str(about["number"])
    if case.get("number") != number:
        faults.append(f"{CASE}: tells of another case than {ABOUT}")
    for name, lines in chains.items():
        faults += _of_chain(number, name, lines)
    faults += _of_words(case, chains, papers)
    lines = [line for chain in chains.values() for line in chain]
    return Checked(
        number, str(about["taken_at"]), str(about["taken_as"]), sum(line.outcome is not None for line in lines),
        sum(line.body is not None for line in lines), sum(line.outcome is None for line in lines), len(papers),
        {name: chain[-1].head.hex() for name, chain in chains.items() if chain}, tuple(faults),
    )  # fmt: skip


def _of_files(archive: ZipFile, files: Mapping[str, str]) -> Iterator[str]:
    there = {name for name in archive.namelist() if name != ABOUT}
    yield from (f"{name}: is missing" for name in sorted(files.keys() - there))
    yield from (f"{name}: is not among the files of {ABOUT}" for name in sorted(there - files.keys()))
    for name in sorted(there & files.keys()):
        if sha256(archive.read(name)).hexdigest() != files[name]:
            yield f"{name}: is not what was exported"


def _of_chain(number: str, name: str, lines: Sequence[Proof]) -> Iterator[str]:
    before = START
    for place, line in enumerate(lines, 1):
        where = f"{name} line {line.seq}"
        if line.seq != place:
            yield f"{where}: stands in place {place}"
            return
        if line.outcome is not None:
            entry = Entry(number, name, line.seq, line.at, line.actor, line.code, line.outcome, line.commitment)
            if link(before, entry) != line.head:
                yield f"{where}: is not what was sealed"
                return
        if line.body is not None and line.salt is not None and commit(line.salt, line.body.encode()) != line.commitment:
            yield f"{where}: its words are not those that were sealed"
        before = line.head


def _of_words(case: Mapping[str, Any], chains: Mapping[str, Sequence[Proof]], papers: set[str]) -> Iterator[str]:
    """What people read in case.json is what the lines hold; the papers that opened lines name are here."""
    opened = {(name, line.seq): json.loads(line.body)["texts"] for name, lines in chains.items() for line in lines
              if line.body is not None}  # fmt: skip
    lines = {(name, line.seq): line for name, chain in chains.items() for line in chain}
    told = {(line["compartment"], line["seq"]): line for line in case.get("history", ())}
    for place in sorted(lines.keys() | told.keys()):
        where, line, said = f"{place[0]} line {place[1]}", lines.get(place), told.get(place)
        if line is None:
            continue  # a reporter reads her own report's lines without the chain they stand in
        if said is None or (said["move"], said["actor"]) != (line.code, line.actor):
            yield f"{where}: {CASE} tells it otherwise, or not at all"
        elif place in opened and any(opened[place].get(code) != text for code, text in said["texts"].items()):
            yield f"{where}: {CASE} has other words than were sealed"
        elif place in opened and line.code == "paper" and _gone(opened[place], said, papers):
            yield f"{where}: its paper is not among the files"


def _gone(texts: Mapping[str, Any], said: Mapping[str, Any], papers: set[str]) -> bool:
    return "sha256" in texts and bool(said["texts"]) and texts["sha256"] not in papers


def _plain(line: Proof) -> dict[str, Any]:
    return {
        "seq": line.seq, "at": line.at.isoformat(), "actor": line.actor, "code": line.code, "outcome": line.outcome,
        "commitment": line.commitment.hex(), "head": line.head.hex(),
        "salt": line.salt.hex() if line.salt is not None else None, "body": line.body,
    }  # fmt: skip


def _proof(told: Mapping[str, Any]) -> Proof:
    salt = bytes.fromhex(told["salt"]) if told["salt"] is not None else None
    return Proof(told["seq"], datetime.fromisoformat(told["at"]), told["actor"], told["code"], told["outcome"],
                 bytes.fromhex(told["commitment"]), bytes.fromhex(told["head"]), salt, told["body"])  # fmt: skip


GUIDE_TEXT = """\
Det här är ett utdrag ur Stegen: ett ärende, så som en funktion får känna till det.

Kontrollera det med `stegen verify --export FIL`, eller för hand så här.

1. Varje fil i export.json ska ha den SHA-256 som står där.
2. proofs.json har en kedja för varje del av ärendet. För varje rad, i ordning, räkna ut
       SHA-256( "stegen/link/1" NUL, föregående rads head, commitment,
                sedan i UTF-8 med NUL emellan: ärendets nummer, delens namn, seq, at, actor, code, outcome )
   Före den första raden står 32 nollor. Resultatet ska vara radens head. `at` skrivs i UTC med mikrosekunder,
   som 2026-04-16T08:00:00.000000+00:00. En rad utan outcome rymmer något som den här funktionen inte får veta;
   ta dess head som den står och gå vidare.
3. Där salt och body finns ska SHA-256( "stegen/commit/1" NUL, salt, body ) vara radens commitment.
4. Den sista radens head står för hela kedjan. Den andra partens utdrag från samma tid slutar i samma head, och
   öppnar de rader som inte kan öppnas här.

---

This is an export from Stegen: one case, as one function may know it.

Check it with `stegen verify --export FILE`, or by hand like this.

1. Each file in export.json must have the SHA-256 that stands there.
2. proofs.json has a chain for each part of the case. For each line, in order, work out
       SHA-256( "stegen/link/1" NUL, the head of the line before, commitment,
                then in UTF-8 with NUL between: the case's number, the part's name, seq, at, actor, code, outcome )
   Before the first line stand 32 zero bytes. The result must be the line's head. `at` is written in UTC with
   microseconds, such as 2026-04-16T08:00:00.000000+00:00. A line without outcome holds something that this function
   may not know; take its head as it stands and go on.
3. Where salt and body are given, SHA-256( "stegen/commit/1" NUL, salt, body ) must be the line's commitment.
4. The last line's head stands for the whole chain. The other party's export of the same time ends in the same head,
   and opens the lines that cannot be opened here.
"""
