"""The differences between a seed and its last accepted rows, cell by cell."""

import polars as pl

from nhs_assets.ground.problems import Problem
from nhs_assets.sources.seed_files import SEEDS, Seed
from nhs_assets.sources.vintages import row_name


def changes_since(seed: Seed, frame: pl.DataFrame, accepted: pl.DataFrame | None) -> list[Problem]:
    """Why a file that differs from its origin is refused.

    Args:
        seed: the file.
        frame: its rows; none if they cannot be read.
        accepted: the rows accepted last time, if any: each row and cell that differs from them is named.
    """
    remedy = (
        f"If every change is intended, run: nhs-assets seal seeds/{seed.name}"
        if seed.root == SEEDS
        else "The archive never changes: restore the file as it was ingested."
    )
    changed = [Problem(seed.name, "differs from its origin: checksum or row count", remedy)]
    if accepted is None or frame.is_empty():
        return changed
    key = list(seed.contract.primary_key)
    compared = {
        "is new since the file was last accepted": frame.join(accepted, on=key, how="anti"),
        "is gone since the file was last accepted": accepted.join(frame, on=key, how="anti"),
    }
    for rule, rows in compared.items():
        for row in rows.select(key).sort(key).iter_rows():
            changed.append(Problem(seed.name, rule, "Check that this is intended.", row_name(row)))
    columns = [name for name in seed.contract.column_names if name not in key]
    before, now = (
        rows.select(*key, pl.col(columns).cast(pl.String)).unpivot(columns, index=key, variable_name="column")
        for rows in (accepted, frame)
    )
    both = before.join(now, on=[*key, "column"], suffix="_now")
    differing = both.filter(pl.col("value").ne_missing(pl.col("value_now"))).sort(*key, "column")
    for *row, column, old, new in differing.iter_rows():
        rule = f"was {old!r} when last accepted"
        changed.append(Problem(seed.name, rule, "Compare it with the source.", row_name(row), column, new))
    return changed
