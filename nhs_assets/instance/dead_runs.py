"""Orphaned runs: their process is gone, but Dagster still counts them as running and queues others behind them."""

from pathlib import Path

import dagster as dg
from dagster import DagsterRunStatus, RunsFilter

from nhs_assets.store.running import has_died

UNFINISHED = [
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]
MESSAGE = (
    "The process exited without reporting: killed, out of memory, or the machine went down. What was published before "
    "is unchanged, and the next refresh reuses every table that this run had finished."
)


def end_dead_runs(instance: dg.DagsterInstance, data_dir: Path) -> list[str]:
    """Marks orphaned runs of this data folder, in which a live run holds a lock, as failed and returns their ids."""
    ended = []
    for run in instance.get_runs(RunsFilter(statuses=UNFINISHED)):
        if has_died(data_dir, run.run_id):
            # It may have finished in the meantime.
            now = instance.get_run_by_id(run.run_id)
            if now is not None and now.status in UNFINISHED:
                instance.report_run_failed(now, MESSAGE)
                ended.append(run.run_id)
    return ended
