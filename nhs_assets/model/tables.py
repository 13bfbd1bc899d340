"""Turns a computed frame into the table its contract describes."""

import polars as pl

from nhs_assets.contracts.columns import MONEY_SCALE
from nhs_assets.contracts.registry import contract

KNOWN_FROM = "known_from"
DECIMALS = MONEY_SCALE
"""Decimals kept of what draws give, whole pounds of £ million: those beyond would differ between machines."""


def as_table(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The contract's columns in its order and dtypes, sorted by its key; a day not there yet is added by :func:`dated`.

    Raises:
        polars.exceptions.ColumnNotFoundError: if a column is missing.
        polars.exceptions.InvalidOperationError: if a value does not fit its dtype.
    """
    described = contract(name)
    waits = {KNOWN_FROM} - set(frame.columns)
    types = {column: dtype for column, dtype in described.polars_schema().items() if column not in waits}
    return frame.select(pl.col(column).cast(dtype) for column, dtype in types.items()).sort(described.primary_key)


def dated(table: pl.DataFrame, *rests_on: pl.DataFrame) -> pl.DataFrame:
    """The table with the day from which it may be used: the latest of all rows it rests on, the same for every row.

    A model mixes all of its inputs, so no row of it was known before the last of them.

    Args:
        table: rows of a table.
        rests_on: whole frames it was worked out from; those without ``known_from`` do not count.
    """
    return table.with_columns(
        pl.lit(max(frame[KNOWN_FROM].max() for frame in rests_on if KNOWN_FROM in frame.columns)).alias(KNOWN_FROM)
    )
