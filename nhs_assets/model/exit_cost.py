"""What one paid exit of a body costs on average: over its cells, for one set of pay and service or for many at once."""

from collections.abc import Callable, Mapping
from datetime import date

import numpy as np
import polars as pl

from nhs_assets.model.entitlement import PAYMENTS, ExitTerms, entitlement
from nhs_assets.model.money import GBP
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.tables import as_table

Awarded = dict[tuple, dict[str, np.ndarray]]
"""Awards worked out, by all that they follow from."""

_BLOCK = 1000
_POINT = ("body", "employer_terms", "grade", "service_band", "origin_kind")


def exit_points(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells of each body without organisation and age, as far as an exit's cost depends on them.

    Args:
        cells: rows of ``workforce.cell``; points are handed back as they are, for callers who run many scenarios.

    Returns:
        ``body``, ``employer_terms``, ``grade``, ``service_band``, ``origin_kind``, ``share`` (of the body's staff,
        adding up to 1), ``pay`` (full time, pounds a year), ``service`` (mean complete years) and
        ``contracted_share``, by key.
    """
    if "posts" not in cells.columns:
        return cells
    posts = pl.col("posts")

    def mean(column: str) -> pl.Expr:
        return (pl.col(column).cast(pl.Float64) * posts).sum() / posts.sum()

    return (
        cells.filter(posts > 0)
        .sort(*_POINT, "ods_code", "age_band")
        .group_by(_POINT, maintain_order=True)
        .agg(
            posts.sum(),
            pay=mean("mean_full_time_pay_gbp"),
            service=mean("mean_service_years"),
            contracted_share=mean("contracted_share"),
        )
        .with_columns(share=posts / posts.sum().over("body"))
        .drop("posts")
    )


def factors(
    points: pl.DataFrame, salary_gbp: Mapping[str, float], parameters: ParameterSet, on: date | None = None
) -> pl.DataFrame:
    """By how much pay and service of imputed points are off what the parameters say; 1 where they were made from them.

    Args:
        points: from :func:`exit_points`.
        salary_gbp: mean pay at the hours contracted by body, pounds.
        parameters: dated parameters, or those of a scenario.
        on: the day whose parameters apply; their latest where none is given.

    Returns:
        ``points`` with ``pay_factor`` and ``service_factor``; a staff list is as it is, so 1.
    """
    is_imputed = pl.col("origin_kind") == "imputed"
    imputed = points.filter(is_imputed)
    share = pl.col("share")
    means = imputed.group_by("body", "employer_terms", maintain_order=True).agg(
        paid=(pl.col("pay") * pl.col("contracted_share") * share).sum() / share.sum(),
        served=(pl.col("service") * share).sum() / share.sum(),
    )
    rows = [
        (body, salary_gbp[body] / paid, parameters.value(f"mean_reckonable_service_years_{terms}", on) / served)
        for body, terms, paid, served in means.iter_rows()
    ]
    schema = {"body": pl.String, "pay_factor": pl.Float64, "service_factor": pl.Float64}
    return points.join(pl.DataFrame(rows, schema=schema, orient="row"), on="body", how="left").with_columns(
        pl.when(is_imputed).then(pl.col("pay_factor", "service_factor")).otherwise(1.0)
    )


def exit_point(
    points: pl.DataFrame, pay_years: pl.DataFrame, parameters: ParameterSet, scenario_id: str, on: date | None = None
) -> pl.DataFrame:
    """``savings.exit_point``: what leavers of each grade and service are due in each pay year, exact to the penny.

    The mean service of a point lies between two whole numbers of years, and its leavers are split between the two so
    that the mean stays: a part year counts for nobody.

    Args:
        points: from :func:`factors`.
        pay_years: ``fy`` and ``pay_index``, pay relative to the year of the cells.
        parameters: dated parameters, or those of a scenario.
        scenario_id: the scenario the parameters are of.
        on: the day whose rules apply; their latest where none is given.
    """
    served = pl.col("service") * pl.col("service_factor")
    upper = served - served.floor()
    split = pl.concat(
        [
            points.with_columns(service_years=served.floor(), leavers_share=pl.col("share") * (1 - upper)),
            points.with_columns(service_years=served.floor() + 1, leavers_share=pl.col("share") * upper),
        ]
    ).filter(pl.col("leavers_share") > 0)
    leavers = split.join(pay_years, how="cross").with_columns(
        annual_pay_gbp=(pl.col("pay") * pl.col("pay_factor") * pl.col("pay_index")).cast(GBP),
        contracted_share=pl.col("contracted_share").clip(upper_bound=1),
    )
    limits = pl.DataFrame(
        [
            (terms.name, int(terms.minimum_service_years), int(terms.maximum_service_years), terms.maximum_payment_gbp)
            for terms in (
                ExitTerms.from_parameters(parameters, name, on) for name in points["employer_terms"].unique().sort()
            )
        ],
        schema=["employer_terms", "minimum_years", "maximum_years", "maximum_severance_gbp"],
        orient="row",
    )
    return as_table(
        entitlement(leavers, parameters, on)
        .join(limits, on="employer_terms")
        .with_columns(
            complete_years=pl.col("service_years"),
            scenario_id=pl.lit(scenario_id),
            price_basis=pl.lit("cash"),
            base_fy=pl.lit(None, pl.String),
        ),
        "savings.exit_point",
    )


def mean_exit_cost(
    cells: pl.DataFrame,
    parameters: ParameterSet,
    pay_factor: np.ndarray,
    service_factor: np.ndarray,
    on: date | None = None,
    growth: np.ndarray | float = 1.0,
) -> dict[str, np.ndarray]:
    """Mean cost of one paid exit of one body for many sets of pay and service at once, in pounds.

    The same rules as :func:`nhs_assets.model.entitlement.entitlement`, without rounding to the penny. Statute is not
    looked at: on these terms nobody below pension age gets less than it gives.

    Args:
        cells: rows of ``workforce.cell`` of one body, or its points from :func:`exit_points`.
        parameters: dated parameters, of rules and notice.
        pay_factor: shape (n,): pay over that of the imputed cells. A staff list has its own pay and service
            whatever the factors.
        service_factor: shape (n,): the same for service.
        on: the day whose rules apply; their latest where none is given.
        growth: shape (n,): pay awards since the year of the cells, which raise the pay of a staff list too.

    Returns:
        Shape (n,) each: ``severance_gbp``, ``strain_above_entitlement_gbp``, ``pay_in_lieu_of_notice_gbp``,
        ``notice_nic_gbp``, ``class_1a_nic_gbp`` and their sum, ``exit_cost_gbp``; and ``mean_pay_gbp``, at the hours
        contracted.

    Raises:
        ValueError: if the cells are of several bodies.
    """
    points = exit_points(cells)
    if points["body"].n_unique() != 1:
        raise ValueError("the mean cost of an exit is that of one body")
    threshold = parameters.value("class_1a_threshold_gbp", on)
    rate = parameters.value("class_1a_rate_pct", on) / 100
    notice = parameters.value("notice_weeks", on) / parameters.value("pay_weeks_per_year", on)
    pay_factor, service_factor, growth = np.broadcast_arrays(pay_factor, service_factor, growth)
    found = {name: np.zeros(pay_factor.shape) for name in PAYMENTS}
    mean_pay = np.zeros(pay_factor.shape)
    for (employer_terms, origin_kind), group in points.group_by("employer_terms", "origin_kind", maintain_order=True):
        terms = ExitTerms.from_parameters(parameters, employer_terms, on)
        fixed = origin_kind == "measured"
        share, pay, service, contracted = (
            group[name].to_numpy() for name in ("share", "pay", "service", "contracted_share")
        )
        month = contracted * float(terms.month_of_year)
        # In blocks that stay in the processor's cache: each is gone through a dozen times.
        for start in range(0, len(pay_factor), _BLOCK):
            block = slice(start, start + _BLOCK)
            paid = pay * (growth if fixed else pay_factor)[block][:, None]
            served = service * (np.ones_like(service_factor[block]) if fixed else service_factor[block])[:, None]
            a_year = np.clip(paid, terms.pay_floor_gbp, terms.pay_cap_gbp) * month
            below = np.floor(served)
            upper = served - below
            for years, weight in ((below, share * (1 - upper)), (below + 1, share * upper)):
                due = np.minimum(np.minimum(years, terms.maximum_service_years) * a_year, terms.maximum_payment_gbp)
                due *= years >= terms.minimum_service_years
                found["severance_gbp"][block] += (due * weight).sum(axis=1)
                found["class_1a_nic_gbp"][block] += (np.maximum(due - threshold, 0) * weight).sum(axis=1) * rate
            mean_pay[block] += (paid * (contracted * share)).sum(axis=1)
    found["pay_in_lieu_of_notice_gbp"] = mean_pay * notice
    found["notice_nic_gbp"] = mean_pay * notice * (parameters.value("employer_ni_rate_pct", on) / 100)
    return found | {"exit_cost_gbp": sum(found.values()), "mean_pay_gbp": mean_pay}


def mean_cost_of_terms(
    cells: pl.DataFrame,
    employer_terms: str,
    parameters: ParameterSet,
    mean_pay_gbp: np.ndarray,
    mean_service_years: np.ndarray,
    on: date | None = None,
) -> dict[str, np.ndarray]:
    """Mean cost of an exit of leavers who differ as the staff on these terms do, at any mean pay and mean service.

    Pay and service of all cells, staff lists with them, are raised or lowered in proportion until their means are those
    asked for.

    Args:
        cells: rows of ``workforce.cell``.
        employer_terms: the terms.
        parameters: dated parameters, of rules and notice.
        mean_pay_gbp: shape (n,): at the hours contracted.
        mean_service_years: shape (n,): complete years.
        on: the day whose rules apply; their latest where none is given.

    Returns:
        As :func:`mean_exit_cost`.
    """
    # A staff list is part of the spread like any other cell, and what body somebody is in makes no difference.
    spread = cells.filter(employer_terms=employer_terms).with_columns(body=pl.lit("any"), origin_kind=pl.lit("imputed"))
    points = exit_points(spread)
    paid, served = points.select(
        (pl.col("pay") * pl.col("contracted_share") * pl.col("share")).sum(),
        service=(pl.col("service") * pl.col("share")).sum(),
    ).row(0)
    return mean_exit_cost(points, parameters, mean_pay_gbp / paid, mean_service_years / served, on)


def award_over_cells(
    points: pl.DataFrame, parameters: ParameterSet, awarded: Awarded
) -> Callable[[np.ndarray, np.ndarray, np.ndarray], Mapping[str, np.ndarray]]:
    """The mean award of one body, and the National Insurance on it, as a function of its mean pay and mean service.

    Args:
        points: from :func:`exit_points`, of one body.
        parameters: dated parameters, of the rules.
        awarded: what was worked out before, and what this works out: scenarios that leave pay, service and rules as
            they are share it.

    Returns:
        A function of pay (at the hours contracted), service and pay awards so far, arrays of one shape, that gives
        ``severance``, ``class_1a_nic`` and ``mean_pay``, in pounds and of that shape.
    """
    # Where every cell is measured, no factor counts.
    imputed = points.filter(origin_kind="imputed") if "imputed" in points["origin_kind"] else points
    share = imputed["share"].to_numpy()
    paid = float((imputed["pay"].to_numpy() * imputed["contracted_share"].to_numpy()) @ share) / share.sum()
    served = float(imputed["service"].to_numpy() @ share) / share.sum()
    rules = tuple(ExitTerms.from_parameters(parameters, terms) for terms in points["employer_terms"].unique().sort())
    taxed = tuple(parameters.value(name) for name in ("class_1a_threshold_gbp", "class_1a_rate_pct"))

    def award(pay: np.ndarray, service: np.ndarray, growth: np.ndarray) -> Mapping[str, np.ndarray]:
        body = points["body"].item(0)
        arrays = tuple(np.ascontiguousarray(values).tobytes() for values in (pay, service, growth))
        follows_from = body, rules, taxed, pay.shape, arrays
        if follows_from not in awarded:
            factors_of_means = pay.ravel() / paid, service.ravel() / served
            found = mean_exit_cost(points, parameters, *factors_of_means, growth=growth.ravel())
            awarded[follows_from] = {
                name: found[f"{name}_gbp"].reshape(pay.shape) for name in ("severance", "class_1a_nic", "mean_pay")
            }
        return awarded[follows_from]

    return award
