"""The sensor that enforces retention."""

import dagster as dg

from nhs_assets.ground.clock import MACHINE
from nhs_assets.instance.retention import purge
from nhs_assets.settings import settings

EVERY_SECONDS = 3600
RUNS_AT_ONCE = 100


@dg.sensor(
    name="tidy_history",
    minimum_interval_seconds=EVERY_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Deletes runs and reports older than NHS_ASSETS_HISTORY_* and NHS_ASSETS_REPORTS_DAYS allow.",
)
def tidy_history(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Deletes expired runs and reports; the last successful refresh stays."""
    done = purge(context.instance, settings(), MACHINE.now(), RUNS_AT_ONCE)
    return dg.SkipReason(f"deleted {done.runs} old runs and {done.reports} old reports")
