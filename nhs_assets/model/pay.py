"""Pay of bands, and from year to year."""

import polars as pl

from nhs_assets.model.parameters import ParameterSet


def pay_index(parameters: ParameterSet, spine: pl.DataFrame) -> pl.DataFrame:
    """Pay relative to the first year of the spine: ``month``, ``fy``, ``pay_index``.

    Each award of ``pay_award_pct`` dated after that first year counts from its month; the last one dated is repeated
    every April after it.
    """
    awards = parameters.dated("pay_award_pct").select(
        month=pl.col("valid_from").dt.truncate("1mo"), award_pct=pl.col("value")
    )
    last_month, last_award_pct = awards.row(-1)
    opens_a_year = pl.col("fy") != pl.col("fy").shift(1)
    is_after_first_year = pl.col("fy") != pl.col("fy").first()
    repeated = pl.when(opens_a_year & (pl.col("month") > last_month)).then(last_award_pct)
    award_pct = pl.when(is_after_first_year).then(pl.coalesce("award_pct", repeated)).fill_null(0)
    return (
        spine.select("month", "fy")
        .join(awards, on="month", how="left")
        .sort("month")
        .select("month", "fy", pay_index=(1 + award_pct / 100).cum_prod())
    )


def band_pay(pay_points: pl.DataFrame, pay_fy: str) -> pl.DataFrame:
    """The middle of each band's pay: ``band``, ``mean_full_time_pay_gbp``."""
    middle = (pl.col("annual_gbp").min() + pl.col("annual_gbp").max()) / 2
    return pay_points.filter(fy=pay_fy).group_by("band", maintain_order=True).agg(mean_full_time_pay_gbp=middle)
