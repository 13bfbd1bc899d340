"""The shown snapshot as of a day: the same names, holding what was known by then."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from nhs_assets.build.as_of_macros import KNOWN_FROM, as_of_select, first_known_select, has_as_of, seed_as_of_select
from nhs_assets.contracts.registry import Contract, contracts
from nhs_assets.ground.quoting import identifier, literal
from nhs_assets.store.snapshot import database_path, reading

CATALOG = "snapshot"
_SET_ONCE_ATTACHED = ("enable_external_access", "lock_configuration")


class NoAnswerAsOf(ValueError):  # noqa: N818 - the name is what the reader of a log should see
    """A table has no answer as of a day."""


@contextmanager
def open_snapshot_as_of(data_dir: Path, day: date, tables: Collection[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory database in which each of the tables is what it was on a day; nothing else can be opened from it.

    Args:
        data_dir: the data folder.
        day: the day; what became known that day counts.
        tables: names of the tables that are asked for, as ``schema.table``.

    Raises:
        NothingPublished: if there is no snapshot.
        NoAnswerAsOf: if one of the tables says nothing about days, or is named in another database.
    """
    selects = {name: _select(name, day) for name in sorted(tables)}
    path = database_path(data_dir)
    within = {name: value for name, value in reading().items() if name not in _SET_ONCE_ATTACHED}
    with duckdb.connect(":memory:", config=within) as connection:
        connection.execute(f"ATTACH {literal(path)} AS {CATALOG} (READ_ONLY)")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        for name, select in selects.items():
            schema, table = map(identifier, name.split("."))
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            connection.execute(f"CREATE VIEW {schema}.{table} AS {select}")
        yield connection


def notes(connection: duckdb.DuckDBPyConnection, day: date, tables: Collection[str]) -> tuple[str, ...]:
    """What a reader must know of tables that are empty on the day: from when on they are not.

    Args:
        connection: from :func:`open_snapshot_as_of`.
        day: its day.
        tables: its tables.
    """
    found = []
    for name in sorted(tables):
        if KNOWN_FROM not in contracts()[name].column_names:
            continue
        ((first_by_then,),) = connection.execute(first_known_select(contracts()[name])).fetchall()
        if first_by_then is not None:
            continue
        ((first,),) = connection.execute(first_known_select(contracts()[name], f"{CATALOG}.")).fetchall()
        found.append(f"{name}: nothing of it was known on {day}; its first row is known from {first}")
    return tuple(found)


def _select(name: str, day: date) -> str:
    on_day = f"DATE {literal(day.isoformat())}"
    described = contracts().get(name)
    if described is None:
        raise NoAnswerAsOf(f"{name} is not a published table. As of a day, name tables as schema.table.")
    select = _known_by(described, on_day)
    if select is None:
        raise NoAnswerAsOf(
            f"{name} has no day on which it became known: "
            + (
                "audit tables speak of the snapshot itself. Ask without --as-of."
                if described.schema == "audit"
                else "its rows name neither a vintage nor a document. Ask without --as-of."
            )
        )
    return select


def _known_by(described: Contract, day: str) -> str | None:
    if has_as_of(described):
        return as_of_select(described, day, f"{CATALOG}.")
    return seed_as_of_select(described, day, f"{CATALOG}.") if described.schema == "raw" else None
