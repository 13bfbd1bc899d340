"""What one paid exit of a body costs on average: over its cells, for one set of pay and service or for many at once."""

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from nhs_assets.model.entitlement import PAYMENTS, ExitTerms, entitlement
from nhs_assets.model.money import GBP
from nhs_assets.model.parameters import BEST_ESTIMATE, BestEstimate, ParameterSet
from nhs_assets.model.pay import implied_pay, pay_years
from nhs_assets.model.tables import CASH, as_table

Awarded = dict[tuple, dict[str, np.ndarray]]
"""Awards computed so far, by all that they follow from."""

OTHER = "other_exit_cost_gbp"
COSTS = (*PAYMENTS, OTHER)
"""What one exit costs the employer: what is paid, and what it takes besides."""
LIMITS = {
    "minimum_years": "minimum_service_years",
    "maximum_years": "maximum_service_years",
    "maximum_severance_gbp": "maximum_payment_gbp",
}
"""Limits of the terms, by the column that shows them."""
_BLOCK = 1000
_POINT = ("body", "employer_terms", "grade", "service_band", "origin_kind")


def exit_points(cell: pl.DataFrame) -> pl.DataFrame:
    """Cells of each body without organisation and age, as far as an exit's cost depends on them.

    Args:
        cell: cells; points are returned unchanged, for callers who run many scenarios.

    Returns:
        ``body``, ``employer_terms``, ``grade``, ``service_band``, ``origin_kind``, ``share`` (of the body's staff,
        adding up to 1), ``pay`` (full time, pounds a year), ``service`` (mean complete years) and
        ``contracted_share``, by key; and for each of its cells ``hours`` (contracted, over the mean) and
        ``hours_share`` (of the staff of the point), as lists.
    """
    if "posts" not in cell.columns:
        return cell
    posts = pl.col("posts")

    def mean(column: str) -> pl.Expr:
        return (pl.col(column).cast(pl.Float64) * posts).sum() / posts.sum()

    return (
        cell.filter(posts > 0)
        .sort(*_POINT, "ods_code", "age_band")
        .group_by(_POINT, maintain_order=True)
        .agg(
            posts.sum(),
            pay=mean("mean_full_time_pay_gbp"),
            service=mean("mean_service_years"),
            contracted_share=mean("contracted_share"),
            hours=pl.col("contracted_share") / mean("contracted_share"),
            hours_share=posts / posts.sum(),
        )
        .with_columns(share=posts / posts.sum().over("body"))
        .drop("posts")
    )


def exit_point(
    parameters: BestEstimate, organisation: pl.DataFrame, cell: pl.DataFrame, scenario_id: str = BEST_ESTIMATE
) -> pl.DataFrame:
    """``savings.exit_point``: what leavers of each body, grade and service cost, by pay year, exact to the penny.

    Pay and service of imputed cells follow the parameters of a scenario. The mean service of a point lies between two
    whole numbers of years, and its leavers are split between the two so that the mean stays: a part year counts for
    nobody.

    Args:
        parameters: of the scenario.
        organisation: which bodies there are, on which terms.
        cell: cells, or their points from :func:`exit_points`.
        scenario_id: the scenario.
    """
    if cell.is_empty():
        return as_table([], "savings.exit_point")
    salaries = dict(implied_pay(parameters, organisation).select("body", "salary").iter_rows())
    points = with_factors(exit_points(cell), salaries, parameters)

    def of_body(kind: str) -> pl.Expr:
        own = {body: parameters.value(f"{kind}_{body}") for body in salaries}
        return pl.col("body").replace_strict(own, return_dtype=pl.Float64)

    served = pl.col("service") * pl.col("service_factor")
    upper = served - served.floor()
    split = pl.concat(
        [
            points.with_columns(service_years=served.floor(), leavers_share=pl.col("share") * (1 - upper)),
            points.with_columns(service_years=served.floor() + 1, leavers_share=pl.col("share") * upper),
        ]
    ).filter(pl.col("leavers_share") > 0)
    leavers = split.join(pay_years(parameters), how="cross").with_columns(
        annual_pay_gbp=(pl.col("pay") * pl.col("pay_factor") * pl.col("pay_index")).cast(GBP),
        contracted_share=pl.col("contracted_share").clip(upper_bound=1),
        notice_weeks=of_body("notice_weeks"),
    )
    terms = {name: ExitTerms.from_parameters(parameters, name) for name in points["employer_terms"].unique()}
    limits = {
        column: pl.col("employer_terms").replace_strict({name: getattr(own, rule) for name, own in terms.items()})
        for column, rule in LIMITS.items()
    }
    other = (pl.col("severance_gbp").cast(pl.Float64) * of_body("other_exit_cost_share")).round(2).cast(GBP)
    costed = (
        entitlement(leavers, parameters)
        .with_columns(_class_1a(parameters), other.alias(OTHER), complete_years="service_years", **limits)
        .with_columns(exit_cost_gbp=pl.sum_horizontal(COSTS))
    )
    return as_table(costed, "savings.exit_point", scenario_id=scenario_id, **CASH)


