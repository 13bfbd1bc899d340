"""The clock: the only place that reads the machine's time, passed to every function that needs it.

A day is a day in London, whatever the machine's time zone: publishers publish, the schedule runs and claims are dated
on UK days. Times are in UTC, where no hour is missing or comes twice when the clocks change.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def day_of(moment: datetime) -> date:
    """The day of a moment, which must have a time zone, in London."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(LONDON).date()


@dataclass(frozen=True)
class Clock:
    """A source of the time: ``now`` gives the present moment in UTC. Tests use one that is stopped."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def today(self) -> date:
        """The present day, in London."""
        return day_of(self.now())


MACHINE = Clock()
"""The machine's clock, which commands and runs use."""
