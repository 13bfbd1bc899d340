"""How far the draws agree with what was published: draws near it count for more, and the effect is reported.

No draw is changed and no central value is moved. Published figures may contradict one another: then few draws are near
all targets, if any. The effective sample size shows how few; every target shows how many draws meet it, and how many
meet all.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.contracts.savings import CALIBRATION_ITEMS, WEIGHTINGS
from nhs_assets.model.draws import LEVELS, Draws, random_streams, score_of_p90
from nhs_assets.model.parameters import CENTRAL, ParameterSet
from nhs_assets.model.quantiles import effective_sample_size, weighted_summary
from nhs_assets.model.scenario_run import Leavers, ScenarioRun, scenario_run
from nhs_assets.model.simulation import GBP_IN_GBP_M, Simulated
from nhs_assets.model.tables import DECIMALS, as_table
from nhs_assets.model.unit_cost import COUNTS

PRIOR, CALIBRATED = WEIGHTINGS
PARAMETER, TARGET = CALIBRATION_ITEMS
QUANTITIES = {
    "posts_all": "posts",
    "saving_nhse": "£m a year",
    "saving_icb": "£m a year",
    "saving_all": "£m a year",
    "cost_all": "£m",
    "running_cost_icb": "£m a year",
}
"""What can be a target, with its unit. Savings are once every post has gone, at the pay of the first year."""
BOARDS = "icb"


def calibration(leavers: Leavers, calibration_target: pl.DataFrame) -> pl.DataFrame:
    """``savings.calibration``: parameters and targets before and after the draws are weighted by the targets."""
    central = scenario_run(leavers)
    draws = central.draws(random_streams(central.parameters))
    modelled = quantities(central, draws, central.run(draws), leavers.baseline)
    weights = target_weights(modelled, calibration_target, central.parameters)
    unit = dict(leavers.parameter_value.select("parameter_id", "unit").iter_rows())
    rows = [
        {"item_kind": PARAMETER, "item_id": name, "unit": unit[name], **_before_and_after(values, weights)}
        for name, values in draws.values.items()
    ]
    all_met = np.ones_like(weights, bool)
    for target in calibration_target.iter_rows(named=True):
        values = modelled[target["quantity"]]
        met = within(modelled, target)
        all_met &= met
        gap = _beyond(values[:1], target)[0]
        rows.append(
            {
                "item_kind": TARGET,
                "item_id": target["target_id"],
                "unit": QUANTITIES[target["quantity"]],
                "target_low": target["target_low"],
                "target_high": target["target_high"],
                "gap": float(gap),
                "is_within": not gap,
                "draws_within": int(met.sum()),
                "posterior_share_within": float(weights[met].sum() / weights.sum()),
                **_before_and_after(values, weights),
            }
        )
    columns = contract("savings.calibration").polars_schema()
    numbers = pl.col("^(prior|posterior)_.*$", "principal", "gap").round(DECIMALS)
    return as_table(
        pl.DataFrame(rows, schema=columns).with_columns(numbers),
        "savings.calibration",
        scenario_id=CENTRAL,
        draws=len(weights),
        effective_sample_size=round(effective_sample_size(weights), 2),
        draws_within_all=int(all_met.sum()),
    )


def quantities(
    central: ScenarioRun, draws: Draws, simulated: Simulated, baseline: pl.DataFrame
) -> dict[str, np.ndarray]:
    """The quantities of :data:`QUANTITIES` in every run, ``(runs,)``."""
    plan, parameters = central.plan, central.parameters
    posts = {body: simulated.posts(body) for body in plan.bodies}
    saving = {
        body: simulated.saving_posts(body)
        * sum(amount[0] for name, amount in simulated.sizes.saving[body].items() if name not in COUNTS)
        / GBP_IN_GBP_M
        for body in plan.bodies
    }
    stated = f"saving_per_post_gbp_{BOARDS}"
    heads = baseline.filter(pl.col("in_post_target") & (pl.col("body") == BOARDS))["headcount"].sum()
    pay_share = 1 - parameters.value("board_non_pay_share_of_running_cost")
    cost_of_a_post = draws.of(stated, parameters.value(stated)) / pay_share / GBP_IN_GBP_M
    return {
        "posts_all": sum(posts.values()),
        "saving_nhse": saving["nhse"],
        "saving_icb": saving[BOARDS],
        "saving_all": sum(saving.values()),
        "cost_all": simulated.cost("accrual").amounts.sum(axis=0),
        "running_cost_icb": (heads - posts[BOARDS]) * cost_of_a_post,
    }


def target_weights(
    modelled: Mapping[str, np.ndarray], calibration_target: pl.DataFrame, parameters: ParameterSet
) -> np.ndarray:
    """Weight of each draw, ``(draws,)``, 1 for the nearest: a normal density in the distance to every target.

    Inside a target's interval the distance is zero. Outside, ``about_tolerance_pct`` of the nearest end counts as the
    tenth or ninetieth percentile, as in every range.

    Args:
        modelled: from :func:`quantities`, run 0 first.
        calibration_target: the targets.
        parameters: the tolerance.
    """
    tolerance = parameters.value("about_tolerance_pct") / 100 / score_of_p90()
    log_weight = np.zeros(len(modelled["posts_all"]) - 1)
    for target in calibration_target.sort("target_id").iter_rows(named=True):
        beyond = _beyond(modelled[target["quantity"]][1:], target)
        nearest = np.where(beyond < 0, target["target_low"] or 1, target["target_high"] or 1)
        log_weight = log_weight - (beyond / (tolerance * nearest)) ** 2 / 2
    return np.exp(log_weight - np.max(log_weight))


def within(modelled: Mapping[str, np.ndarray], target: Mapping) -> np.ndarray:
    """Whether each draw meets a target, ``(draws,)``; ``modelled`` is from :func:`quantities`, run 0 first."""
    return _beyond(modelled[target["quantity"]][1:], target) == 0


def _beyond(values: np.ndarray, target: Mapping) -> np.ndarray:
    """How far each value is above a target's interval, or, if negative, below it; zero inside.

    A value that differs from an end by less than the decimals that are kept is inside.
    """
    low, high = target["target_low"], target["target_high"]
    below = np.minimum(values - low, 0) if low is not None else 0.0
    above = np.maximum(values - high, 0) if high is not None else 0.0
    return np.round(below + above + np.zeros_like(values), DECIMALS)


def _before_and_after(values: np.ndarray, weights: np.ndarray) -> dict[str, float]:
    sides = {"prior": np.ones_like(weights), "posterior": weights}
    found = {
        f"{side}_{level}": value
        for side, counted in sides.items()
        for level, value in weighted_summary(values[1:], counted).items()
        if level in LEVELS
    }
    return {"principal": float(values[0]), **found}
