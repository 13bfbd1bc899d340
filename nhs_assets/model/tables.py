"""Turns a computed frame into the table its contract describes."""

import polars as pl

from nhs_assets.contracts.registry import contract


def as_table(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The contract's columns in its order and dtypes, sorted by its key.

    Raises:
        polars.exceptions.ColumnNotFoundError: if a column is missing.
        polars.exceptions.InvalidOperationError: if a value does not fit its dtype.
    """
    described = contract(name)
    columns = [pl.col(column).cast(dtype) for column, dtype in described.polars_schema().items()]
    return frame.select(columns).sort(described.primary_key)
