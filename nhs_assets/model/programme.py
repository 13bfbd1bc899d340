"""The programme, table by table: what each savings table takes from the tables before it.

Every function takes whole tables and returns one whole table, so that the steps can be run, tested and replaced one
by one. Amounts are as the tables' contracts say. Every row is known from the day of the last of all rows that the
function takes, and so of all parameters, also of those it does not use.
"""

import polars as pl

from nhs_assets.model import backtest as backtests
from nhs_assets.model import cashflow, cells, phasing
from nhs_assets.model import exposure as exposures
from nhs_assets.model import scenario as scenarios
from nhs_assets.model import staff_list as staff_lists
from nhs_assets.model import unit_cost as unit_costs
from nhs_assets.model.appraisal import appraisal as appraise
from nhs_assets.model.breakeven import breakeven as solve
from nhs_assets.model.calendar import appraisal_months
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.suppression import Disclosure
from nhs_assets.model.tables import dated

CENTRAL = "central"
ALLOWANCE_OF_ALL_BOARDS = "running_cost_allowance_total"
"""The precedent that states the running cost allowance of all boards together."""
BASE_FY = "2025-26"
"""First year of the horizon, and the price year of what is real: the year of the deal."""


def cell(
    parameter_value: pl.DataFrame,
    organisation: pl.DataFrame,
    baseline: pl.DataFrame,
    band_age_mix: pl.DataFrame,
    pay_point: pl.DataFrame,
    staff_list: pl.DataFrame,
    source: pl.DataFrame,
) -> pl.DataFrame:
    """``workforce.cell``."""
    parameters = ParameterSet(parameter_value)
    paid = pay_point.filter(fy=BASE_FY)
    table = cells.cells(parameters, organisation, baseline, band_age_mix, pay_point, staff_list, BASE_FY)
    documents = source.filter(pl.col("source_id").is_in({*band_age_mix["source_id"], *paid["source_id"]}))
    lists = [staff_list] if len(staff_list) else []
    return dated(table, parameter_value, organisation, baseline, documents, *lists)


def staff_list(people: pl.DataFrame, parameter_value: pl.DataFrame, pay_point: pl.DataFrame) -> pl.DataFrame:
    """``raw.staff_list``."""
    rule = Disclosure.from_parameters(ParameterSet(parameter_value))
    return staff_lists.staff_counts(people, pay_point, BASE_FY, rule)


def exit_point(parameter_value: pl.DataFrame, organisation: pl.DataFrame, cell: pl.DataFrame) -> pl.DataFrame:
    """``savings.exit_point``."""
    parameters = ParameterSet(parameter_value)
    table = unit_costs.exit_point(parameters, organisation, cell, appraisal_months(parameters, BASE_FY), CENTRAL)
    return dated(table, parameter_value, organisation, cell)


def unit_cost(parameter_value: pl.DataFrame, organisation: pl.DataFrame, exit_point: pl.DataFrame) -> pl.DataFrame:
    """``savings.unit_cost``."""
    parameters = ParameterSet(parameter_value)
    table = unit_costs.unit_cost(parameters, organisation, exit_point, appraisal_months(parameters, BASE_FY), CENTRAL)
    return dated(table, parameter_value, organisation, exit_point)


def headcount_month(
    parameter_value: pl.DataFrame, organisation: pl.DataFrame, baseline: pl.DataFrame, exit_wave: pl.DataFrame
) -> pl.DataFrame:
    """``savings.headcount_month``."""
    parameters = ParameterSet(parameter_value)
    spine, exits = _exits(parameters, organisation, baseline, exit_wave)
    table = phasing.headcount_month(baseline, exits, organisation, spine, CENTRAL)
    return dated(table, parameter_value, organisation, baseline, exit_wave)


def exit_cost_month(
    parameter_value: pl.DataFrame,
    organisation: pl.DataFrame,
    baseline: pl.DataFrame,
    exit_wave: pl.DataFrame,
    unit_cost: pl.DataFrame,
) -> pl.DataFrame:
    """``savings.exit_cost_month``."""
    parameters = ParameterSet(parameter_value)
    spine, exits = _exits(parameters, organisation, baseline, exit_wave)
    table = cashflow.exit_cost_month(exits, unit_cost, organisation, parameters, spine, CENTRAL)
    return dated(table, parameter_value, organisation, baseline, exit_wave, unit_cost)


def saving_month(
    parameter_value: pl.DataFrame,
    organisation: pl.DataFrame,
    baseline: pl.DataFrame,
    exit_wave: pl.DataFrame,
    unit_cost: pl.DataFrame,
) -> pl.DataFrame:
    """``savings.saving_month``."""
    parameters = ParameterSet(parameter_value)
    spine, exits = _exits(parameters, organisation, baseline, exit_wave)
    components = unit_costs.saving_components(parameters, unit_cost)
    table = cashflow.saving_month(exits, components, organisation, parameters, spine, CENTRAL)
    return dated(table, parameter_value, organisation, baseline, exit_wave, unit_cost)


