"""The parts of a soak, each with what it counted."""

import json
import math
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg

from nhs_assets.dead_runs import UNFINISHED
from nhs_assets.settings import PROJECT_ROOT
from nhs_assets.store.running import is_alive
from nhs_assets.store.snapshot import current_version, is_whole, version_folder, versions
from soak.project import SoakProject
from soak.readers import KINDS, Read
from soak.small import lay_out, publish_number


@dataclass
class Published:
    """Publications while readers read."""

    publications: int = 0
    failed: list[str] = field(default_factory=list)
    damaged: int = 0
    reads: list[Read] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def went_well(self) -> bool:
        """Whether nothing is to be told but numbers."""
        return not (self.failed or self.damaged or any(one.errors or one.torn or not one.reads for one in self.reads))

    def __str__(self) -> str:
        errors = [error for one in self.reads for error in one.errors]
        reads = ", ".join(f"{one.reads} {one.kind}" for one in self.reads)
        lines = [
            f"{self.publications} publications in {self.seconds:.0f} s with {len(self.reads)} readers ({reads}): "
            f"{len(errors)} reader errors, {sum(one.torn for one in self.reads)} torn reads, "
            f"{len(self.failed)} failed publications, {self.damaged} damaged versions",
            *errors[:3],
            *self.failed[:3],
        ]
        return "\n    ".join(lines)


def publish_under_readers(
    published: Path, data_dir: Path, count: int, readers: int, until: float = math.inf
) -> Published:
    """Publishes again and again, one small table changed each time, while readers of four kinds go on.

    Args:
        published: a data folder in which something is published; only read.
        data_dir: a new one.
        count: publications.
        readers: processes that read.
        until: second of the monotonic clock after which no more are begun.
    """
    settings = lay_out(published, data_dir)
    found = Published()
    publish_number(settings, 0)
    stop, results = data_dir / "stop", [data_dir / f"reader{number}.json" for number in range(readers)]
    started = time.monotonic()
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "soak.readers", KINDS[number % len(KINDS)], data_dir, stop, result], cwd=PROJECT_ROOT
        )
        for number, result in enumerate(results)
    ]
    try:
        for number in range(1, count + 1):
            if time.monotonic() > until:
                break
            try:
                publish_number(settings, number)
            except Exception as error:  # whatever stops a publication is what is counted
                found.failed.append(f"{type(error).__name__}: {error}")
            found.publications += 1
            found.damaged += _damaged(data_dir)
    finally:
        stop.touch()
        for process in processes:
            process.wait()
    found.seconds = time.monotonic() - started
    found.reads = [Read(**json.loads(result.read_text(encoding="utf-8"))) for result in results if result.exists()]
    return found


@dataclass
class Killed:
    """Refreshes that were killed, and those that had to put things right."""

    kills: int = 0
    ended_before: int = 0
    damaged: int = 0
    repairs_failed: list[str] = field(default_factory=list)
    repairs: int = 0
    left_behind: Sequence[str] = ()
    seconds: float = 0.0

    @property
    def went_well(self) -> bool:
        """Whether nothing is to be told but numbers."""
        return not (self.damaged or self.repairs_failed or self.left_behind)

    def __str__(self) -> str:
        lines = [
            f"{self.kills} whole refreshes killed at random moments in {self.seconds:.0f} s ({self.ended_before} more "
            f"ended first): {self.damaged} damaged versions, {self.repairs} of "
            f"{self.repairs + len(self.repairs_failed)} refreshes that followed went through, "
            f"{len(self.repairs_failed)} manual repairs, "
            f"{len(self.left_behind)} things left behind",
            *self.left_behind[:3],
            *(text[-500:] for text in self.repairs_failed[:1]),
        ]
        return "\n    ".join(lines)


def kill_refreshes(
    project: SoakProject, count: int, every: int, chance: random.Random, until: float = math.inf
) -> Killed:
    """Kills refreshes of a changed parameter at random moments, and lets one in a while end.

    Args:
        project: refreshed once.
        count: kills.
        every: after so many kills one refresh runs to its end.
        chance: gives the moments.
        until: second of the monotonic clock after which no more are begun.
    """
    found = Killed()
    data_dir = project.settings.data_dir
    started = time.monotonic()
    project.change(0)
    longest = project.refresh().seconds
    number = 0
    ending = False
    while not ending:
        number += 1
        project.change(number)
        if project.kill_one(longest, chance):
            found.kills += 1
        else:
            found.ended_before += 1
        found.damaged += _damaged(data_dir)
        ending = found.kills >= count or time.monotonic() > until
        if found.kills % every == 0 or ending:
            repaired = project.refresh()
            longest = min(longest, repaired.seconds) if repaired.code == 0 else longest
            if repaired.code == 0:
                found.repairs += 1
            else:
                found.repairs_failed.append(repaired.printed)
    found.left_behind = left_behind(data_dir)
    found.seconds = time.monotonic() - started
    return found


@dataclass
class Together:
    """Refreshes started at the same moment."""

    succeeded: int
    started: int
    versions: int
    seconds: float

    @property
    def went_well(self) -> bool:
        """Whether all went through."""
        return self.succeeded == self.started

    def __str__(self) -> str:
        return (
            f"{self.started} refreshes started together: {self.succeeded} successes in {self.seconds:.0f} s, "
            f"{self.versions} new version"
        )


def run_together(project: SoakProject, count: int) -> Together:
    """Starts refreshes of a changed parameter at the same moment."""
    before = set(versions(project.settings.data_dir))
    project.change(9999)
    started = time.monotonic()
    processes = [project.start() for _ in range(count)]
    for process in processes:
        process.communicate()
    succeeded = sum(process.returncode == 0 for process in processes)
    made = len(set(versions(project.settings.data_dir)) - before)
    return Together(succeeded, count, made, time.monotonic() - started)


def left_behind(data_dir: Path) -> list[str]:
    """Half-written files and folders, and runs that the history takes for running though nobody runs them."""
    found = [str(path.relative_to(data_dir)) for name in (".*.partial", ".building-*") for path in data_dir.rglob(name)]
    with dg.DagsterInstance.from_config(str(data_dir / "dagster_home")) as instance:
        runs = instance.get_runs(dg.RunsFilter(statuses=UNFINISHED))
    return found + [f"run {run.run_id} is {run.status.value}" for run in runs if not is_alive(data_dir, run.run_id)]


def _damaged(data_dir: Path) -> int:
    """Versions that are not whole, and one more where nothing is shown."""
    whole = [is_whole(version_folder(data_dir, one), every_byte=True) for one in versions(data_dir)]
    return whole.count(False) + (current_version(data_dir) is None)
