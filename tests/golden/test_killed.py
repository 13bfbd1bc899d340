"""Killed anywhere, out of disk, read-only: what is published stays whole, and the next one puts the rest right."""

import multiprocessing
import os
import resource
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from nhs_assets.instance.dead_runs import UNFINISHED, end_dead_runs
from nhs_assets.settings import PROJECT_ROOT, Settings
from nhs_assets.store.snapshot import current_version, database_path, is_whole, open_snapshot, version_folder, versions
from soak.parts import left_behind
from soak.project import reword_cautions
from soak.small import lay_out, publish_and_die, publish_number
from tests.conftest import Project
from tests.seed_edits import set_paid_share

pytestmark = pytest.mark.golden

STEPS_TRIED = 6


@pytest.fixture
def small(refreshed_with_few_draws: Project, tmp_path: Path) -> Settings:
    """A data folder with small tables, published once."""
    settings = lay_out(refreshed_with_few_draws.settings.data_dir, tmp_path / "data")
    publish_number(settings, 0)
    return settings


def assert_whole(data_dir: Path) -> None:
    assert current_version(data_dir) is not None
    assert all(is_whole(version_folder(data_dir, one), every_byte=True) for one in versions(data_dir))
    with open_snapshot(data_dir) as snapshot:
        assert len(snapshot.sql("SELECT DISTINCT statement FROM raw.caution").fetchall()) == 1


