"""Staff lists: an organisation's own anonymous list of staff, dropped in as ``seeds/staff_lists/<code>.csv``.

A list is read, counted and not kept: what stands in a table are counts. The file is named by the organisation's code
and says nothing of it inside, and nothing of who anybody is: line and organisation come from the file, the day it was
known from its origin.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from nhs_assets.ground.problems import Problem

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


def too_few(people: pl.DataFrame, threshold: int) -> list[Problem]:
    """Lists that cannot be counted without telling of one person: too few people on the same terms.

    Args:
        people: rows of the lists.
        threshold: counts of this and below are not published.
    """
    small = people.group_by("ods_code", "employer_terms").len().filter(pl.col("len") <= threshold)
    rule = f"has {threshold} people or fewer on the terms"
    remedy = f"Leave them out: a count of more than {threshold} is needed to say nothing of one person."
    return [
        Problem(f"{FOLDER}/{code}.csv", f"{rule} {terms}", remedy)
        for code, terms in small.select("ods_code", "employer_terms").sort("ods_code", "employer_terms").iter_rows()
    ]
