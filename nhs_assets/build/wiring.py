"""Which function of the model makes which table, and from which tables; the rest are SQL files."""

from collections.abc import Mapping
from pathlib import Path

from nhs_assets.build.model import model_recipe
from nhs_assets.build.recipe import Recipe
from nhs_assets.build.sql import sql_recipes
from nhs_assets.contracts.registry import PRODUCT_SCHEMAS
from nhs_assets.model import calibration, feasible, growth, programme, ranges, sensitivity

PARAMETERS = {"parameter_value": "evidence.parameter_value"}
PEOPLE = PARAMETERS | {
    "organisation": "workforce.organisation",
    "baseline": "workforce.baseline",
    "exit_wave": "savings.exit_wave",
}
APPRAISED = PARAMETERS | {
    "scenario_flow": "savings.scenario_flow",
    "appraisal_perspective": "raw.appraisal_perspective",
    "deflator": "settlement.deflator",
    "source": "evidence.source",
}

_MODEL = [
    model_recipe(
        "workforce.cell",
        programme.cell,
        PARAMETERS
        | {
            "organisation": "workforce.organisation",
            "baseline": "workforce.baseline",
            "band_age_mix": "raw.band_age_mix",
            "pay_point": "raw.pay_point",
            "staff_list": "raw.staff_list",
            "source": "evidence.source",
        },
    ),
    model_recipe(
        "savings.exit_point",
        programme.exit_point,
        PARAMETERS | {"organisation": "workforce.organisation", "cell": "workforce.cell"},
    ),
    model_recipe(
        "savings.unit_cost",
        programme.unit_cost,
        PARAMETERS | {"organisation": "workforce.organisation", "exit_point": "savings.exit_point"},
    ),
    model_recipe("savings.headcount_month", programme.headcount_month, PEOPLE),
    model_recipe("savings.exit_cost_month", programme.exit_cost_month, PEOPLE | {"unit_cost": "savings.unit_cost"}),
    model_recipe("savings.saving_month", programme.saving_month, PEOPLE | {"unit_cost": "savings.unit_cost"}),
    model_recipe(
        "savings.scenario_flow",
        programme.scenario_flow,
        PEOPLE
        | {
            "exit_cost_month": "savings.exit_cost_month",
            "saving_month": "savings.saving_month",
            "scenario": "evidence.scenario",
            "scenario_override": "evidence.scenario_override",
            "cell": "workforce.cell",
        },
    ),
    model_recipe("savings.appraisal", programme.appraisal, APPRAISED),
    model_recipe(
        "savings.breakeven",
        programme.breakeven,
        APPRAISED | {"scenario_override": "evidence.scenario_override"},
    ),
    model_recipe(
        "savings.organisation_exposure",
        programme.organisation_exposure,
        PARAMETERS
        | {
            "organisation": "workforce.organisation",
            "baseline": "workforce.baseline",
            "cell": "workforce.cell",
            "unit_cost": "savings.unit_cost",
            "headcount_month": "savings.headcount_month",
            "exit_cost_month": "savings.exit_cost_month",
            "precedent": "raw.precedent",
            "source": "evidence.source",
        },
    ),
    model_recipe(
        "savings.backtest",
        programme.backtest,
        PARAMETERS
        | {
            "backtest_case": "raw.backtest_case",
            "cell": "workforce.cell",
            "deflator": "settlement.deflator",
            "source": "evidence.source",
        },
    ),
    model_recipe(
        "audit.vintage_attribution",
        growth.vintage_attribution,
        {"plan": "settlement.plan", "deflator": "settlement.deflator"},
    ),
]

SCENARIOS = {"scenario": "evidence.scenario", "scenario_override": "evidence.scenario_override"}
VALUED = {
    "appraisal_perspective": "raw.appraisal_perspective",
    "deflator": "settlement.deflator",
    "source": "evidence.source",
}
TARGETS = {"calibration_target": "raw.calibration_target", "source": "evidence.source"}

LEAVERS = PEOPLE | {"cell": "workforce.cell"}

_UNCERTAINTY = [
    model_recipe("savings.uncertain_parameter", ranges.uncertain_parameter, PARAMETERS),
    model_recipe("savings.cashflow_range", ranges.cashflow_range, LEAVERS | SCENARIOS),
    model_recipe("savings.organisation_range", ranges.organisation_range, LEAVERS),
    model_recipe("savings.appraisal_range", ranges.appraisal_range, LEAVERS | SCENARIOS | VALUED | TARGETS),
    model_recipe("savings.sensitivity", sensitivity.sensitivity, LEAVERS | VALUED),
    model_recipe("savings.tornado", sensitivity.tornado, LEAVERS | VALUED),
    model_recipe("savings.calibration", calibration.calibration, LEAVERS | TARGETS),
    model_recipe(
        "savings.feasible_set",
        feasible.feasible_set,
        PARAMETERS | {"cell": "workforce.cell", "claim": "evidence.claim"},
    ),
]


def model_recipes(schema: str) -> list[Recipe]:
    """How the tables of a schema that the model makes are made."""
    return [recipe for recipe in (*_MODEL, *_UNCERTAINTY) if recipe.contract.schema == schema]


def product_recipes(sql_dir: Path) -> dict[str, Recipe]:
    """How each product table is made, by name of the table."""
    every = [recipe for schema in PRODUCT_SCHEMAS for recipe in (*sql_recipes(sql_dir, schema), *model_recipes(schema))]
    return {recipe.contract.name: recipe for recipe in every}


def without_draws(recipes: Mapping[str, Recipe]) -> list[str]:
    """Names of the tables that are neither over draws nor made from such: the others are too dear for a comparison.

    No conclusion rests on them.
    """
    left_out = {recipe.contract.name for recipe in _UNCERTAINTY}
    while more := {name for name, one in recipes.items() if left_out & set(one.reads)} - left_out:
        left_out |= more
    return [name for name in recipes if name not in left_out]
