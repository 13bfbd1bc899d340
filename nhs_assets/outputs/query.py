"""Answers from the published version, today or as of a day."""

import re
import threading
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from nhs_assets.build.relation import rows_of
from nhs_assets.settings import Settings
from nhs_assets.store.snapshot import database_path, open_published

SHOW_TABLES = re.compile(r"\s*show\s+(all\s+)?tables\s*;?\s*", re.IGNORECASE)
LIST_OF_TABLES = (
    "SELECT t.schema_name || '.' || t.table_name AS name, t.estimated_size AS rows, t.comment AS description "
    "FROM duckdb_tables() AS t ORDER BY name"
)
"""Read where DuckDB's own SHOW TABLES is asked, which lists one schema alone."""

READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


class OnlyTodayError(duckdb.CatalogException):
    """A table was asked for as of a day that exists for today alone."""


ONLY_TODAY = (
    "As of a day there are raw, evidence, settlement, workforce, savings and overspend tables and audit.conclusion. "
    "What audit says of a publication is there for today alone: ask without --as-of"
)


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
    """Seconds after which one question is stopped, and the most rows of its answer."""

    seconds: float
    rows: int


@dataclass(frozen=True)
class Past:
    """A database with the tables as of a day, and notes for readers: the vintage, the method, a borrowed deflator."""

    database: Path
    notes: tuple[str, ...]


def find_past(settings: Settings, day: date) -> Past:
    """The tables as of a day, built if it lies between vintages; NothingKnownError before the first vintage."""
    from nhs_assets.build.as_of_files import file_as_of  # takes longer to import than most answers take

    database = file_as_of(settings, database_path(settings.data_dir).parent, day)
    with open_published(database) as connection:
        (row,) = connection.sql(
            "SELECT vintage_id, label, known_from, method, borrowed_deflator_vintage_id FROM as_of.state"
        ).fetchall()
    vintage_id, label, known_from, method, borrowed = row
    notes = [f"as of {day}: what was known since {known_from}; last vintage {vintage_id} ({label}). {method}"]
    if borrowed is not None:
        notes.append(f"no deflator was known by then: that of {borrowed} is borrowed")
    return Past(database, tuple(notes))


def find_past_vintage(settings: Settings, vintage_id: str) -> Past:
    """The tables as of the day of a vintage; LookupError if it is not published."""
    known = ask(settings.data_dir, "SELECT v.vintage_id, v.known_from FROM evidence.vintage AS v")
    days = dict(known.iter_rows())
    if vintage_id not in days:
        raise LookupError(f"no vintage {vintage_id} is published; there are: {', '.join(sorted(days))}")
    return find_past(settings, days[vintage_id])


def ask(data_dir: Path, sql: str, limits: Limits | None = None, past: Past | None = None) -> pl.DataFrame:
    """The rows of one SELECT over the published tables.

    Memory is limited in any case, and files, extensions and settings are out of reach. With ``past``, the tables are
    those of a day.

    Raises:
        InvalidQueryError: if it is not exactly one SELECT.
        NothingPublishedError: if there is no snapshot.
        TimeLimitError: if it was stopped.
        TooManyRowsError: if the answer is longer than the limit.
        OnlyTodayError: if a table does not exist as of a day.
        duckdb.Error: if DuckDB cannot answer it.
    """
    if SHOW_TABLES.fullmatch(sql):
        sql = LIST_OF_TABLES
    with open_published(past.database if past else database_path(data_dir)) as connection:
        statements = connection.extract_statements(sql)
        try:
            is_question = len(statements) == 1 and statements[0].type in READING
        except ValueError:  # a kind of statement that DuckDB's own client has no name for
            is_question = False
        if not is_question:
            raise InvalidQueryError("ask one SELECT: the snapshot is for reading only")
        try:
            return _answer(connection, sql, limits)
        except duckdb.CatalogException as error:
            if past is None:
                raise
            raise OnlyTodayError(f"{ONLY_TODAY}\n{error}") from error


def _answer(connection: duckdb.DuckDBPyConnection, sql: str, limits: Limits | None) -> pl.DataFrame:
    if limits is None:
        return rows_of(connection, sql)
    clock = threading.Timer(limits.seconds, connection.interrupt)
    clock.daemon = True
    clock.start()
    try:
        return rows_of(connection, sql, most=limits.rows)
    except duckdb.InterruptException as stopped:
        raise TimeLimitError(limits.seconds) from stopped
    finally:
        clock.cancel()


def published_tables(data_dir: Path) -> pl.DataFrame:
    """Every published table: its rows, the weakest confidence behind it, and its description."""
    return ask(
        data_dir,
        "SELECT t.schema_name || '.' || t.table_name AS table_name, t.estimated_size AS rows, "
        "p.weakest_confidence, t.comment AS description FROM duckdb_tables() AS t "
        "LEFT JOIN audit.published_table AS p ON p.table_name = t.schema_name || '.' || t.table_name "
        "ORDER BY table_name",
    )
