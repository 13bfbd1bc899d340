"""The inbox as Dagster sees it: a sensor that requests a refresh, and downloads on a schedule."""

import hashlib
import json
from collections import Counter

import dagster as dg

from nhs_assets.defs.automation import refresh
from nhs_assets.ground.clock import MACHINE
from nhs_assets.settings import Settings, settings
from nhs_assets.sources.fetch.source_list import reason_not_to_fetch
from nhs_assets.store.inbox import dropped_files

EVERY_SECONDS = 30
GROUP = "inbox"


@dg.sensor(
    name="inbox",
    job=refresh,
    minimum_interval_seconds=EVERY_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Requests a refresh once a file in the inbox is unchanged between two polls. A file being written "
    "is not touched; one that waits for a note is requested again when it or its note changes.",
)
def inbox_sensor(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """The cursor holds the state of every file at the last poll, and of those for which a run was requested."""
    folder = settings().inbox
    seen = {
        name: [stat.size, stat.touched_ns, stat.note.touched_ns if stat.note else 0]
        for name, stat in dropped_files(folder).items()
    }
    before = json.loads(context.cursor) if context.cursor else {"seen": {}, "asked": {}}
    asked = {name: state for name, state in before["asked"].items() if seen.get(name) == state}
    stable = {name: state for name, state in seen.items() if before["seen"].get(name) == state and name not in asked}
    context.update_cursor(json.dumps({"seen": seen, "asked": asked | stable}))
    if stable:
        key = hashlib.sha256(json.dumps(stable, sort_keys=True).encode()).hexdigest()
        return dg.RunRequest(
            run_key=f"inbox-{key[:16]}", tags={"trigger": "inbox", "inbox": ", ".join(sorted(stable))[:200]}
        )
    if len(asked) < len(seen):
        return dg.SkipReason(f"{len(seen) - len(asked)} new in {folder}: ingested once they no longer change")
    if asked:
        return dg.SkipReason(f"{len(asked)} waiting in {folder}: nhs-assets inbox says what for")
    return dg.SkipReason(f"nothing in {folder}")


@dg.asset(
    key=["inbox", "fetched"],
    group_name=GROUP,
    owners=["team:nhs-assets"],
    kinds={"file"},
    description="Downloads from the addresses in seeds/fetch/sources.yml, archived by checksum and put in the inbox. "
    "Off unless NHS_ASSETS_FETCH is true.",
)
def fetched(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    """Fetches every source; a failed source fails the run, after all have been tried."""
    from nhs_assets.sources.fetch.run import FetchOutcome, fetch_all

    reason = reason_not_to_fetch(settings)
    if reason:
        context.log.info(reason)
        return dg.MaterializeResult(metadata={"skipped": reason})
    results = fetch_all(settings, MACHINE)
    for result in results:
        context.log.info(str(result))
    failed = [str(result) for result in results if result.outcome is FetchOutcome.FAILED]
    if failed:
        raise dg.Failure("\n".join(failed), allow_retries=False)
    counts = Counter(result.outcome for result in results)
    return dg.MaterializeResult(metadata={str(outcome): counts[outcome] for outcome in FetchOutcome})


fetch = dg.define_asset_job(
    "fetch", selection=dg.AssetSelection.groups(GROUP), description="Downloads new files into the inbox."
)


@dg.schedule(
    name="daily_fetch",
    job=fetch,
    cron_schedule="0 5 * * *",
    execution_timezone="Europe/London",
    default_status=dg.DefaultScheduleStatus.RUNNING if settings().fetch else dg.DefaultScheduleStatus.STOPPED,
    description="Downloads every morning at five, an hour before the refresh. Off unless NHS_ASSETS_FETCH is true.",
)
def daily_fetch(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Requests the downloads, or says why there are none."""
    reason = reason_not_to_fetch(settings())
    return dg.SkipReason(reason) if reason else dg.RunRequest(tags={"trigger": "schedule"})
