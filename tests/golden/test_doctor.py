"""Each finding of the doctor, with the thing it speaks of made wrong for real."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    ScheduleInstigatorData,
    SensorInstigatorData,
    TickData,
    TickStatus,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._daemon.types import DaemonHeartbeat
from dagster._utils.error import SerializableErrorInfo

from nhs_assets.ground.clock import MACHINE
from nhs_assets.ground.problems import BadInputError, Problem
from nhs_assets.instance import doctor
from nhs_assets.instance.doctor import Finding, Level
from nhs_assets.instance.retention import purge
from nhs_assets.settings import PROJECT_ROOT, Settings
from nhs_assets.sources.inbox.ingestion import ingest
from tests.conftest import Project, own_file
from tests.inbox_files import drop, sickness_csv

pytestmark = pytest.mark.golden

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def own_home() -> Iterator[None]:
    """The doctor names a Dagster home in the environment, and each test has its own."""
    before = os.environ.pop("DAGSTER_HOME", None)
    yield
    os.environ.pop("DAGSTER_HOME", None)
    if before is not None:
        os.environ["DAGSTER_HOME"] = before


def found(settings: Settings, name: str, now: datetime | None = None) -> list[Finding]:
    """What the doctor says of one thing."""
    return doctor.examine(settings, now or datetime.now(UTC), [name])


def only(settings: Settings, name: str, level: Level, said: str, now: datetime | None = None) -> Finding:
    """The one finding of a thing, held against what it should be."""
    (one,) = found(settings, name, now)
    assert (one.level, said in one.said) == (level, True), one
    assert bool(one.remedy) == (level is not Level.OK)
    return one


def test_a_project_that_was_refreshed_has_nothing_wrong(published: Project) -> None:
    done = published.run("doctor")
    assert done.returncode == 0, done.stdout
    assert "WRONG" not in done.stdout
    listed = json.loads(published.run("doctor", "--format", "json").stdout)
    assert list(dict.fromkeys(one["name"] for one in listed)) == list(doctor.EXAMINATIONS)
    assert {one["level"] for one in listed} <= {"OK", "LOOK"}


def test_a_project_that_never_ran_is_told_to_refresh(project: Project) -> None:
    done = project.run("doctor")
    assert done.returncode == 1
    assert "snapshot: nothing is published" in done.stdout
    assert "Run: nhs-assets refresh" in done.stdout
    assert "none built yet" in done.stdout


def test_a_thing_that_cannot_be_looked_at_does_not_hide_the_others(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(settings: Settings, now: datetime) -> Iterator[Finding]:
        raise RuntimeError("no such luck")

    monkeypatch.setitem(doctor.EXAMINATIONS, "disk", broken)
    (one,) = found(project.settings, "disk")
    assert one.level is Level.WRONG
    assert "no such luck" in one.said
    assert found(project.settings, "seeds")[0].level is Level.OK


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("", encoding="utf-8")
    (one,) = doctor.data_folder(Settings(data_dir=tmp_path / "data"), NOW)
    assert one.level is Level.WRONG
    assert "is a file" in one.said


def test_a_data_folder_that_cannot_be_written_to() -> None:
    # /proc refuses new files to everybody, root included.
    (one,) = doctor.data_folder(Settings(data_dir=Path("/proc/nhs_assets")), NOW)
    assert one.level is Level.WRONG
    assert "is not writable" in one.said


@pytest.mark.parametrize(("free", "level"), [(100, Level.WRONG), (1_000, Level.LOOK), (50_000, Level.OK)])
def test_room_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, level: Level) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=free * 1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    (one,) = doctor.disk(Settings(data_dir=tmp_path), NOW)
    assert one.level is level


def test_a_package_of_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = (PROJECT_ROOT / "requirements.lock").read_text(encoding="utf-8")
    (tmp_path / "requirements.lock").write_text(lock.replace("duckdb==2.0.0", "duckdb==1.4.0"), encoding="utf-8")
    monkeypatch.setattr(doctor, "LOCK", tmp_path / "requirements.lock")
    (one,) = doctor.packages(Settings(), NOW)
    assert one.level is Level.LOOK
    assert one.said.startswith("duckdb is 2.0.0, the lock says 1.4.0")


def test_a_dagster_home_that_is_damaged(published: Project) -> None:
    for database in published.settings.dagster_home.rglob("runs.db*"):
        database.unlink()
    (published.settings.dagster_home / "history" / "runs.db").write_bytes(b"no database" * 100)
    only(published.settings, "dagster home", Level.WRONG, "cannot be examined")


def test_a_dagster_home_of_somebody_else(published: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other_home"
    other.mkdir()
    monkeypatch.setenv("DAGSTER_HOME", str(other))
    (one,) = doctor.home(published.settings, NOW)
    assert one.level is Level.LOOK
    assert "without the shipped dagster.yaml" in one.said


def in_history(settings: Settings) -> dg.DagsterInstance:
    from nhs_assets.instance.home import use_dagster_home

    os.environ.pop("DAGSTER_HOME", None)
    use_dagster_home(settings)
    return dg.DagsterInstance.get()


def heartbeat(age: timedelta, *errors: str) -> DaemonHeartbeat:
    listed = [SerializableErrorInfo(message, [], None) for message in errors]
    return DaemonHeartbeat((datetime.now(UTC) - age).timestamp(), "SCHEDULER", "here", listed)


@pytest.mark.parametrize(
    ("beat", "level", "said"),
    [
        (None, Level.LOOK, "has never run"),
        (lambda: heartbeat(timedelta(seconds=5)), Level.OK, "alive"),
        (lambda: heartbeat(timedelta(hours=5)), Level.LOOK, "last heartbeat at"),
        (lambda: heartbeat(timedelta(seconds=5), "database is locked"), Level.WRONG, "database is locked"),
    ],
)
def test_the_daemon(published: Project, beat: Callable[[], DaemonHeartbeat] | None, level: Level, said: str) -> None:
    if beat is not None:
        with in_history(published.settings) as history:
            history.add_daemon_heartbeat(beat())
    only(published.settings, "daemon", level, said)


def origin_of(name: str) -> RemoteInstigatorOrigin:
    location = ManagedGrpcPythonEnvCodeLocationOrigin(
        LoadableTargetOrigin(module_name="nhs_assets.definitions"), location_name="nhs_assets"
    )
    return RemoteInstigatorOrigin(RemoteRepositoryOrigin(location, "__repository__"), name)


def add_state(
    settings: Settings,
    name: str,
    kind: InstigatorType,
    status: InstigatorStatus,
    tick: TickStatus | None = None,
    age: timedelta = timedelta(minutes=1),
) -> None:
    """Has Dagster's own storage hold a switch, and what came of the last tick."""
    about = (
        ScheduleInstigatorData("0 6 * * *", time.time())
        if kind is InstigatorType.SCHEDULE
        else SensorInstigatorData(last_tick_timestamp=time.time())
    )
    origin = origin_of(name)
    with in_history(settings) as history:
        state = history.add_instigator_state(InstigatorState(origin, kind, status, about))
        if tick is not None:
            history.create_tick(
                TickData(
                    state.instigator_origin_id,
                    name,
                    kind,
                    tick,
                    (datetime.now(UTC) - age).timestamp(),
                    run_ids=[],
                    error=SerializableErrorInfo("no code location", [], None) if tick is TickStatus.FAILURE else None,
                    selector_id=state.selector_id,
                )
            )