def test_a_publication_killed_between_any_two_steps_leaves_a_whole_version(small: Settings) -> None:
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["soak.small"])
    data_dir = small.data_dir

    def run(number: int, step: int) -> int | None:
        process = forks.Process(target=publish_and_die, args=(small, number, step))
        process.start()
        process.join()
        return process.exitcode

    assert run(1, 0) == 0
    steps = int((data_dir / "steps.txt").read_text(encoding="utf-8"))
    assert steps > 100
    # A few over the whole, and each of the last ones, around the step that shows it.
    tried = [*range(1, steps - STEPS_TRIED, steps // STEPS_TRIED), *range(steps - STEPS_TRIED, steps)]
    for number, step in enumerate(tried, start=2):
        assert run(number, step) == -signal.SIGKILL, step
        assert_whole(data_dir)
    done = publish_number(small, 1000)
    assert done.is_new
    assert_whole(data_dir)
    half_written = [path for name in (".building-*", ".*.partial") for path in (data_dir / "published").rglob(name)]
    assert not half_written


def test_a_write_ahead_log_that_someone_left_poisons_neither_this_version_nor_the_next(small: Settings) -> None:
    data_dir = small.data_dir
    name = data_dir / "published" / "nhs_assets.duckdb"
    shown = database_path(data_dir)
    shown.chmod(0o644)
    code = (
        "import duckdb, os, signal, sys; c = duckdb.connect(sys.argv[1]); "
        "c.execute(\"SET checkpoint_threshold = '1TB'\"); "
        "c.execute('CREATE TABLE mine AS SELECT 1 AS one'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(name)], check=False).returncode == -signal.SIGKILL
    assert list(shown.parent.glob("*.wal"))
    assert not is_whole(shown.parent)
    with duckdb.connect(str(name), read_only=True) as reader:
        assert reader.sql("SELECT count(*) FROM settlement.plan").fetchall()[0][0] > 0
        publish_number(small, 1)
        assert database_path(data_dir) != shown
    with duckdb.connect(str(name), read_only=True) as reader:
        assert reader.sql("SELECT DISTINCT statement FROM raw.caution").fetchall() == [("publication 1",)]
        assert not reader.sql("SELECT 1 FROM duckdb_tables() WHERE table_name = 'mine'").fetchall()
    assert not list(database_path(data_dir).parent.glob("*.wal"))


@pytest.mark.parametrize("megabytes", [0.05, 3])
def test_a_file_that_cannot_be_written_to_its_end_is_not_shown(small: Settings, megabytes: float) -> None:
    """As on a full disk: the system refuses to make any file longer than this."""
    before = current_version(small.data_dir)
    process = multiprocessing.get_context("spawn").Process(target=publish_limited, args=(small, int(megabytes * 2**20)))
    process.start()
    process.join()
    assert process.exitcode != 0
    assert current_version(small.data_dir) == before
    assert_whole(small.data_dir)
    assert publish_number(small, 2).is_new
    assert not list((small.data_dir / "published").rglob(".building-*"))


def publish_limited(settings: Settings, most_bytes: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    publish_number(settings, 1)


def test_a_refresh_on_a_full_and_on_a_read_only_disk_leaves_what_was_published(published: Project) -> None:
    mounted = published.settings.data_dir.parent / "disk"
    mounted.mkdir()
    size = sum(path.stat().st_size for path in published.settings.data_dir.rglob("*") if path.is_file())
    room = size // 2**20 + 5
    if (
        os.geteuid() != 0
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={room}m", "tmpfs", str(mounted)], check=False, capture_output=True
        ).returncode
    ):
        pytest.skip("a disk of its own cannot be mounted here")
    try:
        subprocess.run(["cp", "-a", f"{published.settings.data_dir}/.", str(mounted)], check=True)
        project = Project(Settings(seeds_dir=published.settings.seeds_dir, data_dir=mounted))
        before = current_version(mounted)
        reword_cautions(project.settings.seeds_dir, "On a full disk.")
        full = project.run("refresh")
        assert full.returncode != 0
        assert current_version(mounted) == before
        assert is_whole(version_folder(mounted, before), every_byte=True)

        subprocess.run(["mount", "-o", "remount,ro", str(mounted)], check=True)
        read_only = project.run("refresh")
        assert read_only.returncode == 1
        assert "is not writable. The published version is unchanged" in read_only.stderr
        assert project.run("query", "SELECT 1 AS one").returncode == 0

        subprocess.run(["mount", "-o", f"remount,rw,size={room + 500}m", str(mounted)], check=True)
        again = project.run("refresh")
        assert again.returncode == 0, again.stderr
        assert current_version(mounted) != before
        assert not left_behind(mounted)
    finally:
        subprocess.run(["umount", str(mounted)], check=True)


def test_after_a_refresh_without_memory_and_one_that_was_killed_the_next_one_goes_through(published: Project) -> None:
    data_dir = published.settings.data_dir
    before = current_version(data_dir)
    set_paid_share(published, "0.75", "0.76")
    gigabytes = 2  # of addresses: enough to begin with, too little for the model
    command = f"ulimit -v {gigabytes * 2**20}; exec {sys.executable} -m nhs_assets.cli refresh"
    # A library that gets no memory for a thread may wait for ever: then it is killed, as a run beyond its time is.
    with suppress(subprocess.TimeoutExpired):
        limited = subprocess.run(
            ["bash", "-c", command],
            env=published.environment,
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert limited.returncode != 0
    assert current_version(data_dir) == before
    process = subprocess.Popen(
        [sys.executable, "-m", "nhs_assets.cli", "refresh"],
        env=published.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    for line in process.stderr:
        if line.startswith("workforce "):
            break
    with dg.DagsterInstance.from_config(str(data_dir / "dagster_home")) as instance:
        (run,) = instance.get_runs(dg.RunsFilter(statuses=UNFINISHED))
        assert end_dead_runs(instance, data_dir) == []
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert end_dead_runs(instance, data_dir) == [run.run_id]
        assert instance.get_run_by_id(run.run_id).status is dg.DagsterRunStatus.FAILURE
        assert end_dead_runs(instance, data_dir) == []
    assert current_version(data_dir) == before
    again = published.run("refresh")
    assert again.returncode == 0, again.stderr
    assert current_version(data_dir) != before
    assert not left_behind(data_dir)
