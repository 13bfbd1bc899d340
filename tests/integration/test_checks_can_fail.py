"""No check that cannot fail: each holds on the tables as refreshed, and finds a row once they are corrupted."""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars as pl
import pytest

from nhs_assets.build.checks import Check, evaluate, find_checks
from nhs_assets.build.engine import session
from nhs_assets.build.publish import TABLES_OF_PUBLICATION
from nhs_assets.contracts.registry import contract
from nhs_assets.settings import PROJECT_ROOT, Settings
from nhs_assets.store.snapshot import database_path
from tests.clocks import TODAY
from tests.conftest import Project
from tests.integration.corruptions import (
    Corruption,
    Tables,
    audit,
    declared,
    evidence,
    overspend,
    raw,
    received,
    savings,
    settlement,
    workforce,
)

pytestmark = pytest.mark.integration

CHECKS = {check.name: check for check in find_checks(PROJECT_ROOT / "sql")}
CORRUPTIONS: dict[str, dict[str, Corruption]] = {
    f"{module.__name__.rpartition('.')[2]}.{rule}": corruptions
    for module in (raw, evidence, settlement, workforce, savings, overspend, audit)
    for rule, corruptions in module.CORRUPTIONS.items()
} | declared.corruptions()
FINDS_ROWS_AS_PUBLISHED = {
    "settlement.change_remainder_within_rounding",
    "settlement.deflator_vintages_agree_on_outturn",
    "savings.precedents_are_covered",
}
"""Warnings that the published figures themselves call for; a corruption must give them a row more."""


def path_of(project: Project, table: str) -> Path:
    schema, name = table.split(".")
    if table in TABLES_OF_PUBLICATION:
        return published(project, table)
    return project.settings.data_dir / "working" / schema / f"{name}.parquet"


def published(project: Project, table: str) -> Path:
    """A table that only a publication fills, taken out of the published file."""
    path = project.settings.data_dir.parent / f"{table}.parquet"
    with duckdb.connect(str(database_path(project.settings.data_dir)), read_only=True) as connection:
        columns = contract(table).polars_schema()
        pl.DataFrame(connection.table(table).fetchall(), schema=columns, orient="row").write_parquet(path)
    return path


def offending_rows(check: Check, settings: Settings, paths: Mapping[str, Path]) -> set[tuple]:
    with session(settings, paths) as opened:
        (outcome,) = evaluate(opened, [check], TODAY)
        return set(outcome.offending.rows())


@pytest.fixture(scope="module")
def tables(refreshed: Project) -> Tables:
    return {name: pl.read_parquet(path_of(refreshed, name)) for check in CHECKS.values() for name in check.reads}


@pytest.fixture(scope="module")
def found_as_refreshed(refreshed: Project) -> dict[str, set[tuple]]:
    return {
        name: offending_rows(check, refreshed.settings, {table: path_of(refreshed, table) for table in check.reads})
        for name, check in CHECKS.items()
    }


def test_every_corruption_is_of_a_check() -> None:
    assert set(CORRUPTIONS) <= set(CHECKS)


@pytest.mark.parametrize("name", CHECKS)
def test_check_has_a_corruption_and_holds_as_refreshed(name: str, found_as_refreshed: dict[str, set[tuple]]) -> None:
    assert CORRUPTIONS.get(name), f"{name} has no corruption in tests/integration/corruptions"
    if name in FINDS_ROWS_AS_PUBLISHED:
        assert found_as_refreshed[name]
        assert not CHECKS[name].blocking
    else:
        assert not found_as_refreshed[name]


@pytest.mark.parametrize("name", received.BASES)
def test_check_on_a_table_that_is_empty_as_refreshed_holds_on_rows_that_are_right(
    name: str, refreshed: Project, tables: Tables, tmp_path: Path
) -> None:
    check = CHECKS[name]
    paths = {table: path_of(refreshed, table) for table in check.reads}
    for table, filled in received.BASES[name](tables).items():
        assert filled.height > tables[table].height
        paths[table] = tmp_path / f"{table}.parquet"
        filled.write_parquet(paths[table])
    assert not offending_rows(check, refreshed.settings, paths)


@pytest.mark.parametrize(
    ("name", "broken"),
    [(name, broken) for name, corruptions in CORRUPTIONS.items() for broken in corruptions],
)
def test_check_fails_once_its_tables_are_corrupted(
    name: str,
    broken: str,
    refreshed: Project,
    tables: Tables,
    found_as_refreshed: dict[str, set[tuple]],
    tmp_path: Path,
) -> None:
    check = CHECKS[name]
    paths = {table: path_of(refreshed, table) for table in check.reads}
    for table, corrupted in CORRUPTIONS[name][broken](tables).items():
        assert table in paths, f"{name} does not read {table}"
        assert corrupted.schema == tables[table].schema
        _, refused = contract(table).model.filter(corrupted)
        assert not refused.counts(), f"the contract of {table} refuses it already"
        paths[table] = tmp_path / f"{table}.parquet"
        corrupted.write_parquet(paths[table])
    assert offending_rows(check, refreshed.settings, paths) - found_as_refreshed[name]
