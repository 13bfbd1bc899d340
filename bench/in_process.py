"""Dagster's job inside one process: from nothing, once more with everything unchanged, and the bare work of both.

Run as a module of its own by ``measure``, so that each measurement starts with a fresh process and data folder.
"""

import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypedDict

from bench.timing import ContestantFailed, Run, cold

if TYPE_CHECKING:
    import dagster as dg


class Measured(TypedDict):
    """Seconds of the job and of its bare work, and the number of assets between which the rest is shared."""

    assets: int
    full_s: float
    unchanged_s: float
    bare: dict[str, float]


def measure(data_dir: Path) -> tuple[Measured, Run]:
    """Measures in a new process.

    Args:
        data_dir: a folder that does not exist yet, for the data and for Dagster's history.

    Raises:
        ContestantFailed: if the job does not succeed.
    """
    with TemporaryDirectory(prefix="nhs_assets_bench_") as folder:
        found = Path(folder) / "measured.json"
        run = cold([sys.executable, "-m", "bench.in_process", found], {"NHS_ASSETS_DATA_DIR": str(data_dir)})
        return json.loads(found.read_text(encoding="utf-8")), run


def main(target: Path) -> None:
    """Measures here and writes what was found to ``target`` as JSON."""
    import dagster as dg

    from bench.bare import seconds_of_bare_work
    from nhs_assets.dagster_home import use_dagster_home
    from nhs_assets.definitions import defs
    from nhs_assets.settings import settings

    use_dagster_home(settings())
    job = defs().resolve_job_def("refresh")
    with dg.DagsterInstance.get() as instance:
        full_s, run_id = _seconds_of_job(job, instance)
        unchanged_s, _ = _seconds_of_job(job, instance)
    measured = Measured(
        assets=len(job.nodes),
        full_s=full_s,
        unchanged_s=unchanged_s,
        bare=seconds_of_bare_work(settings(), run_id),
    )
    target.write_text(json.dumps(measured), encoding="utf-8")


def _seconds_of_job(job: "dg.JobDefinition", instance: "dg.DagsterInstance") -> tuple[float, str]:
    started = time.perf_counter()
    result = job.execute_in_process(
        instance=instance,
        raise_on_error=False,
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
    )
    elapsed = time.perf_counter() - started
    if not result.success:
        failed = ", ".join(event.step_key or "" for event in result.all_node_events if event.is_step_failure)
        raise ContestantFailed(f"the refresh job failed in: {failed}")
    return elapsed, result.run_id


if __name__ == "__main__":
    main(Path(sys.argv[1]))