@pytest.mark.parametrize(
    ("status", "tick", "age", "level", "said"),
    [
        (InstigatorStatus.STOPPED, None, timedelta(), Level.LOOK, "is switched off"),
        (InstigatorStatus.RUNNING, TickStatus.SUCCESS, timedelta(hours=3), Level.OK, "is on, last tick"),
        (InstigatorStatus.RUNNING, TickStatus.SUCCESS, timedelta(days=3), Level.LOOK, "last ran at"),
        (InstigatorStatus.RUNNING, TickStatus.FAILURE, timedelta(hours=3), Level.WRONG, "no code location"),
    ],
)
def test_the_schedule(
    published: Project,
    status: InstigatorStatus,
    tick: TickStatus | None,
    age: timedelta,
    level: Level,
    said: str,
) -> None:
    add_state(published.settings, doctor.SCHEDULE, InstigatorType.SCHEDULE, status, tick, age)
    only(published.settings, "schedule", level, said)


def test_a_sensor_that_is_off_and_one_that_failed(published: Project) -> None:
    kind = InstigatorType.SENSOR
    add_state(published.settings, "send_alerts", kind, InstigatorStatus.STOPPED)
    add_state(published.settings, "record_failure", kind, InstigatorStatus.RUNNING, TickStatus.FAILURE)
    off, failed = found(published.settings, "sensors")
    assert (off.level, off.said) == (Level.LOOK, "switched off: send_alerts")
    assert failed.level is Level.WRONG
    assert failed.said.startswith("record_failure failed at")


