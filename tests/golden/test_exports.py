"""What stands beside the published database: the same tables, described, and taken for damaged when they are."""

import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from nhs_assets.contracts.registry import contract, contracts
from nhs_assets.ground import files
from nhs_assets.outputs.exports.data_package import table_path
from nhs_assets.outputs.exports.formula_escape import escape_formulas
from nhs_assets.outputs.exports.write import CSVW, MODEL_WORKBOOK, PACKAGE, WORKBOOK
from nhs_assets.outputs.summary import headlines
from nhs_assets.store.snapshot import current_version, database_path, is_whole, read_manifest, version_folder
from tests.conftest import Project, own_file
from tests.unit.test_exports import rows_below, sheets

pytestmark = pytest.mark.golden


def shown(project: Project) -> Path:
    return database_path(project.settings.data_dir).parent


def test_every_table_stands_beside_the_database_as_parquet_and_csv(refreshed_with_few_draws: Project) -> None:
    folder = shown(refreshed_with_few_draws)
    with duckdb.connect(str(folder / "nhs_assets.duckdb"), read_only=True) as connection:
        for name, described in contracts().items():
            rows = connection.sql(f"SELECT * FROM {name}").fetchall()
            frame = pl.read_parquet(folder / table_path(described, "parquet"))
            assert frame.schema == described.polars_schema(), name
            assert frame.rows() == rows, name
            read_back = pl.read_csv(folder / table_path(described, "csv"), schema=described.polars_schema())
            assert read_back.equals(escape_formulas(frame)), name


def test_the_workbook_begins_with_answers_and_lists_every_table_with_rows(refreshed_with_few_draws: Project) -> None:
    folder = shown(refreshed_with_few_draws)
    found = sheets(folder / WORKBOOK)
    with duckdb.connect(str(folder / "nhs_assets.duckdb"), read_only=True) as connection:
        rows = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in contracts()}
        answers = [line.answer for headline in headlines(connection) for line in headline.lines]
        monthly = connection.sql(
            "SELECT sum(amount_gbp_m) FROM savings.exit_cost_month WHERE accounting_basis = 'accrual' "
            "GROUP BY month ORDER BY month"
        ).fetchall()
    assert list(found)[:2] == ["Answers", "Contents"]
    assert [row[1] for row in rows_below("Question", found["Answers"])] == answers
    listed = {row[1]: row for row in rows_below("Sheet", found["Contents"])}
    assert set(listed) == {name for name, count in rows.items() if count}
    for name, (sheet, _, count, *_) in listed.items():
        assert int(count) == rows[name]
        if sheet == name:
            assert len(rows_below(contract(name).column_names[0], found[sheet])) == rows[name]
    assert listed["savings.posterior_draw"][0] == "In the database, Parquet and CSV"
    schemas = [name.partition(".")[0] for name in found if name in listed]
    assert schemas.index("raw") == len(schemas) - schemas.count("raw")
    assert {"overspend.funding_gap", "savings.appraisal", "settlement.plan"} <= set(found)
    totals = rows_below("scenario_id", found["exit_cost_month nation by month"])
    of_basis = [float(row[-1]) for row in totals if row[1] == "accrual"]
    assert of_basis == pytest.approx([float(total) for (total,) in monthly], abs=1e-9)


def test_the_data_package_describes_every_file_that_is_there(refreshed_with_few_draws: Project) -> None:
    folder = shown(refreshed_with_few_draws)
    package = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
    manifest = read_manifest(folder)
    assert package["run_id"] == manifest["run_id"]
    by_path = {one["path"]: one for one in package["resources"]}
    assert len({one["name"] for one in package["resources"]}) == len(package["resources"]) == len(by_path)
    assert set(by_path) == {*manifest["files"], "nhs_assets.duckdb"} - {PACKAGE, CSVW}
    assert {WORKBOOK, MODEL_WORKBOOK} < set(by_path)
    for path, resource in by_path.items():
        assert resource["hash"] == f"sha256:{files.sha256(folder / path)}", path
        assert resource["bytes"] == (folder / path).stat().st_size, path
    gap = by_path["csv/overspend/funding_gap.csv"]
    units = {field["name"]: field["unit"] for field in gap["schema"]["fields"]}
    assert units == {column.name: column.unit for column in contract("overspend.funding_gap").columns}
    assert gap["rows"] == 4
    assert "seeds/evidence/claim.csv" in gap["seeds"]
    assert {one["file"] for one in package["sources"]} >= {one for one in gap["seeds"] if one.endswith(".csv")}
    assert all(one["licence"] for one in package["sources"])


