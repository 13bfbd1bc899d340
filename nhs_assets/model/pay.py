"""Pay: of bands, from year to year, and as the stated saving per post implies it."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import polars as pl

from nhs_assets.model.calendar import BASE_FY, appraisal_months
from nhs_assets.model.organisations import target_organisations
from nhs_assets.model.parameters import ParameterSet

ON_COST_RATES = ("pension_local", "pension_central", "apprenticeship_levy")
"""On-costs that are a rate on all of pay, each with a parameter ``<name>_pct``."""
Pounds = TypeVar("Pounds", pl.Expr, np.ndarray)
"""Amounts of rows or of runs: one rule serves the tables and the simulation."""


def pay_index(parameters: ParameterSet) -> pl.DataFrame:
    """Pay relative to the first year of the appraisal: ``month``, ``fy``, ``pay_index``.

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
        appraisal_months(parameters)
        .select("month", "fy")
        .join(awards, on="month", how="left")
        .sort("month")
        .select("month", "fy", pay_index=(1 + award_pct / 100).cum_prod())
    )


def pay_years(parameters: ParameterSet) -> pl.DataFrame:
    """Pay relative to the first year as each year opens: ``fy``, ``pay_index``, in order."""
    return pay_index(parameters).group_by("fy", maintain_order=True).agg(pl.col("pay_index").first()).sort("fy")


def band_pay(pay_point: pl.DataFrame) -> pl.DataFrame:
    """The middle of each band's pay in the base year: ``band``, ``mean_full_time_pay_gbp``."""
    middle = (pl.col("annual_gbp").min() + pl.col("annual_gbp").max()) / 2
    return pay_point.filter(fy=BASE_FY).group_by("band", maintain_order=True).agg(mean_full_time_pay_gbp=middle)


def employer_cost(salary_gbp: Pounds, parameters: ParameterSet) -> Pounds:
    """What a full-time salary costs the employer in a year with its on-costs, pounds."""
    return salary_gbp * _cost_of_a_pound(parameters) + employer_nic(salary_gbp, parameters)


def employer_nic(salary_gbp: Pounds, parameters: ParameterSet) -> Pounds:
    """Employer National Insurance on a full-time salary, pounds a year."""
    taxed = (salary_gbp - parameters.value("employer_ni_threshold_gbp")).clip(0)
    return parameters.value("employer_ni_rate_pct") / 100 * taxed


def implied_salary(
    saving_gbp: Pounds, parameters: ParameterSet, lower: Callable[[Pounds, Pounds], Pounds] = pl.min_horizontal
) -> Pounds:
    """The full-time salary whose :func:`employer_cost` is ``saving_gbp``, pounds.

    Employer National Insurance starts at its threshold, so the salary is the lower of the two that the cost gives
    with and without it.
    """
    ni_rate = parameters.value("employer_ni_rate_pct") / 100
    threshold = parameters.value("employer_ni_threshold_gbp")
    cost_of_a_pound = _cost_of_a_pound(parameters)
    below_threshold = saving_gbp / cost_of_a_pound
    above_threshold = (saving_gbp + ni_rate * threshold) / (cost_of_a_pound + ni_rate)
    return lower(below_threshold, above_threshold)


def implied_pay(parameters: ParameterSet, organisation: pl.DataFrame) -> pl.DataFrame:
    """Kinds of body in the count, their terms, and the pay of the first year that their stated saving implies.

    Returns:
        ``body``, ``employer_terms``, ``salary`` (full time, pounds a year).

    Raises:
        ValueError: if the organisations of one kind of body are on different terms.
    """
    bodies = target_organisations(organisation).select("body", "employer_terms").unique().sort("body")
    if bodies["body"].is_duplicated().any():
        raise ValueError("a kind of body has organisations on different employer terms; one unit cost cannot hold both")
    saving = [parameters.value(f"saving_per_post_gbp_{body}") for body in bodies["body"]]
    stated_saving = pl.lit(pl.Series(saving, dtype=pl.Float64))
    return bodies.with_columns(salary=implied_salary(stated_saving, parameters))


def _cost_of_a_pound(parameters: ParameterSet) -> float:
    return 1 + sum(parameters.value(f"{name}_pct") for name in ON_COST_RATES) / 100
