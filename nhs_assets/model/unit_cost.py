"""What one paid exit costs and one post saves, by kind of body."""

from datetime import date

import polars as pl

from nhs_assets.model.entitlement import PAYMENTS
from nhs_assets.model.exit_cost import exit_point as exit_points_by_year
from nhs_assets.model.exit_cost import exit_points, factors
from nhs_assets.model.money import GBP
from nhs_assets.model.organisations import target_organisations
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.pay import pay_index
from nhs_assets.model.tables import as_table

ON_COST_RATES = ("pension_local", "pension_central", "apprenticeship_levy")
"""On-costs that are a rate on all of pay, each with a parameter ``<name>_pct``."""


def exit_point(
    parameters: ParameterSet,
    organisations: pl.DataFrame,
    cells: pl.DataFrame,
    spine: pl.DataFrame,
    scenario_id: str,
    on: date | None = None,
) -> pl.DataFrame:
    """``savings.exit_point``: what leavers of each body, grade and service cost, by pay year.

    Args:
        parameters: dated parameters; where they are those of a scenario, pay and service of imputed cells follow them.
        organisations: rows of ``workforce.organisation``.
        cells: rows of ``workforce.cell``, or their points.
        spine: months of the appraisal, for the pay years.
        scenario_id: the scenario the parameters are of.
        on: the day whose rules apply; their latest where none is given.
    """
    paid = _paid(parameters, organisations, on)
    points = factors(exit_points(cells), dict(paid.select("body", "salary").iter_rows()), parameters, on)
    return exit_points_by_year(points, _pay_years(parameters, spine), parameters, scenario_id, on)


def unit_cost(
    parameters: ParameterSet,
    organisations: pl.DataFrame,
    exit_point: pl.DataFrame,
    spine: pl.DataFrame,
    scenario_id: str,
    on: date | None = None,
) -> pl.DataFrame:
    """``savings.unit_cost``: the mean cost of one paid exit and the saving of one post, by kind of body and pay year.

    Pay is not stated anywhere for these bodies; it is the salary whose employer cost equals the stated saving per
    post in the first year, raised by the pay awards since. The cost of an exit is the mean over the body's leavers,
    who are taken as its staff are.

    Args:
        parameters: dated parameters.
        organisations: rows of ``workforce.organisation``.
        exit_point: rows of ``savings.exit_point`` of the scenario.
        spine: months of the appraisal, for the pay years.
        scenario_id: the scenario the parameters are of.
        on: the day whose rules apply; their latest where none is given.

    Raises:
        ValueError: if the organisations of one kind of body leave on different terms, or a body has no cells.
    """
    salary = pl.col("salary") * pl.col("pay_index")
    paid = (
        _paid(parameters, organisations, on)
        .join(_pay_years(parameters, spine), how="cross")
        .with_columns(mean_salary_gbp=salary.cast(GBP), saving_per_post_gbp=employer_cost(salary, parameters, on))
    )
    share = pl.col("leavers_share")
    entitled = pl.col("complete_years") >= pl.col("minimum_years")
    amounts = [pl.col(name).cast(pl.Float64) for name in ("annual_pay_gbp", "month_of_pay_gbp", *PAYMENTS)]
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
        .with_columns(exit_cost_gbp=pl.sum_horizontal(PAYMENTS))
    )
    costed = paid.join(means, on=["fy", "body"], how="left")
    without = costed.filter(pl.col("exit_cost_gbp").is_null())["body"].unique().sort()
    if len(without):
        raise ValueError(f"no cells are held of {', '.join(without)}, so its exits have no cost")
    return as_table(
        costed.with_columns(
            scenario_id=pl.lit(scenario_id),
            price_basis=pl.lit("cash"),
            base_fy=pl.lit(None, pl.String),
        ),
        "savings.unit_cost",
    )


