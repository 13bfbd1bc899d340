"""What one paid exit costs and one post saves, by kind of body."""

from collections.abc import Callable

import numpy as np
import polars as pl

from nhs_assets.model.exit_cost import COSTS
from nhs_assets.model.money import GBP
from nhs_assets.model.parameters import BEST_ESTIMATE, BestEstimate, ParameterSet
from nhs_assets.model.pay import (
    LEVY,
    OnCosts,
    Pounds,
    employer_cost,
    employer_nic,
    implied_pay,
    implied_salary,
    on_costs_of_rows,
    pay_years,
)
from nhs_assets.model.tables import CASH, as_table

POST, REHIRE, RETURN = "post", "rehire", "return"
"""What a saving counts: a year of every post that has gone; a year of every paid exit from the lag after it; every paid
exit once, the lag after it, at the pay of the year of leaving."""
COUNTS = {"rehire_leakage": REHIRE, "rehire_employer_taxes": REHIRE, "clawback": RETURN}
"""The savings that do not count posts."""


def unit_cost(
    parameters: BestEstimate, organisation: pl.DataFrame, exit_point: pl.DataFrame, scenario_id: str = BEST_ESTIMATE
) -> pl.DataFrame:
    """``savings.unit_cost``: the mean cost of one paid exit and the saving of one post, by kind of body and pay year.

    Pay is not stated anywhere for these bodies; it is the salary whose employer cost equals the stated saving per
    post in the first year, raised by the pay awards since. The cost of an exit is the mean over the body's leavers,
    who are taken as its staff are.

    Raises:
        ValueError: if the organisations of one kind of body leave on different terms, or a body has no cells.
    """
    salary = pl.col("salary") * pl.col("pay_index")
    bodies = implied_pay(parameters, organisation)
    rates = on_costs_of_rows(parameters, bodies["employer_terms"])
    saving = employer_cost(salary, parameters, rates)
    paid = bodies.join(pay_years(parameters), how="cross").with_columns(
        mean_salary_gbp=salary.cast(GBP), saving_per_post_gbp=saving
    )
    share = pl.col("leavers_share")
    entitled = pl.col("complete_years") >= pl.col("minimum_years")
    amounts = [pl.col(name).cast(pl.Float64) for name in ("annual_pay_gbp", "month_of_pay_gbp", *COSTS)]
    means = (
        exit_point.sort("fy", "body", "grade", "service_band", "origin_kind", "complete_years")
        .group_by("fy", "body", maintain_order=True)
        .agg(
            *((amount * share).sum().cast(GBP) for amount in amounts),
            mean_service_years=(pl.col("complete_years") * share).sum(),
            contracted_share=(pl.col("contracted_share") * share).sum().clip(upper_bound=1),
            entitled_share=(entitled * share).sum().clip(upper_bound=1),
            measured_share=((pl.col("origin_kind") == "measured") * share).sum().clip(upper_bound=1),
            maximum_severance_gbp=pl.col("maximum_severance_gbp").max(),
        )
        .rename({"annual_pay_gbp": "mean_full_time_pay_gbp"})
        .with_columns(exit_cost_gbp=pl.sum_horizontal(COSTS))
    )
    costed = paid.join(means, on=["fy", "body"], how="left")
    without = costed.filter(pl.col("exit_cost_gbp").is_null())["body"].unique().sort()
    if len(without):
        raise ValueError(f"no cells are held of {', '.join(without)}, so its exits have no cost")
    return as_table(costed, "savings.unit_cost", scenario_id=scenario_id, **CASH)


def saving_components(parameters: ParameterSet, unit_cost: pl.DataFrame) -> pl.DataFrame:
    """What one post saves, in its parts, from :func:`saving_parts`.

    Returns:
        ``fy``, ``body``, ``component``, ``annual_gbp`` (pounds, DOUBLE) and ``counts`` (:data:`POST`, :data:`REHIRE` or
        :data:`RETURN`).
    """
    saving, severance = (pl.col(name).cast(pl.Float64) for name in ("saving_per_post_gbp", "severance_gbp"))
    years = pl.col("fy").str.head(pl.col("fy").str.find("-", literal=True)).cast(pl.Int64)
    rates = on_costs_of_rows(parameters, unit_cost["employer_terms"])
    parts = saving_parts(pl.col("pay"), saving, severance, years - years.min(), rates, parameters, parameters.value)
    return (
        unit_cost.with_columns(pay=implied_salary(saving, parameters, rates))
        .select("fy", "body", **parts)
        .unpivot(index=["fy", "body"], variable_name="component", value_name="annual_gbp")
        .with_columns(counts=pl.col("component").replace_strict(COUNTS, default=POST))
        .sort("fy", "body", "component")
    )


def saving_parts(
    pay: Pounds,
    saving: Pounds,
    severance: Pounds,
    years_on: Pounds,
    rates: OnCosts,
    parameters: ParameterSet,
    of: Callable[[str], float | np.ndarray],
) -> dict[str, Pounds]:
    """What one post saves by component, pounds a year; what counts paid exits, of one paid exit.

    The parts on staff add up to the saving per post. Backfill is the share of them that is spent again, and negative,
    as is what leavers cost who are employed again: pay and pension in one part, the employer's National Insurance and
    levy in another, so that who pays a tax to itself can leave it out of both. What leavers pay back comes once.

    Args:
        pay: salary of the post.
        saving: saving on staff.
        severance: mean award of one paid exit.
        years_on: years since the first.
        rates: on-costs.
        parameters: rates that are known.
        of: the value, or the values in every run, of a parameter that may be uncertain.
    """
    on_costs = {name: pay * rate for name, rate in rates.items()}
    nic = employer_nic(pay, parameters)
    taxes = nic + on_costs[LEVY]
    rehired, refilled = of("rehire_share"), of("backfill_share")
    spent_again = rehired * of("rehire_cost_share")
    return {
        "pay": pay,
        "employer_nic": nic,
        **on_costs,
        "non_pay": of("non_pay_saving_per_post_gbp") * (1 + of("deflator_extension_pct") / 100) ** years_on,
        "backfill": -refilled * (saving - taxes),
        "backfill_employer_taxes": -refilled * taxes,
        "rehire_leakage": -spent_again * (saving - taxes),
        "rehire_employer_taxes": -spent_again * taxes,
        "clawback": rehired * of("clawback_share_of_award") * severance,
    }
