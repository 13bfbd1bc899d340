"""What the programme is worth in every run: net present value, payback, deepest deficit, by point of view."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from nhs_assets.model.appraisal import discount_factors, real_factors
from nhs_assets.model.draws import Draws
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.simulation import Flow, Profile, Simulated, net_of

EXTENSION = "deflator_extension_pct"
"""Growth of the deflator after its forecast; as stated in the best estimate too, as the deflator is extended by it."""


@dataclass(frozen=True)
class Prices:
    """How real money of the base year is made of cash.

    Attributes:
        deflation: ``(years, runs)``: real over cash.
        discounting: ``(months,)``: present over future.
        short_years: years of the shortest horizon appraised.
    """

    deflation: np.ndarray
    discounting: np.ndarray
    short_years: int

    @classmethod
    def of(cls, parameters: ParameterSet, draws: Draws, plan: Profile, deflator: pl.DataFrame) -> "Prices":
        """Prices of every run: growth after the last forecast year is uncertain, the forecast is taken as known.

        Raises:
            ValueError: if the deflator is of several vintages or misses a year.
        """
        level = real_factors(plan.months, deflator).unique("fy", keep="first", maintain_order=True)["in_base_prices"]
        extended = set(deflator.filter(pl.col("status") == "extended")["fy"])
        years_extended = np.cumsum([fy in extended for fy in plan.years])
        stated = parameters.value(EXTENSION)
        growth = (1 + draws.of(EXTENSION, stated) / 100) / (1 + stated / 100)
        rate = parameters.value("discount_rate_real_pct")
        return cls(
            deflation=level.to_numpy()[:, None] / growth[None, :] ** years_extended[:, None],
            discounting=discount_factors(plan.months["months_from_base"].to_numpy(), rate),
            short_years=int(parameters.value("appraisal_short_horizon_years")),
        )


@dataclass(frozen=True)
class Valuation:
    """Measures of one scenario from one point of view on one accounting basis, each ``(runs,)``.

    Attributes:
        money: £ million by name of measure, in ``contracts.savings.MONEY_MEASURES``; all except those of value in cash.
        months: by name of measure, in ``contracts.savings.MONTH_MEASURES``; infinity where cost is not paid back in
            time, and NaN where there is no cost.
    """

    money: Mapping[str, np.ndarray]
    months: Mapping[str, np.ndarray]


def valuation(
    simulated: Simulated,
    prices: Prices,
    basis: str,
    run_rate_year: int,
    weights: Mapping[str, float] | None = None,
    saving: Flow | None = None,
) -> Valuation:
    """The value of a programme in every run.

    Args:
        simulated: the scenario in every run.
        prices: its prices.
        basis: accounting basis of the cost.
        run_rate_year: place of the year whose recurring saving is reported, from :func:`run_rate_year`.
        weights: of each component of cost and saving; each counts fully where none are given.
        saving: with these weights, if computed before; it has one accounting basis.
    """
    plan = simulated.plan
    cost = simulated.cost(basis, weights=weights)
    saving = saving or simulated.saving(weights=weights)
    net = net_of(saving, cost)
    present = np.zeros((len(plan.years), net.shape[1]))
    for year in range(len(plan.years)):
        (months,) = np.nonzero(plan.year_of_month[:, year])
        present[year] = (prices.discounting[months] @ net[months]) * prices.deflation[year]
    cumulative = np.cumsum(net, axis=0)
    recurring = simulated.saving(weights=weights, one_off=False)
    of_year = recurring.shape[plan.year_of_month[:, run_rate_year] > 0].sum(axis=0)
    return Valuation(
        money={
            "npv": present.sum(axis=0),
            "npv_short_horizon": present[: prices.short_years].sum(axis=0),
            "cost": cost.amounts[cost.shape.any(axis=1)].sum(axis=0),
            "cost_in_first_year": cost.amounts[plan.year_of_month[:, 0] > 0].sum(axis=0),
            "saving_at_run_rate": (recurring.size * of_year[:, None]).sum(axis=0),
            "deepest_deficit": cumulative.min(axis=0),
        },
        months=months_to_payback(cost.amounts, cumulative),
    )


def months_to_payback(cost: np.ndarray, cumulative: np.ndarray) -> dict[str, np.ndarray]:
    """Months to the first from which the running sum stays at zero or above, and never before there is a cost.

    Args:
        cost: ``(months, runs)``.
        cumulative: ``(months, runs)``: running sum of saving less cost.

    Returns:
        ``(runs,)`` each: ``payback``, from the first month with cost, both months counted, and
        ``payback_in_calendar``, counted from 0 in the first month of all; infinity where the sum ends below zero, NaN
        where there is no cost and so nothing to pay back.
    """
    months = len(cost)
    negative = cumulative < 0
    last_negative_from_end = np.argmax(negative[::-1], axis=0)
    paid_back = np.where(negative.any(axis=0), months - last_negative_from_end, 0)
    spends = cost > 0
    first_cost = np.argmax(spends, axis=0)
    in_calendar = np.where(paid_back < months, np.maximum(paid_back, first_cost), np.inf)
    in_calendar = np.where(spends.any(axis=0), in_calendar, np.nan)
    return {"payback": in_calendar - first_cost + 1, "payback_in_calendar": in_calendar}


def run_rate_year(parameters: ParameterSet, plan: Profile) -> int:
    """Place of the year in which the saving of every scenario is reported, so that all have the same pay.

    Raises:
        ValueError: if the horizon ends before it.
    """
    place = int(parameters.value("run_rate_years_on"))
    if place >= len(plan.years):
        raise ValueError(f"run_rate_years_on is {place}, and the horizon has {len(plan.years)} years")
    return place
