"""Temporary folders: deleted with their process, or later if it was killed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nhs_assets.ground import locks
from nhs_assets.ground.clock import Clock

PREFIX = "nhs_assets_scratch_"
MARK = ".alive"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for this process in the system's folder for temporary files."""
    with tempfile.TemporaryDirectory(prefix=PREFIX) as name, locks.hold_while_alive(Path(name) / MARK):
        yield Path(name)


def remove_abandoned(older_than_seconds: float, clock: Clock) -> None:
    """Removes the folders of this user's killed processes; the process of a younger one may not have marked it yet."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):  # deleted meanwhile, or unreadable
            found = folder.lstat()
            is_old = clock.now().timestamp() - found.st_mtime > older_than_seconds
            if found.st_uid == os.getuid() and is_old and not locks.is_held(folder / MARK):
                shutil.rmtree(folder, ignore_errors=True)