def test_a_run_that_stands_still(published: Project) -> None:
    job = dg.define_asset_job("refresh").resolve(asset_graph=dg.Definitions(assets=[_nothing]).resolve_asset_graph())
    with in_history(published.settings) as history:
        run = history.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
    only(published.settings, "runs", Level.OK, "1 running")
    late = datetime.now(UTC) + timedelta(hours=2)
    one = only(published.settings, "runs", Level.WRONG, f"run {run.run_id} of refresh has been STARTED since", late)
    assert "Terminate" in one.remedy


@dg.asset(name="nothing")
def _nothing() -> None:
    """Stands for an asset."""


def test_a_refresh_that_failed_is_named_with_its_page(published: Project) -> None:
    claim = published.settings.seeds_dir / "evidence" / "claim.csv"
    claim.write_text(claim.read_text(encoding="utf-8") + "a\n", encoding="utf-8")
    assert published.run("refresh").returncode == 1
    one = only(published.settings, "runs", Level.LOOK, "the last refresh failed")
    assert Path(one.remedy.split()[1].rstrip(",")).exists()


def test_a_pool_whose_slot_is_taken(published: Project) -> None:
    with in_history(published.settings) as history:
        history.event_log_storage.set_concurrency_slots("duckdb", 1)
        only(published.settings, "pools", Level.LOOK, "pools exist: duckdb")
        history.event_log_storage.claim_concurrency_slot("duckdb", "a-run-that-was-killed", "a_step")
    only(published.settings, "pools", Level.WRONG, "slots claimed in duckdb (1)")


def test_seeds_that_are_missing_or_not_sealed(project: Project) -> None:
    claim = project.settings.seeds_dir / "evidence" / "claim.csv"
    claim.write_text(claim.read_text(encoding="utf-8").replace("about", "nearly", 1), encoding="utf-8")
    (one,) = doctor.seeds(project.settings, NOW)
    assert (one.level, one.said) == (Level.WRONG, "changed but not sealed: evidence/claim.csv")
    claim.unlink()
    (one,) = doctor.seeds(project.settings, NOW)
    assert "claim.csv: the seed is missing" in one.said


def test_a_file_that_waits_in_the_inbox(project: Project) -> None:
    folder = project.settings.data_dir / "inbox"
    folder.mkdir(parents=True)
    (folder / "new.csv").write_text("a\n", encoding="utf-8")
    only(project.settings, "inbox", Level.OK, "1 files waiting")
    long_ago = time.time() - 7200
    os.utime(folder / "new.csv", (long_ago, long_ago))
    only(project.settings, "inbox", Level.LOOK, "new.csv")
    elsewhere = project.settings.model_copy(update={"inbox_dir": folder.with_name("another")})
    only(elsewhere, "inbox", Level.OK, "empty")


