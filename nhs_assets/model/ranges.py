"""Tables of ranges: what cost, saving, value and payback may be, how sure the numbers are, and what scenarios change.

Each function takes whole tables and returns one whole table, as those of ``programme`` do.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import TypeVar

import numpy as np
import polars as pl

from nhs_assets.contracts.savings import ACCOUNTING_BASES, FLOW_QUANTITIES
from nhs_assets.model.calibration import CALIBRATED, PRIOR, calibrated_weights
from nhs_assets.model.draws import Range, ranges
from nhs_assets.model.exit_cost import Awarded, exit_points
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.programme import BASE_FY, CENTRAL, latest_deflator, sources_of
from nhs_assets.model.quantiles import SUMMARY, mean_difference, summary, weighted_summary
from nhs_assets.model.ranged import Ranged, chances, perspective_weights, ranged
from nhs_assets.model.simulation import DRAWN, NATIONAL, Simulated, alike, net_of
from nhs_assets.model.tables import DECIMALS, as_table, dated
from nhs_assets.model.worth import Prices, Worth, run_rate_year, worth

Key = TypeVar("Key")
Result = TypeVar("Result")

UNIT = "gbp_m"
BUDGET = "dhsc_budget"
"""The point of view that every scenario is shown from; the others are of the central one."""
FROM_FIRST_COST = "payback"
"""The measure that starts from another month in each scenario, so that scenarios cannot be compared by it."""


def uncertain_parameter(parameter_value: pl.DataFrame) -> pl.DataFrame:
    """``savings.uncertain_parameter``: the family each drawn parameter is drawn from, and with which others."""
    known = ranges(parameter_value)
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
    return dated(as_table(pl.DataFrame(rows), "savings.uncertain_parameter"), parameter_value)


def cashflow_range(
    parameter_value: pl.DataFrame,
    organisation: pl.DataFrame,
    baseline: pl.DataFrame,
    exit_wave: pl.DataFrame,
    cell: pl.DataFrame,
    scenario: pl.DataFrame,
    scenario_override: pl.DataFrame,
) -> pl.DataFrame:
    """``savings.cashflow_range``: the nation's cost, saving, net and running sum by month, for every scenario."""
    tables = (parameter_value, organisation, baseline, exit_wave, cell, scenario, scenario_override)
    draws = chances(ParameterSet(parameter_value))

    def ranged_months(one: Ranged) -> list[pl.DataFrame]:
        return [
            _months(one, quantity, values, {"accounting_basis": basis})
            for basis, quantity, values in flows(one.run(one.draws(draws)), NATIONAL)
        ]

    rows = [
        months.with_columns(scenario_id=pl.lit(name))
        for (scenario_ids, _), found in side_by_side(ranged_months, programmes(*tables))
        for name in scenario_ids
        for months in found
    ]
    return dated(as_table(_cash(pl.concat(rows)), "savings.cashflow_range"), *_filled(tables))


def organisation_range(
    parameter_value: pl.DataFrame,
    organisation: pl.DataFrame,
    baseline: pl.DataFrame,
    exit_wave: pl.DataFrame,
    cell: pl.DataFrame,
) -> pl.DataFrame:
    """``savings.organisation_range``: the same for every organisation, in the central scenario."""
    tables = (parameter_value, organisation, baseline, exit_wave, cell)
    draws = chances(ParameterSet(parameter_value))
    central = ranged(CENTRAL, *tables, BASE_FY)
    simulated = central.run(central.draws(draws))
    kept: dict[str, list[pl.DataFrame]] = {}
    rows = []
    money = pl.col(f"^.*_{UNIT}$")
    for code, (leader, share) in alike(central.plan).items():
        if leader not in kept:
            kept[leader] = [
                _months(central, quantity, values, {"scenario_id": CENTRAL, "accounting_basis": basis})
                for basis, quantity, values in flows(simulated, leader)
            ]
        rows += [months.with_columns((money * share).round(DECIMALS), ods_code=pl.lit(code)) for months in kept[leader]]
    return dated(as_table(_cash(pl.concat(rows)), "savings.organisation_range"), *tables)


