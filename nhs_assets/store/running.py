"""Runs on one data folder: which of them are alive, and in which order they began.

A run that began later has read its inputs later, so what it made may take the place of what an earlier one made, and
never the other way round. The order is a count and no clock, which may be set back.
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
    """Marks a run as alive until this process ends, and gives its place in the order of runs.

    Called before a run reads its first input; later calls give the same place.
    """
    folder = _folder(data_dir, run_id)
    if folder not in _alive:
        _alive[folder] = locks.hold_while_alive(folder / ALIVE)
    own = folder / ORDER
    if not own.exists():
        files.write_text(own, str(next_order(data_dir)))
    return _number(own)


def end(data_dir: Path, run_id: str) -> None:
    """Takes the mark away again, where a process outlives its run."""
    file = _alive.pop(_folder(data_dir, run_id), None)
    if file is not None:
        file.close()


def is_alive(data_dir: Path, run_id: str) -> bool:
    """Whether the process of a run is there."""
    return locks.is_held(_folder(data_dir, run_id) / ALIVE)


def has_died(data_dir: Path, run_id: str) -> bool:
    """Whether a run has begun and its process is gone. A run that never began here is not known to have died."""
    mark = _folder(data_dir, run_id) / ALIVE
    return mark.exists() and not locks.is_held(mark)


def next_order(data_dir: Path) -> int:
    """The next place in the order."""
    # Beside the working tables, whose records hold such places: they are deleted together or not at all.
    last = data_dir / "working" / ORDER
    with files.locked(working_lock(data_dir)):
        number = max(_number(last), newest_order(data_dir)) + 1
        files.write_text(last, str(number))
    return number


def newest_order(data_dir: Path) -> int:
    """The last place among those whose tables were shown, or found to be what is shown."""
    published = data_dir / "published"
    shown = read_manifest(published / CURRENT) or {}
    return max(_number(published / NEWEST), shown.get("order", 0))


def note_shown(data_dir: Path, order: int) -> None:
    """Keeps that tables of this place are shown; called under the lock of publication."""
    if order > _number(data_dir / "published" / NEWEST):
        files.write_text(data_dir / "published" / NEWEST, str(order))


def working_lock(data_dir: Path) -> Path:
    """Held while working tables or the order of runs change."""
    return data_dir / "working" / ".lock"


def _folder(data_dir: Path, run_id: str) -> Path:
    return data_dir.absolute() / "runs" / run_id


def _number(path: Path) -> int:
    try:
        return int(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # a power cut may leave an empty file
        return 0
