"""Which function of the model makes which table; the rest are SQL files."""

from collections.abc import Mapping
from pathlib import Path

from nhs_assets.build.model import model_recipe
from nhs_assets.build.recipe import Recipe
from nhs_assets.build.sql import sql_recipes
from nhs_assets.contracts.registry import PRODUCT_SCHEMAS
from nhs_assets.model import (
    appraisal,
    as_stated,
    backtest,
    breakeven,
    calibration,
    cashflow,
    cells,
    counterfactual,
    exit_cost,
    exposure,
    feasible,
    growth,
    phasing,
    posterior,
    ranges,
    scenario,
    sensitivity,
    unit_cost,
)

_OVER_DRAWS = [
    model_recipe("savings.uncertain_parameter", posterior.uncertain_parameter),
    model_recipe("savings.evidence_effect", calibration.evidence_effect),
    model_recipe("savings.cashflow_range", ranges.cashflow_range),
    model_recipe("savings.cashflow_year_range", ranges.cashflow_year_range),
    model_recipe("savings.organisation_range_before_succession", ranges.organisation_range_before_succession),
    model_recipe("savings.organisation_range", ranges.organisation_range),
    model_recipe("savings.appraisal_range", ranges.appraisal_range),
    model_recipe("savings.counterfactual", counterfactual.counterfactual),
    model_recipe("savings.counterfactual_worth", counterfactual.counterfactual_worth),
    model_recipe("savings.sensitivity", sensitivity.sensitivity),
    model_recipe("savings.tornado", sensitivity.tornado),
    model_recipe("savings.calibration", calibration.calibration),
    model_recipe("savings.posterior_run", calibration.posterior_run),
    model_recipe("savings.feasible_set", feasible.feasible_set),
    model_recipe("savings.backtest", backtest.backtest),
]
_MODEL = [
    model_recipe("workforce.cell", cells.cell),
    model_recipe("savings.posterior_draw", posterior.posterior_draw),
    model_recipe("savings.as_stated", as_stated.as_stated),
    model_recipe("savings.exit_point", exit_cost.exit_point),
    model_recipe("savings.unit_cost", unit_cost.unit_cost),
    model_recipe("savings.headcount_month_before_succession", phasing.headcount_month),
    model_recipe("savings.exit_cost_month_before_succession", cashflow.exit_cost_month),
    model_recipe("savings.saving_month_before_succession", cashflow.saving_month),
    model_recipe("savings.scenario_flow", scenario.scenario_flow),
    model_recipe("savings.appraisal", appraisal.appraisal),
    model_recipe("savings.breakeven", breakeven.breakeven),
    model_recipe("savings.organisation_exposure_before_succession", exposure.organisation_exposure_before_succession),
    model_recipe("savings.organisation_exposure", exposure.organisation_exposure),
    model_recipe("audit.vintage_attribution", growth.vintage_attribution),
    *_OVER_DRAWS,
]


def model_recipes(schema: str) -> list[Recipe]:
    """The recipes of the tables of a schema that the model makes."""
    return [recipe for recipe in _MODEL if recipe.contract.schema == schema]


def product_recipes(sql_dir: Path) -> dict[str, Recipe]:
    """The recipe of each product table, by name of the table."""
    every = [recipe for schema in PRODUCT_SCHEMAS for recipe in (*sql_recipes(sql_dir, schema), *model_recipes(schema))]
    return {recipe.contract.name: recipe for recipe in every}


def without_draws(recipes: Mapping[str, Recipe]) -> list[str]:
    """Names of the tables made without random draws; the others are too slow to compare, and decide no conclusion."""
    left_out = {recipe.contract.name for recipe in _OVER_DRAWS}
    while more := {name for name, recipe in recipes.items() if left_out & set(recipe.reads)} - left_out:
        left_out |= more
    return [name for name in recipes if name not in left_out]
