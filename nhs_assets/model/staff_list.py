"""Staff lists counted for publication: no count of few people, no exact count, no mean that reveals one."""

from collections.abc import Mapping

import polars as pl

from nhs_assets.contracts.vocabulary import GRADE_NOT_STATED, SERVICE_BANDS
from nhs_assets.model.pay import band_pay
from nhs_assets.model.suppression import SUPPRESSED, Disclosure, rounded, suppressed
from nhs_assets.model.tables import as_table

LIST = ("ods_code", "employer_terms")
CELL = ("grade", "place")
"""A grade, and the place of a band of service among all of them."""


def staff_counts(people: pl.DataFrame, pay_point: pl.DataFrame, rule: Disclosure) -> pl.DataFrame:
    """``raw.staff_list``: the people of staff lists by grade and service.

    A band is paid its middle; a salary is taken unchanged and has no grade. Where few people share a grade and a band
    of service, they are merged with those counts that :func:`suppressed` withholds with them: across grades first,
    then with the next band of service. Nobody is left out, and each row is a mean over more people than the threshold.
    Means are rounded too, since a mean to the last digit reveals how many people it is of.

    Args:
        people: rows of staff lists, as :class:`nhs_assets.contracts.staff_list.Person` has them.
        pay_point: pay of bands.
        rule: threshold and base.

    Raises:
        ValueError: if a list has no more people on the same terms than the threshold.
    """
    counted = _counted(people, pay_point)
    lists = [_merged_cells(cells, rule) for _, cells in counted.group_by(LIST, maintain_order=True)]
    summed = (
        pl.concat([counted.clear(), *lists])
        .group_by(*LIST, *CELL, maintain_order=True)
        .agg(pl.col("known_from").max(), pl.col("people", "pay", "years", "contracted").sum())
    )
    mean_years = pl.col("years") / pl.col("people")
    bands = dict(enumerate(SERVICE_BANDS))
    return as_table(
        summed.with_columns(
            service_band=_place(mean_years.floor()).replace_strict(bands, return_dtype=pl.String),
            staff_rounded=rounded(pl.col("people"), rule.base),
            mean_full_time_pay_gbp=(pl.col("pay") / pl.col("people") / 100).round() * 100,
            mean_service_years=mean_years.round(1),
            contracted_share=(pl.col("contracted") / pl.col("people")).round(2),
        ),
        "raw.staff_list",
    )


def _counted(people: pl.DataFrame, pay_point: pl.DataFrame) -> pl.DataFrame:
    """People of each list by grade and service, with sums of what they earn, have served and are contracted for."""
    years = pl.col("service_years").floor()
    return (
        people.join(band_pay(pay_point), on="band", how="left")
        .sort("ods_code", "source_line")
        .with_columns(
            grade=pl.coalesce(pl.format("Band {}", "band"), pl.lit(GRADE_NOT_STATED)),
            place=_place(years),
            pay=pl.coalesce(pl.col("salary_gbp").cast(pl.Float64), "mean_full_time_pay_gbp"),
        )
        .group_by(*LIST, *CELL, maintain_order=True)
        .agg(
            pl.col("known_from").max(),
            people=pl.len().cast(pl.Int64),
            pay=pl.col("pay").sum(),
            years=years.sum(),
            contracted=pl.col("contracted_share").sum(),
        )
    )


def _place(years: pl.Expr) -> pl.Expr:
    """The place of the band of service that complete years fall in."""
    return pl.sum_horizontal((years >= first).cast(pl.Int64) for first in SERVICE_BANDS.values()) - 1


def _merged_cells(cells: pl.DataFrame, rule: Disclosure) -> pl.DataFrame:
    """The cells of one list with the grade and place that they are published under."""
    if cells["people"].sum() <= rule.threshold:
        code, terms = cells.select(LIST).row(0)
        raise ValueError(f"the staff list of {code} has {rule.threshold} people or fewer on the terms {terms}")
    withheld = suppressed(cells, "people", rule, rows=["grade"], columns=["place"])[SUPPRESSED]
    if 0 < cells["people"].filter(withheld).sum() <= rule.threshold:
        # Alone they are too few, so the smallest of the others is merged with them.
        withheld |= cells["people"] == cells["people"].filter(~withheld).min()
    regraded = cells.with_columns(grade=pl.when(withheld).then(pl.lit(GRADE_NOT_STATED)).otherwise("grade"))
    ungraded = regraded.filter(grade=GRADE_NOT_STATED).sort("place").group_by("place", maintain_order=True)
    parts = _parts(dict(ungraded.agg(pl.col("people").sum()).iter_rows()), rule.threshold)
    joined = pl.col("place").replace_strict(parts, default=pl.col("place"), return_dtype=pl.Int64)
    return regraded.with_columns(place=pl.when(grade=GRADE_NOT_STATED).then(joined).otherwise("place"))


def _parts(people: Mapping[int, int], threshold: int) -> dict[int, int]:
    """For each place the first of its part; neighbours are merged until every part has more than the threshold."""
    parts: list[list[int]] = []
    for place in people:
        if parts and sum(map(people.__getitem__, parts[-1])) <= threshold:
            parts[-1].append(place)
        else:
            parts.append([place])
    if len(parts) > 1 and sum(map(people.__getitem__, parts[-1])) <= threshold:
        last = parts.pop()
        parts[-1] += last
    return {place: part[0] for part in parts for place in part}
