"""What a snapshot says about the files it stands on, and what is concluded from it."""

from nhs_assets.factories.audit import conclusion_recipe, seed_file_recipe
from nhs_assets.factories.table import table_asset
from nhs_assets.settings import settings

assets = [table_asset(seed_file_recipe()), table_asset(conclusion_recipe(settings().sql_dir))]
