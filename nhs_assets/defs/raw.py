"""Seeds and parameters as read from their files."""

from nhs_assets.build.seed import raw_recipes
from nhs_assets.defs.table_asset import table_asset
from nhs_assets.ground.clock import MACHINE
from nhs_assets.settings import settings

assets = [table_asset(recipe, MACHINE) for recipe in raw_recipes(settings().seeds_dir, MACHINE)]
