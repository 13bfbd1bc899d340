"""Runs whose process is gone and that Dagster still takes for running: others in the queue would wait for them."""

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
    "The process of this run ended without a word: killed, out of memory, or the machine went down. Nothing it had not "
    "published is shown, and the next refresh takes over every table that it had finished."
)


def end_dead_runs(instance: dg.DagsterInstance, data_dir: Path) -> list[str]:
    """Marks runs of this data folder as failed whose process is gone, and gives their ids.

    Args:
        instance: the run history.
        data_dir: the data folder, where a living run holds a lock.
    """
    ended = []
    for run in instance.get_runs(RunsFilter(statuses=UNFINISHED)):
        if has_died(data_dir, run.run_id):
            # It may have ended in the meantime, in good order.
            now = instance.get_run_by_id(run.run_id)
            if now is not None and now.status in UNFINISHED:
                instance.report_run_failed(now, MESSAGE)
                ended.append(run.run_id)
    return ended
