"""DuckDB results as Polars frames."""

import duckdb
import polars as pl


def frame_of(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """The rows of a small result.

    Through Python values and not through Arrow: DuckDB 2.0's Arrow stream leaves objects behind that it complains of
    on standard error when the process ends, under every error a user reads.
    """
    return pl.DataFrame(relation.fetchall(), schema=relation.columns, orient="row", infer_schema_length=None)
