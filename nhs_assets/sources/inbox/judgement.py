"""A judgement on a dropped file, and what every kind of judgement rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.ground.problems import Problem
from nhs_assets.sources.publishers import Format, ReadFile
from nhs_assets.store.inbox import Verdict, plain_name

_STATISTIC = ("statistic", "A")
FORMATS = {
    "nhs_sickness_absence": ("NHS England", "NHS Sickness Absence Rates", *_STATISTIC),
    "nhs_workforce_staff_group": ("NHS England", "NHS Workforce Statistics, staff group and organisation", *_STATISTIC),
    "nhs_workforce_core": ("NHS England", "NHS HCHS Workforce Statistics, staff group and organisation", *_STATISTIC),
    "nhs_workforce_grades": ("NHS England", "NHS HCHS Workforce Statistics, staff group and grade", *_STATISTIC),
    "nhs_allocation_practices": ("NHS England", "NHS allocations, GP practices", *_STATISTIC),
    "obr_gdp_deflator": (
        "Office for Budget Responsibility",
        "Economic and Fiscal Outlook, GDP deflator",
        "forecast",
        "A",
    ),
    "obr_departmental_limits": (
        "Office for Budget Responsibility",
        "Economic and Fiscal Outlook, departmental limits",
        "forecast",
        "A",
    ),
    "hmt_gdp_deflators": ("HM Treasury", "GDP deflators at market prices", "forecast", "A"),
}
"""Publisher, title, kind of document and grade of evidence by format, unless a note says otherwise."""
LICENCE = "Open Government Licence v3.0"


@dataclass(frozen=True)
class Judgement:
    """What becomes of a file; a verdict of None means that it waits in the inbox.

    Attributes:
        verdict: what becomes of it.
        message: why, and what to do about it, in a sentence or two.
        format_id: the format that its content has.
        read: the file as it was read.
        frame: the rows that it serves.
        raw_table: their table.
        source_id: the document that they name.
        vintage_id: the vintage that they name.
        declares_vintage: whether the vintage is new.
        periods: rows that it serves by period, where the newest file of a period counts.
        replaces_seed: whether its rows take the place of those of a seed.
        problems: what is wrong with the file, or with rows that were set aside.
        parts: the files of a release that are taken in by themselves, by their names in it.
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
    problems: tuple[Problem, ...] = field(default=())
    parts: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def first_month(self) -> date | None:
        """First month that the file covers, or month of its forecast."""
        return self.read.covers.first if self.read and self.read.covers else None

    @property
    def last_month(self) -> date | None:
        """Last month that the file covers, or month of its forecast."""
        return self.read.covers.last if self.read and self.read.covers else None


def opened(parts: Mapping[str, bytes]) -> Judgement:
    """The judgement on a release of several files, which are judged by themselves."""
    names = ", ".join(plain_name(name) for name in parts)
    return Judgement(Verdict.OPENED, f"A release, whose files are taken in by themselves: {names}.", parts=parts)


def refused(
    name: str, problems: Sequence[Problem], formats: Sequence[Format], read: ReadFile | None = None
) -> Judgement:
    """The judgement on a file of which nothing is taken, with all that is wrong with it."""
    kind = read.kind if read else next((one.kind for one in formats), None)
    first = str(problems[0]).removeprefix(f"{name}: ").removeprefix(f"{name}, ")
    return Judgement(Verdict.REFUSED, first, kind, read, problems=tuple(problems))


def broken(name: str, table: str, frame: pl.DataFrame) -> list[Problem]:
    """The rules of the table that its rows would break with those of the file."""
    described = contract(table)
    frame = frame.select(described.column_names).sort(described.primary_key)
    if described.model.is_valid(frame):
        return []
    _, failure = described.model.filter(frame)
    details = failure.details()
    rules = list(failure.counts())
    remedy = "Compare the file with the months before and after; a unit or a column may have changed."
    return [
        Problem(
            name,
            f"would break the rule '{rule.rpartition('|')[2].replace('_', ' ')}' of {table}",
            remedy,
            "row " + ", ".join(str(row[key]) for key in described.primary_key),
        )
        for row in details.iter_rows(named=True)
        for rule in rules
        if row[rule] == "invalid"
    ]
