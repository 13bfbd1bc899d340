"""DuckDB results as Polars frames."""

from collections import Counter
from collections.abc import Mapping

import duckdb
import polars as pl

ROWS_AT_ONCE = 10_000


class TooManyRowsError(Exception):
    """A SELECT gives more rows than are allowed."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"the answer has more than {most:,} rows. Ask for fewer (GROUP BY, WHERE, LIMIT), open the published file "
            "with your own DuckDB, or raise NHS_ASSETS_QUERY_ROWS"
        )


def rows_of(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    values: Mapping[str, object] | None = None,
    most: int | None = None,
) -> pl.DataFrame:
    """The rows of one SELECT with a small result, given the values of its parameters.

    Through Python values and not Arrow: DuckDB 2.0's Arrow stream leaves objects behind, which it reports on standard
    error when the process ends.

    Raises:
        TooManyRowsError: if it gives more than ``most`` rows.
    """
    executed = connection.execute(sql, values)
    names = _distinct([column[0] for column in executed.description])
    rows: list[tuple] = []
    while part := executed.fetchmany(ROWS_AT_ONCE):
        rows += part
        if most is not None and len(rows) > most:
            raise TooManyRowsError(most)
    try:
        return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
    except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError):
        # DuckDB has values that fit no column of a frame, such as lists of mixed types.
        text = [tuple(None if cell is None else str(cell) for cell in row) for row in rows]
        return pl.DataFrame(text, schema=dict.fromkeys(names, pl.String), orient="row")


def _distinct(names: list[str]) -> list[str]:
    """A join may give a name twice, which a frame may not have: the second becomes ``name_2``."""
    seen: Counter[str] = Counter()
    distinct = []
    for name in names:
        seen[name] += 1
        distinct.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return distinct
