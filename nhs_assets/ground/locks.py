"""Locks that the kernel releases however their holder ends, so that no crash leaves one behind."""

import errno
import fcntl
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from nhs_assets.ground.clock import MACHINE

POLL_SECONDS = 0.1
_NOTICED = 3
_OTHER = f"""
import fcntl, sys
try:
    fcntl.flock(open(sys.argv[1]), fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    sys.exit({_NOTICED})
"""
_NO_LOCKS = (
    "the disk of {} {}, so two refreshes at once could spoil each other. "
    "Set NHS_ASSETS_DATA_DIR to a folder on a disk of this machine"
)
SAY_EVERY_SECONDS = 5.0
"""How often a process that waits for a lock says who holds it, after the first time."""


@contextmanager
def held(path: Path, doing: str, say: Callable[[str], None]) -> Iterator[None]:
    """Holds a lock whose file names its holder, and says who that is while it waits for ``doing``, such as "another
    publication to end"."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        _wait(file, path, doing, say)
        command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]) if sys.argv and sys.argv[0] else "python"
        _name_holder(file, f"process {os.getpid()} on {platform.node()} ({command})")
        try:
            yield
        finally:
            _name_holder(file, None)


def holder(path: Path) -> str:
    """Who holds a lock and since when, as its file states."""
    with suppress(OSError, ValueError, KeyError):
        stated = json.loads(path.read_text(encoding="utf-8"))
        since = datetime.fromisoformat(stated["since"])
        seconds = (MACHINE.now() - since).total_seconds()
        return f"{stated['holder']}, since {since:%Y-%m-%d %H:%M:%S} UTC, for {seconds:.0f} s"
    return "a process that has not said its name yet"


def hold_while_alive(path: Path) -> IO[str]:
    """Marks something as in use until the returned file is closed or this process ends.

    The file appears under its name only once it is locked, so that nobody finds it unlocked.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f"{path.name}.{os.getpid()}")
    file = own.open("a", encoding="utf-8")
    fcntl.flock(file, fcntl.LOCK_SH)
    if path.exists():
        file.close()
        own.unlink()
        file = path.open("a", encoding="utf-8")
        fcntl.flock(file, fcntl.LOCK_SH)
    else:
        os.replace(own, path)
    return file


def is_held(path: Path) -> bool:
    """Whether a live process holds the file, which may be missing."""
    try:
        with path.open("r", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def refuse_without_locks(folder: Path) -> None:
    """Makes sure that another process notices a lock in a folder, which network disks may not give or only claim to.

    Raises:
        OSError: if it does not; the message names the folder and what to do.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".lock-") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            other = subprocess.run([sys.executable, "-I", "-S", "-c", _OTHER, file.name], check=False)
    except OSError as error:
        if error.errno not in (errno.ENOTSUP, errno.ENOLCK, errno.ENOSYS):
            raise
        raise OSError(errno.ENOLCK, _NO_LOCKS.format(folder, f"gives no file locks ({error.strerror})")) from error
    if other.returncode != _NOTICED:
        raise OSError(errno.ENOLCK, _NO_LOCKS.format(folder, "says that it locks files, and does not"))


def _wait(file: IO[str], path: Path, doing: str, say: Callable[[str], None]) -> None:
    started = time.monotonic()
    said: float | None = None
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            waited = time.monotonic() - started
            if said is None or waited - said >= SAY_EVERY_SECONDS:
                said = waited
                say(f"waiting for {doing}, held by {holder(path)}; waited {waited:.0f} s")
            time.sleep(POLL_SECONDS)


def _name_holder(file: IO[str], name: str | None) -> None:
    # The name only helps whoever waits: a full disk must not stop the holder.
    with suppress(OSError):
        file.truncate(0)
        if name is not None:
            file.write(json.dumps({"holder": name, "since": MACHINE.now().isoformat()}))
        file.flush()
