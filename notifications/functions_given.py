"""The letters that tell who has got to read cases, or a function's letters. They leave at any hour: a function opens
what it opens at once.

It is about no case, so it stands in no docket: the log's act is what asks for the letter, and the letter's own row,
found by its Message-ID, is what keeps it to once. A refused address is no end: the next of the chain is told.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from cases.clock import letters, mail_line
from cases.clock.functions_given import Contact, Given, given_lately, name_and_address, outcome_of, to_tell
from cases.clock.letters import Draft
from cases.database import Transaction
from cases.record import Record
from notifications.addressing import NoAddress, to_address
from notifications.delivery import Letterhead, Mailer, Unreachable
from notifications.sending import Outbox
from notifications.subjects import Subject
from notifications.texts import TextFaults, forms
from workflows.calendar import Language, spoken
from workflows.naming import Names
from workflows.office_hours import local_date
from workflows.organisation import Organisation

log = logging.getLogger(__name__)


def tell_functions_given(record: Record, now: datetime, mailer: Mailer) -> int:
    """Write to those who answer for where a function lies that reads cases; how many letters were sent. A mail server
    that is away puts them off, and the next round writes them anew."""
    if faults := forms().faults("given", "rerouted"):
        log.error("Letters about functions that were given wait for a text. %s", TextFaults(faults))
        return 0
    today = local_date(now)
    with record.database.read() as tx:
        if mail_line.outage(tx) is not None:
            return 0
        org = record.organisation(tx, now)
        names = _names(record, org)
        drafts = [
            draft
            for given in given_lately(tx, now, today)
            for contact in _not_told(tx, given, org, today, mailer.letterhead)
            for draft in (_draft(tx, given, contact, names, mailer.letterhead, now),)
        ]
    if not drafts:
        return 0
    tally: Counter[str] = Counter()
    try:
        with mailer.session() as send:
            ours = letters.keep_unless_had(record, drafts, now)
            Outbox(record, now, mailer, tally, lambda: False).send_drafts(ours, send)
    except Unreachable as away:
        log.warning("Letters about functions that were given wait: %s.", away)
    return tally["sent"]


def _not_told(tx: Transaction, given: Given, org: Organisation, today: date, letterhead: Letterhead) -> list[Contact]:
    """The first of the chain whose letters were not all refused, without those who have theirs."""
    for contacts in to_tell(tx, given, org, today):
        had = {contact: outcome_of(tx, _message_id(given, contact.account, letterhead)) for contact in contacts}
        if any(outcome != "refused" for outcome in had.values()):
            return [contact for contact, outcome in had.items() if outcome not in ("delivered", "refused")]
    return []


def _names(record: Record, org: Organisation) -> Names:
    functions = {code: text for known in record.library.definitions.values() for code, text in known.functions.items()}
    return Names(org.names, functions)


def _message_id(given: Given, receiver: str, letterhead: Letterhead) -> str:
    about = f"given {given.act} {given.post} {receiver}"
    return f"<{hashlib.sha256(about.encode()).hexdigest()[:32]}@{letterhead.domain}>"


def _draft(
    tx: Transaction, given: Given, contact: Contact, names: Names, letterhead: Letterhead, now: datetime
) -> Draft:
    account, address, _ = contact
    language: Language = "en" if contact.language == "en" else "sv"
    name, known_at = name_and_address(tx, given.account)
    words = {
        "name": name, "account": given.account, "address": given.address or known_at,
        "function": names.post(given.post, language), "date": spoken(given.since, language),
        "instead": name_and_address(tx, given.instead)[0], "giver": name_and_address(tx, given.by)[0],
    }  # fmt: skip
    subject, text = forms()["rerouted" if given.address else "given", language].filled(words)
    message_id = _message_id(given, account, letterhead)
    message = EmailMessage(policy=SMTP)
    try:
        message["To"] = to_address(address)
    except NoAddress as fault:
        return Draft(message_id, account, address, subject, b"", (), str(fault))
    message["From"], message["Subject"] = letterhead.sender, Subject(subject)
    message["Date"], message["Message-ID"] = format_datetime(now), message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text + "\n", cte="quoted-printable")
    message["Content-Language"] = language
    return Draft(message_id, account, address, subject, message.as_bytes(), ())
