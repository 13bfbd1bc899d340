"""Staff lists: an organisation's own anonymous list of staff, as ``seeds/staff_lists/<code>.csv``.

Only counts of a list are published. The file holds nothing that identifies a person or the organisation: the file name
gives the code, the place in the file the line, and the origin the day from which the list is known.
"""

import polars as pl

from nhs_assets.ground.problems import Problem

TABLE = "raw.staff_list"
FOLDER = "staff_lists"
FROM_OUTSIDE = ("ods_code", "source_line", "known_from")
"""Columns that are not in the file."""

REMEDY = "A staff list must not identify anyone: remove the column."


def of_closed(people: pl.DataFrame, organisations: pl.DataFrame) -> list[Problem]:
    """Lists taken on a day on which their organisation was not open: its people are those of others by then."""
    taken = people.select("ods_code", "known_from").unique()
    periods = organisations.select("ods_code", "valid_from", "valid_to")
    is_open = (pl.col("valid_from") <= pl.col("known_from")) & (
        pl.col("valid_to").is_null() | (pl.col("valid_to") >= pl.col("known_from"))
    )
    astray = (
        taken.join(periods, on="ods_code")
        .group_by("ods_code", "known_from")
        .agg(pl.col("valid_from").min(), pl.col("valid_to").max(), open=is_open.any())
        .filter(~pl.col("open"))
        .sort("ods_code")
    )
    remedy = "Name the list after the organisation whose people they were that day, or correct the day in its origin."
    return [
        Problem(
            f"{FOLDER}/{code}.csv",
            f"was taken on {day}, but {code} is open from {first}{f' to {last}' if last else ''}",
            remedy,
        )
        for code, day, first, last in astray.select("ods_code", "known_from", "valid_from", "valid_to").iter_rows()
    ]


def too_few(people: pl.DataFrame, threshold: int) -> list[Problem]:
    """Lists with so few people on the same terms that a count (published above the threshold) could identify one."""
    small = people.group_by("ods_code", "employer_terms").len().filter(pl.col("len") <= threshold)
    rule = f"has {threshold} people or fewer on the terms"
    remedy = f"Leave them out: only a count of more than {threshold} does not identify anyone."
    return [
        Problem(f"{FOLDER}/{code}.csv", f"{rule} {terms}", remedy)
        for code, terms in small.select("ods_code", "employer_terms").sort("ods_code", "employer_terms").iter_rows()
    ]
