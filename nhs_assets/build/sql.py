"""Recipes of tables made by a SELECT: one for each ``sql/<schema>/<table>.sql``."""

import json
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from nhs_assets.build import engine as duckdb_engine
from nhs_assets.build.recipe import Recipe, Tables, digest
from nhs_assets.build.select import Derivation, Lineage, Select
from nhs_assets.contracts.registry import Contract, contract
from nhs_assets.ground import files
from nhs_assets.settings import Settings

FORMAT = 3
"""Changes with the format of a lineage file."""


@lru_cache(maxsize=16)
def sql_recipes(sql_dir: Path, schema: str) -> tuple[Recipe, ...]:
    """How each of a schema's SQL files makes its table."""
    return tuple(
        sql_recipe(contract(f"{schema}.{path.stem}"), Select.from_file(path))
        for path in sorted((sql_dir / schema).glob("*.sql"))
    )


def sql_recipe(described: Contract, select: Select) -> Recipe:
    """How a SELECT makes its table: dependencies, version and lineage all follow from its text."""

    def make(settings: Settings, workspace: Tables, target: Path) -> None:
        tables = {table: workspace.path(table) for table in select.tables}
        with duckdb_engine.session(settings, tables) as session:
            session.write(select, described, target)

    def lineage(settings: Settings) -> Lineage:
        read = [contract(table) for table in select.tables]
        types = {table.name: {column.name: column.duckdb_type for column in table.columns} for table in read}
        version = digest(select.version, *(table.version for table in read))
        return kept_lineage(settings.data_dir, described.name, version, lambda: select.lineage(types))

    return Recipe(
        contract=described,
        reads=select.tables,
        make=make,
        code_version=digest(select.version, described.version, duckdb_engine.VERSION),
        kinds={"duckdb", "sql"},
        source=select.path.resolve(),
        lineage=lineage,
        constants=lambda: select.constants,
    )


def kept_lineage(data_dir: Path, table: str, version: str, work_out: Callable[[], Lineage]) -> Lineage:
    """The lineage of a table from the file of an earlier run with the same version, since parsing takes long."""
    path = data_dir / "lineage" / f"{table}.json"
    wanted = {"format": FORMAT, "version": version}
    with suppress(OSError, ValueError):  # a power cut may leave an empty file
        kept = json.loads(path.read_text(encoding="utf-8"))
        columns = kept.pop("columns", {})
        if kept == wanted:
            return {
                column: Derivation(
                    tuple((source, name) for source, name, _ in found["sources"]),
                    found["formula"],
                    {(source, name): rows for source, name, rows in found["sources"] if rows},
                )
                for column, found in columns.items()
            }
    lineage = work_out()
    columns = {
        column: {
            "formula": derivation.formula,
            "sources": [(*source, derivation.only_where.get(source)) for source in derivation.sources],
        }
        for column, derivation in lineage.items()
    }
    files.write_text(path, json.dumps({**wanted, "columns": columns}))
    return lineage
