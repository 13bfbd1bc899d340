"""What is broken on purpose, so that every check is seen to fail: one module for each schema of checks.

A corruption takes the tables as a refresh left them and gives back those it changes, with the same columns and dtypes.
Each breaks one condition of one check and keeps the contract of its table, because what the contract refuses never
reaches a check.
"""

from collections.abc import Callable, Mapping

import polars as pl

Tables = Mapping[str, pl.DataFrame]
Corruption = Callable[[Tables], dict[str, pl.DataFrame]]
Row = Mapping[str, object] | pl.Expr


def change(table: str, row: Row, **columns: object) -> Corruption:
    """Gives columns other values, or the values of an expression, in the rows that match."""

    def corrupt(tables: Tables) -> dict[str, pl.DataFrame]:
        frame = tables[table]
        return {table: frame.with_columns(_replaced(frame, _matching(row), columns))}

    return corrupt


def drop(table: str, row: Row) -> Corruption:
    """Takes the rows that match out of the table."""
    return lambda tables: {table: tables[table].remove(_matching(row))}


def add(table: str, row: Row, **columns: object) -> Corruption:
    """Adds a copy of the rows that match, with other values in some columns."""

    def corrupt(tables: Tables) -> dict[str, pl.DataFrame]:
        frame = tables[table]
        copied = frame.filter(_matching(row))
        return {table: pl.concat([frame, copied.with_columns(_replaced(copied, pl.lit(True), columns))])}

    return corrupt


def more(column: str, by: float) -> pl.Expr:
    """The column, higher by an amount in its own unit."""
    return pl.col(column) + by


def together(*corruptions: Corruption) -> Corruption:
    """One corruption after the other."""

    def corrupt(tables: Tables) -> dict[str, pl.DataFrame]:
        changed: dict[str, pl.DataFrame] = {}
        for corruption in corruptions:
            changed |= corruption({**tables, **changed})
        return changed

    return corrupt


def _matching(row: Row) -> pl.Expr:
    if isinstance(row, pl.Expr):
        return row
    return pl.all_horizontal(pl.lit(True), *(pl.col(name) == value for name, value in row.items()))


def _replaced(frame: pl.DataFrame, where: pl.Expr, columns: Mapping[str, object]) -> list[pl.Expr]:
    # Polars widens a decimal when it adds to it; the corrupted table must keep its dtypes.
    return [
        pl.when(where)
        .then(value if isinstance(value, pl.Expr) else pl.lit(value))
        .otherwise(pl.col(name))
        .cast(frame.schema[name])
        .alias(name)
        for name, value in columns.items()
    ]
