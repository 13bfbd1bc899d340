"""What stopped a run, in the words of its errors: no stack trace, no name of a class of ours."""

import re
from collections.abc import Iterable, Sequence

from dagster import DagsterEvent

_OWN_CLASS = re.compile(r"^nhs_assets\.[\w.]+: ")


def failed_steps(events: Iterable[DagsterEvent]) -> list[tuple[str, str]]:
    """Each step that failed, by the name of its table, and the message of its root cause."""
    return [((event.step_key or "").replace("__", "."), _message(event)) for event in events if event.is_step_failure]


def waiting(planned: int, events: Iterable[DagsterEvent]) -> Sequence[str]:
    """A sentence on the planned steps that never began, because what they read was not built; nothing without any."""
    count = planned - sum(event.is_step_start for event in events)
    if not count:
        return ()
    steps = "1 step was" if count == 1 else f"{count} steps were"
    return (f"{steps} not run, since what they read was not built; their checks did not fail, nobody evaluated them.",)


def _message(event: DagsterEvent) -> str:
    failure = event.step_failure_data
    if failure.user_failure_data is not None and failure.user_failure_data.description:
        return failure.user_failure_data.description
    error = failure.error
    while error is not None and error.cause is not None:
        error = error.cause
    return _OWN_CLASS.sub("", error.message.strip()) if error is not None else failure.error_display_string
