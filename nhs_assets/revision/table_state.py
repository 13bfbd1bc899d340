"""Sets of tables to compare: a published version, the tables about to be published, or what was known on a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from nhs_assets.build.as_of import DEFLATOR, Raw
from nhs_assets.build.audit import CONCLUSION, conclusion_recipe
from nhs_assets.build.compare import Where
from nhs_assets.build.conclusions import Values, values_of
from nhs_assets.build.rebuild import Rebuild
from nhs_assets.contracts.known import VINTAGE
from nhs_assets.contracts.registry import PRODUCT_SCHEMAS, Contract, contract, contracts
from nhs_assets.store.snapshot import DATABASE, Shape, open_published, shapes
from nhs_assets.store.staging import TableRecord

TODAYS_METHOD = "today's method, ranges over draws left out"


@dataclass(frozen=True)
class TableState:
    """A set of tables, the code that made them and their conclusions.

    Attributes:
        name: as readers know it.
        shapes: columns of every table.
        raw: raw tables that have today's columns.
        redefined: raw tables with other columns than today's, as far as they share them.
        code: version of the code behind each table, where it is recorded.
        sha256: checksum of each table, where it is recorded.
        concluded: its conclusions; None if it was published before conclusions were drawn.
        note: a caution for readers.
        day: the last day of what was known; None for a published version.
        errors: Monte Carlo standard errors of the conclusions, where they are held.
    """

    name: str
    tables: Where
    shapes: Mapping[str, Mapping[str, Shape]]
    raw: Raw
    code: Mapping[str, str]
    sha256: Mapping[str, str]
    concluded: Values | None
    note: str | None = None
    day: date | None = None
    errors: Values = field(default_factory=dict)
    redefined: Raw = field(default_factory=dict)

    @property
    def deflator(self) -> str | None:
        """The deflator that became known last."""
        if not {DEFLATOR, VINTAGE} <= set(self.raw):
            return None
        named = self.raw[DEFLATOR].select("vintage_id").unique().sort("vintage_id")
        # A borrowed one is there without its vintage.
        dated = named.join(self.raw[VINTAGE], on="vintage_id", how="left").sort("known_from", "vintage_id")
        return None if dated.is_empty() else dated["vintage_id"].item(-1)

    def values(self, table: str, column: str) -> set[str]:
        """Different values in a column of a raw table; none if the table is missing."""
        return set(self.raw[table][column]) if table in self.raw else set()


def code_of_today(rebuild: Rebuild) -> dict[str, str]:
    """Version of the code that makes each product table and draws the conclusions."""
    made = {table: recipe.code_version for table, recipe in rebuild.recipes.items()}
    return made | {CONCLUSION: conclusion_recipe(rebuild.settings.sql_dir).code_version}


def compared_tables() -> list[Contract]:
    """Tables that are compared: raw inputs, product tables and the conclusions."""
    return [one for one in contracts().values() if one.schema in ("raw", *PRODUCT_SCHEMAS) or one.name == CONCLUSION]


def shapes_of_contracts() -> dict[str, dict[str, Shape]]:
    """Columns of every table by today's contracts."""
    return {
        one.name: {column.name: Shape(column.duckdb_type, column.unit) for column in one.columns}
        for one in contracts().values()
    }


def published_state(folder: Path) -> TableState:
    """A published version, by its folder."""
    with open_published(folder / DATABASE) as connection:
        records = connection.execute("SELECT table_name, code_version, sha256 FROM audit.published_table").fetchall()
        code = {table: version for table, version, _ in records}
        sha256 = {table: checksum for table, _, checksum in records}
        return _state(connection, folder / DATABASE, name=folder.name, code=code, sha256=sha256)


def known_state(name: str, day: date, file: Path, code: Mapping[str, str], errors: Values) -> TableState:
    """What today's code and method conclude from the facts known by a day, from the as-of file of that day.

    ``errors`` are standard errors of the published version: a past day has as many draws, and no ranges of its own.
    """
    with open_published(file) as connection:
        ((borrowed,),) = connection.sql("SELECT borrowed_deflator_vintage_id FROM as_of.state").fetchall()
        lent = f"; no deflator was known by then: that of {borrowed} is borrowed" if borrowed else ""
        state = _state(connection, file, name=name, code=code, sha256={}, note=TODAYS_METHOD + lent, day=day)
        return replace(state, errors=errors)


def frozen_state(frozen: Mapping[str, Path], records: Mapping[str, TableRecord], version: str) -> TableState:
    """The tables about to be published, from their Parquet files and records."""
    shapes = shapes_of_contracts()
    return TableState(
        name=version,
        tables=frozen,
        shapes={name: shapes[name] for name in contracts() if name in frozen},
        raw={name: pl.read_parquet(path) for name, path in frozen.items() if name.startswith("raw.")},
        code={name: record.code_version for name, record in records.items()},
        sha256={name: record.sha256 for name, record in records.items()},
        concluded=values_of(pl.read_parquet(frozen[CONCLUSION])),
        errors=values_of(pl.read_parquet(frozen[CONCLUSION]), "standard_error"),
    )


def _state(connection: duckdb.DuckDBPyConnection, file: Path, **facts: object) -> TableState:
    found = {name: columns for name, columns in shapes(connection).items() if not name.startswith("as_of.")}
    held = {
        name: columns for name, columns in shapes_of_contracts().items() if name in found and name.startswith("raw.")
    }
    shared = {
        name: [column for column, shape in columns.items() if found[name].get(column) == shape]
        for name, columns in held.items()
    }

    def read(name: str) -> pl.DataFrame:
        rows = connection.table(name).select(*shared[name]).fetchall()
        schema = contract(name).polars_schema()
        return pl.DataFrame(rows, schema={column: schema[column] for column in shared[name]}, orient="row")

    def concluded(column: str) -> Values | None:
        """A column of the conclusions, which an older version may lack."""
        key, wanted = ("conclusion_id", "figure"), found.get(CONCLUSION, {})
        if not {*key, column} <= wanted.keys():
            return None
        rows = connection.table(CONCLUSION).select(*key, column).fetchall()
        return {(conclusion_id, figure): value for conclusion_id, figure, value in rows}

    return TableState(
        tables=file,
        shapes=found,
        raw={name: read(name) for name, columns in held.items() if found[name] == columns},
        redefined={name: read(name) for name, columns in held.items() if found[name] != columns and shared[name]},
        concluded=concluded("concluded_value"),
        errors=concluded("standard_error") or {},
        **facts,
    )
