"""What moves the answer: the share of its spread that each assumption answers for, and each alone at its ends."""

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from nhs_assets.model.draws import PAY_AND_SERVICE, Chances, Draws, Range, correlated, normal_scores
from nhs_assets.model.programme import BASE_FY, CENTRAL, latest_deflator, sources_of
from nhs_assets.model.ranged import Ranged, chances, perspective_weights, ranged
from nhs_assets.model.tables import DECIMALS, as_table, dated
from nhs_assets.model.worth import Prices, run_rate_year, worth

OUTPUTS = {"npv": "£m", "payback": "months"}
"""What is judged, with its unit; a run that never pays back, or has nothing to, counts as if it did as the horizon
ends."""
PERSPECTIVE, BASIS = "dhsc_budget", "accrual"

Answers = Callable[[Draws], dict[str, np.ndarray]]
"""Each output, ``(runs,)``, of the central scenario for given draws."""


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
    """``savings.sensitivity``: Sobol indices of each parameter, pay and service as one."""
    tables = (parameter_value, organisation, baseline, exit_wave, cell)
    central, answers = _judged(tables, appraisal_perspective, deflator)
    samples = int(central.parameters.value("sensitivity_samples"))
    indices = _indices(central, answers, chances(central.parameters), samples)
    rows = [
        {"output": output, "group_id": group, **told}
        for output, by_group in indices.items()
        for group, told in by_group.items()
    ]
    return _told(rows, "savings.sensitivity", tables, deflator, appraisal_perspective, source)


def tornado(
    parameter_value: pl.DataFrame,
    organisation: pl.DataFrame,
    baseline: pl.DataFrame,
    exit_wave: pl.DataFrame,
    cell: pl.DataFrame,
    appraisal_perspective: pl.DataFrame,
    deflator: pl.DataFrame,
    source: pl.DataFrame,
) -> pl.DataFrame:
    """``savings.tornado``: results with each parameter alone at the ends of its range, members of a group too."""
    tables = (parameter_value, organisation, baseline, exit_wave, cell)
    central, answers = _judged(tables, appraisal_perspective, deflator)
    uncertain = list(central.uncertain.values())
    found = answers(_at_ends(uncertain))
    rows = [
        {
            "output": output,
            "parameter_id": one.parameter_id,
            "group_id": one.group,
            "low": one.low,
            "high": one.high,
            "at_low": float(values[1 + 2 * place]),
            "at_central": float(values[0]),
            "at_high": float(values[2 + 2 * place]),
            "swing": float(abs(values[2 + 2 * place] - values[1 + 2 * place])),
        }
        for output, values in found.items()
        for place, one in enumerate(uncertain)
    ]
    return _told(rows, "savings.tornado", tables, deflator, appraisal_perspective, source)


def _judged(
    tables: tuple[pl.DataFrame, ...], appraisal_perspective: pl.DataFrame, deflator: pl.DataFrame
) -> tuple[Ranged, Answers]:
    """The central scenario, and what it answers, by output, for any draws."""
    central = ranged(CENTRAL, *tables, BASE_FY)
    latest = latest_deflator(deflator)
    weights = dict(perspective_weights(appraisal_perspective))[PERSPECTIVE]
    year = run_rate_year(central.parameters, central.plan)
    horizon = float(len(central.plan.months))

    def answers(draws: Draws) -> dict[str, np.ndarray]:
        prices = Prices.of(central.parameters, draws, central.plan, latest, BASE_FY)
        found = worth(central.run(draws), prices, BASIS, year, weights)
        return {"npv": found.money["npv"], "payback": np.fmin(found.months["payback"], horizon)}

    return central, answers


def _told(
    rows: list[dict],
    table: str,
    tables: tuple[pl.DataFrame, ...],
    deflator: pl.DataFrame,
    appraisal_perspective: pl.DataFrame,
    source: pl.DataFrame,
) -> pl.DataFrame:
    """Rows as a table, with the scenario, the point of view and the unit they are told in."""
    shown = pl.DataFrame(rows).with_columns(
        pl.col(pl.Float64).round(DECIMALS),
        scenario_id=pl.lit(CENTRAL),
        perspective=pl.lit(PERSPECTIVE),
        accounting_basis=pl.lit(BASIS),
        unit=pl.col("output").replace_strict(OUTPUTS),
    )
    return dated(as_table(shown, table), *tables, latest_deflator(deflator), sources_of(source, appraisal_perspective))


def _indices(
    central: Ranged, answers: Answers, drawn_with: Chances, samples: int
) -> dict[str, dict[str, dict[str, float]]]:
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


def _at_ends(uncertain: list[Range]) -> Draws:
    """Run 0 with every parameter at its value, then two for each: it alone at its low and at its high end."""
    runs = 1 + 2 * len(uncertain)
    values = {}
    for place, one in enumerate(uncertain):
        values[one.parameter_id] = np.full(runs, one.value)
        alone = 1 + 2 * place
        values[one.parameter_id][alone : alone + 2] = one.low, one.high
    return Draws(values, runs)
