"""What the tables have, to hold a dropped file against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.ground.clock import day_of
from nhs_assets.settings import Settings
from nhs_assets.sources.inbox.received import serving
from nhs_assets.store.inbox import Record


@dataclass(frozen=True)
class Held:
    """What the tables have, to hold a file against.

    Attributes:
        organisations: rows of ``raw.organisation``.
        seeds: rows of each table from the seeds alone.
        received: the rows that each accepted file serves, by checksum.
        records: every file that was taken in.
        vintages: the day of every vintage of the seeds.
        published: vintages in the last published version.
        step_limit_pct: share by which a limit may move without a reason.
        staff_step_limit_pct: share by which all staff may differ from the month before without a reason.
        limits: the settings.
        now: the moment at which files are judged, in UTC.
        came: when the file that is judged was taken in first, where its record is lost.
    """

    organisations: pl.DataFrame
    seeds: Mapping[str, pl.DataFrame]
    received: Mapping[str, pl.DataFrame]
    records: Sequence[Record]
    vintages: Mapping[str, date]
    published: frozenset[str]
    step_limit_pct: float
    staff_step_limit_pct: float
    limits: Settings
    now: datetime
    came: datetime | None = None

    @property
    def today(self) -> date:
        """The day on which files are judged."""
        return day_of(self.now)

    @property
    def arrived(self) -> datetime:
        """The moment from which the file that is judged counts as taken in."""
        return self.came or self.now

    @property
    def days(self) -> dict[str, date]:
        """The day of every vintage, of the seeds and of the inbox."""
        received = {one.vintage_id: one.date_published for one in self.records if one.vintage_id}
        return {**self.vintages, **received}

    def rows(self, table: str) -> pl.DataFrame:
        """The rows of a table by now."""
        files = serving(self.records, table)
        key = contract(table).primary_key
        seed = self.seeds[table]
        for one in files:
            if one.replaces_seed:
                seed = seed.join(self.received[one.sha256], on=key, how="anti")
        return pl.concat([seed, *(self.received[one.sha256] for one in files)])
