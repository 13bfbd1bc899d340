"""The doctor: checks everything a refresh needs and suggests a remedy for each problem.

Each examination imports what it examines itself, so that the others work when an import fails.
"""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from nhs_assets.ground import files, locks
from nhs_assets.ground.problems import BadInputError
from nhs_assets.settings import PROJECT_ROOT, Settings

if TYPE_CHECKING:
    import dagster as dg
    from dagster._core.scheduler.instigation import InstigatorState, InstigatorTick

LOCK = PROJECT_ROOT / "requirements.lock"
LOW_MB, SCARCE_MB = 2_000, 300
BYTES_IN_MB = 1_000_000
SCHEDULE = "daily_refresh"
SILENT = timedelta(minutes=2)
"""A live daemon sends a heartbeat every 30 seconds."""

STALLED = timedelta(hours=1)
"""A run takes a minute; ``dagster.yaml`` ends one after an hour."""

A_DAY_AND_SOME = timedelta(hours=26)
WAITS = timedelta(hours=1)
"""A file that has waited longer will not be ingested without help."""

FRESH = timedelta(days=35)
"""Publishers publish monthly; an older snapshot has missed a month."""

UI = "nhs-assets ui"
REFRESH = "Run: nhs-assets refresh"
SEE_TICK = "See the tick in the UI, under Automation, and correct the cause."


class Level(StrEnum):
    """Healthy, for a person to judge, or failing."""

    OK = "OK"
    LOOK = "LOOK"
    WRONG = "WRONG"


@dataclass(frozen=True)
class Finding:
    """What was found, and what to do unless it is healthy; ``name`` is what was examined."""

    level: Level
    said: str
    remedy: str = ""
    name: str = ""


def ok(said: str) -> Finding:
    """Healthy."""
    return Finding(Level.OK, said)


def look(said: str, remedy: str) -> Finding:
    """For a person to judge."""
    return Finding(Level.LOOK, said, remedy)


def wrong(said: str, remedy: str) -> Finding:
    """Fails, or will fail."""
    return Finding(Level.WRONG, said, remedy)


def examine(settings: Settings, now: datetime, names: Collection[str] | None = None) -> list[Finding]:
    """Every finding of the named examinations (by default all), in their order; each gives at least one."""
    wanted = [name for name in EXAMINATIONS if names is None or name in names]
    return [finding for name in wanted for finding in _examined(name, settings, now)]


def _examined(name: str, settings: Settings, now: datetime) -> list[Finding]:
    try:
        return [replace(finding, name=name) for finding in EXAMINATIONS[name](settings, now)]
    except Exception as error:  # a failed examination is a finding, and the others go on
        said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        return [Finding(Level.WRONG, f"cannot be examined: {said}", "See docs/runbook.md and fix this first.", name)]


