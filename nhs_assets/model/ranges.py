"""Tables of ranges: of cost, saving, value and payback, how sure the numbers are, and what scenarios change."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import TypeVar

import numpy as np
import polars as pl

from nhs_assets.contracts.savings import ACCOUNTING_BASES, FLOW_QUANTITIES
from nhs_assets.model.appraisal import latest_deflator, perspective_weights
from nhs_assets.model.calendar import BASE_FY
from nhs_assets.model.calibration import CALIBRATED, PRIOR, quantities, target_weights
from nhs_assets.model.draws import distributions, random_streams
from nhs_assets.model.parameters import CENTRAL, ParameterSet
from nhs_assets.model.quantiles import SUMMARY, mean_difference, summary, weighted_summary
from nhs_assets.model.scenario_run import Leavers, ScenarioRun, scenario_run, scenario_runs
from nhs_assets.model.simulation import DRAWN, NATIONAL, Simulated, net_of, proportional_groups
from nhs_assets.model.tables import CASH, DECIMALS, as_table
from nhs_assets.model.valuation import Prices, Valuation, run_rate_year, valuation

Result = TypeVar("Result")

UNIT = "gbp_m"
BUDGET = "dhsc_budget"
"""The point of view that every scenario is shown from; only the central one is shown from the others too."""
FROM_FIRST_COST = "payback"
"""The measure that starts from another month in each scenario, so that scenarios cannot be compared by it."""


def uncertain_parameter(parameter_value: pl.DataFrame) -> pl.DataFrame:
    """``savings.uncertain_parameter``: the family each drawn parameter is drawn from, and with which others."""
    known = distributions(parameter_value)
    unit = dict(parameter_value.select("parameter_id", "unit").iter_rows())
    rows = [
        {
            "parameter_id": name,
            "family": known[name].family,
            "group_id": known[name].group,
            "unit": unit[name],
            "value": known[name].value,
            "low": known[name].low,
            "high": known[name].high,
        }
        for name in DRAWN
    ]
    return as_table(rows, "savings.uncertain_parameter")


def cashflow_range(leavers: Leavers, scenario: pl.DataFrame, scenario_override: pl.DataFrame) -> pl.DataFrame:
    """``savings.cashflow_range``: the nation's cost, saving, net and running sum by month, for every scenario."""
    streams = random_streams(ParameterSet(leavers.parameter_value))

    def national_months(run: ScenarioRun) -> pl.DataFrame:
        return _months(run, run.run(run.draws(streams)), NATIONAL)

    runs = scenario_runs(leavers, scenario, scenario_override)
    rows = [
        months.with_columns(scenario_id=pl.lit(name))
        for (scenario_ids, _), months in zip(runs, two_at_a_time(national_months, runs), strict=True)
        for name in scenario_ids
    ]
    return as_table(pl.concat(rows), "savings.cashflow_range", **CASH)


def organisation_range(leavers: Leavers) -> pl.DataFrame:
    """``savings.organisation_range``: the same for every organisation, in the central scenario."""
    streams = random_streams(ParameterSet(leavers.parameter_value))
    central = scenario_run(leavers)
    simulated = central.run(central.draws(streams))
    kept: dict[str, pl.DataFrame] = {}
    rows = []
    money = pl.col(f"^.*_{UNIT}$")
    for code, (representative, ratio) in proportional_groups(central.plan).items():
        if representative not in kept:
            kept[representative] = _months(central, simulated, representative)
        rows.append(kept[representative].with_columns((money * ratio).round(DECIMALS), ods_code=pl.lit(code)))
    return as_table(pl.concat(rows), "savings.organisation_range", scenario_id=CENTRAL, **CASH)


