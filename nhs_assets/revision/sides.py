"""One side of a comparison: a published version, the tables about to be published, or what was known on a day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from nhs_assets.build.audit import CONCLUSION, conclusion_recipe
from nhs_assets.build.compare import Where
from nhs_assets.build.conclusions import Conclusion, Values, conclude, values_of
from nhs_assets.build.rebuild import Rebuild
from nhs_assets.build.wiring import without_draws
from nhs_assets.contracts.registry import PRODUCT_SCHEMAS, Contract, contract, contracts
from nhs_assets.revision.inputs import VINTAGE, Raw
from nhs_assets.store.shapes import Shape, shapes
from nhs_assets.store.snapshot import DATABASE, open_published

DEFLATOR = "raw.gdp_deflator"
DOCUMENT = "evidence.source"
PARAMETERS_OF_TODAY = "parameters as of today, ranges over draws left out"
OF_VINTAGE = {
    "raw.settlement_plan": ("vintage_id",),
    DEFLATOR: ("vintage_id",),
    "raw.plan_change_reason": ("vintage_from", "vintage_to"),
    "raw.published_headline": ("from_vintage_id", "to_vintage_id", "deflator_vintage_id"),
}
"""Raw tables whose rows became known with a vintage, and the columns that name it."""

OF_DOCUMENT = ("raw.plan_change_reason", "raw.published_headline")
"""Those of them whose rows stand in a document of their own, which may be later than the vintage they speak of."""


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
        known = self.raw[VINTAGE].join(self.raw[DEFLATOR].select("vintage_id").unique(), on="vintage_id", how="semi")
        return None if known.is_empty() else known.sort("known_from", "vintage_id")["vintage_id"].item(-1)


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
    database = folder / DATABASE
    with open_published(database) as connection:
        found = shapes(connection)
        today = shapes_of_contracts()
        raw = {
            name: _read(connection, contract(name))
            for name in today
            if name.startswith("raw.") and found.get(name) == today[name]
        }
        records = connection.execute("SELECT table_name, code_version, sha256 FROM audit.published_table").fetchall()
        concluded = None
        if found.get(CONCLUSION) == today[CONCLUSION]:
            concluded = values_of(_read(connection, contract(CONCLUSION)))
    return Side(
        name=folder.name,
        tables=database,
        shapes=found,
        raw=raw,
        code={table: version for table, version, _ in records},
        sha256={table: checksum for table, _, checksum in records},
        concluded=concluded,
    )


def known_side(
    name: str,
    day: date,
    raw: Raw,
    rebuild: Rebuild,
    conclusions: tuple[Conclusion, ...],
    on_step: Callable[[], None],
    deflator_of: Raw | None = None,
) -> Side:
    """What today's code and parameters conclude from the plans, deflators and claims known by a day.

    Args:
        name: what people call it.
        day: last day of what counts as known.
        raw: raw tables with everything known today.
        rebuild: makes the product tables.
        conclusions: what is concluded.
        on_step: called before each table is made.
        deflator_of: raw tables whose deflators are used where none was known by that day.

    Raises:
        CannotRebuild: if a table cannot be made from what was known.
    """
    documents = pl.read_parquet(rebuild.tables(_keep(raw, rebuild), [DOCUMENT])[DOCUMENT])
    known, borrowed = known_by(raw, day, documents, deflator_of)
    kept = _keep(known, rebuild)
    tables = dict(kept)
    for table in without_draws(rebuild.recipes):
        on_step()
        tables |= rebuild.tables(kept, [table])
    concluded = conclude(rebuild.settings, conclusions, tables)
    tables[CONCLUSION] = rebuild.keep(contract(CONCLUSION), concluded)
    return Side(
        name=name,
        tables=tables,
        shapes={name: columns for name, columns in shapes_of_contracts().items() if name in tables},
        raw=known,
        code=code_of_today(rebuild),
        sha256={},
        concluded=values_of(concluded),
        note=PARAMETERS_OF_TODAY
        + ("; no deflator was known by then: that of the other side is used" if borrowed else ""),
        day=day,
    )


def _keep(raw: Raw, rebuild: Rebuild) -> dict[str, Path]:
    return {table: rebuild.keep(contract(table), frame) for table, frame in raw.items()}


def known_by(
    raw: Raw, day: date, documents: pl.DataFrame, deflator_of: Raw | None = None
) -> tuple[dict[str, pl.DataFrame], bool]:
    """The raw tables without what became known after a day.

    Plans and deflators became known with their vintage, reasons and headlines with that and their document, claims on
    their own day. Everything else, parameters above all, is kept as it is today.

    Args:
        raw: raw tables with everything known today.
        day: last day of what counts as known.
        documents: rows of ``evidence.source``, all of them.
        deflator_of: raw tables whose deflators are taken where none was known; without them, the first there is.

    Returns:
        The tables, and whether deflators were taken that were not known.
    """
    known = dict(raw)
    vintages = raw[VINTAGE].filter(pl.col("known_from") <= day)
    for table, columns in OF_VINTAGE.items():
        of_known = pl.all_horizontal(pl.col(name).is_in(vintages["vintage_id"].to_list()) for name in columns)
        known[table] = raw[table].filter(of_known)
    published = documents.filter(pl.col("known_from") <= day)
    for table in OF_DOCUMENT:
        known[table] = known[table].join(published, on="source_id", how="semi")
    known["raw.claim"] = raw["raw.claim"].filter(pl.col("known_from") <= day)
    borrowed = known[DEFLATOR].is_empty()
    if borrowed:
        known[DEFLATOR] = deflator_of[DEFLATOR] if deflator_of is not None else _first_deflator(raw)
        theirs = raw[VINTAGE].join(known[DEFLATOR].select("vintage_id").unique(), on="vintage_id", how="semi")
        vintages = pl.concat([vintages, theirs.join(vintages, on="vintage_id", how="anti")])
    known[VINTAGE] = vintages
    return known, borrowed


def _first_deflator(raw: Raw) -> pl.DataFrame:
    published = raw[VINTAGE].join(raw[DEFLATOR].select("vintage_id").unique(), on="vintage_id", how="semi")
    first = published.sort("known_from", "vintage_id")["vintage_id"].item(0)
    return raw[DEFLATOR].filter(pl.col("vintage_id") == first)


def _read(connection: duckdb.DuckDBPyConnection, described: Contract) -> pl.DataFrame:
    rows = connection.table(described.name).select(*described.column_names).fetchall()
    return pl.DataFrame(rows, schema=described.polars_schema(), orient="row")
