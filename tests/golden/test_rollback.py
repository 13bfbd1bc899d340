"""Going back in one step, and what a refresh does then."""

import json
from pathlib import Path

import duckdb
import pytest

from nhs_assets.store.snapshot import current_version, database_path, version_folder, versions
from soak.project import reword_cautions
from tests.conftest import Project, own_file
from tests.seed_edits import published_caution

pytestmark = pytest.mark.golden


WORDING = "SELECT DISTINCT statement FROM evidence.caution ORDER BY 1"


def snapshots(project: Project) -> list[dict]:
    listed = project.run("snapshots", "-f", "json")
    assert listed.returncode == 0, listed.stderr
    return json.loads(listed.stdout)


def first_file(folder: Path) -> Path:
    return sorted(folder.rglob("*.csv"))[0]


def test_going_back_is_not_undone_by_a_refresh_until_something_changes(published: Project) -> None:
    data_dir = published.settings.data_dir
    first = current_version(data_dir)
    reword_cautions(published.settings.seeds_dir, "Once more.")
    with duckdb.connect(str(database_path(data_dir)), read_only=True) as reader:
        before = reader.sql(WORDING).fetchall()
        assert published.run("refresh").returncode == 0
        assert reader.sql(WORDING).fetchall() == before != [("Once more.",)], "a reader was disturbed"
    second = current_version(data_dir)
    assert published_caution(published) == "Once more."
    assert [(row["number"], row["state"]) for row in snapshots(published)] == [(2, "intact, current"), (1, "intact")]

    back = published.run("rollback", "1")
    assert back.returncode == 0, back.stderr
    assert f"nhs-assets rollback {second}" in back.stdout
    assert current_version(data_dir) == first

    unchanged = published.run("refresh")
    assert unchanged.returncode == 0, unchanged.stderr
    assert "is withheld" in unchanged.stdout
    assert current_version(data_dir) == first
    assert versions(data_dir) == [first, second]

    forward = published.run("rollback", second)
    assert forward.returncode == 0
    assert current_version(data_dir) == second
    assert published.run("rollback", "1").returncode == 0

    reword_cautions(published.settings.seeds_dir, "Once again.")
    changed = published.run("refresh")
    assert changed.returncode == 0, changed.stderr
    assert current_version(data_dir) == versions(data_dir)[2]
    assert f"Compared with {first}" in changed.stdout

    spoilt = own_file(first_file(version_folder(data_dir, second)))
    spoilt.write_bytes(spoilt.read_bytes() + b" ")
    refused = published.run("rollback", "2")
    assert refused.returncode == 1
    assert "is damaged and cannot be published" in refused.stderr
    assert published.run("rollback", "9").returncode == 1
    assert current_version(data_dir) == versions(data_dir)[2]
    listed = snapshots(published)
    assert [row["state"] for row in listed] == ["intact, current", "damaged", "intact"]
    assert all(row["tables"] == listed[0]["tables"] and row["rows"] > 0 for row in listed)
