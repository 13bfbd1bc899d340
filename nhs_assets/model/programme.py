"""The central scenario, table by table: what each savings table takes from the tables before it.

Every function takes whole tables and returns one whole table, so that the steps can be run, tested and replaced one
by one. Amounts are as the tables' contracts say.
"""

import polars as pl

from nhs_assets.model import cashflow, phasing
from nhs_assets.model import unit_cost as unit_costs
from nhs_assets.model.appraisal import appraisal as appraise
from nhs_assets.model.calendar import appraisal_months
from nhs_assets.model.parameters import ParameterSet

CENTRAL = "central"
BASE_FY = "2025-26"
"""First year of the horizon, and the price year of what is real: the year of the deal."""


def unit_cost(parameter_value: pl.DataFrame, organisation: pl.DataFrame) -> pl.DataFrame:
    """``savings.unit_cost``."""
    parameters = ParameterSet(parameter_value)
    return unit_costs.unit_cost(parameters, organisation, appraisal_months(parameters, BASE_FY), CENTRAL)


def headcount_month(
    parameter_value: pl.DataFrame, organisation: pl.DataFrame, baseline: pl.DataFrame, exit_wave: pl.DataFrame
) -> pl.DataFrame:
    """``savings.headcount_month``."""
    parameters = ParameterSet(parameter_value)
    spine, exits = _exits(parameters, organisation, baseline, exit_wave)
    return phasing.headcount_month(baseline, exits, organisation, spine, CENTRAL)


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
    return cashflow.exit_cost_month(exits, unit_cost, organisation, parameters, spine, CENTRAL)


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
    return cashflow.saving_month(exits, components, organisation, spine, CENTRAL)


def appraisal(
    parameter_value: pl.DataFrame,
    exit_cost_month: pl.DataFrame,
    saving_month: pl.DataFrame,
    appraisal_perspective: pl.DataFrame,
    deflator: pl.DataFrame,
) -> pl.DataFrame:
    """``savings.appraisal``, in the prices of the deflator that became known last."""
    latest = deflator.filter(pl.col("known_from") == pl.col("known_from").max())
    return appraise(
        exit_cost_month, saving_month, appraisal_perspective, latest, ParameterSet(parameter_value), BASE_FY
    )


def _exits(
    parameters: ParameterSet, organisation: pl.DataFrame, baseline: pl.DataFrame, exit_wave: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The months of the appraisal, and who leaves in which of them."""
    spine = appraisal_months(parameters, BASE_FY)
    return spine, phasing.exits_by_origin(baseline, organisation, exit_wave, parameters, spine)
