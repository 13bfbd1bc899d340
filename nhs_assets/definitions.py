"""The code location: everything in ``defs``, run in one process."""

from pathlib import Path

import dagster as dg


@dg.definitions
def defs() -> dg.Definitions:
    """All assets, jobs, schedules and sensors.

    In-process: DuckDB and Polars use the cores themselves, and a process for each step costs seconds.
    """
    return dg.Definitions.merge(
        dg.load_from_defs_folder(path_within_project=Path(__file__).parent),
        dg.Definitions(executor=dg.in_process_executor),
    )
