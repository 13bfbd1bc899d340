"""Recipes of tables made by a SELECT: one for each ``sql/<schema>/<table>.sql``."""

import hashlib
from functools import lru_cache
from pathlib import Path

from nhs_assets.build import engine as duckdb_engine
from nhs_assets.build.lineage import Lineage, kept_lineage
from nhs_assets.build.recipe import Recipe, Tables
from nhs_assets.build.select import Select
from nhs_assets.contracts.registry import Contract, contract
from nhs_assets.settings import Settings


@lru_cache(maxsize=16)
def sql_recipes(sql_dir: Path, schema: str) -> tuple[Recipe, ...]:
    """How each of a schema's SQL files makes its table.

    Raises:
        KeyError: if a file has no contract.
    """
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
        version = hashlib.sha256("".join([select.version, *(table.version for table in read)]).encode()).hexdigest()
        types = {table.name: {column.name: column.duckdb_type for column in table.columns} for table in read}
        return kept_lineage(settings.data_dir, described.name, version, lambda: select.lineage(types))

    return Recipe(
        contract=described,
        reads=select.tables,
        make=make,
        code_version=hashlib.sha256(f"{select.version}{described.version}{duckdb_engine.VERSION}".encode()).hexdigest(),
        kinds={"duckdb", "sql"},
        source=select.path.resolve(),
        lineage=lineage,
        constants=lambda: select.constants,
    )
