"""Runs the ``refresh`` job in this process, in the run history that the UI shows."""

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import dagster as dg
from dagster import DagsterEvent

from nhs_assets.definitions import defs
from nhs_assets.ground.clock import MACHINE
from nhs_assets.instance.dead_runs import end_dead_runs
from nhs_assets.instance.home import use_dagster_home
from nhs_assets.instance.retention import tidy
from nhs_assets.settings import settings
from nhs_assets.store.cleanup import remove_leftovers
from nhs_assets.store.reports import write_failure
from nhs_assets.store.running import begin

notices = logging.getLogger("nhs_assets.notices")

RUNS_TIDIED_AT_ONCE = 20
"""Most old runs deleted after a refresh, so that it ends soon."""

SNAPSHOT, AS_OF = dg.AssetKey(["publish", "snapshot"]), dg.AssetKey(["publish", "as_of"])


@dataclass(frozen=True)
class Refreshed:
    """The result of a refresh: checks, errors of failed steps, and the version."""

    succeeded: bool
    run_id: str
    checks_passed: int
    checks_warned: tuple[str, ...]
    checks_failed: tuple[str, ...]
    errors: tuple[tuple[str, str], ...]
    version: str | None
    is_new: bool
    kept_back: str | None
    compared_with: str | None
    revisions: int
    past: str | None


def refresh(on_start: Callable[[int], None]) -> Refreshed:
    """Builds, checks and publishes every table.

    Args:
        on_start: called with the number of tables before the first is built.
    """
    run_id = str(uuid.uuid4())
    begin(settings().data_dir, run_id)
    use_dagster_home(settings())
    job = defs().resolve_job_def("refresh")
    on_start(len(job.nodes) - len((SNAPSHOT, AS_OF)))
    with dg.DagsterInstance.get() as instance:
        for ended in end_dead_runs(instance, settings().data_dir):
            notices.warning("orphaned run %s marked as failed", ended)
        remove_leftovers(settings(), MACHINE)
        result = job.execute_in_process(
            run_id=run_id,
            instance=instance,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
        tidy(instance, settings(), MACHINE.now(), RUNS_TIDIED_AT_ONCE, logging.getLogger("nhs_assets.tidy").info)
    return _refreshed(result)


def _refreshed(result: dg.ExecuteInProcessResult) -> Refreshed:
    every = result.get_asset_check_evaluations()
    evaluations = [one for one in every if one.asset_key != AS_OF]
    failed = [one for one in evaluations if not one.passed]
    blocking = [one for one in failed if one.severity is dg.AssetCheckSeverity.ERROR]
    errors = [
        (event.step_key or "", _readable(event))
        for event in result.filter_events(lambda event: event.is_step_failure)
        if not _stopped_by_a_check(event)
    ]
    metadata = {
        event.asset_key: event.step_materialization_data.materialization.metadata
        for event in result.get_asset_materialization_events()
    }
    published = metadata.get(SNAPSHOT)
    past = _past(metadata[AS_OF]) if AS_OF in metadata else None
    past = next((one.description for one in every if one.asset_key == AS_OF and not one.passed), past)
    if not result.success:
        broken = [(one.asset_key.to_user_string(), one.description or "") for one in blocking]
        write_failure(settings().data_dir, result.run_id, "refresh", "Started from the command line.", errors + broken)
    return Refreshed(
        succeeded=result.success,
        run_id=result.run_id,
        checks_passed=len(evaluations) - len(failed),
        checks_warned=tuple(one.description or "" for one in failed if one not in blocking),
        checks_failed=tuple(one.description or "" for one in blocking),
        errors=tuple(errors),
        version=published["version"].value if published else None,
        is_new=bool(published and published["is_new"].value),
        kept_back=(published["kept_back"].value or None) if published else None,
        compared_with=published["compared_with"].value if published else None,
        revisions=published["revisions"].value if published else 0,
        past=past,
    )


def _past(metadata: Mapping[str, dg.MetadataValue]) -> str | None:
    """What became of the files of past days, on one line."""
    built, reused = metadata["built"].value, metadata["reused"].value
    if not built + reused:
        return None
    how = f"{built} built in {metadata['seconds'].value} s, {reused} unchanged" if built else f"all {reused} unchanged"
    return f"Past days, apart from the above: {how} (published/as_of)"


def _stopped_by_a_check(event: DagsterEvent) -> bool:
    """Whether a step failed only because its check did, which is reported on its own."""
    error = event.step_failure_data.error
    return error is not None and error.cls_name == "DagsterAssetCheckFailedError"


def _readable(event: DagsterEvent) -> str:
    """The error message of a step's root cause, without the stack trace."""
    failure = event.step_failure_data
    if failure.user_failure_data is not None and failure.user_failure_data.description:
        return failure.user_failure_data.description
    error = failure.error
    while error is not None and error.cause is not None:
        error = error.cause
    return error.message.strip() if error is not None else failure.error_display_string