def scenario_flow(
    parameter_value: pl.DataFrame,
    organisation: pl.DataFrame,
    baseline: pl.DataFrame,
    exit_wave: pl.DataFrame,
    exit_cost_month: pl.DataFrame,
    saving_month: pl.DataFrame,
    scenario: pl.DataFrame,
    scenario_override: pl.DataFrame,
    cell: pl.DataFrame,
) -> pl.DataFrame:
    """``savings.scenario_flow``: cost and saving of every scenario for the nation, by month and component."""
    parameters = ParameterSet(parameter_value)
    table = scenarios.scenario_flows(
        scenarios.scenarios_of(scenario, scenario_override),
        scenarios.flows_of(exit_cost_month, saving_month),
        parameters,
        scenarios.Nation.of(organisation, baseline, cell),
        exit_wave,
        appraisal_months(parameters, BASE_FY),
    )
    return dated(table, parameter_value, organisation, baseline, exit_wave, exit_cost_month, saving_month, scenario)


def appraisal(
    parameter_value: pl.DataFrame,
    scenario_flow: pl.DataFrame,
    appraisal_perspective: pl.DataFrame,
    deflator: pl.DataFrame,
    source: pl.DataFrame,
) -> pl.DataFrame:
    """``savings.appraisal``, in the prices of the deflator that became known last."""
    latest = latest_deflator(deflator)
    costs, savings = scenarios.costs_and_savings(scenario_flow)
    table = appraise(costs, savings, appraisal_perspective, latest, ParameterSet(parameter_value), BASE_FY)
    perspective_sources = source.join(appraisal_perspective, on="source_id", how="semi")
    return dated(table, parameter_value, scenario_flow, latest, perspective_sources)


def breakeven(
    parameter_value: pl.DataFrame,
    scenario_flow: pl.DataFrame,
    scenario_override: pl.DataFrame,
    appraisal_perspective: pl.DataFrame,
    deflator: pl.DataFrame,
    source: pl.DataFrame,
) -> pl.DataFrame:
    """``savings.breakeven``, in the prices of the deflator that became known last."""
    latest, parameters = latest_deflator(deflator), ParameterSet(parameter_value)
    central = parameters.value("backfill_share")
    backfill = dict.fromkeys(scenario_flow["scenario_id"].unique(), central) | dict(
        scenario_override.filter(parameter_id="backfill_share").select("scenario_id", "value").iter_rows()
    )
    table = solve(scenario_flow, backfill, appraisal_perspective, latest, parameters, BASE_FY)
    perspective_sources = source.join(appraisal_perspective, on="source_id", how="semi")
    return dated(table, parameter_value, scenario_flow, latest, perspective_sources)


def latest_deflator(deflator: pl.DataFrame) -> pl.DataFrame:
    """The rows of the deflator that became known last; a year that is carried forward does not say when."""
    published = deflator.filter(pl.col("status") != "extended")
    latest_vintages = published.filter(pl.col("known_from") == pl.col("known_from").max())["vintage_id"].unique()
    return deflator.filter(pl.col("vintage_id").is_in(latest_vintages.implode()))


def sources_of(source: pl.DataFrame, *seeds: pl.DataFrame) -> pl.DataFrame:
    """The documents that rows of seeds name: raw rows are known from the day these are."""
    named = pl.concat(seed.select("source_id") for seed in seeds)
    return source.join(named, on="source_id", how="semi")


def organisation_exposure(
    parameter_value: pl.DataFrame,
    organisation: pl.DataFrame,
    baseline: pl.DataFrame,
    cell: pl.DataFrame,
    unit_cost: pl.DataFrame,
    headcount_month: pl.DataFrame,
    exit_cost_month: pl.DataFrame,
    precedent: pl.DataFrame,
    source: pl.DataFrame,
) -> pl.DataFrame:
    """``savings.organisation_exposure``."""
    allowance = precedent.filter(measure_id=ALLOWANCE_OF_ALL_BOARDS)
    table = exposures.organisation_exposure(
        ParameterSet(parameter_value),
        organisation,
        baseline,
        cell,
        unit_cost,
        headcount_month,
        exit_cost_month,
        allowance["value_central"].item(),
        CENTRAL,
        BASE_FY,
    )
    allowance_source = source.join(allowance, on="source_id", how="semi")
    inputs = (parameter_value, organisation, baseline, cell, unit_cost, headcount_month, exit_cost_month)
    return dated(table, *inputs, allowance_source)


def backtest(
    parameter_value: pl.DataFrame,
    backtest_case: pl.DataFrame,
    cell: pl.DataFrame,
    deflator: pl.DataFrame,
    source: pl.DataFrame,
) -> pl.DataFrame:
    """``savings.backtest``, with pay brought back by the deflator that became known last."""
    latest = latest_deflator(deflator)
    table = backtests.backtest(parameter_value, backtest_case, cell, latest)
    return dated(table, parameter_value, cell, latest, source.join(backtest_case, on="source_id", how="semi"))


def _exits(
    parameters: ParameterSet, organisation: pl.DataFrame, baseline: pl.DataFrame, exit_wave: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The months of the appraisal, and who leaves in which of them."""
    spine = appraisal_months(parameters, BASE_FY)
    return spine, phasing.exits_by_origin(baseline, organisation, exit_wave, parameters, spine)
