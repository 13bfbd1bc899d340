"""What moves the answer: the share of its spread that each assumption answers for, and each alone at its ends."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from nhs_assets.model.draws import PAY_AND_SERVICE, Chances, Draws, Range, correlated, normal_scores
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.programme import BASE_FY, CENTRAL, latest_deflator, sources_of
from nhs_assets.model.ranged import Ranged, chances, perspective_weights, ranged
from nhs_assets.model.tables import DECIMALS, as_table, dated
from nhs_assets.model.worth import Prices, worth

OUTPUTS = {"npv": "£m", "payback": "months"}
"""What is judged, with its unit; a run that never pays back counts as if it did as the horizon ends."""
PERSPECTIVE, BASIS = "dhsc_budget", "accrual"


def sensitivity(
    parameter_value: pl.DataFrame,
    organisation: pl.DataFrame,
    baseline: pl.DataFrame,
    exit_wave: pl.DataFrame,
    cell: pl.DataFrame,
    appraisal_perspective: pl.DataFrame,
    deflator: pl.DataFrame,
    source: pl.DataFrame,
) -> pl.DataFrame:
    """``savings.sensitivity``: Sobol indices and ends of each parameter, pay and service as one."""
    tables = (parameter_value, organisation, baseline, exit_wave, cell)
    parameters = ParameterSet(parameter_value)
    central = ranged(CENTRAL, *tables, BASE_FY)
    latest = latest_deflator(deflator)
    weights = dict(perspective_weights(appraisal_perspective))[PERSPECTIVE]

    def answers(draws: Draws) -> dict[str, np.ndarray]:
        prices = Prices.of(central.parameters, draws, central.plan, latest, BASE_FY)
        found = worth(central.run(draws), prices, BASIS, weights)
        horizon = float(len(central.plan.months))
        return {"npv": found.money["npv"], "payback": np.minimum(found.months["payback"], horizon)}

    drawn_with = chances(parameters)
    samples = int(parameters.value("sensitivity_samples"))
    indices = _indices(central, answers, drawn_with, samples)
    ends = _ends(central, answers)
    rows = [
        {
            "scenario_id": CENTRAL,
            "output": output,
            "group_id": group,
            "perspective": PERSPECTIVE,
            "accounting_basis": BASIS,
            "unit": unit,
            **indices[output][group],
            "at_low": ends[output][group][0],
            "at_high": ends[output][group][1],
            "swing": abs(ends[output][group][1] - ends[output][group][0]),
        }
        for output, unit in OUTPUTS.items()
        for group in indices[output]
    ]
    shown = pl.DataFrame(rows).with_columns(pl.col(pl.Float64).round(DECIMALS))
    return dated(as_table(shown, "savings.sensitivity"), *tables, latest, sources_of(source, appraisal_perspective))


def _indices(central: Ranged, answers, drawn_with: Chances, samples: int) -> dict[str, dict[str, dict[str, float]]]:
    """First and total index with the half-widths of their 95% intervals, by output and group."""
    # Heavy, and nothing else needs it.
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    uncertain = list(central.uncertain.values())
    names = [one.parameter_id for one in uncertain] + [PAY_AND_SERVICE]
    groups = [one.group for one in uncertain] + [PAY_AND_SERVICE]
    problem = {"num_vars": len(names), "names": names, "groups": groups, "bounds": [[0, 1]] * len(names)}
    points = sampling.sample(problem, samples, calc_second_order=False, seed=drawn_with.seed)
    scores = dict(zip(names, normal_scores(points.T.clip(1e-6 * 1e-6, 1 - 1e-6 * 1e-6)), strict=True))
    found = answers(_at(uncertain, scores, drawn_with.correlation))
    indices = {}
    for output, values in found.items():
        told = analysis.analyze(problem, values[1:], calc_second_order=False, seed=drawn_with.seed)
        indices[output] = {
            group: {
                "first_index": float(told["S1"][place]),
                "first_index_half_width": float(told["S1_conf"][place]),
                "total_index": float(told["ST"][place]),
                "total_index_half_width": float(told["ST_conf"][place]),
            }
            for place, group in enumerate(dict.fromkeys(groups))
        }
    return indices


def _at(uncertain: list[Range], scores: Mapping[str, np.ndarray], correlation: float) -> Draws:
    """Values at given scores, run 0 first; members of a group share its score."""
    values = {}
    for one in uncertain:
        own = scores[one.parameter_id]
        if one.group != one.parameter_id:
            own = correlated(scores[one.group], own, correlation)
        values[one.parameter_id] = np.concatenate([[one.value], one.quantile(own)])
    return Draws(values, 1 + len(scores[uncertain[0].parameter_id]))


def _ends(central: Ranged, answers) -> dict[str, dict[str, tuple[float, float]]]:
    """Each output with a group's parameters at their low and at their high ends, all others central."""
    uncertain = list(central.uncertain.values())
    groups = list(dict.fromkeys(one.group for one in uncertain))
    runs = 1 + 2 * len(groups)
    values = {}
    for one in uncertain:
        values[one.parameter_id] = np.full(runs, one.value)
        place = 1 + 2 * groups.index(one.group)
        values[one.parameter_id][place : place + 2] = one.low, one.high
    found = answers(Draws(values, runs))
    return {
        output: {
            group: (float(value[1 + 2 * place]), float(value[2 + 2 * place])) for place, group in enumerate(groups)
        }
        for output, value in found.items()
    }
