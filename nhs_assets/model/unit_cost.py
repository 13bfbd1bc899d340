"""What one paid exit costs and one post saves, by kind of body."""

from datetime import date

import polars as pl

from nhs_assets.model.entitlement import ExitTerms, class_1a_nic, pay_in_lieu_of_notice, severance
from nhs_assets.model.money import GBP
from nhs_assets.model.organisations import target_organisations
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.pay import pay_index
from nhs_assets.model.tables import as_table

ON_COST_RATES = ("pension_local", "pension_central", "apprenticeship_levy")
"""On-costs that are a rate on all of pay, each with a parameter ``<name>_pct``."""


def unit_cost(
    parameters: ParameterSet,
    organisations: pl.DataFrame,
    spine: pl.DataFrame,
    scenario_id: str,
    on: date | None = None,
) -> pl.DataFrame:
    """``savings.unit_cost``: the cost of one paid exit and the saving of one post, by kind of body and pay year.

    Pay is not stated anywhere for these bodies; it is the salary whose employer cost equals the stated saving per
    post in the first year, raised by the pay awards since. All exits are taken as full time at the mean service of
    the terms.

    Args:
        parameters: dated parameters.
        organisations: rows of ``workforce.organisation``.
        spine: months of the appraisal, for the pay years.
        scenario_id: the scenario the parameters are of.
        on: the day whose rules apply; their latest where none is given.

    Raises:
        ValueError: if the organisations of one kind of body leave on different terms.
    """
    bodies = target_organisations(organisations).select("body", "employer_terms").unique().sort("body")
    if bodies["body"].is_duplicated().any():
        raise ValueError("a kind of body has organisations on different employer terms; one unit cost cannot hold both")
    saving = {body: parameters.value(f"saving_per_post_gbp_{body}", on) for body in bodies["body"]}
    stated_saving = pl.col("body").replace_strict(saving, return_dtype=pl.Float64)
    salary = implied_salary(stated_saving, parameters, on) * pl.col("pay_index")
    pay_years = pay_index(parameters, spine).group_by("fy").agg(pl.col("pay_index").first())
    paid = bodies.join(pay_years, how="cross").with_columns(
        mean_salary_gbp=salary.cast(GBP), saving_per_post_gbp=employer_cost(salary, parameters, on)
    )
    costed = pl.concat(
        _exit_cost(paid.filter(employer_terms=terms), parameters, terms, on)
        for terms in bodies["employer_terms"].unique().sort()
    )
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
    as is what leavers cost who are employed again; what they pay back comes once.

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
    counts = {"rehire_leakage": "rehire", "clawback": "return"}
    return (
        unit_costs.with_columns(pay=implied_salary(saving, parameters, on))
        .select(
            "fy",
            "body",
            "pay",
            employer_nic=ni_rate * taxed,
            **on_costs,
            non_pay=parameters.value("non_pay_saving_per_post_gbp", on) * non_pay_growth ** (years - years.min()),
            backfill=-parameters.value("backfill_share", on) * saving,
            rehire_leakage=-rehired * parameters.value("rehire_cost_share", on) * saving,
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


def _exit_cost(bodies: pl.DataFrame, parameters: ParameterSet, employer_terms: str, on: date | None) -> pl.DataFrame:
    terms = ExitTerms.from_parameters(parameters, employer_terms, on)
    service_years = parameters.value(f"mean_reckonable_service_years_{employer_terms}", on)
    leavers = bodies.with_columns(
        annual_pay_gbp=pl.col("mean_salary_gbp"),
        service_years=pl.lit(service_years),
        contracted_share=pl.lit(1.0),
    )
    return (
        severance(leavers, terms)
        .with_columns(
            reckonable_service_years=pl.col("service_years").floor(),
            statutory_minimum_years=pl.lit(terms.minimum_service_years),
            maximum_severance_gbp=pl.lit(terms.maximum_payment_gbp),
            # The payment meets the employer's capitalisation cost, which may not exceed it: counting both would be
            # counting it twice.
            strain_above_entitlement_gbp=pl.lit(0).cast(GBP),
            pay_in_lieu_of_notice_gbp=pay_in_lieu_of_notice(
                pl.col("annual_pay_gbp"),
                parameters.value("notice_weeks", on),
                terms.pay_weeks_per_year,
                parameters.value("employer_ni_rate_pct", on),
            ),
            class_1a_nic_gbp=class_1a_nic(
                pl.col("severance_gbp"),
                parameters.value("class_1a_rate_pct", on),
                parameters.value("class_1a_threshold_gbp", on),
            ),
        )
        .with_columns(
            exit_cost_gbp=pl.sum_horizontal(
                "severance_gbp", "strain_above_entitlement_gbp", "pay_in_lieu_of_notice_gbp", "class_1a_nic_gbp"
            )
        )
    )