def appraisal_range(
    parameter_value: pl.DataFrame,
    organisation: pl.DataFrame,
    baseline: pl.DataFrame,
    exit_wave: pl.DataFrame,
    cell: pl.DataFrame,
    scenario: pl.DataFrame,
    scenario_override: pl.DataFrame,
    appraisal_perspective: pl.DataFrame,
    deflator: pl.DataFrame,
    calibration_target: pl.DataFrame,
    source: pl.DataFrame,
) -> pl.DataFrame:
    """``savings.appraisal_range``: value, cost, saving and payback of every scenario, and its distance from central.

    A scenario is compared draw by draw with the central one in which the parameters that it sets stand at their
    central values and all others are drawn alike: what is left is the difference that its levers make.

    Quantiles of payback are over all draws with a cost: one that never pays back takes longer than any that does, so
    a quantile that falls on such draws is empty. Its difference is over the draws that pay back in both, and in the
    calendar alone: months that start from different months say nothing of which scenario is later.
    """
    tables = (parameter_value, organisation, baseline, exit_wave, cell, scenario, scenario_override)
    rows = [
        keys | row
        for keys, found, central, weights in _worths(*tables, appraisal_perspective, deflator, calibration_target)
        for row in _measured(found, central, weights)
    ]
    numbers = pl.selectors.float()
    is_real = pl.col("measure") == "npv"
    table = pl.DataFrame(rows, infer_schema_length=None).rename({"difference": "difference_from_central"})
    table = table.with_columns(
        pl.when(numbers.is_finite()).then(numbers.round(DECIMALS)),
        price_basis=pl.when(is_real).then(pl.lit("real")).otherwise(pl.lit("cash")),
        base_fy=pl.when(is_real).then(pl.lit(BASE_FY)),
    )
    behind_seeds = sources_of(source, appraisal_perspective, calibration_target)
    return dated(as_table(table, "savings.appraisal_range"), *_filled(tables), deflator, behind_seeds)


def _measured(found: Worth, central: Worth, weights: np.ndarray) -> Iterator[dict]:
    """Each measure with its unit, its summary and its distance from the central scenario's."""
    total = weights.sum()
    for unit, measures, others in (("£m", found.money, central.money), ("months", found.months, central.months)):
        for measure, runs in measures.items():
            compared = dict.fromkeys(("difference", "difference_standard_error", "is_noise"))
            if measure != FROM_FIRST_COST:
                compared = mean_difference(runs, others[measure])
            yield {
                "measure": measure,
                "unit": unit,
                "share_of_draws": float((np.isfinite(runs[1:]) * weights).sum() / total),
                "share_without_cost": float((np.isnan(runs[1:]) * weights).sum() / total) if unit == "months" else None,
                **_summed(runs, weights),
                **compared,
            }


def programmes(
    parameter_value: pl.DataFrame,
    organisation: pl.DataFrame,
    baseline: pl.DataFrame,
    exit_wave: pl.DataFrame,
    cell: pl.DataFrame,
    scenario: pl.DataFrame,
    scenario_override: pl.DataFrame,
) -> Iterator[tuple[list[str], Ranged]]:
    """Every programme with the scenarios that run on it, that of the central scenario first.

    Scenarios that differ in the financing alone have one programme.
    """
    known = ranges(parameter_value)
    changed: dict[str, list[Range]] = {}
    for row in scenario_override.sort("scenario_id", "parameter_id").iter_rows(named=True):
        name = row["parameter_id"]
        one = Range(name, row["value"], row["low"], row["high"], is_share=known[name].is_share)
        changed.setdefault(row["scenario_id"], []).append(one)
    running: dict[tuple[str, tuple[Range, ...]], list[str]] = {}
    in_order = scenario.sort(pl.col("scenario_id") != CENTRAL, "scenario_id")
    for scenario_id, ramp in in_order.select("scenario_id", "ramp").iter_rows():
        running.setdefault((ramp, tuple(changed.get(scenario_id, ()))), []).append(scenario_id)
    tables = (parameter_value, organisation, baseline, exit_wave, exit_points(cell))
    awarded: Awarded = {}
    for (ramp, overrides), scenario_ids in running.items():
        replaced = {one.parameter_id: one for one in overrides}
        yield scenario_ids, ranged(scenario_ids[0], *tables, BASE_FY, replaced, ramp, awarded)


