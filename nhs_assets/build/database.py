"""The published DuckDB file: tables, keys and comments from the contracts, rows from Parquet."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

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
    config = {"memory_limit": settings.duckdb_memory_limit, "threads": settings.duckdb_threads}
    options = f"STORAGE_VERSION '{STORAGE_VERSION}', BLOCK_SIZE {BLOCK_SIZE}"
    with duckdb.connect(":memory:", config=config) as connection:
        connection.execute(f"ATTACH {literal(target)} AS snapshot ({options})")
        connection.execute("USE snapshot")
        connection.execute("BEGIN")
        for contract, path in tables:
            name = f"{identifier(contract.schema)}.{identifier(contract.table)}"
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {identifier(contract.schema)}")
            ((rows,),) = connection.execute(f"SELECT count(*) FROM read_parquet({literal(path)})").fetchall()
            has_key = rows <= longest_with_key
            connection.execute(_create(name, contract, has_key))
            connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM read_parquet({literal(path)})")
            comment = contract.description
            if not has_key:
                comment += f" Key: {', '.join(contract.primary_key)}; checked before publication, not declared."
            connection.execute(f"COMMENT ON TABLE {name} IS {literal(comment)}")
            for column in contract.columns:
                comment = literal(f"{column.description} Unit: {column.unit}.")
                connection.execute(f"COMMENT ON COLUMN {name}.{identifier(column.name)} IS {comment}")
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT snapshot")
        connection.execute("USE memory")
        connection.execute("DETACH snapshot")


def _create(name: str, contract: Contract, has_key: bool) -> str:
    parts = [
        f"{identifier(column.name)} {column.duckdb_type}{'' if column.nullable else ' NOT NULL'}"
        for column in contract.columns
    ]
    if has_key:
        parts.append(f"PRIMARY KEY ({', '.join(identifier(column) for column in contract.primary_key)})")
    return f"CREATE TABLE {name} ({', '.join(parts)})"
