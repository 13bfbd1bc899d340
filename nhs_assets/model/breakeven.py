"""What one lever would have to be for the net present value to be zero, the rest as in the scenario.

Net present value is a straight line in each lever, so the value is found in closed form: where the line meets zero.
"""

from collections.abc import Mapping
from itertools import product

import numpy as np
import polars as pl

from nhs_assets.contracts.savings import ACCOUNTING_BASES, LEVERS
from nhs_assets.contracts.vocabulary import COST_COMPONENTS, SAVING_COMPONENTS
from nhs_assets.model.appraisal import discount_factors, latest_deflator, perspective_weights, real_factors
from nhs_assets.model.calendar import BASE_FY
from nhs_assets.model.cashflow import FIXED
from nhs_assets.model.parameters import BestEstimate
from nhs_assets.model.scenario import costs_and_savings
from nhs_assets.model.tables import as_table

BACKFILL = "backfill_share"
REFILLED = {
    "backfill": ("pay", "pension_local", "pension_central"),
    "backfill_employer_taxes": ("employer_nic", "apprenticeship_levy"),
}
"""The parts of backfill, and those of the saving per post of which each is a share."""


def breakeven(
    parameters: BestEstimate,
    scenario_flow: pl.DataFrame,
    scenario_override: pl.DataFrame,
    appraisal_perspective: pl.DataFrame,
    deflator: pl.DataFrame,
) -> pl.DataFrame:
    """``savings.breakeven``: every scenario, perspective, basis, horizon and lever at the real discount rate.

    Prices are those of the deflator that became known last.
    """
    rate_pct = parameters.value("discount_rate_real_pct")
    horizons = [parameters.value(name) for name in ("appraisal_short_horizon_years", "appraisal_horizon_years")]
    refilled = dict(scenario_override.filter(parameter_id=BACKFILL).select("scenario_id", "value").iter_rows())
    spine = scenario_flow.select("month", "fy").unique().sort("month")
    months = real_factors(spine, latest_deflator(deflator))
    since_base = months["months_from_base"].to_numpy()
    present_value = months["in_base_prices"].to_numpy() * discount_factors(since_base, rate_pct)
    rows = []
    for (scenario_id,), own in scenario_flow.group_by("scenario_id", maintain_order=True):
        amounts = _amounts(own)
        backfill_share = refilled.get(scenario_id, parameters.value(BACKFILL))
        for basis, years in product(ACCOUNTING_BASES, horizons):
            inside = since_base < 12 * years
            present = {name: float((amount[basis] * present_value)[inside].sum()) for name, amount in amounts.items()}
            rows += [
                {
                    "scenario_id": scenario_id,
                    "perspective": perspective,
                    "accounting_basis": basis,
                    "horizon_years": int(years),
                    "discount_rate_pct": rate_pct,
                    **solved,
                }
                for perspective, weight in perspective_weights(appraisal_perspective).items()
                for solved in _levers(present, weight, backfill_share)
            ]
    return as_table(rows, "savings.breakeven", price_basis="real", base_fy=BASE_FY)


def linear_root(value: float, npv: float, slope: float) -> float | None:
    """Where a line that is ``npv`` at ``value`` and rises by ``slope`` meets zero; None if it is level."""
    return value - npv / slope if slope else None


def _levers(
    present: Mapping[str, float], weight: Mapping[str, float], backfill_share: float
) -> list[dict[str, object]]:
    """The levers of one view.

    Args:
        present: present value of each component, costs positive.
        weight: weight of each component in the perspective.
        backfill_share: backfill in the scenario.
    """
    counted = {name: weight[name] * value for name, value in present.items()}
    cost = sum(counted[name] for name in COST_COMPONENTS)
    saving = sum(counted[name] for name in SAVING_COMPONENTS)
    npv = saving - cost
    staff = sum(weight[spent] * sum(present[name] for name in saved) for spent, saved in REFILLED.items())
    lines = {
        "take_up": (1.0, npv + counted[FIXED], None),
        "cost": (1.0, -cost, None),
        "saving": (1.0, saving, None),
        "backfill": (backfill_share, -staff, 1.0),
    }
    return [
        {"lever": lever, "scenario_value": value, "npv_gbp_m": npv, **_outcome(npv, value, slope, most)}
        for lever, (value, slope, most) in ((lever, lines[lever]) for lever in LEVERS)
    ]


def _outcome(npv: float, value: float, slope: float, most: float | None) -> dict[str, object]:
    """The positive lever at which the value is zero, up to its greatest value; else what every value gives."""
    root = linear_root(value, npv, slope)
    # Without a cost, all of the saving can be spent again: the greatest value itself, within rounding.
    if root is not None and root > 0 and (most is None or root <= most + 1e-6):
        return {"breakeven_value": root if most is None else min(root, most), "outcome": "solved"}
    return {"breakeven_value": None, "outcome": "always_worth_it" if npv >= 0 else "never_worth_it"}


def _amounts(scenario_flow: pl.DataFrame) -> dict[str, dict[str, np.ndarray]]:
    """Each component's amounts by month, £m, for either basis; a saving is the same on both."""
    amount = pl.col("amount_gbp_m").cast(pl.Float64)
    costs, savings = costs_and_savings(scenario_flow.with_columns(amount).sort("month"))
    found = {
        name: {
            basis: costs.filter(component=name, accounting_basis=basis)["amount_gbp_m"].to_numpy()
            for basis in ACCOUNTING_BASES
        }
        for name in COST_COMPONENTS
    }
    for name in SAVING_COMPONENTS:
        found[name] = dict.fromkeys(ACCOUNTING_BASES, savings.filter(component=name)["amount_gbp_m"].to_numpy())
    return found
