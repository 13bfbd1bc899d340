"""Times of cold processes, taken in turn so that a busy moment of the machine hits every contestant."""

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHOWN_LINES = 30
PATIENCE_SECONDS = 300
STEERING = ("NHS_ASSETS_", "DAGSTER_", "DBT_", "PYTHONDONTWRITEBYTECODE")
"""With the last, Python would compile our modules again in every process, and nobody else's: pip compiles those."""


class ContestantError(RuntimeError):
    """A contestant did not succeed, so its time would mean nothing."""


@dataclass(frozen=True)
class Run:
    """One run of a contestant: seconds on the clock, and seconds of processor time on all cores."""

    wall: float
    processor: float


@dataclass(frozen=True)
class Times:
    """Repeated measurements of one contestant, in seconds."""

    wall: tuple[float, ...]
    processor: tuple[float, ...] = ()

    @classmethod
    def of(cls, runs: Sequence[Run]) -> "Times":
        """The times of runs."""
        return cls(tuple(run.wall for run in runs), tuple(run.processor for run in runs))

    @property
    def median(self) -> float:
        """Median on the clock, in seconds."""
        return statistics.median(self.wall)

    def as_record(self) -> dict[str, float | Sequence[float]]:
        """What the result file keeps: median, extremes and every run, in seconds."""
        return {
            "median_s": self.median,
            "min_s": min(self.wall),
            "max_s": max(self.wall),
            "runs_s": self.wall,
            "processor_runs_s": self.processor,
        }

    def __str__(self) -> str:
        shown = f"median {self.median:6.2f} s, min {min(self.wall):6.2f}, max {max(self.wall):6.2f}"
        return f"{shown}, processor {statistics.median(self.processor):5.2f}" if self.processor else shown


def forget_settings() -> None:
    """Takes settings, the Dagster home and Python's of whoever starts the benchmark from what contestants inherit."""
    for name in [name for name in os.environ if name.startswith(STEERING)]:
        del os.environ[name]


def todays_figures(data_dir: Path) -> dict[str, str]:
    """Environment of a refresh into a data folder that ends once today's figures are published.

    What was known on past days is built after that, and says its own time.
    """
    return {"NHS_ASSETS_DATA_DIR": str(data_dir), "NHS_ASSETS_AS_OF_FILES": "false"}


def cold(command: Sequence[str | Path], environment: Mapping[str, str], cwd: Path = ROOT) -> Run:
    """A new process from its start to its end.

    Args:
        command: program and arguments.
        environment: variables set besides those of this process.
        cwd: folder it runs in.

    Raises:
        ContestantError: with the end of its output, if it does not exit with 0; or if it takes minutes.
    """
    processor = _processor_of_children()
    started = time.perf_counter()
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise ContestantError(f"{_written(command)} was still running after {PATIENCE_SECONDS} s") from late
    wall = time.perf_counter() - started
    if done.returncode != 0:
        shown = "\n".join(done.stdout.splitlines()[-SHOWN_LINES:])
        raise ContestantError(f"{_written(command)} ended with {done.returncode}:\n{shown}")
    return Run(wall, _processor_of_children() - processor)


def alternate(contestants: Mapping[str, Callable[[], Run]], repeat: int) -> dict[str, Times]:
    """Runs every contestant once untimed, then ``repeat`` rounds, each in the opposite order of the one before.

    The untimed run leaves compiled modules and file caches as they are on any day but the first.
    """
    for run in contestants.values():
        run()
    runs: dict[str, list[Run]] = {name: [] for name in contestants}
    order = list(contestants)
    for _ in range(repeat):
        for name in order:
            runs[name].append(contestants[name]())
        order.reverse()
    return {name: Times.of(done) for name, done in runs.items()}


def _written(command: Sequence[str | Path]) -> str:
    return " ".join(map(str, command))


def _processor_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
