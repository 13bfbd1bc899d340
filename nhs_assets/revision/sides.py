"""One side of a comparison: a published version, the tables about to be published, or what was known on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from nhs_assets.build.as_of import DEFLATOR, Raw
from nhs_assets.build.audit import CONCLUSION, conclusion_recipe
from nhs_assets.build.compare import Where
from nhs_assets.build.conclusions import Values, values_of
from nhs_assets.build.rebuild import Rebuild
from nhs_assets.contracts.registry import PRODUCT_SCHEMAS, Contract, contract, contracts
from nhs_assets.revision.inputs import VINTAGE
from nhs_assets.store.snapshot import DATABASE, Shape, open_published, shapes

TODAYS_METHOD = "today's method, ranges over draws left out"


@dataclass(frozen=True)
class Side:
    """Tables with the code that made them and what they conclude.

    Attributes:
        name: what people call it.
        tables: where the tables stand.
        shapes: columns of every table.
        raw: raw tables, where they have the columns of today.
        code: version of the code that made each table; empty where it is not recorded.
        sha256: checksum of each table's bytes, where it is recorded.
        concluded: its conclusions; nothing where it was made before conclusions were drawn.
        note: what a reader must know of it.
        day: last day of what counts as known; empty for a published version.
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

    @property
    def deflator(self) -> str | None:
        """The deflator that became known last."""
        if not {DEFLATOR, VINTAGE} <= set(self.raw):
            return None
        named = self.raw[DEFLATOR].select("vintage_id").unique().sort("vintage_id")
        # One that is borrowed stands without its vintage.
        dated = named.join(self.raw[VINTAGE], on="vintage_id", how="left").sort("known_from", "vintage_id")
        return None if dated.is_empty() else dated["vintage_id"].item(-1)


def code_of_today(rebuild: Rebuild) -> dict[str, str]:
    """Version of the code that makes each product table and draws the conclusions."""
    made = {table: recipe.code_version for table, recipe in rebuild.recipes.items()}
    return made | {CONCLUSION: conclusion_recipe(rebuild.settings.sql_dir).code_version}


def compared_tables() -> list[Contract]:
    """Tables that are held against each other: raw inputs, product tables and the conclusions."""
    return [one for one in contracts().values() if one.schema in ("raw", *PRODUCT_SCHEMAS) or one.name == CONCLUSION]


def shapes_of_contracts() -> dict[str, dict[str, Shape]]:
    """Columns of every table as the contracts of today have them."""
    return {
        one.name: {column.name: Shape(column.duckdb_type, column.unit) for column in one.columns}
        for one in contracts().values()
    }


def published_side(folder: Path) -> Side:
    """A published version, by the folder it stands in."""
    with open_published(folder / DATABASE) as connection:
        records = connection.execute("SELECT table_name, code_version, sha256 FROM audit.published_table").fetchall()
        return _side(
            connection,
            folder / DATABASE,
            name=folder.name,
            code={table: version for table, version, _ in records},
            sha256={table: checksum for table, _, checksum in records},
        )


def known_side(name: str, day: date, file: Path, code: Mapping[str, str]) -> Side:
    """What today's code and method conclude from the facts known by a day.

    Args:
        name: what people call it.
        day: last day of what counts as known.
        file: the file that answers for the day, built by today's code.
        code: version of that code, by table.
    """
    with open_published(file) as connection:
        ((borrowed,),) = connection.sql("SELECT borrowed_deflator_vintage_id FROM as_of.state").fetchall()
        lent = f"; no deflator was known by then: that of {borrowed} is borrowed" if borrowed else ""
        return _side(connection, file, name=name, code=code, sha256={}, note=TODAYS_METHOD + lent, day=day)


def _side(connection: duckdb.DuckDBPyConnection, file: Path, **facts: object) -> Side:
    """The tables of a file, those with the columns of today read."""
    today = shapes_of_contracts()
    found = {name: columns for name, columns in shapes(connection).items() if not name.startswith("as_of.")}
    same = [name for name, columns in today.items() if found.get(name) == columns]
    return Side(
        tables=file,
        shapes=found,
        raw={name: _read(connection, contract(name)) for name in same if name.startswith("raw.")},
        concluded=values_of(_read(connection, contract(CONCLUSION))) if CONCLUSION in same else None,
        **facts,
    )


def _read(connection: duckdb.DuckDBPyConnection, described: Contract) -> pl.DataFrame:
    rows = connection.table(described.name).select(*described.column_names).fetchall()
    return pl.DataFrame(rows, schema=described.polars_schema(), orient="row")
