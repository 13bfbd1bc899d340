"""The tables that a dropped file is compared with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.ground.clock import day_of
from nhs_assets.settings import Settings
from nhs_assets.sources.inbox.received_files import serving
from nhs_assets.store.inbox import Record


@dataclass(frozen=True)
class CurrentTables:
    """The present rows, and the rules to compare a file with them.

    Attributes:
        organisations: rows of ``raw.organisation``.
        seeds: rows of each table from the seeds alone.
        received: rows of each accepted file, by checksum.
        vintages: the day of every vintage of the seeds.
        published: vintages in the published version.
        step_limit_pct: share by which a limit may change without a reason (all staff: ``staff_step_limit_pct``).
        first_received: when the file was first ingested, if its record is lost.
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
    first_received: datetime | None = None

    @property
    def today(self) -> date:
        """The day of the classification."""
        return day_of(self.now)

    @property
    def arrived(self) -> datetime:
        """The moment from which the file counts as ingested."""
        return self.first_received or self.now

    @property
    def next_number(self) -> int:
        """The place of the file in the order of ingested files."""
        return max((record.number for record in self.records), default=0) + 1

    @property
    def days(self) -> dict[str, date]:
        """The day of every vintage, of the seeds and of the inbox."""
        return {**self.vintages, **{rec.vintage_id: rec.date_published for rec in self.records if rec.vintage_id}}

    def rows(self, table: str) -> pl.DataFrame:
        """The present rows of a table."""
        records = serving(self.records, table)
        seed = self.seeds[table]
        for record in records:
            if record.replaces_seed:
                seed = seed.join(self.received[record.sha256], on=contract(table).primary_key, how="anti")
        return pl.concat([seed, *(self.received[record.sha256] for record in records)])

    def record_of(self, sha256: str) -> Record | None:
        """The record of the file with a checksum."""
        return next((record for record in self.records if record.sha256 == sha256), None)
