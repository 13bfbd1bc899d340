"""Pay: of bands, from year to year, and as the stated saving per post implies it."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np
import polars as pl

from nhs_assets.model.calendar import BASE_FY, appraisal_months
from nhs_assets.model.organisations import target_organisations
from nhs_assets.model.parameters import ParameterSet

PENSION_RATES = {
    "agenda_for_change": {"pension_local": "pension_local_pct", "pension_central": "pension_central_pct"},
    "civil_service": {"pension_local": "pension_civil_service_pct"},
}
"""What employers pay into the pension of those on each set of terms, by component the parameter with its rate."""
LEVY = "apprenticeship_levy"
ON_COSTS = ("pension_local", "pension_central", LEVY)
"""On-costs that are a rate on all of pay."""
OnCosts = Mapping[str, float] | Mapping[str, pl.Expr]
"""Rates on pay by component of :data:`ON_COSTS`: of one set of terms, or of rows by their ``employer_terms``."""
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


def on_costs(parameters: ParameterSet, employer_terms: str) -> dict[str, float]:
    """The rates of one set of terms."""
    rates = PENSION_RATES[employer_terms] | {LEVY: f"{LEVY}_pct"}
    return {name: parameters.value(rates[name]) / 100 if name in rates else 0.0 for name in ON_COSTS}


def on_costs_of_rows(parameters: ParameterSet, employer_terms: pl.Series) -> dict[str, pl.Expr]:
    """The rates of each row by its ``employer_terms``."""
    of_terms = {terms: on_costs(parameters, terms) for terms in employer_terms.unique().sort()}
    terms = pl.col("employer_terms")
    # Without rows there are no terms, and what replaces nothing keeps its type.
    return {
        name: terms.replace_strict({one: rates[name] for one, rates in of_terms.items()}).cast(pl.Float64)
        for name in ON_COSTS
    }


def employer_cost(salary_gbp: Pounds, parameters: ParameterSet, rates: OnCosts) -> Pounds:
    """What a full-time salary costs the employer in a year with its on-costs, pounds."""
    return salary_gbp * (1 + sum(rates.values())) + employer_nic(salary_gbp, parameters)


def employer_nic(salary_gbp: Pounds, parameters: ParameterSet) -> Pounds:
    """Employer National Insurance on a full-time salary, pounds a year."""
    taxed = (salary_gbp - parameters.value("employer_ni_threshold_gbp")).clip(0)
    return parameters.value("employer_ni_rate_pct") / 100 * taxed


def implied_salary(
    saving_gbp: Pounds,
    parameters: ParameterSet,
    rates: OnCosts,
    lower: Callable[[Pounds, Pounds], Pounds] = pl.min_horizontal,
) -> Pounds:
    """The full-time salary whose :func:`employer_cost` is ``saving_gbp``, pounds.

    Employer National Insurance starts at its threshold, so the salary is the lower of the two that the cost gives
    with and without it.
    """
    ni_rate = parameters.value("employer_ni_rate_pct") / 100
    threshold = parameters.value("employer_ni_threshold_gbp")
    cost_of_a_pound = 1 + sum(rates.values())
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
    rates = on_costs_of_rows(parameters, bodies["employer_terms"])
    return bodies.with_columns(salary=implied_salary(stated_saving, parameters, rates))
