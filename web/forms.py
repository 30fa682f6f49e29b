"""What every form carries and shows: a key that makes sending twice have one effect, and a summary of what is wrong."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cases.chain import canonical
from cases.shown_before import Shown
from web.desk import desk
from web.fields import Field


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that stands in the way, each linked to its field; `loose` belongs to no field."""

    linked: tuple[tuple[str, str], ...]
    """(field, sentence)."""
    loose: tuple[str, ...]

    @classmethod
    def of(cls, shown: Sequence[Field], errors: Mapping[str, Sequence[str]]) -> Summary:
        """`errors` by field; what stands at a field that the form does not show is loose."""
        codes = {f.code for f in shown}
        loose = tuple(text for code, texts in errors.items() if code not in codes for text in texts)
        return cls(tuple((f.code, text) for f in shown for text in f.errors), loose)

    def __bool__(self) -> bool:
        return bool(self.linked or self.loose)


def form_key() -> str:
    """A new form's key: the same form sent twice is carried out once."""
    return desk().record.random_bytes(16).hex()


def carried(typed: Mapping[str, str]) -> dict[str, str]:
    """What somebody filled in, without what the form adds by itself."""
    return {code: text for code, text in typed.items() if code not in ("key", "expected", "proof", "shown", "step")}


def proof_of(number: str, move: str, version: int, account: str, typed: Mapping[str, str]) -> str:
    """Seals that exactly these words were seen in a preview of exactly this version of the case, by this person; and
    what it showed, where the form carries that (`shown`)."""
    sealed = canonical([number, move, version, account, typed.get("shown", ""), carried(typed)]).encode()
    return hmac.new(desk().serving.secret_key.encode(), sealed, hashlib.sha256).hexdigest()


def is_proved(proof: str, number: str, move: str, version: int, account: str, typed: Mapping[str, str]) -> bool:
    return hmac.compare_digest(proof.encode(), proof_of(number, move, version, account, typed).encode())


def shown_in(typed: Mapping[str, str]) -> Shown:
    """What a form that is proved says that its preview showed."""
    shown: Shown = json.loads(typed["shown"])
    return shown
