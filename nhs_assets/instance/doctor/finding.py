"""One thing that was looked at."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Level(StrEnum):
    """How it is: as it should be, something a person should judge, or something that will fail."""

    OK = "OK"
    LOOK = "LOOK"
    WRONG = "WRONG"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        level: how it is.
        said: what was found.
        remedy: what to do about it; nothing where it is as it should be.
        name: what was looked at.
    """

    level: Level
    said: str
    remedy: str = ""
    name: str = ""

    def of(self, name: str) -> "Finding":
        """The same, of a thing."""
        return replace(self, name=name)


def ok(said: str) -> Finding:
    """As it should be."""
    return Finding(Level.OK, said)


def look(said: str, remedy: str) -> Finding:
    """Something a person should judge."""
    return Finding(Level.LOOK, said, remedy)


def wrong(said: str, remedy: str) -> Finding:
    """Something that fails, or will."""
    return Finding(Level.WRONG, said, remedy)
