"""An export's file: what one function may know of one case, and the proofs by which another party can check it.

    case.json        the case as `stegen case show --json` tells it
    proofs.json      every history line that the function may see, with what its seal needs
    papers/…         the documents, under their handles
    README.txt       how to check all this without Stegen
    export.json      whose export it is, of when, and the SHA-256 of every other file

A compartment's lines form a chain (`chain.py`): each head seals the one before it, so that the last head stands for
all. What a function may not know is left out of a line (`outcome`, or salt and words), but its hash stands there: every
head can be worked out. Both parties' exports end in the same heads; each opens what the other cannot. What no line
proves is named by the check.
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

from cases.chain import START, Entry, commit, link, outcome_hash
from cases.copies.export_case import Told, of_case

FORMAT = "stegen-export/2"
ABOUT, CASE, PROOFS, GUIDE = "export.json", "case.json", "proofs.json", "README.txt"


class ExportError(Exception):
    """The file is no whole export of Stegen: it was cut short, or is something else."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A line of a chain. `outcome` is None where it holds what the reader may not know, its hash never; `salt` and
    `body` are None where they hold a name of the other side's, or were disposed of."""

    seq: int
    at: datetime
    actor: str
    code: str
    outcome: str | None
    outcome_hash: bytes
    commitment: bytes
    head: bytes
    salt: bytes | None
    body: str | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to. `sealed` lines hold as they stand; `opened` ones show that their words are the sealed ones
    too; of `withheld` ones the outcome is known by its hash alone. `heads` end each chain. `unproved` names what the
    file tells and no line of it proves."""

    number: str
    taken_at: str
    taken_as: str
    sealed: int
    opened: int
    withheld: int
    papers: int
    heads: Mapping[str, str]
    unproved: tuple[str, ...]
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
            return _checked(archive)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, BadZipFile, zlib.error) as fault:
        raise ExportError(f"{ExportError.__doc__} ({type(fault).__name__})") from fault


def _checked(archive: ZipFile) -> Checked:
    about, case, proofs = (json.loads(archive.read(name)) for name in (ABOUT, CASE, PROOFS))
    if about["format"] != FORMAT:
        raise ExportError(f"The file's format is {about['format']}; this version checks {FORMAT}.")
    number, files = str(about["number"]), about["files"]
    faults = list(_of_files(archive, files))
    chains = {name: [_proof(line) for line in lines] for name, lines in proofs.items()}
    papers = {name: _sized(archive.read(name)) for name in files if name.startswith("papers/")}
    if case["number"] != number:
        faults.append(f"{CASE}: tells of another case than {ABOUT}")
    for name, proved in chains.items():
        faults += _of_chain(number, name, proved)
    lines = {(name, line.seq): _told(line) for name, chain in chains.items() for line in chain}
    unproved, otherwise = of_case(case, lines, papers)
    every = [line for chain in chains.values() for line in chain]
    withheld = sum(line.outcome is None for line in every)
    return Checked(
        number, str(about["taken_at"]), str(about["taken_as"]), len(every) - withheld,
        sum(line.body is not None for line in every), withheld, len(papers),
        {name: chain[-1].head.hex() for name, chain in chains.items() if chain}, unproved, (*faults, *otherwise),
    )  # fmt: skip


def _sized(content: bytes) -> tuple[int, str]:
    return len(content), sha256(content).hexdigest()


def _told(line: Proof) -> Told:
    body: dict[str, Any] = json.loads(line.body) if line.body is not None else {"by": "", "texts": None}
    outcome = json.loads(line.outcome) if line.outcome is not None else {}
    return Told(line.at, line.actor, line.code, outcome, body["by"], body["texts"])


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
        if line.outcome is None and name != "cover":
            yield f"{where}: its outcome is left out, which an export does in the cover alone"
        elif line.outcome is not None and outcome_hash(line.outcome) != line.outcome_hash:
            yield f"{where}: its outcome is not what was sealed"
        entry = Entry(number, name, line.seq, line.at, line.actor, line.code, "", line.commitment)
        if link(before, entry, line.outcome_hash) != line.head:
            yield f"{where}: is not what was sealed"
            return
        if (line.salt is None) != (line.body is None):
            yield f"{where}: has only one of salt and words"
        elif line.body is not None and line.salt is not None and _other_words(line.salt, line.body, line.commitment):
            yield f"{where}: its words are not those that were sealed"
        before = line.head


def _other_words(salt: bytes, body: str, commitment: bytes) -> bool:
    return commit(salt, body.encode()) != commitment


def _plain(line: Proof) -> dict[str, Any]:
    return {
        "seq": line.seq, "at": line.at.isoformat(), "actor": line.actor, "code": line.code, "outcome": line.outcome,
        "outcome_hash": line.outcome_hash.hex(), "commitment": line.commitment.hex(), "head": line.head.hex(),
        "salt": line.salt.hex() if line.salt is not None else None, "body": line.body,
    }  # fmt: skip


def _proof(told: Mapping[str, Any]) -> Proof:
    salt = bytes.fromhex(told["salt"]) if told["salt"] is not None else None
    return Proof(told["seq"], datetime.fromisoformat(told["at"]), told["actor"], told["code"], told["outcome"],
                 bytes.fromhex(told["outcome_hash"]), bytes.fromhex(told["commitment"]), bytes.fromhex(told["head"]),
                 salt, told["body"])  # fmt: skip


GUIDE_TEXT = """\
Det här är ett utdrag ur Stegen: ett ärende, så som en funktion får känna till det.

