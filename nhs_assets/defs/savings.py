"""The programme's cost and saving by organisation and month: the model's tables, and the SQL around them."""

from nhs_assets.factories.model import model_recipe
from nhs_assets.factories.sql import sql_assets
from nhs_assets.factories.table import table_asset
from nhs_assets.model import programme

PARAMETERS = {"parameter_value": "evidence.parameter_value"}
PEOPLE = PARAMETERS | {
    "organisation": "workforce.organisation",
    "baseline": "workforce.baseline",
    "exit_wave": "savings.exit_wave",
}

recipes = [
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
]
assets = [*sql_assets("savings"), *(table_asset(recipe) for recipe in recipes)]
