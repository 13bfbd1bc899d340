"""The classification of a dropped file, and what all kinds of files have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.ground.problems import Problem
from nhs_assets.sources.cells import broken_rules
from nhs_assets.sources.publishers import Format, ReadFile
from nhs_assets.sources.vintages import row_name
from nhs_assets.store.inbox import NOTE_ENDING, Verdict, plain_name

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
    """What happens to a file.

    Attributes:
        verdict: what happens; None if it waits in the inbox.
        message: why, and what to do about it.
        frame: the rows that it provides, of ``raw_table``.
        declares_vintage: whether its vintage is new.
        periods: number of rows by period, if the newest file of a period counts.
        replaces_seed: whether its rows replace those of a seed.
        problems: what is wrong with the file, or with quarantined rows.
        parts: the files of a release that are ingested separately, by their names in it.
    """

    verdict: Verdict | None
    message: str
    format_id: str | None = None
    read: ReadFile | None = None
    frame: pl.DataFrame | None = None
    raw_table: str | None = None
    source_id: str | None = None
    vintage_id: str | None = None
    declares_vintage: bool = False
    periods: Mapping[str, int] = field(default_factory=dict)
    replaces_seed: bool = False
    problems: tuple[Problem, ...] = ()
    parts: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def months(self) -> tuple[date | None, date | None]:
        """First and last month that the file covers; of a forecast, its month twice."""
        return (self.read.covers.first, self.read.covers.last) if self.read and self.read.covers else (None, None)

    def waits(self, message: str) -> "Classification":
        """The same file, waiting for what the message says."""
        return replace(self, verdict=None, message=message)

    def held(self, message: str) -> "Classification":
        """The same file, whose figures are in the tables already."""
        return replace(self, verdict=Verdict.HELD, message=message)

    def accepted(self, message: str, **found: object) -> "Classification":
        """The same file, whose rows are used; ``found`` are other attributes."""
        return replace(self, verdict=Verdict.ACCEPTED, message=message, **found)


def read_as(read: ReadFile) -> Classification:
    """A file that was read, before it is compared with the tables."""
    return Classification(None, "", read.kind, read, raw_table=next(iter(read.tables)))


def opened(parts: Mapping[str, bytes]) -> Classification:
    """A release of several files, each of which is classified separately."""
    names = ", ".join(plain_name(name) for name in parts)
    return Classification(Verdict.OPENED, f"A release; its files are ingested separately: {names}.", parts=parts)


def refused(
    name: str, problems: Sequence[Problem], formats: Sequence[Format] = (), read: ReadFile | None = None
) -> Classification:
    """A file of which nothing is used, with its problems."""
    kind = read.kind if read else next((format_.kind for format_ in formats), None)
    first = str(problems[0]).removeprefix(f"{name}: ").removeprefix(f"{name}, ")
    return Classification(Verdict.REFUSED, first, kind, read, problems=tuple(problems))


def table_problems(name: str, table: str, frame: pl.DataFrame) -> list[Problem]:
    """The rules of a table that its rows would break with those of the file."""
    described = contract(table)
    frame = frame.select(described.column_names).sort(described.primary_key)
    if described.model.is_valid(frame):
        return []
    rows = [row_name(key) for key in frame.select(described.primary_key).iter_rows()]
    remedy = "Compare the file with the months before and after; a unit or a column may have changed."
    return [replace(problem, remedy=remedy) for problem in broken_rules(name, described, rows, frame)]


def note_for(name: str) -> str:
    """The name of the note on a file."""
    return f"{name}{NOTE_ENDING}"
