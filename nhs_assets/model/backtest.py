"""Would the model have predicted what earlier reorganisations cost? The same rules, on cases that are over.

Each case is one row of a seed: how many left, what is known of their pay and service, each with a range, and what it
came to. The ends of a range are read as the tenth and the ninetieth percentile; each is met exactly, so a range need
not lie evenly about its centre.
"""

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl

from nhs_assets.model.draws import LEVELS, score_of_p90
from nhs_assets.model.entitlement import entitlement
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.tables import as_table

INPUTS = ("exits", "mean_pay", "mean_service_years")
REHIRED = "backfill_share"
"""What the programme's model says of staff who come back: the share of the saving spent on filling posts again."""


NOT_OF_THE_RULES = ("rehired_share",)
"""Outputs that no rule of exit pay has a part in."""


class RulesOfTheDay(ParameterSet):
    """Parameters that, for a day before their first value, give that value and remember that they did.

    A back-test has to say which of today's rules it carried back; it may not do so unseen.
    """

    def __init__(self, values: pl.DataFrame) -> None:
        super().__init__(values)
        self.carried_back: set[str] = set()

    def value(self, parameter_id: str, on: date | None = None) -> float:
        """As :meth:`ParameterSet.value`, with the first value on days before it."""
        dated = self.dated(parameter_id)
        if on is not None and dated["valid_from"].min() > on:
            self.carried_back.add(parameter_id)
            return dated["value"].item(0)
        return super().value(parameter_id, on)


def backtest(parameter_values: pl.DataFrame, cases: pl.DataFrame, deflator: pl.DataFrame) -> pl.DataFrame:
    """``savings.backtest``: what the model makes of each case, beside what happened, with a proper score.

    The score is the continuous ranked probability score in the unit of the output: the mean distance of the draws from
    what happened less half their mean distance from each other. Nil is best; for a single number it is the plain error.

    Args:
        parameter_values: rows of ``evidence.parameter_value``, with their ranges.
        cases: rows of ``raw.backtest_case``.
        deflator: one vintage of ``settlement.deflator``, which takes pay to the prices of the case.

    Raises:
        ValueError: if a case is of a year the deflator does not cover.
    """
    rows = [
        row for case in cases.sort("case_id").iter_rows(named=True) for row in _case(parameter_values, case, deflator)
    ]
    return as_table(pl.DataFrame(rows, infer_schema_length=None), "savings.backtest")


def crps(draws: np.ndarray, actual: float) -> float:
    """Continuous ranked probability score of equally likely draws, in their unit."""
    ordered = np.sort(draws)
    places = np.arange(1, ordered.size + 1)
    # Half the mean distance between two draws, from the order statistics: no matrix of all pairs.
    spread = np.sum((2 * places - ordered.size - 1) * ordered) / ordered.size**2
    return float(np.mean(np.abs(ordered - actual)) - spread)


def between(low: float, central: float, high: float, deviates: np.ndarray, end: float) -> np.ndarray:
    """Draws of a share whose quantiles are the range: normal on each side of the centre, and never outside 0 to 1.

    Args:
        low: lower end.
        central: median.
        high: upper end.
        deviates: standard normal draws.
        end: the deviate at which the ends are met.
    """
    reach = deviates / end
    return np.clip(np.where(reach < 0, central + (central - low) * reach, central + (high - central) * reach), 0, 1)


def around(low: float, central: float, high: float, deviates: np.ndarray, end: float) -> np.ndarray:
    """The same for a quantity above nil: lognormal on each side of the centre."""
    reach = deviates / end
    return central * np.where(reach < 0, (central / low) ** reach, (high / central) ** reach)


def _case(parameter_values: pl.DataFrame, case: dict, deflator: pl.DataFrame) -> Iterator[dict]:
    parameters = RulesOfTheDay(parameter_values)
    end = score_of_p90()
    draws = int(parameters.value("backtest_draws"))
    normal = np.random.Generator(np.random.PCG64(int(parameters.value("draw_seed")))).standard_normal(
        (len(INPUTS) + 1, draws)
    )
    drawn = {
        name: around(case[f"{name}_low"], case[name], case[f"{name}_high"], deviates, end)
        for name, deviates in zip(INPUTS, normal, strict=False)
    }
    factor = _index(deflator, case["fy"]) / _index(deflator, case["pay_fy"])
    paid = _cost_of_exit(drawn["mean_pay"] * factor, drawn["mean_service_years"], parameters, case)
    carried_back = parameters.carried_back
    outputs = {
        "severance_gbp_m": (drawn["exits"] * paid["severance_gbp"] / 1_000_000, case["severance_gbp_m"]),
        "mean_severance_gbp": (paid["severance_gbp"], case["mean_severance_gbp"]),
        "exit_cost_gbp_m": (drawn["exits"] * paid["exit_cost_gbp"] / 1_000_000, case["severance_gbp_m"]),
        "rehired_share": (
            between(*_range(parameter_values, REHIRED), normal[len(INPUTS)], end),
            case["rehired_share"],
        ),
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
            "p50_error_pct": (middle / actual - 1) * 100,
            "crps": score,
            "crps_of_actual_pct": score / actual * 100,
            "price_basis": "cash",
            "base_fy": None,
            "rules_carried_back": None if output in NOT_OF_THE_RULES else ", ".join(sorted(carried_back)) or None,
        }


def _cost_of_exit(
    pay_gbp: np.ndarray, service_years: np.ndarray, parameters: ParameterSet, case: dict
) -> dict[str, np.ndarray]:
    """What one exit costs in each draw: ``severance_gbp``, and with notice and National Insurance ``exit_cost_gbp``."""
    leavers = pl.DataFrame({"annual_pay_gbp": pay_gbp, "service_years": service_years}).with_columns(
        contracted_share=pl.lit(1.0), employer_terms=pl.lit(case["employer_terms"])
    )
    paid = entitlement(leavers, parameters, case["rules_on"])
    return {name: paid[name].cast(pl.Float64).to_numpy() for name in ("severance_gbp", "exit_cost_gbp")}


def _index(deflator: pl.DataFrame, fy: str) -> float:
    of_year = deflator.filter(fy=fy)["index_value"]
    if of_year.is_empty():
        raise ValueError(f"the deflator does not cover {fy}, the year of a back-test case")
    return of_year.item()


def _range(parameter_values: pl.DataFrame, parameter_id: str) -> tuple[float, float, float]:
    """Low, central and high of a parameter's latest value."""
    latest = parameter_values.filter(parameter_id=parameter_id).sort("valid_from").tail(1)
    return latest["low"].item(), latest["value"].item(), latest["high"].item()
