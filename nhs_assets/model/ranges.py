"""Tables of ranges: of cost, saving, value and payback, how sure the numbers are, and what scenarios change."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import product

import numpy as np
import polars as pl

from nhs_assets.contracts.savings import ACCOUNTING_BASES, FLOW_QUANTITIES, WEIGHTINGS
from nhs_assets.model.appraisal import latest_deflator, perspective_weights
from nhs_assets.model.calendar import BASE_FY
from nhs_assets.model.parameters import BEST_ESTIMATE
from nhs_assets.model.posterior import Estimated
from nhs_assets.model.quantiles import SUMMARY, mean_difference, summary
from nhs_assets.model.scenario_run import ScenarioRun
from nhs_assets.model.simulation import (
    NATIONAL,
    Books,
    Simulated,
    books_of_successors,
    net_of,
    proportional_groups,
)
from nhs_assets.model.tables import CASH, DECIMALS, as_table
from nhs_assets.model.threads import two_at_a_time
from nhs_assets.model.valuation import Prices, Valuation, run_rate_year, valuation

PRIOR, POSTERIOR = WEIGHTINGS
UNIT = "gbp_m"
BUDGET = "dhsc_budget"
"""The point of view that every scenario is shown from; only the best estimate is shown from the others too."""
FROM_FIRST_COST = "payback"
"""The measure that starts from another month in each scenario, so that scenarios cannot be compared by it."""


def cashflow_range(estimated: Estimated, scenario: pl.DataFrame, scenario_override: pl.DataFrame) -> pl.DataFrame:
    """``savings.cashflow_range``: the nation's cost, saving, net and running sum by month, for every scenario."""
    if estimated.is_empty:
        return as_table([], "savings.cashflow_range")
    drawn = estimated.drawn

    def national_months(run: ScenarioRun) -> pl.DataFrame:
        return _months(run, run.run(run.draws(drawn.values)), NATIONAL, drawn.effective)

    runs = estimated.runs(scenario, scenario_override)
    found = two_at_a_time(national_months, [run for _, run in runs])
    rows = [
        months.with_columns(scenario_id=pl.lit(name))
        for (scenario_ids, _), months in zip(runs, found, strict=True)
        for name in scenario_ids
    ]
    return as_table(pl.concat(rows), "savings.cashflow_range", **CASH)


def cashflow_year_range(estimated: Estimated) -> pl.DataFrame:
    """``savings.cashflow_year_range``: the nation's cost, saving, net and running sum by year, in the best estimate."""
    if estimated.is_empty:
        return as_table([], "savings.cashflow_year_range")
    drawn, best = estimated.drawn, estimated.run
    simulated = best.run(best.draws(drawn.values))
    in_year = best.plan.year_of_month > 0

    def by_year(amounts: np.ndarray) -> np.ndarray:
        return np.array([amounts[in_year[:, year]].sum(axis=0) for year in range(len(best.plan.years))])

    saved = by_year(simulated.saving(NATIONAL).amounts)
    rows = []
    for basis in ACCOUNTING_BASES:
        spent = by_year(simulated.cost(basis, NATIONAL).amounts)
        found = (spent, saved, saved - spent, np.cumsum(saved - spent, axis=0))
        for quantity, values in zip(FLOW_QUANTITIES, found, strict=True):
            years = {
                f"{name}_{UNIT}": np.round(of, DECIMALS) + 0.0 for name, of in summary(values, drawn.effective).items()
            }
            rows.append(
                pl.DataFrame({"fy": best.plan.years, **years}).with_columns(
                    accounting_basis=pl.lit(basis), quantity=pl.lit(quantity)
                )
            )
    return as_table(pl.concat(rows), "savings.cashflow_year_range", **CASH)


def organisation_range_before_succession(estimated: Estimated) -> pl.DataFrame:
    """``savings.organisation_range_before_succession``: the same for every organisation that the staff statistics
    count, in the best estimate.
    """
    return _organisation_range(estimated, "savings.organisation_range_before_succession", dict)


