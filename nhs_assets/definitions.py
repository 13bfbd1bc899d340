"""The code location: everything in ``defs``, run in one process."""

import warnings

import dagster as dg

# Dagster is pinned to one version, so a warning that a later one may change says nothing to whoever reads the log.
warnings.filterwarnings("ignore", category=dg.BetaWarning)
warnings.filterwarnings("ignore", category=dg.PreviewWarning)

import nhs_assets.defs  # noqa: E402 - the filters must stand before the assets are made
from nhs_assets.settings import settings  # noqa: E402


@dg.definitions
def defs() -> dg.Definitions:
    """All assets, jobs, schedules and sensors.

    In-process: DuckDB and Polars use the cores themselves, and a process for each step costs seconds. The package
    is loaded as plain modules: loading it as a folder of components costs a sixth of the time to load, for none.
    """
    return dg.Definitions.merge(
        dg.load_definitions_from_package_module(nhs_assets.defs),
        dg.Definitions(resources={"settings": settings()}, executor=dg.in_process_executor),
    )