def test_a_file_of_the_archive_that_is_damaged_and_the_remedy(project: Project) -> None:
    limits = project.settings.model_copy(update={"inbox_settle_seconds": 0})
    drop(limits, "a.csv", sickness_csv(limits.seeds_dir))
    assert [one.outcome for one in ingest(limits, MACHINE)] == ["accepted"]
    only(limits, "inbox", Level.OK, "empty")
    (rows,) = (limits.data_dir / "archive").rglob("staff_month.csv")
    rows.write_text(rows.read_text(encoding="utf-8")[:500], encoding="utf-8")
    damaged, _ = found(limits, "inbox")
    assert damaged.level is Level.WRONG
    assert "was modified, so the inbox is blocked" in damaged.said
    sha256 = rows.parent.name
    assert f"nhs-assets inbox withdraw {sha256[:8]}" in damaged.remedy
    assert project.run("inbox", "withdraw", sha256[:8], "damaged").returncode == 0
    (kept,) = (limits.data_dir / "quarantine" / "inbox").rglob("file")
    drop(limits, "a.csv", kept.read_bytes())
    assert [one.outcome for one in ingest(limits, MACHINE)] == ["accepted"]
    only(limits, "inbox", Level.OK, "empty")


def test_working_tables_that_are_missing_or_damaged(published: Project) -> None:
    working = published.settings.data_dir / "working"
    (working / "savings" / "appraisal.parquet").unlink()
    plan = working / "settlement" / "plan.parquet"
    content = plan.read_bytes()
    plan.unlink()
    plan.write_bytes(content[:-8] + b"12345678")
    missing, damaged = found(published.settings, "working tables")
    assert (missing.level, missing.said) == (Level.LOOK, "missing: savings.appraisal")
    assert (damaged.level, damaged.said) == (Level.LOOK, "modified since they were written: settlement.plan")


def of_version(published: Project) -> Path:
    return (published.settings.data_dir / "published" / "current").resolve()


def test_a_snapshot_that_is_damaged(published: Project) -> None:
    database = own_file(of_version(published) / "nhs_assets.duckdb")
    with database.open("r+b") as file:
        file.seek(-1000, os.SEEK_END)
        file.write(b"damage")
    only(published.settings, "snapshot", Level.WRONG, "is damaged or incomplete")
    shutil.rmtree(of_version(published))
    only(published.settings, "snapshot", Level.WRONG, "the link 'current' is broken")


def test_a_snapshot_that_is_old_or_was_opened_for_writing(published: Project) -> None:
    only(published.settings, "snapshot", Level.OK, "is intact, published on")
    only(published.settings, "snapshot", Level.LOOK, "published on", NOW + timedelta(days=60))
    (of_version(published) / "nhs_assets.duckdb.wal").write_bytes(b"")
    only(published.settings, "snapshot", Level.WRONG, "it was opened for writing, which left nhs_assets.duckdb.wal")


