"""Column lineage kept from run to run: working it out takes longer than most SELECTs, and only new text changes it."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from nhs_assets.build.select import Derivation
from nhs_assets.ground import files

Lineage = Mapping[str, Derivation]
"""Where each column comes from, and how."""

WHOLE_TABLE = "*"
"""In place of a column, where a function of the model reads a table as a whole."""

FORMAT = 3
"""Changes when the file says something else of the same SELECT."""


def kept_lineage(data_dir: Path, table: str, version: str, work_out: Callable[[], Lineage]) -> Lineage:
    """The lineage of a table, from the file of the last run if it was worked out for the same version.

    Args:
        data_dir: the data folder.
        table: name of the table.
        version: changes with all that the lineage follows from.
        work_out: gives the lineage where it is not kept.
    """
    path = data_dir / "lineage" / f"{table}.json"
    wanted = {"format": FORMAT, "version": version}
    kept = _read(path)
    if kept is not None:
        columns = kept.pop("columns", {})
        if kept == wanted:
            return {
                column: Derivation(
                    tuple((table, name) for table, name, _ in found["sources"]),
                    found["formula"],
                    {(table, name): rows for table, name, rows in found["sources"] if rows},
                )
                for column, found in columns.items()
            }
    lineage = work_out()
    columns = {
        column: {
            "formula": derivation.formula,
            "sources": [(*source, derivation.only_where.get(source)) for source in derivation.sources],
        }
        for column, derivation in lineage.items()
    }
    files.write_text(path, json.dumps({**wanted, "columns": columns}))
    return lineage


def _read(path: Path) -> dict | None:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # a power cut may leave an empty file
        return None
