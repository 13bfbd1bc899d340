"""Staff lists: an organisation's own anonymous list of staff, dropped in as ``seeds/staff_lists/<code>.csv``.

The file is named by the organisation's code and says nothing of it inside, and nothing of who anybody is: line and
organisation come from the file, the day it was known from its origin.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

TABLE = "raw.staff_list"
FOLDER = "staff_lists"
FROM_OUTSIDE = ("ods_code", "source_line", "known_from")
"""Columns that the file itself does not hold."""

REMEDY = "A staff list holds nothing that tells who somebody is: take the column out."


def staff_list_files(seeds_dir: Path) -> tuple[Path, ...]:
    """The staff lists there are, sorted by name."""
    return tuple(sorted((seeds_dir / FOLDER).glob("*.csv")))


def completed(text: pl.DataFrame, path: Path, lines: Sequence[int], known_from: date | str) -> pl.DataFrame:
    """The text cells of a list with those that come from outside the file.

    Args:
        text: one String column for each column of the file.
        path: the file, named by the organisation's code.
        lines: where each row stands.
        known_from: the day the list was taken, as the origin states it.
    """
    return text.with_columns(
        ods_code=pl.lit(path.stem),
        source_line=pl.Series([str(line) for line in lines], dtype=pl.String),
        known_from=pl.lit(str(known_from)),
    )