def test_a_lock_that_is_held(published: Project) -> None:
    only(published.settings, "lock", Level.OK, "free")
    lock = published.settings.data_dir / "published" / ".lock"
    hold = (
        "import sys; from pathlib import Path; from nhs_assets.ground.locks import held\n"
        "with held(Path(sys.argv[1]), '', print): print('held', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        one = only(published.settings, "lock", Level.LOOK, f"held by process {holder.pid} on ")
        holder.communicate("\n")
    assert "check again" in one.remedy
    only(published.settings, "lock", Level.OK, "free")


def test_old_runs_and_reports_are_taken_away_and_the_last_good_refresh_stays(published: Project) -> None:
    home = published.settings.dagster_home
    with in_history(published.settings) as history:
        (refresh,) = history.get_run_records()
        graph = dg.Definitions(assets=[_nothing]).resolve_asset_graph()
        job = dg.define_asset_job("other").resolve(asset_graph=graph)
        old = [job.execute_in_process(instance=history).run_id for _ in range(3)]
        going = history.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED).run_id
        kept_database = home / "history" / "runs" / f"{refresh.dagster_run.run_id}.db"
        gone = [home / "history" / "runs" / f"{run_id}.db" for run_id in old]
        assert all(path.exists() for path in (kept_database, *gone))
        page = published.settings.data_dir / "failures" / "old.md"
        page.parent.mkdir(exist_ok=True)
        page.write_text("old", encoding="utf-8")
        long_ago = time.time() - 100 * 86_400
        os.utime(page, (long_ago, long_ago))

        few = Settings(data_dir=published.settings.data_dir, history_runs=2, reports_days=90)
        done = purge(history, few, datetime.now(UTC), most=50)
        assert (done.runs, done.reports) == (2, 1)
        left = {record.dagster_run.run_id for record in history.get_run_records()}
        assert left == {refresh.dagster_run.run_id, going, old[-1]}
        assert [path.exists() for path in gone] == [False, False, True]
        assert not [path for run_id in old[:2] for path in (home / "history" / "runs").glob(f"{run_id}*")]
        assert kept_database.exists()
        assert not page.exists()

        later = datetime.now(UTC) + timedelta(days=91)
        assert purge(history, published.settings, later, most=50).runs == 1
        left = {record.dagster_run.run_id for record in history.get_run_records()}
        assert left == {refresh.dagster_run.run_id, going}
        assert history.all_logs(refresh.dagster_run.run_id)
    again = published.run("refresh")
    assert again.returncode == 0, again.stderr


def test_no_more_runs_are_taken_away_at_once_than_asked(published: Project) -> None:
    with in_history(published.settings) as history:
        job = dg.define_asset_job("other").resolve(asset_graph=dg.Definitions(assets=[_nothing]).resolve_asset_graph())
        for _ in range(4):
            job.execute_in_process(instance=history)
        few = Settings(data_dir=published.settings.data_dir, history_runs=1)
        assert purge(history, few, datetime.now(UTC), most=2).runs == 2
        assert purge(history, few, datetime.now(UTC), most=50).runs == 1
        assert purge(history, few, datetime.now(UTC), most=50).runs == 0


def test_the_sensor_takes_away_what_is_past_and_a_refresh_does_too(
    published: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nhs_assets.defs.automation import tidy_history
    from nhs_assets.settings import settings

    job = dg.define_asset_job("other").resolve(asset_graph=dg.Definitions(assets=[_nothing]).resolve_asset_graph())
    with in_history(published.settings) as history:
        for _ in range(2):
            job.execute_in_process(instance=history)
        for name, value in published.environment.items():
            if name.startswith("NHS_ASSETS_"):
                monkeypatch.setenv(name, value)
        monkeypatch.setenv("NHS_ASSETS_HISTORY_RUNS", "1")
        settings.cache_clear()
        try:
            said = tidy_history(dg.build_sensor_context(instance=history))
        finally:
            monkeypatch.undo()
            settings.cache_clear()
        assert said.skip_message == "deleted 1 old runs and 0 old reports"
        assert len(history.get_run_records()) == 2


def test_a_problem_may_be_shown_on_any_terminal() -> None:
    said = str(
        BadInputError([Problem("a\x1b[31m.csv", "is \x07 bad", "Mend it.", column="\u202eb", value="\x1b]0;x\x07")])
    )
    assert all(line.isprintable() for line in said.splitlines())


def test_the_doctor_changes_nothing_that_is_published(published: Project) -> None:
    with duckdb.connect(str(of_version(published) / "nhs_assets.duckdb"), read_only=True) as reader:
        before = {path: path.stat().st_mtime_ns for path in (published.settings.data_dir / "published").rglob("*")}
        assert published.run("doctor").returncode == 0
        assert reader.execute("SELECT 1").fetchall() == [(1,)]
    assert before == {path: path.stat().st_mtime_ns for path in (published.settings.data_dir / "published").rglob("*")}
