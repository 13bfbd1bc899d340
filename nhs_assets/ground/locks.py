"""Locks that the kernel releases when their holder ends, however it ends: no crash leaves one behind."""

import fcntl
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from nhs_assets.ground.clock import MACHINE

POLL_SECONDS = 0.1
SAY_EVERY_SECONDS = 5.0
"""While a lock is waited for, who holds it is told at once and then this often."""


@contextmanager
def held(path: Path, doing: str, say: Callable[[str], None]) -> Iterator[None]:
    """Holds a lock whose file names its holder, and says who that is while it waits.

    Args:
        path: the lock's file.
        doing: what the lock is for, as in "waiting for another publication".
        say: takes a line for whoever waits.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        _wait(file, path, doing, say)
        _name_holder(file, f"process {os.getpid()} on {platform.node()} ({_command()})")
        try:
            yield
        finally:
            _name_holder(file, None)


def holder(path: Path) -> str:
    """Who holds a lock and since when, as its file says."""
    with suppress(OSError, ValueError, KeyError):
        stated = json.loads(path.read_text(encoding="utf-8"))
        since = datetime.fromisoformat(stated["since"])
        seconds = (MACHINE.now() - since).total_seconds()
        return f"{stated['holder']}, since {since:%Y-%m-%d %H:%M:%S} UTC, for {seconds:.0f} s"
    return "a process that has not said its name yet"


def hold_while_alive(path: Path) -> IO[str]:
    """Marks something as in use until the file that is returned is closed, or this process ends.

    The file appears under its name only once it is locked, so nobody meets it unlocked in between.
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
    """Whether someone alive holds the file; not if it is not there."""
    try:
        file = path.open("r", encoding="utf-8")
    except FileNotFoundError:
        return False
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


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
    # Only a help to whoever waits: a full disk must not stop what the lock is for before it has begun.
    with suppress(OSError):
        file.truncate(0)
        if name is not None:
            file.write(json.dumps({"holder": name, "since": MACHINE.now().isoformat()}))
        file.flush()


def _command() -> str:
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]) if sys.argv and sys.argv[0] else "python"
