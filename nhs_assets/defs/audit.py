"""What a snapshot says about the files it stands on."""

from nhs_assets.factories.audit import seed_file_recipe
from nhs_assets.factories.table import table_asset

assets = [table_asset(seed_file_recipe())]
