"""Looks at everything a refresh needs, and says what to do about each thing that is not as it should be."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime

from nhs_assets.instance.doctor import data, instance, machine
from nhs_assets.instance.doctor.finding import Finding, Level
from nhs_assets.settings import Settings

Look = Callable[[Settings, datetime], Iterator[Finding]]

LOOKS: dict[str, Look] = {
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
    "lock": data.lock,
}
"""Everything that is looked at, by name, in order."""


def examine(settings: Settings, now: datetime, names: Collection[str] = LOOKS) -> list[Finding]:
    """Every finding, in the order of :data:`LOOKS`; each thing looked at gives at least one.

    Args:
        settings: where everything is.
        now: the time it is.
        names: what to look at.
    """
    return [finding for name in LOOKS if name in names for finding in _looked(name, settings, now)]


def _looked(name: str, settings: Settings, now: datetime) -> list[Finding]:
    try:
        return [finding.of(name) for finding in LOOKS[name](settings, now)]
    except Exception as error:  # what cannot be looked at is a finding too, and the others must still be looked at
        said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        return [Finding(Level.WRONG, f"cannot be looked at: {said}", "See docs/runbook.md, and mend that first.", name)]
