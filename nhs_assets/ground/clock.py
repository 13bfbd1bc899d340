"""The clock: the only place that reads the machine's time, handed to every function that needs it.

A day is a day in London, whatever time zone the machine is set to: publishers publish, the schedule runs and claims are
dated on UK days. Moments are in UTC, where no hour is missing or comes twice when the clocks change.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def day_of(moment: datetime) -> date:
    """The day of a moment, in London.

    Args:
        moment: a time with its zone.

    Raises:
        ValueError: if the moment has no zone, so that its day is anybody's guess.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(LONDON).date()


def _machine() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Clock:
    """A source of the time. Tests give one that stands at a moment of theirs.

    Attributes:
        now: the present moment, in UTC.
    """

    now: Callable[[], datetime] = _machine

    def today(self) -> date:
        """The present day, in London."""
        return day_of(self.now())


MACHINE = Clock()
"""The machine's clock, which commands and runs use."""
