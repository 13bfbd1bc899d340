"""The parts of a soak, each with what it counted."""

import itertools
import json
import math
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg

from nhs_assets.instance.dead_runs import UNFINISHED
from nhs_assets.settings import PROJECT_ROOT
from nhs_assets.store.running import is_alive
from nhs_assets.store.snapshot import current_version, is_whole, version_folder, versions
from soak.project import SoakProject
from soak.readers import KINDS, Read
from soak.small import lay_out, publish_number


@contextmanager
def reading(data_dir: Path, readers: int, found: list[Read]) -> Iterator[None]:
    """Lets processes of four kinds read what is published as long as the block goes on, and adds what they met.

    Args:
        data_dir: a data folder in which something is published.
        readers: processes that read.
        found: takes what each of them met.
    """
    stop, results = data_dir / "stop", [data_dir / f"reader{number}.json" for number in range(readers)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "soak.readers", KINDS[number % len(KINDS)], data_dir, stop, result], cwd=PROJECT_ROOT
        )
        for number, result in enumerate(results)
    ]
    try:
        yield
    finally:
        stop.touch()
        for process in processes:
            process.wait()
        # A reader that died has written nothing: that is an error of its own.
        found += [
            Read(**json.loads(result.read_text(encoding="utf-8"))) if result.exists() else Read("died", errors=["died"])
            for result in results
        ]


def _undisturbed(reads: Sequence[Read]) -> bool:
    return not any(one.errors or one.torn or not one.reads for one in reads)


def _told(reads: Sequence[Read]) -> str:
    errors = [error for one in reads for error in one.errors]
    counts = ", ".join(f"{one.reads} {one.kind}" for one in reads)
    shown = "".join(f"\n    {error}" for error in errors[:3])
    torn = sum(one.torn for one in reads)
    return f"{len(reads)} readers ({counts}): {len(errors)} reader errors, {torn} torn reads{shown}"


@dataclass
class Published:
    """Small publications while readers read."""

    publications: int = 0
    failed: list[str] = field(default_factory=list)
    damaged: int = 0
    reads: list[Read] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def went_well(self) -> bool:
        """Whether nothing is to be told but numbers."""
        return not (self.failed or self.damaged) and _undisturbed(self.reads)

    def __str__(self) -> str:
        lines = [
            f"{self.publications} small publications in {self.seconds:.0f} s: {len(self.failed)} failed, "
            f"{self.damaged} damaged versions; {_told(self.reads)}",
            *self.failed[:3],
        ]
        return "\n    ".join(lines)


