"""What a snapshot says about the files it stands on."""

from nhs_assets.factories.audit import quarantine_recipe, seed_file_recipe
from nhs_assets.factories.table import table_asset

assets = [table_asset(seed_file_recipe()), table_asset(quarantine_recipe())]
