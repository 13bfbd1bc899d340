"""Columns of a published database, with type and unit."""

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Shape:
    """A column as a side has it: DuckDB type, and unit as its comment says."""

    duckdb_type: str
    unit: str


def shapes(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Shape]]:
    """Columns of every table of an open database, by table."""
    found: dict[str, dict[str, Shape]] = {}
    for table, column, kind, comment in connection.execute(
        "SELECT schema_name || '.' || table_name, column_name, data_type, comment FROM duckdb_columns() "
        "WHERE NOT internal ORDER BY schema_name, table_name, column_index"
    ).fetchall():
        unit = (comment or "").rpartition("Unit: ")[2].removesuffix(".")
        found.setdefault(table, {})[column] = Shape(kind, unit)
    return found
