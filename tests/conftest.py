"""Shared by all tests: the marker rule, and one real refresh that the slower tests look at."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from nhs_assets.settings import PROJECT_ROOT, Settings

MARKERS = {"unit", "integration", "golden", "browser"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test has exactly one of the four markers, or collection fails."""
    unmarked = [item.nodeid for item in items if len(MARKERS & {mark.name for mark in item.iter_markers()}) != 1]
    if unmarked:
        raise pytest.UsageError(f"exactly one of {sorted(MARKERS)} is needed on: {', '.join(unmarked)}")


@dataclass(frozen=True)
class Project:
    """A copy of the seeds with a data folder of its own, and the command line to run on it."""

    settings: Settings

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}
        return kept | {
            "NHS_ASSETS_SEEDS_DIR": str(self.settings.seeds_dir),
            "NHS_ASSETS_SQL_DIR": str(self.settings.sql_dir),
            "NHS_ASSETS_DATA_DIR": str(self.settings.data_dir),
            "COLUMNS": "200",
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """``nhs-assets`` with these arguments, in a process of its own."""
        return subprocess.run(
            [sys.executable, "-m", "nhs_assets.cli", *arguments],
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=300,
            check=False,
        )


def articles() -> Path:
    """The five articles, which stand beside the publishers' samples where someone has them; the test skips if not."""
    samples = os.environ.get("NHS_ASSETS_SAMPLES")
    folder = Path(samples).parent / "articles" if samples else None
    if folder is None or not folder.is_dir():
        pytest.skip("the articles are not part of the project; NHS_ASSETS_SAMPLES names the folder beside theirs")
    return folder


FEW = {"value: 10000": "value: 200", "value: 1024": "value: 64"}
"""Draws and base samples of a project that is refreshed again and again, in place of those that are published."""


def copy_project(folder: Path, every_draw: bool = False) -> Project:
    """The project's seeds copied into ``folder``, beside an empty data folder.

    Args:
        folder: a folder of the test's own.
        every_draw: with as many draws as are published, for tests that look at ranges; otherwise with few.
    """
    shutil.copytree(PROJECT_ROOT / "seeds", folder / "seeds")
    if not every_draw:
        uncertainty = folder / "seeds" / "parameters" / "uncertainty.yml"
        text = uncertainty.read_text(encoding="utf-8")
        for many, few in FEW.items():
            assert text.count(many) == 1
            for end in ("value", "low", "high"):
                text = text.replace(many.replace("value", end), few.replace("value", end))
        uncertainty.write_text(text, encoding="utf-8")
    return Project(Settings(seeds_dir=folder / "seeds", data_dir=folder / "data"))


@pytest.fixture(scope="session")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project on which ``nhs-assets refresh`` has run once. Read it, never change it."""
    project = copy_project(tmp_path_factory.mktemp("refreshed"), every_draw=True)
    done = project.run("refresh")
    assert done.returncode == 0, done.stdout + done.stderr
    return project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project of the test's own, on which nothing has run."""
    return copy_project(tmp_path)
