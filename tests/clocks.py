"""Clocks that stand at a moment of the test's own."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from nhs_assets.ground.clock import LONDON, Clock

TODAY = date(2026, 11, 30)
"""The day of the last claim and vintage in the seeds, before the first review is due: what follows the day is quiet."""


def clock_at(moment: datetime) -> Clock:
    """A clock that shows a moment when first asked, and a microsecond more each further time."""
    ticks = count()
    return Clock(lambda: moment.astimezone(UTC) + timedelta(microseconds=next(ticks)))


def clock_on(day: date) -> Clock:
    """The same at noon of a day in London."""
    return clock_at(datetime.combine(day, time(12), LONDON))
