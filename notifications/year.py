"""The yearly reminder to those who look after an installation: load next year's meeting dates and closed days.

It is about no case, so it stands in no docket: the letter itself, by its Message-ID, is what is written once a year.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import cast

from cases.clock import letters, mail_line
from cases.clock.coming_year import Missing, administrators, has_had, missing_in
from cases.clock.letters import Draft
from cases.clock.rounds import last_round, note_round
from cases.record import Record
from notifications import markup
from notifications.addressing import NoAddress, to_address
from notifications.delivery import Letterhead, Mailer
from notifications.items import SIGNED_IN
from notifications.sending import Outbox
from notifications.subjects import Subject
from notifications.texts import forms
from workflows.calendar import Language
from workflows.in_words import said
from workflows.office_hours import local_date, send_time

DUTY = "year"
FROM = (11, 1)
"""Meetings of a year are usually set in the autumn before (ours)."""

NAMED = 10
"""So many names are told; beyond that, how many there are."""


def remind_of_year(record: Record, now: datetime, mailer: Mailer) -> int:
    """From the first working day of November: one letter a year to each administrator, while something is missing. How
    many were sent. What could not leave is written anew at the next occasion."""
    today = local_date(now)
    with record.database.read() as tx:
        last = last_round(tx, DUTY, now)
        days = record.world(tx, now).calendar.days_of(None)
        if now < send_time(date(today.year, *FROM), days) or (last is not None and local_date(last.at) >= today):
            return 0
        if mail_line.outage(tx) is not None:
            return 0
        missing, people = missing_in(tx, today.year + 1), administrators(tx, today)
        drafts = [_draft(*person, missing, today.year + 1, mailer.letterhead, now) for person in people]
        drafts = [draft for draft in drafts if not has_had(tx, draft.message_id, draft.address)]
    tally: Counter[str] = Counter()
    if drafts and (missing.forums or missing.parties):
        outbox = Outbox(record, now, mailer, tally, lambda: False)
        with mailer.session() as send:
            outbox.send_drafts(letters.keep_unless_had(record, drafts, now), send)
    note_round(record, DUTY, {"sent": tally["sent"]}, now)
    return tally["sent"]


def _draft(
    account: str, address: str, language: str, missing: Missing, year: int, letterhead: Letterhead, now: datetime
) -> Draft:
    words = {"year": str(year), "forums": _names(missing.forums), "parties": _names(missing.parties)}
    form, frame = forms()["year", language], forms()["letter", language]
    subject, text = form.filled(words)
    framing = {"count": "", "sections": " ", "where": said(SIGNED_IN, cast(Language, language))}
    html = markup.whole(frame, framing, subject, markup.case_part(form, words), language)
    message_id = f"<{hashlib.sha256(f'year {year} {account}'.encode()).hexdigest()[:32]}@{letterhead.domain}>"
    message = EmailMessage(policy=SMTP)
    try:
        message["To"] = to_address(address)
    except NoAddress as fault:
        return Draft(message_id, account, address, subject, b"", (), str(fault))
    message["From"], message["Subject"] = letterhead.sender, Subject(subject)
    message["Date"], message["Message-ID"] = format_datetime(now), message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text + "\n", cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return Draft(message_id, account, address, subject, message.as_bytes(), ())


def _names(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= NAMED else str(len(names))
