"""The doctor: checks everything a refresh needs and suggests a remedy for each problem."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime

from nhs_assets.instance.doctor import data, instance, machine
from nhs_assets.instance.doctor.finding import Finding, Level
from nhs_assets.settings import Settings

Examination = Callable[[Settings, datetime], Iterator[Finding]]

EXAMINATIONS: dict[str, Examination] = {
    "data folder": machine.data_folder,
    "disk": machine.disk,
    "packages": machine.packages,
    "dagster home": instance.home,
    "daemon": instance.daemon,
    "schedule": instance.schedule,
    "sensors": instance.sensors,
    "runs": instance.runs,
    "pools": instance.pools,
    "seeds": data.seeds,
    "inbox": data.inbox,
    "working tables": data.working_tables,
    "snapshot": data.snapshot,
    "past days": data.past_days,
    "lock": data.lock,
}
"""Everything the doctor examines, in order."""


def examine(settings: Settings, now: datetime, names: Collection[str] = EXAMINATIONS) -> list[Finding]:
    """Every finding, in the order of :data:`EXAMINATIONS`; each gives at least one.

    Args:
        settings: paths and limits.
        now: the current time.
        names: what to examine.
    """
    return [finding for name in EXAMINATIONS if name in names for finding in _examined(name, settings, now)]


def _examined(name: str, settings: Settings, now: datetime) -> list[Finding]:
    try:
        return [finding.of(name) for finding in EXAMINATIONS[name](settings, now)]
    except Exception as error:  # a failed examination is a finding, and the others go on
        said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        return [Finding(Level.WRONG, f"cannot be examined: {said}", "See docs/runbook.md and fix this first.", name)]