def organisation_range(estimated: Estimated, successor: pl.DataFrame) -> pl.DataFrame:
    """``savings.organisation_range``: the same for every organisation of now.

    A successor books its share of what its predecessors book in every draw, and its quantiles are of that.
    """
    return _organisation_range(estimated, "savings.organisation_range", partial(books_of_successors, successor))


def _organisation_range(estimated: Estimated, table: str, carry: Callable[[Books], Books]) -> pl.DataFrame:
    if estimated.is_empty:
        return as_table([], table)
    drawn, best = estimated.drawn, estimated.run
    simulated = best.run(best.draws(drawn.values))
    simulated = replace(simulated, plan=replace(best.plan, books=carry(best.plan.books)))
    kept: dict[str, pl.DataFrame] = {}
    rows = []
    money = pl.col(f"^.*_{UNIT}$")
    for code, (representative, ratio) in proportional_groups(simulated.plan).items():
        if representative not in kept:
            kept[representative] = _months(best, simulated, representative, drawn.effective)
        rows.append(kept[representative].with_columns((money * ratio).round(DECIMALS), ods_code=pl.lit(code)))
    return as_table(pl.concat(rows), table, scenario_id=BEST_ESTIMATE, **CASH)


def appraisal_range(
    estimated: Estimated,
    scenario: pl.DataFrame,
    scenario_override: pl.DataFrame,
    appraisal_perspective: pl.DataFrame,
    deflator: pl.DataFrame,
) -> pl.DataFrame:
    """``savings.appraisal_range``: value, cost, saving and payback of every scenario, and its distance from the best
    estimate.

    A scenario is compared draw by draw with the best estimate in which the parameters that it sets are at their values
    and all others have the same draws: what is left is the difference that its levers make.

    Quantiles of payback are over all draws with a cost: one that never pays back takes longer than any that does, so
    a quantile that falls on such draws is empty. Its difference is over the draws that pay back in both, and in the
    calendar alone: months that start from different months do not show which scenario is later.
    """
    if estimated.is_empty:
        return as_table([], "savings.appraisal_range")
    drawn, latest, views = estimated.drawn, latest_deflator(deflator), perspective_weights(appraisal_perspective)
    runs = estimated.runs(scenario, scenario_override)
    best = runs[0][1]
    settled = [run.settled(best) for _, run in runs]

    def valued(run: ScenarioRun, values: Mapping[str, np.ndarray] = drawn.values) -> dict[tuple[str, str], Valuation]:
        """Valuations by point of view and basis."""
        draws = run.draws(values)
        simulated = run.run(draws)
        prices = Prices.of(run.parameters, draws, run.plan, latest)
        year = run_rate_year(run.parameters, run.plan)
        shown = views if run is best else {BUDGET: views[BUDGET]}
        savings = {perspective: simulated.saving(weights=weights) for perspective, weights in shown.items()}
        return {
            (perspective, basis): valuation(simulated, prices, basis, year, shown[perspective], savings[perspective])
            for perspective, basis in product(shown, ACCOUNTING_BASES)
        }

    held = [(names, best.holding(names)) for names in dict.fromkeys(settled) if names]
    found = two_at_a_time(valued, [run for _, run in (*held, *runs)])
    compared_with = {names: next(found) for names, _ in held}
    rows: list[dict] = []
    for (scenario_ids, _), of_run, names in zip(runs, found, settled, strict=True):
        # The best estimate comes first, and is what those are compared with that set nothing uncertain.
        compared = compared_with.setdefault(names, of_run)
        for (view, value), scenario_id in product(of_run.items(), scenario_ids):
            if scenario_id == BEST_ESTIMATE or view[0] == BUDGET:
                rows += _rows(scenario_id, POSTERIOR, view, _measures(value, compared[view], drawn.effective))
    before = estimated.before
    for view, value in valued(best, before).items():
        rows += _rows(BEST_ESTIMATE, PRIOR, view, _measures(value, value, float(len(next(iter(before.values()))))))
    numbers = pl.selectors.float()
    is_real = pl.col("measure").str.starts_with("npv")
    table = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        pl.when(numbers.is_finite()).then(numbers.round(DECIMALS)),
        price_basis=pl.when(is_real).then(pl.lit("real")).otherwise(pl.lit("cash")),
        base_fy=pl.when(is_real).then(pl.lit(BASE_FY)),
    )
    return as_table(table, "savings.appraisal_range")


