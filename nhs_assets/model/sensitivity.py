"""What moves the answer: the share of its spread due to each assumption, and each alone at its ends."""

from collections.abc import Callable

import numpy as np
import polars as pl

from nhs_assets.model.appraisal import latest_deflator, perspective_weights
from nhs_assets.model.draws import PAY_AND_SERVICE, Draws, normal_scores, of_group, random_streams
from nhs_assets.model.parameters import CENTRAL
from nhs_assets.model.scenario_run import Leavers, ScenarioRun, scenario_run
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
"""Each output, ``(runs,)``, of the central scenario for given draws."""


def sensitivity(leavers: Leavers, appraisal_perspective: pl.DataFrame, deflator: pl.DataFrame) -> pl.DataFrame:
    """``savings.sensitivity``: Sobol indices of each parameter, pay and service as one."""
    # Heavy, and nothing else needs it.
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    central, answers = _central(leavers, appraisal_perspective, deflator)
    streams = random_streams(central.parameters)
    samples = int(central.parameters.value("sensitivity_samples"))
    names = [*central.uncertain, PAY_AND_SERVICE]
    groups = [*(distribution.group for distribution in central.uncertain.values()), PAY_AND_SERVICE]
    problem = {"num_vars": len(names), "names": names, "groups": groups, "bounds": [[0, 1]] * len(names)}
    points = sampling.sample(problem, samples, calc_second_order=False, seed=streams.seed)
    scores = dict(zip(names, normal_scores(points.T.clip(1e-6 * 1e-6, 1 - 1e-6 * 1e-6)), strict=True))
    values = {
        name: distribution.runs(of_group(distribution, scores.__getitem__, streams.correlation))
        for name, distribution in central.uncertain.items()
    }
    rows = []
    for output, found in answers(Draws(values, 1 + len(points))).items():
        indices = analysis.analyze(problem, found[1:], calc_second_order=False, seed=streams.seed)
        rows += [
            {"output": output, "group_id": group}
            | {column: float(indices[name][place]) for column, name in INDICES.items()}
            for place, group in enumerate(dict.fromkeys(groups))
        ]
    return _as_table(rows, "savings.sensitivity")


def tornado(leavers: Leavers, appraisal_perspective: pl.DataFrame, deflator: pl.DataFrame) -> pl.DataFrame:
    """``savings.tornado``: results with each parameter alone at the ends of its range, members of a group too."""
    central, answers = _central(leavers, appraisal_perspective, deflator)
    uncertain = list(central.uncertain.values())
    # Run 0 with every parameter at its value, then two for each: it alone at its low and at its high end.
    runs = 1 + 2 * len(uncertain)
    values = {distribution.parameter_id: np.full(runs, distribution.value) for distribution in uncertain}
    for place, distribution in enumerate(uncertain):
        first = 1 + 2 * place
        values[distribution.parameter_id][first : first + 2] = distribution.low, distribution.high
    rows = [
        {
            "output": output,
            "parameter_id": distribution.parameter_id,
            "group_id": distribution.group,
            "low": distribution.low,
            "high": distribution.high,
            "at_low": float(at_low),
            "at_central": float(found[0]),
            "at_high": float(at_high),
            "swing": float(abs(at_high - at_low)),
        }
        for output, found in answers(Draws(values, runs)).items()
        for distribution, (at_low, at_high) in zip(uncertain, found[1:].reshape(-1, 2), strict=True)
    ]
    return _as_table(rows, "savings.tornado")


def _central(
    leavers: Leavers, appraisal_perspective: pl.DataFrame, deflator: pl.DataFrame
) -> tuple[ScenarioRun, Answers]:
    """The central scenario, and its outputs as a function of draws."""
    central = scenario_run(leavers)
    latest = latest_deflator(deflator)
    weights = perspective_weights(appraisal_perspective)[PERSPECTIVE]
    year = run_rate_year(central.parameters, central.plan)
    horizon = float(len(central.plan.months))

    def answers(draws: Draws) -> dict[str, np.ndarray]:
        prices = Prices.of(central.parameters, draws, central.plan, latest)
        found = valuation(central.run(draws), prices, BASIS, year, weights)
        return {"npv": found.money["npv"], "payback": np.fmin(found.months["payback"], horizon)}

    return central, answers


def _as_table(rows: list[dict], table: str) -> pl.DataFrame:
    rounded = pl.DataFrame(rows).with_columns(
        pl.col(pl.Float64).round(DECIMALS), unit=pl.col("output").replace_strict(OUTPUTS)
    )
    return as_table(rounded, table, scenario_id=CENTRAL, perspective=PERSPECTIVE, accounting_basis=BASIS)
