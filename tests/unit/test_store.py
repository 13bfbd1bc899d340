"""A table is written whole or not at all, reused when nothing changed, and published only behind the gate."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest

from nhs_assets.contracts.registry import Contract, contract
from nhs_assets.ground import files
from nhs_assets.settings import Settings
from nhs_assets.store.cleanup import prune_runs
from nhs_assets.store.running import end
from nhs_assets.store.snapshot import open_published
from nhs_assets.store.staging import ContractError, MissingTableError, Workspace

pytestmark = pytest.mark.unit

DEFLATOR = contract("settlement.deflator")


def deflator(index_value: float = 100.0) -> pl.DataFrame:
    row = {
        "vintage_id": "obr",
        "fy": "2025-26",
        "index_value": index_value,
        "growth_pct": 3.0,
        "status": "forecast",
        "known_from": "2026-03-03",
        "source_id": "obr_efo",
        "confidence": "F",
    }
    return pl.DataFrame([row]).with_columns(pl.col("known_from").str.to_date())


def stage(workspace: Workspace, frame: pl.DataFrame, described: Contract = DEFLATOR, inputs: dict | None = None):
    return workspace.stage(described, "v1", inputs or {"a": "1"}, frame.write_parquet)


def test_staged_table_is_read_back_and_only_then_by_its_own_run(tmp_path: Path) -> None:
    first, second = Workspace(tmp_path, "first"), Workspace(tmp_path, "second")
    stage(first, deflator())
    assert first.read("settlement.deflator").equals(deflator())
    with pytest.raises(MissingTableError, match="nhs-assets refresh"):
        second.read("settlement.deflator")
    first.promote("settlement.deflator")
    assert second.read("settlement.deflator").equals(deflator())


def test_a_run_keeps_the_version_it_first_read(tmp_path: Path) -> None:
    for index, run in ((100.0, "first"), (200.0, "later")):
        workspace = Workspace(tmp_path, run)
        stage(workspace, deflator(index))
        if run == "first":
            workspace.promote("settlement.deflator")
            reader = Workspace(tmp_path, "reader")
            assert reader.read("settlement.deflator")["index_value"].item() == 100.0
        else:
            workspace.promote("settlement.deflator")
    assert reader.read("settlement.deflator")["index_value"].item() == 100.0
    assert Workspace(tmp_path, "new").read("settlement.deflator")["index_value"].item() == 200.0


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        pytest.param(lambda f: f.drop("growth_pct"), "column growth_pct is missing", id="missing"),
        pytest.param(lambda f: f.with_columns(extra=1), "column extra is not in the contract", id="extra"),
        pytest.param(
            lambda f: f.with_columns(pl.col("index_value").cast(pl.Int64)), "the contract says Float64", id="dtype"
        ),
        pytest.param(lambda f: pl.concat([f, f]), "primary_key is broken in 2 rows", id="duplicate"),
        pytest.param(
            lambda f: f.with_columns(index_value=pl.lit(None, pl.Float64)), "index_value|nullability", id="null"
        ),
        pytest.param(lambda f: f.with_columns(index_value=pl.lit(-1.0)), "index_value|min", id="range"),
        pytest.param(lambda f: f.with_columns(index_value=pl.lit(float("inf"))), "index_value|inf", id="infinite"),
    ],
)
def test_table_that_breaks_its_contract_is_refused_and_the_old_one_stays(
    tmp_path: Path, spoil: Callable[[pl.DataFrame], pl.DataFrame], expected: str
) -> None:
    workspace = Workspace(tmp_path, "run")
    stage(workspace, deflator())
    with pytest.raises(ContractError) as broken:
        stage(workspace, spoil(deflator()))
    assert expected in str(broken.value)
    assert workspace.read("settlement.deflator").equals(deflator())
    assert not list(tmp_path.rglob("*.partial"))


def test_reordered_columns_are_matched_by_name(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, "run")
    stage(workspace, deflator().select(sorted(deflator().columns)))
    assert workspace.read("settlement.deflator")["index_value"].item() == 100.0


def test_unchanged_code_and_inputs_reuse_the_working_table(tmp_path: Path) -> None:
    first = Workspace(tmp_path, "first")
    stage(first, deflator())
    first.promote("settlement.deflator")
    second = Workspace(tmp_path, "second")
    assert second.reuse("settlement.deflator", "v2", {"a": "1"}) is None
    assert second.reuse("settlement.deflator", "v1", {"a": "2"}) is None
    record = second.reuse("settlement.deflator", "v1", {"a": "1"})
    assert record is not None
    assert record.run_id == "second"
    assert second.read("settlement.deflator").equals(deflator())


def test_replacing_keeps_the_old_file_when_writing_fails(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    files.write_text(path, "old")

    def write_half() -> None:
        with files.replacing(path) as temporary:
            temporary.write_text("half", encoding="utf-8")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert path.read_text(encoding="utf-8") == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file.txt"]


def test_pruning_keeps_the_newest_runs_and_those_that_are_alive(tmp_path: Path) -> None:
    workspaces = [Workspace(tmp_path, f"run{number}") for number in range(4)]
    for number, workspace in enumerate(workspaces):
        stage(workspace, deflator())
        folder = tmp_path / "runs" / workspace.run_id
        os.utime(folder, (number, number))
        if number:
            end(tmp_path, workspace.run_id)
    prune_runs(tmp_path, keep=2)
    assert sorted(folder.name for folder in (tmp_path / "runs").iterdir()) == ["run0", "run3"]


def test_published_database_has_types_keys_comments_and_an_old_storage_version(tmp_path: Path) -> None:
    from nhs_assets.build.database import write_tables

    frozen = tmp_path / "deflator.parquet"
    deflator().write_parquet(frozen)
    target = tmp_path / "out.duckdb"
    write_tables(Settings(), target, [(DEFLATOR, frozen)])
    with duckdb.connect(str(target), read_only=True) as connection:
        columns = connection.sql(
            "SELECT column_name, data_type, is_nullable, comment FROM duckdb_columns() "
            "WHERE schema_name = 'settlement' AND table_name = 'deflator'"
        ).fetchall()
        keys = connection.sql(
            "SELECT constraint_column_names FROM duckdb_constraints() "
            "WHERE table_name = 'deflator' AND constraint_type = 'PRIMARY KEY'"
        ).fetchall()
    described = {column.name: column for column in DEFLATOR.columns}
    assert {name for name, *_ in columns} == set(described)
    for name, kind, nullable, comment in columns:
        assert kind == described[name].duckdb_type
        assert nullable == described[name].nullable
        assert comment == f"{described[name].description} Unit: {described[name].unit}."
    assert keys == [(list(DEFLATOR.primary_key),)]
    # Bytes 12 to 20 of a DuckDB file are its storage version; 64 is what every client since 0.10 reads.
    assert int.from_bytes(target.read_bytes()[12:20], "little") <= 65


def test_key_of_a_long_table_is_told_but_not_declared(tmp_path: Path) -> None:
    from nhs_assets.build.database import write_tables

    frozen, target = tmp_path / "deflator.parquet", tmp_path / "out.duckdb"
    deflator().write_parquet(frozen)
    write_tables(Settings(), target, [(DEFLATOR, frozen)], longest_with_key=len(deflator()) - 1)
    with duckdb.connect(str(target), read_only=True) as connection:
        ((comment,),) = connection.sql("SELECT comment FROM duckdb_tables() WHERE table_name = 'deflator'").fetchall()
        kinds = connection.sql("SELECT DISTINCT constraint_type FROM duckdb_constraints()").fetchall()
    assert f"Key: {', '.join(DEFLATOR.primary_key)};" in comment
    assert kinds == [("NOT NULL",)]


def test_record_says_what_a_table_was_made_from(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, "run")
    record = stage(workspace, deflator(), inputs={"raw.gdp_deflator": "abc"})
    written = json.loads(workspace.staged_path("settlement.deflator").with_suffix(".json").read_text(encoding="utf-8"))
    assert written["inputs"] == {"raw.gdp_deflator": "abc"}
    assert record.sha256 == files.sha256(workspace.staged_path("settlement.deflator"))


@pytest.mark.parametrize(
    "statement",
    [
        "SET enable_external_access = true",
        "SELECT * FROM read_csv('/etc/hostname')",
        "CREATE TABLE other AS SELECT 1",
        "ATTACH '/tmp/other.duckdb'",
        "LOAD httpfs",
    ],
)
def test_a_published_database_is_read_by_many_and_opens_nothing_else(tmp_path: Path, statement: str) -> None:
    database = tmp_path / "published.duckdb"
    with duckdb.connect(str(database)) as writer:
        writer.execute("CREATE TABLE figure AS SELECT 860 AS amount")
    with open_published(database) as first, open_published(database) as second:
        for reader in (first, second):
            assert reader.execute("SELECT amount FROM figure").fetchall() == [(860,)]
            with pytest.raises(duckdb.Error):
                reader.execute(statement)