def publish_under_readers(
    published: Path, data_dir: Path, count: int, readers: int, until: float = math.inf
) -> Published:
    """Publishes again and again, one small table changed each time, while readers go on.

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
    started = time.monotonic()
    with reading(data_dir, readers, found.reads):
        for number in range(1, count + 1):
            if time.monotonic() > until:
                break
            try:
                publish_number(settings, number)
            except Exception as error:  # whatever stops a publication is what is counted
                found.failed.append(f"{type(error).__name__}: {error}")
            found.publications += 1
            found.damaged += _damaged(data_dir)
    found.seconds = time.monotonic() - started
    return found


@dataclass
class Disturbed:
    """Whole refreshes while readers read: those that were killed, and those that were let through in between."""

    kills: int = 0
    ended_before: int = 0
    refreshes: int = 0
    failed: list[str] = field(default_factory=list)
    damaged: int = 0
    left_behind: Sequence[str] = ()
    dropped: int = 0
    lost: int = 0
    reads: list[Read] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def went_well(self) -> bool:
        """Whether nothing is to be told but numbers."""
        return not (self.damaged or self.failed or self.left_behind or self.lost) and _undisturbed(self.reads)

    def __str__(self) -> str:
        lines = [
            f"{self.kills} whole refreshes killed at random moments ({self.ended_before} more ended first) and "
            f"{self.refreshes} let through in {self.seconds:.0f} s: {self.damaged} damaged versions, "
            f"{len(self.failed)} failed and needed a person, {len(self.left_behind)} things left behind, "
            f"{self.lost} of {self.dropped} dropped files lost; "
            f"{_told(self.reads)}",
            *self.left_behind[:3],
            *(text[-500:] for text in self.failed[:1]),
        ]
        return "\n    ".join(lines)


def disturb(
    project: SoakProject, kills: int, refreshes: int, readers: int, chance: random.Random, until: float = math.inf
) -> Disturbed:
    """Kills refreshes of a changed seed at random moments, and lets others in between go through, under readers.

    Args:
        project: refreshed once.
        kills: refreshes that are killed.
        refreshes: refreshes that are let through, evenly between the kills and at least one after them.
        readers: processes that read.
        chance: gives the moments.
        until: second of the monotonic clock after which only one more is let through.
    """
    found = Disturbed()
    data_dir = project.settings.data_dir
    started = time.monotonic()
    project.change(0)
    first = project.refresh()
    if first.code != 0:
        found.failed.append(first.printed)
    longest = first.seconds
    changes = itertools.count(1)
    dropped: set[str] = set()
    with reading(data_dir, readers, found.reads):
        for number in range(1, max(refreshes, 1) + 1):
            late = time.monotonic() > until
            while not late and found.kills < kills * number / max(refreshes, 1):
                change = next(changes)
                project.change(change)
                dropped.add(project.drop(change))
                if project.kill_one(longest, chance):
                    found.kills += 1
                else:
                    found.ended_before += 1
                found.damaged += _damaged_in_show(data_dir)
                late = time.monotonic() > until
            project.change(next(changes))
            through = project.refresh()
            if through.code == 0:
                found.refreshes += 1
                longest = min(longest, through.seconds)
            else:
                found.failed.append(through.printed)
            found.damaged += _damaged(data_dir)
            if late:
                break
    found.left_behind = left_behind(data_dir)
    found.dropped, found.lost = len(dropped), len(dropped - project.kept())
    found.seconds = time.monotonic() - started
    return found


@dataclass
class Together:
    """Refreshes started at the same moment."""

    succeeded: int
    started: int
    versions: int
    damaged: int
    seconds: float

    @property
    def went_well(self) -> bool:
        """Whether all went through, and the change that they shared was published once and whole."""
        return self.succeeded == self.started and self.versions == 1 and not self.damaged

    def __str__(self) -> str:
        return (
            f"{self.started} refreshes started together: {self.succeeded} successes in {self.seconds:.0f} s, "
            f"{self.versions} new version, {self.damaged} damaged"
        )


def run_together(project: SoakProject, count: int) -> Together:
    """Starts refreshes of a changed seed at the same moment."""
    before = set(versions(project.settings.data_dir))
    project.change(9999)
    started = time.monotonic()
    processes = [project.start() for _ in range(count)]
    for process in processes:
        process.communicate()
    succeeded = sum(process.returncode == 0 for process in processes)
    made = len(set(versions(project.settings.data_dir)) - before)
    return Together(succeeded, count, made, _damaged(project.settings.data_dir), time.monotonic() - started)


def left_behind(data_dir: Path) -> list[str]:
    """Half-written files and folders, and runs that the history takes for running though nobody runs them."""
    found = [str(path.relative_to(data_dir)) for name in (".*.partial", ".building-*") for path in data_dir.rglob(name)]
    with dg.DagsterInstance.from_config(str(data_dir / "dagster_home")) as instance:
        runs = instance.get_runs(dg.RunsFilter(statuses=UNFINISHED))
    return found + [f"run {run.run_id} is {run.status.value}" for run in runs if not is_alive(data_dir, run.run_id)]


def _damaged_in_show(data_dir: Path) -> int:
    """One if the version that is shown is not whole to the last byte, or none is shown."""
    shown = current_version(data_dir)
    return int(shown is None or not is_whole(version_folder(data_dir, shown), every_byte=True))


def _damaged(data_dir: Path) -> int:
    """Versions that are not whole, and one more where nothing is shown."""
    whole = [is_whole(version_folder(data_dir, one), every_byte=True) for one in versions(data_dir)]
    return whole.count(False) + (current_version(data_dir) is None)
