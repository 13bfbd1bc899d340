"""Seed files, quarantined rows and conclusions behind a snapshot."""

from nhs_assets.build.audit import conclusion_recipe, quarantine_recipe, seed_file_recipe
from nhs_assets.build.wiring import model_recipes
from nhs_assets.defs.table_asset import table_asset
from nhs_assets.ground.clock import MACHINE
from nhs_assets.settings import settings

recipes = [
    seed_file_recipe(),
    quarantine_recipe(MACHINE),
    conclusion_recipe(settings().sql_dir),
    *model_recipes("audit"),
]
assets = [table_asset(recipe, MACHINE) for recipe in recipes]
