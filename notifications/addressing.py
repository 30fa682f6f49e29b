"""The receiver's address as a letter's header takes it; whatever else stands there is refused, not sent somewhere."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address


class NoAddress(ValueError):
    """No letter can be written to it. The message says what is wrong and what to do."""


def to_address(text: str) -> Address:
    """One address of plain letters, without a name. Raises NoAddress for a line break, a second address, an ö."""
    try:
        text.encode("ascii")
        return Address(addr_spec=text)
    except (MessageError, ValueError, IndexError) as error:
        fault = "it has a letter outside a-z" if isinstance(error, UnicodeError) else str(error)
        raise NoAddress(f"the address cannot be written to ({fault}); correct it with `stegen user address`") from error
