"""The Dagster home: run history and schedule state, shared by the UI and the command line."""

import os
from pathlib import Path

from nhs_assets.ground import files
from nhs_assets.settings import PROJECT_ROOT, Settings

INSTANCE_FILE = "dagster.yaml"

EVENTS_AT_ONCE = 1000
"""Planned events of a run are stored in one transaction instead of one for each asset and check."""


def use_dagster_home(settings: Settings) -> Path:
    """Sets ``DAGSTER_HOME`` and copies the shipped ``dagster.yaml`` there; a home already set is used unchanged."""
    if os.environ.get("DAGSTER_HOME"):
        return Path(os.environ["DAGSTER_HOME"])
    home = settings.dagster_home.resolve()
    shipped = (PROJECT_ROOT / INSTANCE_FILE).read_text(encoding="utf-8")
    target = home / INSTANCE_FILE
    if not target.exists() or target.read_text(encoding="utf-8") != shipped:
        files.write_text(target, shipped)
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", str(EVENTS_AT_ONCE))
    return home
