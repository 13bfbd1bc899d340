"""Refreshes that meet: all succeed, and an older result never takes the place of a newer one."""

import os
import signal
import subprocess
import sys

import pytest

from nhs_assets.store.snapshot import current_version, versions
from soak.parts import left_behind, publish_under_readers
from soak.project import reword_cautions
from tests.conftest import Project
from tests.seed_edits import published_caution

pytestmark = pytest.mark.golden


def start(project: Project) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "nhs_assets.cli", "refresh"],
        env=project.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_three_refreshes_at_the_same_moment_succeed_and_publish_once(published: Project) -> None:
    reword_cautions(published.settings.seeds_dir, "By three.")
    processes = [start(published) for _ in range(3)]
    printed = ["".join(process.communicate()) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], printed
    assert len(versions(published.settings.data_dir)) == 2
    assert published_caution(published) == "By three."
    assert not left_behind(published.settings.data_dir)


def test_a_run_that_began_earlier_does_not_replace_what_a_later_one_published(published: Project) -> None:
    reword_cautions(published.settings.seeds_dir, "By the earlier.")
    earlier = start(published)
    for line in earlier.stderr:
        if line.startswith("raw "):  # it has read the seeds
            break
    os.kill(earlier.pid, signal.SIGSTOP)
    try:
        reword_cautions(published.settings.seeds_dir, "By the later.")
        later = published.run("refresh")
        assert later.returncode == 0, later.stderr
        shown = current_version(published.settings.data_dir)
    finally:
        os.kill(earlier.pid, signal.SIGCONT)
    printed, complaints = earlier.communicate()
    assert earlier.returncode == 0, complaints
    assert "a run that began later has been published already" in printed
    assert current_version(published.settings.data_dir) == shown
    assert published_caution(published) == "By the later."
    unchanged = published.run("refresh")
    assert "nothing new to publish" in unchanged.stdout
    assert current_version(published.settings.data_dir) == shown


def test_readers_are_not_disturbed_by_publications(refreshed_with_few_draws: Project, tmp_path) -> None:
    found = publish_under_readers(refreshed_with_few_draws.settings.data_dir, tmp_path / "data", 4, readers=4)
    assert found.went_well, str(found)
    assert found.publications == 4
    assert all(one.reads > 1 for one in found.reads), str(found)
