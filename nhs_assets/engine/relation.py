"""DuckDB results as Polars frames."""

from collections import Counter
from collections.abc import Mapping

import duckdb
import polars as pl


def rows_of(
    connection: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, object] | None = None
) -> pl.DataFrame:
    """The rows of one SELECT whose result is small.

    Through Python values and not through Arrow: DuckDB 2.0's Arrow stream leaves objects behind that it complains of
    on standard error when the process ends, under every error a user reads.
    """
    executed = connection.execute(sql, values)
    names = [column[0] for column in executed.description]
    return pl.DataFrame(executed.fetchall(), schema=_distinct(names), orient="row", infer_schema_length=None)


def _distinct(names: list[str]) -> list[str]:
    """A join may give a name twice, which a frame may not have: the second becomes ``name_2``."""
    seen: Counter[str] = Counter()
    distinct = []
    for name in names:
        seen[name] += 1
        distinct.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return distinct
