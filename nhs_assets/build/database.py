"""The published DuckDB file: tables, keys and comments from the contracts, rows from Parquet."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

from nhs_assets.contracts.registry import Contract
from nhs_assets.ground.quoting import identifier, literal
from nhs_assets.settings import Settings

STORAGE_VERSION = "v1.2.0"
"""Old enough for the clients people have: no older client opens DuckDB 2's own format."""

BLOCK_SIZE = 16_384
"""The smallest possible: most tables are small, and the default of 256 KiB makes the file three times as large."""

LONGEST_WITH_KEY = 20_000
"""Rows of the longest table whose key is declared. A declared key is an index, which clients read when they open the
file; those of the few longer tables would be four fifths of it. Every key is checked before publication."""


def write_tables(
    settings: Settings, target: Path, tables: Iterable[tuple[Contract, Path]], longest_with_key: int = LONGEST_WITH_KEY
) -> None:
    """Adds tables, each with its Parquet file, to a database file: types, keys, NOT NULL, comments with units."""
    with _transaction(settings, target) as connection:
        for contract, path in tables:
            _create(connection, contract, rows_in(path) <= longest_with_key)
            _fill(connection, contract, path)


def write_empty_tables(settings: Settings, target: Path, tables: Iterable[tuple[Contract, bool]]) -> None:
    """Adds tables without rows, each with whether its key is declared: a template, for files with the same tables."""
    with _transaction(settings, target) as connection:
        for contract, has_key in tables:
            _create(connection, contract, has_key)


def fill_tables(settings: Settings, target: Path, tables: Iterable[tuple[Contract, Path]]) -> None:
    """Adds the rows of Parquet files to the tables of a database file."""
    with _transaction(settings, target) as connection:
        for contract, path in tables:
            _fill(connection, contract, path)


@contextmanager
def _transaction(settings: Settings, target: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    config = {"memory_limit": settings.duckdb_memory_limit, "threads": settings.duckdb_threads}
    options = f"STORAGE_VERSION '{STORAGE_VERSION}', BLOCK_SIZE {BLOCK_SIZE}"
    with duckdb.connect(":memory:", config=config) as connection:
        connection.execute(f"ATTACH {literal(target)} AS snapshot ({options})")
        connection.execute("USE snapshot")
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT snapshot")
        connection.execute("USE memory")
        connection.execute("DETACH snapshot")


def _create(connection: duckdb.DuckDBPyConnection, contract: Contract, has_key: bool) -> None:
    columns = [
        f"{identifier(column.name)} {column.duckdb_type}{'' if column.nullable else ' NOT NULL'}"
        for column in contract.columns
    ]
    key = [f"PRIMARY KEY ({', '.join(identifier(column) for column in contract.primary_key)})"] if has_key else []
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {identifier(contract.schema)}")
    connection.execute(f"CREATE TABLE {_name(contract)} ({', '.join(columns + key)})")
    comment = contract.description
    if not has_key:
        comment += f" Key: {', '.join(contract.primary_key)}; checked before publication, not declared."
    connection.execute(f"COMMENT ON TABLE {_name(contract)} IS {literal(comment)}")
    for column in contract.columns:
        comment = literal(f"{column.description} Unit: {column.unit}.")
        connection.execute(f"COMMENT ON COLUMN {_name(contract)}.{identifier(column.name)} IS {comment}")


def _fill(connection: duckdb.DuckDBPyConnection, contract: Contract, path: Path) -> None:
    connection.execute(f"INSERT INTO {_name(contract)} BY NAME SELECT * FROM read_parquet({literal(path)})")


def rows_in(path: Path) -> int:
    """Rows of a Parquet file."""
    return pl.scan_parquet(path).select(pl.len()).collect().item()


def _name(contract: Contract) -> str:
    return f"{identifier(contract.schema)}.{identifier(contract.table)}"
