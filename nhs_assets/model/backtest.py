"""Would the model have predicted what earlier reorganisations cost? The same rules, on cases that are over.

Each case is one row of a seed: how many left, what is known of their pay and service, each with a range, and the
outcome. Ranges are drawn as those of parameters are. Each draw is a mean pay and a mean service, of leavers who differ
as the staff in the cells do, through the same code that costs an exit of the programme.
"""

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl

from nhs_assets.model.appraisal import latest_deflator
from nhs_assets.model.draws import LEVELS, Distribution, distributions, normal_scores, uniforms
from nhs_assets.model.exit_cost import mean_cost_of_terms
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.tables import CASH, as_table

INPUTS = ("exits", "mean_pay", "mean_service_years")
REHIRED = "rehire_share"
"""The programme's own range of leavers who are employed again."""

NOT_OF_THE_RULES = ("rehired_share",)
"""Outputs that no rule of exit pay affects."""


class RulesOfTheDay(ParameterSet):
    """Parameters that, for a day before their first value, give that value and record that they did.

    A back-test has to say which of today's rules it carried back.
    """

    def __init__(self, parameter_value: pl.DataFrame, on: date) -> None:
        super().__init__(parameter_value, on)
        self.carried_back: set[str] = set()

    def value(self, parameter_id: str) -> float:
        """As :meth:`ParameterSet.value`, with the first value on days before it."""
        dated = self.dated(parameter_id)
        if dated["valid_from"].min() > self.on:
            self.carried_back.add(parameter_id)
            return dated["value"].item(0)
        return super().value(parameter_id)


def backtest(
    parameter_value: pl.DataFrame, backtest_case: pl.DataFrame, cell: pl.DataFrame, deflator: pl.DataFrame
) -> pl.DataFrame:
    """``savings.backtest``: what the model predicts for each case, what happened, and a proper score.

    The score is the continuous ranked probability score in the unit of the output: the mean distance of the draws from
    what happened less half their mean distance from each other. Zero is best; for a single number it is the plain
    error. The deflator that became known last takes pay to the prices of the case.

    Raises:
        ValueError: if a case is of a year the deflator does not cover.
    """
    if cell.is_empty():
        return as_table([], "savings.backtest")
    latest = latest_deflator(deflator)
    cases = backtest_case.sort("case_id").iter_rows(named=True)
    rows = [row for case in cases for row in _case(parameter_value, case, cell, latest)]
    return as_table(rows, "savings.backtest", **CASH)


def crps(draws: np.ndarray, actual: float) -> float:
    """Continuous ranked probability score of equally likely draws, in their unit."""
    ordered = np.sort(draws)
    places = np.arange(1, ordered.size + 1)
    # Half the mean distance between two draws, from the order statistics: no matrix of all pairs.
    spread = np.sum((2 * places - ordered.size - 1) * ordered) / ordered.size**2
    return float(np.mean(np.abs(ordered - actual)) - spread)


def _case(parameter_value: pl.DataFrame, case: dict, cell: pl.DataFrame, deflator: pl.DataFrame) -> Iterator[dict]:
    latest, rules = ParameterSet(parameter_value), RulesOfTheDay(parameter_value, case["rules_on"])
    seed, draws = (int(latest.value(name)) for name in ("draw_seed", "backtest_draws"))

    def drawn(distribution: Distribution) -> np.ndarray:
        name = f"backtest_{distribution.parameter_id}"
        return distribution.quantile(normal_scores(uniforms(name, seed, draws)))

    exits, pay, service = (
        drawn(Distribution(name, case[name], case[f"{name}_low"], case[f"{name}_high"])) for name in INPUTS
    )
    factor = _index(deflator, case["fy"]) / _index(deflator, case["pay_fy"])
    paid = mean_cost_of_terms(cell, case["employer_terms"], rules, pay * factor, service)
    outputs = {
        "severance_gbp_m": (exits * paid["severance_gbp"] / 1_000_000, case["severance_gbp_m"]),
        "mean_severance_gbp": (paid["severance_gbp"], case["mean_severance_gbp"]),
        "exit_cost_gbp_m": (exits * paid["exit_cost_gbp"] / 1_000_000, case["severance_gbp_m"]),
        "rehired_share": (drawn(distributions(parameter_value)[REHIRED]), case["rehired_share"]),
    }
    for output, (values, actual) in outputs.items():
        if actual is None:
            continue
        actual = float(actual)
        low, middle, high = (float(value) for value in np.quantile(values, list(LEVELS.values())))
        score = crps(values, actual)
        yield {
            "case_id": case["case_id"],
            "output": output,
            "label": case["label"],
            "rules_on": case["rules_on"],
            "pay_factor": factor,
            "predicted_p10": low,
            "predicted_p50": middle,
            "predicted_p90": high,
            "predicted_standard_error": float(values.std() / np.sqrt(draws)),
            "actual_value": actual,
            "actual_kind": case["actual_kind"],
            "is_covered": low <= actual <= high,
            "is_circular": output in NOT_OF_THE_RULES and case["sets_rehire_range"],
            "p50_error_pct": (middle / actual - 1) * 100,
            "crps": score,
            "crps_of_actual_pct": score / actual * 100,
            "rules_carried_back": None if output in NOT_OF_THE_RULES else ", ".join(sorted(rules.carried_back)) or None,
        }


def _index(deflator: pl.DataFrame, fy: str) -> float:
    of_year = deflator.filter(fy=fy)["index_value"]
    if of_year.is_empty():
        raise ValueError(f"the deflator does not cover {fy}, the year of a back-test case")
    return of_year.item()
