"""Dagster: home, daemon, schedule, sensors, runs and pools."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from nhs_assets.instance.doctor.finding import Finding, look, ok, wrong
from nhs_assets.settings import PROJECT_ROOT, Settings

if TYPE_CHECKING:
    import dagster as dg
    from dagster._core.scheduler.instigation import InstigatorState, InstigatorTick

SCHEDULE = "daily_refresh"
SILENT = timedelta(minutes=2)
"""A live daemon sends a heartbeat every 30 seconds."""

STALLED = timedelta(hours=1)
"""A run takes a minute; ``dagster.yaml`` ends one after an hour."""

A_DAY_AND_SOME = timedelta(hours=26)
UI = "nhs-assets ui"


def home(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the run history is readable and configured as shipped."""
    named = os.environ.get("DAGSTER_HOME")
    folder = Path(named) if named else settings.dagster_home
    if not folder.exists():
        yield ok(f"{folder} will be created by the first refresh")
        return
    if not os.access(folder, os.W_OK):
        yield wrong(f"{folder} is not writable", "Give this user write access.")
        return
    with _instance(settings) as instance:
        count = instance.get_runs_count()
    shipped = (PROJECT_ROOT / "dagster.yaml").read_text(encoding="utf-8")
    found = folder / "dagster.yaml"
    if not found.exists() or found.read_text(encoding="utf-8") != shipped:
        where = "DAGSTER_HOME names" if named else "there is"
        yield look(
            f"{where} a home without the shipped dagster.yaml: {folder}",
            f"Copy the project's dagster.yaml to {folder}, or unset DAGSTER_HOME.",
        )
    else:
        yield ok(f"{count} runs in {folder}")