def appraisal_range(
    leavers: Leavers,
    scenario: pl.DataFrame,
    scenario_override: pl.DataFrame,
    appraisal_perspective: pl.DataFrame,
    deflator: pl.DataFrame,
    calibration_target: pl.DataFrame,
) -> pl.DataFrame:
    """``savings.appraisal_range``: value, cost, saving and payback of every scenario, and its distance from central.

    A scenario is compared draw by draw with the central one in which the parameters that it sets are at their central
    values and all others have the same draws: what is left is the difference that its levers make.

    Quantiles of payback are over all draws with a cost: one that never pays back takes longer than any that does, so
    a quantile that falls on such draws is empty. Its difference is over the draws that pay back in both, and in the
    calendar alone: months that start from different months do not show which scenario is later.
    """
    streams = random_streams(ParameterSet(leavers.parameter_value))
    latest, views = latest_deflator(deflator), perspective_weights(appraisal_perspective)
    runs = scenario_runs(leavers, scenario, scenario_override)
    central = runs[0][1]
    settled = [run.settled(central) for _, run in runs]

    def valued(run: ScenarioRun) -> tuple[dict[tuple[str, str], Valuation], np.ndarray | None]:
        """Valuations by point of view and basis, and calibrated weights of the draws of the central scenario."""
        draws = run.draws(streams)
        simulated = run.run(draws)
        prices = Prices.of(run.parameters, draws, run.plan, latest)
        year = run_rate_year(run.parameters, run.plan)
        shown = views if run is central else {BUDGET: views[BUDGET]}
        savings = {perspective: simulated.saving(weights=weights) for perspective, weights in shown.items()}
        found = {
            (perspective, basis): valuation(simulated, prices, basis, year, shown[perspective], savings[perspective])
            for perspective, basis in product(shown, ACCOUNTING_BASES)
        }
        if run is not central:
            return found, None
        modelled = quantities(run, draws, simulated, leavers.baseline)
        return found, target_weights(modelled, calibration_target, run.parameters)

    held = [(names, central.holding(names)) for names in dict.fromkeys(settled) if names]
    compared_with = {names: found for (names, _), (found, _) in zip(held, two_at_a_time(valued, held), strict=True)}
    prior = np.ones(streams.draws)
    rows: list[dict] = []
    for (scenario_ids, _), (found, calibrated), names in zip(runs, two_at_a_time(valued, runs), settled, strict=True):
        compared = compared_with.setdefault(names, found)
        for (view, value), scenario_id in product(found.items(), scenario_ids):
            is_central = scenario_id == CENTRAL
            if not is_central and view[0] != BUDGET:
                continue
            for weighting, weights in {PRIOR: prior, **({CALIBRATED: calibrated} if is_central else {})}.items():
                keys = dict(zip(("perspective", "accounting_basis"), view, strict=True))
                keys |= {"scenario_id": scenario_id, "weighting": weighting}
                rows += [keys | measure for measure in _measures(value, compared[view], weights)]
    numbers = pl.selectors.float()
    is_real = pl.col("measure") == "npv"
    table = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        pl.when(numbers.is_finite()).then(numbers.round(DECIMALS)),
        price_basis=pl.when(is_real).then(pl.lit("real")).otherwise(pl.lit("cash")),
        base_fy=pl.when(is_real).then(pl.lit(BASE_FY)),
    )
    return as_table(table, "savings.appraisal_range")


def _measures(found: Valuation, central: Valuation, weights: np.ndarray) -> Iterator[dict]:
    """Each measure with its unit, its summary and its distance from the central scenario's."""
    total = weights.sum()
    for unit, measures, others in (("£m", found.money, central.money), ("months", found.months, central.months)):
        for measure, runs in measures.items():
            compared = dict.fromkeys(("difference_from_central", "difference_standard_error", "is_noise"))
            if measure != FROM_FIRST_COST:
                compared = mean_difference(runs, others[measure])
            yield {
                "measure": measure,
                "unit": unit,
                "share_of_draws": float((np.isfinite(runs[1:]) * weights).sum() / total),
                "share_without_cost": float((np.isnan(runs[1:]) * weights).sum() / total) if unit == "months" else None,
                **_weighted_summary(runs, weights),
                **compared,
            }


def _weighted_summary(runs: np.ndarray, weights: np.ndarray) -> dict[str, float]:
    """Summary of one quantity, its draws counting by weight; infinity where a quantile falls on draws without it.

    NaN draws, in which it has no meaning, are left out.
    """
    has_meaning = ~np.isnan(runs[1:])
    if not has_meaning.any():
        return dict.fromkeys(SUMMARY)
    counted, weights = runs[1:][has_meaning], weights[has_meaning]
    found = {name: float(value) for name, value in summary(np.concatenate([runs[:1], counted])).items()}
    return found | weighted_summary(counted, weights) if np.ptp(weights) else found


def two_at_a_time(work: Callable[[ScenarioRun], Result], runs: list[tuple[object, ScenarioRun]]) -> Iterator[Result]:
    """The result for each run, in their order, two at a time: arithmetic on arrays uses one core."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield from pool.map(work, [run for _, run in runs])


def _months(run: ScenarioRun, simulated: Simulated, organisation: str) -> pl.DataFrame:
    """Summaries of one organisation or the nation by basis, quantity and month, £ million."""
    return pl.concat(
        run.plan.months.select("month", "fy", accounting_basis=pl.lit(basis), quantity=pl.lit(quantity)).with_columns(
            pl.Series(f"{name}_{UNIT}", np.round(values, DECIMALS) + 0.0) for name, values in found.items()
        )
        for basis, quantity, found in flows(simulated, organisation)
    )


def flows(simulated: Simulated, organisation: str) -> Iterator[tuple[str, str, dict[str, np.ndarray]]]:
    """Each basis and quantity with its summary by month, ``(months,)``; nothing is summed twice."""
    saving = simulated.saving(organisation)
    saved = summary(saving.amounts)
    for basis in ACCOUNTING_BASES:
        cost = simulated.cost(basis, organisation)
        net = net_of(saving, cost)
        spends = cost.shape.any(axis=1)
        spent, left = ({name: values.copy() for name, values in saved.items()} for _ in range(2))
        for whole, part in ((spent, summary(cost.amounts[spends])), (left, summary(net[spends]))):
            for name, values in part.items():
                whole[name][spends] = values
        for values in spent.values():
            values[~spends] = 0
        found = (spent, saved, left, summary(np.cumsum(net, axis=0)))
        yield from ((basis, quantity, values) for quantity, values in zip(FLOW_QUANTITIES, found, strict=True))
