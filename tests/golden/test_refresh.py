"""Refreshing as a user does: twice the same, and a misplaced zero changes nothing that was there."""

import csv
import re
from pathlib import Path

import duckdb
import pytest

from nhs_assets.contracts.columns import CONFIDENCE
from nhs_assets.contracts.registry import contracts
from nhs_assets.store.snapshot import current_version, database_path, open_snapshot
from tests.conftest import Project, copy_project

pytestmark = pytest.mark.golden


def tables_of(project: Project) -> dict[str, list[tuple]]:
    with duckdb.connect(str(database_path(project.settings.data_dir)), read_only=True) as connection:
        return {name: connection.sql(f"SELECT * FROM {name} ORDER BY ALL").fetchall() for name in contracts()}


def multiply_by_ten(path: Path, column: str, **key: str) -> None:
    """Puts one zero too many into one cell."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (row,) = [row for row in rows if all(row[name] == value for name, value in key.items())]
    row[column] = str(float(row[column]) * 10)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_two_refreshes_on_the_same_inputs_publish_identical_tables(
    refreshed_with_few_draws: Project, tmp_path: Path
) -> None:
    refreshed, project = refreshed_with_few_draws, copy_project(tmp_path)
    done = project.run("refresh")
    assert done.returncode == 0, done.stderr
    first, second = tables_of(refreshed), tables_of(project)
    # Named, not compared as a whole: explaining how two large tables differ would take pytest hours.
    differing = [name for name in contracts() if first[name] != second[name]]
    assert not differing
    assert current_version(project.settings.data_dir) == current_version(refreshed.settings.data_dir)


def test_a_misplaced_zero_stops_the_refresh_names_the_row_and_keeps_what_was_there(published: Project) -> None:
    before = current_version(published.settings.data_dir)
    plan = published.settings.seeds_dir / "funding" / "settlement_plan.csv"
    multiply_by_ten(plan, "amount_gbp_m", vintage_id="sr_2025_06", fy="2027-28", line_id="dhsc_rdel")

    unsealed = published.run("refresh")
    assert unsealed.returncode == 1
    assert "row sr_2025_06, 2027-28, dhsc_rdel, column amount_gbp_m" in unsealed.stderr
    assert "found '2213000.0" in unsealed.stderr
    assert re.search(r"[1-9]\d* steps were not run, since what they read was not built", unsealed.stderr)

    sealed = published.run("seal", str(plan))
    assert sealed.returncode == 1
    assert "line_id dhsc_rdel" in sealed.stderr
    assert "year on year factor below two" in sealed.stderr

    assert current_version(published.settings.data_dir) == before
    (record,) = (published.settings.data_dir / "failures").glob("*.md")
    assert "settlement_plan" in record.read_text(encoding="utf-8")


def test_a_refresh_with_nothing_changed_takes_everything_over_and_publishes_nothing_new(published: Project) -> None:
    before = current_version(published.settings.data_dir)
    again = published.run("refresh")
    assert again.returncode == 0
    assert " built" not in again.stderr
    schemas = {name.partition(".")[0] for name in contracts()}
    assert all(f"\n{schema:<12} " in again.stderr for schema in schemas)
    assert "nothing new to publish" in again.stdout
    assert current_version(published.settings.data_dir) == before


def test_published_file_is_marked_read_only(refreshed: Project) -> None:
    assert database_path(refreshed.settings.data_dir).stat().st_mode & 0o777 == 0o444


def test_a_damaged_working_table_is_built_again(published: Project) -> None:
    (published.settings.data_dir / "working" / "settlement" / "plan.parquet").write_bytes(b"not a table")
    again = published.run("refresh")
    assert again.returncode == 0, again.stderr
    assert "nothing new to publish" in again.stdout


def test_no_table_says_it_is_surer_than_its_own_rows(refreshed: Project) -> None:
    with open_snapshot(refreshed.settings.data_dir) as snapshot:
        stated = dict(snapshot.sql("SELECT table_name, weakest_confidence FROM audit.published_table").fetchall())
        for name, described in contracts().items():
            if "confidence" in described.column_names and name in stated:
                rows = snapshot.sql(f"SELECT DISTINCT confidence FROM {name}").fetchall()
                classes = [confidence for (confidence,) in rows if confidence is not None]
                if classes:
                    weakest = max(classes, key=CONFIDENCE.index)
                    assert CONFIDENCE.index(stated[name]) >= CONFIDENCE.index(weakest), name
