"""Turns computed rows into the table their contract describes."""

import polars as pl

from nhs_assets.contracts.columns import MONEY_SCALE
from nhs_assets.contracts.registry import contract

CASH = {"price_basis": "cash", "base_fy": None}
DECIMALS = MONEY_SCALE
"""Decimals kept of results from draws, whole pounds of £ million: further ones would differ between machines."""


def as_table(rows: pl.DataFrame | list[dict], name: str, **constants: object) -> pl.DataFrame:
    """The contract's columns in its order and dtypes, sorted by its key.

    Args:
        rows: a frame, or each row by column; there may be none.
        name: the table.
        constants: columns with one value in every row.

    Raises:
        polars.exceptions.ColumnNotFoundError: if a column is missing.
        polars.exceptions.InvalidOperationError: if a value does not fit its dtype.
    """
    described = contract(name)
    schema = described.polars_schema()
    if isinstance(rows, list):
        rows = pl.DataFrame(rows, schema=None if rows else schema, infer_schema_length=None)
    columns = [
        (pl.lit(constants[column]) if column in constants else pl.col(column)).cast(dtype).alias(column)
        for column, dtype in schema.items()
    ]
    return rows.select(columns).sort(described.primary_key)
