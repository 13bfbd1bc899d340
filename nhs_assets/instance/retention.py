"""Retention: deletes old runs and reports, which Dagster would keep permanently."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg
from dagster import RunRecord, RunsFilter

from nhs_assets.settings import Settings

REFRESH = "refresh"
FINISHED = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
REPORTS = ("failures", "quarantine")
"""Folders of reports; a refused input is reported again while it is refused."""


@dataclass(frozen=True)
class Purged:
    """Number of deleted runs (with events and logs) and of deleted reports."""

    runs: int
    reports: int


def purge(instance: dg.DagsterInstance, settings: Settings, now: datetime, most: int) -> Purged:
    """Deletes finished runs, but no more than ``most``, and reports past their retention.

    A run expires once it is older than ``history_days`` or there are ``history_runs`` newer ones. The last successful
    refresh and whatever is queued or running are never deleted.
    """
    expired = _expired(instance.get_run_records(), now - timedelta(days=settings.history_days), settings.history_runs)
    for run_id in [record.dagster_run.run_id for record in expired[:most]]:
        instance.delete_run(run_id)
        # Dagster leaves the compute logs behind.
        logs = Path(instance.storage_directory()) / run_id
        if logs.is_dir() and instance.get_runs_count(RunsFilter(run_ids=[run_id])) == 0:
            shutil.rmtree(logs, ignore_errors=True)
    oldest = (now - timedelta(days=settings.reports_days)).timestamp()
    pages = [
        path
        for folder in REPORTS
        for path in (settings.data_dir / folder).glob("*")
        if path.is_file() and path.stat().st_mtime < oldest
    ]
    for page in pages:
        page.unlink(missing_ok=True)
    return Purged(len(expired[:most]), len(pages))


def tidy(
    instance: dg.DagsterInstance, settings: Settings, now: datetime, most: int, log: Callable[[str], None]
) -> None:
    """Purges and logs the result; a failure is logged and retried at the next call."""
    try:
        done = purge(instance, settings, now, most)
    except Exception as error:  # a successful refresh must not fail in its clean-up
        log(f"could not delete old runs, will retry next time: {error}")
        return
    if done.runs or done.reports:
        log(f"deleted {done.runs} old runs and {done.reports} old reports")


def _expired(records: Iterable[RunRecord], oldest: datetime, most: int) -> list[RunRecord]:
    """Expired runs, oldest first."""
    newest_first = sorted(records, key=lambda record: record.create_timestamp, reverse=True)
    good = [
        record
        for record in newest_first
        if record.dagster_run.job_name == REFRESH and record.dagster_run.status is dg.DagsterRunStatus.SUCCESS
    ]
    expired = [
        record
        for place, record in enumerate(newest_first)
        if record not in good[:1]
        and record.dagster_run.status in FINISHED
        and (place >= most or record.create_timestamp < oldest)
    ]
    return expired[::-1]
