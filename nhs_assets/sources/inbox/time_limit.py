"""A time limit for reading one file."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class TimeLimitError(Exception):
    """A file was not read within its time limit."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Interrupts the block after so many seconds.

    Only a process's main thread, in which commands and runs read files, can be interrupted; others have no limit.

    Raises:
        TimeLimitError: if the block has not finished by then.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(*_: object) -> None:
        raise TimeLimitError

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
