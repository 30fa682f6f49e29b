"""What nobody has loaded yet for the coming year: forums without meetings, parties without closed days of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cases.database import Transaction

FORUMS = """SELECT f.name FROM forum f WHERE f.state = 'active' AND (f.valid_to IS NULL OR f.valid_to >= :first)
 AND NOT EXISTS (SELECT 1 FROM meeting m WHERE m.forum = f.code AND m.status <> 'cancelled' AND m.day >= :first
 AND m.day <= :last) ORDER BY f.name"""
PARTIES = """SELECT p.name FROM party p WHERE NOT EXISTS (SELECT 1 FROM closed_day d
 WHERE d.party = p.code AND d.day >= :first AND d.day <= :last) ORDER BY p.name"""
ADMINISTRATORS = """SELECT p.account, p.email, p.language FROM person p JOIN holding h ON h.account = p.account
 WHERE h.function = 'administrator' AND h.holder = 'county' AND NOT p.disabled AND p.email <> ''
 AND h.valid_from <= :today AND (h.valid_to IS NULL OR h.valid_to >= :today) ORDER BY p.account"""
HAD = """SELECT 1 FROM letter WHERE message_id = :message_id AND (outcome = 'delivered'
 OR (outcome = 'refused' AND address = :address))"""


@dataclass(frozen=True, slots=True)
class Missing:
    """Names, in order."""

    forums: tuple[str, ...]
    parties: tuple[str, ...]


def missing_in(tx: Transaction, year: int) -> Missing:
    days = {"first": date(year, 1, 1), "last": date(year, 12, 31)}
    return Missing(
        tuple(name for (name,) in tx.all(FORUMS, **days)), tuple(name for (name,) in tx.all(PARTIES, **days))
    )


def administrators(tx: Transaction, today: date) -> tuple[tuple[str, str, str], ...]:
    """Account, address and language of those who can load it."""
    return tuple((account, address, language) for account, address, language in tx.all(ADMINISTRATORS, today=today))


def has_had(tx: Transaction, message_id: str, address: str) -> bool:
    """Whether a letter of that id has left for good, or that very address refused it."""
    return tx.one(HAD, message_id=message_id, address=address) is not None
