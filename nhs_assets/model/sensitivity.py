"""What moves the answer: the share of its spread due to each assumption, and each alone at its ends."""

from collections.abc import Callable

import numpy as np
import polars as pl

from nhs_assets.model.appraisal import latest_deflator, perspective_weights
from nhs_assets.model.draws import LEAVERS, LEVELS, Draws, distributions, normal_scores, prior
from nhs_assets.model.parameters import BEST_ESTIMATE
from nhs_assets.model.posterior import Estimated
from nhs_assets.model.tables import DECIMALS, as_table
from nhs_assets.model.valuation import Prices, run_rate_year, valuation

OUTPUTS = {"npv": "£m", "payback": "months"}
"""What is judged, with its unit; a run that never pays back, or has nothing to, counts as if it did as the horizon
ends."""
PERSPECTIVE, BASIS = "dhsc_budget", "accrual"
INDICES = {
    "first_index": "S1",
    "first_index_half_width": "S1_conf",
    "total_index": "ST",
    "total_index_half_width": "ST_conf",
}
"""First and total index with the half-widths of their 95% intervals, by their names in SALib."""

Answers = Callable[[Draws], dict[str, np.ndarray]]
"""Each output, ``(runs,)``, of the best estimate for given draws."""


def sensitivity(estimated: Estimated, appraisal_perspective: pl.DataFrame, deflator: pl.DataFrame) -> pl.DataFrame:
    """``savings.sensitivity``: Sobol indices of each parameter over its range before the evidence, leavers as one.

    Given the evidence parameters are no longer independent of one another, and a share of the spread has no meaning.
    """
    # Heavy, and nothing else needs it.
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    if estimated.is_empty:
        return as_table([], "savings.sensitivity")
    run, answers = estimated.run, _answers(estimated, appraisal_perspective, deflator)
    seed, samples = (int(run.parameters.value(name)) for name in ("draw_seed", "sensitivity_samples"))
    before = prior(estimated.leavers.parameter_value, run.uncertain)
    names = list(before.latents)
    own = {name: drawn.group for name, drawn in before.distributions.items()}
    groups = [own.get(name, LEAVERS) for name in names]
    problem = {"num_vars": len(names), "names": names, "groups": groups, "bounds": [[0, 1]] * len(names)}
    points = sampling.sample(problem, samples, calc_second_order=False, seed=seed)
    values = before.values(normal_scores(points.T.clip(1e-6 * 1e-6, 1 - 1e-6 * 1e-6)))
    rows = []
    for output, found in answers(run.draws(values)).items():
        indices = analysis.analyze(problem, found[1:], calc_second_order=False, seed=seed)
        rows += [
            {"output": output, "group_id": group}
            | {column: float(indices[name][place]) for column, name in INDICES.items()}
            for place, group in enumerate(dict.fromkeys(groups))
        ]
    return _as_table(rows, "savings.sensitivity")


def tornado(estimated: Estimated, appraisal_perspective: pl.DataFrame, deflator: pl.DataFrame) -> pl.DataFrame:
    """``savings.tornado``: results with each parameter alone at the ends of its 80% range given the evidence."""
    if estimated.is_empty:
        return as_table([], "savings.tornado")
    run, answers = estimated.run, _answers(estimated, appraisal_perspective, deflator)
    known = distributions(estimated.leavers.parameter_value)
    line = {name: run.parameters.value(name) for name in run.uncertain}
    ends = {
        name: np.quantile(estimated.drawn.values[name], [LEVELS["p10"], LEVELS["p90"]], method="nearest")
        for name in run.uncertain
    }
    # Two runs for each parameter: it alone at its low and at its high end.
    values = {name: np.full(2 * len(line), value) for name, value in line.items()}
    for place, (name, own) in enumerate(ends.items()):
        values[name][2 * place : 2 * place + 2] = own
    rows = [
        {
            "output": output,
            "parameter_id": name,
            "group_id": known[name].group,
            "low": float(low),
            "high": float(high),
            "at_low": float(at_low),
            "at_best_estimate": float(found[0]),
            "at_high": float(at_high),
            "swing": float(abs(at_high - at_low)),
        }
        for output, found in answers(run.draws(values)).items()
        for (name, (low, high)), (at_low, at_high) in zip(ends.items(), found[1:].reshape(-1, 2), strict=True)
    ]
    return _as_table(rows, "savings.tornado")


def _answers(estimated: Estimated, appraisal_perspective: pl.DataFrame, deflator: pl.DataFrame) -> Answers:
    """Outputs of the best estimate as a function of draws."""
    run, latest = estimated.run, latest_deflator(deflator)
    weights = perspective_weights(appraisal_perspective)[PERSPECTIVE]
    year = run_rate_year(run.parameters, run.plan)
    horizon = float(len(run.plan.months))

    def answers(draws: Draws) -> dict[str, np.ndarray]:
        prices = Prices.of(run.parameters, draws, run.plan, latest)
        found = valuation(run.run(draws), prices, BASIS, year, weights)
        return {"npv": found.money["npv"], "payback": np.fmin(found.months["payback"], horizon)}

    return answers


def _as_table(rows: list[dict], table: str) -> pl.DataFrame:
    rounded = pl.DataFrame(rows).with_columns(
        pl.col(pl.Float64).round(DECIMALS), unit=pl.col("output").replace_strict(OUTPUTS)
    )
    return as_table(rounded, table, scenario_id=BEST_ESTIMATE, perspective=PERSPECTIVE, accounting_basis=BASIS)
