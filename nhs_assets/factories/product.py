"""Every table that is made from other tables, and how. What is ordered and shown by Dagster is in ``defs``."""

from pathlib import Path

from nhs_assets.contracts.registry import PRODUCT_SCHEMAS
from nhs_assets.factories.model import model_recipe
from nhs_assets.factories.recipe import Recipe
from nhs_assets.factories.sql import sql_recipes
from nhs_assets.model import growth, programme

PARAMETERS = {"parameter_value": "evidence.parameter_value"}
PEOPLE = PARAMETERS | {
    "organisation": "workforce.organisation",
    "baseline": "workforce.baseline",
    "exit_wave": "savings.exit_wave",
}

_MODEL = [
    model_recipe("savings.unit_cost", programme.unit_cost, PARAMETERS | {"organisation": "workforce.organisation"}),
    model_recipe("savings.headcount_month", programme.headcount_month, PEOPLE),
    model_recipe("savings.exit_cost_month", programme.exit_cost_month, PEOPLE | {"unit_cost": "savings.unit_cost"}),
    model_recipe("savings.saving_month", programme.saving_month, PEOPLE | {"unit_cost": "savings.unit_cost"}),
    model_recipe(
        "savings.appraisal",
        programme.appraisal,
        PARAMETERS
        | {
            "exit_cost_month": "savings.exit_cost_month",
            "saving_month": "savings.saving_month",
            "appraisal_perspective": "raw.appraisal_perspective",
            "deflator": "settlement.deflator",
            "source": "evidence.source",
        },
    ),
    model_recipe(
        "savings.organisation_exposure",
        programme.organisation_exposure,
        PARAMETERS
        | {
            "organisation": "workforce.organisation",
            "baseline": "workforce.baseline",
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
        | {"backtest_case": "raw.backtest_case", "deflator": "settlement.deflator", "source": "evidence.source"},
    ),
    model_recipe(
        "audit.vintage_attribution",
        growth.vintage_attribution,
        {"plan": "settlement.plan", "deflator": "settlement.deflator"},
    ),
]


def model_recipes(schema: str) -> list[Recipe]:
    """How the tables of a schema that the model makes are made."""
    return [recipe for recipe in _MODEL if recipe.contract.schema == schema]


def product_recipes(sql_dir: Path) -> dict[str, Recipe]:
    """How each product table is made, by name of the table."""
    every = [recipe for schema in PRODUCT_SCHEMAS for recipe in (*sql_recipes(sql_dir, schema), *model_recipes(schema))]
    return {recipe.contract.name: recipe for recipe in every}