def data_folder(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the data folder, or its nearest existing parent, is writable."""
    folder, there = settings.data_dir, _existing(settings.data_dir)
    if not there.is_dir():
        yield wrong(f"{there} is a file where a folder should be", "Remove it, or correct NHS_ASSETS_DATA_DIR.")
        return
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        yield wrong(
            f"{there} is not writable: {error.strerror}",
            "Give this user write access, or set NHS_ASSETS_DATA_DIR to another folder.",
        )
        return
    yield ok(f"{folder} is writable" if there == folder else f"{folder} will be created by the first refresh")


def file_locks(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether another process notices a lock in the data folder."""
    try:
        locks.refuse_without_locks(_existing(settings.data_dir))
    except OSError as error:
        yield wrong(str(error.strerror), "See docs/runbook.md: the disk has no file locks.")
        return
    yield ok("another process notices a lock in the data folder")


def disk(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether there is space for the next version."""
    free = shutil.disk_usage(_existing(settings.data_dir)).free // BYTES_IN_MB
    said = f"{free:,} MB free on the disk of {settings.data_dir.name}/"
    remedy = (
        "Free space; data/runs/, data/failures/ and the reports in data/quarantine/ may be deleted while no refresh "
        "runs. Never delete data/archive/ or data/quarantine/inbox/: they hold files that people dropped in."
    )
    yield wrong(said, remedy) if free < SCARCE_MB else look(said, remedy) if free < LOW_MB else ok(said)


def _existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.resolve().parents) if folder.exists())


def packages(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the installed packages are the locked versions."""
    locked, differing = locked_versions(LOCK), []
    for name, wanted in locked.items():
        try:
            found = version(name)
        except PackageNotFoundError:
            continue
        if found != wanted:
            differing.append(f"{name} is {found}, the lock says {wanted}")
    if differing:
        remedy = "make refresh installs the locked versions; with others, the last digits may differ."
        yield look("; ".join(differing), remedy)
    else:
        yield ok(f"installed packages match the {len(locked)} in {LOCK.name}")


def locked_versions(lock: Path) -> dict[str, str]:
    """Version of each package that the lock names."""
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)\s*$", lock.read_text(encoding="utf-8"), re.MULTILINE))


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
    last = max(map(_time, beats.values()))
    failing = [
        f"{kind}: {beat.errors[0].message.strip().splitlines()[-1]}"
        for kind, beat in beats.items()
        if beat.errors and now - _time(beat) <= SILENT
    ]
    if failing:
        remedy = f"Stop it, make sure only one runs, and start it again: {UI}"
        yield wrong(f"reports errors: {'; '.join(failing)}", remedy)
    elif now - last > SILENT:
        yield look(f"last heartbeat at {last:%Y-%m-%d %H:%M} UTC", remedy)
    else:
        yield ok(f"alive: {len(beats)} heartbeats within two minutes")


def schedule(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the daily refresh is on and ran when it was due."""
    with _instance(settings) as instance:
        state = next((state for state in instance.all_instigator_state() if state.name == SCHEDULE), None)
        tick = _last_tick(instance, state) if state is not None else None
    if state is not None and state.status.value == "STOPPED":
        yield look(f"{SCHEDULE} is switched off", f"Switch {SCHEDULE} on in the UI, under Automation.")
    elif tick is None:
        yield ok(f"{SCHEDULE} is on by default and has not been due yet")
    elif tick.is_failure:
        yield wrong(f"{SCHEDULE} could not start a run at {_time(tick):%Y-%m-%d %H:%M} UTC: {_error(tick)}", SEE_TICK)
    elif now - _time(tick) > A_DAY_AND_SOME:
        yield look(f"{SCHEDULE} last ran at {_time(tick):%Y-%m-%d %H:%M} UTC", f"Keep this running: {UI}")
    else:
        yield ok(f"{SCHEDULE} is on, last tick at {_time(tick):%Y-%m-%d %H:%M} UTC")


def sensors(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the sensors are on and their last tick succeeded."""
    with _instance(settings) as instance:
        every = sorted(instance.all_instigator_state(), key=lambda state: state.name)
        states = [state for state in every if state.instigator_type.value == "SENSOR"]
        ticks = {state.name: _last_tick(instance, state) for state in states}
    stopped = [state.name for state in states if state.status.value == "STOPPED"]
    failed = {name: tick for name, tick in ticks.items() if tick is not None and tick.is_failure}
    if stopped:
        yield look(f"switched off: {', '.join(stopped)}", "Switch them on in the UI, under Automation.")
    for name, tick in failed.items():
        yield wrong(f"{name} failed at {_time(tick):%Y-%m-%d %H:%M} UTC: {_error(tick)}", SEE_TICK)
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


def seeds(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether every seed is present, readable and sealed."""
    from nhs_assets.sources.parameters import read_parameters
    from nhs_assets.sources.scenarios import scenario_files
    from nhs_assets.sources.seed_files import find_seeds, read_origin

    try:
        found = find_seeds(settings.seeds_dir)
        read_parameters(settings.seeds_dir)
        scenario_files(settings.seeds_dir)
        unsealed = [seed.name for seed in found if files.sha256(seed.path) != read_origin(seed).sha256]
    except BadInputError as refused:
        first = refused.problems[0]
        more = f" and {len(refused.problems) - 1} more" if len(refused.problems) > 1 else ""
        yield wrong(f"{first}{more}", "Correct it; a refresh refuses it.")
        return
    if unsealed:
        yield wrong(
            f"changed but not sealed: {', '.join(unsealed)}",
            "Review git diff seeds; if the change is intended, run: nhs-assets seal seeds/" + unsealed[0],
        )
    else:
        yield ok(f"{len(found)} seeds are sealed")


def inbox(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether ingested files are intact and files wait in the inbox."""
    from nhs_assets.sources.inbox.received_files import received_seeds
    from nhs_assets.sources.seeds import read_seed
    from nhs_assets.store.inbox import records

    for seed in received_seeds(settings.data_dir, records(settings.data_dir)):
        try:
            read_seed(seed)
        except BadInputError as damaged:
            sha256 = seed.path.parent.name
            yield wrong(
                f"an ingested file was modified, so the inbox is blocked: {damaged.problems[0]}",
                f'Run: nhs-assets inbox withdraw {sha256[:8]} "damaged", and drop it in again; the original is '
                f"named file in {settings.data_dir / 'quarantine' / 'inbox' / sha256[:2] / sha256}.",
            )
    waiting = sorted(path for path in settings.inbox.glob("[!.]*") if path.is_file())
    old = [path.name for path in waiting if now - datetime.fromtimestamp(path.stat().st_mtime, UTC) > WAITS]
    if old:
        yield look(
            f"{len(old)} files have waited for over an hour: {', '.join(old[:5])}",
            "Ingest them: nhs-assets refresh. If one stays, nhs-assets inbox says what it lacks.",
        )
    else:
        yield ok(f"{len(waiting)} files waiting" if waiting else "empty")


def working_tables(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the working tables, from which unchanged ones are reused, are complete and intact."""
    from nhs_assets.build.publish import TABLES_OF_PUBLICATION
    from nhs_assets.contracts.registry import contracts
    from nhs_assets.store.staging import Workspace

    def is_as_recorded(path: Path) -> bool:
        record = path.with_suffix(".json")
        return record.exists() and json.loads(record.read_text(encoding="utf-8"))["sha256"] == files.sha256(path)

    workspace = Workspace(settings.data_dir, "doctor")
    wanted = {name: workspace.working_path(name) for name in contracts() if name not in TABLES_OF_PUBLICATION}
    missing = [name for name, path in wanted.items() if not path.exists()]
    damaged = [name for name, path in wanted.items() if name not in missing and not is_as_recorded(path)]
    remedy = f"{REFRESH}. It rebuilds them."
    if missing:
        listed = f"missing: {', '.join(missing[:5])}{' and more' if len(missing) > 5 else ''}"
        yield look("none built yet" if len(missing) == len(wanted) else listed, remedy)
    if damaged:
        yield look(f"modified since they were written: {', '.join(damaged[:5])}", remedy)
    if not missing and not damaged:
        yield ok(f"{len(wanted)} tables are complete and intact")


def snapshot(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the published version is intact, opens, and is recent."""
    from nhs_assets.store.snapshot import current_version, is_whole, open_snapshot, read_manifest, version_folder

    current = current_version(settings.data_dir)
    if current is None:
        is_link = (settings.data_dir / "published" / "current").is_symlink()
        yield wrong("the link 'current' is broken" if is_link else "nothing is published", REFRESH)
        return
    folder = version_folder(settings.data_dir, current)
    stray = [path.name for path in folder.glob("*.wal")]
    if stray or not is_whole(folder):
        by_whom = f": it was opened for writing, which left {', '.join(stray)}" if stray else ""
        yield wrong(
            f"version {current} is damaged or incomplete{by_whom}",
            f"{REFRESH}. It publishes it again. Open the published file read-only.",
        )
        return
    with open_snapshot(settings.data_dir) as connection:
        connection.execute("SELECT count(*) FROM audit.published_table").fetchall()
    published = datetime.fromisoformat(read_manifest(folder)["published_at"])
    said = f"version {current} is intact, published on {published:%Y-%m-%d}"
    if now - published > FRESH:
        yield look(said, "If there are newer figures, add them as docs/runbook.md says and refresh.")
    else:
        yield ok(said)


def past_days(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the files of past days belong to the published version and are intact."""
    from nhs_assets.store.as_of import is_current, is_set_whole, read_set, set_of
    from nhs_assets.store.snapshot import current_version, version_folder

    current = current_version(settings.data_dir)
    if current is None or not settings.as_of_files:
        yield ok("nothing published yet" if current is None else "switched off; built when asked")
        return
    folder = version_folder(settings.data_dir, current)
    found = set_of(folder)
    if found is None:
        yield look("none built yet, so a question about a past day takes a second or two", REFRESH)
    elif not is_set_whole(found):
        yield wrong("a file in published/as_of is damaged or missing", f"{REFRESH}. It builds it again.")
    elif not is_current(found, folder):
        yield look("published/as_of is still that of the version before", REFRESH)
    else:
        yield ok(f"{len(read_set(found)[1])} files are intact")


def lock(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the publication lock is held."""
    path = settings.data_dir / "published" / ".lock"
    if not path.exists():
        yield ok("nothing published yet")
    elif locks.is_held(path):
        yield look(
            f"held by {locks.holder(path)}",
            "A publication takes seconds: check again. If it stays, examine that process and end it if it hangs.",
        )
    else:
        yield ok("free")


EXAMINATIONS: dict[str, Callable[[Settings, datetime], Iterator[Finding]]] = {
    "data folder": data_folder,
    "file locks": file_locks,
    "disk": disk,
    "packages": packages,
    "dagster home": home,
    "daemon": daemon,
    "schedule": schedule,
    "sensors": sensors,
    "runs": runs,
    "pools": pools,
    "seeds": seeds,
    "inbox": inbox,
    "working tables": working_tables,
    "snapshot": snapshot,
    "past days": past_days,
    "lock": lock,
}
"""Everything the doctor examines, in order."""


@contextmanager
def _instance(settings: Settings) -> "Iterator[dg.DagsterInstance]":
    import dagster as dg

    from nhs_assets.instance.home import use_dagster_home

    use_dagster_home(settings)
    with dg.DagsterInstance.get() as instance:
        yield instance


def _last_tick(instance: "dg.DagsterInstance", state: "InstigatorState") -> "InstigatorTick | None":
    return next(iter(instance.get_ticks(state.instigator_origin_id, state.selector_id, limit=1)), None)


def _time(stamped: "InstigatorTick | dg.DaemonHeartbeat") -> datetime:
    return datetime.fromtimestamp(stamped.timestamp, UTC)


def _error(tick: "InstigatorTick") -> str:
    return "no reason recorded" if tick.error is None else " ".join(tick.error.message.split())[:200]