def _class_1a(parameters: ParameterSet) -> pl.Expr:
    """National Insurance on the award of a point: the mean over its cells, as the threshold bends it."""
    award = pl.col("hours") * pl.col("severance_gbp").cast(pl.Float64)
    taxed = (award - parameters.value("class_1a_threshold_gbp")).list.eval(pl.element().clip(lower_bound=0))
    tax = (taxed * pl.col("hours_share")).list.sum() * (parameters.value("class_1a_rate_pct") / 100)
    return tax.round(2).cast(GBP).alias("class_1a_nic_gbp")


def with_factors(points: pl.DataFrame, salary_gbp: Mapping[str, float], parameters: ParameterSet) -> pl.DataFrame:
    """Adds by how much pay and service of imputed points are off the parameters: ``pay_factor``, ``service_factor``.

    Both are 1 where the points were made from these parameters, and for a staff list, which is taken unchanged.
    """
    is_imputed = pl.col("origin_kind") == "imputed"
    share = pl.col("share")
    means = (
        points.filter(is_imputed)
        .group_by("body", maintain_order=True)
        .agg(
            paid=(pl.col("pay") * pl.col("contracted_share") * share).sum() / share.sum(),
            served=(pl.col("service") * share).sum() / share.sum(),
        )
    )
    rows = [
        (
            body,
            salary_gbp[body] * parameters.value(f"leaver_pay_ratio_{body}") / paid,
            parameters.value(f"mean_reckonable_service_years_{body}") / served,
        )
        for body, paid, served in means.iter_rows()
    ]
    schema = {"body": pl.String, "pay_factor": pl.Float64, "service_factor": pl.Float64}
    return points.join(pl.DataFrame(rows, schema=schema, orient="row"), on="body", how="left").with_columns(
        pl.when(is_imputed).then(pl.col("pay_factor", "service_factor")).otherwise(1.0)
    )


def mean_exit_cost(
    cell: pl.DataFrame,
    parameters: ParameterSet,
    pay_factor: np.ndarray,
    service_factor: np.ndarray,
    growth: np.ndarray | float = 1.0,
    notice_weeks: np.ndarray | float = 0.0,
    other_share: np.ndarray | float = 0.0,
) -> dict[str, np.ndarray]:
    """Mean cost of one paid exit of one body for many sets of pay and service at once, in pounds.

    The same rules as :func:`nhs_assets.model.entitlement.entitlement`, without rounding to the penny. Statute is
    ignored: on these terms nobody below pension age gets less than it gives.

    Args:
        cell: cells of one body, or their points from :func:`exit_points`.
        parameters: rules.
        pay_factor: shape (n,): pay over that of the imputed cells. A staff list has its own pay and service
            whatever the factors.
        service_factor: shape (n,): the same for service.
        growth: shape (n,): pay awards since the year of the cells, which raise the pay of a staff list too.
        notice_weeks: shape (n,): notice paid rather than worked.
        other_share: shape (n,): what an exit costs besides, over the payment.

    Returns:
        Shape (n,) each: :data:`COSTS` and their sum, ``exit_cost_gbp``; and ``mean_pay_gbp``, at the hours contracted.

    Raises:
        ValueError: if the cells are of several bodies.
    """
    points = exit_points(cell)
    if points["body"].n_unique() != 1:
        raise ValueError("the mean cost of an exit is that of one body")
    threshold = parameters.value("class_1a_threshold_gbp")
    rate = parameters.value("class_1a_rate_pct") / 100
    notice = notice_weeks / parameters.value("pay_weeks_per_year")
    pay_factor, service_factor, growth = np.broadcast_arrays(pay_factor, service_factor, growth)
    found = {name: np.zeros(pay_factor.shape) for name in COSTS}
    mean_pay = np.zeros(pay_factor.shape)
    for (employer_terms, origin_kind), group in points.group_by("employer_terms", "origin_kind", maintain_order=True):
        terms = ExitTerms.from_parameters(parameters, employer_terms)
        is_measured = origin_kind == "measured"
        share, pay, service, contracted = (
            group[name].to_numpy() for name in ("share", "pay", "service", "contracted_share")
        )
        month = contracted * float(terms.month_of_year)
        cells = zip(group["hours"].to_list(), group["hours_share"].to_list(), strict=True)
        excess = [_excess(hours, hours_share, threshold, terms.maximum_payment_gbp) for hours, hours_share in cells]
        # In blocks that stay in the processor's cache: each is used a dozen times.
        for start in range(0, len(pay_factor), _BLOCK):
            block = slice(start, start + _BLOCK)
            paid = pay * (growth if is_measured else pay_factor)[block][:, None]
            served = service * (np.ones_like(service_factor[block]) if is_measured else service_factor[block])[:, None]
            a_year = np.clip(paid, terms.pay_floor_gbp, terms.pay_cap_gbp) * month
            below = np.floor(served)
            upper = served - below
            for years, weight in ((below, share * (1 - upper)), (below + 1, share * upper)):
                due = np.minimum(np.minimum(years, terms.maximum_service_years) * a_year, terms.maximum_payment_gbp)
                due *= years >= terms.minimum_service_years
                found["severance_gbp"][block] += (due * weight).sum(axis=1)
                # By point, because the threshold bends the mean of its cells.
                taxed = np.array([np.interp(of, *line) for of, line in zip(due.T, excess, strict=True)]).T
                found["class_1a_nic_gbp"][block] += (taxed * weight).sum(axis=1) * rate
            mean_pay[block] += (paid * (contracted * share)).sum(axis=1)
    found["pay_in_lieu_of_notice_gbp"] = mean_pay * notice
    found["notice_nic_gbp"] = mean_pay * notice * (parameters.value("employer_ni_rate_pct") / 100)
    found[OTHER] = found["severance_gbp"] * other_share
    return found | {"exit_cost_gbp": sum(found.values()), "mean_pay_gbp": mean_pay}


