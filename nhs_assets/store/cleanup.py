"""Deletes what killed runs left behind, and only what no live process can still be writing."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from nhs_assets.ground import files
from nhs_assets.ground.clock import Clock
from nhs_assets.ground.scratch import remove_abandoned
from nhs_assets.settings import Settings
from nhs_assets.store.as_of import DAYS
from nhs_assets.store.running import is_alive, working_lock

LONG_SECONDS = 3600
"""A partial file without a known owner is abandoned after an hour: no run may take longer."""

PARTIAL = ".*.partial"


def remove_leftovers(settings: Settings, clock: Clock) -> None:
    """Deletes partial files, scratch folders, and staged runs beyond the number to keep."""
    data_dir = settings.data_dir
    with files.locked(working_lock(data_dir)):
        _remove((data_dir / "working").rglob(PARTIAL))
    for folder in (data_dir / "runs").glob("*"):
        if not is_alive(data_dir, folder.name):
            _remove(folder.rglob(PARTIAL))
    before = clock.now().timestamp() - LONG_SECONDS
    for name in ("lineage", "failures", "quarantine", DAYS):
        _remove(path for path in (data_dir / name).glob(PARTIAL) if _changed(path) < before)
    prune_runs(data_dir, settings.runs_kept)
    remove_abandoned(LONG_SECONDS, clock)


def prune_runs(data_dir: Path, keep: int) -> None:
    """Deletes the oldest staged runs beyond the number to keep, which includes live ones; never a live one."""
    runs = sorted((data_dir / "runs").glob("*"), key=_changed, reverse=True)
    ended = [folder for folder in runs if not is_alive(data_dir, folder.name)]
    for folder in ended[max(keep - (len(runs) - len(ended)), 0) :]:
        shutil.rmtree(folder, ignore_errors=True)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # deleted by another run
        return 0.0


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
