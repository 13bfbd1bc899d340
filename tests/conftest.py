"""Shared by all tests: the marker rule, and one real refresh that the slower tests look at."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

from nhs_assets.ground.files import locked
from nhs_assets.ground.locks import is_held
from nhs_assets.settings import PROJECT_ROOT, Settings
from soak.project import use_few_draws
from tests.command_line import run as run_command

# A busy machine is slow now and then; a property does not fail by the clock.
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")

MARKERS = ("browser", "golden", "integration", "unit")
"""Slowest first: the quick ones fill the time until all workers are done."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test has exactly one of the four markers, or collection fails."""
    marks = {item: [name for name in MARKERS if item.get_closest_marker(name)] for item in items}
    unmarked = [item.nodeid for item, names in marks.items() if len(names) != 1]
    if unmarked:
        raise pytest.UsageError(f"exactly one of {', '.join(MARKERS)} is needed on: {', '.join(unmarked)}")
    items.sort(key=lambda item: MARKERS.index(marks[item][0]))


WITHOUT_REPORT = "parquet csv excel"
WITH_REPORT = f"{WITHOUT_REPORT} report"
"""What a refresh publishes beside the database. A report takes seconds, and few tests look at it."""


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
            "NHS_ASSETS_AS_OF_FILES": "false",
            "NHS_ASSETS_EXPORT_FORMATS": WITHOUT_REPORT,
            "COLUMNS": "200",
        }

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """``nhs-assets`` with these arguments, and settings beside the project's, in a process of its own."""
        return run_command(arguments, self.environment | environment)


def articles() -> Path:
    """The five articles, which stand beside the publishers' samples where someone has them; the test skips if not."""
    samples = os.environ.get("NHS_ASSETS_SAMPLES")
    folder = Path(samples).parent / "articles" if samples else None
    if folder is None or not folder.is_dir():
        pytest.skip("the articles are not part of the project; NHS_ASSETS_SAMPLES names the folder beside theirs")
    return folder


def copy_project(folder: Path, every_draw: bool = False) -> Project:
    """The project's seeds copied into ``folder``, beside an empty data folder.

    Args:
        folder: a folder of the test's own.
        every_draw: with as many draws as are published, for tests that look at ranges; otherwise with few.
    """
    shutil.copytree(PROJECT_ROOT / "seeds", folder / "seeds")
    if not every_draw:
        use_few_draws(folder / "seeds")
    return Project(Settings(seeds_dir=folder / "seeds", data_dir=folder / "data"))


EVERY_DRAW, FEW_DRAWS = "every_draw", "few_draws"


def refresh_once(tmp_path_factory: pytest.TempPathFactory, name: str) -> Project:
    """A project on which ``nhs-assets refresh`` has run, made by the worker that comes first and seen by all.

    What the command printed is in :func:`printed_by_refresh`.
    """
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    if is_held(shared / f"{name}.lock"):  # another worker is at it: make the other project meanwhile
        _refresh_in(shared / (FEW_DRAWS if name == EVERY_DRAW else EVERY_DRAW))
    return _refresh_in(shared / name)


def _refresh_in(folder: Path) -> Project:
    printed = folder / "refresh.txt"
    with locked(folder.with_suffix(".lock")):
        if not printed.exists():
            project = copy_project(folder, every_draw=folder.name == EVERY_DRAW)
            beside = (
                {"NHS_ASSETS_EXPORT_FORMATS": WITH_REPORT}
                if folder.name == EVERY_DRAW
                else {"NHS_ASSETS_AS_OF_FILES": "true"}
            )
            done = project.run("refresh", **beside)
            assert done.returncode == 0, done.stdout + done.stderr
            printed.write_text(done.stdout, encoding="utf-8")
    return Project(Settings(seeds_dir=folder / "seeds", data_dir=folder / "data"))


@pytest.fixture(scope="session")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project on which ``nhs-assets refresh`` ran once, with every draw and a report. Read it, never change it."""
    return refresh_once(tmp_path_factory, EVERY_DRAW)


@pytest.fixture(scope="session")
def refreshed_with_few_draws(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The same with few draws, and instead of a report a file as of each vintage: to be copied, never changed."""
    return refresh_once(tmp_path_factory, FEW_DRAWS)


def printed_by_refresh(refreshed: Project) -> str:
    """What the first refresh of a shared project printed."""
    return (refreshed.settings.seeds_dir.parent / "refresh.txt").read_text(encoding="utf-8")


def copy_refreshed(refreshed: Project, folder: Path) -> Project:
    """The project with all that was published, copied into ``folder``.

    Published files are never written to, so a copy has them under second names: before a test spoils one, it takes
    it for its own with :func:`own_file`.
    """
    shutil.copytree(refreshed.settings.seeds_dir, folder / "seeds")
    shutil.copytree(refreshed.settings.data_dir, folder / "data", symlinks=True, copy_function=_link_or_copy)
    return Project(Settings(seeds_dir=folder / "seeds", data_dir=folder / "data"))


def _link_or_copy(source: str, target: str) -> None:
    if "/published/versions/" in source or "/published/as_of_sets/" in source:
        os.link(source, target)
    else:
        shutil.copy2(source, target)


def own_file(path: Path) -> Path:
    """Makes a published file one that the test may spoil."""
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content)
    return path


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project of the test's own, on which nothing has run."""
    return copy_project(tmp_path)


@pytest.fixture
def published(refreshed_with_few_draws: Project, tmp_path: Path) -> Project:
    """A project of the test's own, published once."""
    return copy_refreshed(refreshed_with_few_draws, tmp_path)
