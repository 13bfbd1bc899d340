"""Takes away what nobody will look at again: Dagster keeps every run and its log for ever by itself."""

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
"""Folders of pages written for people; a refused input is reported again as long as it is refused."""


@dataclass(frozen=True)
class Purged:
    """What was taken away.

    Attributes:
        runs: runs of Dagster with their events and logs.
        reports: failure pages and reports of refused inputs.
    """

    runs: int
    reports: int


def purge(instance: dg.DagsterInstance, settings: Settings, now: datetime, most: int) -> Purged:
    """Takes away finished runs and reports that are past what the settings keep.

    A run goes once it is older than ``history_days`` or there are ``history_runs`` newer ones. The last refresh that
    went through stays in any case, and so does whatever is queued or running.

    Args:
        instance: Dagster's history.
        settings: how much is kept, and where the reports are.
        now: the time it is.
        most: runs to take away at once at most, so that whoever waits does not wait long.
    """
    gone = _past(instance.get_run_records(), now - timedelta(days=settings.history_days), settings.history_runs)[:most]
    for record in gone:
        _delete(instance, record.dagster_run.run_id)
    oldest = (now - timedelta(days=settings.reports_days)).timestamp()
    pages = [
        path
        for folder in REPORTS
        for path in (settings.data_dir / folder).glob("*")
        if path.is_file() and path.stat().st_mtime < oldest
    ]
    for page in pages:
        page.unlink(missing_ok=True)
    return Purged(len(gone), len(pages))


def tidy(
    instance: dg.DagsterInstance, settings: Settings, now: datetime, most: int, log: Callable[[str], None]
) -> None:
    """Purges, and says what went; what cannot be taken away now is taken away next time."""
    try:
        done = purge(instance, settings, now, most)
    except Exception as error:  # a refresh that went through must not fail for the tidying after it
        log(f"old runs could not be taken away, and will be next time: {error}")
        return
    if done.runs or done.reports:
        log(f"took away {done.runs} old runs and {done.reports} old reports")


def _past(records: Iterable[RunRecord], oldest: datetime, most: int) -> list[RunRecord]:
    """Finished runs beyond the newest ones and the time that are kept, oldest first."""
    newest_first = sorted(records, key=lambda record: record.create_timestamp, reverse=True)
    kept = next((one for one in newest_first if _is_good_refresh(one)), None)
    past = [
        record
        for place, record in enumerate(newest_first)
        if record is not kept
        and record.dagster_run.status in FINISHED
        and (place >= most or record.create_timestamp < oldest)
    ]
    return past[::-1]


def _is_good_refresh(record: RunRecord) -> bool:
    return record.dagster_run.job_name == REFRESH and record.dagster_run.status is dg.DagsterRunStatus.SUCCESS


def _delete(instance: dg.DagsterInstance, run_id: str) -> None:
    instance.delete_run(run_id)
    # Dagster leaves the folder with the output of the run's steps behind.
    logs = Path(instance.storage_directory()) / run_id
    if logs.is_dir() and instance.get_runs_count(RunsFilter(run_ids=[run_id])) == 0:
        shutil.rmtree(logs, ignore_errors=True)
