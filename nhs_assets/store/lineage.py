"""Column lineage kept from run to run: working it out takes longer than most SELECTs, and only new text changes it."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from nhs_assets.store import files

Lineage = Mapping[str, Sequence[tuple[str, str]]]
"""For each column, the (table, column) pairs it comes from."""


def kept_lineage(data_dir: Path, table: str, version: str, work_out: Callable[[], Lineage]) -> Lineage:
    """The lineage of a table, from the file of the last run if it was worked out for the same version.

    Args:
        data_dir: the data folder.
        table: name of the table.
        version: changes with all that the lineage follows from.
        work_out: gives the lineage where it is not kept.
    """
    path = data_dir / "lineage" / f"{table}.json"
    if path.exists():
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["version"] == version:
            return {column: [tuple(source) for source in sources] for column, sources in kept["columns"].items()}
    lineage = work_out()
    files.write_text(path, json.dumps({"version": version, "columns": lineage}))
    return lineage
