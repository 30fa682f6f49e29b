"""The subject of a letter as a header line: whatever it holds and however long it is, every reader sees it as written.

The standard library's own folding (until Python 3.13 at least) drops the space between two words that both need
encoding when the line ends between them: "hos er:handläggare".
"""

from __future__ import annotations

from email.header import Header
from email.policy import EmailPolicy

ROOM = 75
"""Characters of an encoded word, and of our line (RFC 2047, section 2)."""


class Subject(str):
    """A subject to set as a message's header; an EmailMessage asks it to fold itself. Without line breaks."""

    name = "Subject"

    def fold(self, *, policy: EmailPolicy) -> str:
        """The whole header, in lines that end as the policy says."""
        charset = None if self.isascii() else "utf-8"
        header = Header(str(self), charset, maxlinelen=ROOM, header_name=self.name)
        return f"{self.name}: {header.encode(linesep=policy.linesep)}{policy.linesep}"
