"""The work itself, without any of the house around it: SELECTs, checks, model functions and seed readers."""

import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb

from nhs_assets.build.checks import TODAY, find_checks
from nhs_assets.build.database import write_tables
from nhs_assets.build.publish import TABLES_OF_PUBLICATION
from nhs_assets.build.recipe import Recipe
from nhs_assets.build.seed import raw_recipes
from nhs_assets.build.select import Select
from nhs_assets.build.wiring import model_recipes
from nhs_assets.contracts.registry import contract, contracts
from nhs_assets.ground.clock import MACHINE
from nhs_assets.ground.quoting import identifier, literal
from nhs_assets.settings import Settings
from nhs_assets.store.staging import Workspace


def seconds_of_bare_work(settings: Settings, run_id: str) -> dict[str, float]:
    """Seconds of each kind of work, on the tables that a run has staged.

    One DuckDB connection serves all statements, rows are written in the order they come in, and nothing is checked.
    """
    workspace = Workspace(settings.data_dir, run_id)
    paths = {name: workspace.path(name) for name in contracts() if name not in TABLES_OF_PUBLICATION}
    files = sorted(path for path in settings.sql_dir.glob("*/*.sql") if f"{path.parent.name}.{path.stem}" in paths)
    selects = [_statement(Select.from_file(path)) for path in files]
    checks = [with_today(_statement(check.select)) for check in find_checks(settings.sql_dir) if check.table in paths]
    models = [recipe for schema in sorted({table.split(".")[0] for table in paths}) for recipe in model_recipes(schema)]
    seeds = raw_recipes(settings.seeds_dir, MACHINE)
    with tempfile.TemporaryDirectory(prefix="nhs_assets_bench_") as name, duckdb.connect(":memory:") as connection:
        target = Path(name) / "rows.parquet"
        connection.execute(f"SET memory_limit = {literal(settings.duckdb_memory_limit)}")
        connection.execute(f"SET threads = {settings.duckdb_threads}")
        for schema in {table.split(".")[0] for table in paths}:
            connection.execute(f"CREATE SCHEMA {identifier(schema)}")
        for table, path in paths.items():
            connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet({literal(path)})")
        return {
            "selects": _seconds(
                connection, (f"COPY ({text}) TO {literal(target)} (FORMAT parquet)" for text in selects)
            ),
            "checks": _seconds(connection, checks),
            "database": _seconds_to_write(settings, paths, Path(name) / "bare.duckdb"),
            "model": _seconds_of_recipes(models, settings, workspace, target),
            "seeds": _seconds_of_recipes(seeds, settings, workspace, target),
        }


def with_today(text: str) -> str:
    """The text of a check with today's day in the place of its parameter: tools beside ours know no parameters."""
    return text.replace(f"${TODAY}", f"DATE '{MACHINE.today()}'")


def _statement(select: Select) -> str:
    return select.text.rstrip().rstrip(";") + "\n"


def _seconds(connection: duckdb.DuckDBPyConnection, statements: Iterable[str]) -> float:
    started = time.perf_counter()
    for statement in statements:
        connection.execute(statement).fetchall()
    return time.perf_counter() - started


def _seconds_to_write(settings: Settings, paths: Mapping[str, Path], target: Path) -> float:
    started = time.perf_counter()
    write_tables(settings, target, ((contract(table), path) for table, path in paths.items()))
    return time.perf_counter() - started


def _seconds_of_recipes(recipes: Iterable[Recipe], settings: Settings, workspace: Workspace, target: Path) -> float:
    started = time.perf_counter()
    for recipe in recipes:
        recipe.make(settings, workspace, target)
    return time.perf_counter() - started
