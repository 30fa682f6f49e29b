"""A letter is refused for good (5xx): is it about the address, or does the mail server refuse everybody?

A server that does not know us any more ("554 5.7.1 relay access denied") says no to each letter in the same words as to
one whose mailbox is gone. Only a server that takes letters is believed when it says that an address takes none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from cases.clock.letters import Kept, Tidings

FEW = 3
"""So many addresses refused, and none that was taken after them: it is the mail server (ours)."""

OF_THE_MAILBOX = re.compile(r"5\d\d[ -]5\.[12]\.")
"""The enhanced codes about an address or a mailbox (RFC 3463, 3.2 and 3.3); those of policy and relaying are others."""

Refused = tuple[Kept, Tidings]


@dataclass(slots=True)
class Refusals:
    """Those that one round has heard since a letter was last taken. `open` are not believed, and not put off, yet."""

    open: list[Refused] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)

    def heard(self, letter: Kept, tidings: Tidings) -> None:
        self.open.append((letter, tidings))
        self.addresses.add(letter.address)

    def taken(self) -> Sequence[Refused]:
        """The server takes letters: what it refused before is believed."""
        self.addresses.clear()
        return self.settled()

    def settled(self) -> Sequence[Refused]:
        """Those that were open, for whoever says what becomes of them."""
        was_open, self.open = self.open, []
        return was_open

    @property
    def of_everybody(self) -> bool:
        return len(self.addresses) >= FEW


def names_the_mailbox(tidings: Tidings) -> bool:
    """Whether the server's own code says that it is about the address alone."""
    return OF_THE_MAILBOX.match(tidings.answer) is not None
