"""DuckDB results as Polars frames."""

from collections import Counter

import duckdb
import polars as pl


def frame_of(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """The rows of a small result.

    Through Python values and not through Arrow: DuckDB 2.0's Arrow stream leaves objects behind that it complains of
    on standard error when the process ends, under every error a user reads.
    """
    return pl.DataFrame(relation.fetchall(), schema=_distinct(relation.columns), orient="row", infer_schema_length=None)


def _distinct(names: list[str]) -> list[str]:
    """A join may give a name twice, which a frame may not have: the second becomes ``name_2``."""
    seen: Counter[str] = Counter()
    distinct = []
    for name in names:
        seen[name] += 1
        distinct.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return distinct
