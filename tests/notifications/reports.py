"""Delivery reports as mail servers write them (RFC 3464), and other messages that come to the same address."""

HEADERS = """Return-Path: <>
Delivered-To: {to}
From: Mail Delivery System <MAILER-DAEMON@mx.example.invalid>
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="edge"

This is a MIME-encapsulated message.

--edge
Content-Type: text/plain; charset=us-ascii

This is the mail system. Your message could not be delivered.

--edge
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.invalid
X-Postfix-Queue-ID: 4Zb2J15Yzz
Arrival-Date: Mon, 20 Apr 2026 08:00:02 +0200 (CEST)

Final-Recipient: rfc822; {receiver}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.invalid
Diagnostic-Code: smtp; 550 5.1.1 <{receiver}>: Recipient address
    rejected: User unknown

--edge
Content-Type: {last}

"""
LETTER = """From: Stegen <stegen@stegen.example.invalid>
To: {receiver}
Message-ID: {message_id}
Subject: Svar
"""


def report(
    to: str, receiver: str, *, message_id: str = "<nobody@nowhere>", action: str = "failed", status: str = "5.1.1",
    whole: bool = True,
) -> bytes:  # fmt: skip
    """A report to an address about a letter to a receiver; with the letter itself, or its headers alone."""
    last = "message/rfc822" if whole else "text/rfc822-headers"
    text = HEADERS.format(to=to, receiver=receiver, action=action, status=status, last=last)
    text += LETTER.format(receiver=receiver, message_id=message_id) + ("\nHej\n" if whole else "") + "\n--edge--\n"
    return text.replace("\n", "\r\n").encode()


ABSENCE = b"""From: Petra <petra@example.invalid>\r
To: stegen+r-00000000000000000000@stegen.example.invalid\r
Subject: Semester\r
Auto-Submitted: auto-replied\r
\r
Tillbaka i augusti.\r
"""
