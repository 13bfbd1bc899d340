"""Jobs, the daily schedule, and the sensors for orphaned and failed runs."""

import dagster as dg

from nhs_assets.contracts.registry import PRODUCT_SCHEMAS
from nhs_assets.instance.dead_runs import end_dead_runs
from nhs_assets.settings import settings
from nhs_assets.store.reports import write_failure

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("inbox"),
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
    description="Refreshes every table at 06:00 London time.",
)


@dg.sensor(
    name="end_dead_runs",
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Marks orphaned runs as failed after a kill or a power cut, so that the queue moves on.",
)
def clear_dead_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Ends orphaned runs."""
    ended = end_dead_runs(context.instance, settings().data_dir)
    return dg.SkipReason(f"ended: {', '.join(ended)}" if ended else "no orphaned runs")


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Writes a report for each failed run: what failed, why, and what to do.",
)
def record_failure(context: dg.RunFailureSensorContext) -> None:
    """Writes a report that can be read without the UI."""
    steps = [
        (event.step_key or "", event.step_failure_data.error_display_string)
        for event in context.get_step_failure_events()
    ]
    evaluations = context.instance.get_records_for_run(
        context.dagster_run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
    )
    checks = [record.event_log_entry.dagster_event.asset_check_evaluation_data for record in evaluations.records]
    steps += [
        (check.asset_key.to_user_string(), check.description or check.check_name)
        for check in checks
        if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR
    ]
    write_failure(
        settings().data_dir,
        run_id=context.dagster_run.run_id,
        job=context.dagster_run.job_name,
        message=context.failure_event.message or "",
        steps=steps,
    )
