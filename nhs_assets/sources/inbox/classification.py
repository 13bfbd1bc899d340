"""The classification of a dropped file, the tables that it is compared with, and what all kinds of files share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.ground.clock import day_of
from nhs_assets.ground.problems import Problem
from nhs_assets.settings import Settings
from nhs_assets.sources.inbox.received_files import serving
from nhs_assets.sources.publishers import Format, ReadFile
from nhs_assets.store.inbox import NOTE_ENDING, Record, Verdict

_STATISTIC, _FORECAST = ("statistic", "A"), ("forecast", "A")
_NHS, _OBR, _OUTLOOK = "NHS England", "Office for Budget Responsibility", "Economic and Fiscal Outlook"
FORMATS = {
    "nhs_sickness_absence": (_NHS, "NHS Sickness Absence Rates", *_STATISTIC),
    "nhs_workforce_staff_group": (_NHS, "NHS Workforce Statistics, staff group and organisation", *_STATISTIC),
    "nhs_workforce_core": (_NHS, "NHS HCHS Workforce Statistics, staff group and organisation", *_STATISTIC),
    "nhs_workforce_grades": (_NHS, "NHS HCHS Workforce Statistics, staff group and grade", *_STATISTIC),
    "nhs_allocation_practices": (_NHS, "NHS allocations, GP practices", *_STATISTIC),
    "obr_gdp_deflator": (_OBR, f"{_OUTLOOK}, GDP deflator", *_FORECAST),
    "obr_departmental_limits": (_OBR, f"{_OUTLOOK}, departmental limits", *_FORECAST),
    "hmt_gdp_deflators": ("HM Treasury", "GDP deflators at market prices", *_FORECAST),
}
"""Publisher, title, kind of document and evidence grade by format, unless a note says otherwise."""
LICENCE = "Open Government Licence v3.0"


@dataclass(frozen=True)
class Classification:
    """What happens to a file, and why (``message``), with the rows that it provides of ``raw_table``."""

    verdict: Verdict | None
    """What happens; None if it waits in the inbox."""
    message: str
    format_id: str | None = None
    read: ReadFile | None = None
    frame: pl.DataFrame | None = None
    raw_table: str | None = None
    source_id: str | None = None
    vintage_id: str | None = None
    declares_vintage: bool = False
    """Whether its vintage is new."""
    periods: Mapping[str, int] = field(default_factory=dict)
    """Number of rows by period, if the newest file of a period counts."""
    replaces_seed: bool = False
    problems: tuple[Problem, ...] = ()
    """What is wrong with the file, or with quarantined rows."""
    parts: Mapping[str, bytes] = field(default_factory=dict)
    """The files of a release that are ingested separately, by their names in it."""

    @property
    def months(self) -> tuple[date | None, date | None]:
        """First and last month that the file covers; of a forecast, its month twice."""
        return (self.read.covers.first, self.read.covers.last) if self.read and self.read.covers else (None, None)

    @classmethod
    def of(cls, read: ReadFile) -> "Classification":
        """A file that was read, before it is compared with the tables."""
        return cls(None, "", read.kind, read, raw_table=next(iter(read.tables)))

    def waits(self, message: str) -> "Classification":
        """The same file, waiting for what the message says."""
        return replace(self, verdict=None, message=message)

    def held(self, message: str) -> "Classification":
        """The same file, whose figures are in the tables already."""
        return replace(self, verdict=Verdict.HELD, message=message)


@dataclass(frozen=True)
class CurrentTables:
    """The present rows, and the rules to compare a dropped file with them."""

    organisations: pl.DataFrame
    seeds: Mapping[str, pl.DataFrame]
    """Rows of each table from the seeds alone."""
    received: Mapping[str, pl.DataFrame]
    """Rows of each accepted file, by checksum."""
    records: Sequence[Record]
    vintages: Mapping[str, date]
    """The day of every vintage of the seeds."""
    published: frozenset[str]
    """Vintages in the published version."""
    step_limit_pct: float
    """Share by which a limit may change without a reason; all staff, by the next."""
    staff_step_limit_pct: float
    limits: Settings
    now: datetime
    first_received: datetime | None = None
    """When the file was first ingested, if its record is lost."""

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


def refused(
    name: str, problems: Sequence[Problem], formats: Sequence[Format] = (), read: ReadFile | None = None
) -> Classification:
    """A file of which nothing is used, with its problems."""
    kind = read.kind if read else next((format_.kind for format_ in formats), None)
    first = str(problems[0]).removeprefix(f"{name}: ").removeprefix(f"{name}, ")
    more = f" And {len(problems) - 1} more." if len(problems) > 1 else ""
    return Classification(Verdict.REFUSED, f"{first}{more}", kind, read, problems=tuple(problems))


def note_for(name: str) -> str:
    """The name of the note on a file."""
    return f"{name}{NOTE_ENDING}"
