"""A finding of the doctor."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Level(StrEnum):
    """Healthy, for a person to judge, or failing."""

    OK = "OK"
    LOOK = "LOOK"
    WRONG = "WRONG"


@dataclass(frozen=True)
class Finding:
    """A finding.

    Attributes:
        level: how serious it is.
        said: what was found.
        remedy: what to do; empty if healthy.
        name: what was examined.
    """

    level: Level
    said: str
    remedy: str = ""
    name: str = ""

    def of(self, name: str) -> "Finding":
        """The same finding, named."""
        return replace(self, name=name)


def ok(said: str) -> Finding:
    """Healthy."""
    return Finding(Level.OK, said)


def look(said: str, remedy: str) -> Finding:
    """For a person to judge."""
    return Finding(Level.LOOK, said, remedy)


def wrong(said: str, remedy: str) -> Finding:
    """Fails, or will fail."""
    return Finding(Level.WRONG, said, remedy)
