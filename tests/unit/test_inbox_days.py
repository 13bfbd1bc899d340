"""The inbox on days and nights that clocks and calendars treat in their own way, in three time zones."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from nhs_assets.ground.clock import LONDON, Clock, day_of
from nhs_assets.settings import PROJECT_ROOT, Settings
from nhs_assets.sources.inbox.ingestion import Result, ingest
from nhs_assets.sources.inbox.received_files import ledger
from nhs_assets.store import inbox
from tests.clocks import clock_at
from tests.inbox_files import APRIL, drop, sickness_csv

pytestmark = pytest.mark.unit

SEEDS = PROJECT_ROOT / "seeds"
NIGHTS = {
    "the clocks go forward": ("2027-03-28T00:30:00", "Europe/London"),
    "the clocks go back": ("2027-10-31T00:30:00", "Pacific/Auckland"),
    "the first of April in London alone": ("2027-03-31T23:30:00", "America/Los_Angeles"),
    "the leap day everywhere but in Auckland": ("2028-02-29T20:00:00", "Pacific/Auckland"),
    "New Year's Day everywhere but in Los Angeles": ("2027-01-01T03:00:00", "America/Los_Angeles"),
}


@pytest.fixture(params=NIGHTS.values(), ids=NIGHTS)
def now(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[datetime]:
    """The moment, on a machine that is set to the zone."""
    moment, zone = request.param
    with monkeypatch.context() as machine:
        machine.setenv("TZ", zone)
        time.tzset()
        yield datetime.fromisoformat(moment).replace(tzinfo=UTC)
    time.tzset()


@pytest.fixture
def limits(tmp_path: Path) -> Settings:
    return Settings(seeds_dir=SEEDS, data_dir=tmp_path / "data", inbox_settle_seconds=0)


def take_one(limits: Settings, clock: Clock) -> Result:
    (one,) = ingest(limits, clock)
    return one


def published_on(day: date) -> str:
    return f"date_published: {day}\n"


def serves_april(limits: Settings) -> str:
    (row,) = ledger(inbox.records(limits.data_dir)).filter(inbox_status="accepted").iter_rows(named=True)
    return row["dropped_as"]


def test_the_day_of_a_file_without_one_is_the_day_it_comes(now: datetime, limits: Settings) -> None:
    """What a file is told when it comes is what the tables then hold: one day decides both."""
    today = day_of(now)
    drop(limits, "yesterday.csv", sickness_csv(SEEDS, APRIL, 0.97), published_on(today - timedelta(days=1)))
    take_one(limits, clock_at(now))
    drop(limits, "undated.csv", sickness_csv(SEEDS, APRIL, 0.98))
    assert take_one(limits, clock_at(now)).message == "Replaces yesterday.csv."
    assert serves_april(limits) == "undated.csv"
    drop(limits, "again yesterday.csv", sickness_csv(SEEDS, APRIL, 0.96), published_on(today - timedelta(days=1)))
    assert take_one(limits, clock_at(now)).message == "Superseded by undated.csv, which is newer."
    assert serves_april(limits) == "undated.csv"
    assert {record.received_on for record in inbox.records(limits.data_dir)} == {today}


def test_a_file_whose_record_is_lost_keeps_its_day(now: datetime, limits: Settings) -> None:
    drop(limits, "older.csv", sickness_csv(SEEDS, APRIL, 0.97))
    take_one(limits, clock_at(now - timedelta(hours=2)))
    (older,) = inbox.records(limits.data_dir)
    drop(limits, "newer.csv", sickness_csv(SEEDS, APRIL, 0.98))
    take_one(limits, clock_at(now))
    (limits.data_dir / older.folder / inbox.RECORD).unlink()
    assert take_one(limits, clock_at(now + timedelta(days=40))).message == "Superseded by newer.csv, which is newer."
    assert serves_april(limits) == "newer.csv"
    assert older.received_on in {record.received_on for record in inbox.records(limits.data_dir)}


def test_a_note_may_have_the_day_of_today_and_none_after(now: datetime, limits: Settings) -> None:
    today = day_of(now)
    drop(limits, "a.csv", sickness_csv(SEEDS), published_on(today + timedelta(days=1)))
    midnight = datetime.combine(today + timedelta(days=1), datetime.min.time(), LONDON)
    early = take_one(limits, clock_at(midnight - timedelta(seconds=1)))
    assert early.outcome == "waits"
    assert "is after today" in early.message
    assert take_one(limits, clock_at(midnight)).outcome == "accepted"


@pytest.mark.parametrize("month", [date(2027, 3, 1), date(2027, 10, 1), date(2028, 2, 1), date(2026, 12, 1)])
def test_a_month_has_ended_when_it_has_in_london(month: date, limits: Settings) -> None:
    end = datetime.combine((month + timedelta(days=31)).replace(day=1), datetime.min.time(), LONDON)
    drop(limits, "early.csv", sickness_csv(SEEDS, month))
    early = take_one(limits, clock_at(end - timedelta(seconds=1)))
    assert early.outcome == "refused"
    assert f"is of {month:%B %Y}, which has not ended" in early.message
    drop(limits, "in time.csv", sickness_csv(SEEDS, month))
    assert take_one(limits, clock_at(end)).outcome == "accepted"
