"""Locks that die with their holder, and the order of runs."""

import errno
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from nhs_assets.ground import files, locks
from nhs_assets.ground.clock import MACHINE
from nhs_assets.ground.scratch import remove_abandoned, scratch_folder
from nhs_assets.settings import Settings
from nhs_assets.store.cleanup import prune_runs, remove_leftovers
from nhs_assets.store.running import begin, end, has_died, is_alive, newest_order, next_order, note_current
from nhs_assets.store.staging import MissingTableError, Workspace
from tests.unit.test_store import deflator, stage

pytestmark = pytest.mark.unit

TABLE = "settlement.deflator"
BEGIN = "import sys, time; from pathlib import Path; from nhs_assets.store.running import begin; "
HOLD = "import sys, time; from pathlib import Path; from nhs_assets.ground.locks import held; "


def not_supported(*_: object) -> None:
    raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))


def in_process(code: str, *arguments: object) -> subprocess.Popen[str]:
    """A process that prints a line once it is ready, and then stays."""
    process = subprocess.Popen(
        [sys.executable, "-c", f"{code}; print('ready', flush=True); time.sleep(60)", *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    return process


def test_a_run_has_died_once_its_process_is_gone_and_not_before(tmp_path: Path) -> None:
    process = in_process(BEGIN + "begin(Path(sys.argv[1]), 'other')", tmp_path)
    assert is_alive(tmp_path, "other")
    assert not has_died(tmp_path, "other")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert has_died(tmp_path, "other")
    assert not has_died(tmp_path, "never began")


def test_runs_have_an_order_that_survives_the_loss_of_either_place_it_is_kept_in(tmp_path: Path) -> None:
    assert [begin(tmp_path, run) for run in ("first", "second", "first", "third")] == [1, 2, 1, 3]
    note_current(tmp_path, 3)
    note_current(tmp_path, 2)
    assert newest_order(tmp_path) == 3
    (tmp_path / "working" / ".order").write_text("", encoding="utf-8")
    assert next_order(tmp_path) == 4
    (tmp_path / "published" / ".newest").unlink()
    assert next_order(tmp_path) == 5


def test_an_earlier_run_takes_no_working_table_from_a_later_one(tmp_path: Path) -> None:
    earlier, later = Workspace(tmp_path, "earlier"), Workspace(tmp_path, "later")
    assert earlier.begin() < later.begin()
    stage(later, deflator(200.0))
    later.promote(TABLE)
    stage(earlier, deflator(100.0))
    earlier.promote(TABLE)
    assert earlier.read(TABLE)["index_value"].item() == 100.0
    assert Workspace(tmp_path, "reader").read(TABLE)["index_value"].item() == 200.0


@pytest.mark.parametrize("damage", ["record lost", "record empty", "bytes of another"])
def test_half_of_a_working_table_is_no_table(tmp_path: Path, damage: str) -> None:
    first = Workspace(tmp_path, "first")
    stage(first, deflator())
    first.promote(TABLE)
    working = first.working_path(TABLE)
    record = working.with_suffix(".json")
    if damage == "record lost":
        record.unlink()
    elif damage == "record empty":
        files.write_text(record, "")
    else:
        with files.replacing(working) as other:
            deflator(200.0).write_parquet(other)
    second = Workspace(tmp_path, "second")
    assert second.reuse(TABLE, "v1", {"a": "1"}) is None
    with pytest.raises(MissingTableError):
        second.read(TABLE)
    stage(second, deflator())
    second.promote(TABLE)
    assert Workspace(tmp_path, "third").read(TABLE).equals(deflator())


def test_whoever_waits_is_told_who_holds_the_lock_and_gets_it_when_that_one_is_killed(tmp_path: Path) -> None:
    lock = tmp_path / ".lock"
    code = HOLD + "lock = held(Path(sys.argv[1]), 'it', print); lock.__enter__()"
    process = in_process(code, lock)
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        os.kill(process.pid, signal.SIGKILL)

    started = time.monotonic()
    with locks.held(lock, "another publication to end", say):
        process.wait()
        assert str(os.getpid()) in locks.holder(lock)
    assert time.monotonic() - started < 10
    assert f"waiting for another publication to end, held by process {process.pid} on " in said[0]
    assert "since 20" in said[0]
    assert "waited 0 s" in said[0]


def test_what_a_killed_run_left_is_tidied_away_and_what_a_living_one_writes_is_not(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, runs_kept=1)
    process = in_process(BEGIN + "begin(Path(sys.argv[1]), 'living')", tmp_path)
    begin(tmp_path, "dead")
    end(tmp_path, "dead")
    left = [tmp_path / "runs" / run / "raw" / ".t.parquet.1.partial" for run in ("dead", "living")]
    left.append(tmp_path / "working" / "raw" / ".t.parquet.2.partial")
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    remove_leftovers(settings, MACHINE)
    assert [path.exists() for path in left] == [False, True, False]
    assert [folder.name for folder in (tmp_path / "runs").iterdir()] == ["living"]
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    prune_runs(tmp_path, keep=0)
    assert not list((tmp_path / "runs").iterdir())


def test_an_abandoned_scratch_folder_is_taken_away_and_that_of_another_user_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with scratch_folder() as used:
        others = tmp_path / f"{used.name}_other"
        others.mkdir()
        for folder in (used, others):
            os.utime(folder, (0, 0))
        with monkeypatch.context() as patched:
            patched.setattr("os.getuid", lambda: os.geteuid() + 1)
            remove_abandoned(60, MACHINE)
        assert used.exists()
        assert others.exists()
        remove_abandoned(60, MACHINE)
        assert used.exists()
        assert not others.exists()


def test_a_disk_that_locks_files_is_no_problem(tmp_path: Path) -> None:
    locks.refuse_without_locks(tmp_path / "data")
    assert list((tmp_path / "data").iterdir()) == []


@pytest.mark.parametrize(
    ("flock", "said"),
    [
        pytest.param(not_supported, "gives no file locks (Operation not supported)", id="unsupported"),
        pytest.param(lambda *_: None, "says that it locks files, and does not", id="only_claimed"),
    ],
)
def test_a_disk_without_locks_stops_a_run_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flock: Callable, said: str
) -> None:
    monkeypatch.setattr(locks.fcntl, "flock", flock)
    with pytest.raises(OSError, match=re.escape(said)) as refused:
        begin(tmp_path, "run")
    assert f"the disk of {tmp_path} " in str(refused.value)
    assert "NHS_ASSETS_DATA_DIR" in str(refused.value)
    assert list(tmp_path.iterdir()) == []
