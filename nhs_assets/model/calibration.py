"""How far the draws agree with what was published: draws near it count for more, and what that changes is told.

No draw is changed and no central value is moved. What was published need not agree with itself: where targets pull
apart, few draws are near all of them, if any: the effective sample size says how few are near, and beside every target
stands how many draws meet it, and how many meet all of them.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from nhs_assets.contracts.savings import CALIBRATION_ITEMS, WEIGHTINGS
from nhs_assets.model.draws import LEVELS, Draws, score_of_p90
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.programme import BASE_FY, CENTRAL, sources_of
from nhs_assets.model.quantiles import effective_sample_size, weighted_summary
from nhs_assets.model.ranged import Ranged, chances, ranged
from nhs_assets.model.simulation import COUNTS, GBP_IN_GBP_M, Simulated
from nhs_assets.model.tables import DECIMALS, as_table, dated

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


def calibration(
    parameter_value: pl.DataFrame,
    organisation: pl.DataFrame,
    baseline: pl.DataFrame,
    exit_wave: pl.DataFrame,
    cell: pl.DataFrame,
    calibration_target: pl.DataFrame,
    source: pl.DataFrame,
) -> pl.DataFrame:
    """``savings.calibration``: parameters and targets before and after the draws are weighed by the targets."""
    tables = (parameter_value, organisation, baseline, exit_wave, cell)
    parameters = ParameterSet(parameter_value)
    central = ranged(CENTRAL, *tables, BASE_FY)
    draws = central.draws(chances(parameters))
    modelled = quantities(central, draws, central.run(draws), baseline)
    weights = target_weights(modelled, calibration_target, parameters)
    met = {target["target_id"]: within(modelled, target) for target in calibration_target.iter_rows(named=True)}
    all_met = np.logical_and.reduce([np.ones_like(weights, bool), *met.values()])
    unit = dict(parameter_value.select("parameter_id", "unit").iter_rows())
    rows = [
        {"item_kind": PARAMETER, "item_id": name, "unit": unit[name], **_before_and_after(values, weights)}
        for name, values in draws.values.items()
    ]
    for target in calibration_target.iter_rows(named=True):
        values = modelled[target["quantity"]]
        rows.append(
            {
                "item_kind": TARGET,
                "item_id": target["target_id"],
                "unit": QUANTITIES[target["quantity"]],
                "target_low": target["target_low"],
                "target_high": target["target_high"],
                "gap": float(_beyond(values[:1], target)[0]),
                "is_within": not _beyond(values[:1], target)[0],
                "draws_within": int(met[target["target_id"]].sum()),
                "posterior_share_within": float(weights[met[target["target_id"]]].sum() / weights.sum()),
                **_before_and_after(values, weights),
            }
        )
    shown = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        scenario_id=pl.lit(CENTRAL),
        draws=pl.lit(len(weights)),
        effective_sample_size=pl.lit(effective_sample_size(weights)).round(2),
        draws_within_all=pl.lit(int(all_met.sum())),
    )
    numbers = pl.col("^(prior|posterior)_.*$", "principal", "gap").round(DECIMALS)
    return dated(
        as_table(shown.with_columns(numbers), "savings.calibration"), *tables, sources_of(source, calibration_target)
    )


def quantities(central: Ranged, draws: Draws, simulated: Simulated, baseline: pl.DataFrame) -> dict[str, np.ndarray]:
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


def calibrated_weights(
    central: Ranged, draws: Draws, simulated: Simulated, baseline: pl.DataFrame, targets: pl.DataFrame
) -> np.ndarray:
    """Weights of the draws of the central scenario, ``(draws,)``."""
    return target_weights(quantities(central, draws, simulated, baseline), targets, central.parameters)


def target_weights(modelled: dict[str, np.ndarray], targets: pl.DataFrame, parameters: ParameterSet) -> np.ndarray:
    """Weight of each draw, ``(draws,)``, 1 for the nearest: a normal density in the distance to every target.

    Inside a target's interval the distance is nil. Outside, ``about_tolerance_pct`` of the end that is nearest counts
    as the tenth or ninetieth percentile, as in every range.

    Args:
        modelled: from :func:`quantities`, run 0 first.
        targets: rows of ``raw.calibration_target``.
        parameters: dated parameters.
    """
    tolerance = parameters.value("about_tolerance_pct") / 100 / score_of_p90()
    log_weight = 0.0
    for target in targets.sort("target_id").iter_rows(named=True):
        beyond = _beyond(modelled[target["quantity"]][1:], target)
        nearest = np.where(beyond < 0, target["target_low"] or 1, target["target_high"] or 1)
        log_weight = log_weight - (beyond / (tolerance * nearest)) ** 2 / 2
    return np.exp(log_weight - np.max(log_weight))


def within(modelled: Mapping[str, np.ndarray], target: Mapping) -> np.ndarray:
    """Whether each draw meets a target, ``(draws,)``.

    Args:
        modelled: from :func:`quantities`, run 0 first.
        target: one row of ``raw.calibration_target``.
    """
    return _beyond(modelled[target["quantity"]][1:], target) == 0


def _beyond(values: np.ndarray, target: Mapping) -> np.ndarray:
    """How far each value is above a target's interval, or, below nil, below it; nil inside.

    What differs from an end by less than the decimals that are kept is inside.
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
