"""Sends alerts once a publication has moved a conclusion."""

import dagster as dg

from nhs_assets.outputs.alerts import Told, tell
from nhs_assets.settings import settings

EVERY_SECONDS = 60


@dg.sensor(
    name="send_alerts",
    minimum_interval_seconds=EVERY_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells of conclusions that a publication moved: in the log, and where NHS_ASSETS_ALERT_URLS says.",
)
def send_alerts(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Tells what is new and what could not be sent before; the cursor holds how far it got, and no address."""
    limits = settings()
    told = tell(Told.from_text(context.cursor), limits.data_dir, limits.alert_urls, context.log.info)
    context.update_cursor(told.to_text())
    return dg.SkipReason(f"alerts up to version {told.version} are told; {len(told.waiting)} wait to be sent")