def daemon(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the daemon, which runs schedules and sensors, is alive."""
    with _instance(settings) as instance:
        beats = instance.get_daemon_heartbeats()
    remedy = f"Schedules run only while this runs: {UI}"
    if not beats:
        yield look("has never run, so nothing is scheduled", remedy)
        return
    last = max(datetime.fromtimestamp(beat.timestamp, UTC) for beat in beats.values())
    failing = {
        kind: beat.errors[0].message.strip().splitlines()[-1]
        for kind, beat in beats.items()
        if beat.errors and now - datetime.fromtimestamp(beat.timestamp, UTC) <= SILENT
    }
    if failing:
        listed = "; ".join(f"{kind}: {said}" for kind, said in failing.items())
        yield wrong(f"reports errors: {listed}", f"Stop it, make sure only one runs, and start it again: {UI}")
    elif now - last > SILENT:
        yield look(f"last heartbeat at {last:%Y-%m-%d %H:%M} UTC", remedy)
    else:
        yield ok(f"alive: {len(beats)} heartbeats within two minutes")


def schedule(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the daily refresh is on and ran when it was due."""
    with _instance(settings) as instance:
        state = next((state for state in _states(instance) if state.name == SCHEDULE), None)
        tick = _last_tick(instance, state) if state is not None else None
    switch_on = f"Switch {SCHEDULE} on in the UI, under Automation."
    if state is not None and state.status.value == "STOPPED":
        yield look(f"{SCHEDULE} is switched off", switch_on)
    elif tick is None:
        yield ok(f"{SCHEDULE} is on by default and has not been due yet")
    elif tick.is_failure:
        yield wrong(
            f"{SCHEDULE} could not start a run at {_time(tick):%Y-%m-%d %H:%M} UTC: {_error(tick)}",
            "See the tick in the UI, under Automation, and correct the cause.",
        )
    elif now - _time(tick) > A_DAY_AND_SOME:
        yield look(f"{SCHEDULE} last ran at {_time(tick):%Y-%m-%d %H:%M} UTC", f"Keep this running: {UI}")
    else:
        yield ok(f"{SCHEDULE} is on, last tick at {_time(tick):%Y-%m-%d %H:%M} UTC")


def sensors(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the sensors are on and their last tick succeeded."""
    with _instance(settings) as instance:
        states = [state for state in _states(instance) if state.instigator_type.value == "SENSOR"]
        ticks = {state.name: _last_tick(instance, state) for state in states}
    stopped = [state.name for state in states if state.status.value == "STOPPED"]
    failed = {name: tick for name, tick in ticks.items() if tick is not None and tick.is_failure}
    if stopped:
        yield look(f"switched off: {', '.join(stopped)}", "Switch them on in the UI, under Automation.")
    for name, tick in failed.items():
        yield wrong(
            f"{name} failed at {_time(tick):%Y-%m-%d %H:%M} UTC: {_error(tick)}",
            "See the tick in the UI, under Automation, and correct the cause.",
        )
    if not stopped and not failed:
        yield ok(f"{len(states)} ticked, none failed" if states else "no tick yet")


def runs(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether a run is stalled, and whether the last refresh succeeded."""
    import dagster as dg
    from dagster import RunsFilter

    unfinished = [dg.DagsterRunStatus(name) for name in ("QUEUED", "NOT_STARTED", "STARTING", "STARTED", "CANCELING")]
    with _instance(settings) as instance:
        open_runs = instance.get_run_records(RunsFilter(statuses=unfinished))
        last = instance.get_run_records(RunsFilter(job_name="refresh"), limit=1)
    stalled = [record for record in open_runs if now - record.create_timestamp > STALLED]
    for record in stalled:
        run = record.dagster_run
        yield wrong(
            f"run {run.run_id} of {run.job_name} has been {run.status.value} since "
            f"{record.create_timestamp:%d %B %H:%M} UTC",
            "If its process is gone, open it in the UI and choose Terminate, force; queued runs wait for it.",
        )
    if last and last[0].dagster_run.status is dg.DagsterRunStatus.FAILURE:
        run_id = last[0].dagster_run.run_id
        yield look(
            f"the last refresh failed (run {run_id})",
            f"See {settings.data_dir / 'failures' / (run_id + '.md')}, correct the cause and refresh.",
        )
    elif not stalled:
        yield ok(f"{len(open_runs)} running, none stalled")


def pools(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether a pool holds slots, which a killed run would keep permanently."""
    with _instance(settings) as instance:
        storage = instance.event_log_storage
        keys = sorted(storage.get_concurrency_keys()) if storage.supports_global_concurrency_limits else []
        held = {key: storage.get_concurrency_info(key).active_slot_count for key in keys}
    taken = [f"{key} ({count})" for key, count in held.items() if count]
    if taken:
        yield wrong(
            f"slots claimed in {', '.join(taken)}",
            "This project uses no pools. Free them in the UI, under Deployment, Concurrency, and delete the pools.",
        )
    elif keys:
        yield look(f"pools exist: {', '.join(keys)}", "This project uses none; delete them in the UI.")
    else:
        yield ok("none, as shipped")


@contextmanager
def _instance(settings: Settings) -> "Iterator[dg.DagsterInstance]":
    import dagster as dg

    from nhs_assets.instance.home import use_dagster_home

    use_dagster_home(settings)
    with dg.DagsterInstance.get() as instance:
        yield instance


def _states(instance: "dg.DagsterInstance") -> "list[InstigatorState]":
    return sorted(instance.all_instigator_state(), key=lambda state: state.name)


def _last_tick(instance: "dg.DagsterInstance", state: "InstigatorState") -> "InstigatorTick | None":
    ticks = instance.get_ticks(state.instigator_origin_id, state.selector_id, limit=1)
    return ticks[0] if ticks else None


def _time(tick: "InstigatorTick") -> datetime:
    return datetime.fromtimestamp(tick.timestamp, UTC)


def _error(tick: "InstigatorTick") -> str:
    return "no reason recorded" if tick.error is None else " ".join(tick.error.message.split())[:200]
