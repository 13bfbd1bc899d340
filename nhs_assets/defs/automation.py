"""Jobs, the daily schedule, and the sensors: orphaned and failed runs, retention, alerts."""

import dagster as dg

from nhs_assets.contracts.registry import PRODUCT_SCHEMAS
from nhs_assets.ground.clock import MACHINE
from nhs_assets.instance.dead_runs import end_dead_runs
from nhs_assets.instance.failed_steps import failed_steps, waiting
from nhs_assets.instance.retention import purge
from nhs_assets.outputs.alerts import AlertCursor, send_pending
from nhs_assets.settings import settings
from nhs_assets.store.reports import write_failure

RUNS_DELETED_AT_ONCE = 100
RUNNING = dg.DefaultSensorStatus.RUNNING

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("inbox", "scenario"),
    description="Builds and checks every table, then publishes them.",
)

schema_jobs = [
    dg.define_asset_job(
        schema,
        selection=dg.AssetSelection.groups(schema).upstream(),
        description=f"Builds and checks the {schema} tables and everything upstream; publishes nothing.",
    )
    for schema in PRODUCT_SCHEMAS
]

daily_refresh = dg.ScheduleDefinition(
    name="daily_refresh",
    job=refresh,
    cron_schedule="0 6 * * *",
    execution_timezone="Europe/London",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    tags={"trigger": "schedule"},
    description="Refreshes every table at 06:00 London time.",
)


@dg.sensor(
    name="end_dead_runs",
    minimum_interval_seconds=60,
    default_status=RUNNING,
    description="Marks orphaned runs as failed after a kill or a power cut, so that the queue moves on.",
)
def clear_dead_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Ends orphaned runs."""
    ended = end_dead_runs(context.instance, settings().data_dir)
    return dg.SkipReason(f"ended: {', '.join(ended)}" if ended else "no orphaned runs")


@dg.run_failure_sensor(
    default_status=RUNNING,
    description="Writes a report for each failed run: what failed, why, and what to do.",
)
def record_failure(context: dg.RunFailureSensorContext) -> None:
    """Writes a report that can be read without the UI."""
    run = context.dagster_run
    planned, start, failure = (
        dg.DagsterEventType(name) for name in ("ASSET_MATERIALIZATION_PLANNED", "STEP_START", "STEP_FAILURE")
    )
    records = context.instance.get_records_for_run(run.run_id, of_type={planned, start, failure}).records
    events = [record.event_log_entry.get_dagster_event() for record in records]
    assets = sum(event.event_type is planned for event in events)
    said = [context.failure_event.message or "", *waiting(assets, events)]
    write_failure(settings().data_dir, run.run_id, run.job_name, said, failed_steps(events))


@dg.sensor(
    name="tidy_history",
    minimum_interval_seconds=3600,
    default_status=RUNNING,
    description="Deletes runs and reports older than NHS_ASSETS_HISTORY_* and NHS_ASSETS_REPORTS_DAYS allow.",
)
def tidy_history(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Deletes expired runs and reports; the last successful refresh stays."""
    deleted = purge(context.instance, settings(), MACHINE.now(), RUNS_DELETED_AT_ONCE)
    return dg.SkipReason(f"deleted {deleted.runs} old runs and {deleted.reports} old reports")


@dg.sensor(
    name="send_alerts",
    minimum_interval_seconds=60,
    default_status=RUNNING,
    description="Sends alerts for changed conclusions: to the log, and to the addresses of NHS_ASSETS_ALERT_URLS.",
)
def send_alerts(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Sends new alerts and those that failed before; the cursor records progress, and no address."""
    limits = settings()
    before = AlertCursor.from_text(context.cursor)
    cursor = send_pending(before, limits.data_dir, limits.alert_urls, context.log.info)
    context.update_cursor(cursor.to_text())
    return dg.SkipReason(f"sent alerts up to version {cursor.version}; {len(cursor.waiting)} waiting to be sent")
