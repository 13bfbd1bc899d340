"""Wall-clock times of cold processes, taken in turn so that a busy moment of the machine hits every contestant."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHOWN_LINES = 30


class ContestantFailed(RuntimeError):  # noqa: N818 - the name is what the reader of a log should see
    """A process that was to be timed did not succeed, so its time would mean nothing."""


@dataclass(frozen=True)
class Times:
    """Seconds of repeated runs of one contestant."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Median, in seconds."""
        return statistics.median(self.seconds)

    def as_record(self) -> dict[str, float | list[float]]:
        """What the result file keeps: median, extremes and every run, in seconds."""
        return {
            "median_s": self.median,
            "min_s": min(self.seconds),
            "max_s": max(self.seconds),
            "runs_s": list(self.seconds),
        }

    def __str__(self) -> str:
        return f"median {self.median:.2f} s, min {min(self.seconds):.2f}, max {max(self.seconds):.2f}"


def cold(command: Sequence[str | Path], environment: Mapping[str, str], cwd: Path = ROOT) -> float:
    """Seconds from the start of a new process to its end.

    Args:
        command: program and arguments.
        environment: variables set besides those of this process.
        cwd: folder it runs in.

    Raises:
        ContestantFailed: with the end of its output, if it does not exit with 0.
    """
    inherited = {name: value for name, value in os.environ.items() if not _is_ours(name)}
    started = time.perf_counter()
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=inherited | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    elapsed = time.perf_counter() - started
    if done.returncode != 0:
        shown = "\n".join(done.stdout.splitlines()[-SHOWN_LINES:])
        raise ContestantFailed(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{shown}")
    return elapsed


def alternate(contestants: Mapping[str, Callable[[], float]], repeat: int) -> dict[str, Times]:
    """Runs every contestant once untimed, then ``repeat`` rounds, each in the opposite order of the one before.

    The untimed run leaves compiled modules and file caches as they are on any day but the first.
    """
    for run in contestants.values():
        run()
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    order = list(contestants)
    for _ in range(repeat):
        for name in order:
            seconds[name].append(contestants[name]())
        order.reverse()
    return {name: Times(tuple(runs)) for name, runs in seconds.items()}


def _is_ours(name: str) -> bool:
    # A setting or a Dagster home of the person who starts the benchmark must not leak into what is timed.
    return name.startswith(("NHS_ASSETS_", "DAGSTER_", "DBT_"))
