"""Looks at everything a refresh needs, and says what to do about each thing that is not as it should be."""

from collections.abc import Callable, Iterator
from datetime import datetime

from nhs_assets.doctor import data, instance, machine
from nhs_assets.doctor.finding import Finding, Level
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


def examine(settings: Settings, now: datetime) -> list[Finding]:
    """Every finding, in the order of :data:`LOOKS`; each thing looked at gives at least one.

    Args:
        settings: where everything is.
        now: the time it is.
    """
    return [finding for name, look in LOOKS.items() for finding in _looked(name, look, settings, now)]


def _looked(name: str, look: Look, settings: Settings, now: datetime) -> list[Finding]:
    try:
        return [finding.of(name) for finding in look(settings, now)]
    except Exception as error:  # what cannot be looked at is a finding too, and the others must still be looked at
        said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        return [Finding(Level.WRONG, f"cannot be looked at: {said}", "See docs/runbook.md, and mend that first.", name)]
