"""DuckDB: a private in-memory database for each task, over the Parquet files of the tables it reads."""

import atexit
import itertools
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb
import polars as pl

from nhs_assets.build.relation import rows_of
from nhs_assets.build.select import Select
from nhs_assets.contracts.registry import Contract
from nhs_assets.ground.quoting import identifier, literal
from nhs_assets.ground.scratch import scratch_folder
from nhs_assets.settings import Settings

VERSION = duckdb.__version__

_numbers = itertools.count()


class ColumnMismatchError(Exception):
    """A SELECT gives other columns than its contract says."""

    def __init__(self, select: Select, contract: Contract, differences: list[str]) -> None:
        self.differences = tuple(differences)
        listed = "\n".join(f"  - {difference}" for difference in differences)
        super().__init__(f"{select.path.name} does not give the columns of {contract.name}:\n{listed}")


@dataclass(frozen=True)
class Session:
    """An in-memory database with a view of each table's Parquet file."""

    connection: duckdb.DuckDBPyConnection
    database: str

    @contextmanager
    def beside(self) -> Iterator["Session"]:
        """The same database for another thread, since a connection serves one at a time."""
        with self.connection.cursor() as connection:
            connection.execute(f"USE {self.database}")
            yield Session(connection, self.database)

    def write(self, select: Select, contract: Contract, target: Path) -> None:
        """Writes the result of a SELECT as Parquet: the contract's columns in its order, sorted by its key.

        Raises:
            ColumnMismatchError: with every missing, surplus or differently typed column.
        """
        self._refuse_other_columns(select, contract)
        columns = ", ".join(identifier(name) for name in contract.column_names)
        key = ", ".join(identifier(name) for name in contract.primary_key)
        self.connection.execute(
            f"COPY (SELECT {columns} FROM ({_body(select)}) ORDER BY {key}) TO {literal(target)} (FORMAT parquet)"
        )

    def rows(self, select: Select, values: Mapping[str, object] | None = None) -> pl.DataFrame:
        """The result of a SELECT as a frame; it must name every one of the parameter values."""
        return rows_of(self.connection, _body(select), values)

    def _refuse_other_columns(self, select: Select, contract: Contract) -> None:
        found = dict(row[:2] for row in self.connection.execute(f"DESCRIBE SELECT * FROM ({_body(select)})").fetchall())
        expected = {column.name: column.duckdb_type for column in contract.columns}
        differences = [f"{name} is missing" for name in expected if name not in found]
        differences += [f"{name} is not in the contract" for name in found if name not in expected]
        differences += [
            f"{name} is {found[name]}, the contract says {kind}: add a CAST"
            for name, kind in expected.items()
            if name in found and found[name] != kind
        ]
        if differences:
            raise ColumnMismatchError(select, contract, differences)


@contextmanager
def session(settings: Settings, tables: Mapping[str, Path]) -> Iterator[Session]:
    """A private in-memory database with a view for each table, dropped when the block ends."""
    connection = _instance(settings.duckdb_memory_limit, settings.duckdb_threads).cursor()
    database = identifier(f"session_{next(_numbers)}")
    try:
        connection.execute(f"ATTACH ':memory:' AS {database}")
        connection.execute(f"USE {database}")
        for schema in sorted({name.split(".")[0] for name in tables}):
            connection.execute(f"CREATE SCHEMA {identifier(schema)}")
        for name, path in tables.items():
            view = ".".join(map(identifier, name.split(".")))
            connection.execute(f"CREATE VIEW {view} AS SELECT * FROM read_parquet({literal(path)})")
        yield Session(connection, database)
    finally:
        connection.execute("USE memory")
        connection.execute(f"DETACH DATABASE IF EXISTS {database}")
        connection.close()


@lru_cache(maxsize=4)
def _instance(memory_limit: str, threads: int) -> duckdb.DuckDBPyConnection:
    """One DuckDB for the process, with a database for each session: starting one takes 10 ms.

    By default DuckDB takes most of the machine's memory and spills into the current folder.
    """
    until_the_end = ExitStack()
    spill = until_the_end.enter_context(scratch_folder())
    atexit.register(until_the_end.close)
    config = {"memory_limit": memory_limit, "threads": threads, "temp_directory": str(spill)}
    return duckdb.connect(":memory:", config=config)


# Before the interpreter exits: DuckDB reports connections that are still open then on standard error.
atexit.register(_instance.cache_clear)


def _body(select: Select) -> str:
    # A trailing comment or semicolon would swallow the closing bracket of the statement around it.
    return select.text.rstrip().rstrip(";") + "\n"