def _excess(
    hours: list[float], hours_share: list[float], threshold: float, most: float
) -> tuple[np.ndarray, np.ndarray]:
    """Corners of the line that gives, of the mean award of a point, what awards exceed a threshold by on average.

    Nothing is due up to the first corner; beyond the last but one all cells are above it. No award exceeds ``most``.
    """
    ratios, shares = np.array(hours), np.array(hours_share)
    corners = np.sort(threshold / ratios)
    awards = np.append(corners, max(most, corners[-1] + 1))
    return awards, (np.maximum(awards[:, None] * ratios - threshold, 0) * shares).sum(axis=1)


def mean_cost_of_terms(
    cell: pl.DataFrame,
    employer_terms: str,
    parameters: ParameterSet,
    mean_pay_gbp: np.ndarray,
    mean_service_years: np.ndarray,
    notice_weeks: float,
) -> dict[str, np.ndarray]:
    """Mean cost of an exit of leavers who differ as the staff on these terms do, at any mean pay and mean service.

    Pay and service of all cells, staff lists included, are raised or lowered in proportion until their means are
    ``mean_pay_gbp`` (at the hours contracted) and ``mean_service_years`` (complete), both of shape (n,), all with the
    same notice.

    Returns:
        As :func:`mean_exit_cost`.
    """
    # A staff list is part of the spread like any other cell, and the body makes no difference.
    spread = cell.filter(employer_terms=employer_terms).with_columns(body=pl.lit("any"), origin_kind=pl.lit("imputed"))
    points = exit_points(spread)
    paid, served = points.select(
        (pl.col("pay") * pl.col("contracted_share") * pl.col("share")).sum(),
        service=(pl.col("service") * pl.col("share")).sum(),
    ).row(0)
    return mean_exit_cost(
        points, parameters, mean_pay_gbp / paid, mean_service_years / served, notice_weeks=notice_weeks
    )


def award_over_cells(
    points: pl.DataFrame, parameters: ParameterSet, awarded: Awarded
) -> Callable[[np.ndarray, np.ndarray, np.ndarray], Mapping[str, np.ndarray]]:
    """The mean award of one body, and the National Insurance on it, as a function of its mean pay and mean service.

    Args:
        points: from :func:`exit_points`, of one body.
        parameters: the rules.
        awarded: awards that scenarios with the same pay, service and rules share; what this computes is added.

    Returns:
        A function of pay (at the hours contracted), service and pay awards so far, arrays of one shape, that gives
        ``severance``, ``class_1a_nic`` and ``mean_pay``, in pounds and of that shape.
    """
    # Where every cell is measured, no factor counts.
    imputed = points.filter(origin_kind="imputed") if "imputed" in points["origin_kind"] else points
    share = imputed["share"].to_numpy()
    paid = float((imputed["pay"].to_numpy() * imputed["contracted_share"].to_numpy()) @ share) / share.sum()
    served = float(imputed["service"].to_numpy() @ share) / share.sum()
    terms = tuple(ExitTerms.from_parameters(parameters, name) for name in points["employer_terms"].unique().sort())
    taxed = tuple(parameters.value(name) for name in ("class_1a_threshold_gbp", "class_1a_rate_pct"))

    def award(pay: np.ndarray, service: np.ndarray, growth: np.ndarray) -> Mapping[str, np.ndarray]:
        body = points["body"].item(0)
        arrays = tuple(np.ascontiguousarray(values).tobytes() for values in (pay, service, growth))
        follows_from = body, terms, taxed, pay.shape, arrays
        if follows_from not in awarded:
            factors = pay.ravel() / paid, service.ravel() / served
            found = mean_exit_cost(points, parameters, *factors, growth=growth.ravel())
            awarded[follows_from] = {
                name: found[f"{name}_gbp"].reshape(pay.shape) for name in ("severance", "class_1a_nic", "mean_pay")
            }
        return awarded[follows_from]

    return award
