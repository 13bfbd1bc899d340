"""What differs between a seed and the rows accepted last time, cell by cell."""

import polars as pl

from nhs_assets.ground.problems import Problem
from nhs_assets.sources.seed_files import SEEDS, Seed


def changes_since(seed: Seed, frame: pl.DataFrame, accepted: pl.DataFrame | None) -> list[Problem]:
    """Why a file is refused that its origin does not vouch for.

    Args:
        seed: the file.
        frame: its rows; none where they cannot be read.
        accepted: the rows accepted last time, if any: with them each row and cell that differs is named.
    """
    remedy = (
        f"If every change is meant, run: nhs-assets seal seeds/{seed.name}"
        if seed.root == SEEDS
        else "The archive never changes: put the file back as it was taken in."
    )
    changed = Problem(seed.name, "is not the file its origin vouches for: checksum or row count differ", remedy)
    if accepted is None or frame.is_empty():
        return [changed]
    return [changed, *_changed_rows(seed, frame, accepted), *_changed_cells(seed, frame, accepted)]


def _changed_rows(seed: Seed, frame: pl.DataFrame, accepted: pl.DataFrame) -> list[Problem]:
    key = list(seed.contract.primary_key)
    compared = {
        "is new since the file was last accepted": frame.join(accepted, on=key, how="anti"),
        "is gone since the file was last accepted": accepted.join(frame, on=key, how="anti"),
    }
    return [
        Problem(seed.name, rule, "Check that it is meant.", row=_row_name(row, key))
        for rule, rows in compared.items()
        for row in rows.sort(key).iter_rows(named=True)
    ]


def _changed_cells(seed: Seed, frame: pl.DataFrame, accepted: pl.DataFrame) -> list[Problem]:
    key = list(seed.contract.primary_key)

    def long(rows: pl.DataFrame, value: str) -> pl.DataFrame:
        values = [name for name in seed.contract.column_names if name not in key]
        return rows.select(*key, pl.col(values).cast(pl.String)).unpivot(
            index=key, on=values, variable_name="column", value_name=value
        )

    compared = long(accepted, "before").join(long(frame, "now"), on=[*key, "column"])
    differing = compared.filter(pl.col("before").ne_missing(pl.col("now"))).sort(*key, "column")
    return [
        Problem(
            seed.name,
            f"was {row['before']!r} when last accepted",
            "Compare it with the source.",
            row=_row_name(row, key),
            column=row["column"],
            value=row["now"],
        )
        for row in differing.iter_rows(named=True)
    ]


def _row_name(row: dict, key: list[str]) -> str:
    return "row " + ", ".join(str(row[name]) for name in key)
