"""Runs on one data folder: which are alive, and in which order they began.

A run that began later has read its inputs later, so its tables may replace those of an earlier run, and never the
other way round. The order is a count and not a time, since clocks may be set back.
"""

from pathlib import Path
from typing import IO

from nhs_assets.ground import files, locks
from nhs_assets.store.snapshot import CURRENT, read_manifest

ALIVE = ".alive"
ORDER = ".order"
NEWEST = ".newest"

_alive: dict[Path, IO[str]] = {}


def begin(data_dir: Path, run_id: str) -> int:
    """Marks a run as alive until this process ends, before it reads an input; returns its place in the order.

    Raises:
        OSError: if the disk of the data folder has no locks that other processes notice.
    """
    folder = _folder(data_dir, run_id)
    if folder not in _alive:
        locks.refuse_without_locks(data_dir)
        _alive[folder] = locks.hold_while_alive(folder / ALIVE)
    own = folder / ORDER
    if not own.exists():
        files.write_text(own, str(next_order(data_dir)))
    return _number(own)


def end(data_dir: Path, run_id: str) -> None:
    """Removes the mark in a process that outlives its run."""
    file = _alive.pop(_folder(data_dir, run_id), None)
    if file is not None:
        file.close()


def is_alive(data_dir: Path, run_id: str) -> bool:
    """Whether the process of a run is alive."""
    return locks.is_held(_folder(data_dir, run_id) / ALIVE)


def has_died(data_dir: Path, run_id: str) -> bool:
    """Whether a run began here and its process is gone."""
    return (_folder(data_dir, run_id) / ALIVE).exists() and not is_alive(data_dir, run_id)


def next_order(data_dir: Path) -> int:
    """Takes the next place in the order."""
    # Stored with the working tables, whose records hold such places: they are deleted together or not at all.
    last = data_dir / "working" / ORDER
    with files.locked(working_lock(data_dir)):
        number = max(_number(last), newest_order(data_dir)) + 1
        files.write_text(last, str(number))
    return number


def newest_order(data_dir: Path) -> int:
    """The last place of a run that published its tables or found them published."""
    published = data_dir / "published"
    current = read_manifest(published / CURRENT) or {}
    return max(_number(published / NEWEST), current.get("order", 0))


def note_current(data_dir: Path, order: int) -> None:
    """Records that the tables of a run at this place are current; the publication lock must be held."""
    if order > _number(data_dir / "published" / NEWEST):
        files.write_text(data_dir / "published" / NEWEST, str(order))


def working_lock(data_dir: Path) -> Path:
    """The lock that is held while working tables or the order of runs change."""
    return data_dir / "working" / ".lock"


def _folder(data_dir: Path, run_id: str) -> Path:
    return data_dir.absolute() / "runs" / run_id


def _number(path: Path) -> int:
    try:
        return int(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # a power cut may leave an empty file
        return 0
