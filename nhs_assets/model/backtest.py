"""Would the model have predicted what other reorganisations cost? Each from all evidence but its own.

Each case is one row of a seed: how many were paid to leave, with a range, the day whose rules applied, and what was
reported. Pay, service, notice and other costs of its leavers are those of the posterior without the case, and the
spread between reorganisations, which is drawn too, is part of the prediction. No case is too dear to be one.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from nhs_assets.model.draws import LEVELS, Distribution, normal_scores, uniforms
from nhs_assets.model.entitlement import ExitTerms
from nhs_assets.model.likelihood import CaseCost, Values, spread_of_precedents
from nhs_assets.model.posterior import Updating, updating
from nhs_assets.model.scenario_run import Leavers
from nhs_assets.model.simulation import GBP_IN_GBP_M
from nhs_assets.model.tables import CASH, as_table
from nhs_assets.model.tempering import standard_deviation_of_sum
from nhs_assets.model.threads import two_at_a_time

COST, EACH, REHIRED = "cost_gbp_m", "cost_per_exit_gbp", "rehired_share"


def backtest(
    leavers: Leavers, calibration_target: pl.DataFrame, backtest_case: pl.DataFrame, deflator: pl.DataFrame
) -> pl.DataFrame:
    """``savings.backtest``: what the model predicts for each case without it, what happened, and a proper score.

    The score is the continuous ranked probability score in the unit of the output: the mean distance of the draws from
    what happened less half their mean distance from each other. Zero is best; for a single number it is the plain
    error. The deflator that became known last takes pay to the prices of the case.

    Raises:
        ValueError: if a case is of a year the deflator does not cover.
    """
    if leavers.cell.is_empty():
        return as_table([], "savings.backtest")
    known = updating(leavers, calibration_target, backtest_case, deflator)
    cases = list(backtest_case.sort("case_id").iter_rows(named=True))
    rows = [row for found in two_at_a_time(lambda case: list(_case(known, case)), cases) for row in found]
    return as_table(rows, "savings.backtest", **CASH)


def crps(draws: np.ndarray, actual: float) -> float:
    """Continuous ranked probability score of equally likely draws, in their unit."""
    ordered = np.sort(draws)
    places = np.arange(1, ordered.size + 1)
    # Half the mean distance between two draws, from the order statistics: no matrix of all pairs.
    spread = np.sum((2 * places - ordered.size - 1) * ordered) / ordered.size**2
    return float(np.mean(np.abs(ordered - actual)) - spread)


def _case(known: Updating, case: dict) -> Iterator[dict]:
    own = [piece.evidence_id for piece in known.pieces if piece.case_id == case["case_id"]]
    sample = known.without(*own)
    values = known.values(sample)
    draws = sample.latents.shape[1]
    seed = int(known.parameters.value("draw_seed"))

    def scores(name: str) -> np.ndarray:
        return normal_scores(uniforms(f"backtest_{case['case_id']}_{name}", seed, draws))

    cost = CaseCost(case, known.quantities, known.deflator)
    exits = Distribution("exits", case["exits"], case["exits_low"], case["exits_high"]).quantile(scores("exits"))
    apart = np.exp(spread_of_precedents(values) * scores("spread"))
    each = cost(values) * apart
    predicted = {
        COST: (each * exits / GBP_IN_GBP_M, case["severance_gbp_m"]),
        EACH: (each, case["mean_severance_gbp"]),
        REHIRED: (np.minimum(values["rehire_share"] * apart, 1), case["rehired_share"]),
    }
    breaks_rules = _reported(case) > _most(known, cost, values)
    for output, (found, actual) in predicted.items():
        if actual is None:
            continue
        actual = float(actual)
        low, median, high = (float(value) for value in np.quantile(found, list(LEVELS.values())))
        score = crps(found, actual)
        yield {
            "case_id": case["case_id"],
            "output": output,
            "label": case["label"],
            "rules_on": case["rules_on"],
            "pay_factor": cost.pay_factor,
            "predicted_p10": low,
            "predicted_p50": median,
            "predicted_p90": high,
            "predicted_standard_error": float(standard_deviation_of_sum(found, sample.ancestors)) / draws,
            "actual_value": actual,
            "actual_kind": case["actual_kind"],
            "is_covered": low <= actual <= high,
            "direction": "too_low" if high < actual else "too_high" if low > actual else "within",
            "breaks_rules": output != REHIRED and breaks_rules,
            "p50_error_pct": (median / actual - 1) * 100,
            "crps": score,
            "crps_of_actual_pct": score / actual * 100,
            "rules_carried_back": None if output == REHIRED else ", ".join(sorted(cost.rules.carried_back)) or None,
        }


def _reported(case: dict) -> float:
    """What one exit was reported to cost, pounds; zero where nothing was."""
    each, total = case["mean_severance_gbp"], case["severance_gbp_m"]
    return float(each) if each is not None else float(total or 0) * GBP_IN_GBP_M / case["exits"]


def _most(known: Updating, cost: CaseCost, values: Values) -> float:
    """What the rules give at most to somebody with the pay of the body's posts: all the service that counts, and the
    notice and tax on it, at the median of what is drawn."""
    of = known.quantities.of(values)
    pay = float(np.median(cost.salary(of)))
    terms = ExitTerms.from_parameters(cost.rules, cost.employer_terms)
    counted = min(max(pay, terms.pay_floor_gbp), terms.pay_cap_gbp)
    most = min(terms.maximum_service_years * counted * float(terms.month_of_year), terms.maximum_payment_gbp)
    tax = max(most - cost.rules.value("class_1a_threshold_gbp"), 0) * cost.rules.value("class_1a_rate_pct") / 100
    return most + tax + pay * cost.notice_share(float(np.median(of(f"notice_weeks_{cost.body}"))))
