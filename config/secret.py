"""A value that is never shown: whoever prints it, or a thing that holds it, sees asterisks."""

from typing import Generic, TypeVar

T = TypeVar("T", str, bytes)


class Secret(Generic[T]):
    """No dataclass, whose fields would be told to whoever asks for them all."""

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value: T = value

    def get_secret_value(self) -> T:
        """By this name, so that every place where a secret is used can be searched for."""
        return self._value

    def __repr__(self) -> str:
        return "**********"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)