def test_the_csv_files_are_described_as_csv_on_the_web(refreshed_with_few_draws: Project) -> None:
    folder = shown(refreshed_with_few_draws)
    described = json.loads((folder / CSVW).read_text(encoding="utf-8"))
    assert described["@context"][0] == "http://www.w3.org/ns/csvw"
    tables = {table["url"]: table["tableSchema"] for table in described["tables"]}
    assert set(tables) == {path.relative_to(folder).as_posix() for path in folder.glob("csv/*/*.csv")}
    readers = {"integer": int, "double": float, "decimal": Decimal, "date": date.fromisoformat, "string": str}
    for url, schema in tables.items():
        frame = pl.read_csv(folder / url, infer_schema=False)
        columns = {column["name"]: column for column in schema["columns"]}
        assert list(columns) == frame.columns, url
        for name, column in columns.items():
            cells = frame[name].drop_nulls().unique()
            assert not column["required"] or frame[name].null_count() == 0, (url, name)
            if isinstance(column["datatype"], dict):
                assert set(cells) <= set(column["datatype"]["format"].split("|")), (url, name)
            else:
                [readers[column["datatype"]](cell) for cell in cells]
        assert not frame.select(schema["primaryKey"]).is_duplicated().any(), url
        for key in schema.get("foreignKeys", []):
            referred = pl.read_csv(folder / key["reference"]["resource"], infer_schema=False)
            known = referred[key["reference"]["columnReference"]]
            assert set(frame[key["columnReference"]].drop_nulls()) <= set(known), (url, key)
    plan = {column["name"]: column for column in tables["csv/settlement/plan.csv"]["columns"]}
    assert plan["amount_gbp_m"]["schema:unitText"] == "£m"
    assert tables["csv/evidence/claim.csv"]["foreignKeys"]


def test_nothing_is_left_of_making_it_and_everything_is_read_only(refreshed_with_few_draws: Project) -> None:
    folder = shown(refreshed_with_few_draws)
    described = {*read_manifest(folder)["files"], "nhs_assets.duckdb", "manifest.json"}
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert set(there) == described
    assert {path.stat().st_mode & 0o777 for path in there.values()} == {0o444}


def test_a_damaged_export_and_a_damaged_or_lost_database_are_noticed_and_published_again(published: Project) -> None:
    folder = shown(published)
    sheet = folder / table_path(contract("settlement.plan"), "csv")
    before = sheet.stat()
    own_file(sheet)
    sheet.write_bytes(sheet.read_bytes().replace(b"1", b"7"))
    assert not is_whole(folder)
    os.utime(sheet, ns=(before.st_mtime_ns, before.st_mtime_ns))
    assert is_whole(folder)
    assert not is_whole(folder, every_byte=True)

    sheet.unlink()
    database = database_path(published.settings.data_dir)
    database.unlink()
    assert not is_whole(folder)
    database.write_bytes(b"not a database")
    again = published.run("refresh")
    assert again.returncode == 0, again.stderr
    assert shown(published) != folder
    assert is_whole(shown(published), every_byte=True)


def test_formats_are_a_setting_and_a_version_copied_elsewhere_stays_whole(published: Project) -> None:
    os.utime(own_file(shown(published) / WORKBOOK))
    assert is_whole(shown(published))
    done = published.run("refresh", NHS_ASSETS_EXPORT_FORMATS="csv")
    assert done.returncode == 0, done.stderr
    folder = version_folder(published.settings.data_dir, current_version(published.settings.data_dir))
    assert sorted(path.name for path in folder.iterdir()) == [
        "csv",
        CSVW,
        PACKAGE,
        "manifest.json",
        "nhs_assets.duckdb",
    ]
    assert is_whole(folder, every_byte=True)
