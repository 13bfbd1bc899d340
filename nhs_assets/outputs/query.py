"""Answers from the published snapshot."""

import threading
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from nhs_assets.build.relation import rows_of
from nhs_assets.contracts.registry import contract
from nhs_assets.outputs.as_of import ONLY_TODAY, Past
from nhs_assets.store.snapshot import open_published, open_snapshot

READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


class InvalidQueryError(ValueError):
    """Something other than one SELECT was asked."""


class TimeLimitError(Exception):
    """A question was stopped."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"the question was stopped after {seconds:g} seconds. A join without a condition is the usual reason; "
            "if it needs longer, raise NHS_ASSETS_QUERY_SECONDS"
        )


@dataclass(frozen=True)
class Limits:
    """What one question may take.

    Attributes:
        seconds: time, after which it is stopped.
        rows: rows of the answer.
    """

    seconds: float
    rows: int


def ask(data_dir: Path, sql: str, limits: Limits | None = None) -> pl.DataFrame:
    """The rows that one SELECT gives on the snapshot.

    Args:
        data_dir: the data folder.
        sql: the SELECT.
        limits: what it may take; memory is limited in any case, and files, extensions and settings are out of reach.

    Raises:
        InvalidQueryError: if it is not exactly one SELECT.
        NothingPublishedError: if there is no snapshot.
        TimeLimitError: if it was stopped.
        TooManyRowsError: if the answer has more than are taken.
        duckdb.Error: if DuckDB cannot answer it.
    """
    with open_snapshot(data_dir) as snapshot:
        _refuse_all_but_one_select(snapshot, sql)
        return _answer(snapshot, sql, limits)


def _answer(snapshot: duckdb.DuckDBPyConnection, sql: str, limits: Limits | None) -> pl.DataFrame:
    if limits is None:
        return rows_of(snapshot, sql)
    clock = threading.Timer(limits.seconds, snapshot.interrupt)
    clock.daemon = True
    clock.start()
    try:
        return rows_of(snapshot, sql, most=limits.rows)
    except duckdb.InterruptException as stopped:
        raise TimeLimitError(limits.seconds) from stopped
    finally:
        clock.cancel()


def ask_as_of(past: Past, sql: str, limits: Limits | None = None) -> pl.DataFrame:
    """The rows that one SELECT gives on the tables as of a day; limits and errors are those of :func:`ask`."""
    with open_published(past.database) as snapshot:
        _refuse_all_but_one_select(snapshot, sql)
        try:
            return _answer(snapshot, sql, limits)
        except duckdb.CatalogException as error:
            raise duckdb.CatalogException(f"{error}\n{ONLY_TODAY}") from error


def _refuse_all_but_one_select(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    statements = connection.extract_statements(sql)
    try:
        is_question = len(statements) == 1 and statements[0].type in READING
    except ValueError:  # a kind of statement that DuckDB's own client has no name for
        is_question = False
    if not is_question:
        raise InvalidQueryError("ask one SELECT: the snapshot is for reading only")


def published_tables(data_dir: Path) -> pl.DataFrame:
    """Every table of the snapshot: rows, the weakest confidence behind it, and what it holds.

    Raises:
        NothingPublishedError: if there is no snapshot.
    """
    return ask(
        data_dir,
        "SELECT t.schema_name || '.' || t.table_name AS table_name, t.estimated_size AS rows, "
        "p.weakest_confidence, t.comment AS description FROM duckdb_tables() AS t "
        "LEFT JOIN audit.published_table AS p ON p.table_name = t.schema_name || '.' || t.table_name "
        "ORDER BY table_name",
    )


def sources(data_dir: Path, table: str) -> pl.DataFrame:
    """Seed files a table goes back to, with publisher and licence.

    Raises:
        NothingPublishedError: if there is no snapshot.
    """
    with open_snapshot(data_dir) as snapshot:
        inputs = dict(snapshot.sql("SELECT table_name, inputs FROM audit.published_table").fetchall())
        files = sorted(_seed_files(inputs, table))
        return rows_of(
            snapshot,
            "SELECT file, publisher, title, licence FROM audit.seed_file "
            "WHERE list_contains($files, file) ORDER BY file",
            {"files": files},
        )


def guards(data_dir: Path, table: str) -> pl.DataFrame:
    """Checks on a table and whether they hold.

    Raises:
        KeyError: if there is no such table.
        NothingPublishedError: if there is no snapshot.
    """
    name = contract(table).name
    with open_snapshot(data_dir) as snapshot:
        return rows_of(
            snapshot,
            "SELECT check_name, title, severity, passed FROM audit.check_result "
            "WHERE table_name = $name ORDER BY check_name",
            {"name": name},
        )


def _seed_files(inputs: dict[str, str | None], table: str) -> set[str]:
    found: set[str] = set()
    for source in (inputs.get(table) or "").split(", "):
        if source.startswith("seeds/"):
            found.add(source)
        elif source:
            found |= _seed_files(inputs, source)
    return found
