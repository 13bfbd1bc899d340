"""The clock: one day for all, in London, wherever the machine stands and whenever its clocks change."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_assets.ground.clock import MACHINE, Clock, day_of
from nhs_assets.settings import PROJECT_ROOT

pytestmark = pytest.mark.unit

ZONES = ("Europe/London", "Pacific/Auckland", "America/Los_Angeles")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        # In winter London keeps UTC, in summer it is an hour ahead.
        ("2026-12-31T23:59:59", date(2026, 12, 31)),
        ("2027-01-01T00:00:00", date(2027, 1, 1)),
        ("2027-06-30T22:59:59", date(2027, 6, 30)),
        ("2027-06-30T23:00:00", date(2027, 7, 1)),
        # The spring night has no hour from one to two, the autumn night has it twice.
        ("2027-03-27T23:59:59", date(2027, 3, 27)),
        ("2027-03-28T00:00:00", date(2027, 3, 28)),
        ("2027-03-28T22:59:59", date(2027, 3, 28)),
        ("2027-03-28T23:00:00", date(2027, 3, 29)),
        ("2027-10-30T23:00:00", date(2027, 10, 31)),
        ("2027-10-31T23:59:59", date(2027, 10, 31)),
        ("2027-11-01T00:00:00", date(2027, 11, 1)),
        # The financial year begins on the first of April.
        ("2027-03-31T22:59:59", date(2027, 3, 31)),
        ("2027-03-31T23:00:00", date(2027, 4, 1)),
        ("2028-02-28T23:59:59", date(2028, 2, 28)),
        ("2028-02-29T23:59:59", date(2028, 2, 29)),
        ("2028-03-01T00:00:00", date(2028, 3, 1)),
    ],
)
def test_a_day_is_a_day_in_london(moment: str, day: date) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert Clock(lambda: at).today() == day
    assert {day_of(at.astimezone(ZoneInfo(zone))) for zone in ZONES} == {day}


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)), st.integers(-12, 14))
def test_the_day_of_a_moment_does_not_depend_on_how_it_is_written(moment: datetime, hours: int) -> None:
    at = moment.replace(tzinfo=UTC)
    assert day_of(at.astimezone(timezone(timedelta(hours=hours)))) == day_of(at)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)), st.timedeltas(timedelta(0), timedelta(days=2)))
def test_a_later_moment_is_never_of_an_earlier_day(moment: datetime, later: timedelta) -> None:
    at = moment.replace(tzinfo=UTC)
    assert day_of(at) <= day_of(at + later)


def test_a_moment_without_a_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        day_of(datetime(2027, 3, 28, 1, 30))


@pytest.mark.parametrize("zone", ZONES)
def test_the_zone_of_the_machine_does_not_move_the_day(zone: str) -> None:
    code = "from nhs_assets.ground.clock import MACHINE; print(MACHINE.today(), MACHINE.now().utcoffset())"
    before = MACHINE.today()
    printed = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"TZ": zone},
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.split() in [[str(day), "0:00:00"] for day in (before, MACHINE.today())]