Kontrollera det med `stegen verify --export FIL`, eller för hand så här.

1. Varje fil i export.json ska ha den SHA-256 som står där.
2. proofs.json har en kedja för varje del av ärendet. För varje rad, i ordning, räkna ut
       SHA-256( "stegen/link/2" NUL, föregående rads head, commitment, outcome_hash,
                sedan i UTF-8 med NUL emellan: ärendets nummer, delens namn, seq, at, actor, code )
   Före den första raden står 32 nollor. Resultatet ska vara radens head. `at` skrivs i UTC med mikrosekunder,
   som 2026-04-16T08:00:00.000000+00:00.
3. Där outcome finns ska SHA-256( "stegen/outcome/1" NUL, outcome i UTF-8 ) vara radens outcome_hash. En rad i cover
   utan outcome rymmer något som den här funktionen inte får veta.
4. Där salt och body finns ska SHA-256( "stegen/commit/1" NUL, salt, body i UTF-8 ) vara radens commitment.
5. Den sista radens head står för hela kedjan. Den andra partens utdrag från samma tid slutar i samma head, och
   öppnar de rader som inte kan öppnas här. Jämför de två.
6. Historiken i case.json ska ha samma at, actor och code (där move) som raderna, och samma ord där body finns. Ord på
   rader utan body, papper som ingen öppnad rad nämner, och allt annat i case.json (skede, tider, namn) bevisas inte
   av det här utdraget: jämför med den andra partens.

---

This is an export from Stegen: one case, as one function may know it.

Check it with `stegen verify --export FILE`, or by hand like this.

1. Each file in export.json must have the SHA-256 that stands there.
2. proofs.json has a chain for each part of the case. For each line, in order, work out
       SHA-256( "stegen/link/2" NUL, the head of the line before, commitment, outcome_hash,
                then in UTF-8 with NUL between: the case's number, the part's name, seq, at, actor, code )
   Before the first line stand 32 zero bytes. The result must be the line's head. `at` is written in UTC with
   microseconds, such as 2026-04-16T08:00:00.000000+00:00.
3. Where outcome is given, SHA-256( "stegen/outcome/1" NUL, outcome in UTF-8 ) must be the line's outcome_hash. A line
   of the cover without outcome holds something that this function may not know.
4. Where salt and body are given, SHA-256( "stegen/commit/1" NUL, salt, body in UTF-8 ) must be the line's commitment.
5. The last line's head stands for the whole chain. The other party's export of the same time ends in the same head,
   and opens the lines that cannot be opened here. Compare the two.
6. The history in case.json must have the same at, actor and code (there: move) as the lines, and the same words where
   body is given. Words of lines without body, papers that no opened line names, and all else in case.json (stage,
   dates, names) are not proved by this export: compare them with the other party's.
"""
