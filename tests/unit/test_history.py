"""Run history with connections kept open: the same history as Dagster's own storage, in the same files."""

import os
from pathlib import Path

import dagster as dg
import pytest
from dagster._check import CheckError
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from nhs_assets.instance.history import ENGINES_KEPT, PooledEventLogStorage
from nhs_assets.instance.home import use_dagster_home
from nhs_assets.settings import PROJECT_ROOT, Settings

pytestmark = pytest.mark.unit


@dg.asset(check_specs=[dg.AssetCheckSpec("holds", asset="figure")])
def figure() -> dg.MaterializeResult:
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    home = use_dagster_home(Settings(data_dir=tmp_path))
    yield home
    os.environ.pop("DAGSTER_HOME", None)


def run_once() -> str:
    with dg.DagsterInstance.get() as instance:
        result = dg.materialize(
            [figure], instance=instance, run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
        )
        assert result.success
        return result.run_id


def test_home_holds_the_shipped_file_and_names_this_storage(home: Path) -> None:
    assert (home / "dagster.yaml").read_text(encoding="utf-8") == (PROJECT_ROOT / "dagster.yaml").read_text("utf-8")
    with dg.DagsterInstance.get() as instance:
        assert isinstance(instance.event_log_storage, PooledEventLogStorage)
        assert not instance.telemetry_enabled
        assert instance.run_monitoring_enabled


def test_a_home_that_is_set_already_is_used_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "own"))
    assert use_dagster_home(Settings(data_dir=tmp_path)) == tmp_path / "own"
    assert not (tmp_path / "own").exists()


def test_history_survives_and_reads_the_same_with_dagsters_own_storage(home: Path) -> None:
    runs = [run_once() for _ in range(3)]
    with dg.DagsterInstance.get() as instance:
        assert {run.run_id for run in instance.get_runs()} == set(runs)
        kept = [len(instance.all_logs(run)) for run in runs]
    plain = SqliteEventLogStorage(str(home / "history" / "runs"))
    assert [len(plain.get_logs_for_run(run)) for run in runs] == kept
    assert len(set(kept)) == 1
    assert set(plain.get_all_run_ids()) == set(runs)


def test_an_old_run_can_be_read_after_many_others(home: Path) -> None:
    first = run_once()
    with dg.DagsterInstance.get() as instance:
        for _ in range(ENGINES_KEPT + 1):
            dg.materialize([figure], instance=instance)
        assert instance.all_logs(first)


def test_every_database_is_written_ahead(home: Path) -> None:
    """Also a later run's, which starts as a copy of a template: the older mode waits for the disk at each event."""
    runs = [run_once() for _ in range(2)]
    for name in [*runs, "index"]:
        # Bytes 18 and 19 of an SQLite file say how it is written and read; 2 is the write-ahead log.
        assert (home / "history" / "runs" / f"{name}.db").read_bytes()[18:20] == b"\x02\x02"


def test_a_batch_of_events_is_stored_whole_or_not_at_all(home: Path) -> None:
    run = run_once()
    with dg.DagsterInstance.get() as instance:
        events = instance.all_logs(run)
        planned = [
            event
            for event in events
            if event.is_dagster_event and event.get_dagster_event().event_type_value.endswith("_PLANNED")
        ]
        assert len(planned) == 2
        instance.event_log_storage.store_event_batch(planned)
        assert len(instance.all_logs(run)) == len(events) + 2
        with pytest.raises(CheckError):
            instance.event_log_storage.store_event_batch([*planned, None])
        assert len(instance.all_logs(run)) == len(events) + 2
