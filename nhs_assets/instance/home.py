"""The Dagster home: run history and schedule state, shared by the UI and the command line."""

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from nhs_assets.ground import files
from nhs_assets.settings import PROJECT_ROOT, Settings

if TYPE_CHECKING:
    import dagster as dg

INSTANCE_FILE = "dagster.yaml"

EVENTS_AT_ONCE = 1000
"""Planned events of a run are stored in one transaction instead of one for each asset and check."""

LOCATION, MODULE = "nhs_assets", "nhs_assets.definitions"
"""Code location and its module, as in workspace.yaml."""


def name_origin(instance: "dg.DagsterInstance", job: str) -> None:
    """Lets the runs that this process makes name the code location of the job: the UI's timeline shows no others."""
    from dagster._core.definitions.repository_definition import SINGLETON_REPOSITORY_NAME
    from dagster._core.remote_origin import (
        LoadableTargetOrigin,
        ManagedGrpcPythonEnvCodeLocationOrigin,
        RemoteRepositoryOrigin,
    )

    location = ManagedGrpcPythonEnvCodeLocationOrigin(LoadableTargetOrigin(module_name=MODULE), LOCATION)
    origin = RemoteRepositoryOrigin(location, SINGLETON_REPOSITORY_NAME).get_job_origin(job)
    instance.create_run_for_job = partial(instance.create_run_for_job, remote_job_origin=origin)


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
