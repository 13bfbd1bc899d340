"""Takes away old runs and reports where nobody runs a refresh by hand."""

from datetime import UTC, datetime

import dagster as dg

from nhs_assets.instance.retention import purge
from nhs_assets.settings import settings

EVERY_SECONDS = 3600
RUNS_AT_ONCE = 100


@dg.sensor(
    name="tidy_history",
    minimum_interval_seconds=EVERY_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Takes away runs and reports that are past what NHS_ASSETS_HISTORY_* and NHS_ASSETS_REPORTS_DAYS keep.",
)
def tidy_history(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Takes away what is past; the last refresh that went through stays."""
    done = purge(context.instance, settings(), datetime.now(UTC), RUNS_AT_ONCE)
    return dg.SkipReason(f"took away {done.runs} old runs and {done.reports} old reports")
