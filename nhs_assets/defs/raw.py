"""Seeds and parameters as they stand in the files."""

from nhs_assets.factories.seed import parameter_recipe, seed_recipe
from nhs_assets.factories.table import table_asset
from nhs_assets.settings import settings
from nhs_assets.sources.seed_files import find_seeds

assets = [
    *(
        table_asset(seed_recipe(seed.contract, seed.path))
        for seed in find_seeds(settings().seeds_dir)
        if seed.vintage_id is None
    ),
    table_asset(parameter_recipe(settings().seeds_dir)),
]
