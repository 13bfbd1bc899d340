"""The programme's cost and saving by organisation and month: the model's tables, and the SQL around them."""

from nhs_assets.factories.product import model_recipes
from nhs_assets.factories.sql import sql_assets
from nhs_assets.factories.table import table_asset

assets = [*sql_assets("savings"), *map(table_asset, model_recipes("savings"))]
