"""What was known on a day: the rows of ``raw`` known by then, as their contracts declare it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import polars as pl

from nhs_assets.contracts.figures import EVERY
from nhs_assets.contracts.known import CLAIM, DOCUMENT, VINTAGE, Day
from nhs_assets.contracts.registry import contract

Raw = Mapping[str, pl.DataFrame]
"""Raw tables by name."""

DOCUMENTS = "evidence.source"
DEFLATOR = "raw.gdp_deflator"
ALWAYS, NEVER = date.min, date.max


class NothingKnownError(LookupError):
    """A day before the first vintage, or a published version whose tables are not those of today's code."""


@dataclass(frozen=True)
class State:
    """What was known on a day.

    Attributes:
        since: the day on which the last of it became known.
        raw: the raw tables, with the rows known by then.
        vintage_id: the vintage that became known last.
        borrowed_from: the vintage whose deflator is borrowed, where none was known.
        later_method: what comes from a document later than the day: ``raw_table``, ``row_key``, ``column_names``,
            ``source_id`` and ``known_from``, the day of the document.
        last_day: the last day on which nothing more was known; None where nothing later is.
    """

    day: date
    since: date
    raw: Raw
    vintage_id: str
    borrowed_from: str | None
    later_method: pl.DataFrame
    last_day: date | None


@dataclass(frozen=True)
class Knowledge:
    """The raw tables with everything known today, and ``evidence.source``, which has a day for every document."""

    raw: Raw
    documents: pl.DataFrame

    def by(self, day: date, lender: str | None = None) -> State:
        """What was known by a day; a document stays, whatever its day, while a row that stays refers to it.

        Where no deflator was known, that of the vintage ``lender`` is borrowed, by default the first.

        Raises:
            NothingKnownError: if the day lies before the first vintage.
        """
        vintages = self.raw[VINTAGE].sort("known_from", "vintage_id")
        by_then = vintages.filter(pl.col("known_from") <= day)
        if by_then.is_empty():
            first, of = vintages.select("vintage_id", "known_from").row(0)
            raise NothingKnownError(f"nothing was known on {day}: the first vintage is {first}, of {of}")
        borrowed = None if (self._days[DEFLATOR] <= day).any() else lender or self._first_deflator
        known = {table: self._known(table, day, borrowed) for table in self.raw}
        named = {name for rows in known.values() if "source_id" in rows.columns for name in rows["source_id"]}
        resting = self.raw[DOCUMENT]["source_id"].is_in(sorted(named - {None}))
        known[DOCUMENT] = self.raw[DOCUMENT].filter((self._days[DOCUMENT] <= day) | resting)
        days = pl.concat(self._days.values())
        following = days.filter((days > day) & (days < NEVER)).min()
        return State(
            day,
            days.filter((days <= day) & (days > ALWAYS)).max(),
            known,
            by_then["vintage_id"].item(-1),
            borrowed,
            pl.concat(self._later(table, known[table], day) for table in known).sort("raw_table", "row_key"),
            None if following is None else following - timedelta(days=1),
        )

    def _known(self, table: str, day: date, borrowed: str | None) -> pl.DataFrame:
        """The rows of a table known by a day, without what was written in them later."""
        days = self._days[table] if borrowed is None else self._days_of(table, borrowed)
        rows = self.raw[table].filter(days <= day)
        hindsight = contract(table).known.hindsight
        return rows.with_columns(pl.lit(None, rows.schema[name]).alias(name) for name in hindsight)

    def _later(self, table: str, rows: pl.DataFrame, day: date) -> pl.DataFrame:
        """What a table takes from documents later than the day: whole rows of method, or columns of facts."""
        described = contract(table)
        columns = EVERY if described.known.is_method else ", ".join(described.known.of_today)
        if not columns or "source_id" not in rows.columns:
            rows = pl.DataFrame(schema=self.raw[table].schema | {"source_id": pl.String})
        return (
            rows.join(self.documents.select("source_id", later_from="known_from"), on="source_id")
            .filter(pl.col("later_from") > day)
            .select(
                raw_table=pl.lit(table),
                row_key=pl.concat_str(pl.col(described.primary_key).cast(pl.String), separator="/"),
                column_names=pl.lit(columns),
                source_id="source_id",
                known_from="later_from",
            )
        )

    @cached_property
    def _days(self) -> dict[str, pl.Series]:
        """The day from which each row of each table is known."""
        return {table: self._days_of(table) for table in self.raw}

    def _days_of(self, table: str, borrowed: str | None = None) -> pl.Series:
        days = [
            self._day(self.raw[table][column], day, borrowed)
            for day in contract(table).known.days
            for column in day.columns
        ]
        always = pl.repeat(ALWAYS, len(self.raw[table]), dtype=pl.Date, eager=True)
        return pl.select(pl.max_horizontal(always, *days)).to_series()

    def _day(self, values: pl.Series, day: Day, borrowed: str | None) -> pl.Series:
        if day.of is None:
            return values.dt.offset_by(f"{day.months_later}mo")
        named = self._day_of_row[day.of] | ({borrowed: ALWAYS} if day.may_be_borrowed and borrowed else {})
        return values.replace_strict(named, default=NEVER, return_dtype=pl.Date)

    @cached_property
    def _day_of_row(self) -> dict[str, dict[str, date]]:
        """The day of each row that others name, by the table and its key."""
        documents = self.documents.select(
            "source_id", pl.when(kind="background").then(pl.lit(ALWAYS)).otherwise("known_from")
        )
        keys = {VINTAGE: "vintage_id", CLAIM: "claim_id"}
        own = {table: dict(zip(self.raw[table][key], self._days_of(table), strict=True)) for table, key in keys.items()}
        return own | {DOCUMENT: dict(documents.iter_rows())}

    @property
    def _first_deflator(self) -> str:
        published = self.raw[VINTAGE].join(self.raw[DEFLATOR], on="vintage_id", how="semi")
        return published.sort("known_from", "vintage_id")["vintage_id"].item(0)