def saving_components(parameters: ParameterSet, unit_costs: pl.DataFrame, on: date | None = None) -> pl.DataFrame:
    """What one post saves, in its parts.

    The parts on staff add up to the saving per post. Backfill is the share of them that is spent again, and negative,
    as is what leavers cost who are employed again: pay and pension in one part, the employer's National Insurance and
    levy in another, so that who pays a tax to itself can leave it out of both. What leavers pay back comes once.

    Returns:
        ``fy``, ``body``, ``component``, ``annual_gbp`` (pounds, DOUBLE), ``counts`` (``post``: a year of every post
        that has gone; ``rehire``: a year of every paid exit from ``lag_months`` after it; ``return``: once for every
        paid exit, ``lag_months`` after it, at the pay of the year of leaving) and ``lag_months``.
    """
    salary = pl.col("pay")
    ni_rate = parameters.value("employer_ni_rate_pct", on) / 100
    taxed = (salary - parameters.value("employer_ni_threshold_gbp", on)).clip(lower_bound=0)
    on_costs = {name: salary * (parameters.value(f"{name}_pct", on) / 100) for name in ON_COST_RATES}
    saving = pl.col("saving_per_post_gbp").cast(pl.Float64)
    years = pl.col("fy").str.head(pl.col("fy").str.find("-", literal=True)).cast(pl.Int64)
    non_pay_growth = 1 + parameters.value("deflator_extension_pct", on) / 100
    rehired = parameters.value("rehire_share", on)
    recovered = rehired * parameters.value("clawback_share_of_award", on)
    spent_again = rehired * parameters.value("rehire_cost_share", on)
    refilled = parameters.value("backfill_share", on)
    employer_nic = ni_rate * taxed
    taxes = employer_nic + on_costs["apprenticeship_levy"]
    counts = {"rehire_leakage": "rehire", "rehire_employer_taxes": "rehire", "clawback": "return"}
    return (
        unit_costs.with_columns(pay=implied_salary(saving, parameters, on))
        .select(
            "fy",
            "body",
            "pay",
            employer_nic=employer_nic,
            **on_costs,
            non_pay=parameters.value("non_pay_saving_per_post_gbp", on) * non_pay_growth ** (years - years.min()),
            backfill=-refilled * (saving - taxes),
            backfill_employer_taxes=-refilled * taxes,
            rehire_leakage=-spent_again * (saving - taxes),
            rehire_employer_taxes=-spent_again * taxes,
            clawback=recovered * pl.col("severance_gbp").cast(pl.Float64),
        )
        .unpivot(index=["fy", "body"], variable_name="component", value_name="annual_gbp")
        .with_columns(
            counts=pl.col("component").replace_strict(counts, default="post"),
            lag_months=pl.lit(int(parameters.value("rehire_lag_months", on))),
        )
        .sort("fy", "body", "component")
    )


def employer_cost(salary_gbp: pl.Expr, parameters: ParameterSet, on: date | None = None) -> pl.Expr:
    """What a full-time salary costs the employer in a year with its on-costs, pounds."""
    ni_rate = parameters.value("employer_ni_rate_pct", on) / 100
    taxed = (salary_gbp - parameters.value("employer_ni_threshold_gbp", on)).clip(lower_bound=0)
    return salary_gbp * (1 + sum(parameters.value(f"{name}_pct", on) for name in ON_COST_RATES) / 100) + ni_rate * taxed


def implied_salary(saving_gbp: pl.Expr, parameters: ParameterSet, on: date | None = None) -> pl.Expr:
    """The full-time salary whose :func:`employer_cost` is ``saving_gbp``, pounds.

    Employer National Insurance starts at its threshold, so the salary is the lower of the two that the cost gives
    with and without it.
    """
    ni_rate = parameters.value("employer_ni_rate_pct", on) / 100
    threshold = parameters.value("employer_ni_threshold_gbp", on)
    cost_of_a_pound = 1 + sum(parameters.value(f"{name}_pct", on) for name in ON_COST_RATES) / 100
    below_threshold = saving_gbp / cost_of_a_pound
    above_threshold = (saving_gbp + ni_rate * threshold) / (cost_of_a_pound + ni_rate)
    return pl.min_horizontal(below_threshold, above_threshold)


def _paid(parameters: ParameterSet, organisations: pl.DataFrame, on: date | None) -> pl.DataFrame:
    """Kinds of body in the count, their terms, and the pay of the first year that their stated saving implies."""
    bodies = target_organisations(organisations).select("body", "employer_terms").unique().sort("body")
    if bodies["body"].is_duplicated().any():
        raise ValueError("a kind of body has organisations on different employer terms; one unit cost cannot hold both")
    saving = {body: parameters.value(f"saving_per_post_gbp_{body}", on) for body in bodies["body"]}
    stated_saving = pl.col("body").replace_strict(saving, return_dtype=pl.Float64)
    return bodies.with_columns(salary=implied_salary(stated_saving, parameters, on))


def _pay_years(parameters: ParameterSet, spine: pl.DataFrame) -> pl.DataFrame:
    return pay_index(parameters, spine).group_by("fy", maintain_order=True).agg(pl.col("pay_index").first()).sort("fy")
