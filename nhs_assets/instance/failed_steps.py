"""What stopped a run, in the words of its errors: no stack trace, no name of a class of ours."""

import re
from collections.abc import Iterable, Sequence

from dagster import DagsterEvent

_OWN_CLASS = re.compile(r"^nhs_assets\.[\w.]+: ")


def failed_steps(events: Iterable[DagsterEvent]) -> list[tuple[str, str]]:
    """Each step that failed, by the name of its table, and the message of its root cause."""
    return [((event.step_key or "").replace("__", "."), _message(event)) for event in events if event.is_step_failure]


def waited(events: Iterable[DagsterEvent]) -> int:
    """How many steps were not run, because what they read was not built."""
    return sum(event.is_step_skipped for event in events)


def waited_in_words(count: int) -> Sequence[str]:
    """That so many steps only waited; nothing if none did."""
    if not count:
        return ()
    tables = "1 step that reads it was" if count == 1 else f"{count} steps that read it were"
    return (f"{tables} not run, and their checks were not evaluated: they did not fail.",)


def _message(event: DagsterEvent) -> str:
    failure = event.step_failure_data
    if failure.user_failure_data is not None and failure.user_failure_data.description:
        return failure.user_failure_data.description
    error = failure.error
    while error is not None and error.cause is not None:
        error = error.cause
    return _OWN_CLASS.sub("", error.message.strip()) if error is not None else failure.error_display_string
