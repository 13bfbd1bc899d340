"""Months and financial years, April to March."""

from datetime import date

import polars as pl

from nhs_assets.model.parameters import ParameterSet

BASE_FY = "2025-26"
"""First year of the appraisal, and the price year of real amounts: the year of the deal."""


def opening_month(fy: str) -> date:
    """The April that opens a financial year written ``2025-26``.

    Raises:
        ValueError: if it is written differently.
    """
    opening_year = fy.partition("-")[0]
    return date.fromisoformat(f"{opening_year}-04-01")


def financial_year(day: pl.Expr) -> pl.Expr:
    """The financial year a date falls in, written ``2025-26``."""
    opening_year = day.dt.offset_by("-3mo").dt.year()
    closing_year = ((opening_year + 1) % 100).cast(pl.String).str.zfill(2)
    return pl.concat_str(opening_year.cast(pl.String), pl.lit("-"), closing_year)


def months(start: date, years: int) -> pl.DataFrame:
    """The month spine: ``month``, ``fy`` and ``months_from_base`` counted from 0, for whole years from ``start``."""
    last = start.replace(year=start.year + years)
    return pl.select(month=pl.date_range(start, last, interval="1mo", closed="left")).with_columns(
        fy=financial_year(pl.col("month")),
        months_from_base=pl.int_range(pl.len(), dtype=pl.Int64),
    )


def appraisal_months(parameters: ParameterSet) -> pl.DataFrame:
    """The month spine of the appraisal, from the April that opens the base year."""
    return months(opening_month(BASE_FY), int(parameters.value("appraisal_horizon_years")))