def _worths(
    parameter_value: pl.DataFrame,
    organisation: pl.DataFrame,
    baseline: pl.DataFrame,
    exit_wave: pl.DataFrame,
    cell: pl.DataFrame,
    scenario: pl.DataFrame,
    scenario_override: pl.DataFrame,
    appraisal_perspective: pl.DataFrame,
    deflator: pl.DataFrame,
    calibration_target: pl.DataFrame,
) -> Iterator[tuple[dict, Worth, Worth, np.ndarray]]:
    """Worth of each scenario, point of view and basis, with what it is compared with and the weights of the draws."""
    draws = chances(ParameterSet(parameter_value))
    latest = latest_deflator(deflator)
    views = dict(perspective_weights(appraisal_perspective))
    prior = np.ones(draws.draws)
    every = list(programmes(parameter_value, organisation, baseline, exit_wave, cell, scenario, scenario_override))
    central = every[0][1]
    settled = [one.settled(central) for _, one in every]
    compared_with = {names: central.holding(names) for names in dict.fromkeys(settled) if names}

    def worths_of(one: Ranged) -> tuple[dict[tuple[str, str], Worth], np.ndarray | None]:
        values = one.draws(draws)
        simulated = one.run(values)
        prices = Prices.of(one.parameters, values, one.plan, latest, BASE_FY)
        year = run_rate_year(one.parameters, one.plan)
        shown = views if one is central else {BUDGET: views[BUDGET]}
        savings = {perspective: simulated.saving(weights=weights) for perspective, weights in shown.items()}
        found = {
            (perspective, basis): worth(simulated, prices, basis, year, shown[perspective], savings[perspective])
            for perspective, basis in product(shown, ACCOUNTING_BASES)
        }
        fitted = calibrated_weights(one, values, simulated, baseline, calibration_target) if one is central else None
        return found, fitted

    alike_but_for: dict[frozenset[str], dict[tuple[str, str], Worth]] = {}
    for (names, _), (worths, _) in side_by_side(worths_of, compared_with.items()):
        alike_but_for[names] = worths
    for ((scenario_ids, _), (worths, fitted)), names in zip(side_by_side(worths_of, every), settled, strict=True):
        compared = alike_but_for.setdefault(names, worths)
        for ((perspective, basis), found), scenario_id in product(worths.items(), scenario_ids):
            if scenario_id != CENTRAL and perspective != BUDGET:
                continue
            keys = {"scenario_id": scenario_id, "perspective": perspective, "accounting_basis": basis}
            yield keys | {"weighting": PRIOR}, found, compared[perspective, basis], prior
            if scenario_id == CENTRAL:
                yield keys | {"weighting": CALIBRATED}, found, compared[perspective, basis], fitted


def side_by_side(
    work: Callable[[Ranged], Result], programmes: Iterable[tuple[Key, Ranged]]
) -> Iterator[tuple[tuple[Key, Ranged], Result]]:
    """What ``work`` makes of each programme, in their order, two at a time: arithmetic on arrays runs on one core."""
    pairs = list(programmes)
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield from zip(pairs, pool.map(work, [one for _, one in pairs]), strict=True)


def _filled(tables: Iterable[pl.DataFrame]) -> list[pl.DataFrame]:
    """Tables that have rows: one without any delays nothing."""
    return [table for table in tables if not table.is_empty()]


def _summed(runs: np.ndarray, weights: np.ndarray) -> dict[str, float]:
    """Summary of one quantity, its draws counting by weight; infinity where a quantile falls on draws without it.

    Draws in which it means nothing, which have no number, are left out.
    """
    means_something = ~np.isnan(runs[1:])
    if not means_something.any():
        return dict.fromkeys(SUMMARY)
    counted, weights = runs[1:][means_something], weights[means_something]
    found = {name: float(value) for name, value in summary(np.concatenate([runs[:1], counted])).items()}
    return found | weighted_summary(counted, weights) if np.ptp(weights) else found


def flows(simulated: Simulated, organisation: str) -> Iterator[tuple[str, str, dict[str, np.ndarray]]]:
    """Each basis and quantity with its summary by month, ``(months,)``; nothing is summed up twice."""
    saving = simulated.saving(organisation)
    saved = summary(saving.amounts)
    for basis in ACCOUNTING_BASES:
        cost = simulated.cost(basis, organisation)
        net = net_of(saving, cost)
        spends = cost.shape.any(axis=1)
        spent, left = ({name: values.copy() for name, values in of.items()} for of in (saved, saved))
        for whole, part in ((spent, summary(cost.amounts[spends])), (left, summary(net[spends]))):
            for name, values in part.items():
                whole[name][spends] = values
        for values in spent.values():
            values[~spends] = 0
        found = (spent, saved, left, summary(np.cumsum(net, axis=0)))
        yield from ((basis, quantity, of) for quantity, of in zip(FLOW_QUANTITIES, found, strict=True))


def _months(one: Ranged, quantity: str, found: dict[str, np.ndarray], keys: dict[str, str]) -> pl.DataFrame:
    rounded = {f"{name}_{UNIT}": np.round(values, DECIMALS) + 0.0 for name, values in found.items()}
    labels = {name: pl.lit(value) for name, value in (keys | {"quantity": quantity}).items()}
    return one.plan.months.select("month", "fy").with_columns(**labels).with_columns(pl.DataFrame(rounded))


def _cash(months: pl.DataFrame) -> pl.DataFrame:
    return months.with_columns(price_basis=pl.lit("cash"), base_fy=pl.lit(None, pl.String))
