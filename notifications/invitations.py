"""The letters of invitations, each with a link that is used once. They leave at any hour: somebody waits for them."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import cast

from cases.clock.invitation_letters import Copy, Due, claim_next, settle
from cases.clock.letters import Tidings, any_taken
from cases.record import Record
from cases.signing_in.invitations import hash_of
from notifications.addressing import NoAddress, to_address
from notifications.delivery import Letterhead, Mailer, NoAnswer, Parcel, Send, Unreachable
from notifications.mailbox import LocalMailbox
from notifications.refusals import names_the_mailbox
from notifications.subjects import Subject
from notifications.texts import TextFaults, forms
from workflows.calendar import Language, spoken
from workflows.office_hours import local_date

log = logging.getLogger(__name__)

AT_ONCE = 500
"""Letters of one round; the next one goes on."""

NO_LINK = "…"
"""What stands for the link in the copy of a letter that a mail server took."""


def send_invitations(record: Record, now: datetime, mailer: Mailer) -> Counter[str]:
    """Send every invitation that is due at `now`; how many came to which status (`sent`, `refused`, `due` again).

    Safe in any number at once. A mail server that is away puts the letters off, and the next round tries again.
    """
    told: Counter[str] = Counter()
    if faults := forms().faults("invitation"):
        log.error("Invitations wait for a text of letters. %s", TextFaults(faults))
        return told
    due = claim_next(record, now)
    if due is None:
        return told
    try:
        with mailer.session() as send:
            while due is not None and told.total() < AT_ONCE:
                told[_sent(record, due, mailer, send, now)] += 1
                due = claim_next(record, now) if told.total() < AT_ONCE else None
    except Unreachable as away:
        log.warning("Invitations wait: %s.", away)
        if due is not None:
            told[settle(record, due, Tidings("deferred", str(away)), None, now)] += 1
    return told


def _sent(record: Record, due: Due, mailer: Mailer, send: Send, now: datetime) -> str:
    """One letter, handed over and closed; raises Unreachable with nothing handed over."""
    letterhead = mailer.letterhead
    write = _writer(due, letterhead, now)
    try:
        letter = write(f"{letterhead.base_url}/invitation/{due.token}")
    except NoAddress as fault:
        return settle(record, due, Tidings("refused", str(fault)), None, now)
    try:
        tidings = send(Parcel(letter.body, due.address, letterhead.return_address(due.return_token)))
    except NoAnswer as silent:
        # Nobody knows whether it arrived: another one goes, with a link of its own.
        tidings = Tidings("deferred", str(silent))
    if tidings.outcome == "refused" and not _is_about_the_address(record, due, tidings):
        tidings = tidings._replace(outcome="deferred")
    # In the local mailbox the record is where the letter is read; elsewhere a copy must open nothing.
    copy = letter if isinstance(mailer, LocalMailbox) else write(NO_LINK)
    return settle(record, due, tidings, copy, now)


def _is_about_the_address(record: Record, due: Due, tidings: Tidings) -> bool:
    """A server that relays for nobody refuses an invitation in the words of a mailbox that is gone: where its code
    leaves it open, it must have taken a letter since the invitation was asked for (refusals.py)."""
    return names_the_mailbox(tidings) or any_taken(record, due.asked_at)


def _writer(due: Due, letterhead: Letterhead, now: datetime) -> Callable[[str], Copy]:
    """Writes the same letter around a link."""
    language = cast(Language, due.language)
    # The last whole day: the link ends in the course of the day after.
    last = spoken(local_date(due.ends_at) - timedelta(days=1), language)
    message_id = f"<invitation.{hash_of(due.token)[:32]}@{letterhead.domain}>"

    def write(link: str) -> Copy:
        words = {"name": due.name, "account": due.account, "link": link, "date": last}
        subject, text = forms()["invitation", language].filled(words)
        message = EmailMessage(policy=SMTP)
        message["From"] = letterhead.sender
        message["To"] = to_address(due.address)
        message["Subject"] = Subject(subject)
        message["Date"] = format_datetime(now)
        message["Message-ID"] = message_id
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text + "\n", cte="quoted-printable")
        message["Content-Language"] = language
        return Copy(message_id, subject, message.as_bytes())

    return write
