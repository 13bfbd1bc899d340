"""A limit of time for one file, whatever keeps a reader busy."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class TookTooLong(Exception):  # noqa: N818 - the name is what the reader of a log should see
    """A file was not read within the time that it is given."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Ends the block after so many seconds.

    Raises:
        TookTooLong: if it is not over by then. Only a process's main thread can be interrupted, in which commands and
            runs read files; elsewhere nothing is limited.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(*_: object) -> None:
        raise TookTooLong

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
