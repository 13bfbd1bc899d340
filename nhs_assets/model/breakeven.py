"""What one lever would have to be for the programme to be worth nothing, the rest as in the scenario.

Net present value is a straight line in each lever, so the value is found in closed form: where the line meets nil.
"""

from collections.abc import Mapping
from itertools import product

import numpy as np
import polars as pl

from nhs_assets.contracts.savings import ACCOUNTING_BASES, LEVERS
from nhs_assets.contracts.vocabulary import COST_COMPONENTS, SAVING_COMPONENTS
from nhs_assets.model.appraisal import discount_factors, real_factors
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.scenario import costs_and_savings
from nhs_assets.model.tables import as_table

FIXED = "programme"
REFILLED = {
    "backfill": ("pay", "pension_local", "pension_central"),
    "backfill_employer_taxes": ("employer_nic", "apprenticeship_levy"),
}
"""The parts of backfill, and those of the saving per post of which each is a share."""


def breakeven(
    flows: pl.DataFrame,
    backfill_share: Mapping[str, float],
    perspectives: pl.DataFrame,
    deflator: pl.DataFrame,
    parameters: ParameterSet,
    base_fy: str,
) -> pl.DataFrame:
    """``savings.breakeven``: every scenario, perspective, basis, horizon and lever at the real discount rate.

    Args:
        flows: rows of ``savings.scenario_flow``.
        backfill_share: share of the saving on staff that is spent again, by scenario.
        perspectives: rows of ``raw.appraisal_perspective``.
        deflator: rows of ``settlement.deflator`` of one vintage.
        parameters: dated parameters; horizons and the real discount rate are used.
        base_fy: price year, whose April is month 0 of discounting.
    """
    rate_pct = parameters.value("discount_rate_real_pct")
    horizons = [parameters.value(name) for name in ("appraisal_short_horizon_years", "appraisal_horizon_years")]
    months = real_factors(flows.select("month", "fy").unique().sort("month"), deflator, base_fy)
    since_base = months["months_from_base"].to_numpy()
    worth = months["in_base_prices"].to_numpy() * discount_factors(since_base, rate_pct)
    weights = {
        perspective: _by_component(rows.select("component", "weight"))
        for (perspective,), rows in perspectives.group_by("perspective", maintain_order=True)
    }
    rows = []
    for (scenario_id,), own in flows.group_by("scenario_id", maintain_order=True):
        amounts = _amounts(own)
        for basis, years in product(ACCOUNTING_BASES, horizons):
            inside = since_base < 12 * years
            present = {name: float((amount[basis] * worth)[inside].sum()) for name, amount in amounts.items()}
            rows += [
                {
                    "scenario_id": scenario_id,
                    "perspective": perspective,
                    "accounting_basis": basis,
                    "horizon_years": int(years),
                    "discount_rate_pct": rate_pct,
                    **solved,
                }
                for perspective, weight in weights.items()
                for solved in _levers(present, weight, backfill_share[scenario_id])
            ]
    table = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        price_basis=pl.lit("real"), base_fy=pl.lit(base_fy)
    )
    return as_table(table, "savings.breakeven")


def linear_root(value: float, worth: float, slope: float) -> float | None:
    """Where a line that is ``worth`` at ``value`` and rises by ``slope`` meets nil; None if it is level."""
    return value - worth / slope if slope else None


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
    """The lever at which the value is nil, above nil and up to its greatest value; else what every value gives."""
    root = linear_root(value, npv, slope)
    # Without a cost, all of the saving can be spent again: the greatest value itself, but for the dust of division.
    if root is not None and root > 0 and (most is None or root <= most + 1e-6):
        return {"breakeven_value": root if most is None else min(root, most), "outcome": "solved"}
    return {"breakeven_value": None, "outcome": "always_worth_it" if npv >= 0 else "never_worth_it"}


def _by_component(rows: pl.DataFrame) -> dict[str, float]:
    return dict(rows.iter_rows())


def _amounts(flows: pl.DataFrame) -> dict[str, dict[str, np.ndarray]]:
    """Each component's amounts by month, £m, for either basis; a saving is the same on both."""
    costs, savings = costs_and_savings(flows.with_columns(pl.col("amount_gbp_m").cast(pl.Float64)).sort("month"))
    found = {}
    for name in COST_COMPONENTS:
        rows = costs.filter(component=name)
        found[name] = {
            basis: rows.filter(accounting_basis=basis)["amount_gbp_m"].to_numpy() for basis in ACCOUNTING_BASES
        }
    for name in SAVING_COMPONENTS:
        found[name] = dict.fromkeys(ACCOUNTING_BASES, savings.filter(component=name)["amount_gbp_m"].to_numpy())
    return found