def _rows(scenario_id: str, weighting: str, view: tuple[str, str], measures: Iterator[dict]) -> list[dict]:
    perspective, basis = view
    keys = {
        "scenario_id": scenario_id,
        "weighting": weighting,
        "perspective": perspective,
        "accounting_basis": basis,
    }
    return [keys | measure for measure in measures]


def _measures(found: Valuation, best: Valuation, effective: float) -> Iterator[dict]:
    """Each measure with its unit, its summary and its distance from the best estimate's."""
    for unit, measures, others in (("£m", found.money, best.money), ("months", found.months, best.months)):
        for measure, runs in measures.items():
            compared = dict.fromkeys(("difference_from_best_estimate", "difference_standard_error", "is_noise"))
            if measure != FROM_FIRST_COST:
                compared = mean_difference(runs, others[measure], effective)
            yield {
                "measure": measure,
                "unit": unit,
                "share_below": _share(runs[1:] < runs[0], runs),
                "share_up_to": _share(runs[1:] <= runs[0], runs),
                "share_of_draws": float(np.isfinite(runs[1:]).mean()),
                "share_without_cost": float(np.isnan(runs[1:]).mean()) if unit == "months" else None,
                **_summary(runs, effective),
                **compared,
            }


def _share(is_so: np.ndarray, runs: np.ndarray) -> float | None:
    """Share of the draws with a meaning of which something is so; None where run 0 has none."""
    has_meaning = ~np.isnan(runs[1:])
    return float(is_so[has_meaning].mean()) if has_meaning.any() and np.isfinite(runs[0]) else None


def _summary(runs: np.ndarray, effective: float) -> dict[str, float | None]:
    """Summary of one quantity; infinity where a quantile falls on draws without it.

    NaN draws, in which it has no meaning, are left out.
    """
    has_meaning = ~np.isnan(runs[1:])
    if not has_meaning.any():
        return dict.fromkeys(SUMMARY)
    counted = np.concatenate([runs[:1], runs[1:][has_meaning]])
    return {name: float(value) for name, value in summary(counted, effective * has_meaning.mean()).items()}


def _months(run: ScenarioRun, simulated: Simulated, organisation: str, effective: float) -> pl.DataFrame:
    """Summaries of one organisation or the nation by basis, quantity and month, £ million."""
    return pl.concat(
        run.plan.months.select("month", "fy", accounting_basis=pl.lit(basis), quantity=pl.lit(quantity)).with_columns(
            pl.Series(f"{name}_{UNIT}", np.round(values, DECIMALS) + 0.0) for name, values in found.items()
        )
        for basis, quantity, found in flows(simulated, organisation, effective)
    )


def flows(
    simulated: Simulated, organisation: str, effective: float
) -> Iterator[tuple[str, str, dict[str, np.ndarray]]]:
    """Each basis and quantity with its summary by month, ``(months,)``; nothing is summed twice."""
    saving = simulated.saving(organisation)
    saved = summary(saving.amounts, effective)
    for basis in ACCOUNTING_BASES:
        cost = simulated.cost(basis, organisation)
        net = net_of(saving, cost)
        spends = cost.shape.any(axis=1)
        spent, left = ({name: values.copy() for name, values in saved.items()} for _ in range(2))
        for whole, part in ((spent, summary(cost.amounts[spends], effective)), (left, summary(net[spends], effective))):
            for name, values in part.items():
                whole[name][spends] = values
        for values in spent.values():
            values[~spends] = 0
        found = (spent, saved, left, summary(np.cumsum(net, axis=0), effective))
        yield from ((basis, quantity, values) for quantity, values in zip(FLOW_QUANTITIES, found, strict=True))
